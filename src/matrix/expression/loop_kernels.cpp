#include "matrix/expression/loop_kernels.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

#include "base/each.hpp"

namespace quern::expression {

namespace {

constexpr double rounder = 0x1.8p52;  // x + rounder - rounder is x rounded to a whole number, which its low bits are

struct Reduced {
  double n, series;  // exp(r) - 1
};

QUERN_INLINE inline Reduced reduce(double x) {
  const double n = (x * 0x1.71547652b82fep0 + rounder) - rounder;
  const double r = (x - n * 0x1.62e42fefa3800p-1) - n * 0x1.ef35793c76730p-45;
  double s = 1.0 / 6227020800;
  s = s * r + 1.0 / 479001600;
  s = s * r + 1.0 / 39916800;
  s = s * r + 1.0 / 3628800;
  s = s * r + 1.0 / 362880;
  s = s * r + 1.0 / 40320;
  s = s * r + 1.0 / 5040;
  s = s * r + 1.0 / 720;
  s = s * r + 1.0 / 120;
  s = s * r + 1.0 / 24;
  s = s * r + 1.0 / 6;
  s = s * r + 0.5;
  return {n, r + r * r * s};
}

// 2^n for whole n between -1022 and 1023.
QUERN_INLINE inline double power_of_two(double n) {
  return std::bit_cast<double>((std::bit_cast<std::uint64_t>(n + rounder) + 1023) << 52);
}

QUERN_INLINE inline double exponential(double x) {
  x = x > 710 ? 710 : x;
  x = x < -746 ? -746 : x;
  const Reduced by = reduce(x);
  const double half = (by.n * 0.5 + rounder) - rounder;
  return (1 + by.series) * power_of_two(half) * power_of_two(by.n - half);
}

QUERN_INLINE inline double sigmoid(double x) {
  const double e = exponential(-std::fabs(x));
  return (x < 0 ? e : 1.0) / (1 + e);
}

QUERN_INLINE inline double hyperbolic_tangent(double x) {
  double z = 2 * std::fabs(x);
  z = z > 50 ? 50 : z;
  const Reduced by = reduce(z);
  const double two = power_of_two(by.n);
  const double m = two * by.series + (two - 1);
  return std::copysign(m / (m + 2), x);
}

constexpr std::size_t lanes = 8;

// The lanes in a fixed order.
QUERN_INLINE inline double total(const double (&sums)[lanes]) {
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

template <class F>
QUERN_INLINE inline double sum(F f, const double* a, std::size_t n) {
  double sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t l = 0; l < lanes; ++l) sums[l] += f(a[i + l]);
  for (std::size_t l = 0; i < n; ++i, ++l) sums[l] += f(a[i]);
  return total(sums);
}

template <class F>
QUERN_INLINE inline double choose(F f, const double* a, std::size_t n) {
  double best[lanes];
  for (double& b : best) b = a[0];
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t l = 0; l < lanes; ++l) best[l] = f(best[l], a[i + l]);
  for (; i < n; ++i) best[0] = f(best[0], a[i]);
  for (std::size_t l = 1; l < lanes; ++l) best[0] = f(best[0], best[l]);
  return best[0];
}

QUERN_INLINE inline double least(double x, double y) { return x < y || y != y ? x : y; }
QUERN_INLINE inline double greatest(double x, double y) { return x > y || x != x ? x : y; }

}  // namespace

QUERN_CLONES void apply(Op op, const double* a, bool a_steps, const double* b, bool b_steps, double* to,
                        std::size_t n) noexcept {
  switch (op) {
    case Op::negate:
      return each([](double x) QUERN_LAMBDA { return -x; }, a, a_steps, to, n);
    case Op::absolute:
      return each([](double x) QUERN_LAMBDA { return std::fabs(x); }, a, a_steps, to, n);
    case Op::square:
      return each([](double x) QUERN_LAMBDA { return x * x; }, a, a_steps, to, n);
    case Op::square_root:
      return each([](double x) QUERN_LAMBDA { return std::sqrt(x); }, a, a_steps, to, n);
    case Op::exponential:
      return each([](double x) QUERN_LAMBDA { return exponential(x); }, a, a_steps, to, n);
    case Op::logarithm:
      return each([](double x) QUERN_LAMBDA { return std::log(x); }, a, a_steps, to, n);
    case Op::hyperbolic_tangent:
      return each([](double x) QUERN_LAMBDA { return hyperbolic_tangent(x); }, a, a_steps, to, n);
    case Op::sigmoid:
      return each([](double x) QUERN_LAMBDA { return sigmoid(x); }, a, a_steps, to, n);
    case Op::add:
      return each([](double x, double y) QUERN_LAMBDA { return x + y; }, a, a_steps, b, b_steps, to, n);
    case Op::subtract:
      return each([](double x, double y) QUERN_LAMBDA { return x - y; }, a, a_steps, b, b_steps, to, n);
    case Op::multiply:
      return each([](double x, double y) QUERN_LAMBDA { return x * y; }, a, a_steps, b, b_steps, to, n);
    case Op::divide:
      return each([](double x, double y) QUERN_LAMBDA { return x / y; }, a, a_steps, b, b_steps, to, n);
    case Op::power:
      return each([](double x, double y) QUERN_LAMBDA { return std::pow(x, y); }, a, a_steps, b, b_steps, to, n);
    case Op::least:
      return each([](double x, double y) QUERN_LAMBDA { return least(x, y); }, a, a_steps, b, b_steps, to, n);
    case Op::greatest:
      return each([](double x, double y) QUERN_LAMBDA { return greatest(x, y); }, a, a_steps, b, b_steps, to, n);
    default:
      __builtin_unreachable();
  }
}

QUERN_CLONES double sum_of(const double* a, std::size_t n) noexcept {
  return sum([](double x) QUERN_LAMBDA { return x; }, a, n);
}

QUERN_CLONES double sum_of_squares(const double* a, double scale, std::size_t n) noexcept {
  return sum([scale](double x) QUERN_LAMBDA { return (x * scale) * (x * scale); }, a, n);
}

QUERN_CLONES double largest_magnitude(const double* a, std::size_t n) noexcept {
  double most = 0;
  for (std::size_t i = 0; i < n; ++i) most = std::fabs(a[i]) > most ? std::fabs(a[i]) : most;
  return most;
}

QUERN_CLONES void add_to(const double* a, double* sums, std::size_t n) noexcept {
  for (std::size_t i = 0; i < n; ++i) sums[i] += a[i];
}

QUERN_CLONES double least_of(const double* a, std::size_t n) noexcept {
  return choose([](double x, double y) QUERN_LAMBDA { return least(x, y); }, a, n);
}

QUERN_CLONES double greatest_of(const double* a, std::size_t n) noexcept {
  return choose([](double x, double y) QUERN_LAMBDA { return greatest(x, y); }, a, n);
}

}  // namespace quern::expression
