// A Gaussian process over the unit cube: what is known of a function after some noisy values of it, and where the next
// one is most worth having.
//
// Matern covariance of smoothness 5/2 with one length scale, values standardised; length scale and noise maximise the
// marginal likelihood over a grid. Rasmussen and Williams, Gaussian Processes for Machine Learning,
// 2006, 2.2, 4.2, 5.4; expected improvement: Jones, Schonlau and Welch, Journal of Global Optimization 13, 1998.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace quern {

class GaussianProcess {
 public:
  // One value for each point; at least one, finite.
  GaussianProcess(std::vector<std::vector<double>> points, std::span<const double> values);

  struct Prediction {
    double mean, deviation;
  };
  Prediction at(std::span<const double> point) const;

  // Of the smallest value below the smallest mean at the points seen.
  double expected_improvement(std::span<const double> point) const;

 private:
  bool fit(double length, double noise);  // false if not positive definite

  std::vector<std::vector<double>> points_;
  std::vector<double> values_;  // standardised
  double mean_ = 0, scale_ = 1, length_ = 1, noise_ = 0, likelihood_ = 0, lowest_ = 0;
  std::vector<double> factor_, weights_;  // L of K + noise, row-major; K^-1 y
};

}  // namespace quern
