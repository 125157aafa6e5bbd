#include "graph/shortest_paths.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/clones.hpp"
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

  ShortestPaths paths_;
  Vec<float>
      bound_;  // no less than the distance; most edges lead to where this is enough to know, and it lies in cache
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
    if (distance == paths.distance[u] && v < paths.parent[u] && paths.distance[v] < distance) paths.parent[u] = v;
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

  void bellman_ford(Vertex source, const char* function) {
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
            throw InvalidInput(concat(function, ": the graph has a cycle of negative weight that the source reaches"),
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

// What is known of the weights, by a look at all of them.
struct Weights {
  double least = 0, largest = 0, sum = 0;
};

QUERN_CLONES Weights look_at(const double* weights, std::size_t count) {
  constexpr std::size_t lanes = 16;
  double least[lanes] = {}, largest[lanes] = {}, sum[lanes] = {};
  std::size_t e = 0;
  for (; e + lanes <= count; e += lanes)
    for (std::size_t i = 0; i < lanes; ++i) {
      const double w = weights[e + i];
      least[i] = w < least[i] ? w : least[i];
      largest[i] = w > largest[i] ? w : largest[i];
      sum[i] += w;
    }
  for (; e < count; ++e) {
    least[0] = std::min(least[0], weights[e]);
    largest[0] = std::max(largest[0], weights[e]);
    sum[0] += weights[e];
  }
  Weights all;
  for (std::size_t i = 0; i < lanes; ++i) {
    all.least = std::min(all.least, least[i]);
    all.largest = std::max(all.largest, largest[i]);
    all.sum += sum[i];
  }
  return all;
}

Weights look_at(std::span<const double> weights) {
  Weights all;
  for_pieces(weights.size(), [&](std::size_t begin, std::size_t end) {
    const Weights piece = look_at(&weights[begin], end - begin);
    all = {std::min(all.least, piece.least), std::max(all.largest, piece.largest), all.sum + piece.sum};
  });
  return all;
}

// Buckets of distances of which the next ones lie in a ring, and what is further off in a heap.
class DeltaStepping {
 public:
  DeltaStepping(const Csr& out, double delta)
      : out_(out), per_delta_(1 / delta), bound_(out.vertices(), std::numeric_limits<float>::infinity()), ring_(size) {
    paths_.distance.assign(out.vertices(), unreached);
    paths_.parent.assign(out.vertices(), no_vertex);
  }

  // False if there is so much work done twice that Dijkstra's algorithm will take less.
  bool run(Vertex source) {
    paths_.distance[source] = 0;
    paths_.parent[source] = source;
    bound_[source] = 0;
    ring_[0].push_back(source);
    const std::size_t most = 4 * out_.edges() + 1024;
    std::size_t done = 0;
    Vec<Vertex> current;
    for (;;) {
      while (!ring_[now_ % size].empty()) {
        current.swap(ring_[now_ % size]);
        ring_[now_ % size].clear();
        waiting_ -= current.size();
        for (std::size_t i = 0; i < current.size(); ++i) {
          const Vertex v = current[i];
          if (i + 16 < current.size()) {
            __builtin_prefetch(&out_.offsets[current[i + 16]]);
            __builtin_prefetch(&paths_.distance[current[i + 16]]);
          }
          if (i + 8 < current.size()) {
            const Offset list = out_.offsets[current[i + 8]];
            __builtin_prefetch(out_.targets.data() + list);
            __builtin_prefetch(out_.weights.data() + list);
            __builtin_prefetch(out_.weights.data() + list + 8);
          }
          if (bucket(paths_.distance[v]) < now_) continue;  // has been here since
          relax(v);
          done += out_.degree(v);
          pulse_.count(out_.degree(v));
        }
        if (done > most) return false;
      }
      if (!advance()) return true;
    }
  }
  ShortestPaths& paths() { return paths_; }

 private:
  static constexpr std::size_t size = 1024;

  struct Far {
    double distance;
    Vertex vertex;
    bool operator<(const Far& other) const { return distance > other.distance; }
  };

  std::size_t bucket(double distance) const {
    return static_cast<std::size_t>(std::min(distance * per_delta_, 0x1p62));
  }

  void relax(Vertex v) {
    const double from = paths_.distance[v];
    for (Offset e = out_.offsets[v], end = out_.offsets[v + 1]; e < end; ++e) {
      const Vertex u = out_.targets[e];
      const double distance = from + out_.weights[e];
      if (distance > bound_[u]) continue;
      if (distance < paths_.distance[u]) {
        paths_.distance[u] = distance;
        paths_.parent[u] = v;
        bound_[u] = rounded_up(distance);
        put(distance, u);
      } else if (distance == paths_.distance[u] && v < paths_.parent[u] && from < distance) {
        paths_.parent[u] = v;
      }
    }
  }
  static float rounded_up(double x) {
    constexpr float infinite = std::numeric_limits<float>::infinity();
    if (x > std::numeric_limits<float>::max()) return infinite;
    const auto near = static_cast<float>(x);
    return near < x ? std::nextafter(near, infinite) : near;
  }
  void put(double distance, Vertex v) {
    const std::size_t b = bucket(distance);
    if (b - now_ < size) {
      ring_[b % size].push_back(v);
      ++waiting_;
    } else {
      far_.push_back({distance, v});
      std::push_heap(far_.begin(), far_.end());
    }
  }
  // To the next bucket that has anything.
  bool advance() {
    while (!far_.empty() && far_.front().distance > paths_.distance[far_.front().vertex]) drop_far();
    if (waiting_ == 0) {
      if (far_.empty()) return false;
      now_ = bucket(far_.front().distance);
    } else {
      do ++now_;
      while (ring_[now_ % size].empty());
    }
    while (!far_.empty() && bucket(far_.front().distance) - now_ < size) {
      const Far next = far_.front();
      drop_far();
      if (next.distance == paths_.distance[next.vertex]) put(next.distance, next.vertex);
    }
    return true;
  }
  void drop_far() {
    std::pop_heap(far_.begin(), far_.end());
    far_.pop_back();
  }

  const Csr& out_;
  double per_delta_;
  ShortestPaths paths_;
  Vec<float>
      bound_;  // no less than the distance; most edges lead to where this is enough to know, and it lies in cache
  Vec<Vec<Vertex>> ring_;
  std::size_t now_ = 0, waiting_ = 1;  // the bucket, and entries of all
  Vec<Far> far_;
  Pulse pulse_;
};

// From one vertex until `target` is reached for good, or everywhere.
ShortestPaths search(const char* function, const Csr& out, Vertex source, Vertex target) {
  if (!out.weighted()) {
    Search search(out, source);
    search.breadth_first(source, target);
    return std::move(search.paths);
  }
  const Weights weights = look_at(out.weights);
  if (target == no_vertex && weights.least >= 0 && weights.sum > 0 && std::isfinite(weights.sum)) {
    // Width: a quarter of what the edges of a vertex are apart, on the average.
    const double n = static_cast<double>(out.vertices()), m = static_cast<double>(out.edges());
    DeltaStepping stepping(out,
                           std::max(weights.sum / m * 0.25 / std::max(1.0, m / n), std::numeric_limits<double>::min()));
    if (stepping.run(source)) return std::move(stepping.paths());
  }
  Search search(out, source);
  if (weights.least < 0)
    search.bellman_ford(source, function);
  else
    search.dijkstra(source, target);
  return std::move(search.paths);
}

}  // namespace

ShortestPaths shortest_paths(const Csr& out, Vertex source, const char* function) {
  return search(function, out, source, no_vertex);
}

Path shortest_path(const Csr& out, Vertex source, Vertex target) {
  const ShortestPaths paths = search("shortest_path", out, source, target);
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
