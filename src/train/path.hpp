// A path of penalties, each answer found from the one before: alpha times those of the job, the largest first.
//
// Where it begins is known: all penalised weights are 0 as long as no slope of the loss, at the best intercepts alone,
// is above alpha l1_ratio. Friedman, Hastie and Tibshirani, Regularization Paths for Generalized Linear Models via
// Coordinate Descent, Journal of Statistical Software 33, 2010.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "train/batch.hpp"
#include "train/path_points.hpp"
#include "train/row_store.hpp"
#include "train/standardization.hpp"

namespace quern {

// Finds the answers of a path, and keeps the last.
class PathSolver {
 public:
  virtual ~PathSolver() = default;
  // The fit of the intercepts alone, from the point on the board.
  struct Null {
    double loss;   // the mean
    double slope;  // the largest of the loss over the weights, in the user's columns
  };
  virtual Null begin() = 0;
  virtual PathStep step(double alpha) = 0;
  // outputs x terms, in the stored columns.
  virtual std::vector<double> parameters() const = 0;
  virtual double validation_loss() = 0;
};

struct PathFit {
  BatchFit chosen;
  double alpha = 0;      // of it
  double null_loss = 0;  // the mean loss of the intercepts alone
  std::vector<PathPoint> points;
};

// By covariances, from the rows' Hessians (covariance_path.cpp).
std::unique_ptr<PathSolver> make_covariance_solver(const Job& job, Crew& crew, const Standardization& columns,
                                                   const TargetSums& targets);
// By residuals, over a copy of the rows by columns (column_descent.cpp).
std::unique_ptr<PathSolver> make_column_solver(const Job& job, RowStore& store, Crew& crew,
                                               const Standardization& columns, const TargetSums& targets);

// From parameters in the stored columns to those that are reported.
using ParametersToUser = std::function<std::vector<double>(std::vector<double>)>;

// From the point on the board.
PathFit minimize_path(const Job& job, RowStore& store, Crew& crew, Observer& observer, const Standardization& columns,
                      const TargetSums& targets, const ParametersToUser& to_user);

}  // namespace quern
