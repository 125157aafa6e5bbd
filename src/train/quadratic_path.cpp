#include "train/quadratic_path.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "train/composite.hpp"
#include "train/coordinate_descent.hpp"

namespace quern {

QuadraticPath::QuadraticPath(double loss, std::vector<double> null, std::vector<double> gradient,
                             std::vector<double> hessian, std::vector<double> l1, std::vector<double> l2)
    : loss_(loss),
      null_(std::move(null)),
      gradient_(std::move(gradient)),
      l1_(std::move(l1)),
      l2_(std::move(l2)),
      hessian_(std::move(hessian)),
      b_(null_) {
  for (std::size_t i = 0; i < b_.size(); ++i) diagonal_.push_back(hessian_[i * b_.size() + i]);
}

PathStep QuadraticPath::step(double alpha) {
  const std::size_t n = b_.size();
  std::vector<double> slope = slope_of_loss(), l1 = l1_, x;
  for (std::size_t i = 0; i < n; ++i) {
    l1[i] *= alpha;
    hessian_[i * n + i] = diagonal_[i] + alpha * l2_[i];
    slope[i] += alpha * l2_[i] * b_[i];
  }
  PathStep result{.iterations = 1, .converged = minimize_any_quadratic(slope, hessian_, l1, b_, x)};
  b_ = std::move(x);

  slope = slope_of_loss();
  double fall = 0, penalty = 0;  // the loss falls from the null model
  for (std::size_t i = 0; i < n; ++i) {
    fall -= (gradient_[i] + slope[i]) / 2 * (b_[i] - null_[i]);
    penalty += l1[i] * std::abs(b_[i]) + alpha * l2_[i] / 2 * b_[i] * b_[i];
    const double least = pseudo_gradient(slope[i] + alpha * l2_[i] * b_[i], l1[i], b_[i]);
    if (diagonal_[i] > 0) result.violation = std::max(result.violation, std::abs(least));
  }
  result.loss = loss_ - fall;
  result.objective = result.loss + penalty;
  return result;
}

std::vector<double> QuadraticPath::slope_of_loss() const {
  const std::size_t n = b_.size();
  std::vector<double> slope = gradient_;
  for (std::size_t i = 0; i < n; ++i) {
    const double d = b_[i] - null_[i];
    if (d == 0) continue;
    const double* const row = &hessian_[i * n];
    for (std::size_t j = 0; j < n; ++j) slope[j] += d * (j == i ? diagonal_[i] : row[j]);
  }
  return slope;
}

}  // namespace quern
