#include "graph/build.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "graph/numbering.hpp"
#include "graph/pulse.hpp"

namespace quern::graph {

namespace {

// --- entries to lists
// -------------------------------------------------------------------------------------------------

struct Entry {
  std::uint64_t key;  // list << 32 | target

  Entry() = default;
  Entry(Vertex list, Vertex target, double) : key(std::uint64_t{list} << 32 | target) {}
  Vertex list() const { return static_cast<Vertex>(key >> 32); }
  Vertex target() const { return static_cast<Vertex>(key); }
};

struct WeightedEntry : Entry {
  double weight;

  WeightedEntry() = default;
  WeightedEntry(Vertex list, Vertex target, double weight) : Entry(list, target, weight), weight(weight) {}
};

// Sorts [from, from + count) by a digit of the key into `to`, keeping the order of equals.
template <class T>
void sort_by_digit(const T* from, T* to, std::size_t count, int shift, std::size_t digits, std::size_t* start) {
  std::size_t sum = 0;
  for (std::size_t d = 0; d < digits; ++d) sum += std::exchange(start[d], sum);
  for_pieces(count, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) to[start[from[i].key >> shift & (digits - 1)]++] = from[i];
  });
}

// What each_entry(f) gives to f(list, target, weight), as lists sorted by target, equals in the order in which they
// came. release() comes when the entries are copied.
//
// They are cut by list into buckets that a cache holds, each bucket is sorted by digits of the target (unless
// `by_target`: entries come in that order) and then by list.
template <class T, class EachEntry, class Release>
Lists sorted_lists(std::size_t vertices, bool by_target, EachEntry&& each_entry, Release&& release) {
  constexpr bool weighted = sizeof(T) > sizeof(Entry);
  constexpr std::size_t bucket_entries = 8192, most_buckets = 2048;
  Lists lists;
  lists.offsets.assign(vertices + 1, 0);
  if (vertices == 0) return lists;
  // Buckets are first counted finely.
  const int fine =
      std::max(0, static_cast<int>(std::bit_width(vertices - 1)) - static_cast<int>(std::bit_width(most_buckets - 1)));
  Vec<std::size_t> start(((vertices - 1) >> fine) + 2, 0);
  each_entry([&](Vertex list, Vertex, double) { ++start[(list >> fine) + 1]; });
  std::partial_sum(start.begin(), start.end(), start.begin());
  const std::size_t count = start.back();
  int shift = fine;
  while (start.size() > 2 && count / (start.size() - 1) < bucket_entries / 2) {  // two become one
    const std::size_t buckets = start.size() - 1;
    for (std::size_t b = 0; 2 * b < buckets; ++b) start[b] = start[2 * b];
    start[(buckets + 1) / 2] = count;
    start.resize((buckets + 1) / 2 + 1);
    ++shift;
  }
  const std::size_t buckets = start.size() - 1;
  Room<T> entries(count);
  {
    Vec<std::size_t> next(start);
    each_entry(
        [&](Vertex list, Vertex target, double weight) { entries[next[list >> shift]++] = T(list, target, weight); });
  }
  release();
  lists.targets.resize(count);
  if (weighted) lists.weights.resize(count);

  const int bits = static_cast<int>(std::bit_width(vertices - 1)), passes = by_target ? 0 : (bits + 10) / 11;
  const int width = passes > 0 ? (bits + passes - 1) / passes : 0;
  const std::size_t digits = std::size_t{1} << width;
  Vec<std::size_t> counts(digits * static_cast<std::size_t>(passes));
  Room<T> room;
  for (std::size_t b = 0; b < buckets; ++b) {
    T *from = entries.data() + start[b], *to = nullptr;
    const std::size_t size = start[b + 1] - start[b];
    if (passes > 0) {
      if (room.size() < size) {
        room = {};
        room = Room<T>(size);
      }
      to = room.data();
      std::fill(counts.begin(), counts.end(), 0);
      for_pieces(size, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
          for (int p = 0; p < passes; ++p)
            ++counts[static_cast<std::size_t>(p) * digits + (from[i].key >> (p * width) & (digits - 1))];
      });
      for (int p = 0; p < passes; ++p) {
        sort_by_digit(from, to, size, p * width, digits, &counts[static_cast<std::size_t>(p) * digits]);
        std::swap(from, to);
      }
    }
    const std::size_t first = b << shift, last = std::min(vertices, (b + 1) << shift);
    Offset* const next = &lists.offsets[first];
    for_pieces(size, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) ++next[from[i].list() - first];
    });
    std::size_t sum = start[b];
    for (std::size_t v = 0; v < last - first; ++v) sum += std::exchange(next[v], sum);
    for_pieces(size, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        const Offset at = next[from[i].list() - first]++;
        lists.targets[at] = from[i].target();
        if constexpr (weighted) lists.weights[at] = from[i].weight;
      }
    });
  }
  // Each offset now is where its list ends.
  std::copy_backward(lists.offsets.begin(), lists.offsets.end() - 1, lists.offsets.end());
  lists.offsets[0] = 0;
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
  const auto each = [&](auto&& f) {
    Pulse pulse;
    for (Vertex v = 0; v < csr.vertices(); ++v) {
      for (Offset e = csr.offsets[v]; e < csr.offsets[v + 1]; ++e) f(csr.targets[e], v, csr.weight(e));
      pulse.count(csr.degree(v));
    }
  };
  const auto release = [] {};
  return csr.weighted() ? sorted_lists<WeightedEntry>(csr.vertices(), true, each, release)
                        : sorted_lists<Entry>(csr.vertices(), true, each, release);
}

Built build(EdgeList edges, const BuildOptions& options) {
  for (const double w : edges.weights)
    if (std::isnan(w)) throw InvalidInput("graph: the weight of an edge is NaN");
  Built built;
  NumberedEdges numbered = number_vertices(edges, built.ids);
  const bool weighted = !numbered.weights.empty();
  const auto each = [&](auto&& f) {
    for_pieces(numbered.sources.size(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t e = begin; e < end; ++e) {
        const Vertex s = numbered.sources[e], t = numbered.targets[e];
        const double weight = weighted ? numbered.weights[e] : 1;
        if (s == t && !options.loops) continue;
        f(s, t, weight);
        if (!options.directed && s != t) f(t, s, weight);
      }
    });
  };
  const auto release = [&] { numbered = {}; };
  built.out = weighted ? sorted_lists<WeightedEntry>(built.ids.size(), false, each, release)
                       : sorted_lists<Entry>(built.ids.size(), false, each, release);
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
