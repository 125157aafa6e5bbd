// The penalties l1 |w| + l2 / 2 w^2 of one coordinate, as a flow: what dw/dt = -l2 w - l1 sign(w) makes of w in time t.
//
//   |w(t)| = max(|w| e^(-l2 t) - l1 t phi(l2 t), 0),      phi(a) = (1 - e^-a) / a
//
// Flowing for s and then for t is flowing for s + t: a coordinate that no gradient touches may be brought up to date
// when it is next needed, and comes out as if every step had shrunk it. For small t this is the proximal step
// of the elastic net. Duchi and Singer, Efficient Online and Batch Learning using Forward Backward Splitting, JMLR
// 2009, section 5.2; the same lazy application for l1 alone in Langford, Li and Zhang, JMLR 2009.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "train/job.hpp"

namespace quern {

// Up to this l2 t the series below are exact to rounding.
inline constexpr double short_flow = 1.0 / 16;

// e^-a and phi(a), 0 <= a <= short_flow: Taylor, remainders below 1e-18.
[[gnu::always_inline]] inline double short_decay(double a) {
  constexpr double c[] = {1, -1, 1. / 2, -1. / 6, 1. / 24, -1. / 120, 1. / 720, -1. / 5040, 1. / 40320, -1. / 362880};
  double sum = c[9];
  for (int i = 8; i >= 0; --i) sum = sum * a + c[i];
  return sum;
}
[[gnu::always_inline]] inline double short_phi(double a) {
  constexpr double c[] = {1,         -1. / 2,   1. / 6,      -1. / 24,    1. / 120,
                          -1. / 720, 1. / 5040, -1. / 40320, 1. / 362880, -1. / 3628800};
  double sum = c[9];
  for (int i = 8; i >= 0; --i) sum = sum * a + c[i];
  return sum;
}

[[gnu::always_inline]] inline double shrink(double w, double decay, double threshold) {
  const double rest = std::abs(w) * decay - threshold;
  return rest > 0 ? std::copysign(rest, w) : 0;
}

// For a time of which l2 t <= short_flow.
[[gnu::always_inline]] inline double flow_briefly(double w, double l2, double l1, double t) {
  const double a = l2 * t;
  return shrink(w, short_decay(a), l1 * t * short_phi(a));
}

inline double flow(double w, double l2, double l1, double t) {
  const double a = l2 * t;
  if (a <= short_flow) return flow_briefly(w, l2, l1, t);
  return shrink(w, std::exp(-a), l1 * t * (-std::expm1(-a) / a));
}

// The penalties of each parameter, in the columns as they are stored: w_j = scale_j u_j is penalised, u_j is found.
struct Penalties {
  std::vector<double> l1, l2;
  double greatest_l2 = 0;
  bool any = false;

  Penalties(const Job& job, std::span<const double> scale);
  double of(std::span<const double> w) const;
};

}  // namespace quern
