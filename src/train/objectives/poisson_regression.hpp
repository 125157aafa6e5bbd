// Poisson regression of counts y >= 0, log link: E y = exp(f).
//
//   loss(f, y) = exp(f) - y f
//
// The negative log-likelihood but for log y!. Beyond f = 700 it stays at its value there, so that no sum becomes NaN.
// McCullagh and Nelder, Generalized Linear Models, 1989, chapter 6.
#pragma once

#include <algorithm>
#include <cmath>

#include "linalg/elementary.hpp"
#include "train/objective.hpp"

namespace quern::objectives {

struct PoissonRegression {
  static constexpr TargetKind target = TargetKind::non_negative;
  Traits traits() const { return {.likelihood = true}; }

  template <class V>
  [[gnu::always_inline]] V loss(const V& f, const V& y) const {
    const V within = smaller(f, all<V>(700));
    return exponential<V>(within) - y * within;
  }
  template <class V>
  [[gnu::always_inline]] V slope(const V& f, const V& y) const {
    return exponential<V>(smaller(f, all<V>(700))) - y;
  }
  template <class V>
  [[gnu::always_inline]] V curvature(const V& f, const V&) const {
    return exponential<V>(smaller(f, all<V>(700)));
  }
  double start(double mean_y) const { return mean_y > 0 ? std::max(std::log(mean_y), -40.0) : -40; }
  double constant(double y) const { return std::lgamma(y + 1); }
};

}  // namespace quern::objectives
