// Passes over all rows of a shard: what the batch solvers ask of the rows, each a sum that lands in the shard's slot.
//
// A slot holds a head, then the gradient (outputs x terms), then the Hessian: for each pair of outputs k <= l (only
// k = l unless the losses are coupled), in the order (0,0) (0,1) ... (1,1) ..., the packed upper triangle over the
// terms of sum v d2 loss / df_k df_l (x, 1)(x, 1)'; then for each constant c and output k sum v d2 loss / df_k dc (x,
// 1), and the upper triangle over the constants, row by row. The gradient has the constants last. hessian_product
// leaves the product where the gradient would be; measure leaves its moments there.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "train/crew.hpp"
#include "train/job.hpp"
#include "train/kernels.hpp"
#include "train/ordered_rows.hpp"
#include "train/row_reader.hpp"

namespace quern {

// The head of a slot.
enum SlotHead : std::size_t {
  slot_loss,                   // sum of v loss
  slot_weight,                 // sum of v
  slot_rows,                   // rows of v > 0; of measure means and deviations: rows
  slot_least_margin,           // of a classifier: y f, or f of the class - the largest other f; over rows of v > 0
  slot_greatest_margin,        //
  slot_target,                 // sum of v y
  slot_squares = slot_target,  // gradient, hessian: sum of v (d loss / df)^2, of a family with a dispersion
  slot_saturated,              // sum of v times the loss of a perfect fit
  slot_log_weight,             // sum of log v over rows of v > 0
  slot_constant,               // sum of v times what minus the log-likelihood has beyond the loss
  slot_gradient
};

// What Command::numbers say to a batch operation.
enum CommandNumber : std::size_t {
  command_width,     // of smoothing
  command_stride,    // every how many blocks; 0 is 1
  command_expected,  // hessian: 1 for the expected curvature of the likelihood
};

// What Operation::measure measures, in Command::step.
enum Measure : std::int64_t {
  measure_means,       // of raw columns, dense: means; sparse: sums of |x|, then numbers of entries
  measure_deviations,  // of raw dense columns: sums of |x - shift|
  measure_rows,        // weights, sums of targets; of a classifier the weights of classes, then their rows
  measure_null,        // the loss of the intercepts at the point alone
};

// How many numbers the Hessian of a slot takes.
std::size_t hessian_size(const Job& job);

// What has to be done to stored rows, by what is on the board.
RowTransform transform_of(const Job& job, std::span<const double> board);

class BatchWorker final : public Worker {
 public:
  // All outlive the worker.
  BatchWorker(const Job& job, RowStore& store, std::span<double> board);
  void perform(const Command& command, std::size_t task) override;

 private:
  template <class Visit>
  void each_batch(const Command& command, const Shard& shard, RowReader& reader, Rows which, Visit&& visit);
  RowReader& reader();
  double* slot(std::size_t task) { return board_.data() + job_.slot(task); }
  std::span<const double> on_board(std::size_t offset, std::size_t size) { return board_.subspan(offset, size); }

  void measure_columns(const Command& command, std::size_t task);
  void measure_each_row(const Command& command, std::size_t task);
  void standardize(std::size_t task);
  void evaluate(const Command& command, std::size_t task);
  void predict(const Batch& batch, const double* parameters, double* f);
  void add_slopes(const Batch& batch, const double* g, double* gradient);
  void add_hessian(const Batch& batch, const double* h, double* hessian);
  void note_margins(const double* f, std::size_t n, double* slot);

  const Job& job_;
  RowStore& store_;
  std::span<double> board_;
  PredictorShape shape_;
  bool coupled_, binary_, classifier_;
  std::optional<RowReader> raw_, reader_;
  std::optional<OrderedWorker> ordered_;
  std::vector<double> f_, g_, h_, pair_, along_, linear_;
  std::vector<const std::byte*> kept_;
  double y_[largest_batch], v_[largest_batch];
};

}  // namespace quern
