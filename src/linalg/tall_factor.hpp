// The triangular factor of the rows of a tall table, that came one by one or in parts: a part of a state.
//
// Rows wait until they are a block, and are folded in by Householder reflectors (linalg/householder.hpp); the factor of
// the whole is that of the stacked factors of its parts (TSQR). Where it breaks: numbers beyond about 1e+-150.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/vec.hpp"

namespace quern {

struct TallFactor {
  std::int64_t width = 0;  // 0 before the first row
  std::int64_t rows = 0;   // folded
  Vec<double> triangle;    // upper, packed by rows; empty before the first block
  Vec<double> waiting;     // rows not folded yet, less than a block

  std::int64_t count() const { return rows + waiting_rows(); }
  std::int64_t waiting_rows() const { return width == 0 ? 0 : static_cast<std::int64_t>(waiting.size()) / width; }
  // Room for a row of so many numbers, which the caller fills; then settle().
  double* next_row(std::size_t numbers);
  void settle();
  void merge(const TallFactor& other);
  void fold();  // what waits
  // A matrix of `width` columns, row-major, with the same singular values and right singular vectors as all rows: the
  // factor of all, or the rows themselves where they are fewer than a block.
  std::vector<double> square() const;
  bool valid() const;
};

}  // namespace quern
