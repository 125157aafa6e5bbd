// How far predictions of a number are from what came: errors are actual - predicted.
//
// r2 = 1 - sum (actual - predicted)^2 / sum (actual - mean)^2, the second sum by Welford's update and Chan's merge;
// NULL where actual is constant. It is below 0 for predictions worse than the mean. As in sklearn.metrics.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "uda/aggregate.hpp"
#include "uda/running_mean.hpp"

namespace quern {

struct RegressionQuality {
  std::int64_t n, skipped;
  double mae, mse, rmse;
  std::optional<double> r2;
  double max_error;   // the largest |error|
  double mean_error;  // the bias

  static constexpr std::array columns{"n", "skipped", "mae", "mse", "rmse", "r2", "max_error", "mean_error"};
};

struct RegressionMetrics {
  std::int64_t n = 0, skipped = 0;
  RunningMean mean_actual;
  double m2_actual = 0;  // sum of (actual - mean)^2
  double sum_error = 0, sum_absolute = 0, sum_squares = 0, max_error = 0;

  void accumulate(double actual, double predicted) {
    check(actual, "actual");
    check(predicted, "predicted");
    n += 1;
    const double delta = mean_actual.distance_to(actual);
    const double step = delta / static_cast<double>(n);
    mean_actual.move(step);
    m2_actual += delta * step * static_cast<double>(n - 1);
    const double error = actual - predicted;
    sum_error += error;
    sum_absolute += std::abs(error);
    sum_squares += error * error;
    max_error = std::max(max_error, std::abs(error));
  }

  void skip() { skipped += 1; }

  void merge(const RegressionMetrics& other) {
    skipped += other.skipped;
    if (other.n == 0) return;
    const double a = static_cast<double>(n), b = static_cast<double>(other.n), rows = a + b;
    const double delta = mean_actual.distance_to(other.mean_actual);
    n += other.n;
    mean_actual.move(delta * (b / rows));
    m2_actual += other.m2_actual + delta * delta * (a * b / rows);
    sum_error += other.sum_error;
    sum_absolute += other.sum_absolute;
    sum_squares += other.sum_squares;
    max_error = std::max(max_error, other.max_error);
  }

  bool valid() const {
    return n >= 0 && n <= max_rows && skipped >= 0 && skipped <= max_rows && m2_actual >= 0 && sum_squares >= 0 &&
           sum_absolute >= 0 && max_error >= 0;
  }

  std::optional<RegressionQuality> quality() const {
    if (n == 0) return std::nullopt;
    const double rows = static_cast<double>(n);
    const double mse = sum_squares / rows;
    if (!std::isfinite(mse) || !std::isfinite(m2_actual))
      throw InvalidInput("regression_metrics: the squared errors are beyond the range of double precision", {},
                         Fault::out_of_range);
    std::optional<double> r2;
    if (m2_actual > 0) r2 = 1 - sum_squares / m2_actual;
    return RegressionQuality{n, skipped, sum_absolute / rows, mse, std::sqrt(mse), r2, max_error, sum_error / rows};
  }

 private:
  static void check(double value, const char* argument) {
    if (!std::isfinite(value)) throw InvalidInput(concat("regression_metrics: ", argument, " is ", value));
  }
};

}  // namespace quern
