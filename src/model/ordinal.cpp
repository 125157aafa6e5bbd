#include "model/ordinal.hpp"

#include <iterator>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

OrdinalLink link_of(const Model& model) {
  if (model.options.empty()) return OrdinalLink::logit;
  const Json options = parse_json(model.options);
  const Json* const given = options.find("link");
  if (!given) return OrdinalLink::logit;
  for (std::size_t i = 0; i < std::size(ordinal_links); ++i)
    if (given->kind == Json::Kind::string && given->string == ordinal_links[i]) return static_cast<OrdinalLink>(i);
  throw InvalidInput("model of ordinal_regression has no link that is known", {}, Fault::malformed_binary);
}

}  // namespace

OrdinalScorer::OrdinalScorer(const Model& model) : predictor(model), link(link_of(model)) {
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
