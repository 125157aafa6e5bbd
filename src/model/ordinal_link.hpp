// Links of ordinal regression: P(y <= k) = F(t_k - f) with F the distribution function of the logistic distribution
// (logit), the normal one (probit) or the one of the least extreme, 1 - exp(-exp z) (cloglog: proportional hazards).
// All have a density whose logarithm is concave, so that -log(F(u) - F(l)) is convex. McCullagh, JRSS B 42, 1980.
//
// Beyond 1e6 deviations of a probit, and -700 .. 300 of a cloglog, the loss stays. Between thresholds d apart second
// derivatives of the latter two have errors of 1e-16 / d^2.
#pragma once

#include <string_view>

namespace quern {

enum class OrdinalLink { logit, probit, cloglog };

inline constexpr std::string_view ordinal_links[] = {"logit", "probit", "cloglog"};

// -log(F(u) - F(l)), its derivatives in u and l, and the second ones.
struct IntervalLoss {
  double loss = 0, u = 0, l = 0, uu = 0, ll = 0, ul = 0;
};

// l may be -infinity and u infinity. The loss is infinity, and nothing else is known, unless l < u.
IntervalLoss interval_loss(OrdinalLink link, double l, double u);

// F(u) - F(l), without a difference where it would cost digits.
double interval_probability(OrdinalLink link, double l, double u);

// Where F is `share`, to some digits.
double quantile_near(OrdinalLink link, double share);

}  // namespace quern
