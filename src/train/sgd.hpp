// Stochastic (sub)gradient descent over the rows of a store.
#pragma once

#include <vector>

#include "train/job.hpp"
#include "train/train.hpp"

namespace quern {

struct SolverResult {
  std::vector<double> point;   // outputs x terms, in the stored (standardised) columns
  double loss = 0;             // the objective there, over the rows that are not held out
  double validation_loss = 0;  // NaN without rows held out
  std::int64_t iterations = 0;
  bool converged = false;
  bool separated = false;    // the point is right about all rows, and a likelihood without penalty has no optimum
  double gradient_norm = 0;  // NaN if not known
  double step_size = 0;      // the last
  std::vector<LogEntry> log;
};

// How many numbers of a slot a shard's copy of the parameters and of the optimizer's state take.
std::size_t sgd_slot_size(const Job& job);

// Performs Operation::epoch, shared_epoch and minibatch_gradient for make_worker.
class SgdWorker final : public Worker {
 public:
  SgdWorker(const Job& job, RowStore& store, std::span<double> board);
  ~SgdWorker() override;
  void perform(const Command& command, std::size_t task) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// From the point on the board. `epochs_before` have been run already (quern.update).
SolverResult minimize_sgd(const Job& job, const RowStore& store, Crew& crew, Observer& observer,
                          std::int64_t epochs_before);

}  // namespace quern
