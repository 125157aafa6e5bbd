// Scoring with a Gaussian naive Bayes model: the class that maximises
//   log prior_c - 1/2 sum_j (log(2 pi variance_cj) + (x_j - mean_cj)^2 / variance_cj),
// and the posterior probabilities, normalised in the logarithm so that none underflows to 0/0.
//
// The model has parameters "prior" (k), "mean" and "variance" (k x p).
#pragma once

#include <span>
#include <vector>

#include "base/vec.hpp"
#include "model/scorer.hpp"

namespace quern {

class GaussianNaiveBayesScorer {
 public:
  explicit GaussianNaiveBayesScorer(const Model& model);

  std::size_t features() const { return features_; }
  std::size_t classify(const Features& x) const;
  void probabilities(const Features& x, std::span<double> out) const;
  // The logarithm of prior times density: of two classes the difference, which is the logarithm of the odds; of another
  // number of classes that of each.
  std::size_t decisions() const { return decisions_of(classes_); }
  void decide(const Features& x, std::span<double> out) const;
  // For each class its "prior" and, by feature, "mean(x1)" and "variance(x1)".
  static std::vector<Coefficient> coefficients(const Model& model);

 private:
  double log_likelihood(std::size_t of_class, const Features& x, double scale) const;
  double scale_for(const Features& x) const;

  std::size_t features_, classes_;
  std::span<const double> mean_;
  Vec<double> constant_;   // k: the terms without x
  Vec<double> precision_;  // k x p: 1 / (2 variance)
};

}  // namespace quern
