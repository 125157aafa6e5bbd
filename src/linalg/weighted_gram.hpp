// One pass over rows for logistic regression: the loss, its gradient Z'r and its Hessian Z'WZ, fused.
//
// A row in memory is (v, x_1 .. x_d): the sign of v is the class y = +1 or -1, its size the weight of the row. Columns
// are shifted and scaled on the way, z_j = (x_j - shift_j) scale_j, so that neither a time stamp in microseconds nor a
// column of 1e-12 costs digits; z_d = 1 belongs to the intercept. With f = z . b and the margin m = y f,
//   loss      sum |v| log(1 + exp(-m))
//   gradient  sum |v| (sigma(f) - [y = 1]) z
//   hessian   sum |v| sigma(f) sigma(-f) z z'
// Everything of the logistic function comes from u = exp(-|m|) in (0, 1], so nothing cancels or overflows.
//
// A block of rows is standardised into the L1 cache and multiplied there from registers, rows as the inner dimension,
// upper triangle only (the micro-kernel of Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication,
// 2008, for a symmetric update). Compiled for 512-, 256- and 128-bit vectors, chosen by the processor that runs it;
// results differ between those by rounding.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace quern {

struct LogisticSums {
  double loss = 0;
  double weight = 0;
  double least_margin = std::numeric_limits<double>::infinity();  // over rows of weight above 0
  double greatest_margin = -std::numeric_limits<double>::infinity();
};

class LogisticPass {
 public:
  // How many rows are worked on together.
  static constexpr std::size_t block_rows = 64;

  // One shift and one scale for each feature. Shifts are exact if scales are powers of two.
  // `vector_bits` is 512, 256 or 128, which the processor has to support, or 0 for what suits it best.
  LogisticPass(std::span<const double> shift, std::span<const double> scale, bool intercept, int vector_bits = 0);

  // Sets b, the coefficients of z_1 .. z_d and the intercept, and the sums to 0.
  void start(std::span<const double> coefficients);
  // Adds rows of d + 1 numbers; without `derivatives`, to `sums` only.
  void add(const double* rows, std::size_t count, bool derivatives);

  // Coefficients: d of the features, then the intercept if there is one.
  std::size_t size() const { return terms_; }
  const LogisticSums& sums() const { return sums_; }
  double gradient(std::size_t i) const { return gradient_[i / 8].values[i % 8]; }
  double hessian(std::size_t i, std::size_t j) const {
    const std::size_t at = i < j ? i * stride_ + j : j * stride_ + i;
    return hessian_[at / 8].values[at % 8];
  }

 private:
  struct alignas(64) Line {
    double values[8];
  };

  int vector_bits_;
  std::size_t features_, terms_, stride_;  // stride_: terms, rounded up to whole lines
  std::vector<Line> shift_, scale_, coefficients_, block_, gradient_, hessian_;
  LogisticSums sums_;
};

}  // namespace quern
