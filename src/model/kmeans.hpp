// Scoring with the centroids of k-means: the cluster is the one whose centroid is nearest, of equally near ones the
// first. What is compared are the Euclidean distances to all centroids; here the smallest wins.
//
// The model has parameter "centroid" (k x features), and its classes are the clusters, "0" to "k-1".
#pragma once

#include <span>
#include <vector>

#include "base/vec.hpp"
#include "model/scorer.hpp"

namespace quern {

class KMeansScorer {
 public:
  explicit KMeansScorer(const Model& model);

  std::size_t features() const { return features_; }
  std::size_t classify(const FeatureRow& x) const;
  std::size_t decisions() const { return clusters_; }
  void decide(const FeatureRow& x, std::span<double> out) const;
  // For each cluster the numbers of its centroid.
  static std::vector<Coefficient> coefficients(const Model& model);

 private:
  // Squared, and multiplied by the square of `scale`: 1, or a power of two that keeps squares from overflowing.
  double distance(std::size_t cluster, const FeatureRow& x, double scale) const;

  std::size_t features_, clusters_;
  std::span<const double> centroid_;
  Vec<double> square_;  // of each centroid
};

}  // namespace quern
