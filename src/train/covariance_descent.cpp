// The elastic net by covariance updates: a quadratic function has one Hessian, the Gram matrix of the rows, so after
// one pass all is done on numbers x numbers (coordinate_descent.hpp). A pass for the gradient at the answer says how
// good it is; if rounding of an ill-conditioned Gram matrix shows in it, the answer is refined by that gradient.
#include <cmath>

#include "base/error.hpp"
#include "train/composite.hpp"
#include "train/coordinate_descent.hpp"

namespace quern {

Minimum minimize_covariances(CompositeObjective& objective, std::vector<double> start, const SolverOptions& options) {
  const std::size_t n = objective.size();
  Derivatives at;
  at.gradient.resize(n);
  at.hessian.resize(n * n);
  objective.differentiate(start, at);
  if (!std::isfinite(at.value)) return {.b = std::move(start), .value = at.value};
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) at.hessian[i * n + j] = at.hessian[j * n + i];
  const std::span<const double> l1 = objective.l1();
  const double scale = std::max(largest(at.gradient), largest(l1));

  Minimum result;
  result.b = start;
  result.gradient_norm = INFINITY;
  std::vector<double> x = start, g = at.gradient;
  for (int refinements = 0; refinements < 4; ++refinements) {
    const std::vector<double> from = x;
    const bool solved = minimize_quadratic(g, at.hessian, l1, from, x) ||
                        (largest(l1) > 0 && minimize_any_quadratic(g, at.hessian, l1, from, x));
    if (!solved) return minimize_proximal_newton(objective, std::move(start), options);  // which damps the Hessian
    const double value = objective.gradient(x, g) + l1_norm(l1, x);
    double worst = 0;
    for (std::size_t i = 0; i < n; ++i)
      worst = std::max(worst, std::abs(l1.empty() ? g[i] : pseudo_gradient(g[i], l1[i], x[i])));
    if (!(worst < result.gradient_norm)) break;
    result.b = x;
    result.value = value;
    result.gradient_norm = worst;
    ++result.iterations;
    result.converged = worst <= 1e-7 * scale;
    if ((options.listener && !options.listener(x, value, 1)) || worst <= 1e-12 * scale) break;
  }
  return result;
}

}  // namespace quern
