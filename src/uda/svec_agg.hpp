// A sparse vector from rows of (index, value). The values of one index add up.
//
// Rows in the order of their index are appended to a sorted part. Others wait behind it until they are as many as it
// has, and are then sorted and merged into it: n rows cost O(n log n) in any order, and each index is kept once or
// twice.
#pragma once

#include <cstdint>
#include <optional>

#include "linalg/sparse_vector.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct SvecAgg {
  static constexpr std::size_t max_entries = 75'000'000;  // 900 MB

  std::int64_t size = 0;    // as given, or the largest index so far
  bool given = false;       // is the size?
  std::int64_t sorted = 0;  // so many entries increase in their index; the others wait
  Vec<std::uint32_t> indices;
  Vec<double> values;

  void accumulate(std::int64_t index, double value, Dimension dimension);
  void merge(const SvecAgg& other);
  bool valid() const;

  // An error if the sum of an entry is beyond the range of double precision.
  std::optional<SparseVector> vector() const;

 private:
  void fit(std::int64_t needed, bool is_given);
  void append(std::uint32_t index, double value);
  void settle();  // merges what waits
};

}  // namespace quern
