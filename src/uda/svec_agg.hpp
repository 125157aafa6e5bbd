// A sparse vector from rows of (index, value). The values of one index add up.
#pragma once

#include <cstdint>
#include <optional>

#include "linalg/sparse_vector.hpp"
#include "linalg/summed_entries.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct SvecAgg {
  static constexpr std::size_t max_entries = 75'000'000;  // 900 MB

  std::int64_t size = 0;  // as given, or the largest index so far
  bool given = false;     // is the size?
  SummedEntries<std::uint32_t> entries;

  void accumulate(std::int64_t index, double value, Dimension dimension);
  void merge(const SvecAgg& other);
  bool valid() const;

  // An error if the sum of an entry is beyond the range of double precision.
  std::optional<SparseVector> vector() const;

 private:
  void fit(std::int64_t needed, bool is_given);
};

}  // namespace quern
