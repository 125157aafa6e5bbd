#include "graph/summary.hpp"

#include <algorithm>

#include "graph/pulse.hpp"
#include "graph/traversal.hpp"

namespace quern::graph {

Vec<Degree> degrees(const Graph& graph) {
  const std::size_t n = graph.vertices();
  Vec<Degree> degrees(n);
  Pulse pulse;
  for (Vertex v = 0; v < n; ++v) {
    Degree& own = degrees[v];
    own.out = static_cast<std::int64_t>(graph.out.degree(v));
    for (const Vertex u : graph.out.neighbors(v)) {
      if (graph.directed) ++degrees[u].in;
      if (!graph.directed && u == v) ++own.both;  // in the list once
    }
    pulse.count(graph.out.degree(v));
  }
  for (Degree& d : degrees) {
    if (!graph.directed) d.in = d.out;
    d.both += graph.directed ? d.in + d.out : d.out;
  }
  return degrees;
}

std::int64_t edge_count(const Graph& graph) {
  const auto entries = static_cast<std::int64_t>(graph.out.edges());
  if (graph.directed) return entries;
  std::int64_t loops = 0;
  Pulse pulse;
  for (Vertex v = 0; v < graph.vertices(); ++v) {
    const auto neighbors = graph.out.neighbors(v);
    const auto [begin, end] = std::equal_range(neighbors.begin(), neighbors.end(), v);
    loops += end - begin;
    pulse.count(0);
  }
  return (entries + loops) / 2;
}

Summary summarize(const Graph& graph) {
  Summary summary;
  const std::size_t n = graph.vertices();
  Pulse pulse;
  std::int64_t entries = 0, parallel = 0;
  for (Vertex v = 0; v < n; ++v) {
    const auto neighbors = graph.out.neighbors(v);
    for (std::size_t i = 0; i < neighbors.size(); ++i) {
      const bool loop = neighbors[i] == v, again = i > 0 && neighbors[i] == neighbors[i - 1];
      const std::int64_t entries_of_edge = graph.directed ? 2 : loop ? 2 : 1;  // in halves of an edge
      summary.loops += loop;
      entries += entries_of_edge;
      parallel += again ? entries_of_edge : 0;
    }
    pulse.count(neighbors.size());
  }
  summary.edges = entries / 2;
  summary.parallel_edges = parallel / 2;
  const Vec<Degree> degree = degrees(graph);
  if (n > 0) {
    const auto [least, most] = std::minmax_element(degree.begin(), degree.end(),
                                                   [](const Degree& a, const Degree& b) { return a.both < b.both; });
    summary.min_degree = least->both;
    summary.max_degree = most->both;
    summary.isolated = std::count_if(degree.begin(), degree.end(), [](const Degree& d) { return d.both == 0; });
    const Vec<Vertex> component = connected_components(graph.out);
    Vec<std::int64_t> size(n, 0);
    for (const Vertex root : component) ++size[root];
    summary.components = std::count_if(size.begin(), size.end(), [](std::int64_t s) { return s > 0; });
    summary.largest_component = *std::max_element(size.begin(), size.end());
  }
  return summary;
}

}  // namespace quern::graph
