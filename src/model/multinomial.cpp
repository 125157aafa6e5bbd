#include "model/multinomial.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

std::size_t classes_of(const Model& model) {
  if (model.classes.size() < 2)
    throw InvalidInput(
        concat("model of multinomial_regression has ", model.classes.size(), " classes, not two or more"), {},
        Fault::malformed_binary);
  return model.classes.size();
}

}  // namespace

MultinomialScorer::MultinomialScorer(const Model& model) : predictors(model, classes_of(model)) {}

// Relative to the largest, whose exponential is then 1: none overflows, and the sum is at least 1.
void MultinomialScorer::softmax(std::span<double> f) {
  const double highest = *std::max_element(f.begin(), f.end());
  double total = 0;
  for (double& value : f) total += value = std::exp(value - highest);
  for (double& value : f) value /= total;
}

std::vector<Coefficient> MultinomialScorer::coefficients(const Model& model) {
  return linear_coefficients(model, classes_of(model));
}

}  // namespace quern
