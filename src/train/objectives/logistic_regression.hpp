// Logistic regression of two classes y = -1, +1.
//
//   loss(f, y) = log(1 + exp(-m)),   m = y f
//
// The negative log-likelihood of P(y) = 1 / (1 + exp(-m)). Everything comes from u = exp(-|m|) in (0, 1], so that
// nothing cancels or overflows. McCullagh and Nelder, Generalized Linear Models, 1989, chapter 4.
#pragma once

#include <algorithm>
#include <cmath>

#include "linalg/elementary.hpp"
#include "train/objective.hpp"

namespace quern::objectives {

struct LogisticRegression {
  static constexpr TargetKind target = TargetKind::binary;
  Traits traits() const { return {.likelihood = true, .greatest_curvature = 0.25}; }

  template <class V>
  [[gnu::always_inline]] V loss(const V& f, const V& y) const {
    const V m = y * f;
    return log_of_one_plus<V>(exponential<V>(-absolute(m))) + larger(-m, V{});
  }
  template <class V>
  [[gnu::always_inline]] V slope(const V& f, const V& y) const {
    return -y / (1.0 + exponential<V>(y * f));
  }
  template <class V>
  [[gnu::always_inline]] V curvature(const V& f, const V&) const {
    const V u = exponential<V>(-absolute(f));
    return u / ((1.0 + u) * (1.0 + u));
  }
  Conjugate conjugate() const { return {.entropy = true}; }
  // The logit of the share of +1. Beyond 40 the loss of either class is below 1e-17.
  double start(double mean_y) const {
    return std::clamp(std::log1p(std::max(mean_y, -1.0)) - std::log1p(-std::min(mean_y, 1.0)), -40.0, 40.0);
  }
};

}  // namespace quern::objectives
