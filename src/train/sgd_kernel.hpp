// The inner loops of stochastic descent over dense rows and dense parameters.
//
// descend() is plain descent row by row, w <- w - eta slope(w x + b, y) (x, 1), for one output. Slopes depend on each
// other from row to row; all else can be kept off that chain. One pass over the parameters adds what row i-1 has left,
// makes the prediction p of row i+1 without what row i will leave, and x_i x_i+1, while the slope of row i is
// computed; then
//
//   f_i+1 = p + c_i (x_i x_i+1 + 1),      c_i = -eta slope(f_i, y_i)
//
// Rows are visited in random order: the next few are fetched to the first cache, and those of the mix after this to the
// second in the order in which they lie, in which memory is fastest. The same bits for the same rows on the same kind
// of processor.
#pragma once

#include <cstddef>

#include "train/objective.hpp"
#include "train/optimizer.hpp"
#include "train/penalty.hpp"
#include "train/row_format.hpp"

namespace quern {

struct DescentRun {
  const RowFormat* format;
  const std::byte* const* rows;
  std::size_t count;
  std::size_t listed;  // count, and how many more rows are listed behind these
  bool intercept;
  bool binary;  // y is class 0 or 1 and means -1 or +1
  const Objective* objective;
  double step;                              // eta for a row of weight 1
  double weight_scale;                      // 1 / the mean weight
  const std::byte* const* later = nullptr;  // rows that will be needed later, as they lie; `later_count` of them
  std::size_t later_count = 0;
};

// f and y of the rows, as they were before each step, are left in f and y.
void descend(const DescentRun& run, double* w, double* f, double* y);

// The same by the definition.
namespace naive {
void descend(const DescentRun& run, double* w, double* f, double* y);
}

inline constexpr std::size_t longest_jump = 1024;  // longer rows are streams that the processor sees by itself

// Asks for a row that will be needed soon: every line of it, the one that only its end lies in too. Inlined always: a
// call of a function that only prefetches is taken to do nothing and is left out.
[[gnu::always_inline]] inline void prefetch_row(const std::byte* row, std::size_t bytes) {
  constexpr std::size_t line = 64;
  bytes = bytes < longest_jump ? bytes : longest_jump;
  for (std::size_t at = 0; at < bytes; at += line) __builtin_prefetch(row + at);
  __builtin_prefetch(row + bytes - 1);
}

// Parameters and what belongs to them, one vector of `count` each; absent ones are null.
struct Coordinates {
  double* w;
  double* first;
  double* second;
  std::size_t count;
};

// One step along gradient / scale.
void step_along(const StepRule& rule, const double* gradient, double scale, const Coordinates& at);

// The penalties flow for `time`.
void apply_penalties(const StepRule& rule, const Penalties& penalties, double time, const Coordinates& at);

// average += share (w - average)
void move_average(double share, const double* w, std::size_t count, double* average);

}  // namespace quern
