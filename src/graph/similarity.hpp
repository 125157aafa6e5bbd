// Similarity of vertices by their neighbours, and random walks.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

// Neighbours that a and b share, and of all that either has. `simple` as of simple_neighbors (structure.hpp).
struct Shared {
  std::int64_t common = 0, either = 0;
  double jaccard() const { return either > 0 ? static_cast<double>(common) / static_cast<double>(either) : 0; }
};
Shared shared_neighbors(const Csr& simple, Vertex a, Vertex b);

// Every b > a that shares a neighbour with a, ascending, and how many they share. Jaccard, Bull. Soc. Vaud. Sci. Nat.
// 37, 1901. Keeps a number for each vertex from call to call.
class SimilarVertices {
 public:
  explicit SimilarVertices(const Csr& simple) : simple_(simple), counts_(simple.vertices(), 0) {}
  struct Similar {
    Vertex vertex;
    Shared shared;
  };
  std::span<const Similar> of(Vertex a);

 private:
  Csr simple_;
  Vec<Vertex> counts_, met_;
  Vec<Similar> found_;
};

// Walks of node2vec: weights say how likely an edge is taken, times 1/p back to where the walk came from, 1 to a
// neighbour of it and 1/q elsewhere. Grover, Leskovec, KDD 2016. Drawn by rejection (Zhou, Niu, Chen, 2018): an edge by
// weight, taken with the chance that the factor gives. A walk ends at a vertex without edges. `walks` from each vertex
// in turn.
struct WalkOptions {
  std::int64_t walks = 10, length = 80;
  double p = 1, q = 1;
  std::uint64_t seed = 0;
};
class Walker {
 public:
  Walker(const Csr& out, const WalkOptions& options);
  // Walk number `walk` from a vertex; the same for the same seed. The vertex is the first of it.
  void walk(Vertex start, std::int64_t walk, Vec<Vertex>& vertices) const;

 private:
  Csr out_;
  WalkOptions options_;
  Vec<double> sums_;  // running, of the weights of each list
};

}  // namespace quern::graph
