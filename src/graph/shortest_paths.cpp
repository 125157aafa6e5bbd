#include "graph/shortest_paths.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "graph/pulse.hpp"

namespace quern::graph {

namespace {

constexpr double unreached = std::numeric_limits<double>::infinity();

// Vertices by distance, each at most once: a heap of four children a node that knows where everyone is.
class Heap {
 public:
  explicit Heap(std::size_t n) : place_(n, no_vertex) {}

  bool empty() const { return nodes_.empty(); }
  void push_or_improve(Vertex v, double distance) {
    if (place_[v] == no_vertex) {
      place_[v] = static_cast<Vertex>(nodes_.size());
      nodes_.push_back({distance, v});
    }
    rise(place_[v], {distance, v});
  }
  Vertex pop() {
    const Vertex least = nodes_[0].vertex;
    const Node last = nodes_.back();
    nodes_.pop_back();
    if (!nodes_.empty()) sink(last);
    return least;
  }

 private:
  struct Node {
    double distance;
    Vertex vertex;
    bool operator<(const Node& other) const {
      return distance < other.distance || (distance == other.distance && vertex < other.vertex);
    }
  };

  void put(std::size_t at, const Node& node) {
    nodes_[at] = node;
    place_[node.vertex] = static_cast<Vertex>(at);
  }
  void rise(std::size_t at, const Node& node) {
    while (at > 0) {
      const std::size_t above = (at - 1) / 4;
      if (!(node < nodes_[above])) break;
      put(at, nodes_[above]);
      at = above;
    }
    put(at, node);
  }
  void sink(const Node& node) {
    std::size_t at = 0;
    for (;;) {
      const std::size_t first = 4 * at + 1;
      if (first >= nodes_.size()) break;
      const std::size_t last = std::min(first + 4, nodes_.size());
      const auto least = std::min_element(nodes_.begin() + static_cast<std::ptrdiff_t>(first),
                                          nodes_.begin() + static_cast<std::ptrdiff_t>(last));
      if (!(*least < node)) break;
      const auto next = static_cast<std::size_t>(least - nodes_.begin());
      put(at, *least);
      at = next;
    }
    put(at, node);
  }

  Vec<Node> nodes_;
  Vec<Vertex> place_;  // of each vertex in nodes_, also after it left
};

struct Search {
  Csr out;
  ShortestPaths paths;
  Pulse pulse;

  Search(const Csr& out, Vertex source) : out(out) {
    paths.distance.assign(out.vertices(), unreached);
    paths.parent.assign(out.vertices(), no_vertex);
    paths.distance[source] = 0;
    paths.parent[source] = source;
  }

  // Is the way to the end of the edge through v shorter? Of equal ways the one over the smaller vertex is kept.
  bool improves(Vertex v, Offset edge) {
    const Vertex u = out.targets[edge];
    const double distance = paths.distance[v] + out.weight(edge);
    if (distance < paths.distance[u]) {
      paths.distance[u] = distance;
      paths.parent[u] = v;
      return true;
    }
    if (distance == paths.distance[u] && v < paths.parent[u] && out.weight(edge) > 0) paths.parent[u] = v;
    return false;
  }

  void breadth_first(Vertex source, Vertex target) {
    Vec<Vertex> queue{source};
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const Vertex v = queue[head];
      if (v == target) return;
      for (Offset e = out.offsets[v]; e < out.offsets[v + 1]; ++e)
        if (improves(v, e)) queue.push_back(out.targets[e]);
      pulse.count(out.degree(v));
    }
  }

  void dijkstra(Vertex source, Vertex target) {
    Heap heap(out.vertices());
    heap.push_or_improve(source, 0);
    while (!heap.empty()) {
      const Vertex v = heap.pop();
      if (v == target) return;
      for (Offset e = out.offsets[v]; e < out.offsets[v + 1]; ++e)
        if (improves(v, e)) heap.push_or_improve(out.targets[e], paths.distance[out.targets[e]]);
      pulse.count(out.degree(v));
    }
  }

  void bellman_ford(Vertex source) {
    const std::size_t n = out.vertices();
    Vec<Vertex> queue{source}, next, edges_to(n, 0);  // edges of the path to each vertex
    Vec<bool> queued(n, false);
    while (!queue.empty()) {
      next.clear();
      for (const Vertex v : queue) {
        queued[v] = false;
        for (Offset e = out.offsets[v]; e < out.offsets[v + 1]; ++e) {
          if (!improves(v, e)) continue;
          const Vertex u = out.targets[e];
          edges_to[u] = edges_to[v] + 1;
          if (edges_to[u] >= n)
            throw InvalidInput("shortest_paths: the graph has a cycle of negative weight that the source reaches",
                               "Paths through such a cycle have no least cost.");
          if (!queued[u]) {
            queued[u] = true;
            next.push_back(u);
          }
        }
        pulse.count(out.degree(v));
      }
      queue.swap(next);
    }
  }
};

// From one vertex until `target` is reached for good, or everywhere.
ShortestPaths search(const Csr& out, Vertex source, Vertex target) {
  Search search(out, source);
  if (!out.weighted()) {
    search.breadth_first(source, target);
  } else if (std::any_of(out.weights.begin(), out.weights.end(), [](double w) { return w < 0; })) {
    search.bellman_ford(source);
  } else {
    search.dijkstra(source, target);
  }
  return std::move(search.paths);
}

}  // namespace

ShortestPaths shortest_paths(const Csr& out, Vertex source) { return search(out, source, no_vertex); }

Path shortest_path(const Csr& out, Vertex source, Vertex target) {
  const ShortestPaths paths = search(out, source, target);
  Path path;
  if (paths.parent[target] == no_vertex) return path;
  for (Vertex v = target;; v = paths.parent[v]) {
    path.vertices.push_back(v);
    path.costs.push_back(paths.distance[v]);
    if (v == source) break;
  }
  std::reverse(path.vertices.begin(), path.vertices.end());
  std::reverse(path.costs.begin(), path.costs.end());
  return path;
}

}  // namespace quern::graph
