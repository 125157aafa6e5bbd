#include "model/linear.hpp"

#include <cmath>
#include <limits>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "model/feature_names.hpp"
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

QUERN_CLONES double dot(const double* x, const double* slopes, std::size_t n) { return dot_in_lanes(x, slopes, n); }

QUERN_CLONES double dot(const float* x, const double* slopes, std::size_t n) { return dot_in_lanes(x, slopes, n); }

// Entries are few: four sums keep the loads of the gather apart.
double dot(const SparseFeatures& x, const double* slopes) {
  double sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= x.values.size(); i += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += x.values[i + lane] * slopes[x.indices[i + lane]];
  for (; i < x.values.size(); ++i) sums[0] += x.values[i] * slopes[x.indices[i]];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

struct Terms {
  std::span<const double> values;  // output after output
  std::size_t each;                // terms of one output
  bool intercept;                  // the first of them
};

Terms terms_of(const Model& model, std::size_t outputs) {
  const auto features = static_cast<std::size_t>(model.features);
  const Parameter* const found = model.find_parameter("estimate");
  const bool whole = found && outputs > 0 && found->values.size() % outputs == 0 &&
                     (outputs == 1 || found->rows == static_cast<std::int64_t>(outputs));
  const std::size_t each = whole ? found->values.size() / outputs : 0;
  if (!whole || (each != features && each != features + 1)) {
    const std::string rows = outputs == 1 ? "" : concat(outputs, " rows of ");
    const std::string seen =
        concat(found ? found->values.size() : 0, outputs == 1 ? "" : concat(" in ", found ? found->rows : 0));
    throw InvalidInput(concat("model: a ", model.algorithm, " model of ", features, " features needs ", rows, features,
                              " or ", features + 1, " values of \"estimate\", not ", seen));
  }
  return {found->values, each, each > features};
}

double confidence(const Model& model) {
  if (model.options.empty()) return 0.95;
  const Json options = parse_json(model.options);
  const Json* given = options.find("confidence");
  return given && given->kind == Json::Kind::number && given->number > 0 && given->number < 1 ? given->number : 0.95;
}

double or_zero(double value) { return std::isnan(value) ? 0 : value; }

std::optional<double> unless_nan(double value) { return std::isnan(value) ? std::nullopt : std::optional(value); }

// What an estimate and its standard error say.
struct Statistics {
  explicit Statistics(const Model& model) : df(model.metric("df_residual")), student(!std::isnan(df)) {
    const double tail = (1 - confidence(model)) / 2;
    reach = student ? -student_quantile(tail, df) : -normal_quantile(tail);
  }
  void put(double estimate, double std_error, Coefficient& row) const {
    const double statistic = estimate / std_error;
    row.std_error = unless_nan(std_error);
    row.statistic = unless_nan(statistic);
    row.p_value = unless_nan(student ? student_two_sided_p(statistic, df) : normal_two_sided_p(statistic));
    row.conf_low = unless_nan(estimate - reach * std_error);
    row.conf_high = unless_nan(estimate + reach * std_error);
  }

  double df;
  bool student;
  double reach;
};

}  // namespace

LinearPredictor::LinearPredictor(const Model& model) {
  const Terms terms = terms_of(model, 1);
  if (terms.intercept) intercept = or_zero(terms.values[0]);
  slopes.assign(terms.values.begin() + terms.intercept, terms.values.end());
  for (double& slope : slopes) slope = or_zero(slope);
}

double LinearPredictor::operator()(const Features& x) const {
  return intercept + x.visit([&](auto values) { return dot(values.data(), slopes.data(), slopes.size()); });
}

double LinearPredictor::operator()(const SparseFeatures& x) const { return intercept + dot(x, slopes.data()); }

LinearPredictors::LinearPredictors(const Model& model, std::size_t outputs)
    : width(static_cast<std::size_t>(model.features)) {
  const Terms terms = terms_of(model, outputs);
  intercepts.reserve(outputs);
  slopes.reserve(outputs * width);
  for (std::size_t k = 0; k < outputs; ++k) {
    std::span<const double> row = terms.values.subspan(k * terms.each, terms.each);
    intercepts.push_back(terms.intercept ? or_zero(row[0]) : 0);
    for (const double slope : row.subspan(terms.intercept)) slopes.push_back(or_zero(slope));
  }
}

double LinearPredictors::output(std::size_t k, const Features& x) const {
  return intercepts[k] + x.visit([&](auto values) { return dot(values.data(), slopes.data() + k * width, width); });
}

double LinearPredictors::output(std::size_t k, const SparseFeatures& x) const {
  return intercepts[k] + dot(x, slopes.data() + k * width);
}

std::vector<Coefficient> linear_coefficients(const Model& model, std::size_t outputs) {
  const Terms terms = terms_of(model, outputs);
  const bool inference = model.find_parameter("std_error") != nullptr;
  const std::span<const double> std_error =
      inference ? model.parameter("std_error", terms.values.size()) : std::span<const double>();
  const Statistics statistics(model);
  const double baseline = model.metric("baseline");
  const FeatureNames names(model.feature_names, static_cast<std::uint64_t>(model.features));

  std::vector<Coefficient> rows;
  rows.reserve(terms.values.size());
  for (std::size_t i = 0; i < terms.values.size(); ++i) {
    const std::size_t output = i / terms.each, term = i % terms.each;
    if (outputs > 1 && baseline == static_cast<double>(output)) continue;
    Coefficient& row = rows.emplace_back();
    if (outputs > 1) row.of_class = std::string(model.classes[output]);
    row.term = !terms.intercept ? names[term] : term == 0 ? std::string(intercept_name) : names[term - 1];
    const double estimate = terms.values[i];
    row.estimate = unless_nan(estimate);
    if (inference) statistics.put(estimate, std_error[i], row);
  }
  return rows;
}

void add_constants(std::vector<Coefficient>& rows, const Model& model, std::span<const std::string> names) {
  const std::span<const double> constants = model.parameter("constants", names.size());
  const bool inference = model.find_parameter("constants_std_error") != nullptr;
  const std::span<const double> std_error =
      inference ? model.parameter("constants_std_error", names.size()) : std::span<const double>();
  const Statistics statistics(model);
  for (std::size_t k = 0; k < names.size(); ++k) {
    Coefficient& row = rows.emplace_back();
    row.term = names[k];
    row.estimate = unless_nan(constants[k]);
    if (inference) statistics.put(constants[k], std_error[k], row);
  }
}

}  // namespace quern
