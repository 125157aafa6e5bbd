#include "train/newton.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "train/composite.hpp"

namespace quern {

namespace {

std::vector<double> step_from(std::span<const double> b, std::span<const double> direction, double length) {
  std::vector<double> to(b.begin(), b.end());
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += length * direction[i];
  return to;
}

// Columns aliased at the start stay so, whatever rounding makes of their pivots.
void leave_out(const std::vector<bool>& aliased, Derivatives& at) {
  const std::size_t n = aliased.size();
  for (std::size_t k = 0; k < n; ++k) {
    if (!aliased[k]) continue;
    at.gradient[k] = 0;
    for (std::size_t j = 0; j < n; ++j) at.hessian[std::min(j, k) * n + std::max(j, k)] = 0;
  }
}

// Factors H + damping diag(H), with as little damping as keeps the rank; a Hessian of which points with fitted
// probabilities near 0 and 1 have left only rounding errors needs some.
bool factor_damped(const Derivatives& at, std::size_t rank, Cholesky& factor) {
  const std::size_t n = at.gradient.size();
  factor.factor(at.hessian, n, 1e-15);
  std::vector<double> damped;
  for (double damping = 1e-12; factor.rank < rank && damping < 10; damping *= 100) {
    damped = at.hessian;
    for (std::size_t k = 0; k < n; ++k) damped[k * n + k] *= 1 + damping;
    factor.factor(damped, n, 1e-15);
  }
  return factor.rank >= rank;
}

// The longest step of 1, 1/2, 1/4, ... that lowers F enough, with `next` at its end; 0 if there is none.
double search_line(ConvexObjective& objective, std::span<const double> b, std::span<const double> direction,
                   double slope, const Derivatives& at, const std::vector<bool>& aliased, Derivatives& next) {
  constexpr double armijo = 1e-4, rounding = 1e-13;
  auto low_enough = [&](double value, double length) {
    return value <= at.value + armijo * length * slope + rounding * std::abs(at.value);
  };
  double length = 1;
  for (int halvings = 0; halvings < 50; ++halvings, length /= 2) {
    const std::vector<double> to = step_from(b, direction, length);
    if (halvings > 0 && !low_enough(objective.value(to), length)) continue;
    objective.differentiate(to, next);
    leave_out(aliased, next);
    if (low_enough(next.value, length)) return length;
  }
  return 0;
}

}  // namespace

NewtonResult minimize_newton(ConvexObjective& objective, std::vector<double> start, const NewtonOptions& options) {
  using End = NewtonResult::End;
  const std::size_t n = objective.size();
  NewtonResult result;
  auto& [end, b, at, factor, decrement, iterations] = result;
  b = std::move(start);
  at.gradient.resize(n);
  at.hessian.resize(n * n);
  Derivatives next = at;

  objective.differentiate(b, at);
  factor.factor(at.hessian, n, options.rank_tolerance);
  if (factor.rank < n && largest(b) > 0) {  // of which columns can be told only where all rows count
    b = options.origin.empty() ? std::vector<double>(n) : options.origin;
    objective.differentiate(b, at);
    factor.factor(at.hessian, n, options.rank_tolerance);
  }
  const std::vector<bool> aliased = factor.aliased;
  const std::size_t rank = factor.rank;
  leave_out(aliased, at);

  double previous_decrement = INFINITY, previous_length = INFINITY, previous_step = 0;
  for (;;) {
    if (at.unbounded) {
      end = End::unbounded;
      break;
    }
    std::vector<double> direction = at.gradient;
    for (double& value : direction) value = -value;
    factor.solve(direction);
    const double slope = dot(at.gradient, direction);
    const double length = largest(direction);
    decrement = std::sqrt(std::max(0.0, -slope));
    if (!std::isfinite(at.value) || !std::isfinite(length) || !std::isfinite(slope)) {
      end = End::overflow;
      break;
    }

    const bool small = decrement <= 1e-3 * std::sqrt(std::max(1.0, at.value));
    if (small && length >= 0.3 * previous_length && objective.recedes(direction)) {
      end = End::recedes;
      break;
    }
    const bool short_step = length <= 1e-3 * (1 + largest(b));
    const bool at_rounding = small && decrement >= 0.5 * previous_decrement && length <= 1e-6 * (1 + largest(b));
    // After full steps the decrement falls as its square, times what it did before.
    const double ratio = decrement / (previous_decrement * previous_decrement);
    const bool next_is_last = options.foresee && previous_step == 1 && short_step && small &&
                              decrement * decrement * ratio <= 0.1 * options.tol;
    if (slope >= 0 || ((decrement <= options.tol || next_is_last) && short_step) || at_rounding) {
      if (slope < 0) b = step_from(b, direction, 1);
      end = End::converged;
      break;
    }
    if (iterations >= options.max_iter) break;
    const double taken = search_line(objective, b, direction, slope, at, aliased, next);
    if (taken == 0) {  // F no longer tells the points apart
      end = short_step ? End::converged : End::max_iter;
      break;
    }
    b = step_from(b, direction, taken);
    std::swap(at, next);
    previous_decrement = decrement;
    previous_length = length;
    previous_step = taken;
    ++iterations;
    if (options.listener && !options.listener(b, at.value, taken)) break;
    if (!factor_damped(at, rank, factor) && !at.unbounded) break;
  }
  return result;
}

}  // namespace quern
