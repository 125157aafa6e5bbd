// Scores rows with a model of negative_binomial_regression: the mean is exp(f). The parameter "constants", if there is
// one, is the logarithm of the dispersion.
#pragma once

#include "model/linear.hpp"

namespace quern {

struct NegativeBinomialScorer : LogLinkScorer {
  using LogLinkScorer::LogLinkScorer;
  static std::vector<Coefficient> coefficients(const Model& model);
};

}  // namespace quern
