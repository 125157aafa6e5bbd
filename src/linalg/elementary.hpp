// Elementary functions without branches, of one double or of each number of a vector (vector_types.hpp): where loops
// over rows need exp and log, the library's would be most of the time. Errors are below 3 units in the last place.
//
// Reduction as in fdlibm (Sun Microsystems, 1993), whose coefficients for the logarithm these are; the polynomial of
// the exponential is the minimax of degree 11, to 2e-17.
#pragma once

#include <span>

#include "linalg/vector_types.hpp"

namespace quern {

template <class V>
[[gnu::always_inline]] inline V absolute(const V& x) {
  return std::bit_cast<V>(std::bit_cast<Bits<V>>(x) & ~(std::int64_t{1} << 63));
}
template <class V>
[[gnu::always_inline]] inline V larger(const V& a, const V& b) {
  return a > b ? a : b;
}
template <class V>
[[gnu::always_inline]] inline V smaller(const V& a, const V& b) {
  return a < b ? a : b;
}
// A number for all lanes.
template <class V>
[[gnu::always_inline]] inline V all(double value) {
  return V{} + value;
}

// exp(x) for x in [-708, 709], and at the nearer end beyond: from 3e-308 to 8e307. x = k log 2 + t, |t| <= log(2) / 2;
// log 2 in two parts of which the first has 21 zero bits, so that k log 2 is exact.
template <class V>
[[gnu::always_inline]] inline V exponential(const V& x) {
  constexpr double round_to_whole = 0x1.8p52;
  const V within = smaller(larger(x, all<V>(-708)), all<V>(709));
  const V shifted = within * 1.44269504088896340736 + round_to_whole;
  const V k = shifted - round_to_whole;
  const V t = (within - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
  const V t2 = t * t, t4 = t2 * t2;
  const V low = (0.5000000000000001 + t * 0.16666666666666669) + t2 * (0.04166666666662413 + t * 0.008333333333330062);
  const V middle =
      (0.0013888888917213717 + t * 0.00019841269863053618) + t2 * (2.4801521295954376e-05 + t * 2.7557268459997064e-06);
  const V high = 2.7620088445409746e-07 + t * 2.510038549551032e-08;
  const V sum = 1.0 + (t + t2 * (low + t4 * (middle + t4 * high)));
  return std::bit_cast<V>(std::bit_cast<Bits<V>>(sum) + (std::bit_cast<Bits<V>>(shifted) << 52));
}

// log(1 + u) for 0 <= u <= 1. With 1 + u = 2^k (1 + f), k = 0 or 1 and 1 + f within sqrt(1/2) and sqrt(2):
// k log 2 + 2 artanh(s), s = f / (2 + f).
template <class V>
[[gnu::always_inline]] inline V log_of_one_plus(const V& u) {
  const V k = u > 0.41421356237309515 ? all<V>(1) : V{};
  const V s = (u - k) / (2.0 + u + k);
  const V z = s * s, z2 = z * z;
  const V series =
      (6.666666666666735130e-01 + z * 3.999999999940941908e-01) +
      z2 * ((2.857142874366239149e-01 + z * 2.222219843214978396e-01) +
            z2 * ((1.818357216161805012e-01 + z * 1.531383769920937332e-01) + z2 * 1.479819860511658591e-01));
  return k * 6.93147180559945309417e-01 + (2.0 * s + s * (z * series));
}

// exponential(x) of each, in place.
void exponentials(std::span<double> x);

}  // namespace quern
