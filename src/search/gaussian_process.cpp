#include "search/gaussian_process.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace quern {

namespace {

double matern(std::span<const double> a, std::span<const double> b, double length) {
  double square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
  const double r = std::sqrt(5 * square) / length;
  return (1 + r + r * r / 3) * std::exp(-r);
}

}  // namespace

GaussianProcess::GaussianProcess(std::vector<std::vector<double>> points, std::span<const double> values)
    : points_(std::move(points)), values_(values.begin(), values.end()) {
  const double n = static_cast<double>(values_.size());
  for (const double value : values_) mean_ += value / n;
  double spread = 0;
  for (const double value : values_) spread += (value - mean_) * (value - mean_) / n;
  scale_ = spread > 0 ? std::sqrt(spread) : 1;
  for (double& value : values_) value = (value - mean_) / scale_;

  double best = -std::numeric_limits<double>::infinity(), best_length = 1, best_noise = 1e-2;
  for (double length = 0.05; length < 4; length *= 1.5)
    for (const double noise : {1e-6, 1e-4, 1e-2, 1e-1}) {
      checkpoint();
      if (!fit(length, noise) || !(likelihood_ > best)) continue;
      best = likelihood_;
      best_length = length;
      best_noise = noise;
    }
  if (!fit(best_length, best_noise)) fit(1, 1);
  lowest_ = std::numeric_limits<double>::infinity();
  for (const auto& point : points_) lowest_ = std::min(lowest_, at(point).mean);
}

bool GaussianProcess::fit(double length, double noise) {
  const std::size_t n = points_.size();
  length_ = length;
  noise_ = noise;
  factor_.assign(n * n, 0);
  likelihood_ = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = matern(points_[i], points_[j], length) + (i == j ? noise : 0);
      for (std::size_t k = 0; k < j; ++k) sum -= factor_[i * n + k] * factor_[j * n + k];
      if (i == j && !(sum > 1e-12)) return false;
      factor_[i * n + j] = i == j ? std::sqrt(sum) : sum / factor_[j * n + j];
    }
  weights_ = values_;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) weights_[i] -= factor_[i * n + k] * weights_[k];
    weights_[i] /= factor_[i * n + i];
    likelihood_ -= weights_[i] * weights_[i] / 2 + std::log(factor_[i * n + i]);
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) weights_[i] -= factor_[k * n + i] * weights_[k];
    weights_[i] /= factor_[i * n + i];
  }
  return true;
}

GaussianProcess::Prediction GaussianProcess::at(std::span<const double> point) const {
  const std::size_t n = points_.size();
  std::vector<double> k(n);
  double mean = 0, variance = 1;
  for (std::size_t i = 0; i < n; ++i) {
    k[i] = matern(point, points_[i], length_);
    mean += k[i] * weights_[i];
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) k[i] -= factor_[i * n + j] * k[j];
    k[i] /= factor_[i * n + i];
    variance -= k[i] * k[i];
  }
  return {mean_ + scale_ * mean, scale_ * std::sqrt(std::max(variance, 0.0))};
}

double GaussianProcess::expected_improvement(std::span<const double> point) const {
  const Prediction p = at(point);
  const double below = lowest_ - p.mean;
  if (!(p.deviation > 0)) return std::max(below, 0.0);
  const double z = below / p.deviation;
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * M_PI), share = std::erfc(-z / std::sqrt(2.0)) / 2;
  return below * share + p.deviation * density;
}

}  // namespace quern
