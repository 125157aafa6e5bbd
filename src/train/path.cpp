#include "train/path.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "train/training_log.hpp"

namespace quern {

namespace {

constexpr double least_l1_ratio = 1e-3;  // by which a path without l1 begins: nothing makes its weights 0
constexpr std::size_t most_estimates = 50'000'000;

// Descending, with `alpha` among them if that is given.
std::vector<double> alphas_of(const TrainOptions& o, double greatest) {
  std::vector<double> alphas = o.alphas;
  if (alphas.empty()) {
    const auto n = static_cast<std::size_t>(o.n_alphas);
    for (std::size_t k = 0; k < n; ++k)
      alphas.push_back(greatest *
                       std::pow(o.alpha_min_ratio, n > 1 ? static_cast<double>(k) / static_cast<double>(n - 1) : 0));
  }
  if (o.alpha > 0) alphas.push_back(o.alpha);
  std::ranges::sort(alphas, std::greater<>());
  alphas.erase(std::unique(alphas.begin(), alphas.end()), alphas.end());
  return alphas;
}

PathPoint point_of(const Job& job, double alpha, const PathStep& fit, std::span<const double> parameters) {
  PathPoint point;
  point.alpha = alpha;
  point.fit = fit;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i] == 0) continue;
    point.estimates.emplace_back(i, parameters[i]);
    point.nonzero += i % job.terms < job.features;
  }
  return point;
}

}  // namespace

PathFit minimize_path(const Job& job, RowStore& store, Crew& crew, Observer& observer, const Standardization& columns,
                      const TargetSums& targets, const ParametersToUser& to_user) {
  const TrainOptions& o = job.options;
  const std::unique_ptr<PathSolver> solver = job.coordinates == CoordinateSpace::columns
                                                 ? make_column_solver(job, store, crew, columns, targets)
                                                 : make_covariance_solver(job, crew, columns, targets);
  const auto [null_loss, slope] = solver->begin();
  if (!std::isfinite(slope))
    throw InvalidInput(concat(job.spec.algorithm, ": the loss leaves the range of double precision"),
                       "The features or the target are too large or too far apart in scale: rescale them.",
                       Fault::out_of_range);
  // A hair above, so that rounding moves no weight there. Where no feature has a slope any alpha will do.
  const double greatest = slope > 0 ? slope / std::max(o.l1_ratio, least_l1_ratio) * (1 + 1e-12) : 1;

  PathFit path;
  path.null_loss = null_loss;
  TrainingLog log;
  SolverResult& chosen = path.chosen.solution;
  std::size_t estimates = 0;
  bool all_converged = true;
  for (const double alpha : alphas_of(o, greatest)) {
    const PathStep fit = solver->step(alpha);
    const double validation_loss = solver->validation_loss();
    const std::vector<double> parameters = solver->parameters();
    if (!std::isfinite(fit.objective) || !std::ranges::all_of(parameters, [](double b) { return std::isfinite(b); }))
      throw InvalidInput(concat(job.spec.algorithm, ": the loss leaves the range of double precision at alpha ", alpha),
                         "Rescale the features or the target, or raise the least alpha.", Fault::out_of_range);
    PathPoint& point = path.points.emplace_back(point_of(job, alpha, fit, to_user(parameters)));
    point.validation_loss = validation_loss;
    estimates += point.estimates.size();
    if (estimates > most_estimates)
      throw InvalidInput(
          concat(job.spec.algorithm, ": the path has more than ", most_estimates, " estimates that are not 0"),
          "Raise the least alpha (alpha_min_ratio), or take fewer.", Fault::limit_exceeded);
    chosen.iterations += fit.iterations;
    all_converged = all_converged && fit.converged;
    log.add({log.count() + 1, observer.seconds(), fit.objective, validation_loss, alpha, targets.rows});
    observer.report(log.last());
    const bool stop = o.max_seconds > 0 && log.last().seconds > o.max_seconds;
    if (o.alpha == 0 || alpha >= o.alpha) {
      path.alpha = alpha;
      chosen.point = parameters;
      chosen.loss = fit.objective;
      chosen.gradient_norm = fit.violation;
      chosen.validation_loss = validation_loss;
    }
    if (stop) {
      all_converged = false;
      break;
    }
  }
  chosen.converged = all_converged;
  chosen.log = log.entries();
  path.chosen.aliased.resize(job.parameters);
  path.chosen.rank = static_cast<double>(job.parameters);
  return path;
}

}  // namespace quern
