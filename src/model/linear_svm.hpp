// Scores rows with a model of linear_svm. Two classes: one output f, classes[1] where f > 0. K > 2 classes: one output
// for each, trained against all others, and the class of the largest. Its outputs are distances from the margin, not
// probabilities.
#pragma once

#include "model/linear.hpp"

namespace quern {

struct LinearSvmScorer {
  // Throws InvalidInput unless the model is one of linear.hpp with one row of terms for two classes, K for more.
  explicit LinearSvmScorer(const Model& model);

  std::size_t features() const { return predictors.features(); }
  // Of classes with the same output the first.
  std::size_t classify(const auto& x) const {
    return predictors.outputs() == 1 ? predictors.output(0, x) > 0 : predictors.largest(x);
  }
  std::size_t decisions() const { return predictors.outputs(); }
  void decide(const auto& x, std::span<double> out) const { predictors(x, out); }
  static std::vector<Coefficient> coefficients(const Model& model);

  LinearPredictors predictors;
};

}  // namespace quern
