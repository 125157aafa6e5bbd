#include "train/coordinates.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "train/dual_coordinate_descent.hpp"
#include "train/path.hpp"
#include "train/problem.hpp"
#include "train/training_log.hpp"

namespace quern {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Fenchel's dual of the squared loss, at the residuals r times the part k of them that it allows: with z the slopes of
// the mean loss L,
//
//   -k (z . b - 2 L) - k^2 L - sum_j max(0, |k z_j| - l1_j)^2 / (2 l2_j)
double dual_of_squares(const Problem& problem, std::span<const double> b, std::span<const double> z,
                       std::span<const double> l2, double loss) {
  double k = 1, along = 0, conjugate = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    along += z[i] * b[i];
    if (problem.scale_of(i) == 0 || l2[i] > 0) continue;
    const double most = problem.l1().empty() ? 0 : problem.l1()[i];
    if (std::abs(z[i]) > most) k = std::min(k, most / std::abs(z[i]));
  }
  for (std::size_t i = 0; i < b.size(); ++i) {
    const double l1 = problem.l1().empty() ? 0 : problem.l1()[i];
    const double beyond = std::max(0.0, k * std::abs(z[i]) - l1);
    if (problem.scale_of(i) > 0 && l2[i] > 0) conjugate += beyond * beyond / (2 * l2[i]);
  }
  return -k * (along - 2 * loss) - k * k * loss - conjugate;
}

BatchFit minimize_over_columns(const Job& job, RowStore& store, Crew& crew, Observer& observer,
                               const Standardization& columns, const TargetSums& targets) {
  const std::unique_ptr<PathSolver> solver = make_column_solver(job, store, crew, columns, targets);
  solver->begin();
  const PathStep fit = solver->step(1);
  if (!std::isfinite(fit.objective))
    throw InvalidInput(concat(job.spec.algorithm, ": the loss leaves the range of double precision"),
                       "The features or the target are too large or too far apart in scale: rescale them.",
                       Fault::out_of_range);
  TrainingLog log;
  BatchFit result;
  SolverResult& solution = result.solution;
  solution.point = solver->parameters();
  solution.loss = fit.objective;
  solution.validation_loss = solver->validation_loss();
  solution.iterations = fit.iterations;
  solution.converged = fit.converged;
  log.add({fit.iterations, observer.seconds(), fit.objective, solution.validation_loss, nan, targets.rows});
  observer.report(log.last());
  solution.log = log.entries();
  result.aliased.resize(job.parameters);
  result.rank = static_cast<double>(job.parameters);
  return result;
}

}  // namespace

void certify(const Job& job, Crew& crew, const Standardization& columns, const TargetSums& targets, double alpha,
             BatchFit& fit) {
  Problem problem(job, crew, columns.scale, targets.weight);
  problem.penalize(alpha);
  const std::vector<double> b = problem.variables(fit.solution.point);
  std::vector<double> g(b.size()), z(b.size()), l2(b.size());
  const double value = problem.gradient(b, g) + l1_norm(problem.l1(), b), weight = problem.weight();
  double worst = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    const double scale = problem.scale_of(i);
    l2[i] = alpha * job.options.l2 * weight * scale * scale;
    z[i] = g[i] - l2[i] * b[i];
    if (fit.aliased[problem.parameter(i)]) continue;
    worst = std::max(worst, std::abs(problem.l1().empty() ? g[i] : pseudo_gradient(g[i], problem.l1()[i], b[i])));
  }
  fit.solution.loss = value / weight;
  fit.kkt_residual = fit.solution.gradient_norm = worst / weight;
  if (!problem.quadratic() || (job.options.l1 == 0 && job.options.l2 == 0)) return;
  // Rounding may leave a gap below 0 where there is none.
  const double gap = value - dual_of_squares(problem, b, z, l2, problem.sums().loss);
  fit.duality_gap = value > 0 ? std::max(0.0, gap / value) : 0;
}

BatchFit minimize_by_coordinates(const Job& job, RowStore& store, Crew& crew, Observer& observer,
                                 const Standardization& columns, const TargetSums& targets, bool warm) {
  BatchFit fit;
  switch (job.coordinates) {
    case CoordinateSpace::rows:
      return minimize_dual(job, store, crew, observer, columns, targets);
    case CoordinateSpace::columns:
      fit = minimize_over_columns(job, store, crew, observer, columns, targets);
      break;
    default:
      fit = minimize_batch(job, crew, observer, columns, targets, warm);
  }
  if (fit.separation == 0) certify(job, crew, columns, targets, 1, fit);
  return fit;
}

}  // namespace quern
