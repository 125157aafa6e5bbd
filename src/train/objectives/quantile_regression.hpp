// Quantile regression: the line below which a share `quantile` of y lies, at 0.5 the median, so least absolute errors.
//
//   loss(f, y) = quantile max(0, r) + (1 - quantile) max(0, -r),     r = y - f
//
// A linear program with kinks in every row; a sum of two ramps, so it has a smoothing of any width. Koenker and
// Bassett, Regression Quantiles, Econometrica 46, 1978.
#pragma once

#include <tuple>

#include "base/options.hpp"
#include "train/objective.hpp"
#include "train/ramp.hpp"

namespace quern::objectives {

struct QuantileRegressionOptions {
  double quantile = 0.5;
  static constexpr auto options =
      std::tuple{Option("quantile", &QuantileRegressionOptions::quantile, strictly_within(0, 1))};
};

struct QuantileRegression {
  using Options = QuantileRegressionOptions;
  Options options;
  Ramp ramp = {};
  static constexpr TargetKind target = TargetKind::number;
  Traits traits() const { return {.smooth = false}; }
  void smooth(double width) { ramp.smooth(width); }

  template <class V>
  [[gnu::always_inline]] V loss(const V& f, const V& y) const {
    return options.quantile * ramp.value<V>(y - f) + (1 - options.quantile) * ramp.value<V>(f - y);
  }
  template <class V>
  [[gnu::always_inline]] V slope(const V& f, const V& y) const {
    return (1 - options.quantile) * ramp.slope<V>(f - y) - options.quantile * ramp.slope<V>(y - f);
  }
  template <class V>
  [[gnu::always_inline]] V curvature(const V& f, const V& y) const {
    return ramp.curvature<V>(f - y);
  }
  double start(double mean_y) const { return mean_y; }
  Conjugate conjugate() const { return {.low = options.quantile - 1, .high = options.quantile}; }
};

}  // namespace quern::objectives
