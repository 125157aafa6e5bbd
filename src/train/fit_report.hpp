// The Model that a training leaves: estimates and standard errors in the user's columns, and metrics, under the names
// and by the definitions that the aggregates of the same algorithms use.
//
//   parameter "estimate"      outputs x terms, one row for each output: the intercept, if there is one, then the
//   features;
//                             NaN for a term that others explain
//   parameter "constants"     of an objective that has any; "constants_std_error" likewise
//   parameter "std_error"     of the same shape, of an unpenalised maximum likelihood; else absent
//   parameter "baseline"      of an ordered objective, "center" too: see survival.hpp
//   parameters "path_..."     see model/path.hpp
//   parameter "training_log"  n x 6: epoch, seconds, loss, validation_loss, step_size, rows
#pragma once

#include "train/batch.hpp"
#include "train/survival.hpp"
#include "train/train.hpp"

namespace quern {

struct PathFit;

struct FitReport {
  const Job& job;
  const Description& description;
  const TargetSums& targets;
  const BatchFit& fit;       // solution.point in the user's columns
  const Survival* survival;  // of an ordered objective; else null
  double null_loss;          // sum of v loss with intercepts alone; NaN if there is no such thing
  double penalty;            // the part of the objective that is not loss
  double seconds;            // NaN: not told
  std::int64_t epochs = 0;   // of stochastic descent, with those before
  std::int64_t rows = 0;     // of the store
  const PathFit* path = nullptr;
};

Model write_report(const FitReport& report);

}  // namespace quern
