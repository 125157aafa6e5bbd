// The elastic net from the triangular factor of least squares: what a single pass knows is enough.
//
//   minimise  |y - a - X b|^2 / (2 n) + l1 |b|_1 + l2/2 |b|^2        (n the sum of the weights)
//
// The factor of [1 X y] without its first row is that of the columns less their means, so G = R'R / n and c = R'z / n
// are their covariances, and b solves a quadratic problem with an l1 penalty (train/coordinate_descent.hpp). The
// intercept comes from the first row. Zou and Hastie, J. R. Statist. Soc. B 67, 2005.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "train/path_points.hpp"
#include "uda/linear_regression.hpp"

namespace quern {

// `triangle` is packed, of [1? X y]; `terms` counts the columns but y. One estimate for each term; empty if the columns
// that are not 0 depend on each other, which l2 above 0 rules out.
std::vector<double> elastic_net(std::span<const double> triangle, std::size_t terms, bool intercept, double n,
                                double l1, double l2);

// The same for each alpha of a path (train/penalty_options.hpp), l1 and l2 those at alpha 1.
struct ElasticNetPath {
  std::vector<PathPoint> points;
  double alpha = 0;              // of the estimate
  std::vector<double> estimate;  // as above
  double null_loss = 0;          // mean of the squares of y less its mean, halved
};
ElasticNetPath elastic_net_path(std::span<const double> triangle, std::size_t terms, bool intercept, double n,
                                const LinearRegressionOptions& options);

}  // namespace quern
