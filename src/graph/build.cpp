#include "graph/build.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern::graph {

namespace {

constexpr std::size_t piece = std::size_t{1} << 20;  // between two checkpoints

// f(i) for all i below n, with checkpoints.
template <class F>
void for_all(std::size_t n, F&& f) {
  for (std::size_t begin = 0; begin < n; begin += piece) {
    checkpoint();
    const std::size_t end = std::min(n, begin + piece);
    for (std::size_t i = begin; i < end; ++i) f(i);
  }
}

[[noreturn]] void refuse_vertices(std::size_t vertices) {
  throw InvalidInput(concat("graph: ", vertices, " vertices, and at most ", max_vertices, " are supported"), {},
                     Fault::limit_exceeded);
}

// --- ids to numbers
// ---------------------------------------------------------------------------------------------------

struct Range {
  std::int64_t least = 0;
  std::uint64_t width = 0;  // largest - least
};

Range range_of(std::initializer_list<std::span<const std::int64_t>> lists) {
  bool any = false;
  std::int64_t least = 0, largest = 0;
  for (const auto list : lists)
    for_all(list.size(), [&](std::size_t i) {
      const std::int64_t id = list[i];
      if (!any) least = largest = id;
      any = true;
      least = std::min(least, id);
      largest = std::max(largest, id);
    });
  return {least, static_cast<std::uint64_t>(largest) - static_cast<std::uint64_t>(least)};
}

// A place for each id of a range: marks, then numbers.
class DirectTable {
 public:
  explicit DirectTable(const Range& range)
      : least_(static_cast<std::uint64_t>(range.least)), numbers_(range.width + 1, 0) {}

  void add(std::span<const std::int64_t> ids) {
    for_all(ids.size(), [&](std::size_t i) { numbers_[place(ids[i])] = 1; });
  }
  Vec<std::int64_t> number() {
    Vec<std::int64_t> ids;
    for_all(numbers_.size(), [&](std::size_t i) {
      if (!numbers_[i]) return;
      numbers_[i] = static_cast<Vertex>(ids.size());
      ids.push_back(static_cast<std::int64_t>(least_ + i));
    });
    return ids;
  }
  Vertex operator()(std::int64_t id) const { return numbers_[place(id)]; }
  void prefetch(std::int64_t id) const { __builtin_prefetch(&numbers_[place(id)]); }

 private:
  std::size_t place(std::int64_t id) const { return static_cast<std::uint64_t>(id) - least_; }

  std::uint64_t least_;
  Vec<Vertex> numbers_;
};

class HashTable {
 public:
  void add(std::span<const std::int64_t> ids) {
    constexpr std::size_t ahead = 16;
    for_all(ids.size(), [&](std::size_t i) {
      if (2 * count_ >= slots_.size()) grow();
      if (i + ahead < ids.size()) prefetch(ids[i + ahead]);
      Slot& slot = find(ids[i]);
      if (slot.number != no_vertex) return;
      if (count_ == max_vertices) refuse_vertices(count_ + 1);
      slot = {ids[i], static_cast<Vertex>(count_++)};
    });
  }
  Vec<std::int64_t> number() {
    Vec<std::int64_t> ids;
    ids.reserve(count_);
    for (const Slot& slot : slots_)
      if (slot.number != no_vertex) ids.push_back(slot.id);
    checkpoint();
    std::sort(ids.begin(), ids.end());
    for_all(ids.size(), [&](std::size_t v) { find(ids[v]).number = static_cast<Vertex>(v); });
    return ids;
  }
  Vertex operator()(std::int64_t id) const { return const_cast<HashTable*>(this)->find(id).number; }
  void prefetch(std::int64_t id) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[start(id)]);
  }

 private:
  struct Slot {
    std::int64_t id = 0;
    Vertex number = no_vertex;
  };

  std::size_t start(std::int64_t id) const {  // Fibonacci hashing
    return (static_cast<std::uint64_t>(id) * 0x9e3779b97f4a7c15u) >> shift_;
  }
  Slot& find(std::int64_t id) {
    std::size_t at = start(id);
    while (slots_[at].number != no_vertex && slots_[at].id != id) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  void grow() {
    checkpoint();
    Vec<Slot> old = std::move(slots_);
    slots_ = Vec<Slot>(std::max<std::size_t>(1024, 4 * old.size()));
    shift_ = 64 - std::countr_zero(slots_.size());
    for (const Slot& slot : old)
      if (slot.number != no_vertex) find(slot.id) = slot;
  }

  Vec<Slot> slots_;
  std::size_t count_ = 0;
  int shift_ = 64;
};

// Edges between numbers; sources and targets in place of the ids.
struct NumberedEdges {
  Vec<Vertex> sources, targets;
  Vec<double> weights;
};

template <class Table>
void number_edges(Table table, EdgeList& edges, Vec<std::int64_t>& ids, NumberedEdges& numbered) {
  for (const auto* list : {&edges.sources, &edges.targets, &edges.isolated}) table.add(*list);
  ids = table.number();
  if (ids.size() > max_vertices) refuse_vertices(ids.size());
  const auto translate = [&](Vec<std::int64_t>& from, Vec<Vertex>& to) {
    constexpr std::size_t ahead = 16;
    to.resize(from.size());
    for_all(from.size(), [&](std::size_t e) {
      if (e + ahead < from.size()) table.prefetch(from[e + ahead]);
      to[e] = table(from[e]);
    });
    Vec<std::int64_t>().swap(from);
  };
  translate(edges.sources, numbered.sources);
  translate(edges.targets, numbered.targets);
  numbered.weights = std::move(edges.weights);
}

// --- numbers to lists
// -------------------------------------------------------------------------------------------------

// counts[v + 1] edges leave v; afterwards counts[v] is where its list starts.
void accumulate(Vec<Offset>& counts) {
  for (std::size_t v = 1; v < counts.size(); ++v) counts[v] += counts[v - 1];
}

// Lists of the edges turned round, in the order in which they come.
Lists turned_lists(const NumberedEdges& edges, std::size_t vertices, const BuildOptions& options) {
  const std::size_t count = edges.sources.size();
  const bool weighted = !edges.weights.empty();
  const auto for_each_entry = [&](auto&& f) {
    for_all(count, [&](std::size_t e) {
      const Vertex s = edges.sources[e], t = edges.targets[e];
      if (s == t && !options.loops) return;
      f(t, s, e);
      if (!options.directed && s != t) f(s, t, e);
    });
  };
  Lists lists;
  lists.offsets.assign(vertices + 1, 0);
  for_each_entry([&](Vertex s, Vertex, std::size_t) { ++lists.offsets[s + 1]; });
  accumulate(lists.offsets);
  lists.targets.resize(lists.offsets.back());
  if (weighted) lists.weights.resize(lists.offsets.back());
  Vec<Offset> next(lists.offsets.begin(), lists.offsets.end() - 1);
  for_each_entry([&](Vertex s, Vertex t, std::size_t e) {
    const Offset at = next[s]++;
    lists.targets[at] = t;
    if (weighted) lists.weights[at] = edges.weights[e];
  });
  return lists;
}

double combined(Multi multi, double a, double b) {
  switch (multi) {
    case Multi::min:
      return std::min(a, b);
    case Multi::max:
      return std::max(a, b);
    default:
      return a + b;
  }
}

// Parallel edges become one, in place.
void combine_parallel(Lists& lists, Multi multi) {
  if (lists.weights.empty() && multi == Multi::sum) lists.weights.assign(lists.targets.size(), 1.0);
  const bool weighted = !lists.weights.empty();
  Offset to = 0, begin = 0;
  for (std::size_t v = 0; v + 1 < lists.offsets.size(); ++v) {
    const Offset end = lists.offsets[v + 1], start = to;
    if ((v & 0xffff) == 0) checkpoint();
    for (Offset e = begin; e < end; ++e) {
      if (to > start && lists.targets[to - 1] == lists.targets[e]) {
        if (weighted) lists.weights[to - 1] = combined(multi, lists.weights[to - 1], lists.weights[e]);
        continue;
      }
      lists.targets[to] = lists.targets[e];
      if (weighted) lists.weights[to] = lists.weights[e];
      ++to;
    }
    begin = end;
    lists.offsets[v + 1] = to;
  }
  lists.targets.resize(to);
  lists.targets.shrink_to_fit();
  if (weighted) {
    lists.weights.resize(to);
    lists.weights.shrink_to_fit();
  }
}

}  // namespace

Lists transpose(const Csr& csr) {
  Lists lists;
  lists.offsets.assign(csr.vertices() + 1, 0);
  for_all(csr.edges(), [&](std::size_t e) { ++lists.offsets[csr.targets[e] + 1]; });
  accumulate(lists.offsets);
  lists.targets.resize(csr.edges());
  if (csr.weighted()) lists.weights.resize(csr.edges());
  Vec<Offset> next(lists.offsets.begin(), lists.offsets.end() - 1);
  std::size_t done = 0;
  for (Vertex v = 0; v < csr.vertices(); ++v) {
    for (Offset e = csr.offsets[v]; e < csr.offsets[v + 1]; ++e) {
      const Offset at = next[csr.targets[e]]++;
      lists.targets[at] = v;
      if (csr.weighted()) lists.weights[at] = csr.weights[e];
      if ((++done & (piece - 1)) == 0) checkpoint();
    }
  }
  return lists;
}

Built build(EdgeList edges, const BuildOptions& options) {
  for (const double w : edges.weights)
    if (std::isnan(w)) throw InvalidInput("graph: the weight of an edge is NaN");
  Built built;
  NumberedEdges numbered;
  const Range range = range_of({edges.sources, edges.targets, edges.isolated});
  const std::size_t named = 2 * edges.size() + edges.isolated.size();
  if (range.width < 8 * named + 1024)
    number_edges(DirectTable(range), edges, built.ids, numbered);
  else
    number_edges(HashTable(), edges, built.ids, numbered);
  const Lists turned = turned_lists(numbered, built.ids.size(), options);
  numbered = {};
  built.out = transpose(turned.view());
  if (options.multi != Multi::keep) combine_parallel(built.out, options.multi);
  return built;
}

bool is_sound(const Csr& csr, std::size_t vertices) {
  if (csr.offsets.size() != vertices + 1 || csr.offsets.front() != 0 || csr.offsets.back() != csr.edges()) return false;
  if (csr.weighted() && csr.weights.size() != csr.edges()) return false;
  for (std::size_t v = 0; v < vertices; ++v)
    if (csr.offsets[v] > csr.offsets[v + 1]) return false;
  for (Vertex v = 0; v < vertices; ++v) {
    const auto list = csr.neighbors(v);
    if (!std::is_sorted(list.begin(), list.end()) || (!list.empty() && list.back() >= vertices)) return false;
    if ((v & 0xffff) == 0) checkpoint();
  }
  return std::none_of(csr.weights.begin(), csr.weights.end(), [](double w) { return std::isnan(w); });
}

}  // namespace quern::graph
