#include "model/ordinal_link.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace quern {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double log_root_two_pi = 0.91893853320467274178, root_half = 0.70710678118654752440;

// log(1 + exp(-u)) + log(1 + exp(l)) - log(1 - exp(l - u)): no difference of probabilities.
IntervalLoss logit_loss(double l, double u) {
  IntervalLoss at;
  const auto side = [&](double m, double& slope, double sign, double& bend) {  // log(1 + exp(m))
    const double e = std::exp(-std::abs(m));
    at.loss += std::max(m, 0.0) + std::log1p(e);
    slope = sign * (m > 0 ? 1 : e) / (1 + e);
    bend = e / ((1 + e) * (1 + e));
  };
  side(-u, at.u, -1, at.uu);
  side(l, at.l, 1, at.ll);
  const double gap = u - l;
  if (!std::isfinite(gap)) return at;
  const double share = 1 / std::expm1(gap), bend = share * (1 + share);
  at.loss -= std::log(-std::expm1(-gap));
  at.u -= share, at.l += share;
  at.uu += bend, at.ll += bend, at.ul = -bend;
  return at;
}

constexpr double deep = -20;  // below, what erfc would lose

// The normal distribution function over its density, z <= deep: a continued fraction (Laplace).
double ratio(double z) {
  double below = -z;
  for (int k = 20; k > 0; --k) below = -z + k / below;
  return 1 / below;
}
double log_cdf(double z) {
  return z > deep ? std::log(std::erfc(-z * root_half) / 2) : -z * z / 2 - log_root_two_pi + std::log(ratio(z));
}
// The density over the distribution function.
double hazard(double z) {
  if (z <= deep) return 1 / ratio(z);
  return std::exp(-z * z / 2 - log_root_two_pi) / (std::erfc(-z * root_half) / 2);
}

// From the tail in which the interval lies.
IntervalLoss probit_loss(double l, double u) {
  constexpr double end = 1e6;
  if (std::isfinite(l)) l = std::clamp(l, -end, end);
  if (std::isfinite(u)) u = std::clamp(u, -end, end);
  if (!(l < u)) return {.loss = infinity};
  const bool mirrored = l + u > 0;
  if (mirrored) l = -std::exchange(u, -l);
  const bool first = l == -infinity;           // else u is finite
  const double part = first       ? -infinity  // log(F(l) / F(u))
                      : u <= deep ? -(l - u) * (l + u) / 2 + std::log(ratio(l) / ratio(u))
                                  : log_cdf(l) - log_cdf(u);
  const double rest = -std::expm1(part);
  IntervalLoss at;
  at.loss = (u == infinity ? 0 : -log_cdf(u)) - std::log(rest);
  const double a = u == infinity ? 0 : hazard(u) / rest, b = first ? 0 : hazard(l) * std::exp(part) / rest;
  at.u = -a, at.l = b, at.ul = -a * b;
  at.uu = a == 0 ? 0 : std::max(a * (a + u), 0.0);
  at.ll = b == 0 ? 0 : std::max(b * (b - l), 0.0);
  if (mirrored) {
    std::swap(at.u, at.l), std::swap(at.uu, at.ll);
    at.u = -at.u, at.l = -at.l;
  }
  return at;
}

// exp(-exp l) - exp(-exp u).
IntervalLoss cloglog_loss(double l, double u) {
  const auto within = [](double z) { return std::isfinite(z) ? std::clamp(z, -700.0, 300.0) : z; };
  l = within(l), u = within(u);
  if (!(l < u)) return {.loss = infinity};
  const double low = std::exp(l), high = std::exp(u);
  const double width = low == 0 || std::isinf(high) ? high : low * std::expm1(u - l);
  IntervalLoss at;
  at.loss = low - std::log(-std::expm1(-width));
  const double a = std::isinf(width) ? 0 : high / std::expm1(width), b = low / -std::expm1(-width);
  at.u = -a, at.l = b, at.ul = -a * b;
  at.uu = a == 0 ? 0 : std::max(a * (a - 1 + high), 0.0);
  at.ll = std::max(b * (b + 1 - low), 0.0);
  return at;
}

}  // namespace

IntervalLoss interval_loss(OrdinalLink link, double l, double u) {
  if (!(l < u)) return {.loss = infinity};
  switch (link) {
    case OrdinalLink::probit:
      return probit_loss(l, u);
    case OrdinalLink::cloglog:
      return cloglog_loss(l, u);
    default:
      return logit_loss(l, u);
  }
}

double interval_probability(OrdinalLink link, double l, double u) {
  return l < u ? std::exp(-interval_loss(link, l, u).loss) : 0;
}

double quantile_near(OrdinalLink link, double share) {
  if (link == OrdinalLink::cloglog) return std::log(-std::log1p(-share));
  return std::log(share / (1 - share)) * (link == OrdinalLink::probit ? 0.6 : 1);
}

}  // namespace quern
