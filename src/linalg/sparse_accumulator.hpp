// A row of sums that is mostly 0: the sparse accumulator of Gilbert, Moler, Schreiber, SIAM J. Matrix Anal. Appl. 13,
// 1992. Numbers are added by column in any order and taken out in the order of their columns.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/features.hpp"

namespace quern {

class SparseAccumulator {
 public:
  explicit SparseAccumulator(std::size_t columns) : sums_(columns), is_touched_(columns) {}

  void add(double factor, const std::uint32_t* columns, const double* values, std::size_t n) {
    for (std::size_t k = 0; k < n; ++k) {
      const std::uint32_t column = columns[k];
      if (!is_touched_[column]) {
        is_touched_[column] = 1;
        touched_.push_back(column);
      }
      sums_[column] += factor * values[k];
    }
  }
  void add(double factor, const SparseFeatures& row) {
    add(factor, row.indices.data(), row.values.data(), row.indices.size());
  }

  std::size_t size() const { return touched_.size(); }

  // visit(column, sum) of every column that was added to, in order; empty again afterwards. None of them is below
  // `from`.
  template <class Visit>
  void take(std::size_t from, Visit&& visit) {
    if (touched_.size() > (sums_.size() - from) / 16) {
      for (std::size_t column = from; column < sums_.size(); ++column)
        if (is_touched_[column]) take_one(static_cast<std::uint32_t>(column), visit);
    } else {
      std::sort(touched_.begin(), touched_.end());
      for (const std::uint32_t column : touched_) take_one(column, visit);
    }
    touched_.clear();
  }

 private:
  template <class Visit>
  void take_one(std::uint32_t column, Visit&& visit) {
    visit(column, sums_[column]);
    sums_[column] = 0;
    is_touched_[column] = 0;
  }

  std::vector<double> sums_;
  std::vector<std::uint8_t> is_touched_;
  std::vector<std::uint32_t> touched_;
};

}  // namespace quern
