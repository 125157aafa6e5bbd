// The arithmetic of linear predictors over packed rows: what every solver does with a mini-batch, whatever the loss.
//
// A batch is a list of pointers to records of one RowFormat (row_format.hpp), in any order. Parameters are outputs x
// terms, row-major; terms = features, and behind them the intercept if there is one. Sums over the rows of a batch are
// added in the order of the list: the same bits for the same list on the same kind of processor.
#pragma once

#include <cstddef>
#include <span>

#include "train/row_format.hpp"

namespace quern {

struct Batch {
  const RowFormat* format;
  std::span<const std::byte* const> rows;
  // predict_batch fetches these into the second-level cache meanwhile, if rows are dense. Memory is fastest in its own
  // order: of rows that are shuffled within a window, name those of the next window as they lie.
  std::span<const std::byte* const> next = {};
};

inline constexpr std::size_t largest_batch = 64;

struct PredictorShape {
  std::size_t outputs = 1;
  std::size_t features = 0;
  bool intercept = true;
  // predict_batch and add_gradient may multiply and sum float4 rows in float4, which is twice as fast: to six digits or
  // so, far below the noise of stochastic descent.
  bool single_precision = false;

  std::size_t terms() const { return features + intercept; }
};

// f (rows x outputs) = W x + b.
void predict_batch(const Batch& batch, const PredictorShape& shape, const double* parameters, double* f);

// gradient (outputs x terms) += sum over rows of g_i (outputs) x (x_i, 1).
void add_gradient(const Batch& batch, const PredictorShape& shape, const double* g, double* gradient);

// triangle += sum over rows of h_i (x_i, 1)(x_i, 1)', the packed upper triangle of terms x terms
// (linalg/symmetric_rank_update.hpp), h one number for each row.
void add_gram(const Batch& batch, const PredictorShape& shape, const double* h, double* triangle);

// The same by the definition, one number at a time: what the fast ones are tested against.
namespace naive {
void predict_batch(const Batch& batch, const PredictorShape& shape, const double* parameters, double* f);
void add_gradient(const Batch& batch, const PredictorShape& shape, const double* g, double* gradient);
void add_gram(const Batch& batch, const PredictorShape& shape, const double* h, double* triangle);
}  // namespace naive

// The y and v of the rows of a batch. A binary target is stored as class 0 or 1 and read as -1 or +1.
void targets_of(const Batch& batch, bool binary, double* y, double* v);

}  // namespace quern
