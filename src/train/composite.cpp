#include "train/composite.hpp"

#include <algorithm>
#include <cmath>

namespace quern {

double largest(std::span<const double> values) {
  double result = 0;
  for (double v : values) result = std::max(result, std::abs(v));
  return result;
}

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double l1_norm(std::span<const double> l1, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < l1.size(); ++i) sum += l1[i] * std::abs(b[i]);
  return sum;
}

double pseudo_gradient(double g, double l1, double b) {
  if (b > 0) return g + l1;
  if (b < 0) return g - l1;
  return g > l1 ? g - l1 : g < -l1 ? g + l1 : 0;
}

}  // namespace quern
