// Scores rows with a model of cox_regression. What it predicts is the hazard ratio exp(f - center), f = slopes . x,
// against a row whose f is the mean of those trained on.
//
//   parameter "center"     one number
//   parameter "baseline"   n x 3, may be absent: number of the stratum, time, cumulative hazard of f = center at that
//   time;
//                          by stratum and rising time. It is a step function: 0 before the first time
//   classes                the strata, if there are any
#pragma once

#include <cmath>
#include <optional>
#include <string_view>

#include "model/linear.hpp"

namespace quern {

struct CoxScorer {
  // Throws InvalidInput unless the model is as above.
  explicit CoxScorer(const Model& model);

  std::size_t features() const { return predictor.features(); }
  double predict(const auto& x) const { return std::exp(predictor(x) - center); }
  std::size_t decisions() const { return 1; }
  void decide(const auto& x, std::span<double> out) const { out[0] = predictor(x) - center; }
  static std::vector<Coefficient> coefficients(const Model& model) { return linear_coefficients(model); }

  std::size_t strata() const { return starts.size() - 1; }
  std::size_t times() const { return baseline.size() / 3; }
  double time(std::size_t i) const { return baseline[3 * i + 1]; }
  double hazard(std::size_t i) const { return baseline[3 * i + 2]; }
  // The share of rows like x that are without the event at that time. NaN if the time is.
  double survival(const auto& x, std::size_t stratum, double at) const {
    return std::exp(-cumulative_hazard(stratum, at) * predict(x));
  }
  double cumulative_hazard(std::size_t stratum, double at) const;

  LinearPredictor predictor;
  double center = 0;
  std::span<const double> baseline;
  Vec<std::size_t> starts;  // where each stratum begins in the baseline, and the end of the last
};

}  // namespace quern
