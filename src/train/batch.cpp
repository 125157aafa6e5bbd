#include "train/batch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "train/problem.hpp"
#include "train/training_log.hpp"

namespace quern {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

constexpr double many_rows = 1e5;  // of which a pass is worth saving, and standard errors vary little from step to step

// Hears of each iteration, tells the observer, and says when it is enough.
class Monitor {
 public:
  Monitor(const Job& job, Observer& observer, Problem& problem) : job_(job), observer_(observer), problem_(problem) {}

  bool operator()(std::span<const double> b, double value, double step) {
    const double rows = problem_.rows_seen() - rows_reported_;
    rows_reported_ = problem_.rows_seen();
    const double validation_loss = problem_.validation_loss(b);
    log.add({log.count() + 1, observer_.seconds(), value / problem_.weight(), validation_loss, step, rows});
    observer_.report(log.last());
    step_size = step;
    if (!std::isnan(validation_loss)) {
      if (best.empty() || validation_loss < best_loss_) {
        best.assign(b.begin(), b.end());
        best_loss_ = validation_loss;
        since_best_ = 0;
      } else if (++since_best_ >= job_.options.patience) {
        stopped = satisfied = true;
      }
    }
    const double most = job_.options.max_seconds;
    if (most > 0 && log.last().seconds > most) stopped = true;
    return !stopped;
  }

  // Is the best validation loss on the way below this one by more than rounding?
  bool beats(double validation_loss) const { return !best.empty() && best_loss_ < validation_loss * (1 - 1e-6); }

  TrainingLog log;
  std::vector<double> best;  // by the rows held out; empty without any
  double step_size = 0;
  bool stopped = false;
  bool satisfied = false;  // stopped because rows held out no longer improve

 private:
  const Job& job_;
  Observer& observer_;
  Problem& problem_;
  double rows_reported_ = 0, best_loss_ = 0;
  std::int64_t since_best_ = 0;
};

[[noreturn]] void refuse_overflow(const Job& job) {
  throw InvalidInput(concat(job.spec.algorithm, ": the loss leaves the range of double precision"),
                     "The features or the target are too large or too far apart in scale: rescale them.",
                     Fault::out_of_range);
}

bool likelihood_newton(const Job& job) {
  return job.solver == Solver::newton && job.objective->traits().smooth && job.options.l1 == 0;
}

Minimum of_newton(const Job& job, NewtonResult&& newton) {
  using End = NewtonResult::End;
  if (newton.end == End::overflow) refuse_overflow(job);
  return {std::move(newton.b), newton.at.value, largest(newton.at.gradient), newton.iterations,
          newton.end == End::converged};
}

// A smooth problem, or a smoothed one. Newton's own account of it goes to `account` if that is asked for.
Minimum solve(const Job& job, Problem& problem, std::vector<double> start, const SolverOptions& options,
              double newton_tol, bool foresee, std::optional<NewtonResult>* account) {
  if (likelihood_newton(job)) {
    std::vector<double> origin(start.size());
    for (std::size_t i = 0; i < origin.size(); ++i)
      if (problem.parameter(i) >= job.outputs * job.terms) origin[i] = start[i];
    NewtonResult newton = minimize_newton(problem, std::move(start),
                                          {.max_iter = options.max_iter,
                                           .tol = newton_tol,
                                           .rank_tolerance = job.options.l2 > 0 ? 0 : 1e-12,
                                           .foresee = foresee && job.objective->traits().convex,
                                           .origin = std::move(origin),
                                           .listener = options.listener});
    if (account) *account = newton;
    return of_newton(job, std::move(newton));
  }
  switch (job.solver) {
    case Solver::newton:
      return minimize_proximal_newton(problem, std::move(start), options);
    case Solver::coordinate_descent:
      return problem.quadratic() ? minimize_covariances(problem, std::move(start), options)
                                 : minimize_proximal_newton(problem, std::move(start), options);
    case Solver::cg:
      return minimize_cg(problem, std::move(start), options);
    default:
      return minimize_lbfgs(problem, std::move(start), options);
  }
}

// A loss with kinks: smoothed within a width that shrinks until it is no part of the objective worth speaking of, each
// time from the answers before, which lie on a path that is nearly straight. Where the smoothed loss is minimal the
// true one is within the width of its minimum. L-BFGS is slow on what is nearly a kink, and stops earlier.
Minimum solve_smoothed(const Job& job, Problem& problem, std::vector<double> start, const SolverOptions& options,
                       const Monitor& monitor) {
  const bool exact = job.solver == Solver::newton;
  const double relative = exact ? std::max(1e-9, options.tol * options.tol) : 1e-6;
  auto value = [&](std::span<const double> b) { return problem.value(b) + l1_norm(problem.l1(), b); };
  const double weight = problem.weight(), first = value(start) / weight;
  double level = first, width = 2 * first, width_before = 0;
  Minimum result;
  result.b = std::move(start);
  std::vector<double> before;  // the answer at width_before
  std::int64_t iterations = 0;
  bool stuck = false;  // where a step should have been found
  problem.smooth(width);
  double at = value(result.b);
  for (;;) {
    const bool last = width <= relative * level || width <= 1e-14 * first;
    SolverOptions stage = options;
    stage.max_iter = std::min<std::int64_t>(exact ? 30 : options.max_iter, options.max_iter - iterations);
    if (!exact && !last) stage.tol = std::clamp(std::sqrt(0.1 * width / level), options.tol, 0.1);
    result = solve(job, problem, std::move(result.b), stage, 0, false, nullptr);
    iterations += result.iterations;
    if (!std::isfinite(result.value)) break;
    stuck = exact && !result.converged && result.iterations == 0 && (stuck || width > 1e-3 * level);
    level = std::max(result.value / weight, 1e-14 * first);
    if (last || monitor.stopped || iterations >= options.max_iter) {
      const bool idle = exact && at - result.value <= relative * result.value;
      result.converged = last && (result.converged || (idle && !stuck));
      break;
    }
    const double narrower = exact && result.iterations <= 1 ? 256 : exact && result.iterations <= 2 ? 16 : 4;
    std::vector<double> ahead = result.b;
    if (!before.empty())
      for (std::size_t i = 0; i < ahead.size(); ++i)
        ahead[i] += (width - width / narrower) / (width_before - width) * (result.b[i] - before[i]);
    before = result.b;
    width_before = std::exchange(width, width / narrower);
    problem.smooth(width);
    const double at_ahead = value(ahead);
    at = value(result.b);
    if (at_ahead < at) {
      result.b = std::move(ahead);
      at = at_ahead;
    }
  }
  problem.smooth(0);
  result.iterations = iterations;
  return result;
}

// The solution on a part of the rows, to a precision that its own sampling error makes good enough; `start` if there
// are too few rows, or the part has no solution.
std::vector<double> warm_start(const Job& job, Crew& crew, Observer& observer, const Standardization& columns,
                               const TargetSums& targets, std::vector<double> start) {
  const std::vector<double> cold = start;
  auto in_time = [&](std::span<const double>, double, double) {
    return !(job.options.max_seconds > 0 && observer.seconds() > job.options.max_seconds);
  };
  for (std::size_t stride : {64, 8}) {
    if (targets.rows / static_cast<double>(stride) < std::max(2048.0, 30 * static_cast<double>(start.size()))) continue;
    const double weight = measure_targets(job, crew, stride).weight;
    if (!(weight > 0)) continue;
    Problem part(job, crew, columns.scale, weight, stride);
    const bool newton = job.solver == Solver::newton;
    const SolverOptions options{.max_iter = newton ? 12 : 60, .tol = 1e-3, .listener = in_time};
    Minimum found = solve(job, part, std::move(start), options, 0.1, false, nullptr);
    if (!std::isfinite(found.value) || (newton && !found.converged)) return cold;
    start = std::move(found.b);
  }
  return start;
}

// Standard errors in the user's columns, from the factor of the information in the variables.
std::vector<double> standard_errors(const Job& job, const Standardization& columns, const Problem& problem,
                                    const Cholesky& information) {
  const std::size_t n = problem.size(), terms = job.terms;
  std::vector<double> result(job.parameters, nan), along(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t parameter = problem.parameter(i), term = parameter % terms;
    const bool constant = parameter >= job.outputs * terms;
    if (information.aliased[i]) continue;
    std::fill(along.begin(), along.end(), 0.0);
    std::size_t first = i;
    if (!constant && term < job.features) {
      along[i] = columns.scale[term];
    } else if (constant && !job.objective->traits().floating) {
      along[i] = 1;
    } else {  // the intercept: b - sum_j shift_j scale_j u_j; a constant that floats with f: + instead
      for (std::size_t j = 0; j < n; ++j) {
        const std::size_t other = problem.parameter(j);
        if (constant ? other != parameter && other >= job.outputs * terms : other / terms != parameter / terms)
          continue;
        first = std::min(first, j);
        const double moved = other == parameter ? 1 : columns.shift[other % terms] * columns.scale[other % terms];
        along[j] = constant || other == parameter ? moved : -moved;
      }
    }
    result[parameter] = std::sqrt(information.inverse_form(along, first));
  }
  return result;
}

void add_inference(const Job& job, const Standardization& columns, Problem& problem, std::span<const double> b,
                   const std::optional<NewtonResult>& newton, BatchFit& fit) {
  const Traits traits = job.objective->traits();
  const bool expected = traits.expected_curvature != 0 || traits.informed;
  if (newton && !expected) {
    fit.std_error = standard_errors(job, columns, problem, newton->hessian);
    return;
  }
  Derivatives at;
  at.gradient.resize(b.size());
  at.hessian.resize(b.size() * b.size());
  problem.expect(expected);
  problem.differentiate(b, at);
  problem.expect(false);
  if (newton)  // what was aliased stays so
    for (std::size_t k = 0; k < b.size(); ++k)
      if (newton->hessian.aliased[k])
        for (std::size_t j = 0; j < b.size(); ++j) at.hessian[std::min(j, k) * b.size() + std::max(j, k)] = 0;
  Cholesky information;
  information.factor(at.hessian, b.size(), 1e-12);
  if (!newton && information.rank < b.size())  // which of the columns count is not settled
    fit.std_error.assign(job.parameters, nan);
  else
    fit.std_error = standard_errors(job, columns, problem, information);
}

constexpr double doubtful_margin = 12;            // that a fitted likelihood reaches only with probabilities of 1e-5
constexpr std::size_t parameters_to_doubt = 500;  // for which Newton's method is cheap

// What Newton's method says on its way, another one can say only of where it ended. A point that is right about all
// rows is proof enough; ties that are left out of it show as a direction in which Newton's method does not end.
int separation_at(const Job& job, Problem& problem, const Minimum& found) {
  using End = NewtonResult::End;
  if (!may_be_unbounded(job)) return 0;
  problem.value(found.b);
  if (problem.separated()) return 1;
  if (!found.converged || problem.sums().greatest_margin < doubtful_margin) return 0;
  if (!job.inference || job.parameters > parameters_to_doubt) return 0;
  const End end = minimize_newton(problem, found.b, {.max_iter = 50}).end;
  return end == End::unbounded ? 1 : end == End::recedes ? 2 : 0;
}

}  // namespace

double minimize_null(const Job& job, Crew& crew, const Standardization& columns, const TargetSums& targets) {
  Problem problem(job, crew, columns.scale, targets.weight, 1, true);
  const auto point = crew.board().subspan(job.layout.point, job.parameters);
  const std::vector<double> kept(point.begin(), point.end());
  const std::vector<double> start = problem.variables(point);
  const double value = problem.size() == 0            ? problem.value(start)
                       : job.solver == Solver::newton ? minimize_newton(problem, start, {.origin = start}).at.value
                                                      : minimize_lbfgs(problem, start, {}).value;
  std::ranges::copy(kept, point.begin());
  return value;
}

BatchFit minimize_batch(const Job& job, Crew& crew, Observer& observer, const Standardization& columns,
                        const TargetSums& targets, bool warm) {
  using End = NewtonResult::End;
  const TrainOptions& o = job.options;
  const Traits traits = job.objective->traits();
  Problem problem(job, crew, columns.scale, targets.weight);
  Monitor monitor(job, observer, problem);
  const auto point = crew.board().subspan(job.layout.point, job.parameters);
  std::vector<double> start = problem.variables(point);
  const bool one_pass = job.solver == Solver::coordinate_descent && traits.quadratic;
  if (!warm && traits.smooth && !traits.ordered && !one_pass)
    start = warm_start(job, crew, observer, columns, targets, std::move(start));

  const bool few_steps = likelihood_newton(job);
  SolverOptions options{
      .max_iter = o.max_iter > 0 ? o.max_iter
                  : few_steps    ? 100
                                 : 1000,
      .tol = o.tol > 0                     ? o.tol
             : job.solver == Solver::lbfgs ? 1e-6
                                           : 1e-7,
      .listener = [&](std::span<const double> b, double value, double step) { return monitor(b, value, step); }};
  std::optional<NewtonResult> newton;
  const bool many = targets.rows >= many_rows;
  Minimum found = traits.smooth
                      ? solve(job, problem, std::move(start), options, o.tol > 0 ? o.tol : 1e-10, many, &newton)
                      : solve_smoothed(job, problem, std::move(start), options, monitor);
  if (!std::isfinite(found.value)) refuse_overflow(job);
  // Where rows held out were predicted better on the way, that point is the answer, as in stochastic descent.
  const bool early = monitor.stopped || monitor.beats(problem.validation_loss(found.b));
  if (early && !monitor.best.empty()) found.b = monitor.best;

  BatchFit fit;
  fit.rank = static_cast<double>(problem.size());
  fit.aliased.resize(job.parameters);
  if (newton) {
    fit.rank = static_cast<double>(newton->hessian.rank);
    for (std::size_t i = 0; i < problem.size(); ++i) fit.aliased[problem.parameter(i)] = newton->hessian.aliased[i];
    // Without an end of its own, the point itself may be the direction in which it is.
    const bool recedes = newton->end == End::recedes || (newton->end == End::max_iter && problem.recedes(found.b));
    fit.separation = newton->end == End::unbounded ? 1 : recedes ? 2 : 0;
  } else if (!early) {
    fit.separation = separation_at(job, problem, found);
    found.converged = found.converged && fit.separation == 0;
  }
  if (job.inference && fit.separation == 0 && !early) add_inference(job, columns, problem, found.b, newton, fit);

  if (!(newton && many) || traits.dispersion || early) {  // else Newton's own are as good
    std::vector<double> g(problem.size());
    found.value = problem.gradient(found.b, g) + l1_norm(problem.l1(), found.b);
    for (std::size_t i = 0; i < g.size(); ++i) {
      if (!problem.l1().empty()) g[i] = pseudo_gradient(g[i], problem.l1()[i], found.b[i]);
      if (fit.aliased[problem.parameter(i)]) g[i] = 0;
    }
    found.gradient_norm = largest(g);
    fit.squares = problem.sums().squares;
  }

  SolverResult& solution = fit.solution;
  solution.point = problem.parameters(found.b);
  solution.loss = found.value / targets.weight;
  solution.validation_loss = problem.validation_loss(found.b);
  solution.iterations = found.iterations;
  solution.converged = found.converged || monitor.satisfied;
  solution.gradient_norm = traits.smooth ? found.gradient_norm / targets.weight : nan;
  solution.step_size = monitor.step_size;
  solution.log = monitor.log.entries();
  return fit;
}

}  // namespace quern
