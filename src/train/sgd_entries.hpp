// Steps of stochastic descent that touch only the columns that a row has entries in: for sparse rows, and for
// parameters that other processes change at the same time.
//
//   Alone            no other process
//   Unlocked         Hogwild!: loads and stores of single parameters, updates of others may be lost
//   CompareExchange  AIG: no update of a parameter is lost, a row may see some of another's update
//
// A column that is not touched is not penalised until it is (penalty.hpp): its stamp tells for how long. Momentum,
// AdaGrad and Adam change and remember touched columns only; a mini-batch sums the gradient of a column first.
// Niu, Recht, Re and Wright, Hogwild!, NIPS 2011; Feng et al., SIGMOD 2012, section 3.3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "train/kernels.hpp"
#include "train/optimizer.hpp"
#include "train/row_format.hpp"

namespace quern {

enum class Access { alone, unlocked, compare_exchange };

struct EntryDescent {
  Access access = Access::alone;
  const RowFormat* format = nullptr;
  PredictorShape shape;
  StepRule rule;
  double* w = nullptr;
  double* first = nullptr;  // of the optimizer; may be null
  double* second = nullptr;
  const double* l1 = nullptr;  // of each term
  const double* l2 = nullptr;
  double* stamps = nullptr;  // of each feature; null: nothing is penalised, or not here
  double* clock = nullptr;

  // The gradient of a step that has not been taken yet.
  std::vector<double> gradient{};
  std::vector<std::uint32_t> touched{};
  std::vector<bool> is_touched{};
};

// f (rows x outputs) = W x + b, with the penalties of the columns of these rows applied.
void predict_entries(EntryDescent& d, std::span<const std::byte* const> rows, double* f);

// W += sum of g_i x (x_i, 1), at once.
void add_entries(EntryDescent& d, std::span<const std::byte* const> rows, const double* g);

// The same to the gradient of the step, which take_step() takes.
void collect_entries(EntryDescent& d, std::span<const std::byte* const> rows, const double* g);
void take_step(EntryDescent& d);

// The clock goes on.
void advance(EntryDescent& d, double time);
// All columns.
void apply_all_penalties(EntryDescent& d);
// For dense rows: the penalties of all columns for `time`.
void apply_penalties_now(EntryDescent& d, double time);

void copy_parameters(const EntryDescent& d, std::size_t count, double* to);

}  // namespace quern
