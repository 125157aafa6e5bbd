#include "uda/elastic_net.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "linalg/householder.hpp"
#include "train/coordinate_descent.hpp"
#include "train/penalty_options.hpp"
#include "train/quadratic_path.hpp"

namespace quern {

namespace {

// Of the columns less their means: G, -c and the mean of the squares of y.
struct Covariances {
  std::size_t p;
  std::vector<double> gram, slope;
  double square = 0;
};

Covariances covariances_of(std::span<const double> triangle, std::size_t terms, std::size_t first, double n) {
  const auto at = [&](std::size_t i, std::size_t j) { return triangle[triangle_row(terms + 1, i) + j]; };
  Covariances c{terms - first, {}, {}};
  const std::size_t p = c.p;
  c.gram.resize(p * p);
  c.slope.resize(p);
  for (std::size_t k = first; k <= terms; ++k) {  // row k of R
    checkpoint();
    for (std::size_t i = k; i < terms; ++i) {
      c.slope[i - first] -= at(k, i) * at(k, terms) / n;
      for (std::size_t j = i; j < terms; ++j) c.gram[(i - first) * p + j - first] += at(k, i) * at(k, j) / n;
    }
    c.square += at(k, terms) * at(k, terms) / n;
  }
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t j = 0; j < i; ++j) c.gram[i * p + j] = c.gram[j * p + i];
  return c;
}

double intercept_of(std::span<const double> triangle, std::size_t terms, std::span<const double> b) {
  double sum = triangle[terms];
  for (std::size_t j = 0; j < b.size(); ++j) sum -= triangle[j + 1] * b[j];
  return sum / triangle[0];
}

}  // namespace

std::vector<double> elastic_net(std::span<const double> triangle, std::size_t terms, bool intercept, double n,
                                double l1, double l2) {
  Covariances c = covariances_of(triangle, terms, intercept, n);
  for (std::size_t i = 0; i < c.p; ++i) c.gram[i * c.p + i] += l2;
  std::vector<double> b;
  if (!minimize_quadratic(c.slope, c.gram, std::vector<double>(c.p, l1), std::vector<double>(c.p), b)) return {};
  if (intercept) b.insert(b.begin(), intercept_of(triangle, terms, b));
  return b;
}

// In columns of deviation 1.
ElasticNetPath elastic_net_path(std::span<const double> triangle, std::size_t terms, bool intercept, double n,
                                const LinearRegressionOptions& options) {
  Covariances c = covariances_of(triangle, terms, intercept, n);
  std::vector<double> scale(c.p, 1.0), l1(c.p), l2(c.p);
  double slope = 0;
  for (std::size_t i = 0; i < c.p; ++i) {
    slope = std::max(slope, std::abs(c.slope[i]));
    if (const double deviation = std::sqrt(c.gram[i * c.p + i]); deviation > 0) scale[i] = 1 / deviation;
  }
  for (std::size_t i = 0; i < c.p; ++i) {
    c.slope[i] *= scale[i];
    for (std::size_t j = 0; j < c.p; ++j) c.gram[i * c.p + j] *= scale[i] * scale[j];
    l1[i] = options.l1 * scale[i];
    l2[i] = options.l2 * scale[i] * scale[i];
  }
  ElasticNetPath result;
  result.null_loss = c.square / 2;
  QuadraticPath path(c.square / 2, std::vector<double>(c.p), c.slope, c.gram, l1, l2);
  for (const double alpha : alphas_of(options, slope)) {
    const PathStep fit = path.step(alpha);
    std::vector<double> b(path.answer().begin(), path.answer().end());
    for (std::size_t i = 0; i < c.p; ++i) b[i] *= scale[i];
    if (intercept) b.push_back(intercept_of(triangle, terms, std::span(b).first(c.p)));
    result.points.push_back(make_point(alpha, fit, NAN, b, terms, c.p));
    if (options.alpha > 0 && alpha < options.alpha) continue;
    if (intercept) std::rotate(b.begin(), b.end() - 1, b.end());
    result.alpha = alpha;
    result.estimate = std::move(b);
  }
  return result;
}

}  // namespace quern
