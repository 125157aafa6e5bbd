// The graph of an expression made cheap: the same value, up to rounding, by less work.
//
//   - Products of several factors are taken in the order that costs least, by dynamic programming over all
//     parenthesisations (Cormen et al., Introduction to Algorithms, 15.2; of more than 256, of runs of 256), also
//     through names and inside solve; a product that several others use is computed once, or as part of each, whichever
//     costs less.
//   - Numbers leave a product, signs too: (2 A) B = 2 (A B), where the result is smaller than the factor.
//   - sum(A B) = colSums(A) rowSums(B), rowSums(A B) = A rowSums(B), trace(A B) = sum(A * t(B)), diag(A B) = rowSums(A
//   * t(B)).
//   - diag(v) A = v * A; inv(A) B = solve(A, B); t(u) v = sum(u * v); u t(v) goes into element-wise arithmetic.
//
// The cost of a product is its flops and the bytes that it reads and writes, a byte as much as a flop: a core does
// about 40 flops in the time of 8 bytes from memory, or from the caches a tenth of that. t(A) A costs half the flops.
#pragma once

#include <span>

#include "matrix/expression/graph.hpp"

namespace quern::expression {

struct Ordered {
  Graph graph;
  Ref root;
};

Ordered order(const Graph& graph, Ref root);

// A factor of a chain: its shape as it stands there, and an id that is that of the same matrix elsewhere.
struct Factor {
  Shape shape{};
  std::int32_t id = -1;
  bool transposed = false;
  bool sparse = false;
  double entries = 0;  // of a sparse one
};

double product_cost(const Factor& a, const Factor& b);

// Where to split factors [i, j] best, for all i < j: split(i, j) is the last factor of the left side.
class ChainOrder {
 public:
  explicit ChainOrder(std::vector<Factor> factors);

  double cost() const { return cost(0, n_ - 1); }
  std::size_t split(std::size_t i, std::size_t j) const { return splits_[i * n_ + j]; }

 private:
  double cost(std::size_t i, std::size_t j) const { return costs_[i * n_ + j]; }
  // Is [k + 1, j] the transpose of [i, k], or the same?
  bool mirrored(std::size_t i, std::size_t k, std::size_t j) const;
  bool repeated(std::size_t i, std::size_t k, std::size_t j) const;

  std::vector<Factor> factors_;
  std::size_t n_;
  std::vector<double> costs_;
  std::vector<std::size_t> splits_;
};

}  // namespace quern::expression
