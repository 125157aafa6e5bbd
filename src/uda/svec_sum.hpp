// The sum of sparse vectors: of entries in the order of their index while they are few, else of all indices.
#pragma once

#include <cstdint>
#include <optional>

#include "linalg/sparse_vector.hpp"
#include "linalg/summed_entries.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct SvecSum {
  static constexpr std::size_t max_entries = 75'000'000;  // 900 MB
  static constexpr std::int64_t max_dense = 112'000'000;  // 900 MB

  std::int64_t rows = 0;
  std::int64_t size = 0;
  SummedEntries<std::uint32_t> entries;
  Vec<double> dense;  // all of it, from when a quarter of the indices has an entry

  void accumulate(const SparseFeatures& x);
  void merge(const SvecSum& other);
  bool valid() const;

  // An error if the sum of an entry is beyond the range of double precision.
  std::optional<SparseVector> sum() const;

 private:
  void fit(std::int64_t other_size);
  void add(const SparseFeatures& x);
  void add_dense(std::uint32_t index, double value);
  void make_dense();
};

}  // namespace quern
