// What the first step of stochastic descent is chosen by: how long rows are and how much the loss curves.
//
// Row by row the expected squared distance to the optimum of a loss of curvature c falls while eta < 2 / (c R^2), with
// R^2 = E |z|^4 / E |z|^2 (Bach and Moulines, NIPS 2013); half of 1 / (c R^2) is taken. A mean over B rows
// varies less: c (R^2 + (B - 1) lambda) / B takes the place of c R^2, lambda the largest eigenvalue of E z z', found by
// a few power iterations over the sample.
#pragma once

#include <cstddef>

#include "train/job.hpp"
#include "train/row_reader.hpp"

namespace quern {

// Places of the numbers that a probe leaves, all but the last sums.
enum SgdProbe : std::size_t {
  probe_count,
  probe_weight,
  probe_square,  // of |z|^2
  probe_fourth,  // of |z|^4
  probe_y,
  probe_y_square,
  probe_curvature,  // of the loss at the point, at most of an output
  probe_largest,    // eigenvalue of the mean of z z'
  probe_size
};

// Over a sample of rows: some of each of a few evenly spaced blocks.
void probe_rows(const Job& job, const RowStore& store, RowReader& reader, const double* point, double* sums);
// probe_count and probe_weight over all rows of the shard.
void probe_weights(const Job& job, const RowStore& store, RowReader& reader, const Shard& shard, double* sums);

// The step of a mini-batch of `rows`, or of a row.
double first_step(const Job& job, const double* sums, double rows, double greatest_l2);

}  // namespace quern
