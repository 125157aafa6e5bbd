// Minimum spanning forests, orders of acyclic graphs, maximum flows.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

struct Edge {
  Vertex source, target;
  double weight;
};

// A minimum spanning tree of each component: Kruskal, Proc. AMS 7, 1956. Of equal weights the edge of smaller ends.
// Loops are no part of it.
Vec<Edge> minimum_spanning_tree(const Csr& undirected);

// Vertices so that every edge leads onwards; of those that may come next, the smallest first. Kahn, CACM 5, 1962.
struct Order {
  Vec<Vertex> vertices;
  Vertex on_cycle = no_vertex;  // if there is a cycle: a vertex on it; then `vertices` is not whole
};
Order topological_sort(const Csr& out);

// The most that can flow from source to target where each edge carries at most its weight. Dinic, Soviet Math. Dokl.
// 11, 1970. Weights of 0 or more. Parallel edges add up.
struct Flow {
  double value = 0;
  Vec<double> flows;  // through each edge of `out`
};
Flow max_flow(const Csr& out, Vertex source, Vertex target);

}  // namespace quern::graph
