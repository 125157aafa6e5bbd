// A loss as the dual sees it: all by its conjugate (Conjugate in objective.hpp), one row at a time.
#pragma once

#include <algorithm>
#include <cmath>

#include "train/objective.hpp"

namespace quern {

struct DualLoss {
  DualLoss(const Conjugate& conjugate, TargetKind target)
      : c(conjugate),
        entropy(conjugate.entropy),
        two_classes(target == TargetKind::binary || target == TargetKind::classes) {}

  Conjugate c;
  bool entropy, two_classes;

  double low(double y) const { return two_classes && y < 0 ? -c.high : c.low; }
  double high(double y) const { return two_classes && y < 0 ? -c.low : c.high; }

  // The t at which t (y - f) - epsilon |t| - curvature / 2 t^2 is largest: minus the slope of the loss.
  double force(double f, double y) const {
    const double r = y - f, beyond = std::max(0.0, std::abs(r) - c.epsilon);
    if (beyond == 0) return std::clamp(0.0, low(y), high(y));
    return std::clamp(std::copysign(c.curvature > 0 ? beyond / c.curvature : HUGE_VAL, r), low(y), high(y));
  }
  double slope(double f, double y) const { return entropy ? -y / (1 + std::exp(y * f)) : -force(f, y); }
  double loss(double f, double y) const {
    if (entropy) {
      const double m = y * f;
      return std::max(-m, 0.0) + std::log1p(std::exp(-std::abs(m)));
    }
    const double t = force(f, y);
    return t == 0 ? 0 : t * (y - f) - c.epsilon * std::abs(t) - c.curvature / 2 * t * t;
  }
  // C loss*(-s / C); `rest` is C - |s| of an entropy.
  double conjugate(double y, double cost, double s, double rest) const {
    if (!(cost > 0)) return 0;
    if (!entropy) return -y * s + c.epsilon * std::abs(s) + c.curvature / 2 * s * s / cost;
    auto part = [cost](double z) { return z > 0 ? z * std::log(z / cost) : 0; };
    return part(std::abs(s)) + part(rest);
  }

  struct Step {
    double to;         // the best s
    double violation;  // of the optimality of the s given
    double rests_by;   // how far the slope is from moving s off its bound or kink; 0 elsewhere
  };
  // Minimises curvature / 2 (to - s)^2 + f (to - s) + C loss*(-to / C).
  Step step(double f, double y, double cost, double square, double s) const {
    const double least = low(y) == 0 ? 0 : low(y) * cost, most = high(y) == 0 ? 0 : high(y) * cost;
    const double d = c.curvature / cost, g = f - y + d * s, h = square + d;
    const double up = g + (s >= 0 ? c.epsilon : -c.epsilon), down = g + (s > 0 ? c.epsilon : -c.epsilon);
    const bool may_rise = s<most, may_fall = s> least;
    Step result{s, 0, 0};
    if (may_rise && up < 0)
      result.violation = -up;
    else if (may_fall && down > 0)
      result.violation = down;
    else
      result.rests_by = std::min(may_rise ? up : HUGE_VAL, may_fall ? -down : HUGE_VAL);
    if (result.violation == 0) return result;
    if (!(h > 0)) {
      result.to = may_rise && up < 0 ? (std::isfinite(most) ? most : s) : (std::isfinite(least) ? least : s);
      return result;
    }
    const double z = s - g / h, threshold = c.epsilon / h;
    result.to = std::clamp(z > threshold ? z - threshold : z < -threshold ? z + threshold : 0, least, most);
    return result;
  }

  // The same for an entropy, by Newton's method in whichever of |s| and rest is the smaller at the optimum (Yu, Huang
  // and Lin, algorithm 4). Returns the step of s.
  double entropy_step(double f, double y, double cost, double square, double& s, double& rest, double& worst) const {
    const double before = std::abs(s), margin = y * f;
    const bool other = square / 2 * (rest - before) + margin < 0;  // is rest the smaller?
    const double from = std::max(other ? rest : before, 1e-250 * cost), sign = other ? -1 : 1;
    double z = from;
    if (cost - z < cost / 2) z *= 0.1;
    auto slope = [&] { return square * (z - from) + sign * margin + std::log(z / (cost - z)); };
    const double at_start = sign * margin + std::log(from / (cost - from));
    worst = std::max(worst, std::abs(at_start));
    double g = slope();
    for (int steps = 0; steps < 100 && std::abs(g) > 1e-12 * (1 + std::abs(margin)); ++steps) {
      const double next = z - g / (square + cost / ((cost - z) * z));
      if (next == z) break;
      z = next <= 0 ? z * 0.1 : next >= cost ? (z + cost) / 2 : next;
      if (!(z > 1e-300 * cost)) break;
      g = slope();
    }
    const double own = other ? cost - z : z;
    rest = other ? z : cost - z;
    s = y * own;
    return y * sign * (z - from);
  }
};

}  // namespace quern
