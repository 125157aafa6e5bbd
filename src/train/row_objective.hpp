// Objectives of several outputs, or with constants, out of the loss of one row. A Loss is
//
//   struct OrdinalRegression {
//     struct Options { ... };                                   // see objective.hpp; may be absent
//     OrdinalRegression(const Options&, std::size_t classes);
//     static constexpr TargetKind target;
//     Traits traits() const;
//     std::size_t outputs() const, constants() const;
//     // Of f, outputs() numbers. g gets the gradient, h the curvature, outputs x outputs; both come as zeros.
//     double loss(const double* f, double y, double* g, double* h) const;
//     double inform(const double* f, double y, double* h) const;  // if traits().informed: Objective::information
//     void start(double mean_y, double* f) const;
//     double margin(const double* f, double y) const;           // of a classifier: see Objective::margin
//     double constant(double y) const;                          // may be absent
//   };
#pragma once

#include <algorithm>
#include <vector>

#include "train/objective.hpp"

namespace quern {

template <class Loss>
class RowObjective final : public Objective {
 public:
  explicit RowObjective(const Loss& loss)
      : loss_(loss), outputs_(loss.outputs()), g_(outputs_), h_(outputs_ * outputs_) {}

  std::size_t outputs() const override { return outputs_; }
  std::size_t constants() const override { return loss_.constants(); }
  TargetKind target() const override { return Loss::target; }
  Traits traits() const override { return loss_.traits(); }

  // A row of weight 0 counts for nothing, even if its loss is infinite.
  double value(const double* f, const double* y, const double* v, std::size_t n) const override {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i, f += outputs_)
      if (v[i] > 0) sum += v[i] * loss_.loss(f, y[i], g_.data(), h_.data());
    return sum;
  }
  double differentiate(const double* f, const double* y, const double* v, std::size_t n, double* g) const override {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i, f += outputs_, g += outputs_) {
      std::fill(g_.begin(), g_.end(), 0.0);
      const double loss = v[i] > 0 ? loss_.loss(f, y[i], g_.data(), h_.data()) : 0;
      sum += v[i] * loss;
      for (std::size_t k = 0; k < outputs_; ++k) g[k] = v[i] * g_[k];
    }
    return sum;
  }
  void curvature(const double* f, const double* y, const double* v, std::size_t n, double* h) const override {
    each_curvature(v, n, h, [&](std::size_t i) { loss_.loss(f + i * outputs_, y[i], g_.data(), h_.data()); });
  }
  void information(const double* f, const double* y, const double* v, std::size_t n, double* h) const override {
    if constexpr (requires { loss_.inform(f, y[0], h); })
      each_curvature(v, n, h, [&](std::size_t i) { loss_.inform(f + i * outputs_, y[i], h_.data()); });
    else
      curvature(f, y, v, n, h);
  }
  void start(double mean_y, double* f) const override { loss_.start(mean_y, f); }
  double margin(const double* f, double y) const override {
    if constexpr (requires { loss_.margin(f, y); }) return loss_.margin(f, y);
    return Objective::margin(f, y);
  }
  double constant(double y) const override {
    if constexpr (requires { loss_.constant(y); }) return loss_.constant(y);
    return Objective::constant(y);
  }

 private:
  template <class OfRow>
  void each_curvature(const double* v, std::size_t n, double* h, OfRow&& of_row) const {
    for (std::size_t i = 0; i < n; ++i, h += h_.size()) {
      std::fill(h_.begin(), h_.end(), 0.0);
      if (v[i] > 0) of_row(i);
      for (std::size_t k = 0; k < h_.size(); ++k) h[k] = v[i] * h_[k];
    }
  }

  const Loss loss_;
  const std::size_t outputs_;
  mutable std::vector<double> g_, h_;  // of a row
};

}  // namespace quern
