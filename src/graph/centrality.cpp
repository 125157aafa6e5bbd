#include "graph/centrality.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.hpp"
#include "graph/pulse.hpp"
#include "graph/random.hpp"
#include "graph/shortest_paths.hpp"

namespace quern::graph {

namespace {

// One source of Brandes' algorithm, with memory that is kept from source to source.
class Dependencies {
 public:
  explicit Dependencies(const Csr& out)
      : out_(out), depth_(out.vertices(), no_vertex), paths_(out.vertices()), share_(out.vertices()) {}

  // Adds the dependency of `source` on every other vertex.
  void add(Vertex source, std::span<double> to) {
    if (out_.weighted())
      add_weighted(source, to);
    else
      add_by_breadth(source, to);
  }

 private:
  void add_by_breadth(Vertex source, std::span<double> to) {
    order_.assign(1, source);
    successors_.resize(out_.edges() + 1);
    ends_.clear();
    depth_[source] = 0;
    paths_[source] = 1;
    std::size_t count = 0;
    for (std::size_t head = 0; head < order_.size(); ++head) {
      const Vertex v = order_[head], below = depth_[v] + 1;
      const double paths = paths_[v];
      for (const Vertex u : out_.neighbors(v)) {
        if (depth_[u] == no_vertex) {
          depth_[u] = below;
          paths_[u] = 0;
          order_.push_back(u);
        }
        if (depth_[u] != below) continue;
        paths_[u] += paths;
        successors_[count++] = u;
      }
      ends_.push_back(count);
      pulse_.count(out_.degree(v));
    }
    for (std::size_t i = order_.size(); i-- > 0;) {
      const Vertex v = order_[i];
      double sum = 0;
      for (std::size_t s = i == 0 ? 0 : ends_[i - 1]; s < ends_[i]; ++s) sum += share_[successors_[s]];
      close(v, sum, source, to);
      pulse_.count(out_.degree(v));
    }
    for (const Vertex v : order_) depth_[v] = no_vertex;
  }

  void add_weighted(Vertex source, std::span<double> to) {
    const ShortestPaths found = shortest_paths(out_, source);
    order_.clear();
    for (Vertex v = 0; v < out_.vertices(); ++v)
      if (found.parent[v] != no_vertex) order_.push_back(v);
    const auto& distance = found.distance;
    std::sort(order_.begin(), order_.end(),
              [&](Vertex a, Vertex b) { return distance[a] < distance[b] || (distance[a] == distance[b] && a < b); });
    for (const Vertex v : order_) paths_[v] = v == source;
    const auto on_path = [&](Vertex v, Offset e) { return distance[v] + out_.weights[e] == distance[out_.targets[e]]; };
    for (const Vertex v : order_) {
      for (Offset e = out_.offsets[v]; e < out_.offsets[v + 1]; ++e)
        if (on_path(v, e)) paths_[out_.targets[e]] += paths_[v];
      pulse_.count(out_.degree(v));
    }
    for (std::size_t i = order_.size(); i-- > 0;) {
      const Vertex v = order_[i];
      double sum = 0;
      for (Offset e = out_.offsets[v]; e < out_.offsets[v + 1]; ++e)
        if (on_path(v, e)) sum += share_[out_.targets[e]];
      close(v, sum, source, to);
      pulse_.count(out_.degree(v));
    }
  }

  // All that comes after v is known: `sum` of (1 + dependency) / paths over its successors.
  void close(Vertex v, double sum, Vertex source, std::span<double> to) {
    const double dependency = paths_[v] * sum;
    share_[v] = (1 + dependency) / paths_[v];
    if (v != source) to[v] += dependency;
  }

  Csr out_;
  Vec<Vertex> order_, depth_;
  Vec<Vertex> successors_;  // on shortest paths, of each vertex in order_
  Vec<std::size_t> ends_;
  Vec<double> paths_, share_;
  Pulse pulse_;
};

// The first `count` of a random order of the vertices, sorted.
Vec<Vertex> drawn(std::size_t n, std::size_t count, std::uint64_t seed) {
  Vec<Vertex> vertices(n);
  std::iota(vertices.begin(), vertices.end(), Vertex{0});
  Random random(seed);
  for (std::size_t i = 0; i < count; ++i) std::swap(vertices[i], vertices[i + random.below(n - i)]);
  vertices.resize(count);
  std::sort(vertices.begin(), vertices.end());
  return vertices;
}

}  // namespace

void add_betweenness(const Csr& out, std::span<const Vertex> sources, std::span<double> to) {
  Dependencies dependencies(out);
  for (const Vertex source : sources) dependencies.add(source, to);
}

Vec<double> betweenness_from(const Csr& out, std::span<const Vertex> sources) {
  Vec<double> centrality(out.vertices(), 0), part(out.vertices());
  for (std::size_t p = 0; p < betweenness_parts; ++p) {
    const auto mine = betweenness_part(sources, p);
    if (mine.empty()) continue;
    std::fill(part.begin(), part.end(), 0);
    add_betweenness(out, mine, part);
    for (std::size_t v = 0; v < part.size(); ++v) centrality[v] += part[v];
  }
  return centrality;
}

Vec<Vertex> betweenness_sources(const Csr& out, const BetweennessOptions& options) {
  const std::size_t n = out.vertices();
  if (options.sample < 0)
    throw InvalidInput(concat("betweenness_centrality: sample must be 0 (all vertices) or more, not ", options.sample));
  for (const double w : out.weights)
    if (!(w > 0) || std::isinf(w))
      throw InvalidInput(concat("betweenness_centrality: weights must be above 0 and finite, not ", w));
  const bool all = options.sample == 0 || static_cast<std::size_t>(options.sample) >= n;
  return drawn(n, all ? n : static_cast<std::size_t>(options.sample), options.seed);
}

void scale_betweenness(std::span<double> centrality, std::size_t sources, const BetweennessOptions& options) {
  const auto count = static_cast<double>(centrality.size());
  double factor = options.directed ? 1 : 0.5;
  if (sources < centrality.size()) factor *= count / static_cast<double>(sources);
  if (options.normalized)
    factor *= centrality.size() > 2 ? (options.directed ? 1 : 2) / ((count - 1) * (count - 2)) : 1;
  for (double& value : centrality) value *= factor;
}

Vec<double> betweenness_centrality(const Csr& out, const BetweennessOptions& options) {
  const Vec<Vertex> sources = betweenness_sources(out, options);
  Vec<double> centrality = betweenness_from(out, sources);
  scale_betweenness(centrality, sources.size(), options);
  return centrality;
}

namespace {

// Of the others that reach a vertex.
struct Distances {
  double sum = 0, inverses = 0, others = 0;

  void add(double distance, double count = 1) {
    sum += distance * count;
    inverses += count / distance;
    others += count;
  }
};

// Breadth first, with memory that is kept from vertex to vertex.
class Levels {
 public:
  explicit Levels(std::size_t n) : seen_((n + 63) / 64) {}

  Distances from(const Csr& in, Vertex v) {
    Distances distances;
    reached_.assign(1, v);
    see(v);
    std::size_t begin = 0;
    for (double depth = 1; begin < reached_.size(); ++depth) {
      const std::size_t end = reached_.size();
      for (; begin < end; ++begin) {
        for (const Vertex u : in.neighbors(reached_[begin]))
          if (see(u)) reached_.push_back(u);
        pulse_.count(in.degree(reached_[begin]));
      }
      if (reached_.size() > end) distances.add(depth, static_cast<double>(reached_.size() - end));
    }
    for (const Vertex u : reached_) seen_[u / 64] = 0;
    return distances;
  }

 private:
  bool see(Vertex v) {
    const std::uint64_t bit = std::uint64_t{1} << (v % 64);
    const bool fresh = !(seen_[v / 64] & bit);
    seen_[v / 64] |= bit;
    return fresh;
  }

  Vec<std::uint64_t> seen_;
  Vec<Vertex> reached_;
  Pulse pulse_;
};

Distances by_paths(const Csr& in, Vertex v) {
  const ShortestPaths paths = shortest_paths(in, v);
  Distances distances;
  for (Vertex u = 0; u < in.vertices(); ++u)
    if (u != v && paths.parent[u] != no_vertex) distances.add(paths.distance[u]);
  return distances;
}

Vec<double> by_distance(ByDistance centrality, const Csr& in) {
  require_distances(centrality, in);
  Vec<double> values(in.vertices());
  centrality_by_distance(centrality, in, 0, values);
  return values;
}

}  // namespace

void require_distances(ByDistance centrality, const Csr& in) {
  for (const double w : in.weights)
    if (!(w >= 0))
      throw InvalidInput(concat(centrality == ByDistance::closeness ? "closeness" : "harmonic",
                                "_centrality: weights must be 0 or more, not ", w));
}

void centrality_by_distance(ByDistance centrality, const Csr& in, Vertex begin, std::span<double> to) {
  const double all = static_cast<double>(in.vertices()) - 1;
  Levels levels(in.vertices());
  for (std::size_t i = 0; i < to.size(); ++i) {
    const Vertex v = begin + static_cast<Vertex>(i);
    const Distances found = in.weighted() ? by_paths(in, v) : levels.from(in, v);
    if (centrality == ByDistance::harmonic)
      to[i] = found.inverses;
    else
      to[i] = found.sum > 0 ? found.others / found.sum * (found.others / all) : 0;
  }
}

Vec<double> closeness_centrality(const Csr& in) { return by_distance(ByDistance::closeness, in); }
Vec<double> harmonic_centrality(const Csr& in) { return by_distance(ByDistance::harmonic, in); }

}  // namespace quern::graph
