#include "model/linear_svm.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

std::size_t outputs_of(const Model& model) {
  if (model.classes.size() < 2)
    throw InvalidInput(concat("model of linear_svm has ", model.classes.size(), " classes, not two or more"), {},
                       Fault::malformed_binary);
  return decisions_of(model.classes.size());
}

}  // namespace

LinearSvmScorer::LinearSvmScorer(const Model& model) : predictors(model, outputs_of(model)) {}

std::vector<Coefficient> LinearSvmScorer::coefficients(const Model& model) {
  return linear_coefficients(model, outputs_of(model));
}

}  // namespace quern
