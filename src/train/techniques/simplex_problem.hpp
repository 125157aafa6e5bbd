// A convex quadratic over the simplex.
#pragma once

#include <span>
#include <vector>

namespace quern {

// minimise w'H w / 2 - c'w over sum w = 1, 0 <= w <= bound, g'w >= least if g is not empty.
struct SimplexProblem {
  std::span<const double> hessian;  // n x n
  std::span<const double> c;
  double bound = 1;
  std::span<const double> g = {};
  double least = 0;
};
struct SimplexSolution {
  std::vector<double> w;
  double residual =
      0;  // the largest |w_i - the nearest feasible w_i to w_i - slope_i / scale|, and violated constraint
  int iterations = 0;
  bool exact = false;  // what is bound was found, and the rest solved for
};
// The problem has a feasible point.
SimplexSolution minimize_over_simplex(const SimplexProblem& problem);

}  // namespace quern
