// The kernels of kernels.hpp for dense float4 rows and one output, in float4 throughout: the inner loop of stochastic
// descent in mini-batches. A batch of 16 rows of 50 features is 224 multiply-adds of 8 lanes; what surrounds them
// counts as much, so rows are read through the caller's list, four predictions are summed across lanes at once, and
// sums over rows are added to the gradient from registers.
#pragma once

#include "train/kernels.hpp"

namespace quern::dense::single {

// Whether rows, outputs and number of features are those that this file is for.
bool suits(const Batch& batch, const PredictorShape& shape);

void predict_batch(const Batch& batch, const PredictorShape& shape, const double* parameters, double* f);
void add_gradient(const Batch& batch, const PredictorShape& shape, const double* g, double* gradient);

}  // namespace quern::dense::single
