// Passes over all rows of a shard: what the batch solvers ask of the rows, each a sum that lands in the shard's slot.
//
// A slot holds a head, then the gradient (outputs x terms), then the Hessian: for each pair of outputs k <= l (only
// k = l unless the losses are coupled), in the order (0,0) (0,1) ... (1,1) ..., the packed upper triangle over the
// terms of sum v d2 loss / df_k df_l (x, 1)(x, 1)'. hessian_product leaves the product where the gradient would be;
// measure leaves its moments there.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "train/crew.hpp"
#include "train/job.hpp"
#include "train/kernels.hpp"
#include "train/row_reader.hpp"

namespace quern {

// The head of a slot.
enum SlotHead : std::size_t {
  slot_loss,          // sum of v loss
  slot_weight,        // sum of v
  slot_rows,          // rows of v > 0
  slot_least_margin,  // of a classifier: y f, or f of the class - the largest other f; over rows of v > 0
  slot_greatest_margin,
  slot_first,  // three more sums, as the operation has it
  slot_second,
  slot_third,
  slot_gradient
};

// How many numbers the Hessian of a slot takes.
std::size_t hessian_size(const Job& job);

}  // namespace quern
