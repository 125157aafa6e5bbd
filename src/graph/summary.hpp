// Sizes of a graph.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

struct Degree {
  std::int64_t in = 0, out = 0;
  std::int64_t both = 0;  // a loop counts twice
};
Vec<Degree> degrees(const Graph& graph);

// Edges; one of an undirected graph lies in two lists, a loop in one.
std::int64_t edge_count(const Graph& graph);

struct Summary {
  std::int64_t edges = 0, loops = 0, parallel_edges = 0, isolated = 0, components = 0, largest_component = 0;
  std::int64_t min_degree = 0, max_degree = 0;
};
Summary summarize(const Graph& graph);

}  // namespace quern::graph
