// The columns that solvers work in: z = (x - shift) scale, with scales that are powers of two, so that they cost no
// digits, and no shift for sparse rows or without an intercept. Any shift and scale give the same model, because the
// penalty stays that of the user's columns; so they are taken from evenly spaced blocks, and left alone where the
// columns are good enough for the solver as they are. And the sums over targets that a fit needs before and after.
#pragma once

#include <vector>

#include "train/crew.hpp"
#include "train/job.hpp"
#include "train/row_store.hpp"

namespace quern {

struct Standardization {
  std::vector<double> shift, scale;
};

// Measures, decides, puts shift and scale on the board, and has resident rows transformed.
Standardization standardize(const Job& job, const RowStore& store, Crew& crew);

// Parameters in the user's columns from those in z, and back. outputs x terms, then constants.
std::vector<double> to_user(const Job& job, const Standardization& columns, std::vector<double> parameters);
std::vector<double> from_user(const Job& job, const Standardization& columns, std::vector<double> parameters);

struct TargetSums {
  double weight = 0, rows = 0;  // rows of weight above 0
  double target = 0;            // sum of v y
  double saturated = 0, log_weight = 0, constant = 0;
  std::vector<double> class_weight, class_rows;
};

// Over every stride-th block.
TargetSums measure_targets(const Job& job, Crew& crew, std::size_t stride = 1);
// The loss where the predictor is the intercepts at the point on the board alone.
double measure_null_loss(const Job& job, Crew& crew);

}  // namespace quern
