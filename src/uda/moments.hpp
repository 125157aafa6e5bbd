// Count, means and centred cross-products of a row of columns, in one pass.
//
// The state folds rows in blocks: a block is centred about its own mean, which is found relative to the running mean,
// and added by Chan's formula C += B'B + n m / (n + m) d d', d being the distance of the two means and n, m the rows.
// The last term is one more row of B, so that everything is a sum of squares: nothing cancels, whatever the offset of
// the data or its drift. Running means are unevaluated sums of two doubles, so that their rounding does not enter d.
// Until a block is full, rows are kept as they are: a group of a few rows costs its rows, not p (p + 1) / 2 products.
//
// remove() undoes accumulate() for moving windows. A sum of squares that was once large keeps the rounding error of
// that size: remove() gives up (and the window is summed anew) as soon as some column has less than 1/1024 of the
// largest sum of squares it has had, or as many rows were removed as the window has and at least 65,536; so removal
// costs at most 10 bits beyond the rounding of as many updates.
//
// Chan, Golub, LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", COMPSTAT 1982.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "uda/aggregate.hpp"

namespace quern {

// The value type: what a finished aggregate leaves. No rows is the neutral element, of any width.
struct Moments {
  static constexpr std::size_t max_features = 8000;

  std::int64_t n = 0;
  std::int64_t skipped = 0;  // rows left out because something in them was NULL
  Vec<double> mean;          // p
  Vec<double> comoment;      // sums of (x_i - mean_i)(x_j - mean_j), i <= j, row by row: p (p + 1) / 2

  static constexpr std::array columns{"n", "skipped", "mean", "comoment"};

  // The moments of both sets of rows.
  void merge(const Moments& other);
  // The moments of the rows that are left when those of `other` are taken out. As many digits are lost as the comoments
  // shrink; those of a column that shrink to nothing but rounding are 0.
  void subtract(const Moments& other);
  bool valid() const;
};

// Sample covariance (divisor n - 1), p x p in row-major order; none for fewer than two rows.
std::optional<Vec<double>> covariance(const Moments& moments);
// Pearson's correlation, p x p in row-major order, with NaN in the row and column of a constant feature; none for fewer
// than two rows.
std::optional<Vec<double>> correlation(const Moments& moments);

struct MomentsState {
  std::int64_t n = 0;  // rows folded into the sums; more may be waiting
  std::int64_t skipped = 0;
  std::int64_t width = 0;      // p; 0 before the first row
  std::int64_t removed = 0;    // rows taken out
  Vec<double> mean, mean_low;  // p: their sum is the mean
  Vec<double> comoment;        // as in Moments
  Vec<double> greatest;        // p: the largest sum of squares seen of each column
  Vec<double> waiting;         // rows not folded yet, less than a block

  void accumulate(Features x);
  void skip() { skipped += 1; }
  void merge(const MomentsState& other);
  bool remove(Features x);  // false: sum the window anew
  bool unskip() {           // undoes skip()
    skipped -= 1;
    return skipped >= 0;
  }
  bool valid() const;

  // An error if a cross-product is beyond the range of double precision.
  std::optional<Moments> value() const;

 private:
  std::size_t waiting_rows() const;
  void check_row(const Features& x) const;
  void fold();
  void add_folded(const MomentsState& other);
};

}  // namespace quern
