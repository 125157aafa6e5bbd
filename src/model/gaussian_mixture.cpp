#include "model/gaussian_mixture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.hpp"
#include "base/text.hpp"
#include "linalg/cholesky.hpp"
#include "model/feature_names.hpp"

namespace quern {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double safe_scale = 0x1p-540;  // keeps the squares of very distant x from overflowing

[[noreturn]] void refuse(std::string_view what) {
  throw InvalidInput(concat("gaussian_mixture: the model has ", what), {}, Fault::malformed_text);
}

// Appends L^-1 by rows, of which only what is below the diagonal is kept. Returns log |L|.
double append_inverse(std::span<const double> covariance, std::size_t n, Vec<double>& to) {
  Cholesky factor;
  factor.factor(covariance, n, 0);
  if (factor.rank < n) refuse("a covariance that is not positive definite");
  double log_determinant = 0;
  const std::size_t first = to.size();
  auto row_at = [&](std::size_t i) { return first + i * (i + 1) / 2; };
  for (std::size_t i = 0; i < n; ++i) {
    checkpoint();
    to.resize(to.size() + i + 1);
    double* const row = &to[row_at(i)];
    row[i] = 1;
    for (std::size_t m = 0; m < i; ++m) {
      const double multiple = factor.upper[m * n + i];
      const double* const above = &to[row_at(m)];
      for (std::size_t j = 0; j <= m; ++j) row[j] -= multiple * above[j];
    }
    const double pivot = factor.upper[i * n + i];
    for (std::size_t j = 0; j <= i; ++j) row[j] /= pivot;
    log_determinant += std::log(pivot);
  }
  return log_determinant;
}

}  // namespace

GaussianMixtureScorer::GaussianMixtureScorer(const Model& model)
    : features_(static_cast<std::size_t>(model.features)), components_(model.classes.size()) {
  if (components_ == 0) refuse("no components");
  if (model.target != static_cast<std::int32_t>(Target::number_class)) refuse("components that are no numbers");
  if (model.features < 1 || features_ > std::numeric_limits<std::uint32_t>::max() / components_) refuse("no features");
  const std::span<const double> weight = model.parameter("weight", components_);
  mean_ = model.parameter("mean", components_ * features_);
  if (!Features(mean_).finite()) refuse("a mean that is not finite");
  for (const double w : weight) {
    if (!(w >= 0 && w <= 1.000001)) refuse("a weight that is no probability");
    constant_.push_back(std::log(w) - static_cast<double>(features_) / 2 * std::log(2 * std::numbers::pi));
  }
  if (model.find_parameter("variance")) {
    const std::span<const double> variance = model.parameter("variance", components_ * features_);
    for (std::size_t i = 0; i < variance.size(); ++i) {
      if (!(variance[i] > 0 && variance[i] < infinity)) refuse("a variance that is not positive");
      constant_[i / features_] -= std::log(variance[i]) / 2;
      precision_.push_back(1 / std::sqrt(variance[i]));
    }
    return;
  }
  const bool full = model.find_parameter("covariance") != nullptr;
  if (features_ > 1'000'000) refuse("too many features for a covariance");
  factors_ = full ? components_ : 1;
  const std::size_t square = features_ * features_;
  if (factors_ > std::numeric_limits<std::uint32_t>::max() / square + 1) refuse("too many features for a covariance");
  const std::span<const double> covariance =
      model.parameter(full ? "covariance" : "shared_covariance", factors_ * square);
  if (!Features(covariance).finite()) refuse("a covariance that is not finite");
  for (std::size_t f = 0; f < factors_; ++f) {
    const double log_determinant = append_inverse(covariance.subspan(f * square, square), features_, inverse_);
    for (std::size_t c = full ? f : 0; c < (full ? f + 1 : components_); ++c) constant_[c] -= log_determinant;
  }
}

// With a scale that is not 1 the constants do not count, and what is returned is to be divided by its square.
double GaussianMixtureScorer::log_density(std::size_t component, const Features& x, double scale) const {
  const double* const mean = mean_.data() + component * features_;
  const double constant = scale == 1 ? constant_[component] : std::isinf(constant_[component]) ? -infinity : 0;
  const double square = x.visit([&](auto values) {
    auto difference = [&](std::size_t j) { return static_cast<double>(values[j]) * scale - mean[j] * scale; };
    double sum = 0;
    if (factors_ == 0) {
      const double* const precision = precision_.data() + component * features_;
      for (std::size_t j = 0; j < features_; ++j) {
        const double distance = difference(j) * precision[j];
        sum += distance * distance;
      }
      return sum;
    }
    double near[256];
    Vec<double> far;
    double* differences = near;
    if (features_ > std::size(near)) {
      far.resize(features_);
      differences = far.data();
    }
    for (std::size_t j = 0; j < features_; ++j) differences[j] = difference(j);
    const double* row = inverse_.data() + (factors_ == 1 ? 0 : component) * (features_ * (features_ + 1) / 2);
    for (std::size_t i = 0; i < features_; row += ++i) {
      double distance[4] = {};
      std::size_t j = 0;
      for (; j + 4 <= i + 1; j += 4)
        for (std::size_t lane = 0; lane < 4; ++lane) distance[lane] += row[j + lane] * differences[j + lane];
      for (; j <= i; ++j) distance[0] += row[j] * differences[j];
      const double total = (distance[0] + distance[1]) + (distance[2] + distance[3]);
      sum += total * total;
    }
    return sum;
  });
  return std::isnan(square) ? -infinity : constant - square / 2;
}

// Returns the scale that they have.
double GaussianMixtureScorer::log_densities(const Features& x, std::span<double> out) const {
  for (const double scale : {1.0, safe_scale}) {
    double highest = -infinity;
    for (std::size_t c = 0; c < components_; ++c) highest = std::max(highest, out[c] = log_density(c, x, scale));
    if (highest > -infinity) return scale;
  }
  std::fill(out.begin(), out.end(), 0.0);
  return 1;
}

std::size_t GaussianMixtureScorer::classify(const Features& x) const {
  std::size_t best = 0;
  for (const double scale : {1.0, safe_scale}) {
    double highest = -infinity;
    for (std::size_t c = 0; c < components_; ++c)
      if (const double f = log_density(c, x, scale); f > highest) {
        highest = f;
        best = c;
      }
    if (highest > -infinity) break;
  }
  return best;
}

void GaussianMixtureScorer::probabilities(const Features& x, std::span<double> out) const {
  const double scale = log_densities(x, out);
  const double highest = *std::max_element(out.begin(), out.end());
  double total = 0;
  for (double& f : out) total += f = std::exp((f - highest) / scale / scale);
  for (double& f : out) f /= total;
}

void GaussianMixtureScorer::decide(const Features& x, std::span<double> out) const {
  for (std::size_t c = 0; c < components_; ++c) out[c] = log_density(c, x, 1);
}

std::vector<Coefficient> GaussianMixtureScorer::coefficients(const Model& model) {
  const std::size_t k = model.classes.size(), p = static_cast<std::size_t>(model.features);
  const std::span<const double> weight = model.parameter("weight", k), mean = model.parameter("mean", k * p);
  const bool diagonal = model.find_parameter("variance"), full = model.find_parameter("covariance");
  const std::span<const double> covariance = diagonal ? model.parameter("variance", k * p)
                                             : full   ? model.parameter("covariance", k * p * p)
                                                      : model.parameter("shared_covariance", p * p);
  const FeatureNames names(model.feature_names, p);
  std::vector<Coefficient> rows;
  const auto add = [&](std::size_t c, std::string term, double estimate) {
    rows.push_back({std::string(model.classes[c]), std::move(term), estimate, {}, {}, {}, {}, {}});
  };
  for (std::size_t c = 0; c < k; ++c) {
    checkpoint();
    add(c, "weight", weight[c]);
    for (std::size_t j = 0; j < p; ++j) add(c, concat("mean(", names[j], ")"), mean[c * p + j]);
    for (std::size_t i = 0; i < p; ++i) {
      if (diagonal) {
        add(c, concat("variance(", names[i], ")"), covariance[c * p + i]);
        continue;
      }
      const double* const row = covariance.data() + ((full ? c : 0) * p + i) * p;
      add(c, concat("variance(", names[i], ")"), row[i]);
      for (std::size_t j = i + 1; j < p; ++j) add(c, concat("covariance(", names[i], ", ", names[j], ")"), row[j]);
    }
  }
  return rows;
}

}  // namespace quern
