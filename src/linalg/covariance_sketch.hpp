// A sketch of the covariance of very wide rows, in one pass: C Omega for a random matrix Omega of p x k (uniform
// numbers of -1 to 1), where C are the centred cross-products of p columns, and k is not much larger than the number of
// eigenvectors that are wanted. A part of a state.
//
// A row costs 4 p k operations and the sketch 16 p k bytes, where C itself costs p^2 of either. Blocks of rows are
// centred about their own mean and joined by Chan's formula, as in weighted_moments.hpp. From C Omega and Omega the
// best approximation of C of their range is C Omega (Omega' C Omega)^+ Omega' C (Nystroem), whose eigenvectors are
// found from p x k matrices.
//
// Where it breaks: a spectrum that hardly decays behind the k-th eigenvalue; eigenvalues are then too low by about the
// share of the rest, as of any sketch that sees the rows once.
//
// Halko, Martinsson, Tropp, SIAM Review 53(2), 2011, 5.5; Tropp, Yurtsever, Udell, Cevher, Fixed-Rank Approximation of
// a Positive-Semidefinite Matrix from Streaming Data, NIPS 2017.
#pragma once

#include <cstdint>

#include "base/features.hpp"
#include "base/vec.hpp"
#include "linalg/spectral.hpp"

namespace quern {

struct CovarianceSketch {
  static constexpr std::int64_t block = 64;                // rows
  static constexpr std::size_t max_elements = 25'000'000;  // p k

  std::int64_t rows = 0;     // folded
  std::int64_t width = 0;    // p; 0 before start()
  std::int64_t size = 0;     // k
  double weight = 0;         // of those folded
  Vec<double> mean, square;  // p: means, and sums of squares about them; empty before the first block
  Vec<double> product;       // p x k: C Omega; empty before the first block
  Vec<double> test;          // p x k: Omega
  Vec<double> waiting;       // rows not folded yet: weight, p numbers

  std::int64_t count() const { return rows + waiting_rows(); }
  std::int64_t waiting_rows() const { return static_cast<std::int64_t>(waiting.size()) / (width + 1); }
  void start(std::size_t features, std::size_t columns, std::uint64_t seed);
  // x has width numbers; v is above 0.
  void add(double v, const Features& x);
  // Of the same width, size and seed.
  void merge(const CovarianceSketch& other);
  void fold();  // what waits
  bool valid() const;

  // Eigenvalues and eigenvectors of C with rows and columns divided by `scale` (p numbers; none: as it is), k or fewer.
  linalg::Spectrum spectrum(std::span<const double> scale) const;

 private:
  void join(std::int64_t other_rows, double other_weight, const double* other_mean, const double* other_square,
            const double* other_product);
};

}  // namespace quern
