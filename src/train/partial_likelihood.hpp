// Partial likelihoods: of each event, how likely it was to be this one among those at risk. Rows come as OrderedRows
// has them, by falling time, so that those at risk are the first of a stratum. With p_i = v_i exp(f_i), in steps k that
// say who is at risk,
//
//   loss      sum_k weight_k log S_k - sum over events of v f,    S_k = sum of p_i, i < end_k, - share_k sum of p_i,
//   from_k <= i < to_k gradient  p_i L_i - v_i [event],                               L_i = sum over steps that hold i
//   of weight_k / S_k (1 - share_k [tied]) Hessian   diag(p_i L_i) - sum_k weight_k (dS_k / df)(dS_k / df)' / S_k^2
//
// all in one sweep each. Exponentials are relative to the largest f of the stratum and never below e^-700. A Loss says
// how ties are broken:
//
//   // The steps of one stratum, by rising end; steps of the same events one after the other, by rising share.
//   void steps(std::span<const double> p, const double* y, const double* v, std::vector<RiskStep>& steps) const;
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "train/objective.hpp"

namespace quern {

template <class Loss>
class PartialLikelihood final : public Objective {
 public:
  explicit PartialLikelihood(const Loss& loss) : loss_(loss) {}

  std::size_t outputs() const override { return 1; }
  TargetKind target() const override { return TargetKind::survival; }
  Traits traits() const override { return {.likelihood = true, .floating = true, .ordered = true}; }
  NeededColumns columns() const override { return loss_.columns(); }

  double value(const double* f, const double* y, const double* v, std::size_t n) const override {
    std::vector<double> p(n);
    std::vector<RiskStep> steps;
    const double most = risk(f, y, v, n, p.data(), steps);
    double loss = 0;
    for (const RiskStep& step : steps) loss += step.weight * (std::log(step.sum) + most);
    for (std::size_t i = 0; i < n; ++i)
      if (!std::signbit(y[i]) && v[i] > 0) loss -= v[i] * f[i];
    return loss;
  }
  double differentiate(const double* f, const double* y, const double* v, std::size_t n, double* g) const override {
    const double loss = value(f, y, v, n);
    curvature(f, y, v, n, g);
    for (std::size_t i = 0; i < n; ++i)
      if (!std::signbit(y[i])) g[i] -= v[i];
    return loss;
  }
  // The diagonal alone.
  void curvature(const double* f, const double* y, const double* v, std::size_t n, double* h) const override {
    std::vector<double> p(n);
    std::vector<RiskStep> steps;
    risk(f, y, v, n, p.data(), steps);
    double hazard = 0;
    for (std::size_t i = n, k = steps.size(); i-- > 0;) {
      for (; k > 0 && steps[k - 1].end > i; --k) hazard += steps[k - 1].weight / steps[k - 1].sum;
      h[i] = p[i] * hazard;
    }
    for (std::size_t k = 0; k < steps.size();) {
      const RiskStep& first = steps[k];
      double left = 0;  // of the hazard, by those that have left before the step
      for (; k < steps.size() && steps[k].from == first.from; ++k)
        left += steps[k].share * steps[k].weight / steps[k].sum;
      for (std::size_t i = first.from; i < first.to && left > 0; ++i) h[i] -= p[i] * left;
    }
  }
  double risk(const double* f, const double* y, const double* v, std::size_t n, double* p,
              std::vector<RiskStep>& steps) const override {
    checkpoint();
    double most = -INFINITY;
    for (std::size_t i = 0; i < n; ++i)
      if (v[i] > 0) most = std::max(most, f[i]);
    if (most == -INFINITY) most = 0;
    for (std::size_t i = 0; i < n; ++i) p[i] = v[i] > 0 ? v[i] * std::exp(std::max(f[i] - most, -700.0)) : 0;
    checkpoint();
    loss_.steps({p, n}, y, v, steps);
    return most;
  }

 private:
  const Loss loss_;
};

}  // namespace quern
