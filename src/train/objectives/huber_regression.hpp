// Huber's robust regression: squared for small errors, linear for large ones, so that outliers pull no harder than
// `delta` does.
//
//   loss(f, y) = r^2 / 2                     |r| <= delta,     r = f - y
//                delta (|r| - delta / 2)     beyond
//
// Huber, Robust Estimation of a Location Parameter, Annals of Mathematical Statistics 35, 1964.
#pragma once

#include <tuple>

#include "base/options.hpp"
#include "linalg/elementary.hpp"
#include "train/objective.hpp"

namespace quern::objectives {

struct HuberRegressionOptions {
  double delta = 1.35;  // in units of y; in deviations of the errors 1.35 is 95 % efficient for normal ones
  static constexpr auto options = std::tuple{Option("delta", &HuberRegressionOptions::delta, above(0))};
};

struct HuberRegression {
  using Options = HuberRegressionOptions;
  Options options;
  static constexpr TargetKind target = TargetKind::number;
  Traits traits() const { return {.greatest_curvature = 1}; }

  template <class V>
  [[gnu::always_inline]] V loss(const V& f, const V& y) const {
    const V r = absolute(f - y), inner = smaller(r, all<V>(options.delta));
    return inner * (r - 0.5 * inner);
  }
  template <class V>
  [[gnu::always_inline]] V slope(const V& f, const V& y) const {
    return smaller(larger(f - y, all<V>(-options.delta)), all<V>(options.delta));
  }
  template <class V>
  [[gnu::always_inline]] V curvature(const V& f, const V& y) const {
    return absolute(f - y) <= options.delta ? all<V>(1) : V{};
  }
  double start(double mean_y) const { return mean_y; }
};

}  // namespace quern::objectives
