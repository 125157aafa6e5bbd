// Newton's method for F(b) = f(b) + sum_i l1_i |b_i| (proximal Newton: Friedman, Hastie and Tibshirani 2010; Yuan, Ho
// and Lin, An improved GLMNET, 2012):
//
//   x = argmin  g'(x - b) + (x - b)'H(x - b) / 2 + sum_i l1_i |x_i|,     b <- b + t (x - b),  t = 1, 1/2, 1/4, ...
//
// The model is minimised exactly (coordinate_descent.hpp).
//
// Also for losses with flat parts (hinge, squared hinge), of which the Hessian may lose rank away from the optimum:
// then H is damped by a part of the largest diagonal seen, as Levenberg and Marquardt do.
//
// Where it breaks: it keeps the full Hessian, and solves systems of its size.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "train/composite.hpp"
#include "train/coordinate_descent.hpp"

namespace quern {

namespace {

// The Hessian with its lower triangle, plus damping times `most`.
std::vector<double> damped(const Derivatives& at, std::span<const double> most, double damping) {
  const std::size_t n = most.size();
  std::vector<double> h(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i; j < n; ++j) h[i * n + j] = h[j * n + i] = at.hessian[i * n + j];
    h[i * n + i] += damping * most[i];
  }
  return h;
}

}  // namespace

Minimum minimize_proximal_newton(CompositeObjective& objective, std::vector<double> start,
                                 const SolverOptions& options) {
  const std::size_t n = objective.size();
  const std::span<const double> l1 = objective.l1();
  Minimum result;
  std::vector<double>& b = result.b;
  b = std::move(start);
  Derivatives at, next;
  at.gradient.resize(n);
  at.hessian.resize(n * n);
  next = at;
  objective.differentiate(b, at);
  result.value = at.value + l1_norm(l1, b);
  std::vector<double> most(n), x;  // most: the largest diagonal seen
  double damping = 0;
  const double first = result.value;
  while (std::isfinite(result.value)) {
    checkpoint();
    bool flat = false;  // a slope without curvature
    for (std::size_t i = 0; i < n; ++i) {
      const double curvature = at.hessian[i * n + i], g = at.gradient[i];
      most[i] = std::max(most[i], curvature);
      if (most[i] == 0 && result.value > 0) most[i] = g * g / (2 * result.value);
      flat = flat || (curvature <= 1e-12 * most[i] && (l1.empty() ? g : pseudo_gradient(g, l1[i], b[i])) != 0);
    }
    if (flat) damping = std::max(damping, 1e-8);
    if (!minimize_quadratic(at.gradient, damped(at, most, damping), l1, b, x)) {
      damping = std::max(1e-12, 10 * damping);
      if (damping > 1e6) break;
      continue;
    }
    double decrease = l1_norm(l1, b) - l1_norm(l1, x);  // of F, as the model has it without its curvature
    for (std::size_t i = 0; i < n; ++i) decrease -= at.gradient[i] * (x[i] - b[i]);
    const double enough = damping <= 1e-4 ? options.enough(result.value, first) : 0;
    const bool small = decrease <= enough;
    if (!(decrease > 1e-4 * enough)) {
      result.converged = damping <= 1e-4;
      break;
    }
    if (result.iterations >= options.max_iter) break;
    double length = 1, value = INFINITY;
    std::vector<double> to;
    for (int halvings = 0; halvings < 12; ++halvings, length /= 2) {
      to = x;
      if (halvings > 0)
        for (std::size_t i = 0; i < n; ++i) to[i] = b[i] + length * (x[i] - b[i]);
      auto low_enough = [&](double f) {
        value = f + l1_norm(l1, to);
        return value <= result.value - 1e-4 * length * decrease + 1e-14 * std::abs(result.value);
      };
      if (halvings == 0 || low_enough(objective.value(to))) {
        objective.differentiate(to, next);
        if (low_enough(next.value)) break;
      }
      value = INFINITY;
    }
    if (!(value < INFINITY)) {  // the model is too good to be true, or F no longer tells the points apart
      result.converged = decrease <= 1e-10 * std::abs(result.value);
      damping = std::max(1e-8, 100 * damping);
      if (result.converged || damping > 1e8) break;
      // Most rows may lie in flat parts, so that next to nothing of the curvature is seen: a loss of 0 and more that
      // falls by g has at least g^2 / 2F.
      if (result.value > 0 && decrease > 100 * result.value) {
        for (std::size_t i = 0; i < n; ++i)
          most[i] = std::max(most[i], at.gradient[i] * at.gradient[i] / (2 * result.value));
        damping = std::max(1e-2, damping);
      }
      continue;
    }
    b = std::move(to);
    std::swap(at, next);
    result.value = value;
    ++result.iterations;
    damping = length < 0.1 ? std::max(1e-12, 10 * damping) : length < 1 ? damping : damping > 1e-12 ? damping / 10 : 0;
    if ((options.listener && !options.listener(b, value, length)) || small) {
      result.converged = small;
      break;
    }
  }
  for (std::size_t i = 0; i < n; ++i)
    result.gradient_norm = std::max(
        result.gradient_norm, std::abs(l1.empty() ? at.gradient[i] : pseudo_gradient(at.gradient[i], l1[i], b[i])));
  return result;
}

}  // namespace quern
