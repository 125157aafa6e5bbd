// White's heteroskedasticity-consistent standard errors (HC0) in one pass.
//
// The covariance is (X'X)^-1 (sum_i e_i^2 x_i x_i') (X'X)^-1, and with z = (x, y) and e_i = z_i . (-b, 1) the middle is
// linear in the fourth moments sum_i z_a z_b z_c z_d, which need no residuals: they are summed in double-double for the
// distinct a <= b <= c <= d. (HC2 and HC3 divide e_i^2 by functions of the leverage, which no finite set of moments
// gives.)
//
// What cancels is bounded by Cauchy's inequality from the pure moments; where fewer than eight digits would be left,
// as with offsets beyond about 1e5 times the spread, it is an error.
//
// Reference: White, A heteroskedasticity-consistent covariance matrix estimator, Econometrica 48(4), 1980.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "linalg/double_double.hpp"
#include "linalg/least_squares.hpp"

namespace quern {

// How many distinct fourth moments there are: high parts, then as many low parts.
constexpr std::size_t fourth_moments(std::size_t columns) {
  return columns * (columns + 1) * (columns + 2) * (columns + 3) / 24;
}

// HC0 standard errors of the terms, NaN where aliased; `moments` are those of z = (terms, y) with rows scaled by
// sqrt(w). Throws InvalidInput (out_of_range) where cancellation leaves too little.
std::vector<double> robust_errors(const LeastSquares<DoubleDouble>& fit, std::span<const double> moments);

}  // namespace quern
