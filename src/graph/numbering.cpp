#include "graph/numbering.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "base/clones.hpp"
#include "base/text.hpp"
#include "graph/pulse.hpp"

namespace quern::graph {

namespace {

[[noreturn]] void refuse_vertices(std::size_t vertices) {
  throw InvalidInput(concat("graph: ", vertices, " vertices, and at most ", max_vertices, " are supported"), {},
                     Fault::limit_exceeded);
}

struct Range {
  std::int64_t least = 0, largest = 0;

  std::uint64_t width() const { return static_cast<std::uint64_t>(largest) - static_cast<std::uint64_t>(least); }
};

QUERN_CLONES void widen(Range& range, const std::int64_t* ids, std::size_t count) {
  std::int64_t least = range.least, largest = range.largest;
  for (std::size_t i = 0; i < count; ++i) {
    least = std::min(least, ids[i]);
    largest = std::max(largest, ids[i]);
  }
  range = {least, largest};
}

Range range_of(std::initializer_list<std::span<const std::int64_t>> lists) {
  Range range;
  for (const auto list : lists)
    if (!list.empty()) range = {list[0], list[0]};
  for (const auto list : lists)
    for_pieces(list.size(), [&](std::size_t begin, std::size_t end) { widen(range, &list[begin], end - begin); });
  return range;
}

// --- ids close to each other

struct Word {
  std::uint64_t marks = 0;   // of 64 ids
  std::uint64_t before = 0;  // marks in the words before
};

void mark(Word* words, std::uint64_t least, const std::int64_t* ids, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t place = static_cast<std::uint64_t>(ids[i]) - least;
    words[place / 64].marks |= std::uint64_t{1} << (place % 64);
  }
}

QUERN_CLONES void count_marks(Word* words, std::size_t count, std::uint64_t& before) {
  for (std::size_t w = 0; w < count; ++w) {
    words[w].before = before;
    before += static_cast<std::uint64_t>(std::popcount(words[w].marks));
  }
}

QUERN_CLONES void rank(const Word* words, std::uint64_t least, const std::int64_t* ids, Vertex* numbers,
                       std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t place = static_cast<std::uint64_t>(ids[i]) - least;
    const Word& word = words[place / 64];
    const std::uint64_t smaller = word.marks & ((std::uint64_t{1} << (place % 64)) - 1);
    numbers[i] = static_cast<Vertex>(word.before + static_cast<std::uint64_t>(std::popcount(smaller)));
  }
}

QUERN_CLONES void subtract(std::uint64_t least, const std::int64_t* ids, Vertex* numbers, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) numbers[i] = static_cast<Vertex>(static_cast<std::uint64_t>(ids[i]) - least);
}

class Map {
 public:
  explicit Map(const Range& range) : least_(static_cast<std::uint64_t>(range.least)), words_(range.width() / 64 + 1) {}

  void add(std::span<const std::int64_t> ids) {
    for_pieces(ids.size(),
               [&](std::size_t begin, std::size_t end) { mark(words_.data(), least_, &ids[begin], end - begin); });
  }
  Vec<std::int64_t> ids() {
    std::uint64_t count = 0;
    for_pieces(words_.size(),
               [&](std::size_t begin, std::size_t end) { count_marks(&words_[begin], end - begin, count); });
    if (count > max_vertices) refuse_vertices(count);
    without_gaps_ = std::all_of(words_.begin(), words_.end() - 1, [](const Word& w) { return w.marks + 1 == 0; }) &&
                    (words_.back().marks & (words_.back().marks + 1)) == 0;
    Vec<std::int64_t> ids(count);
    for_pieces(words_.size(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t w = begin; w < end; ++w) {
        std::size_t at = words_[w].before;
        for (std::uint64_t left = words_[w].marks; left != 0; left &= left - 1)
          ids[at++] = static_cast<std::int64_t>(least_ + 64 * w + static_cast<std::uint64_t>(std::countr_zero(left)));
      }
    });
    return ids;
  }
  void number(const std::int64_t* ids, Vertex* numbers, std::size_t count) const {
    if (without_gaps_)
      subtract(least_, ids, numbers, count);
    else
      rank(words_.data(), least_, ids, numbers, count);
  }

 private:
  std::uint64_t least_;
  Vec<Word> words_;
  bool without_gaps_ = false;
};

// --- ids far apart

class HashTable {
 public:
  // The number of each id, in the order in which they came.
  void number(std::span<const std::int64_t> ids, Vertex* numbers) {
    constexpr std::size_t ahead = 32;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (2 * ids_.size() >= slots_.size()) grow();
      if (i + ahead < ids.size()) __builtin_prefetch(&slots_[start(ids[i + ahead])]);
      const std::int64_t id = ids[i];
      std::size_t at = start(id);
      while (slots_[at].number != no_vertex && slots_[at].id != id) at = (at + 1) & (slots_.size() - 1);
      if (slots_[at].number == no_vertex) {
        if (ids_.size() == max_vertices) refuse_vertices(max_vertices + 1);
        slots_[at] = {id, static_cast<Vertex>(ids_.size())};
        ids_.push_back(id);
      }
      numbers[i] = slots_[at].number;
    }
  }
  Vec<std::int64_t>& ids() { return ids_; }
  void forget() { Vec<Slot>().swap(slots_); }

 private:
  struct Slot {
    std::int64_t id = 0;
    Vertex number = no_vertex;
  };

  std::size_t start(std::int64_t id) const { return (static_cast<std::uint64_t>(id) * 0x9e3779b97f4a7c15u) >> shift_; }
  void grow() {
    const std::size_t size =
        std::max<std::size_t>(1024, slots_.size() < (1 << 16) ? 4 * slots_.size() : 2 * slots_.size());
    Vec<Slot>().swap(slots_);  // the ids are enough to make it anew
    slots_ = Vec<Slot>(size);
    shift_ = 64 - std::countr_zero(size);
    constexpr std::size_t ahead = 32;
    for_pieces(ids_.size(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t v = begin; v < end; ++v) {
        if (v + ahead < ids_.size()) __builtin_prefetch(&slots_[start(ids_[v + ahead])]);
        std::size_t at = start(ids_[v]);
        while (slots_[at].number != no_vertex) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = {ids_[v], static_cast<Vertex>(v)};
      }
    });
  }

  Vec<Slot> slots_;
  Vec<std::int64_t> ids_;
  int shift_ = 64;
};

// Sorts by bytes from the least, with a checkpoint now and then.
void sort_ids(Vec<std::int64_t>& ids, Vec<Vertex>& numbers) {
  struct Entry {
    std::uint64_t id;
    Vertex number;
  };
  const std::size_t n = ids.size();
  Room<Entry> entries(n), room(n);
  constexpr std::uint64_t sign = std::uint64_t{1} << 63;
  std::uint64_t differ = 0;
  for (std::size_t v = 0; v < n; ++v) {
    entries[v] = {static_cast<std::uint64_t>(ids[v]) ^ sign, static_cast<Vertex>(v)};
    differ |= entries[v].id ^ entries[0].id;
  }
  constexpr int width = 11;
  for (int shift = 0; shift < 64; shift += width) {
    constexpr std::uint64_t mask = (1 << width) - 1;
    if ((differ >> shift & mask) == 0) continue;
    std::size_t start[mask + 2] = {};
    for_pieces(n, [&](std::size_t begin, std::size_t end) {
      for (std::size_t v = begin; v < end; ++v) ++start[(entries[v].id >> shift & mask) + 1];
    });
    std::partial_sum(start, start + mask + 2, start);
    for_pieces(n, [&](std::size_t begin, std::size_t end) {
      for (std::size_t v = begin; v < end; ++v) room[start[entries[v].id >> shift & mask]++] = entries[v];
    });
    std::swap(entries, room);
  }
  numbers.resize(n);
  for (std::size_t v = 0; v < n; ++v) {
    ids[v] = static_cast<std::int64_t>(entries[v].id ^ sign);
    numbers[entries[v].number] = static_cast<Vertex>(v);
  }
}

Room<Vertex> hashed(HashTable& table, Vec<std::int64_t>& ids) {
  Room<Vertex> numbers(ids.size());
  for_pieces(ids.size(), [&](std::size_t begin, std::size_t end) {
    table.number(std::span<const std::int64_t>(ids).subspan(begin, end - begin), &numbers[begin]);
  });
  Vec<std::int64_t>().swap(ids);
  return numbers;
}

}  // namespace

NumberedEdges number_vertices(EdgeList& edges, Vec<std::int64_t>& ids) {
  NumberedEdges numbered;
  numbered.weights = std::move(edges.weights);
  const Range range = range_of({edges.sources, edges.targets, edges.isolated});
  const std::size_t named = 2 * edges.size() + edges.isolated.size();
  if (named == 0) return numbered;
  if (range.width() < 8 * named + 1024) {
    Map map(range);
    for (const auto* list : {&edges.sources, &edges.targets, &edges.isolated}) map.add(*list);
    ids = map.ids();
    const auto number = [&](Vec<std::int64_t>& from) {
      Room<Vertex> to(from.size());
      for_pieces(from.size(),
                 [&](std::size_t begin, std::size_t end) { map.number(&from[begin], &to[begin], end - begin); });
      Vec<std::int64_t>().swap(from);
      return to;
    };
    numbered.sources = number(edges.sources);
    numbered.targets = number(edges.targets);
    return numbered;
  }
  HashTable table;
  numbered.sources = hashed(table, edges.sources);
  numbered.targets = hashed(table, edges.targets);
  hashed(table, edges.isolated);
  table.forget();
  ids = std::move(table.ids());
  Vec<Vertex> numbers;
  sort_ids(ids, numbers);
  for (auto* list : {&numbered.sources, &numbered.targets})
    for_pieces(list->size(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t e = begin; e < end; ++e) (*list)[e] = numbers[(*list)[e]];
    });
  return numbered;
}

}  // namespace quern::graph
