// Scores rows with a model of logistic_regression: f = intercept + slopes . x, P(y = classes[1]) = 1 / (1 + exp(-f)).
#pragma once

#include "model/linear.hpp"

namespace quern {

// The probabilities of the first and the second class from the logarithm of the odds of the second. Each in its own
// tail, so that neither is 1 minus the other.
void spread_logit(double f, std::span<double> out);

struct LogisticScorer {
  // Throws InvalidInput unless the model is one of linear.hpp with two classes.
  explicit LogisticScorer(const Model& model);

  std::size_t features() const { return predictor.features(); }
  std::size_t classify(const auto& x) const { return predictor(x) > 0; }
  void probabilities(const auto& x, std::span<double> out) const { spread_logit(predictor(x), out); }
  std::size_t decisions() const { return 1; }
  void decide(const auto& x, std::span<double> out) const { out[0] = predictor(x); }
  static std::vector<Coefficient> coefficients(const Model& model) { return linear_coefficients(model); }

  LinearPredictor predictor;
};

}  // namespace quern
