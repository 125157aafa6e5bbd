// A mean that is moved by small steps, as an unevaluated sum of two doubles: its distance to a value is as good as the
// value. With a plain double, rounding the mean costs centred sums as many digits as |mean| / spread has, less those
// that average out.
#pragma once

#include "linalg/double_double.hpp"

namespace quern {

struct RunningMean {
  double high = 0, low = 0;

  double distance_to(double x) const { return (x - high) - low; }
  double distance_to(const RunningMean& other) const { return (other.high - high) + (other.low - low); }

  void move(double step) {
    const DoubleDouble moved = two_sum(high, low + step);
    high = moved.high;
    low = moved.low;
  }
};

}  // namespace quern
