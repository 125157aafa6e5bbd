// Linear predictors of many parameter vectors at once over the rows of a batch (train/kernels.hpp): products of
// matrices, with the vectors side by side in the lanes, so that a row is read once for all of them.
//
// Weights are terms x stride, one column for each vector, features before the intercept; stride is a multiple of
// `lanes_together` and columns that belong to none are 0. Sums are added in the order of the rows.
#pragma once

#include <cstddef>

#include "train/kernels.hpp"

namespace quern {

inline constexpr std::size_t lanes_together = 8;

inline std::size_t stride_of(std::size_t vectors) {
  return (vectors + lanes_together - 1) / lanes_together * lanes_together;
}

// f (rows x stride) = X W + intercepts.
void predict_many(const Batch& batch, bool intercept, const double* weights, std::size_t stride, double* f);

// gradient (terms x stride) += (X, 1)' g, g rows x stride.
void add_gradients(const Batch& batch, bool intercept, const double* g, std::size_t stride, double* gradient);

}  // namespace quern
