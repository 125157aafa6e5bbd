#include "model/path.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/feature_names.hpp"

namespace quern {

namespace {

constexpr std::size_t summary_columns = 5;

[[noreturn]] void refuse_broken(const Model& model) {
  throw InvalidInput(concat("model: the path of a ", model.algorithm, " model is broken"), {}, Fault::malformed_text);
}

// Of which every place is checked.
struct Path {
  std::span<const double> alpha, summary, start, term, estimate;
  std::size_t outputs = 1, each = 0;  // of "estimate"
  bool intercept = false;

  std::size_t first(std::size_t k) const { return static_cast<std::size_t>(start[k]); }
};

Path path_of(std::string_view function, const Model& model) {
  const Parameter* const alpha = model.find_parameter("path_alpha");
  if (!alpha)
    throw InvalidInput(concat(function, ": the model has no path of penalties"),
                       "Train it with the option \"alphas\" or \"n_alphas\".");
  auto values = [&](std::string_view name) -> std::span<const double> {
    const Parameter* const found = model.find_parameter(name);
    if (!found) refuse_broken(model);
    return found->values;
  };
  Path path{alpha->values, values("path_summary"), values("path_start"), values("path_term"), values("path_estimate")};
  const std::span<const double> estimate = values("estimate");
  const std::int64_t rows = model.find_parameter("estimate")->rows;
  const std::size_t n = path.alpha.size(), features = static_cast<std::size_t>(model.features);
  path.outputs = rows > 1 ? static_cast<std::size_t>(rows) : 1;
  if (estimate.size() % path.outputs != 0 || (path.outputs > 1 && path.outputs != model.classes.size()))
    refuse_broken(model);
  path.each = estimate.size() / path.outputs;
  path.intercept = path.each == features + 1;
  if (path.each == 0 || (path.each != features && !path.intercept)) refuse_broken(model);
  bool sound = path.summary.size() == summary_columns * n && path.start.size() == n + 1 &&
               path.term.size() == path.estimate.size() && path.start[0] == 0 &&
               path.start[n] == static_cast<double>(path.term.size());
  for (std::size_t k = 0; sound && k < n; ++k)
    sound = path.start[k + 1] >= path.start[k] && path.start[k + 1] == std::floor(path.start[k + 1]) &&
            (k == 0 || path.alpha[k] < path.alpha[k - 1]);
  for (std::size_t k = 0; sound && k < n; ++k)
    for (std::size_t e = path.first(k); sound && e < path.first(k + 1); ++e)
      sound = path.term[e] >= 0 && path.term[e] < static_cast<double>(estimate.size()) &&
              path.term[e] == std::floor(path.term[e]) && (e == path.first(k) || path.term[e] > path.term[e - 1]);
  if (!sound) refuse_broken(model);
  return path;
}

std::optional<double> unless_nan(double value) { return std::isnan(value) ? std::nullopt : std::optional(value); }

}  // namespace

std::vector<PathRow> path_rows(const Model& model) {
  const Path path = path_of("path", model);
  std::vector<std::size_t> terms;
  for (std::size_t k = 0; k < path.outputs && path.intercept; ++k) terms.push_back(k * path.each);
  for (const double term : path.term) terms.push_back(static_cast<std::size_t>(term));
  std::ranges::sort(terms);
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());

  const FeatureNames names(model.feature_names, static_cast<std::uint64_t>(model.features));
  std::vector<PathRow> rows;
  rows.reserve(terms.size() * path.alpha.size());
  for (std::size_t k = 0; k < path.alpha.size(); ++k) {
    checkpoint();
    std::size_t e = path.first(k);
    for (const std::size_t place : terms) {
      PathRow& row = rows.emplace_back();
      row.alpha = path.alpha[k];
      if (path.outputs > 1) row.of_class = std::string(model.classes[place / path.each]);
      const std::size_t term = place % path.each;
      row.term = !path.intercept ? names[term] : term == 0 ? std::string(intercept_name) : names[term - 1];
      const bool found = e < path.first(k + 1) && path.term[e] == static_cast<double>(place);
      row.estimate = found ? path.estimate[e++] : 0;
    }
  }
  return rows;
}

std::vector<PathSummary> path_summary(const Model& model) {
  const Path path = path_of("path_summary", model);
  std::vector<PathSummary> rows;
  for (std::size_t k = 0; k < path.alpha.size(); ++k) {
    const double* const v = &path.summary[k * summary_columns];
    rows.push_back({path.alpha[k], v[0] >= 0 && v[0] < 0x1p62 ? static_cast<std::int64_t>(v[0]) : 0, v[1], v[2],
                    unless_nan(v[3]), v[4]});
  }
  return rows;
}

Model at_alpha(const Model& model, double alpha) {
  const Path path = path_of("at_alpha", model);
  std::size_t k = 0;
  for (std::size_t i = 1; i < path.alpha.size(); ++i)
    if (std::abs(path.alpha[i] - alpha) < std::abs(path.alpha[k] - alpha)) k = i;
  if (path.alpha.empty() || !(std::abs(path.alpha[k] - alpha) <= 1e-9 * alpha))
    throw InvalidInput(concat("at_alpha: ", alpha, " is no alpha of the path"),
                       path.alpha.empty()
                           ? std::string()
                           : concat("The nearest is ", path.alpha[k], "; see quern.path_summary(model)."));

  Model result = model;
  result.metrics.clear();
  const double* const summary = &path.summary[k * summary_columns];
  result.add_metric("loss", summary[1]);
  if (!std::isnan(summary[3])) result.add_metric("validation_loss", summary[3]);
  result.add_metric("deviance_ratio", summary[2]);
  result.add_metric("nonzero", summary[0]);
  result.add_metric("alpha", path.alpha[k]);
  result.add_metric("kkt_residual", summary[4]);
  if (const Metric* const weight = model.find_metric("weight_sum")) result.add_metric("weight_sum", weight->value);
  for (Parameter& parameter : result.parameters) {
    if (parameter.name != std::string_view("estimate")) continue;
    std::fill(parameter.values.begin(), parameter.values.end(), 0.0);
    for (std::size_t e = path.first(k); e < path.first(k + 1); ++e)
      parameter.values[static_cast<std::size_t>(path.term[e])] = path.estimate[e];
  }
  std::erase_if(result.parameters, [](const Parameter& p) { return p.name == std::string_view("training_log"); });
  return result;
}

}  // namespace quern
