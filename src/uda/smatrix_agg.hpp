// A sparse matrix from rows of (i, j, value) or of (i, row). The values of one element add up.
#pragma once

#include <cstdint>
#include <optional>

#include "linalg/summed_entries.hpp"
#include "matrix/sparse_matrix.hpp"
#include "uda/aggregate.hpp"

namespace quern {

// The number of rows or of columns.
struct MatrixSide {
  std::int64_t size = 0;  // as given, or the largest index so far
  bool given = false;

  void fit(std::string_view what, std::int64_t needed, bool is_given);
  void merge(std::string_view what, const MatrixSide& other);
  bool valid() const { return size >= 0 && size <= max_matrix_side; }
};

struct SmatrixAgg {
  static constexpr std::size_t max_entries = 56'000'000;  // 900 MB

  MatrixSide height, width;
  SummedEntries<std::uint64_t> entries;  // by row * 2^32 + column

  void accumulate(std::int64_t i, std::int64_t j, double value, Dimension rows, Dimension columns);
  void merge(const SmatrixAgg& other);
  bool valid() const;
  bool empty() const { return height.size == 0 && width.size == 0; }

  void append(std::int64_t i, std::uint32_t column, double value);  // i from 1, column from 0

  // An error if the sum of an element is beyond the range of double precision.
  std::optional<SparseMatrix> matrix() const;
};

struct SmatrixRows {
  SmatrixAgg elements;

  void accumulate(std::int64_t i, const FeatureRow& row);
  void merge(const SmatrixRows& other) { elements.merge(other.elements); }

  std::optional<SparseMatrix> matrix() const { return elements.matrix(); }
};

}  // namespace quern
