// The answers of a path, and the parameters of a model that they become (model/path.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "model/model.hpp"

namespace quern {

// One answer.
struct PathStep {
  double loss = 0;       // the mean, without the penalty
  double objective = 0;  // with it
  double violation = 0;  // of the conditions of Karush, Kuhn and Tucker: largest entry of the least subgradient
  std::int64_t iterations = 0;
  bool converged = false;
};

struct PathPoint {
  double alpha = 0, nonzero = 0;
  PathStep fit;
  double validation_loss = 0;                             // NaN without rows held out
  std::vector<std::pair<std::size_t, double>> estimates;  // that are not 0, of outputs x terms in the user's columns
};

// `parameters` are outputs x terms, the intercept, if there is one, behind the features.
PathPoint make_point(double alpha, const PathStep& fit, double validation_loss, std::span<const double> parameters,
                     std::size_t terms, std::size_t features);

// `null_loss` and `saturated`: the mean loss of the intercepts alone, and of a perfect fit.
void add_path(Model& model, std::span<const PathPoint> points, double null_loss, double saturated, std::size_t terms,
              std::size_t features);

}  // namespace quern
