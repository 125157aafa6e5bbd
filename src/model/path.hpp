// A path of penalties in a model of linear predictors: estimates at each alpha, the largest first.
//
//   parameter "path_alpha"      descending
//   parameter "path_summary"    alphas x 5: weights that are not 0, mean loss, share of the null model's deviance that
//   is
//                               explained, mean loss over rows held out (NaN without), violation of optimality
//   parameter "path_start"      of each alpha the first of its entries, and the end
//   parameter "path_term"       of each entry: the place in "estimate", ascending
//   parameter "path_estimate"   of each entry, not 0
//   metric "alpha"              that of "estimate"
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "model/model.hpp"

namespace quern {

// One row of quern.path(model).
struct PathRow {
  double alpha;
  std::optional<std::string> of_class;
  std::string term;
  double estimate;

  static constexpr std::array columns{"alpha", "class", "term", "estimate"};
};
// The intercepts, and the terms that are not 0 at some alpha; at every alpha. Throws InvalidInput for a model that has
// no path, or a broken one.
std::vector<PathRow> path_rows(const Model& model);

// One row of quern.path_summary(model).
struct PathSummary {
  double alpha;
  std::int64_t nonzero;
  double loss, deviance_ratio;
  std::optional<double> validation_loss;
  double kkt_residual;

  static constexpr std::array columns{"alpha", "nonzero", "loss", "deviance_ratio", "validation_loss", "kkt_residual"};
};
std::vector<PathSummary> path_summary(const Model& model);

// The model with the estimates at that alpha of its path, and the metrics that are known of it.
Model at_alpha(const Model& model, double alpha);

}  // namespace quern
