// What stochastic descent keeps in a slot of the board, between the head that all solvers share (batch_worker.hpp) and
// its end. Evaluations between epochs write the head and the place of the gradient, so nothing that outlives an
// epoch lies there.
#pragma once

#include <cstddef>

#include "train/batch_worker.hpp"
#include "train/job.hpp"
#include "train/optimizer.hpp"

namespace quern {

struct SgdSlot {
  std::size_t copy = slot_gradient;   // a shard's parameters, or the gradient of its part of a mini-batch
  std::size_t head = 0;               // a SgdHead
  std::size_t first = 0, second = 0;  // of the optimizer, see StepRule
  std::size_t average = 0;            // of the iterates
  std::size_t stamps = 0;             // the clock when the penalties of a column were last applied; shared epochs
  std::size_t size = 0;
};

enum SgdHead : std::size_t {
  sgd_steps,    // that the optimizer has taken
  sgd_samples,  // that are in the average
  sgd_clock,    // for which penalties have flowed; shared epochs, slot 0
  sgd_lock,     // 1 while a task holds it; strategy lock, slot 0
  sgd_head_size = 8
};

inline bool is_shared(const Job& job) {
  return job.parallel == "hogwild" || job.parallel == "aig" || job.parallel == "lock";
}

inline SgdSlot sgd_slot(const Job& job) {
  SgdSlot slot;
  const Optimizer optimizer = optimizer_of(job.options.optimizer);
  std::size_t end = slot.copy + job.parameters;
  auto take = [&](std::size_t numbers) {
    const std::size_t at = end;
    end += numbers;
    return at;
  };
  slot.head = take(sgd_head_size);
  slot.first = take(optimizer == Optimizer::sgd ? 0 : job.parameters);
  slot.second = take(optimizer == Optimizer::adam ? job.parameters : 0);
  slot.average = take(job.options.averaging ? job.parameters : 0);
  slot.stamps = take(is_shared(job) ? job.features : 0);
  slot.size = end;
  return slot;
}

// How many rows of a synchronous mini-batch are a shard's. A barrier for each row would be slower than one process, so
// a batch_size of 1 means 32 of each.
inline std::size_t minibatch_part(const Job& job) {
  const auto rows = static_cast<std::size_t>(job.options.batch_size);
  return rows == 1 ? 32 : (rows + job.shards.size() - 1) / job.shards.size();
}

// What the commands of stochastic descent carry.
enum SgdNumber : std::size_t {
  sgd_deadline,     // on the steady clock, in seconds; 0: none
  sgd_first_step,   // of the schedule; of a mini-batch, its step
  sgd_decay,        // of the schedule
  sgd_weight_scale  // 1 / the mean weight of a row
};

}  // namespace quern
