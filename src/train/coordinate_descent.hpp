// The quadratic model with an l1 penalty that proximal methods minimise at each step, and the lasso itself:
//
//   x = argmin  g'(x - b) + (x - b)'H(x - b) / 2 + sum_i l1_i |x_i|,    H positive definite
//
// Sweeps of coordinate descent with soft thresholds (Friedman, Hastie and Tibshirani, 2010) find which variables are 0
// and the signs of the others; then one linear system in these gives their values, cut short where a sign would change.
// Exact to rounding, however correlated the columns are.
#pragma once

#include <span>
#include <vector>

namespace quern {

// H is row-major and read above and below its diagonal. A variable whose diagonal entry is not above 0 stays at b.
// l1 may be empty: no penalty. False if H has no full rank in the variables that are not 0; then x is not the answer.
bool minimize_quadratic(std::span<const double> g, std::span<const double> hessian, std::span<const double> l1,
                        std::span<const double> b, std::vector<double>& x);

// The same where there may be many answers, H positive semidefinite: one of them, by sweeps alone where there is no
// other way. False if they do not end.
bool minimize_any_quadratic(std::span<const double> g, std::span<const double> hessian, std::span<const double> l1,
                            std::span<const double> b, std::vector<double>& x);

}  // namespace quern
