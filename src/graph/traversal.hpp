// Breadth-first search and components.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

// Direction-optimising breadth-first search (Beamer, Asanovic, Patterson, SC 2012): from the front outwards while the
// front is small, from the unreached vertices backwards while it is large.
struct BreadthFirst {
  Vec<Vertex> depth;   // no_vertex where unreached
  Vec<Vertex> parent;  // the smallest neighbour one step closer; the source's is itself; no_vertex where unreached
};
// `in` are the lists the other way round, for an undirected graph `out` itself.
BreadthFirst bfs(const Csr& out, const Csr& in, Vertex source);

// The smallest vertex of the weakly connected component of each vertex. Union-find with the smaller root on top and
// path halving (Patwary, Blair, Manne, SEA 2010): one pass over the edges. With `in`, the lists the
// other way round, two edges of each vertex come first, and then all edges of vertices outside the component that is
// largest by then (Afforest: Sutton, Ben-Nun, Barak, IPDPS 2018).
Vec<Vertex> connected_components(const Csr& out, const Csr& in = {});
// A label that many have, of a sample of 1024; there are some.
Vertex frequent_of(std::span<const Vertex> labels);

// The smallest vertex of the strongly connected component of each vertex. Tarjan's algorithm without recursion (SIAM J.
// Comput. 1(2), 1972; Pearce's variant with one index, Inf. Process. Lett. 116, 2016).
Vec<Vertex> strongly_connected_components(const Csr& out);

}  // namespace quern::graph
