// The dual of a loss of one number with an l2 penalty, one variable s_i for each row:
//
//   minimise  |w|^2 / 2 + sum_i C_i loss(f_i, y_i),  f_i = w . x_i + b,  C_i = v_i / (l2 sum v)
//   maximise  -|sum_i s_i x_i|^2 / 2 - sum_i C_i loss*(-s_i / C_i)       subject to  sum_i s_i = 0
//
// with the conjugate loss* that the objective tells (objective.hpp). The constraint is that of an intercept without a
// penalty.
//
// One s_i at a time is set to its best, w = sum_i s_i x_i going along: Hsieh et al., A Dual Coordinate Descent Method
// for Large-scale Linear SVM, ICML 2008; Yu, Huang and Lin, Dual Coordinate Descent Methods for Logistic Regression and
// Maximum Entropy Models, Machine Learning 85, 2011; Ho and Lin, Large-scale Linear Support Vector Regression, JMLR 13,
// 2012. Variables that have come to rest at a bound are left out for a while (shrinking). These penalise the intercept,
// and so do steps here, by rho / 2 (b - c)^2, but c follows b until they agree: the method of multipliers for the
// constraint (proximal point in b), which ends at the optimum without a penalty.
//
// Where few variables are left between their bounds, all of them are solved for at once (a Newton step on a face),
// which ends at the optimum to rounding where single steps go on for ever.
//
// The answer is w of a feasible s, and the intercept that is best for it; the difference of the two objectives, the
// duality gap, is above the distance of either to the optimum, whatever rounding or haste did before.
//
// Rows are visited in a random order, block by block, by one process; 17 bytes are kept for each row (25 for the
// logistic loss), and 24 more while the gap is measured. Where it breaks: it slows down as l2 sum v falls and where
// columns are of unlike sizes, as LIBLINEAR does.
#pragma once

#include "train/batch.hpp"
#include "train/row_store.hpp"

namespace quern {

// One output after the other. Starts at s = 0, whatever the point on the board.
BatchFit minimize_dual(const Job& job, RowStore& store, Crew& crew, Observer& observer, const Standardization& columns,
                       const TargetSums& targets);

}  // namespace quern
