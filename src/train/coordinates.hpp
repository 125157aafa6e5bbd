// Coordinate descent on a job that is no path: over weights or, where the dual is simpler, over rows; and what proves
// that its answer is one.
#pragma once

#include "train/batch.hpp"
#include "train/row_store.hpp"

namespace quern {

// From the point on the board.
BatchFit minimize_by_coordinates(const Job& job, RowStore& store, Crew& crew, Observer& observer,
                                 const Standardization& columns, const TargetSums& targets, bool warm);

// Of the point with the penalties times alpha, by a pass over the rows: the largest entry of the least subgradient, and
// for the squared loss with a penalty the duality gap in parts of the objective.
void certify(const Job& job, Crew& crew, const Standardization& columns, const TargetSums& targets, double alpha,
             BatchFit& fit);

}  // namespace quern
