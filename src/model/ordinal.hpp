// Scores rows with a model of ordinal_regression: P(y <= classes[k]) = F(t_k - f), f = slopes . x, with thresholds
// t_0 < t_1 < ..., the parameter "constants", and F of the option "link".
#pragma once

#include <cmath>

#include "model/linear.hpp"
#include "model/ordinal_link.hpp"

namespace quern {

struct OrdinalScorer {
  // Throws InvalidInput unless the model has a link, two classes or more and a rising threshold between each two.
  explicit OrdinalScorer(const Model& model);

  std::size_t features() const { return predictor.features(); }
  // The likeliest; of equals the first.
  std::size_t classify(const auto& x) const {
    const double f = predictor(x);
    std::size_t best = 0;
    for (std::size_t k = 1; k <= thresholds.size(); ++k)
      if (probability(k, f) > probability(best, f)) best = k;
    return best;
  }
  void probabilities(const auto& x, std::span<double> out) const {
    const double f = predictor(x);
    for (std::size_t k = 0; k < out.size(); ++k) out[k] = probability(k, f);
  }
  std::size_t decisions() const { return 1; }
  void decide(const auto& x, std::span<double> out) const { out[0] = predictor(x); }
  static std::vector<Coefficient> coefficients(const Model& model);

  LinearPredictor predictor;
  Vec<double> thresholds;
  OrdinalLink link;

 private:
  double probability(std::size_t k, double f) const {
    return interval_probability(link, k == 0 ? -INFINITY : thresholds[k - 1] - f,
                                k == thresholds.size() ? INFINITY : thresholds[k] - f);
  }
};

}  // namespace quern
