// Scores rows with a model of multinomial_regression: f_k = intercept_k + slopes_k . x for each of K >= 2 classes, and
// P(y = classes[k]) = exp(f_k) / sum_j exp(f_j).
#pragma once

#include "model/linear.hpp"

namespace quern {

struct MultinomialScorer {
  // Throws InvalidInput unless the model is one of linear.hpp with a row of terms for each of two or more classes.
  explicit MultinomialScorer(const Model& model);

  std::size_t features() const { return predictors.features(); }
  // Of classes that are equally likely the first.
  std::size_t classify(const auto& x) const { return predictors.largest(x); }
  void probabilities(const auto& x, std::span<double> out) const {
    predictors(x, out);
    softmax(out);
  }
  // Of two classes the logarithm of the odds, f_1 - f_0, else every f_k.
  std::size_t decisions() const { return decisions_of(predictors.outputs()); }
  void decide(const auto& x, std::span<double> out) const {
    if (predictors.outputs() == 2)
      out[0] = predictors.output(1, x) - predictors.output(0, x);
    else
      predictors(x, out);
  }
  static std::vector<Coefficient> coefficients(const Model& model);

  LinearPredictors predictors;

 private:
  static void softmax(std::span<double> f);
};

}  // namespace quern
