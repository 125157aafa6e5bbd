#include "graph/structure.hpp"

#include <algorithm>
#include <numeric>

#include "graph/pulse.hpp"

namespace quern::graph {

Lists simple_neighbors(const Csr& out, const Csr& in) {
  const std::size_t n = out.vertices();
  Lists lists;
  lists.offsets.reserve(n + 1);
  lists.offsets.push_back(0);
  // What is not used of it is never touched.
  lists.targets.reserve(in.targets.data() == out.targets.data() ? out.edges() : out.edges() + in.edges());
  Pulse pulse;
  for (Vertex v = 0; v < n; ++v) {
    const auto a = out.neighbors(v), b = in.neighbors(v);
    std::size_t i = 0, j = 0;
    Vertex last = v;
    while (i < a.size() || j < b.size()) {
      const Vertex next = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i++] : b[j++];
      const bool seen = lists.targets.size() > lists.offsets.back() && next == last;
      if (next == v || seen) continue;
      lists.targets.push_back(next);
      last = next;
    }
    lists.offsets.push_back(lists.targets.size());
    pulse.count(a.size() + b.size());
  }
  return lists;
}

// Neighbours of higher degree (of equal ones: of higher number), in the order of that rank. Vertices are renumbered by
// it, so that the lists are sorted and those of high degree, which most merges meet, lie together.
Oriented oriented(const Csr& simple) {
  const std::size_t n = simple.vertices();
  Oriented result;
  // Counting sort by degree.
  std::size_t largest = 0;
  for (Vertex v = 0; v < n; ++v) largest = std::max(largest, simple.degree(v));
  Vec<Offset> start(largest + 2, 0);
  for (Vertex v = 0; v < n; ++v) ++start[simple.degree(v) + 1];
  std::partial_sum(start.begin(), start.end(), start.begin());
  result.vertex.resize(n);
  Vec<Vertex> rank(n);
  for (Vertex v = 0; v < n; ++v) {
    rank[v] = static_cast<Vertex>(start[simple.degree(v)]++);
    result.vertex[rank[v]] = v;
  }
  Lists& up = result.up;
  up.offsets.assign(n + 1, 0);
  Pulse pulse;
  for (Vertex v = 0; v < n; ++v) {
    for (const Vertex u : simple.neighbors(v)) up.offsets[rank[v] + 1] += rank[u] > rank[v];
    pulse.count(simple.degree(v));
  }
  std::partial_sum(up.offsets.begin(), up.offsets.end(), up.offsets.begin());
  up.targets.resize(up.offsets.back());
  Vec<Offset> next(up.offsets.begin(), up.offsets.end() - 1);
  // By rising rank of the target, so that lists are sorted.
  for (Vertex r = 0; r < n; ++r) {
    const Vertex v = result.vertex[r];
    for (const Vertex u : simple.neighbors(v))
      if (rank[u] < r) up.targets[next[rank[u]]++] = r;
    pulse.count(simple.degree(v));
  }
  return result;
}

void count_triangles(const Csr& up, Vertex begin, Vertex end, std::span<std::int64_t> counts) {
  Vec<std::uint64_t> marked((up.vertices() + 63) / 64);
  Pulse pulse;
  for (Vertex a = begin; a < end; ++a) {
    const auto neighbors = up.neighbors(a);
    if (neighbors.size() < 2) continue;
    for (const Vertex b : neighbors) marked[b / 64] |= std::uint64_t{1} << (b % 64);
    std::int64_t at_a = 0;
    for (const Vertex b : neighbors) {
      std::int64_t at_b = 0;
      for (const Vertex c : up.neighbors(b)) {
        const auto found = static_cast<std::int64_t>(marked[c / 64] >> (c % 64) & 1);
        at_b += found;
        counts[c] += found;
      }
      counts[b] += at_b;
      at_a += at_b;
      pulse.count(up.degree(b));
    }
    counts[a] += at_a;
    for (const Vertex b : neighbors) marked[b / 64] = 0;
  }
}

Vec<std::int64_t> triangle_counts(const Csr& simple) {
  const std::size_t n = simple.vertices();
  const Oriented graph = oriented(simple);
  Vec<std::int64_t> by_rank(n, 0), counts(n);
  count_triangles(graph.up.view(), 0, static_cast<Vertex>(n), by_rank);
  for (Vertex r = 0; r < n; ++r) counts[graph.vertex[r]] = by_rank[r];
  return counts;
}

Vec<double> local_clustering(const Csr& simple) {
  const Vec<std::int64_t> triangles = triangle_counts(simple);
  Vec<double> coefficients(simple.vertices(), 0);
  for (Vertex v = 0; v < simple.vertices(); ++v) {
    const auto degree = static_cast<double>(simple.degree(v));
    if (degree >= 2) coefficients[v] = 2 * static_cast<double>(triangles[v]) / (degree * (degree - 1));
  }
  return coefficients;
}

Vec<double> local_clustering_directed(const Csr& simple, const Csr& out) {
  const std::size_t n = simple.vertices();
  Vec<double> coefficients(n, 0);
  Vec<Vertex> neighbor_of(n, no_vertex);
  Pulse pulse;
  for (Vertex v = 0; v < n; ++v) {
    const auto neighbors = simple.neighbors(v);
    if (neighbors.size() < 2) continue;
    for (const Vertex u : neighbors) neighbor_of[u] = v;
    std::int64_t joined = 0;
    for (const Vertex u : neighbors) {
      Vertex last = u;  // parallel edges count once
      for (const Vertex w : out.neighbors(u)) {
        joined += neighbor_of[w] == v && w != u && w != last;
        last = w;
      }
      pulse.count(out.degree(u));
    }
    const auto degree = static_cast<double>(neighbors.size());
    coefficients[v] = static_cast<double>(joined) / (degree * (degree - 1));
  }
  return coefficients;
}

Vec<std::int64_t> core_numbers(const Csr& simple) {
  const std::size_t n = simple.vertices();
  std::size_t largest = 0;
  Vec<Vertex> degree(n);
  for (Vertex v = 0; v < n; ++v) {
    degree[v] = static_cast<Vertex>(simple.degree(v));
    largest = std::max<std::size_t>(largest, degree[v]);
  }
  // Vertices by degree; start[d] is where those of degree d begin.
  Vec<Vertex> start(largest + 2, 0), order(n), place(n);
  for (Vertex v = 0; v < n; ++v) ++start[degree[v] + 1];
  std::partial_sum(start.begin(), start.end(), start.begin());
  Vec<Vertex> next(start);
  for (Vertex v = 0; v < n; ++v) {
    place[v] = next[degree[v]]++;
    order[place[v]] = v;
  }
  Pulse pulse;
  for (std::size_t i = 0; i < n; ++i) {
    const Vertex v = order[i];
    for (const Vertex u : simple.neighbors(v)) {
      if (degree[u] <= degree[v]) continue;
      // u changes places with the first of its degree and becomes the last of the one below.
      const Vertex first = start[degree[u]], w = order[first];
      std::swap(order[place[u]], order[first]);
      std::swap(place[u], place[w]);
      ++start[degree[u]];
      --degree[u];
    }
    pulse.count(simple.degree(v));
  }
  return Vec<std::int64_t>(degree.begin(), degree.end());
}

Vec<std::int64_t> truss_numbers(const Csr& simple) {
  const std::size_t n = simple.vertices();
  // Each edge once, by the number of its entry at the smaller vertex; `edge_of` of every entry.
  Vec<Offset> edge_of(simple.edges());
  Vec<Vertex> low;  // its ends
  Vec<Vertex> high;
  const auto entry = [&](Vertex a, Vertex b) {
    const auto list = simple.neighbors(a);
    const auto at = std::lower_bound(list.begin(), list.end(), b);
    return at != list.end() && *at == b ? simple.offsets[a] + static_cast<Offset>(at - list.begin()) : simple.edges();
  };
  Pulse pulse;
  for (Vertex v = 0; v < n; ++v) {
    for (Offset e = simple.offsets[v]; e < simple.offsets[v + 1]; ++e) {
      const Vertex u = simple.targets[e];
      if (v < u) {
        edge_of[e] = low.size();
        low.push_back(v);
        high.push_back(u);
      } else {
        edge_of[e] = edge_of[entry(u, v)];
      }
    }
    pulse.count(8 * simple.degree(v));
  }
  const std::size_t m = low.size();
  Vec<bool> gone(m, false);
  // f(edge of a with c, edge of b with c) for every triangle of an edge that is still there.
  const auto for_triangles = [&](std::size_t edge, auto&& f) {
    Vertex a = low[edge], b = high[edge];
    if (simple.degree(a) > simple.degree(b)) std::swap(a, b);
    for (Offset e = simple.offsets[a]; e < simple.offsets[a + 1]; ++e) {
      const Vertex c = simple.targets[e];
      if (c == b || gone[edge_of[e]]) continue;
      const Offset other = entry(b, c);
      if (other == simple.edges() || gone[edge_of[other]]) continue;
      f(edge_of[e], edge_of[other]);
    }
    pulse.count(8 * simple.degree(a));
  };
  Vec<Vertex> support(m, 0);
  std::size_t largest = 0;
  for (std::size_t edge = 0; edge < m; ++edge) {
    for_triangles(edge, [&](Offset, Offset) { ++support[edge]; });
    largest = std::max<std::size_t>(largest, support[edge]);
  }
  // Edges by support, peeled from the least: the same buckets as for cores.
  Vec<Offset> start(largest + 2, 0), order(m), place(m);
  for (std::size_t edge = 0; edge < m; ++edge) ++start[support[edge] + 1];
  std::partial_sum(start.begin(), start.end(), start.begin());
  Vec<Offset> next(start);
  for (std::size_t edge = 0; edge < m; ++edge) {
    place[edge] = next[support[edge]]++;
    order[place[edge]] = edge;
  }
  for (std::size_t i = 0; i < m; ++i) {
    const Offset edge = order[i];
    const auto lose = [&](Offset other) {
      if (support[other] <= support[edge]) return;
      const Offset first = start[support[other]], w = order[first];
      std::swap(order[place[other]], order[first]);
      std::swap(place[other], place[w]);
      ++start[support[other]];
      --support[other];
    };
    for_triangles(edge, [&](Offset first, Offset second) {
      lose(first);
      lose(second);
    });
    gone[edge] = true;
  }
  Vec<std::int64_t> truss(simple.edges());
  for (std::size_t e = 0; e < truss.size(); ++e) truss[e] = std::int64_t{support[edge_of[e]]} + 2;
  return truss;
}

}  // namespace quern::graph
