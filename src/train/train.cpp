#include "train/train.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/text.hpp"
#include "train/batch.hpp"
#include "train/coordinates.hpp"
#include "train/fit_report.hpp"
#include "train/path.hpp"
#include "train/survival.hpp"

namespace quern {

namespace {

[[noreturn]] void refuse(const Job& job, const std::string& what, std::string hint = {},
                         Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat(job.spec.algorithm, ": ", what), std::move(hint), fault);
}

// The estimates of `start` in the order of the board. Throws InvalidInput unless they fit.
std::vector<double> parameters_of(const Job& job, const Model& start) {
  if (std::string_view(start.algorithm) != job.spec.algorithm)
    refuse(job, concat("the model to continue from is of ", start.algorithm));
  if (start.features != static_cast<std::int64_t>(job.features))
    refuse(job, concat("the model to continue from has ", start.features, " features, the rows have ", job.features));
  const Parameter* const estimate = start.find_parameter("estimate");
  const Parameter* const constants = start.find_parameter("constants");
  const std::size_t linear = job.outputs * job.terms;
  if (!estimate || estimate->values.size() != linear || (constants ? constants->values.size() : 0) != job.constants)
    refuse(job,
           concat("the model to continue from has ", estimate ? estimate->values.size() : 0, " estimates, not ", linear,
                  job.constants == 0 ? "" : concat(" and ", job.constants, " constants")),
           "It needs the same classes and the same fit_intercept.");
  std::vector<double> parameters(estimate->values.begin(), estimate->values.end());
  if (constants) parameters.insert(parameters.end(), constants->values.begin(), constants->values.end());
  for (double& value : parameters)
    if (std::isnan(value)) value = 0;
  if (job.options.fit_intercept)
    for (std::size_t k = 0; k < job.outputs; ++k) {
      const auto row = parameters.begin() + static_cast<std::ptrdiff_t>(k * job.terms);
      std::rotate(row, row + 1, row + static_cast<std::ptrdiff_t>(job.terms));
    }
  return parameters;
}

// New rows for a model may be of one class.
void check_targets(const Job& job, const TargetSums& targets, bool continued) {
  if (!(targets.weight > 0))
    refuse(job, "there are no rows of weight above 0 to train on",
           job.options.validation_fraction > 0 ? "Of so few rows none is left: lower the option validation_fraction."
                                               : "A row of weight 0 counts as none.");
  if (!std::isfinite(targets.weight)) refuse(job, "the weights are too large", {}, Fault::out_of_range);
  const auto seen =
      std::count_if(targets.class_weight.begin(), targets.class_weight.end(), [](double weight) { return weight > 0; });
  if (!targets.class_weight.empty() && seen < 2 && !continued)
    refuse(job, "the target is the same in all rows", "A classifier needs rows of two classes.");
  if (job.constants > 0 && seen < static_cast<std::ptrdiff_t>(targets.class_weight.size()))
    refuse(job, "there is a class without rows to train on", "Every class needs rows, for the thresholds beside it.");
}

// The best intercepts alone, as a point; zeros without an intercept.
std::vector<double> constant_point(const Job& job, const TargetSums& targets) {
  std::vector<double> point(job.parameters), intercepts(job.columns());
  job.objective->start(targets.target / targets.weight, intercepts.data());
  for (std::size_t k = 0; k < job.outputs && job.options.fit_intercept; ++k)
    point[(k + 1) * job.terms - 1] = intercepts[k];
  for (std::size_t c = 0; c < job.constants; ++c) point[job.outputs * job.terms + c] = intercepts[job.outputs + c];
  return point;
}

// With the constant point on the board.
double null_loss(const Job& job, Crew& crew, const Standardization& columns, const TargetSums& targets) {
  if (!job.objective->traits().likelihood) return std::numeric_limits<double>::quiet_NaN();
  if (targets.class_weight.empty())
    return job.constants > 0 ? minimize_null(job, crew, columns, targets) : measure_null_loss(job, crew);
  double loss = 0;
  for (double weight : targets.class_weight) {
    const double share = job.options.fit_intercept || job.constants > 0
                             ? weight / targets.weight
                             : 1 / static_cast<double>(targets.class_weight.size());
    if (weight > 0) loss -= weight * std::log(share);
  }
  return loss;
}

// A symmetric loss leaves something open: without a penalty the first class is the baseline, with one the intercepts
// add to 0.
void settle(const Job& job, std::vector<double>& parameters) {
  if (!job.objective->traits().symmetric) return;
  const bool penalty = job.options.l1 > 0 || job.options.l2 > 0;
  for (std::size_t t = penalty ? job.features : 0; t < job.terms; ++t) {
    double origin = penalty ? 0 : parameters[t];
    for (std::size_t k = 0; k < job.outputs && penalty; ++k)
      origin += parameters[k * job.terms + t] / static_cast<double>(job.outputs);
    for (std::size_t k = 0; k < job.outputs; ++k) parameters[k * job.terms + t] -= origin;
  }
}

// In the user's columns.
double penalty_of(const Job& job, std::span<const double> parameters) {
  double l1 = 0, l2 = 0;
  for (std::size_t i = 0; i < job.outputs * job.terms; ++i) {
    if (i % job.terms == job.features) continue;
    l1 += std::abs(parameters[i]);
    l2 += parameters[i] * parameters[i];
  }
  return job.options.l1 * l1 + job.options.l2 / 2 * l2;
}

}  // namespace

Model train(const Job& job, RowStore& store, Crew& crew, Observer& observer, const Description& description,
            const Model* start) {
  if (store.rows() == 0) refuse(job, "there are no rows to train on");
  const std::vector<double> given = start ? parameters_of(job, *start) : std::vector<double>();
  const Standardization columns = standardize(job, store, crew);
  TargetSums targets = measure_targets(job, crew);
  check_targets(job, targets, start != nullptr);

  const auto point = crew.board().subspan(job.layout.point, job.parameters);
  std::ranges::copy(constant_point(job, targets), point.begin());
  const double null = null_loss(job, crew, columns, targets);
  if (start) std::ranges::copy(from_user(job, columns, given), point.begin());

  auto finish = [&](std::vector<double> parameters) {
    parameters = to_user(job, columns, std::move(parameters));
    settle(job, parameters);
    return parameters;
  };
  BatchFit fit;
  PathFit path;
  double epochs = 0, alpha = 1;
  if (job.solver == Solver::sgd) {
    const double before = start ? start->metric("epochs") : 0;
    epochs = before >= 0 && before < 0x1p53 ? std::floor(before) : 0;
    fit.solution = minimize_sgd(job, store, crew, observer, static_cast<std::int64_t>(epochs));
    epochs += static_cast<double>(fit.solution.iterations);
    fit.aliased.resize(job.parameters);
    fit.rank = static_cast<double>(job.parameters);
    fit.separation = fit.solution.separated;
    if (!std::isfinite(fit.solution.loss))
      refuse(job, "the loss leaves the range of double precision",
             "The steps may be too long (option step_size), or the features too far apart in scale.",
             Fault::out_of_range);
  } else if (job.options.path()) {
    path = minimize_path(job, store, crew, observer, columns, targets, finish);
    fit = std::move(path.chosen);
    alpha = path.alpha;
    certify(job, crew, columns, targets, alpha, fit);
  } else if (job.solver == Solver::coordinate_descent) {
    fit = minimize_by_coordinates(job, store, crew, observer, columns, targets, start != nullptr);
  } else {
    fit = minimize_batch(job, crew, observer, columns, targets, start != nullptr);
  }
  if (job.constants > 0 && job.objective->traits().likelihood && targets.class_weight.empty()) {
    std::ranges::copy(fit.solution.point, point.begin());
    targets = measure_targets(job, crew);  // of which the loss of a perfect fit depends on the constants
  }
  const std::vector<double> solved = fit.solution.point;
  fit.solution.point = finish(std::move(fit.solution.point));
  const double penalty = alpha * penalty_of(job, fit.solution.point);
  std::optional<Survival> survival;
  if (job.objective->traits().ordered) {
    double shift = 0;
    for (std::size_t j = 0; j < job.features; ++j) shift += columns.shift[j] * fit.solution.point[j];
    survival = describe_survival(job, store, crew.board(), solved, shift);
  }
  return write_report({.job = job,
                       .description = description,
                       .targets = targets,
                       .fit = fit,
                       .survival = survival ? &*survival : nullptr,
                       .null_loss = null,
                       .penalty = penalty,
                       .seconds = observer.seconds(),
                       .epochs = static_cast<std::int64_t>(epochs),
                       .rows = static_cast<std::int64_t>(store.rows()),
                       .path = job.options.path() ? &path : nullptr});
}

}  // namespace quern
