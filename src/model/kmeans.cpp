#include "model/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/feature_names.hpp"

namespace quern {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double safe_scale = 0x1p-540;

[[noreturn]] void refuse(std::string_view what) {
  throw InvalidInput(concat("kmeans: the model has ", what), {}, Fault::malformed_text);
}

}  // namespace

KMeansScorer::KMeansScorer(const Model& model)
    : features_(static_cast<std::size_t>(model.features)), clusters_(model.classes.size()) {
  if (clusters_ == 0) refuse("no clusters");
  if (model.target != static_cast<std::int32_t>(Target::number_class)) refuse("clusters that are no numbers");
  if (model.features < 1 || features_ > std::numeric_limits<std::uint32_t>::max() / clusters_) refuse("no features");
  centroid_ = model.parameter("centroid", clusters_ * features_);
  if (!Features(centroid_).finite()) refuse("a centroid that is not finite");
  square_.reserve(clusters_);
  for (std::size_t c = 0; c < clusters_; ++c) {
    double square = 0;
    for (std::size_t j = 0; j < features_; ++j) square += centroid_[c * features_ + j] * centroid_[c * features_ + j];
    square_.push_back(square);
  }
}

double KMeansScorer::distance(std::size_t cluster, const FeatureRow& x, double scale) const {
  const double* const c = centroid_.data() + cluster * features_;
  if (x.is_sparse()) {
    const SparseFeatures& entries = x.sparse();
    double sum = square_[cluster] * scale * scale;
    if (!(sum < infinity)) {
      sum = 0;
      for (std::size_t j = 0; j < features_; ++j) sum += c[j] * scale * (c[j] * scale);
    }
    for (std::size_t e = 0; e < entries.indices.size(); ++e) {
      const double value = entries.values[e] * scale;
      sum += value * (value - 2 * scale * c[entries.indices[e]]);
    }
    return std::isnan(sum) ? infinity : std::max(sum, 0.0);
  }
  return x.dense().visit([&](auto values) {
    double sum[4] = {};
    std::size_t j = 0;
    const auto term = [&](std::size_t i) {
      const double difference = static_cast<double>(values[i]) * scale - c[i] * scale;
      return difference * difference;
    };
    for (; j + 4 <= features_; j += 4)
      for (std::size_t lane = 0; lane < 4; ++lane) sum[lane] += term(j + lane);
    for (; j < features_; ++j) sum[0] += term(j);
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
  });
}

std::size_t KMeansScorer::classify(const FeatureRow& x) const {
  for (const double scale : {1.0, safe_scale}) {
    std::size_t best = 0;
    double least = infinity;
    for (std::size_t c = 0; c < clusters_; ++c)
      if (const double d = distance(c, x, scale); d < least) {
        least = d;
        best = c;
      }
    if (least < infinity) return best;
  }
  return 0;
}

void KMeansScorer::decide(const FeatureRow& x, std::span<double> out) const {
  for (std::size_t c = 0; c < clusters_; ++c) {
    out[c] = std::sqrt(distance(c, x, 1));
    if (!(out[c] < infinity)) out[c] = std::sqrt(distance(c, x, safe_scale)) / safe_scale;
  }
}

std::vector<Coefficient> KMeansScorer::coefficients(const Model& model) {
  const std::size_t k = model.classes.size(), p = static_cast<std::size_t>(model.features);
  const std::span<const double> centroid = model.parameter("centroid", k * p);
  const FeatureNames names(model.feature_names, p);
  std::vector<Coefficient> rows;
  rows.reserve(k * p);
  for (std::size_t c = 0; c < k; ++c)
    for (std::size_t j = 0; j < p; ++j)
      rows.push_back({std::string(model.classes[c]), names[j], centroid[c * p + j], {}, {}, {}, {}, {}});
  return rows;
}

}  // namespace quern
