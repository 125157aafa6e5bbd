#include "graph/pregel_kernels.hpp"

#include <cmath>

#include "base/each.hpp"

namespace quern::pregel {

namespace {

QUERN_INLINE inline bool is_nan(double x) { return x != x; }
QUERN_INLINE inline bool below(double x, double y) { return (x < y) | (is_nan(y) & !is_nan(x)); }
QUERN_INLINE inline bool equal(double x, double y) { return (x == y) | (is_nan(x) & is_nan(y)); }

}  // namespace

QUERN_CLONES void apply(Op op, const double* a, bool a_steps, const double* b, bool b_steps, double* to,
                        std::size_t n) noexcept {
  switch (op) {
    case Op::negate:
      return each([](double x) QUERN_LAMBDA { return -x; }, a, a_steps, to, n);
    case Op::absolute:
      return each([](double x) QUERN_LAMBDA { return std::fabs(x); }, a, a_steps, to, n);
    case Op::square_root:
      return each([](double x) QUERN_LAMBDA { return std::sqrt(x); }, a, a_steps, to, n);
    case Op::cube_root:
      return each([](double x) QUERN_LAMBDA { return std::cbrt(x); }, a, a_steps, to, n);
    case Op::exponential:
      return each([](double x) QUERN_LAMBDA { return std::exp(x); }, a, a_steps, to, n);
    case Op::logarithm:
      return each([](double x) QUERN_LAMBDA { return std::log(x); }, a, a_steps, to, n);
    case Op::decimal_logarithm:
      return each([](double x) QUERN_LAMBDA { return std::log10(x); }, a, a_steps, to, n);
    case Op::floor:
      return each([](double x) QUERN_LAMBDA { return std::floor(x); }, a, a_steps, to, n);
    case Op::ceiling:
      return each([](double x) QUERN_LAMBDA { return std::ceil(x); }, a, a_steps, to, n);
    case Op::round:
    case Op::to_int4:
    case Op::to_int8:
      return each([](double x) QUERN_LAMBDA { return std::nearbyint(x); }, a, a_steps, to, n);
    case Op::truncate:
      return each([](double x) QUERN_LAMBDA { return std::trunc(x); }, a, a_steps, to, n);
    case Op::sign:  // of NaN 0
      return each([](double x) QUERN_LAMBDA { return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; }, a, a_steps, to, n);
    case Op::sine:
      return each([](double x) QUERN_LAMBDA { return std::sin(x); }, a, a_steps, to, n);
    case Op::cosine:
      return each([](double x) QUERN_LAMBDA { return std::cos(x); }, a, a_steps, to, n);
    case Op::tangent:
      return each([](double x) QUERN_LAMBDA { return std::tan(x); }, a, a_steps, to, n);
    case Op::arc_tangent:
      return each([](double x) QUERN_LAMBDA { return std::atan(x); }, a, a_steps, to, n);
    case Op::hyperbolic_tangent:
      return each([](double x) QUERN_LAMBDA { return std::tanh(x); }, a, a_steps, to, n);
    case Op::inverse:
      return each([](double x) QUERN_LAMBDA { return 1 - x; }, a, a_steps, to, n);
    case Op::add:
      return each([](double x, double y) QUERN_LAMBDA { return x + y; }, a, a_steps, b, b_steps, to, n);
    case Op::subtract:
      return each([](double x, double y) QUERN_LAMBDA { return x - y; }, a, a_steps, b, b_steps, to, n);
    case Op::multiply:
      return each([](double x, double y) QUERN_LAMBDA { return x * y; }, a, a_steps, b, b_steps, to, n);
    case Op::divide:
      return each([](double x, double y) QUERN_LAMBDA { return x / y; }, a, a_steps, b, b_steps, to, n);
    case Op::divide_whole:
      return each([](double x, double y) QUERN_LAMBDA { return std::trunc(x / y); }, a, a_steps, b, b_steps, to, n);
    case Op::remainder:
      return each([](double x, double y) QUERN_LAMBDA { return std::fmod(x, y); }, a, a_steps, b, b_steps, to, n);
    case Op::power:
      return each([](double x, double y) QUERN_LAMBDA { return std::pow(x, y); }, a, a_steps, b, b_steps, to, n);
    case Op::least:
      return each([](double x, double y) QUERN_LAMBDA { return below(y, x) ? y : x; }, a, a_steps, b, b_steps, to, n);
    case Op::greatest:
      return each([](double x, double y) QUERN_LAMBDA { return below(x, y) ? y : x; }, a, a_steps, b, b_steps, to, n);
    case Op::equal:
    case Op::unequal:
      if (op == Op::equal)
        return each([](double x, double y) QUERN_LAMBDA { return equal(x, y) ? 1.0 : 0.0; }, a, a_steps, b, b_steps, to,
                    n);
      return each([](double x, double y) QUERN_LAMBDA { return equal(x, y) ? 0.0 : 1.0; }, a, a_steps, b, b_steps, to,
                  n);
    case Op::below:
      return each([](double x, double y) QUERN_LAMBDA { return below(x, y) ? 1.0 : 0.0; }, a, a_steps, b, b_steps, to,
                  n);
    case Op::at_most:
      return each([](double x, double y) QUERN_LAMBDA { return below(y, x) ? 0.0 : 1.0; }, a, a_steps, b, b_steps, to,
                  n);
    case Op::both:
      return each([](double x, double y) QUERN_LAMBDA { return x * y; }, a, a_steps, b, b_steps, to, n);
    case Op::either:
      return each([](double x, double y) QUERN_LAMBDA { return x + y - x * y; }, a, a_steps, b, b_steps, to, n);
    default:
      return;
  }
}

namespace {

template <bool a_steps, bool b_steps>
QUERN_INLINE inline void choose_from(const double* where, const double* a, const double* b, double* to, std::size_t n) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) to[i] = where[i] != 0 ? a[a_steps ? i : 0] : b[b_steps ? i : 0];
}

}  // namespace

QUERN_CLONES void choose(const double* where, bool where_steps, const double* a, bool a_steps, const double* b,
                         bool b_steps, double* to, std::size_t n) noexcept {
  if (!where_steps) {
    const double* const from = *where != 0 ? a : b;
    const bool steps = *where != 0 ? a_steps : b_steps;
    for (std::size_t i = 0; i < n; ++i) to[i] = from[steps ? i : 0];
  } else if (a_steps) {
    b_steps ? choose_from<true, true>(where, a, b, to, n) : choose_from<true, false>(where, a, b, to, n);
  } else {
    b_steps ? choose_from<false, true>(where, a, b, to, n) : choose_from<false, false>(where, a, b, to, n);
  }
}

QUERN_CLONES bool has_zero(const double* a, std::size_t n) noexcept {
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < n; ++i) found |= a[i] == 0;
  return found != 0;
}

QUERN_CLONES bool has_nan(const double* a, std::size_t n) noexcept {
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < n; ++i) found |= a[i] != a[i];
  return found != 0;
}

}  // namespace quern::pregel
