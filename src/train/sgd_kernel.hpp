// The inner loops of stochastic descent over dense rows and dense parameters.
//
// descend() is plain descent row by row, w <- w - eta slope(w x + b, y) (x, 1), for one output: the dot product, the
// slope and the update of a row follow each other, so what counts is that the row is in the cache (rows are
// visited in random order: those a few places ahead are prefetched) and that nothing else is done. Sums are made in 8
// partial sums and the tail: the same bits for the same rows on the same kind of processor.
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
  double step;          // eta for a row of weight 1
  double weight_scale;  // 1 / the mean weight
  const std::byte* upcoming = nullptr;  // as many bytes as these rows take, that will be needed later; may be null
};

// f and y of the rows, as they were before each step, are left in f and y.
void descend(const DescentRun& run, double* w, double* f, double* y);

// The same by the definition.
namespace naive {
void descend(const DescentRun& run, double* w, double* f, double* y);
}

// Asks for a row that will be needed soon.
inline void prefetch_row(const std::byte* row, std::size_t bytes) {
  constexpr std::size_t line = 64, most = 1024;  // longer rows are streams that the processor sees by itself
  for (std::size_t at = 0; at < (bytes < most ? bytes : most); at += line) __builtin_prefetch(row + at);
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
