// Minimises many objectives over the same rows together: each pass evaluates all fits that are not finished.
//
// Each fit takes steps of Newton's method with a penalty, as minimize_proximal_newton does, but with a Hessian of a
// part of the rows, shared by the folds of a setting: of n rows it is good to sqrt(terms / n), which is what the error
// shrinks by at each step, so that a few gradients over all rows are all that a fit takes (Byrd, Chin, Neveitt and
// Nocedal, On the use of stochastic Hessian information in optimization methods for machine learning, SIAM J. Optim.
// 21, 2011). Starts come from a 64th and an 8th of the blocks. A quadratic loss has one Hessian for each fold, over all
// its rows.
//
// Where it breaks: more than `most_terms` parameters, several outputs, losses with kinks, which train one by one.
#pragma once

#include <string>
#include <vector>

#include "search/many_worker.hpp"
#include "train/crew.hpp"
#include "train/training.hpp"

namespace quern {

struct FitResult {
  std::vector<double> point;    // terms, in the columns of the worker
  std::vector<double> of_user;  // the same in the user's columns
  double score = 0;             // the metric; NaN where there is an error, and of roc_auc
  std::int64_t iterations = 0;
  bool converged = false;
  std::string error;  // why there is no score
};

// Can fits of this job be made together?
bool trains_together(const Job& job);

// One result for each fit. `start`: of the same fits, to begin with, or empty. `class_map` is that of the rows.
std::vector<FitResult> fit_many(const ManyJob& job, const RowStore& store, Crew& crew, Observer& observer,
                                std::span<const double> class_map, const std::vector<FitResult>& start);

}  // namespace quern
