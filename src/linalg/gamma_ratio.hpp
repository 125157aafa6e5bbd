// log of gamma(t + y) / (gamma(t) t^y), for t > 0 and y >= 0, and its first two derivatives in s = -log t, to the
// precision of a double times 1 + y: what a negative binomial likelihood of dispersion exp(s) has of gamma functions.
//
// For a small whole y the sum of log(1 + j / t), j < y. Otherwise for t of 16 and more from Stirling's series, in which
// what cancels is written out; below, t is raised by
//
//   r(t) = r(t + 1) + y log(1 + 1/t) - log(1 + y/t)
//
// Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 6.1.41, 6.3.18 and 6.4.12.
#pragma once

#include <cmath>

namespace quern {

struct GammaRatio {
  double value = 0, first = 0, second = 0;
};

inline GammaRatio log_gamma_ratio(double t, double y) {
  GammaRatio r;
  if (y <= 64 && y == std::floor(y)) {
    const double a = 1 / t;
    double product = 1;
    for (int j = 1; j < static_cast<int>(y); ++j) {
      const double scale = 1 + j * a, share = j * a / scale;
      r.first += share;
      r.second += share / scale;
      product *= scale;
      if (j % 8 > 0) continue;
      r.value += std::log(product);
      product = 1;
    }
    r.value += std::log(product);
    return r;
  }
  const double s = t;     // derivatives in t become those in s = -log t: d/ds = -t d/dt
  double d1 = 0, d2 = 0;  // of r in t
  for (; t < 16; t += 1) {
    r.value += y * std::log1p(1 / t) - std::log1p(y / t);
    d1 += -y / (t * (t + 1)) + y / (t * (t + y));
    d2 += y * (2 * t + 1) / (t * t * (t + 1) * (t + 1)) - y * (2 * t + y) / (t * t * (t + y) * (t + y));
  }
  const double z = t + y, share = y / t;
  const double log_share = std::log1p(share);
  const auto tail = [](double x) {
    return (1 / 12. - (1 / 360. - (1 / 1260. - 1 / 1680. / (x * x)) / (x * x)) / (x * x)) / x;
  };
  const auto tail1 = [](double x) {  // minus its derivative
    return (1 / 12. - (3 / 360. - (5 / 1260. - 7 / 1680. / (x * x)) / (x * x)) / (x * x)) / (x * x);
  };
  const auto tail2 = [](double x) {
    return (2 / 12. - (12 / 360. - (30 / 1260. - 56 / 1680. / (x * x)) / (x * x)) / (x * x)) / (x * x * x);
  };
  r.value += (z - 0.5) * log_share - y + tail(z) - tail(t);
  d1 += log_share - share + 0.5 * share / z - tail1(z) + tail1(t);
  d2 += -share / z + share / t - 0.5 * share * (z + t) / (t * z * z) + tail2(z) - tail2(t);
  r.first = -s * d1;
  r.second = s * d1 + s * s * d2;
  return r;
}

}  // namespace quern
