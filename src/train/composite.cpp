#include "train/composite.hpp"

#include <algorithm>
#include <cmath>

#include "base/clones.hpp"
#include "base/error.hpp"

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

QUERN_CLONES double dot_of(const double* a, const double* b, std::size_t n) {
  return sum_in_lanes(n, [=](std::size_t i) { return a[i] * b[i]; });
}

QUERN_CLONES double dot_where(const double* a, const double* b, const double* where, std::size_t n) {
  return sum_in_lanes(n, [=](std::size_t i) { return a[i] * b[i] * where[i]; });
}

QUERN_CLONES void add_to(double* y, double c, const double* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += c * x[i];
}

// A model may have 1e8 parameters: f(from, size) for a millisecond's worth of them at a time.
template <class F>
void in_parts(std::size_t n, F&& f) {
  constexpr std::size_t most = std::size_t{1} << 20;
  for (std::size_t from = 0; from < n; from += most) {
    if (n > most) checkpoint();
    f(from, std::min(most, n - from));
  }
}

}  // namespace

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  in_parts(a.size(), [&](std::size_t from, std::size_t n) { sum += dot_of(&a[from], &b[from], n); });
  return sum;
}

double dot(std::span<const double> a, std::span<const double> b, std::span<const double> where) {
  double sum = 0;
  in_parts(a.size(), [&](std::size_t from, std::size_t n) { sum += dot_where(&a[from], &b[from], &where[from], n); });
  return sum;
}

void add(std::span<double> y, double c, std::span<const double> x) {
  in_parts(y.size(), [&](std::size_t from, std::size_t n) { add_to(&y[from], c, &x[from], n); });
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
