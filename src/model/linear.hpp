// What models with a linear predictor share: scoring rows and the table of coefficients.
//
// Such a Model has
//   parameter "estimate"     one per term: the features in their order, before them the intercept if there is one (that
//                            is, if the size is features + 1); NaN for an aliased term, which scores as 0. A model with
//                            several outputs, one for each class, has a row of terms for each
//   parameter "std_error"    of the same size, NaN where there is none; may be absent
//   metric "df_residual"     if present, statistics are Student's with that many degrees of freedom, else normal
//   metric "baseline"        if present, the class whose terms are 0 by definition: no row of the table
//   option "confidence"      coverage of conf_low to conf_high, 0.95 unless given
//
// A sparse row is scored by gathering the slopes of its entries, never written out.
#pragma once

#include <cmath>
#include <vector>

#include "base/features.hpp"
#include "model/model.hpp"
#include "model/scorer.hpp"

namespace quern {

// intercept + slopes . x
struct LinearPredictor {
  // Throws InvalidInput unless the model is as above.
  explicit LinearPredictor(const Model& model);

  std::size_t features() const { return slopes.size(); }
  // x has features() numbers
  double operator()(const Features& x) const;
  double operator()(const SparseFeatures& x) const;
  double operator()(const FeatureRow& x) const { return x.is_sparse() ? (*this)(x.sparse()) : (*this)(x.dense()); }

  double intercept = 0;
  Vec<double> slopes;
};

// The same for each of several outputs.
struct LinearPredictors {
  LinearPredictors(const Model& model, std::size_t outputs);

  std::size_t features() const { return width; }
  std::size_t outputs() const { return intercepts.size(); }
  // x has features() numbers
  double output(std::size_t k, const Features& x) const;
  double output(std::size_t k, const SparseFeatures& x) const;
  double output(std::size_t k, const FeatureRow& x) const {
    return x.is_sparse() ? output(k, x.sparse()) : output(k, x.dense());
  }

  // out has outputs() numbers
  void operator()(const auto& x, std::span<double> out) const {
    for (std::size_t k = 0; k < out.size(); ++k) out[k] = output(k, x);
  }
  // Of equal ones the first.
  std::size_t largest(const auto& x) const {
    std::size_t best = 0;
    double highest = output(0, x);
    for (std::size_t k = 1; k < outputs(); ++k)
      if (const double f = output(k, x); f > highest) {
        highest = f;
        best = k;
      }
    return best;
  }

  std::size_t width = 0;
  Vec<double> intercepts;
  Vec<double> slopes;  // outputs x width
};

std::vector<Coefficient> linear_coefficients(const Model& model, std::size_t outputs = 1);
// The parameter "constants", with "constants_std_error" if there is one, under these names. Throws InvalidInput unless
// there are as many.
void add_constants(std::vector<Coefficient>& rows, const Model& model, std::span<const std::string> names);

// linear_regression, svm_regression, huber_regression, quantile_regression
struct LinearScorer {
  explicit LinearScorer(const Model& model) : predictor(model) {}

  std::size_t features() const { return predictor.features(); }
  double predict(const auto& x) const { return predictor(x); }
  std::size_t decisions() const { return 1; }
  void decide(const auto& x, std::span<double> out) const { out[0] = predictor(x); }
  static std::vector<Coefficient> coefficients(const Model& model) { return linear_coefficients(model); }

  LinearPredictor predictor;
};

// poisson_regression, gamma_regression: the logarithm of the mean is linear.
struct LogLinkScorer {
  explicit LogLinkScorer(const Model& model) : predictor(model) {}

  std::size_t features() const { return predictor.features(); }
  double predict(const auto& x) const { return std::exp(predictor(x)); }
  std::size_t decisions() const { return 1; }
  void decide(const auto& x, std::span<double> out) const { out[0] = predictor(x); }
  static std::vector<Coefficient> coefficients(const Model& model) { return linear_coefficients(model); }

  LinearPredictor predictor;
};

}  // namespace quern
