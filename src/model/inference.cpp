#include "model/inference.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace quern {

namespace {

namespace policies = boost::math::policies;
using Quiet = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>, policies::underflow_error<policies::ignore_error>,
    policies::denorm_error<policies::ignore_error>, policies::evaluation_error<policies::ignore_error>,
    policies::rounding_error<policies::ignore_error>, policies::indeterminate_result_error<policies::ignore_error>>;
using Normal = boost::math::normal_distribution<double, Quiet>;
using Student = boost::math::students_t_distribution<double, Quiet>;
using FisherF = boost::math::fisher_f_distribution<double, Quiet>;
using ChiSquared = boost::math::chi_squared_distribution<double, Quiet>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// From here on the Student distribution is the normal one to double precision.
constexpr double many = 1e16;

double upper(const auto& distribution, double x) { return cdf(boost::math::complement(distribution, x)); }

}  // namespace

double normal_two_sided_p(double z) {
  if (std::isnan(z)) return nan;
  if (std::isinf(z)) return 0;
  // In long double, for the rounding of z / sqrt(2) is multiplied by z^2 in the tail.
  return static_cast<double>(std::erfc(std::abs(static_cast<long double>(z)) / std::numbers::sqrt2_v<long double>));
}

double student_two_sided_p(double t, double df) {
  if (std::isnan(t) || !(df > 0)) return nan;
  if (std::isinf(t)) return 0;
  if (df > many) return normal_two_sided_p(t);
  return 2 * upper(Student(df), std::abs(t));
}

double f_upper_p(double f, double df1, double df2) {
  if (std::isnan(f) || !(df1 > 0) || !(df2 > 0) || std::isinf(df1)) return nan;
  if (f <= 0) return 1;
  if (std::isinf(f)) return 0;
  if (df2 > many) return chi_squared_upper_p(f * df1, df1);
  return upper(FisherF(df1, df2), f);
}

double chi_squared_upper_p(double chi_squared, double df) {
  if (std::isnan(chi_squared) || !(df > 0) || std::isinf(df)) return nan;
  if (chi_squared <= 0) return 1;
  if (std::isinf(chi_squared)) return 0;
  return upper(ChiSquared(df), chi_squared);
}

double normal_quantile(double p) {
  if (!(p >= 0 && p <= 1)) return nan;
  if (p == 0 || p == 1) return p == 0 ? -infinity : infinity;
  return quantile(Normal(), p);
}

double student_quantile(double p, double df) {
  if (!(p >= 0 && p <= 1) || !(df > 0)) return nan;
  if (p == 0 || p == 1) return p == 0 ? -infinity : infinity;
  if (df > many) return normal_quantile(p);
  return quantile(Student(df), p);
}

}  // namespace quern
