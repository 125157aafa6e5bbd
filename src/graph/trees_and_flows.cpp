#include "graph/trees_and_flows.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "base/text.hpp"
#include "graph/pulse.hpp"

namespace quern::graph {

Vec<Edge> minimum_spanning_tree(const Csr& undirected) {
  const std::size_t n = undirected.vertices();
  Vec<Edge> edges, tree;
  Pulse pulse;
  for (Vertex v = 0; v < n; ++v) {
    for (Offset e = undirected.offsets[v]; e < undirected.offsets[v + 1]; ++e)
      if (v < undirected.targets[e]) edges.push_back({v, undirected.targets[e], undirected.weight(e)});
    pulse.count(undirected.degree(v));
  }
  std::stable_sort(edges.begin(), edges.end(), [&](const Edge& a, const Edge& b) {
    pulse.count(0);
    return a.weight < b.weight;
  });
  Vec<Vertex> root(n);
  std::iota(root.begin(), root.end(), Vertex{0});
  const auto find = [&](Vertex v) {
    while (root[v] != v) v = root[v] = root[root[v]];
    return v;
  };
  for (const Edge& edge : edges) {
    const Vertex a = find(edge.source), b = find(edge.target);
    pulse.count(0);
    if (a == b) continue;
    root[std::max(a, b)] = std::min(a, b);
    tree.push_back(edge);
  }
  return tree;
}

Order topological_sort(const Csr& out) {
  const std::size_t n = out.vertices();
  Vec<Offset> before(n, 0);
  Pulse pulse;
  for (Vertex v = 0; v < n; ++v) {
    for (const Vertex u : out.neighbors(v)) ++before[u];
    pulse.count(out.degree(v));
  }
  Vec<Vertex> ready;  // a heap, the smallest on top
  for (Vertex v = 0; v < n; ++v)
    if (before[v] == 0) ready.push_back(v);  // ascending: a heap already
  Order order;
  while (!ready.empty()) {
    std::pop_heap(ready.begin(), ready.end(), std::greater<>());
    const Vertex v = ready.back();
    ready.pop_back();
    order.vertices.push_back(v);
    for (const Vertex u : out.neighbors(v)) {
      if (--before[u] > 0) continue;
      ready.push_back(u);
      std::push_heap(ready.begin(), ready.end(), std::greater<>());
    }
    pulse.count(out.degree(v));
  }
  if (order.vertices.size() == n) return order;
  // Every vertex that is left has one before it that is left too: n steps back end on a cycle.
  Vec<Vertex> previous(n, no_vertex);
  Vertex at = no_vertex;
  for (Vertex v = 0; v < n; ++v) {
    if (before[v] == 0) continue;
    at = v;
    for (const Vertex u : out.neighbors(v))
      if (before[u] > 0) previous[u] = v;
  }
  for (std::size_t i = 0; i < n; ++i) at = previous[at];
  order.on_cycle = at;
  return order;
}

namespace {

// Residual edges: 2 e is edge e, 2 e + 1 its reverse.
class Dinic {
 public:
  Dinic(const Csr& out, Vertex source, Vertex target) : source_(source), target_(target), n_(out.vertices()) {
    const std::size_t m = out.edges();
    start_.assign(n_ + 1, 0);
    to_.resize(2 * m);
    left_.resize(2 * m);
    for (Vertex v = 0; v < n_; ++v)
      for (Offset e = out.offsets[v]; e < out.offsets[v + 1]; ++e) {
        to_[2 * e] = out.targets[e];
        to_[2 * e + 1] = v;
        left_[2 * e] = out.weight(e);
        left_[2 * e + 1] = 0;
        ++start_[v + 1];
        ++start_[out.targets[e] + 1];
      }
    std::partial_sum(start_.begin(), start_.end(), start_.begin());
    edges_.resize(2 * m);
    Vec<Offset> next(start_.begin(), start_.end() - 1);
    for (Offset e = 0; e < 2 * m; ++e) edges_[next[to_[e ^ 1]]++] = e;
  }

  double run() {
    double value = 0;
    while (level()) {
      next_.assign(start_.begin(), start_.end() - 1);
      while (const double pushed = push()) value += pushed;
    }
    return value;
  }
  double flow(Offset edge) const { return left_[2 * edge + 1]; }

 private:
  // Depths from the source over edges with room; false if the target has none.
  bool level() {
    depth_.assign(n_, no_vertex);
    depth_[source_] = 0;
    queue_.assign(1, source_);
    for (std::size_t head = 0; head < queue_.size(); ++head) {
      const Vertex v = queue_[head];
      for (Offset i = start_[v]; i < start_[v + 1]; ++i) {
        const Offset e = edges_[i];
        if (left_[e] <= 0 || depth_[to_[e]] != no_vertex) continue;
        depth_[to_[e]] = depth_[v] + 1;
        queue_.push_back(to_[e]);
      }
      pulse_.count(start_[v + 1] - start_[v]);
    }
    return depth_[target_] != no_vertex;
  }

  // One more path downwards to the target; 0 if there is none left.
  double push() {
    path_.clear();
    Vertex v = source_;
    while (v != target_) {
      bool found = false;
      for (; next_[v] < start_[v + 1]; ++next_[v]) {
        const Offset e = edges_[next_[v]];
        pulse_.count(0);
        if (left_[e] <= 0 || depth_[to_[e]] != depth_[v] + 1) continue;
        path_.push_back(e);
        v = to_[e];
        found = true;
        break;
      }
      if (found) continue;
      if (path_.empty()) return 0;
      v = to_[path_.back() ^ 1];
      path_.pop_back();
      ++next_[v];
    }
    double room = std::numeric_limits<double>::infinity();
    for (const Offset e : path_) room = std::min(room, left_[e]);
    for (const Offset e : path_) {
      left_[e] -= room;
      left_[e ^ 1] += room;
    }
    return room;
  }

  Vertex source_, target_;
  std::size_t n_;
  Vec<Offset> start_, edges_, next_, path_;
  Vec<Vertex> to_, depth_, queue_;
  Vec<double> left_;
  Pulse pulse_;
};

}  // namespace

Flow max_flow(const Csr& out, Vertex source, Vertex target) {
  if (source == target) throw InvalidInput("max_flow: source and target are the same vertex");
  for (const double w : out.weights)
    if (!(w >= 0) || std::isinf(w))
      throw InvalidInput(concat("max_flow: weights must be finite numbers of 0 or more, not ", w));
  Dinic dinic(out, source, target);
  Flow flow;
  flow.value = dinic.run();
  flow.flows.resize(out.edges());
  for (Offset e = 0; e < out.edges(); ++e) flow.flows[e] = dinic.flow(e);
  return flow;
}

}  // namespace quern::graph
