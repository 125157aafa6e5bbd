// Shortest paths from one vertex, between two, and between all pairs.
//
// Weights of 0 or more: delta-stepping (Meyer, Sanders, J. Algorithms 49, 2003) with the next buckets in a ring and
// what is further off in a heap; Dijkstra with a heap of four children a node (Johnson, Inf. Process. Lett. 4, 1975)
// between two vertices, and where weights are so unlike each other that buckets make for too much work done twice. Both
// find the same distances to the last bit. Some weight below 0: Bellman-Ford with a queue (Moore 1959), an error where
// a negative cycle can be reached; a cycle is found when a path has as many edges as there are vertices. No weights:
// breadth first.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

struct ShortestPaths {
  Vec<double> distance;  // infinity where unreached
  Vec<Vertex> parent;    // the vertex before on a shortest path, the smallest of those; the source's is itself
};
ShortestPaths shortest_paths(const Csr& out, Vertex source, const char* function = "shortest_paths");

struct Path {
  Vec<Vertex> vertices;  // from the source to the target; empty if there is none
  Vec<double> costs;     // to each of them
};
// Stops as soon as the target's distance is known.
Path shortest_path(const Csr& out, Vertex source, Vertex target);

}  // namespace quern::graph
