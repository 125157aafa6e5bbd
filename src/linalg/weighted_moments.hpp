// Weights, means and centred cross-products of rows, one at a time or merged: a part of a state, and of a pass.
//
// Rows wait until they are a block, which is centred about its own mean and multiplied as a whole; then two sets are
// joined by Chan's formula, so that an offset of the data cancels nothing. Chan, Golub, LeVeque, COMPSTAT 1982.
#pragma once

#include <cstdint>

#include "base/features.hpp"
#include "base/vec.hpp"

namespace quern {

struct WeightedMoments {
  static constexpr std::int64_t block = 64;  // rows

  std::int64_t rows = 0;   // folded
  std::int64_t width = 0;  // p; 0 before the first row
  double weight = 0;       // of those folded
  Vec<double> mean;        // p
  Vec<double> comoment;    // sums of v (x_i - mean_i)(x_j - mean_j), i <= j, row by row; empty before the first block
  Vec<double> waiting;     // rows not folded yet: weight, p numbers

  std::int64_t count() const { return rows + waiting_rows(); }
  std::int64_t waiting_rows() const { return static_cast<std::int64_t>(waiting.size()) / (width + 1); }
  // x has width numbers, unless it is the first; v is above 0.
  void add(double v, const Features& x);
  void merge(const WeightedMoments& other);
  void fold();  // what waits
  bool valid() const;

 private:
  void join(std::int64_t other_rows, double other_weight, const double* other_mean, const double* other_comoment);
};

}  // namespace quern
