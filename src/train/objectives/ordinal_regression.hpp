// Ordinal regression of K ordered classes, y the index of a row's class: proportional odds. One linear predictor f,
// without intercept, and K - 1 thresholds t_0 < t_1 < ... as constants, P(y <= k) = 1 / (1 + exp(f - t_k)).
//
//   loss(f, t, y) = log(1 + exp(f - t_y)) + log(1 + exp(t_y-1 - f)) - log(1 - exp(t_y-1 - t_y))
//
// The negative log-likelihood, without a difference of probabilities; the terms of t_-1 and t_K-1 are 0. Convex, and
// infinite where thresholds are out of order. McCullagh, Regression Models for Ordinal Data, JRSS B 42, 1980.
#pragma once

#include <algorithm>
#include <cmath>

#include "train/row_objective.hpp"

namespace quern::objectives {

struct OrdinalRegression {
  static constexpr TargetKind target = TargetKind::classes;
  explicit OrdinalRegression(std::size_t classes) : classes(std::max<std::size_t>(classes, 2)) {}
  std::size_t outputs() const { return classes; }
  std::size_t constants() const { return classes - 1; }
  Traits traits() const { return {.likelihood = true, .coupled = true, .floating = true}; }

  double loss(const double* f, double y, double* g, double* h) const {
    const auto upper = static_cast<std::size_t>(y) + 1, lower = upper - 1;  // t_y and t_y-1 in f
    const bool above = lower > 0, below = upper < classes;
    double sum = 0;
    const auto side = [&](std::size_t t, double sign) {  // log(1 + exp(m)), m = sign (f - t)
      const double m = sign * (f[0] - f[t]), u = std::exp(-std::abs(m)), p = (m > 0 ? 1 : u) / (1 + u);
      const double q = u / ((1 + u) * (1 + u));
      sum += std::max(m, 0.0) + std::log1p(u);
      g[0] += sign * p, g[t] -= sign * p;
      h[0] += q, h[t * classes + t] += q, h[t] -= q, h[t * classes] -= q;
    };
    if (below) side(upper, 1);
    if (above) side(lower, -1);
    if (!above || !below) return sum;
    const double gap = f[upper] - f[lower], share = 1 / std::expm1(gap), bend = share * (1 + share);
    if (!(gap > 0)) return INFINITY;
    g[upper] -= share, g[lower] += share;
    h[upper * classes + upper] += bend, h[lower * classes + lower] += bend;
    h[upper * classes + lower] -= bend, h[lower * classes + upper] -= bend;
    return sum - std::log(-std::expm1(-gap));
  }
  double margin(const double* f, double y) const {
    const auto k = static_cast<std::size_t>(y);
    return std::min(k + 1 < classes ? f[k + 1] - f[0] : INFINITY, k > 0 ? f[0] - f[k] : INFINITY);
  }
  void start(double, double* f) const {
    f[0] = 0;
    for (std::size_t k = 1; k < classes; ++k)
      f[k] = std::log(static_cast<double>(k) / static_cast<double>(classes - k));
  }

  std::size_t classes;
};

}  // namespace quern::objectives
