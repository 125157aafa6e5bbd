// Centralities by shortest paths: betweenness, closeness, harmonic.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

// Brandes, J. Math. Sociol. 25, 2001; with weights of above 0 by Dijkstra, without by breadth. Sums of pair
// dependencies: of an undirected graph each pair counts once. `sample` > 0: from so many sources, drawn by `seed`, and
// scaled to all (Brandes, Pich, Int. J. Bifurcation Chaos 17, 2007). `normalized`: divided by the number of pairs
// without the vertex. Parallel edges count as paths of their own. n m time; 4 bytes an edge and 40 a vertex.
struct BetweennessOptions {
  bool directed = true;
  bool normalized = false;
  std::int64_t sample = 0;
  std::uint64_t seed = 0;
};
Vec<double> betweenness_centrality(const Csr& out, const BetweennessOptions& options = {});
// What the paths from `sources` alone add: to each vertex its part of the shortest paths to all others.
Vec<double> betweenness_from(const Csr& out, std::span<const Vertex> sources);

// From the distances to each vertex, over the lists `in`: (r - 1) / sum of the distances from the r - 1 others that
// reach it, times (r - 1) / (n - 1) (Wasserman, Faust, Social Network Analysis, 1994, as NetworkX); 0 where none does.
Vec<double> closeness_centrality(const Csr& in);

// The sum of 1 / distance from every other vertex (Marchiori, Latora, Physica A 285, 2000), as NetworkX; igraph's is
// this divided by n - 1.
Vec<double> harmonic_centrality(const Csr& in);

}  // namespace quern::graph
