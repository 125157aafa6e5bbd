// Many trainings of one objective at once: every pass over the rows is a pass for all of them, a product of matrices.
//
// A fit is one setting of the options on the rows that one fold trains on. Fits differ in penalties and in the options
// of the objective; they share its kind, the number of outputs and fit_intercept. Their parameters lie side by side on
// the board, terms x stride (many_kernels.hpp), those of the fits that take part in a pass only.
//
// A slot holds, for each fit of the pass, a head of `fit_numbers` and the sums of its metric; then the gradients, terms
// x stride; then Hessians, packed triangles over the terms.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "search/folds.hpp"
#include "search/metric.hpp"
#include "search/row_scorer.hpp"
#include "train/batch_worker.hpp"
#include "train/crew.hpp"
#include "train/job.hpp"

namespace quern {

struct ManySpec {
  std::string algorithm;
  std::vector<std::string> options;  // of each setting: JSON objects
  std::size_t classes = 0;
  FoldLayout folds;
  MetricKind metric = MetricKind::loss;
};

enum FitNumber : std::size_t { fit_loss, fit_weight, fit_numbers };

// Command::step of Operation::technique.
enum ManyStep : std::int64_t {
  many_targets,   // of each fold: weight, rows, sum of v y of what it trains on, then rows of each class
  many_gradient,  // loss and gradient of the fits, over every numbers[0]-th block
  many_hessian,   // Hessians of fits; of all rows, or if numbers[1] is 1 of those that their folds train on
  many_score,     // metrics of the fits on the rows that their folds are measured on
};

// Alike in every process.
class ManyJob {
 public:
  // Throws InvalidInput as Job does for a setting that is unfit.
  ManyJob(const ManySpec& spec, const RowStore& store);

  std::size_t settings() const { return spec.options.size(); }
  std::size_t fits() const { return settings() * spec.folds.folds; }
  std::size_t setting_of(std::size_t fit) const { return fit / spec.folds.folds; }
  std::size_t fold_of(std::size_t fit) const { return fit % spec.folds.folds; }
  std::size_t parameters() const { return base.parameters; }
  std::size_t slot(std::size_t shard) const { return slots + shard * slot_size; }
  std::size_t head_of(std::size_t place) const {
    return place * head_size;
  }  // in a slot, of the place-th fit of a pass

  ManySpec spec;
  Job base;  // of the first setting: shards, standardization, where its own board begins (at 0)
  std::vector<TrainOptions> options;
  std::vector<std::unique_ptr<Objective>> objectives;  // of each setting

  std::size_t head_size, hessians;                           // hessians: that fit into a slot
  std::size_t active, points, slots, slot_size, board_size;  // offsets: number of fits and which; points; slots
  std::size_t gradient_at, hessian_at;                       // in a slot
};

class ManyWorker final : public Worker {
 public:
  // Everything outlives it. `parts` may be written between commands.
  ManyWorker(const ManyJob& job, RowStore& store, std::span<const std::uint8_t> parts, std::span<double> board);
  void perform(const Command& command, std::size_t task) override;

 private:
  struct Rows {
    Batch batch;
    const std::uint8_t* parts;
    const double* y;  // as the objective has it
    const double* v;
  };
  // visit(Rows) for every stride-th block of the shard, for rows of the parts that are wanted.
  template <class Visit>
  void each_batch(std::size_t task, std::size_t stride, const std::array<bool, 256>& wanted, Visit&& visit);
  std::array<bool, 256> parts_of(Role role, bool any) const;
  void prepare();
  void measure_targets(std::size_t task);
  void differentiate(const Command& command, std::size_t task);
  void add_hessians(const Command& command, std::size_t task);
  void score(const Command& command, std::size_t task);
  // Of each fold: v where it trains, else 0, and its sum.
  void mask(const Rows& rows);

  const ManyJob& job_;
  RowStore& store_;
  std::span<const std::uint8_t> parts_;
  std::span<double> board_;
  BatchWorker batch_;
  std::unique_ptr<PartStore> copies_;  // where rows have to be transformed
  std::optional<RowReader> reader_;
  std::vector<std::uint64_t> first_;
  std::vector<Roles> roles_;  // of each fold
  std::vector<std::uint32_t> blocks_;
  std::vector<const std::byte*> rows_;
  std::vector<double> f_, g_, by_fit_, h_, masked_, mask_sum_;
  std::uint8_t batch_parts_[largest_batch];
  double y_[largest_batch], v_[largest_batch];
};

}  // namespace quern
