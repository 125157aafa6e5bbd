// Double-double arithmetic: an unevaluated sum of two doubles, |low| <= ulp(high) / 2, about 32 decimal digits.
//
// The accurate variants: relative error of each operation below 2^-101 (Joldes, Muller and Popescu, Tight and rigorous
// error bounds for basic building blocks of double-word arithmetic, ACM TOMS 44(2), 2017; algorithms named below).
// Range is that of a double, less 2^53 at either end: a product below 2^-969 loses its low part.
// std::fma is one instruction where the processor has it, and right but slow where not.
#pragma once

#include <cmath>

namespace quern {

struct DoubleDouble {
  double high = 0, low = 0;

  DoubleDouble() = default;
  constexpr DoubleDouble(double value) : high(value) {}
  constexpr DoubleDouble(double high, double low) : high(high), low(low) {}
  explicit operator double() const { return high + low; }
};

// high + low == a + b exactly; |a| >= |b|.
inline DoubleDouble fast_two_sum(double a, double b) {
  const double high = a + b;
  return {high, b - (high - a)};
}

// high + low == a + b exactly.
inline DoubleDouble two_sum(double a, double b) {
  const double high = a + b;
  const double b_part = high - a;
  return {high, (a - (high - b_part)) + (b - b_part)};
}

// high + low == a * b exactly.
inline DoubleDouble two_product(double a, double b) {
  const double high = a * b;
  return {high, std::fma(a, b, -high)};
}

inline DoubleDouble operator-(DoubleDouble a) { return {-a.high, -a.low}; }

inline DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {  // AccurateDWPlusDW
  DoubleDouble s = two_sum(a.high, b.high);
  const DoubleDouble t = two_sum(a.low, b.low);
  s = fast_two_sum(s.high, s.low + t.high);
  return fast_two_sum(s.high, s.low + t.low);
}

inline DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + -b; }

inline DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {  // DWTimesDW3
  const DoubleDouble p = two_product(a.high, b.high);
  const double cross = std::fma(a.high, b.low, std::fma(a.low, b.high, a.low * b.low));
  return fast_two_sum(p.high, p.low + cross);
}

inline DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {  // two steps of long division, then a correction
  const double first = a.high / b.high;
  DoubleDouble rest = a - b * first;
  const double second = rest.high / b.high;
  rest = rest - b * second;
  return fast_two_sum(first, second) + rest.high / b.high;
}

inline DoubleDouble& operator+=(DoubleDouble& a, DoubleDouble b) { return a = a + b; }
inline DoubleDouble& operator-=(DoubleDouble& a, DoubleDouble b) { return a = a - b; }

inline bool operator<(DoubleDouble a, DoubleDouble b) { return a.high < b.high || (a.high == b.high && a.low < b.low); }
inline bool operator==(DoubleDouble a, DoubleDouble b) { return a.high == b.high && a.low == b.low; }

inline DoubleDouble abs(DoubleDouble a) { return a.high < 0 ? -a : a; }

inline DoubleDouble sqrt(DoubleDouble a) {  // Newton's correction of the rounded root
  if (!(a.high > 0)) return std::sqrt(a.high);
  const double root = std::sqrt(a.high);
  const DoubleDouble rest = a - two_product(root, root);
  return fast_two_sum(root, rest.high / (2 * root));
}

}  // namespace quern
