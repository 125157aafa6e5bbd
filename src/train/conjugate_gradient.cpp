// Truncated Newton: the step d of H d = -g is found by conjugate gradients from products H p, which never form H; for
// the squared loss H is X'V X and one run of them is the whole solution, conjugate gradients on the normal equations.
//
//   r = -g - H d,   p = r + (r'r / previous r'r) p,   d += (r'r / p'Hp) p          Hestenes and Stiefel, 1952
//
// A run on a quadratic f ends when what the last ten steps took off f is within tolerance (the delay estimate of
// Strakos and Tichy, ETNA 13, 2002); otherwise when |r| is below a part of |g| that shrinks with |g| (Dembo, Eisenstat
// and Steihaug, 1982), followed by a backtracking line search.
//
// Where it breaks: the number of steps grows with the root of the condition of H; after rounding has taken the
// conjugacy of p, a restart from the true gradient mends it.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "train/composite.hpp"

namespace quern {

namespace {

constexpr std::size_t delay = 10;

struct Run {
  std::vector<double> step;
  double decrease = 0;  // of the quadratic model
  std::int64_t products = 0;
  bool stopped = false;  // by the listener
};

// Minimises g'd + d'Hd / 2 until done(what steps took off, |r|) says so.
template <class Done>
Run solve(CompositeObjective& objective, std::span<const double> b, std::span<const double> g, std::int64_t most,
          Done&& done) {
  Run run;
  const std::size_t n = b.size();
  run.step.assign(n, 0.0);
  std::vector<double> r(g.begin(), g.end()), p, hp(n);
  for (double& value : r) value = -value;
  p = r;
  double rr = dot(r, r);
  while (rr > 0 && run.products < most) {
    checkpoint();
    objective.hessian_product(b, p, hp);
    ++run.products;
    const double curvature = dot(p, hp);
    if (!(curvature > 1e-300) || !std::isfinite(curvature)) {  // flat: any length will do
      if (run.products == 1) run.step = r;
      break;
    }
    const double alpha = rr / curvature;
    for (std::size_t i = 0; i < n; ++i) {
      run.step[i] += alpha * p[i];
      r[i] -= alpha * hp[i];
    }
    run.decrease += alpha * rr / 2;
    const double next = dot(r, r);
    if (done(run, alpha * rr / 2, std::sqrt(next))) break;
    for (std::size_t i = 0; i < n; ++i) p[i] = r[i] + next / rr * p[i];
    rr = next;
  }
  return run;
}

std::vector<double> moved(std::span<const double> b, std::span<const double> d, double length) {
  std::vector<double> to(b.begin(), b.end());
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += length * d[i];
  return to;
}

void minimize_quadratic(CompositeObjective& objective, const SolverOptions& options, std::vector<double>& g,
                        Minimum& result) {
  for (int runs = 0; runs < 20; ++runs) {
    if (!std::isfinite(result.value)) return;
    std::vector<double> taken;
    bool stopped = false, enough = false;
    const double at = result.value;
    const Run run = solve(objective, result.b, g, options.max_iter - result.iterations,
                          [&](const Run& now, double decrease, double) {
                            taken.push_back(decrease);
                            ++result.iterations;
                            const double value = at - now.decrease;
                            double last = 0;
                            for (std::size_t i = taken.size() - std::min(delay, taken.size()); i < taken.size(); ++i)
                              last += taken[i];
                            enough = taken.size() >= delay && 2 * last <= options.tol * options.tol * std::abs(value);
                            if (options.listener) stopped = !options.listener(moved(result.b, now.step, 1), value, 1);
                            return enough || stopped || taken.size() >= 10 * now.step.size() + 100;
                          });
    result.b = moved(result.b, run.step, 1);
    result.value = objective.gradient(result.b, g);
    result.gradient_norm = largest(g);
    const bool idle = 2 * run.decrease <= options.tol * options.tol * std::abs(result.value) * 1e2;
    if (stopped || (result.converged = idle || largest(g) == 0) || result.iterations >= options.max_iter) return;
  }
}

}  // namespace

Minimum minimize_cg(CompositeObjective& objective, std::vector<double> start, const SolverOptions& options) {
  Minimum result;
  result.b = std::move(start);
  std::vector<double> g(result.b.size());
  result.value = objective.gradient(result.b, g);
  result.gradient_norm = largest(g);
  if (objective.quadratic()) {
    minimize_quadratic(objective, options, g, result);
    return result;
  }
  const double first = std::sqrt(dot(g, g));
  while (std::isfinite(result.value)) {
    const double norm = std::sqrt(dot(g, g));
    if (norm == 0) {
      result.converged = true;
      break;
    }
    if (result.iterations >= options.max_iter) break;
    const double forcing = std::min(0.1, std::sqrt(norm / first)) * norm;
    const Run run = solve(objective, result.b, g, static_cast<std::int64_t>(2 * g.size() + 20),
                          [&](const Run&, double, double residual) { return residual <= forcing; });
    const double slope = dot(g, run.step);
    const bool small = -slope <= options.tol * options.tol * std::abs(result.value);
    double length = 1, value = 0;
    std::vector<double> to;
    for (int halvings = 0; halvings < 50; ++halvings, length /= 2) {
      to = moved(result.b, run.step, length);
      value = objective.value(to);
      if (value <= result.value + 1e-4 * length * slope + 1e-14 * std::abs(result.value)) break;
      value = INFINITY;
    }
    if (!std::isfinite(value) || !(slope < 0)) {  // F no longer tells the points apart
      result.converged = -slope <= 1e-9 * std::abs(result.value);
      break;
    }
    result.b = std::move(to);
    result.value = objective.gradient(result.b, g);
    result.gradient_norm = largest(g);
    ++result.iterations;
    const bool go_on = !options.listener || options.listener(result.b, result.value, length);
    if (small || !go_on) {
      result.converged = small;
      break;
    }
  }
  return result;
}

}  // namespace quern
