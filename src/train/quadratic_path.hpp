// The path of a quadratic loss of which all is known by its derivatives at the null model (covariance updates):
//
//   minimise  L + g'(b - b0) + (b - b0)'H(b - b0) / 2 + alpha sum_j (l1_j |b_j| + l2_j / 2 b_j^2)
//
// each answer from the one before (coordinate_descent.hpp).
#pragma once

#include <span>
#include <vector>

#include "train/path_points.hpp"

namespace quern {

class QuadraticPath {
 public:
  // H is row-major, all of it. Penalties are those at alpha 1.
  QuadraticPath(double loss, std::vector<double> null, std::vector<double> gradient, std::vector<double> hessian,
                std::vector<double> l1, std::vector<double> l2);
  PathStep step(double alpha);
  std::span<const double> answer() const { return b_; }

 private:
  std::vector<double> slope_of_loss() const;

  const double loss_;
  const std::vector<double> null_, gradient_, l1_, l2_;
  std::vector<double> hessian_, diagonal_, b_;  // the diagonal without l2
};

}  // namespace quern
