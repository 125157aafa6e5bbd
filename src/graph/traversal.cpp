#include "graph/traversal.hpp"

#include <algorithm>
#include <utility>

#include "graph/pulse.hpp"

namespace quern::graph {

namespace {

class Bits {
 public:
  explicit Bits(std::size_t n) : words_((n + 63) / 64) {}
  void set(Vertex v) { words_[v / 64] |= std::uint64_t{1} << (v % 64); }
  bool operator[](Vertex v) const { return words_[v / 64] >> (v % 64) & 1; }
  void clear() { std::fill(words_.begin(), words_.end(), 0); }

 private:
  Vec<std::uint64_t> words_;
};

}  // namespace

BreadthFirst bfs(const Csr& out, const Csr& in, Vertex source) {
  // Backwards pays once the front has more than 1 / alpha of the edges not yet seen, until it has less than 1 / beta of
  // the vertices (the paper's 14 and 24).
  constexpr std::size_t alpha = 15, beta = 18;
  const std::size_t n = out.vertices();
  BreadthFirst found;
  found.depth.assign(n, no_vertex);
  found.parent.assign(n, no_vertex);
  found.depth[source] = 0;
  found.parent[source] = source;
  Vec<Vertex> front{source}, next;
  std::size_t edges_left = out.edges(), edges_of_front = out.degree(source);
  Pulse pulse;
  for (Vertex depth = 1; !front.empty(); ++depth) {
    next.clear();
    if (edges_of_front > edges_left / alpha && front.size() > 1) {
      Bits in_front(n);
      for (const Vertex v : front) in_front.set(v);
      std::size_t reached = front.size(), before;
      do {  // whole levels backwards, fronts as bit maps
        before = reached;
        reached = 0;
        Bits new_front(n);
        for (Vertex v = 0; v < n; ++v) {
          if (found.depth[v] != no_vertex) continue;
          const auto candidates = in.neighbors(v);
          std::size_t looked = 0;
          for (const Vertex u : candidates) {
            ++looked;
            if (!in_front[u]) continue;
            found.depth[v] = depth;
            found.parent[v] = u;
            new_front.set(v);
            ++reached;
            break;
          }
          pulse.count(looked);
        }
        in_front = std::move(new_front);
        ++depth;
      } while (reached > 0 && (reached >= before || reached > n / beta));
      --depth;
      for (Vertex v = 0; v < n; ++v)
        if (found.depth[v] == depth) next.push_back(v);
      edges_left = edges_left / alpha;  // few: forwards from now on, unless the front grows again
    } else {
      edges_left -= std::min(edges_left, edges_of_front);
      for (const Vertex v : front) {
        const auto neighbors = out.neighbors(v);
        for (const Vertex u : neighbors) {
          if (found.depth[u] == no_vertex) {
            found.depth[u] = depth;
            found.parent[u] = v;
            next.push_back(u);
          } else if (found.depth[u] == depth) {
            found.parent[u] = std::min(found.parent[u], v);
          }
        }
        pulse.count(neighbors.size());
      }
    }
    edges_of_front = 0;
    for (const Vertex v : next) edges_of_front += out.degree(v);
    front.swap(next);
  }
  return found;
}

Vec<Vertex> connected_components(const Csr& out) {
  const std::size_t n = out.vertices();
  Vec<Vertex> root(n);
  for (Vertex v = 0; v < n; ++v) root[v] = v;
  const auto find = [&](Vertex v) {
    while (root[v] != v) {
      root[v] = root[root[v]];
      v = root[v];
    }
    return v;
  };
  Pulse pulse;
  for (Vertex v = 0; v < n; ++v) {
    const auto neighbors = out.neighbors(v);
    Vertex mine = find(v);
    for (const Vertex u : neighbors) {
      const Vertex theirs = find(u);
      if (theirs == mine) continue;
      if (theirs < mine) {
        root[mine] = theirs;
        mine = theirs;
      } else {
        root[theirs] = mine;
      }
    }
    pulse.count(neighbors.size());
  }
  // A root is smaller than all below it, so one pass upwards is enough.
  for (Vertex v = 0; v < n; ++v) root[v] = root[root[v]];
  return root;
}

Vec<Vertex> strongly_connected_components(const Csr& out) {
  const std::size_t n = out.vertices();
  Vec<Vertex> index(n, no_vertex), low(n), component(n, no_vertex), path, open;
  Vec<Offset> next(n);  // the edge of each vertex on the path to look at next
  Vertex order = 0;
  Pulse pulse;
  for (Vertex start = 0; start < n; ++start) {
    if (index[start] != no_vertex) continue;
    path.push_back(start);
    while (!path.empty()) {
      const Vertex v = path.back();
      if (index[v] == no_vertex) {
        index[v] = low[v] = order++;
        next[v] = out.offsets[v];
        open.push_back(v);
      }
      bool descends = false;
      const Offset first = next[v];
      while (next[v] < out.offsets[v + 1]) {
        const Vertex u = out.targets[next[v]];
        if (index[u] == no_vertex) {
          path.push_back(u);
          descends = true;
          break;
        }
        if (component[u] == no_vertex) low[v] = std::min(low[v], low[u]);
        ++next[v];
      }
      pulse.count(next[v] - first);
      if (descends) continue;
      path.pop_back();
      if (low[v] != index[v]) continue;
      const auto begin = std::find(open.rbegin(), open.rend(), v).base() - 1;
      const Vertex smallest = *std::min_element(begin, open.end());
      for (auto it = begin; it != open.end(); ++it) component[*it] = smallest;
      open.erase(begin, open.end());
    }
  }
  return component;
}

}  // namespace quern::graph
