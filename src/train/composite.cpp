#include "train/composite.hpp"

#include <algorithm>
#include <cmath>

namespace quern {

double largest(std::span<const double> values) {
  double result = 0;
  for (double v : values) result = std::max(result, std::abs(v));
  return result;
}

namespace {

// In lanes, so that additions do not wait for each other; products are rounded, so that every processor has the same
// bits.
template <class Term>
[[gnu::always_inline]] inline double sum_in_lanes(std::size_t n, Term&& term) {
  constexpr std::size_t lanes = 16;
  double sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += term(i + lane);
  for (std::size_t width = lanes / 2; width; width /= 2)
    for (std::size_t lane = 0; lane < width; ++lane) sums[lane] += sums[lane + width];
  double rest = 0;
  for (; i < n; ++i) rest += term(i);
  return sums[0] + rest;
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] double dot_of(const double* a, const double* b,
                                                                                    std::size_t n) {
  return sum_in_lanes(n, [=](std::size_t i) { return a[i] * b[i]; });
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] double dot_where(const double* a, const double* b,
                                                                                       const double* where,
                                                                                       std::size_t n) {
  return sum_in_lanes(n, [=](std::size_t i) { return a[i] * b[i] * where[i]; });
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void add_to(double* y, double c, const double* x,
                                                                                  std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += c * x[i];
}

}  // namespace

double dot(std::span<const double> a, std::span<const double> b) { return dot_of(a.data(), b.data(), a.size()); }

double dot(std::span<const double> a, std::span<const double> b, std::span<const double> where) {
  return dot_where(a.data(), b.data(), where.data(), a.size());
}

void add(std::span<double> y, double c, std::span<const double> x) { add_to(y.data(), c, x.data(), y.size()); }

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
