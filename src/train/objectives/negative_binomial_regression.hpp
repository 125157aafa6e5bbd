// Negative binomial regression (NB2) of counts y >= 0, log link: E y = m = exp(f), and a variance of m + a m^2. The
// logarithm s of the dispersion a = 1 / t is a constant, estimated with the rest by maximum likelihood unless it is
// given.
//
//   loss(f, s, y) = (y + t) log(1 + a m) - y f - log(gamma(t + y) / (gamma(t) t^y))
//
// The negative log-likelihood but for log y!. Not convex in s. The mixed derivative, of which the expectation is 0, is
// left out; standard errors take what is observed of s and expected of f, as MASS::glm.nb. Beyond f of -700 .. 300 and
// s of -23 .. 30 the loss stays. Lawless, Canadian Journal of Statistics 15, 1987.
#pragma once

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/options.hpp"
#include "linalg/gamma_ratio.hpp"
#include "train/row_objective.hpp"

namespace quern::objectives {

struct NegativeBinomialRegressionOptions {
  double dispersion = 0;  // 0: estimated
  static constexpr auto options =
      std::tuple{Option("dispersion", &NegativeBinomialRegressionOptions::dispersion, above(0))};
};

struct NegativeBinomialRegression {
  using Options = NegativeBinomialRegressionOptions;
  static constexpr TargetKind target = TargetKind::non_negative;
  Options options;
  std::size_t outputs() const { return 1 + constants(); }
  std::size_t constants() const { return options.dispersion == 0; }
  Traits traits() const { return {.likelihood = true, .coupled = true, .informed = true, .convex = constants() == 0}; }

  double loss(const double* f, double y, double* g, double* h) const { return differentiate(f, y, g, h, false); }
  void inform(const double* f, double y, double* h) const {
    double g[2];
    differentiate(f, y, g, h, true);
  }
  double differentiate(const double* f, double y, double* g, double* h, bool inform) const {
    const double s = constants() ? std::clamp(f[1], -23.0, 30.0) : std::log(options.dispersion), t = std::exp(-s);
    const double m = std::exp(std::clamp(f[0], -700.0, 300.0)), a_m = m / t, log_term = std::log1p(a_m);
    const double scale = 1 + a_m;
    const GammaRatio ratio = log_gamma_ratio(t, y);
    g[0] = (m - y) / scale;
    h[0] = inform ? m / scale : m * (1 + y / t) / (scale * scale);
    if (constants()) {
      g[1] = s == f[1] ? m * (1 + y / t) / scale - t * log_term - ratio.first : 0;
      h[3] = t * log_term - m / scale + a_m * (y - m) / (scale * scale) - ratio.second;
    }
    return (y + t) * log_term - y * std::clamp(f[0], -700.0, 300.0) - ratio.value;
  }
  void start(double mean_y, double* f) const {
    std::fill_n(f, outputs(), 0.0);
    f[0] = mean_y > 0 ? std::max(std::log(mean_y), -40.0) : -40;
  }
  double constant(double y) const { return std::lgamma(y + 1); }
};

}  // namespace quern::objectives
