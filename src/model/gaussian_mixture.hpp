// Scoring with a mixture of Gaussian distributions: for each component c
//   log weight_c - 1/2 (log |2 pi covariance_c| + |L_c^-1 (x - mean_c)|^2),   covariance_c = L_c L_c',
// the component of the largest, and the posterior probabilities, normalised in the logarithm so that none underflows
// to 0/0. The model has parameters "weight" (k), "mean" (k x p) and one of "variance" (k x p), "covariance" (k x p x p)
// and "shared_covariance" (p x p); its classes are the components, "0" to "k-1".
#pragma once

#include <span>
#include <vector>

#include "base/vec.hpp"
#include "model/scorer.hpp"

namespace quern {

class GaussianMixtureScorer {
 public:
  explicit GaussianMixtureScorer(const Model& model);

  std::size_t features() const { return features_; }
  std::size_t classify(const Features& x) const;
  void probabilities(const Features& x, std::span<double> out) const;
  // The logarithm of weight times density of each component.
  std::size_t decisions() const { return components_; }
  void decide(const Features& x, std::span<double> out) const;
  // For each component its "weight", then "mean(x1)" and what is above the diagonal of its covariance:
  // "variance(x1)", "covariance(x1, x2)".
  static std::vector<Coefficient> coefficients(const Model& model);

 private:
  double log_density(std::size_t component, const Features& x, double scale) const;
  double log_densities(const Features& x, std::span<double> out) const;

  std::size_t features_, components_, factors_ = 0;
  std::span<const double> mean_;
  Vec<double> constant_;   // k: the terms without x
  Vec<double> precision_;  // k x p: 1 / standard deviation; of a diagonal covariance
  Vec<double> inverse_;    // L^-1, of each component or of all
};

}  // namespace quern
