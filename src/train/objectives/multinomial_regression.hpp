// Multinomial logistic regression of K classes, y the index of a row's class, with one output f_k for each class.
//
//   loss(f, y) = log(sum_k exp(f_k)) - f_y,     p_k = exp(f_k) / sum_l exp(f_l)
//   gradient   p_k - [k = y],                   curvature  p_k [k = l] - p_k p_l
//
// The negative log-likelihood. Symmetric in the classes: adding one number to all f_k changes nothing, so without a
// penalty the parameters are those of a whole line. Exponentials are taken of f_k less the largest. Boehning,
// Multinomial Logistic Regression Algorithm, Annals of the Institute of Statistical Mathematics 44, 1992 (the bound 1/2
// on the curvature).
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "linalg/elementary.hpp"
#include "train/objective.hpp"

namespace quern::objectives {

class MultinomialRegression final : public Objective {
 public:
  static constexpr TargetKind target_kind = TargetKind::classes;
  explicit MultinomialRegression(std::size_t classes) : classes_(std::max<std::size_t>(classes, 2)) {}

  std::size_t outputs() const override { return classes_; }
  TargetKind target() const override { return target_kind; }
  Traits traits() const override {
    return {.likelihood = true, .greatest_curvature = 0.5, .coupled = true, .symmetric = true};
  }

  double value(const double* f, const double* y, const double* v, std::size_t n) const override {
    std::vector<double> p(n * classes_);
    return probabilities(f, y, v, n, p.data());
  }
  double differentiate(const double* f, const double* y, const double* v, std::size_t n, double* g) const override {
    const double loss = probabilities(f, y, v, n, g);
    for (std::size_t i = 0; i < n; ++i, g += classes_) {
      g[static_cast<std::size_t>(y[i])] -= 1;
      for (std::size_t k = 0; k < classes_; ++k) g[k] *= v[i];
    }
    return loss;
  }
  void curvature(const double* f, const double* y, const double* v, std::size_t n, double* h) const override {
    std::vector<double> all(n * classes_);
    probabilities(f, y, v, n, all.data());
    const double* p = all.data();
    for (std::size_t i = 0; i < n; ++i, p += classes_)
      for (std::size_t k = 0; k < classes_; ++k, h += classes_) {
        for (std::size_t l = 0; l < classes_; ++l) h[l] = -v[i] * p[k] * p[l];
        h[k] += v[i] * p[k];
      }
  }

 private:
  // p of each row and class; returns the sum of v loss. p may be f.
  double probabilities(const double* f, const double* y, const double* v, std::size_t n, double* p) const {
    double loss = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double* row = f + i * classes_;
      const double most = *std::max_element(row, row + classes_);
      if (v[i] > 0) loss += v[i] * (most - row[static_cast<std::size_t>(y[i])]);
      for (std::size_t k = 0; k < classes_; ++k) p[i * classes_ + k] = row[k] - most;
    }
    exponentials({p, n * classes_});
    for (std::size_t i = 0; i < n; ++i, p += classes_) {
      double sum = 0;
      for (std::size_t k = 0; k < classes_; ++k) sum += p[k];
      loss += v[i] * std::log(sum);
      for (std::size_t k = 0; k < classes_; ++k) p[k] /= sum;
    }
    return loss;
  }

  std::size_t classes_;
};

}  // namespace quern::objectives
