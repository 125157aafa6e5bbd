#include "model/logistic.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

LogisticScorer::LogisticScorer(const Model& model) : predictor(model) {
  if (model.classes.size() != 2)
    throw InvalidInput(concat("model of logistic_regression has ", model.classes.size(), " classes, not 2"), {},
                       Fault::malformed_binary);
}

void spread_logit(double f, std::span<double> out) {
  const double u = std::exp(-std::abs(f));
  const double likely = 1 / (1 + u), unlikely = u / (1 + u);
  out[0] = f > 0 ? unlikely : likely;
  out[1] = f > 0 ? likely : unlikely;
}

}  // namespace quern
