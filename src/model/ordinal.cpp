#include "model/ordinal.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

OrdinalScorer::OrdinalScorer(const Model& model) : predictor(model) {
  if (model.classes.size() < 2)
    throw InvalidInput(concat("model of ordinal_regression has ", model.classes.size(), " classes, not two or more"),
                       {}, Fault::malformed_binary);
  const auto values = model.parameter("constants", model.classes.size() - 1);
  for (std::size_t k = 0; k < values.size(); ++k)
    if (!std::isfinite(values[k]) || (k > 0 && !(values[k] > values[k - 1])))
      throw InvalidInput("model of ordinal_regression has thresholds that do not rise", {}, Fault::malformed_binary);
  thresholds.assign(values.begin(), values.end());
}

std::vector<Coefficient> OrdinalScorer::coefficients(const Model& model) {
  const OrdinalScorer scorer(model);
  std::vector<Coefficient> rows = linear_coefficients(model);
  std::vector<std::string> names;
  for (std::size_t k = 0; k + 1 < model.classes.size(); ++k)
    names.push_back(concat(std::string_view(model.classes[k]), "|", std::string_view(model.classes[k + 1])));
  add_constants(rows, model, names);
  return rows;
}

}  // namespace quern
