// Centralities that are fixed points of a product with the adjacency matrix: PageRank, HITS, eigenvector, Katz.
//
// All pull: the new value of a vertex is a sum over the edges into it, so that nothing is written but one number a
// vertex and sums do not depend on the order of visits. Options are named as in NetworkX.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

struct Ranking {
  Vec<double> values;
  std::int64_t iterations = 0;
  bool converged = false;
};

// Brin and Page, Computer Networks 30, 1998. The ranks sum to 1; what vertices without edges out hold is spread as
// jumps are. An edge takes its share of the weights out of its source.
struct PageRankOptions {
  double damping = 0.85;
  double tol = 1e-9;  // on the sum of all changes
  std::int64_t max_iter = 200;
  std::span<const double> personalization;  // where jumps go, one number of 0 or more a vertex; empty: everywhere alike
};
Ranking pagerank(const Csr& out, const Csr& in, const PageRankOptions& options = {});

// The parts of a round, for whoever cuts it into pieces. Arrays have a number for each vertex.
struct PageRankRound {
  Csr in;
  double damping = 0, jumping = 0;  // jumping: what jumps carry in all
  std::span<const double> jumps,
      share;                      // jumps: where they go; share: 1 / the weight out of a vertex, 0 where there is none
  std::span<const double> sent;   // along each unit of weight
  std::span<double> rank, sends;  // the new ones; `sends` is the `sent` of the next round
  std::span<const Vertex> places;  // of vertices in `sent` and `sends`, as `in` has them; empty: their own

  struct Sums {
    double moved = 0, dangling = 0;
  };
  Sums operator()(Vertex begin, Vertex end) const;
};
// What there is before the first round; throws what pagerank throws.
struct PageRankStart {
  Vec<double> jumps, share;
};
PageRankStart pagerank_start(const Csr& out, const PageRankOptions& options);

// Kleinberg, J. ACM 46, 1999. Hubs and authorities each sum to 1.
struct Hits {
  Vec<double> hubs, authorities;
  std::int64_t iterations = 0;
  bool converged = false;
};
Hits hits(const Csr& out, const Csr& in, double tol = 1e-9, std::int64_t max_iter = 1000);

// Bonacich, J. Math. Sociol. 2, 1972: the leading eigenvector of A' + I (so that bipartite graphs converge), of
// length 1.
Ranking eigenvector_centrality(const Csr& in, double tol = 1e-9, std::int64_t max_iter = 1000);

// Katz, Psychometrika 18, 1953: x = alpha A' x + beta, of length 1 where `normalized`. Diverges where alpha is not
// below the inverse of the largest eigenvalue: not converged then, or an error if values overflow.
struct KatzOptions {
  double alpha = 0.1, beta = 1, tol = 1e-9;
  std::int64_t max_iter = 1000;
  bool normalized = true;
};
Ranking katz_centrality(const Csr& in, const KatzOptions& options = {});

}  // namespace quern::graph
