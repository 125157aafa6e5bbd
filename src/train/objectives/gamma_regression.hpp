// Gamma regression of y > 0, log link: E y = exp(f), and a deviation proportional to it.
//
//   loss(f, y) = y exp(-f) + f
//
// Up to its dispersion and terms of y the negative log-likelihood. The curvature y exp(-f) has expectation 1. Below
// f = -700 the loss stays at its value there, so that no sum becomes NaN. McCullagh and Nelder, Generalized Linear
// Models, 1989, chapter 8.
#pragma once

#include <cmath>

#include "linalg/elementary.hpp"
#include "train/objective.hpp"

namespace quern::objectives {

struct GammaRegression {
  static constexpr TargetKind target = TargetKind::positive;
  Traits traits() const { return {.likelihood = true, .dispersion = true, .expected_curvature = 1}; }

  template <class V>
  [[gnu::always_inline]] V loss(const V& f, const V& y) const {
    const V within = larger(f, all<V>(-700));
    return y * exponential<V>(-within) + within;
  }
  template <class V>
  [[gnu::always_inline]] V slope(const V& f, const V& y) const {
    return 1.0 - curvature<V>(f, y);
  }
  template <class V>
  [[gnu::always_inline]] V curvature(const V& f, const V& y) const {
    return y * exponential<V>(-larger(f, all<V>(-700)));
  }
  double start(double mean_y) const { return mean_y > 0 ? std::log(mean_y) : 0; }

  // Of shape k = weight / deviance, as R's logLik.glm; the loss of a perfect fit is 1 + log y.
  double log_likelihood(const LikelihoodSums& sums) const {
    const double k = sums.weight / (2 * (sums.loss - sums.saturated)), log_y = sums.saturated - sums.weight;
    return -k * sums.loss + sums.weight * (k * std::log(k) - std::lgamma(k)) + (k - 1) * log_y;
  }
};

}  // namespace quern::objectives
