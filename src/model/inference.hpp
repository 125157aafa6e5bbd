// Tail probabilities and quantiles of the reference distributions of statistical tests.
//
// Tails are computed as such, never as 1 - cdf: a p-value of 1e-300 has as many correct digits as one of 0.5.
// Nothing throws. NaN, a probability outside [0, 1] or degrees of freedom that are not above 0 give NaN; an infinite
// statistic has the limiting probability. Degrees of freedom need not be whole and may be infinite.
#pragma once

namespace quern {

// P(|Z| >= |z|), Z standard normal.
double normal_two_sided_p(double z);
// P(|T| >= |t|), T Student with df degrees of freedom.
double student_two_sided_p(double t, double df);
// P(F >= f), F Fisher-Snedecor with df1 and df2 degrees of freedom.
double f_upper_p(double f, double df1, double df2);
// P(X >= chi_squared), X chi-squared with df degrees of freedom.
double chi_squared_upper_p(double chi_squared, double df);

// The value below which the distribution has probability p; minus or plus infinity at 0 and 1. Near p = 1 ask for the
// quantile of the other tail, which a double holds to more digits, and change its sign.
double normal_quantile(double p);
double student_quantile(double p, double df);

}  // namespace quern
