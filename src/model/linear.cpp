#include "model/linear.hpp"

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "model/inference.hpp"

namespace quern {

namespace {

// One sum per lane, so that additions do not wait for each other. Products are rounded before they are added: the same
// bits whatever the processor.
template <class T>
[[gnu::always_inline]] inline double dot_in_lanes(const T* x, const double* slopes, std::size_t n) {
  constexpr std::size_t lanes = 16;
  double sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += static_cast<double>(x[i + lane]) * slopes[i + lane];
  for (std::size_t width = lanes / 2; width; width /= 2)
    for (std::size_t lane = 0; lane < width; ++lane) sums[lane] += sums[lane + width];
  double rest = 0;
  for (; i < n; ++i) rest += static_cast<double>(x[i]) * slopes[i];
  return sums[0] + rest;
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] double dot(const double* x, const double* slopes,
                                                                                 std::size_t n) {
  return dot_in_lanes(x, slopes, n);
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] double dot(const float* x, const double* slopes,
                                                                                 std::size_t n) {
  return dot_in_lanes(x, slopes, n);
}

std::span<const double> estimates(const Model& model) {
  const auto features = static_cast<std::size_t>(model.features);
  const Parameter* estimate = model.find_parameter("estimate");
  if (estimate && estimate->values.size() == features + 1) return estimate->values;
  return model.parameter("estimate", features);
}

double confidence(const Model& model) {
  if (model.options.empty()) return 0.95;
  const Json options = parse_json(model.options);
  const Json* given = options.find("confidence");
  return given && given->kind == Json::Kind::number && given->number > 0 && given->number < 1 ? given->number : 0.95;
}

std::optional<double> unless_nan(double value) { return std::isnan(value) ? std::nullopt : std::optional(value); }

}  // namespace

LinearPredictor::LinearPredictor(const Model& model) {
  std::span<const double> terms = estimates(model);
  if (terms.size() > static_cast<std::size_t>(model.features)) {
    intercept = std::isnan(terms[0]) ? 0 : terms[0];
    terms = terms.subspan(1);
  }
  slopes.assign(terms.begin(), terms.end());
  for (double& slope : slopes)
    if (std::isnan(slope)) slope = 0;
}

double LinearPredictor::operator()(const Features& x) const {
  return intercept + x.visit([&](auto values) { return dot(values.data(), slopes.data(), slopes.size()); });
}

std::vector<Coefficient> linear_coefficients(const Model& model) {
  const std::span<const double> estimate = estimates(model);
  const bool inference = model.find_parameter("std_error") != nullptr;
  const std::span<const double> std_error =
      inference ? model.parameter("std_error", estimate.size()) : std::span<const double>();
  const double df = model.metric("df_residual");
  const bool student = !std::isnan(df);
  const double tail = (1 - confidence(model)) / 2;
  const double reach = student ? -student_quantile(tail, df) : -normal_quantile(tail);
  const bool intercept = estimate.size() > static_cast<std::size_t>(model.features);

  std::vector<Coefficient> rows(estimate.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Coefficient& row = rows[i];
    row.term = !intercept ? model.feature_name(i) : i == 0 ? "(intercept)" : model.feature_name(i - 1);
    row.estimate = unless_nan(estimate[i]);
    if (!inference) continue;
    const double statistic = estimate[i] / std_error[i];
    row.std_error = unless_nan(std_error[i]);
    row.statistic = unless_nan(statistic);
    row.p_value = unless_nan(student ? student_two_sided_p(statistic, df) : normal_two_sided_p(statistic));
    row.conf_low = unless_nan(estimate[i] - reach * std_error[i]);
    row.conf_high = unless_nan(estimate[i] + reach * std_error[i]);
  }
  return rows;
}

}  // namespace quern
