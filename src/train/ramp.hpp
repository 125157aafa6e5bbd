// The ramp max(0, z), of which losses with kinks are made, and its smoothing: within `width` of the kink the parabola
// (z + width)^2 / (4 width) that meets both sides with their slopes. It is above the ramp by at most width / 4.
// Chapelle, Training a Support Vector Machine in the Primal, Neural Computation 19, 2007, for the Huber hinge.
#pragma once

#include "linalg/elementary.hpp"

namespace quern {

class Ramp {
 public:
  void smooth(double width) {
    width_ = width;
    curvature_ = width > 0 ? 1 / (2 * width) : 0;
    steepness_ = width > 0 ? curvature_ : 0x1p1000;
  }

  template <class V>
  [[gnu::always_inline]] V value(const V& z) const {
    const V t = slope<V>(z);
    return width_ * t * t + larger(z - width_, V{});
  }
  template <class V>
  [[gnu::always_inline]] V slope(const V& z) const {
    return smaller(larger(z * steepness_ + 0.5, V{}), all<V>(1));
  }
  template <class V>
  [[gnu::always_inline]] V curvature(const V& z) const {
    return absolute(z) < width_ ? all<V>(curvature_) : V{};
  }

 private:
  double width_ = 0, steepness_ = 0x1p1000, curvature_ = 0;
};

}  // namespace quern
