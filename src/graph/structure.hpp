// Triangles, clustering, cores and trusses: of the simple undirected graph under a graph, without loops, directions and
// parallel edges.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

// Neighbours either way, each once, without the vertex itself; sorted. No weights.
Lists simple_neighbors(const Csr& out, const Csr& in);

// Triangles at each vertex. Every triangle is found once, at its edge of highest degrees: lists are cut to neighbours
// of higher degree and merged (Chiba, Nishizeki, SIAM J. Comput. 14, 1985; Schank, Wagner, WEA 2005): edges^1.5 at
// most. `simple` is what simple_neighbors gives.
Vec<std::int64_t> triangle_counts(const Csr& simple);

// The cut lists: vertices are numbered by degree in them, `vertex` says which they are.
struct Oriented {
  Vec<Vertex> vertex;
  Lists up;
};
Oriented oriented(const Csr& simple);
// Adds the triangles whose least numbers are from begin to before end to `counts`, by number.
void count_triangles(const Csr& up, Vertex begin, Vertex end, std::span<std::int64_t> counts);

// Local clustering coefficient: the share of the pairs of neighbours that are joined; 0 with fewer than two neighbours.
// Watts, Strogatz, Nature 393, 1998. In a directed graph, as LDBC Graphalytics has it: of the ordered pairs of distinct
// neighbours (either way), the share with an edge from the first to the second.
Vec<double> local_clustering(const Csr& simple);
Vec<double> local_clustering_directed(const Csr& simple, const Csr& out);

// The largest k for which the vertex is in a subgraph whose vertices all have k neighbours in it. Batagelj, Zaversnik,
// arXiv cs/0310049: linear.
Vec<std::int64_t> core_numbers(const Csr& simple);

// The largest k for which the edge is in a subgraph whose edges all are in k - 2 triangles of it. Wang, Cheng, PVLDB 5,
// 2012. For each entry of `simple.targets`, both ways alike.
Vec<std::int64_t> truss_numbers(const Csr& simple);

}  // namespace quern::graph
