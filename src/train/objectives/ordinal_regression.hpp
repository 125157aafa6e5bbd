// Ordinal regression of K ordered classes, y the index of a row's class. One linear predictor f, without intercept, and
// K - 1 thresholds t_0 < t_1 < ... as constants, P(y <= k) = F(t_k - f) with F of a link (model/ordinal_link.hpp).
//
//   loss(f, t, y) = -log(F(t_y - f) - F(t_y-1 - f))
//
// with t_-1 and t_K-1 infinite. Convex, and infinite where thresholds are out of order. McCullagh, Regression Models
// for Ordinal Data, JRSS B 42, 1980.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

#include "base/options.hpp"
#include "model/ordinal_link.hpp"
#include "train/row_objective.hpp"

namespace quern::objectives {

struct OrdinalRegressionOptions {
  std::string link = "logit";
  static constexpr auto options =
      std::tuple{Option("link", &OrdinalRegressionOptions::link, OneOf{{"logit", "probit", "cloglog"}})};
};

struct OrdinalRegression {
  using Options = OrdinalRegressionOptions;
  static constexpr TargetKind target = TargetKind::classes;
  OrdinalRegression(const Options& options, std::size_t classes)
      : classes(std::max<std::size_t>(classes, 2)),
        link(static_cast<OrdinalLink>(std::find(std::begin(ordinal_links), std::end(ordinal_links), options.link) -
                                      std::begin(ordinal_links))) {}
  std::size_t outputs() const { return classes; }
  std::size_t constants() const { return classes - 1; }
  Traits traits() const { return {.likelihood = true, .coupled = true, .floating = true}; }

  double loss(const double* f, double y, double* g, double* h) const {
    const auto upper = static_cast<std::size_t>(y) + 1, lower = upper - 1;  // t_y and t_y-1 in f
    const bool above = lower > 0, below = upper < classes;
    const IntervalLoss at =
        interval_loss(link, above ? f[lower] - f[0] : -INFINITY, below ? f[upper] - f[0] : INFINITY);
    g[0] -= at.u + at.l;
    h[0] += at.uu + at.ll + 2 * at.ul;
    const auto threshold = [&](std::size_t t, double slope, double bend) {
      g[t] += slope;
      h[t * classes + t] += bend;
      h[t] -= bend + at.ul, h[t * classes] -= bend + at.ul;
    };
    if (below) threshold(upper, at.u, at.uu);
    if (above) threshold(lower, at.l, at.ll);
    if (above && below) h[upper * classes + lower] += at.ul, h[lower * classes + upper] += at.ul;
    return at.loss;
  }
  double margin(const double* f, double y) const {
    const auto k = static_cast<std::size_t>(y);
    return std::min(k + 1 < classes ? f[k + 1] - f[0] : INFINITY, k > 0 ? f[0] - f[k] : INFINITY);
  }
  void start(double, double* f) const {
    f[0] = 0;
    for (std::size_t k = 1; k < classes; ++k)
      f[k] = quantile_near(link, static_cast<double>(k) / static_cast<double>(classes));
  }

  std::size_t classes;
  OrdinalLink link;
};

}  // namespace quern::objectives
