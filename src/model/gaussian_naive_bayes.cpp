#include "model/gaussian_naive_bayes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/feature_names.hpp"

namespace quern {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

[[noreturn]] void refuse(std::string_view what) {
  throw InvalidInput(concat("gaussian_naive_bayes: the model has ", what), {}, Fault::malformed_text);
}

}  // namespace

GaussianNaiveBayesScorer::GaussianNaiveBayesScorer(const Model& model)
    : features_(static_cast<std::size_t>(model.features)), classes_(model.classes.size()) {
  if (classes_ == 0) refuse("no classes");
  if (model.features < 1 || features_ > std::numeric_limits<std::uint32_t>::max() / classes_) refuse("no features");
  const std::span<const double> prior = model.parameter("prior", classes_);
  const std::span<const double> variance = model.parameter("variance", classes_ * features_);
  mean_ = model.parameter("mean", classes_ * features_);
  constant_.reserve(classes_);
  precision_.reserve(variance.size());
  for (std::size_t c = 0; c < classes_; ++c) {
    if (!(prior[c] > 0 && prior[c] <= 1)) refuse("a prior that is no positive probability");
    double constant = std::log(prior[c]);
    for (std::size_t j = 0; j < features_; ++j) {
      const double v = variance[c * features_ + j];
      if (!(v > 0 && v < infinity)) refuse("a variance that is not positive");
      if (!std::isfinite(mean_[c * features_ + j])) refuse("a mean that is not finite");
      constant -= std::log(2 * std::numbers::pi * v) / 2;
      precision_.push_back(0.5 / v);
    }
    constant_.push_back(constant);
  }
}

// `scale` is 1, or a power of two that keeps the squares of very distant x from overflowing in every class; against
// those the constants do not count.
double GaussianNaiveBayesScorer::log_likelihood(std::size_t of_class, const Features& x, double scale) const {
  const double* mean = mean_.data() + of_class * features_;
  const double* precision = precision_.data() + of_class * features_;
  return x.visit([&](auto values) {
    double sum[4] = {};
    std::size_t j = 0;
    const auto term = [&](std::size_t i) {
      const double distance = static_cast<double>(values[i]) * scale - mean[i] * scale;
      return distance * distance * precision[i];
    };
    for (; j + 4 <= features_; j += 4)
      for (std::size_t lane = 0; lane < 4; ++lane) sum[lane] += term(j + lane);
    for (; j < features_; ++j) sum[0] += term(j);
    return (scale == 1 ? constant_[of_class] : 0) - ((sum[0] + sum[1]) + (sum[2] + sum[3]));
  });
}

double GaussianNaiveBayesScorer::scale_for(const Features& x) const {
  for (std::size_t c = 0; c < classes_; ++c)
    if (!(log_likelihood(c, x, 1) == -infinity)) return 1;
  return 0x1p-540;
}

std::size_t GaussianNaiveBayesScorer::classify(const Features& x) const {
  double scale = 1;
  std::size_t best = 0;
  double highest = log_likelihood(0, x, scale);
  if (highest == -infinity) highest = log_likelihood(0, x, scale = scale_for(x));
  for (std::size_t c = 1; c < classes_; ++c) {
    const double likelihood = log_likelihood(c, x, scale);
    if (likelihood > highest) {
      highest = likelihood;
      best = c;
    }
  }
  return best;
}

void GaussianNaiveBayesScorer::probabilities(const Features& x, std::span<double> out) const {
  double scale = 1, highest = -infinity;
  for (std::size_t c = 0; c < classes_; ++c) highest = std::max(highest, out[c] = log_likelihood(c, x, scale));
  if (highest == -infinity) {
    scale = scale_for(x);
    for (std::size_t c = 0; c < classes_; ++c) highest = std::max(highest, out[c] = log_likelihood(c, x, scale));
  }
  double total = 0;
  for (std::size_t c = 0; c < classes_; ++c) total += out[c] = std::exp((out[c] - highest) / scale / scale);
  for (std::size_t c = 0; c < classes_; ++c) out[c] /= total;
}

void GaussianNaiveBayesScorer::decide(const Features& x, std::span<double> out) const {
  if (classes_ == 2) {
    const double scale = scale_for(x);
    out[0] = (log_likelihood(1, x, scale) - log_likelihood(0, x, scale)) / scale / scale;
  } else {
    for (std::size_t c = 0; c < classes_; ++c) out[c] = log_likelihood(c, x, 1);
  }
}

std::vector<Coefficient> GaussianNaiveBayesScorer::coefficients(const Model& model) {
  const std::size_t k = model.classes.size(), p = static_cast<std::size_t>(model.features);
  const std::span<const double> prior = model.parameter("prior", k);
  const std::span<const double> mean = model.parameter("mean", k * p), variance = model.parameter("variance", k * p);
  std::vector<Coefficient> rows;
  rows.reserve(k * (2 * p + 1));
  const auto add = [&](std::size_t c, std::string term, double estimate) {
    rows.push_back({std::string(model.classes[c]), std::move(term), estimate, {}, {}, {}, {}, {}});
  };
  const FeatureNames names(model.feature_names, p);
  for (std::size_t c = 0; c < k; ++c) {
    add(c, "prior", prior[c]);
    for (std::size_t j = 0; j < p; ++j) {
      add(c, concat("mean(", names[j], ")"), mean[c * p + j]);
      add(c, concat("variance(", names[j], ")"), variance[c * p + j]);
    }
  }
  return rows;
}

}  // namespace quern
