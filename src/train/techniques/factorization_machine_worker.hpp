// What a process of a factorization machine's training does with a shard of the rows.
#pragma once

#include <span>
#include <vector>

#include "train/crew.hpp"
#include "train/techniques/factorization_machine.hpp"
#include "train/row_reader.hpp"

namespace quern {

// Command::step of Operation::technique.
enum class MachineStep : std::int64_t {
  measure,   // the squares of the features, for their scale
  gradient,  // the loss and its gradient at the point
  value,     // the loss alone
  descend,   // an epoch of descent from the point; Command::numbers: the length of a step; 1 to forget earlier epochs
};

// The head of a slot. Behind it come as many numbers as there are parameters: the gradient, or the point that descent
// has come to, or sums of squares and counts of the features; behind these, of adagrad, the squares of the gradients.
struct MachineSums {
  double loss = 0;  // sum of v loss; of an epoch: of each batch before its step
  double weight = 0;
  double target = 0;  // sum of v y
  double squares = 0;
  double unused[4] = {};
};
inline constexpr std::size_t machine_head = sizeof(MachineSums) / sizeof(double);

class FactorizationMachineWorker final : public Worker {
 public:
  FactorizationMachineWorker(const FactorizationMachineJob& job, RowStore& store, std::span<double> board);

  void perform(const Command& command, std::size_t task) override;

 private:
  struct Entry {
    std::uint32_t feature;
    double value;  // scaled
  };

  void read(const std::byte* row);
  double target(const std::byte* row) const;
  double predict(const double* point);
  double slope(double f, double y, double& loss) const;
  template <class Visit>
  void each_row(std::size_t task, const Visit& visit);
  void measure(std::size_t task);
  void differentiate(std::size_t task, bool gradient);
  void add_gradient(const double* point, double g, double* gradient);
  void descend(const Command& command, std::size_t task);
  void step(double* point, double* squares, double eta, double weight);
  void settle(double* point, const double* squares, double eta, std::size_t feature);
  void touch(double* point, const double* squares, double eta);

  const FactorizationMachineJob& job_;
  RowStore& store_;
  const std::span<double> board_;
  RowReader reader_;
  std::vector<Entry> entries_;
  std::vector<double> sums_;      // of the factors of a row, times its values
  std::vector<double> gradient_;  // of a batch, 0 but for the features that occur
  std::vector<std::uint32_t> touched_, stamps_;
  std::vector<bool> is_touched_;
  std::uint32_t steps_ = 0;
};

}  // namespace quern
