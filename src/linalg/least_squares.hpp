// The least squares problem min |y - X b| read off the packed upper triangle R of [X y] (linalg/householder.hpp).
//
// Terms are taken in order, and one whose part orthogonal to the terms before it is at most `tolerance` of its norm is
// aliased: left out, as by R's lm. Its row of R is then folded into the rows below by Givens rotations, so that the
// triangle of the remaining terms stays in place. T is double or DoubleDouble.
//
// Reference: Golub and Van Loan, Matrix Computations, sections 5.1 (Givens), 5.3 (QR) and 8.6 (one-sided Jacobi).
#pragma once

#include <cstddef>
#include <span>

#include "base/vec.hpp"

namespace quern {

template <class T>
struct LeastSquares {
  std::size_t terms = 0;
  std::size_t rank = 0;
  Vec<T> triangle;    // of [X y], packed; rows and columns of aliased terms mean nothing
  Vec<char> aliased;  // one for each term
  Vec<T> estimate;    // one for each term, 0 where aliased
  T rss{};            // |y - X b|^2

  LeastSquares(Vec<T> triangle, std::size_t terms, double tolerance);

  // Root of each diagonal element of (X'X)^-1, NaN where aliased. Takes terms^3 / 6 multiplications.
  Vec<T> inverse_norms() const;

  // Ratio of the largest to the smallest singular value of X without aliased terms; from 33 terms on estimated from
  // below by power iteration, typically to two digits.
  double condition() const;

 private:
  T at(std::size_t i, std::size_t j) const;
  void solve(double tolerance);
  void drop(std::size_t term);
};

// |y - X b|^2 for any b.
template <class T>
T residual_squares(std::span<const T> triangle, std::span<const T> b);

// |y|^2 less what the first `given` terms explain, and what all leave of it; 0 where it is but rounding. Rows of
// `aliased` terms, if any, do not count.
template <class T>
struct SumsOfSquares {
  T total, explained, rss;
  double r2;  // explained / total
};
template <class T>
SumsOfSquares<T> sums_of_squares(std::span<const T> triangle, std::size_t terms, std::size_t given, T rss,
                                 std::span<const char> aliased = {});

}  // namespace quern
