#include "train/fit_report.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "model/inference.hpp"
#include "train/path.hpp"

namespace quern {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// From rows with the intercept last to rows with it first.
std::vector<double> intercept_first(const Job& job, std::span<const double> parameters) {
  std::vector<double> result(parameters.begin(), parameters.end());
  if (job.options.fit_intercept)
    for (std::size_t k = 0; k < job.outputs; ++k) {
      const auto row = result.begin() + static_cast<std::ptrdiff_t>(k * job.terms);
      std::rotate(row, row + static_cast<std::ptrdiff_t>(job.features), row + static_cast<std::ptrdiff_t>(job.terms));
    }
  return result;
}

void add_parameters(Model& model, const FitReport& report, double dispersion) {
  const Job& job = report.job;
  const auto rows = static_cast<std::int64_t>(job.outputs);
  std::vector<double> estimate = report.fit.solution.point;
  const std::size_t linear = job.outputs * job.terms;
  for (std::size_t i = 0; i < estimate.size(); ++i)
    if (report.fit.aliased[i]) estimate[i] = nan;
  model.add_parameter("estimate", intercept_first(job, std::span(estimate).first(linear)), rows);
  if (job.constants > 0) model.add_parameter("constants", std::span(estimate).subspan(linear));
  if (!report.fit.std_error.empty()) {
    std::vector<double> error = report.fit.std_error;
    for (double& e : error) e *= std::sqrt(dispersion);
    if (job.objective->traits().symmetric) std::fill_n(error.begin(), job.terms, 0.0);  // the baseline is not estimated
    model.add_parameter("std_error", intercept_first(job, std::span(error).first(linear)), rows);
    if (job.constants > 0) model.add_parameter("constants_std_error", std::span(error).subspan(linear));
  }
  if (report.survival) {
    model.add_parameter("center", std::span(&report.survival->center, 1));
    const std::vector<double>& baseline = report.survival->baseline;
    model.add_parameter("baseline", baseline,
                        std::max<std::int64_t>(1, static_cast<std::int64_t>(baseline.size() / 3)));
  }
  if (report.fit.solution.log.empty()) return;
  std::vector<double> log;
  for (const LogEntry& e : report.fit.solution.log)
    log.insert(log.end(), {static_cast<double>(e.epoch), e.seconds, e.loss, e.validation_loss, e.step_size, e.rows});
  model.add_parameter("training_log", log, static_cast<std::int64_t>(report.fit.solution.log.size()));
}

// Of least squares, as R's summary.lm has it.
void add_least_squares(Model& model, const FitReport& report, const LikelihoodSums& sums, double dispersion) {
  const double n = sums.rows, intercept = report.job.options.fit_intercept;
  const double rss = 2 * sums.loss, tss = 2 * report.null_loss, r2 = 1 - rss / tss;
  model.add_metric("r2", r2);
  if (report.job.inference) {
    const double rank = report.fit.rank, df_model = rank - intercept, df_residual = n - rank;
    const double f = (tss - rss) / df_model / dispersion;
    model.add_metric("adj_r2", df_residual > 0 ? 1 - (1 - r2) * ((n - intercept) / df_residual) : nan);
    model.add_metric("sigma", std::sqrt(dispersion));
    model.add_metric("f_statistic", df_model > 0 ? f : nan);
    model.add_metric("f_p_value", df_model > 0 ? f_upper_p(f, df_model, df_residual) : nan);
    model.add_metric("df_model", df_model);
  }
  model.add_metric("rss", rss);
}

void add_likelihood(Model& model, const FitReport& report, double dispersion) {
  const Job& job = report.job;
  const Traits traits = job.objective->traits();
  const TargetSums& t = report.targets;
  const BatchFit& fit = report.fit;
  LikelihoodSums sums{.loss = (fit.solution.loss - report.penalty) * t.weight,
                      .saturated = t.saturated,
                      .constant = t.constant,
                      .weight = t.weight,
                      .log_weight = t.log_weight,
                      .rows = t.rows};
  if (traits.quadratic) add_least_squares(model, report, sums, dispersion);
  const double log_likelihood = job.objective->log_likelihood(sums);
  const double deviance = 2 * (sums.loss - sums.saturated), null_deviance = 2 * (report.null_loss - sums.saturated);
  LikelihoodSums null = sums;
  null.loss = report.null_loss;
  const double log_likelihood_null = job.objective->log_likelihood(null);
  const double count = report.survival ? report.survival->events : traits.dispersion ? sums.rows : sums.weight;
  model.add_metric("log_likelihood", log_likelihood);
  model.add_metric("log_likelihood_null", log_likelihood_null);
  const bool classifies = !t.class_rows.empty();
  const bool deviates = !traits.ordered && (job.constants == 0 || !classifies);
  if (deviates) model.add_metric("deviance", deviance);
  if (deviates && job.constants == 0) model.add_metric("null_deviance", null_deviance);
  if (job.inference) {
    const double estimated = fit.rank + traits.dispersion;
    model.add_metric("aic", 2 * estimated - 2 * log_likelihood);
    model.add_metric("bic", std::log(count) * estimated - 2 * log_likelihood);
    model.add_metric("rank", fit.rank);
    if (traits.dispersion) {
      model.add_metric("df_residual", sums.rows - fit.rank);
      model.add_metric("dispersion", dispersion);
    } else {
      const double null_rank =
          job.constants + (job.options.fit_intercept ? (traits.symmetric ? job.outputs - 1 : job.outputs) : 0);
      const double lr_statistic = 2 * (log_likelihood - log_likelihood_null), lr_df = fit.rank - null_rank;
      model.add_metric("lr_statistic", lr_statistic);
      model.add_metric("lr_p_value", lr_df > 0 ? chi_squared_upper_p(lr_statistic, lr_df) : nan);
      if (!traits.ordered) model.add_metric("df", sums.weight - fit.rank);
    }
  }
  if (!traits.dispersion && !traits.ordered) model.add_metric("mcfadden_r2", 1 - log_likelihood / log_likelihood_null);
}

}  // namespace

Model write_report(const FitReport& report) {
  const Job& job = report.job;
  const Description& description = report.description;
  const SolverResult& solution = report.fit.solution;
  const Traits traits = job.objective->traits();
  Model model;
  model.algorithm = job.spec.algorithm;
  model.options = job.spec.options;
  model.target = description.target;
  model.rows = report.rows;
  model.skipped = description.skipped;
  model.features = static_cast<std::int64_t>(job.features);
  for (const std::string& name : description.feature_names) model.feature_names.emplace_back(name);
  for (const std::string& name : description.classes) model.classes.emplace_back(name);

  const double df_residual = report.targets.rows - report.fit.rank;
  const double dispersion = !traits.dispersion ? 1 : df_residual > 0 ? report.fit.squares / df_residual : nan;
  add_parameters(model, report, dispersion);

  model.add_metric("loss", solution.loss);
  if (job.options.validation_fraction > 0) model.add_metric("validation_loss", solution.validation_loss);
  if (traits.likelihood) add_likelihood(model, report, dispersion);
  if (report.survival) {
    model.add_metric("events", report.survival->events);
    model.add_metric("concordance", report.survival->concordance);
  }
  if (job.objective->target() == TargetKind::binary) model.add_metric("positives", report.targets.class_rows.back());
  if (job.options.l1 > 0) {
    double nonzero = 0;
    for (std::size_t i = 0; i < job.outputs * job.terms; ++i)
      nonzero += i % job.terms < job.features && solution.point[i] != 0;
    model.add_metric("nonzero", nonzero);
  }
  if (traits.symmetric && job.options.l1 == 0 && job.options.l2 == 0) model.add_metric("baseline", 0);
  model.add_metric("iterations", static_cast<double>(solution.iterations));
  if (job.solver != Solver::sgd || job.options.tol > 0) model.add_metric("converged", solution.converged);
  const bool optimum = job.solver != Solver::sgd || job.options.tol > 0;
  if (traits.likelihood && optimum && job.options.l1 == 0 && (!report.targets.class_rows.empty() || traits.ordered))
    model.add_metric("separation", report.fit.separation);
  if (report.path) {
    const double saturated = traits.likelihood ? report.targets.saturated / report.targets.weight : 0;
    model.add_metric("alpha", report.path->alpha);
    add_path(model, report.path->points, report.path->null_loss, saturated, job.terms, job.features);
  }
  if (!std::isnan(report.fit.duality_gap)) model.add_metric("duality_gap", report.fit.duality_gap);
  if (!std::isnan(report.fit.kkt_residual)) model.add_metric("kkt_residual", report.fit.kkt_residual);
  if (!std::isnan(solution.gradient_norm)) model.add_metric("gradient_norm", solution.gradient_norm);
  model.add_metric("weight_sum", report.targets.weight);
  if (job.solver == Solver::sgd) model.add_metric("epochs", static_cast<double>(report.epochs));
  if (std::isfinite(report.seconds)) model.add_metric("seconds", report.seconds);
  return model;
}

}  // namespace quern
