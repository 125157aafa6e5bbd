// The solvers that look at all rows at each step, run on a job: where they start, how kinks are smoothed away, when
// they stop, and what the optimum says of itself.
#pragma once

#include <cmath>
#include <vector>

#include "train/sgd.hpp"
#include "train/standardization.hpp"

namespace quern {

struct BatchFit {
  SolverResult solution;
  std::vector<bool> aliased;  // parameters that others explain, left out
  // Of the parameters in the user's columns, at dispersion 1; empty without inference, or stopped early.
  std::vector<double> std_error;
  double rank = 0;                               // parameters that the rows determine
  double squares = 0;                            // of a family with a dispersion: sum of v (d loss / df)^2
  double kkt_residual = NAN, duality_gap = NAN;  // of coordinate descent, see coordinates.hpp; NaN: not told
  int separation = 0;                            // of a classifier by likelihood: 1 complete, 2 quasi-complete
};

// From the point on the board; `warm` if it is the answer to a problem like this one.
BatchFit minimize_batch(const Job& job, Crew& crew, Observer& observer, const Standardization& columns,
                        const TargetSums& targets, bool warm);

// The least loss of intercepts and constants alone, from those at the point on the board.
double minimize_null(const Job& job, Crew& crew, const Standardization& columns, const TargetSums& targets);

}  // namespace quern
