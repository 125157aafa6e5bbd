// A row of sums that is mostly 0: the sparse accumulator of Gilbert, Moler, Schreiber, SIAM J. Matrix Anal. Appl. 13,
// 1992. Numbers are added by column in any order and taken out in the order of their columns.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "base/features.hpp"

namespace quern {

class SparseAccumulator {
 public:
  explicit SparseAccumulator(std::size_t columns) : sums_(columns), is_touched_(columns / 64 + 1) {}

  void add(double factor, const std::uint32_t* columns, const double* values, std::size_t n) {
    for (std::size_t k = 0; k < n; ++k) {
      const std::uint32_t column = columns[k];
      std::uint64_t& word = is_touched_[column / 64];
      const std::uint64_t bit = std::uint64_t{1} << column % 64;
      if (!(word & bit)) {
        word |= bit;
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
  // `from`. The bits are searched where they are many, else the columns are sorted.
  template <class Visit>
  void take(std::size_t from, Visit&& visit) {
    const std::size_t words = is_touched_.size() - from / 64;
    if (4 * touched_.size() > words) {
      for (std::size_t at = from / 64; at < is_touched_.size(); ++at)
        for (; is_touched_[at]; is_touched_[at] &= is_touched_[at] - 1)
          take_one(static_cast<std::uint32_t>(64 * at) + static_cast<std::uint32_t>(std::countr_zero(is_touched_[at])),
                   visit);
    } else {
      std::sort(touched_.begin(), touched_.end());
      for (const std::uint32_t column : touched_) {
        is_touched_[column / 64] = 0;
        take_one(column, visit);
      }
    }
    touched_.clear();
  }

 private:
  template <class Visit>
  void take_one(std::uint32_t column, Visit&& visit) {
    visit(column, sums_[column]);
    sums_[column] = 0;
  }

  std::vector<double> sums_;
  std::vector<std::uint64_t> is_touched_;  // a bit for each column
  std::vector<std::uint32_t> touched_;
};

}  // namespace quern
