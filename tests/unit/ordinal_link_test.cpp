// The links of ordinal regression: against their definition in long double, finite differences, and symmetry.
#include "model/ordinal_link.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace quern {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr OrdinalLink links[] = {OrdinalLink::logit, OrdinalLink::probit, OrdinalLink::cloglog};

// From the side that keeps digits.
long double upper_tail(OrdinalLink link, long double z) {
  if (link == OrdinalLink::logit) return 1 / (1 + std::exp(z));
  if (link == OrdinalLink::probit) return std::erfc(z / std::sqrt(2.0L)) / 2;
  return std::exp(-std::exp(z));
}
long double lower_tail(OrdinalLink link, long double z) {
  return link == OrdinalLink::cloglog ? -std::expm1(-std::exp(z)) : upper_tail(link, -z);
}
long double probability(OrdinalLink link, double l, double u) {
  return l + u > 0 ? upper_tail(link, l) - upper_tail(link, u) : lower_tail(link, u) - lower_tail(link, l);
}

TEST(ordinal_link, is_the_difference_of_two_distribution_functions) {
  for (const OrdinalLink link : links)
    for (const double l :
         {-infinity, -90.0, -37.0, -21.0, -20.0, -19.5, -6.0, -1.0, -1e-3, 0.0, 0.4, 3.0, 4.9, 19.0, 30.0})
      for (const double u : {-36.0, -20.5, -19.0, -5.0, -0.9, 0.0, 1e-3, 0.5, 3.5, 5.0, 20.0, 38.0, infinity}) {
        if (!(l < u)) continue;
        const long double p = probability(link, l, u);
        const double loss = interval_loss(link, l, u).loss;
        if (p > 1e-4900L) {
          EXPECT_NEAR(loss, static_cast<double>(-std::log(p)), 2e-13 * (1 + std::abs(loss)))
              << static_cast<int>(link) << " " << l << " " << u;
        }
        EXPECT_NEAR(interval_probability(link, l, u), static_cast<double>(p), 1e-14);
      }
}

TEST(ordinal_link, derivatives_are_differences) {
  constexpr double step = 1e-5;
  for (const OrdinalLink link : links)
    for (const double l : {-infinity, -50.0, -20.0, -3.0, -0.5, 0.0, 1.0, 2.5})
      for (const double u : {-49.0, -19.0, -2.0, 0.5, 1.2, 4.0, infinity}) {
        if (!(l < u)) continue;
        const IntervalLoss at = interval_loss(link, l, u);
        const auto check = [&](double dl, double du, double slope, double of_u, double of_l) {
          if ((dl > 0 && std::isinf(l)) || (du > 0 && std::isinf(u))) return;
          const IntervalLoss right = interval_loss(link, l + dl, u + du), left = interval_loss(link, l - dl, u - du);
          const double scale = 1 + std::abs(at.loss) + std::abs(slope);
          EXPECT_NEAR((right.loss - left.loss) / (2 * step), slope, 1e-8 * scale) << l << " " << u;
          EXPECT_NEAR((right.u - left.u) / (2 * step), of_u, 1e-7 * scale) << l << " " << u;
          EXPECT_NEAR((right.l - left.l) / (2 * step), of_l, 1e-7 * scale) << l << " " << u;
        };
        check(0, step, at.u, at.uu, at.ul);
        check(step, 0, at.l, at.ul, at.ll);
        EXPECT_GE(at.uu, 0);
        EXPECT_GE(at.ll, 0);
      }
}

TEST(ordinal_link, probabilities_of_all_classes_sum_to_one) {
  for (const OrdinalLink link : links)
    for (const double f : {-1e308, -1e7, -800.0, -30.0, -1.0, 0.0, 2.0, 40.0, 750.0, 1e7, 1e308}) {
      const double t[] = {-infinity, -2 - f, -1.9 - f, 0.3 - f, 5 - f, infinity};
      double sum = 0;
      for (int k = 0; k < 5; ++k) {
        const double p = interval_probability(link, t[k], t[k + 1]);
        EXPECT_GE(p, 0);
        EXPECT_LE(p, 1);
        sum += p;
      }
      EXPECT_NEAR(sum, 1, 1e-14) << static_cast<int>(link) << " " << f;
    }
}

TEST(ordinal_link, is_refused_out_of_order_and_finite_far_out) {
  for (const OrdinalLink link : links) {
    EXPECT_EQ(interval_loss(link, 1, 1).loss, infinity);
    EXPECT_EQ(interval_loss(link, 2, 1).loss, infinity);
    EXPECT_EQ(interval_loss(link, NAN, 1).loss, infinity);
    EXPECT_EQ(interval_loss(link, -infinity, infinity).loss, 0);
    for (const double end : {1e3, 1e5, 1e7, 1e100, 1e308})
      for (const double z : {-end, end})
        for (const IntervalLoss& at : {interval_loss(link, -infinity, z), interval_loss(link, z, infinity)}) {
          for (const double d : {at.loss, at.u, at.l, at.uu, at.ll, at.ul}) EXPECT_FALSE(std::isnan(d)) << z;
          EXPECT_GE(at.loss, 0);
        }
  }
}

}  // namespace
}  // namespace quern
