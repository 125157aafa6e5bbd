// Linear support vector regression: errors up to epsilon cost nothing.
//
//   loss "epsilon_insensitive"          max(0, |r| - epsilon),     r = f - y
//   loss "squared_epsilon_insensitive"  max(0, |r| - epsilon)^2
//
// With l2 = 1 / (n C) the objective is LIBLINEAR's divided by n C. As a sum of two ramps, max(0, r - epsilon) +
// max(0, -r - epsilon), it has a smoothing of any width. Ho and Lin, Large-scale Linear Support Vector Regression,
// JMLR 13, 2012.
#pragma once

#include <cmath>
#include <string>
#include <tuple>

#include "base/options.hpp"
#include "train/objective.hpp"
#include "train/ramp.hpp"

namespace quern::objectives {

struct SvmRegressionOptions {
  std::string loss = "epsilon_insensitive";
  double epsilon = 0.1;  // in units of y
  static constexpr auto options = std::tuple{
      Option("loss", &SvmRegressionOptions::loss, OneOf{{"epsilon_insensitive", "squared_epsilon_insensitive"}}),
      Option("epsilon", &SvmRegressionOptions::epsilon, at_least(0))};
};

struct SvmRegression {
  using Options = SvmRegressionOptions;
  static constexpr TargetKind target = TargetKind::number;

  explicit SvmRegression(const Options& options)
      : squared(options.loss == "squared_epsilon_insensitive"), epsilon(options.epsilon) {}
  Traits traits() const { return {.smooth = squared, .greatest_curvature = squared ? 2.0 : 0.0}; }
  void smooth(double width) {
    if (!squared) ramp.smooth(width);
  }

  template <class V>
  [[gnu::always_inline]] V loss(const V& f, const V& y) const {
    const V r = ramp.value<V>(f - y - epsilon) + ramp.value<V>(y - f - epsilon);
    return squared ? r * r : r;
  }
  template <class V>
  [[gnu::always_inline]] V slope(const V& f, const V& y) const {
    const V above = f - y - epsilon, below = y - f - epsilon;
    return squared ? 2.0 * (ramp.value<V>(above) - ramp.value<V>(below)) : ramp.slope<V>(above) - ramp.slope<V>(below);
  }
  template <class V>
  [[gnu::always_inline]] V curvature(const V& f, const V& y) const {
    const V above = f - y - epsilon, below = y - f - epsilon;
    return squared ? (larger(above, below) > 0.0 ? all<V>(2) : V{})
                   : ramp.curvature<V>(above) + ramp.curvature<V>(below);
  }
  double start(double mean_y) const { return mean_y; }
  Conjugate conjugate() const {
    return squared ? Conjugate{.low = -HUGE_VAL, .high = HUGE_VAL, .epsilon = epsilon, .curvature = 0.5}
                   : Conjugate{.low = -1, .high = 1, .epsilon = epsilon};
  }

  bool squared;
  double epsilon;
  Ramp ramp;
};

}  // namespace quern::objectives
