// Stochastic descent of one task over the rows that it is given, group by group.
//
// Rows are taken in chunks: those of one mini-batch, or up to 32 of descent row by row. Within a chunk the step is
// held; at its end the penalties flow (penalty.hpp) for the steps' time - for all parameters where rows are dense, and
// only the clock moves where they are sparse - and the average takes a sample. A mini-batch at the end of a group
// that is short of rows makes a step that is shorter in proportion: all rows count the same. Mini-batches of more than
// largest_batch rows go on across groups.
//
// A loss whose curvature is unbounded (exp) has no step that is safe for all rows. Its steps are those of implicit
// descent, to first order: a row's slope is divided by 1 + eta curvature |z|^2, so that no row moves its own prediction
// past its target; the factor tends to 1 as the step shrinks, which clipping would not. Toulis and Airoldi, Annals of
// Statistics 2017.
//
// The average weighs later iterates more (Shamir and Zhang, ICML 2013, with eta = 3), so that it needs no burn-in.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "train/job.hpp"
#include "train/kernels.hpp"
#include "train/optimizer.hpp"
#include "train/penalty.hpp"
#include "train/sgd_entries.hpp"

namespace quern {

// Multiplies slopes that an objective without bounded curvature gave.
class SlopeDamping {
 public:
  SlopeDamping(const Job& job, const RowFormat& format);
  bool needed() const { return needed_; }
  void damp(const Batch& batch, const double* f, const double* y, const double* v, double eta, double* g);

 private:
  const Job& job_;
  const RowFormat& format_;
  bool needed_;
  std::vector<double> curvature_;
};

// The sum of the squares of a row's numbers, and 1 for the intercept.
double square_of(const RowFormat& format, const std::byte* row, bool intercept);

struct DescentTask {
  double* w;      // what is changed: the task's own copy, or what all share
  double* first;  // of the optimizer
  double* second;
  double* average;  // null: none
  double* head;     // SgdHead, of the task
  double* stamps;   // null: the task's own
  double* clock;
  double* lock;  // null: none is taken
  Access access;
  Schedule schedule;
  double epoch;
  double rows;  // of the task in an epoch, held out ones too
  double weight_scale;
  double deadline;  // 0: none
};

class Descent {
 public:
  Descent(const Job& job, const RowFormat& format, std::span<const double> scale);

  void begin(const DescentTask& task);
  // The rows of one group, which had `stored` rows with those held out; `later` are those of the next group as they
  // lie. False if the deadline has passed.
  bool visit(std::span<const std::byte* const> rows, std::span<const std::byte* const> later, std::size_t stored);
  void end();

  std::size_t rows_done() const { return done_; }
  double loss() const { return loss_; }  // over rows of weight loss_weight()
  double loss_weight() const { return loss_weight_; }

 private:
  void chunk(const Batch& rows, std::size_t listed);
  void step(const Batch& batch, bool take);
  void slopes(const Batch& batch);
  void flush();
  void finish_chunk(std::size_t rows);
  void sample();
  std::size_t chunk_rows(double eta) const;
  bool time_is_up();

  const Job& job_;
  const RowFormat& format_;
  const PredictorShape shape_;
  const Penalties penalties_;
  SlopeDamping damping_;
  const std::size_t batch_;
  const bool binary_, descends_rows_;
  DescentTask task_{};
  EntryDescent entries_;
  bool entry_wise_ = false;
  std::vector<double> f_, y_, v_, g_, gradient_, stamps_, snapshot_;
  double clock_ = 0;
  std::size_t pending_ = 0, done_ = 0, chunks_ = 0, since_sample_ = 0, work_ = 0;
  double stored_done_ = 0, loss_ = 0, loss_weight_ = 0;
};

// Ends when the lock is free, or a cancel comes.
class BoardLock {
 public:
  explicit BoardLock(double* lock);
  ~BoardLock();
  BoardLock(const BoardLock&) = delete;

 private:
  double* lock_;
};

}  // namespace quern
