#include "uda/elastic_net.hpp"

#include "base/error.hpp"
#include "linalg/householder.hpp"
#include "train/coordinate_descent.hpp"

namespace quern {

std::vector<double> elastic_net(std::span<const double> triangle, std::size_t terms, bool intercept, double n,
                                double l1, double l2) {
  const std::size_t first = intercept, p = terms - first;
  const auto at = [&](std::size_t i, std::size_t j) { return triangle[triangle_row(terms + 1, i) + j]; };
  std::vector<double> gram(p * p), slope(p), b;
  for (std::size_t k = first; k < terms; ++k) {  // row k of R
    checkpoint();
    for (std::size_t i = k; i < terms; ++i) {
      slope[i - first] -= at(k, i) * at(k, terms) / n;
      for (std::size_t j = i; j < terms; ++j) gram[(i - first) * p + j - first] += at(k, i) * at(k, j) / n;
    }
  }
  for (std::size_t i = 0; i < p; ++i) {
    gram[i * p + i] += l2;
    for (std::size_t j = 0; j < i; ++j) gram[i * p + j] = gram[j * p + i];
  }
  if (!minimize_quadratic(slope, gram, std::vector<double>(p, l1), std::vector<double>(p), b)) return {};
  if (intercept) {
    double sum = at(0, terms);
    for (std::size_t j = first; j < terms; ++j) sum -= at(0, j) * b[j - first];
    b.insert(b.begin(), sum / at(0, 0));
  }
  return b;
}

}  // namespace quern
