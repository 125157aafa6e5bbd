// Least squares of y on x; with penalties ridge, lasso and elastic net.
//
//   loss(f, y) = (f - y)^2 / 2
//
// Up to its dispersion the negative log-likelihood of the normal distribution. Zou and Hastie, Regularization and
// Variable Selection via the Elastic Net, JRSS B 67, 2005.
#pragma once

#include <cmath>
#include <numbers>

#include "linalg/elementary.hpp"
#include "train/objective.hpp"

namespace quern::objectives {

struct LinearRegression {
  static constexpr TargetKind target = TargetKind::number;
  Traits traits() const { return {.likelihood = true, .dispersion = true, .greatest_curvature = 1, .quadratic = true}; }

  template <class V>
  [[gnu::always_inline]] V loss(const V& f, const V& y) const {
    return 0.5 * (f - y) * (f - y);
  }
  template <class V>
  [[gnu::always_inline]] V slope(const V& f, const V& y) const {
    return f - y;
  }
  template <class V>
  [[gnu::always_inline]] V curvature(const V&, const V&) const {
    return all<V>(1);
  }
  double start(double mean_y) const { return mean_y; }

  // At variance rss / n, rows of weight v having variance / v, as R's logLik.lm.
  double log_likelihood(const LikelihoodSums& sums) const {
    const double n = sums.rows, rss = 2 * sums.loss;
    return 0.5 * (sums.log_weight - n * (std::log(2 * std::numbers::pi) + 1 - std::log(n) + std::log(rss)));
  }
};

}  // namespace quern::objectives
