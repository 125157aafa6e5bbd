// Linear support vector machine of two classes y = -1, +1; of more, one against the rest, trained together.
//
//   loss "hinge"          max(0, 1 - m),     m = y f
//   loss "squared_hinge"  max(0, 1 - m)^2
//
// With l2 = 1 / (n C) the objective is LIBLINEAR's divided by n C. Cortes and Vapnik, Support-Vector Networks, Machine
// Learning 20, 1995; Fan et al., LIBLINEAR, JMLR 9, 2008.
#pragma once

#include <cmath>
#include <string>
#include <tuple>

#include "base/options.hpp"
#include "train/objective.hpp"
#include "train/ramp.hpp"

namespace quern::objectives {

struct LinearSvmOptions {
  std::string loss = "hinge";
  static constexpr auto options =
      std::tuple{Option("loss", &LinearSvmOptions::loss, OneOf{{"hinge", "squared_hinge"}})};
};

struct LinearSvm {
  using Options = LinearSvmOptions;
  static constexpr TargetKind target = TargetKind::binary;
  static constexpr bool one_vs_rest = true;

  explicit LinearSvm(const Options& options) : squared(options.loss == "squared_hinge") {}
  Traits traits() const { return {.smooth = squared, .greatest_curvature = squared ? 2.0 : 0.0}; }
  void smooth(double width) {
    if (!squared) ramp.smooth(width);
  }

  template <class V>
  [[gnu::always_inline]] V loss(const V& f, const V& y) const {
    const V r = ramp.value<V>(1.0 - y * f);
    return squared ? r * r : r;
  }
  template <class V>
  [[gnu::always_inline]] V slope(const V& f, const V& y) const {
    const V z = 1.0 - y * f;
    return -y * (squared ? 2.0 * ramp.value<V>(z) : ramp.slope<V>(z));
  }
  template <class V>
  [[gnu::always_inline]] V curvature(const V& f, const V& y) const {
    const V z = 1.0 - y * f;
    return squared ? (z > 0.0 ? all<V>(2) : V{}) : ramp.curvature<V>(z);
  }
  Conjugate conjugate() const { return squared ? Conjugate{.high = HUGE_VAL, .curvature = 0.5} : Conjugate{}; }

  bool squared;
  Ramp ramp;
};

}  // namespace quern::objectives
