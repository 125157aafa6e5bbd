// Scores rows with a factorization machine: f = intercept + w . x + sum over pairs i < j of (v_i . v_j) x_i x_j, which
// is 1/2 (|sum v_j x_j|^2 - sum |v_j|^2 x_j^2), in time of the entries of a row times the rank.
//
// The model has parameter "estimate" as linear.hpp describes it, and "factor", a row of `rank` numbers for each
// feature. With two classes f is the logarithm of the odds of the second, else it is y. Rendle, Factorization machines,
// ICDM 2010.
#pragma once

#include <span>
#include <vector>

#include "model/linear.hpp"
#include "model/logistic.hpp"

namespace quern {

class FactorizationMachine {
 public:
  explicit FactorizationMachine(const Model& model);

  std::size_t features() const { return predictor_.features(); }
  std::size_t rank() const { return rank_; }
  std::span<const double> factor(std::size_t feature) const { return factors_.subspan(feature * rank_, rank_); }
  double slope(std::size_t feature) const { return predictor_.slopes[feature]; }

  double operator()(const Features& x) const;
  double operator()(const SparseFeatures& x) const;
  double operator()(const FeatureRow& x) const { return x.is_sparse() ? (*this)(x.sparse()) : (*this)(x.dense()); }

 private:
  LinearPredictor predictor_;
  std::span<const double> factors_;
  std::size_t rank_;
};

struct FactorizationMachineScorer {
  explicit FactorizationMachineScorer(const Model& model) : machine(model) {}

  std::size_t features() const { return machine.features(); }
  double predict(const auto& x) const { return machine(x); }
  std::size_t decisions() const { return 1; }
  void decide(const auto& x, std::span<double> out) const { out[0] = machine(x); }
  static std::vector<Coefficient> coefficients(const Model& model) { return linear_coefficients(model); }

  FactorizationMachine machine;
};

// Of a model with two classes.
struct FactorizationMachineClassifier {
  explicit FactorizationMachineClassifier(const Model& model);

  std::size_t features() const { return machine.features(); }
  std::size_t classify(const auto& x) const { return machine(x) > 0; }
  void probabilities(const auto& x, std::span<double> out) const { spread_logit(machine(x), out); }
  std::size_t decisions() const { return 1; }
  void decide(const auto& x, std::span<double> out) const { out[0] = machine(x); }
  static std::vector<Coefficient> coefficients(const Model& model) { return linear_coefficients(model); }

  FactorizationMachine machine;
};

}  // namespace quern
