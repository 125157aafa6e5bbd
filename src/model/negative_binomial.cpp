#include "model/negative_binomial.hpp"

#include <array>

namespace quern {

// The dispersion itself: its interval is that of the logarithm, and there is no test against 0, where its range ends.
std::vector<Coefficient> NegativeBinomialScorer::coefficients(const Model& model) {
  std::vector<Coefficient> rows = linear_coefficients(model);
  if (!model.find_parameter("constants")) return rows;
  add_constants(rows, model, std::array{std::string("dispersion")});
  Coefficient& row = rows.back();
  row.statistic = row.p_value = std::nullopt;
  for (std::optional<double>* value : {&row.estimate, &row.conf_low, &row.conf_high})
    if (*value) *value = std::exp(**value);
  if (row.std_error && row.estimate) row.std_error = *row.std_error * *row.estimate;
  return rows;
}

}  // namespace quern
