#include "train/path.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "train/penalty_options.hpp"
#include "train/training_log.hpp"

namespace quern {

namespace {

constexpr std::size_t most_estimates = 50'000'000;

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

  PathFit path;
  path.null_loss = null_loss;
  TrainingLog log;
  SolverResult& chosen = path.chosen.solution;
  std::size_t estimates = 0;
  bool all_converged = true;
  for (const double alpha : alphas_of(o, slope)) {
    const PathStep fit = solver->step(alpha);
    const double validation_loss = solver->validation_loss();
    const std::vector<double> parameters = solver->parameters();
    if (!std::isfinite(fit.objective) || !std::ranges::all_of(parameters, [](double b) { return std::isfinite(b); }))
      throw InvalidInput(concat(job.spec.algorithm, ": the loss leaves the range of double precision at alpha ", alpha),
                         "Rescale the features or the target, or raise the least alpha.", Fault::out_of_range);
    const PathPoint& point =
        path.points.emplace_back(make_point(alpha, fit, validation_loss, to_user(parameters), job.terms, job.features));
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
