// Count, mean, spread, shape and range of one column, in one pass.
//
// The state holds the mean and the centred sums of powers M2, M3, M4: raw sums of powers cancel when the mean is large
// against the spread. Update and merge are the formulas of Pébay, "Formulas for Robust, One-Pass Parallel Computation
// of Covariances and Arbitrary-Order Statistical Moments", Sandia SAND2008-6212, 2008 (M2 alone: Chan, Golub, LeVeque
// 1982), about a mean of two doubles.
//
// variance and stddev are those of a sample (divisor n - 1); skewness is g1 = m3 / m2^(3/2) and kurtosis the excess
// g2 = m4 / m2^2 - 3 with m_k = M_k / n (the population forms: scipy.stats.skew and kurtosis, R's type 1).
//
// NaN and infinity are counted apart and treated as PostgreSQL's own aggregates do: the mean is their sum, the spread
// is NaN, and NaN is greater than any number. M3 and M4 overflow before M2 does, from deviations of about 1e77:
// skewness and kurtosis are then NULL; when M2 overflows, that is an error.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "uda/aggregate.hpp"
#include "uda/running_mean.hpp"

namespace quern {

struct Description {
  std::int64_t n, nulls;
  std::optional<double> mean, variance, stddev, skewness, kurtosis, min, max;

  static constexpr std::array columns{"n", "nulls", "mean", "variance", "stddev", "skewness", "kurtosis", "min", "max"};
};

struct Describe {
  std::int64_t n = 0;                                      // finite values
  std::int64_t nulls = 0, nans = 0, above = 0, below = 0;  // NaN, infinity, -infinity
  RunningMean mean;                                        // of the finite values
  double m2 = 0, m3 = 0, m4 = 0;
  double min = std::numeric_limits<double>::infinity(), max = -std::numeric_limits<double>::infinity();

  void accumulate(double x) {
    if (!(std::abs(x) <= std::numeric_limits<double>::max())) [[unlikely]]
      return count_special(x);
    n += 1;
    const double rows = static_cast<double>(n);
    const double delta = mean.distance_to(x);
    const double step = delta / rows;
    const double square = step * step;
    const double term = delta * (step * (rows - 1));
    m4 += term * square * (rows * (rows - 3) + 3) + 6 * square * m2 - 4 * step * m3;
    m3 += term * step * (rows - 2) - 3 * step * m2;
    m2 += term;
    mean.move(step);
    min = x < min ? x : min;
    max = x > max ? x : max;
  }

  void skip() { nulls += 1; }

  void merge(const Describe& other) {
    nulls += other.nulls;
    nans += other.nans;
    above += other.above;
    below += other.below;
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    if (other.n == 0) return;
    if (n == 0) return take_finite(other);
    const double a = static_cast<double>(n), b = static_cast<double>(other.n), rows = a + b;
    const double delta = mean.distance_to(other.mean);
    const double step = delta / rows;
    const double square = step * step;
    const double term = delta * step * a * b;
    m4 += other.m4 + term * square * (a * a - a * b + b * b) + 6 * square * (a * a * other.m2 + b * b * m2) +
          4 * step * (a * other.m3 - b * m3);
    m3 += other.m3 + term * step * (a - b) + 3 * step * (a * other.m2 - b * m2);
    m2 += other.m2 + term;
    n += other.n;
    mean.move(step * b);
  }

  bool valid() const {
    const auto count = [](std::int64_t k) { return k >= 0 && k <= max_rows; };
    return count(n) && count(nulls) && count(nans) && count(above) && count(below) && !(m2 < 0) && !(m4 < 0);
  }

  std::optional<Description> description() const {
    const std::int64_t special = nans + above + below;
    if (n + special == 0 && nulls == 0) return std::nullopt;
    Description result{n + special, nulls, {}, {}, {}, {}, {}, {}, {}};
    if (special > 0)
      describe_special(result);
    else if (n > 0)
      describe_finite(result);
    return result;
  }

 private:
  void take_finite(const Describe& other) {
    n = other.n;
    mean = other.mean;
    m2 = other.m2;
    m3 = other.m3;
    m4 = other.m4;
  }

  void count_special(double x) {
    if (std::isnan(x))
      nans += 1;
    else
      (x > 0 ? above : below) += 1;
  }

  void describe_special(Description& result) const {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    result.mean = nans > 0 || (above > 0 && below > 0) ? nan : above > 0 ? infinity : -infinity;
    if (result.n > 1) result.variance = result.stddev = result.skewness = result.kurtosis = nan;
    result.max = nans > 0 ? nan : above > 0 ? infinity : n > 0 ? max : -infinity;
    result.min = below > 0 ? -infinity : n > 0 ? min : above > 0 ? infinity : nan;
  }

  void describe_finite(Description& result) const {
    if (!std::isfinite(mean.high) || !std::isfinite(m2))
      throw InvalidInput("describe: the variance of these values is beyond the range of double precision", {},
                         Fault::out_of_range);
    const double rows = static_cast<double>(n);
    result.mean = mean.high;
    result.min = min;
    result.max = max;
    if (n < 2) return;
    result.variance = m2 / (rows - 1);
    result.stddev = std::sqrt(*result.variance);
    const double variance = m2 / rows;
    const double skewness = m3 / rows / variance / std::sqrt(variance);
    const double kurtosis = m4 / rows / variance / variance - 3;
    if (std::isfinite(skewness)) result.skewness = skewness;
    if (std::isfinite(kurtosis)) result.kurtosis = kurtosis;
  }
};

}  // namespace quern
