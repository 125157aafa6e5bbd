// A sparse matrix where it lies, by compressed rows: the entries of row i are those from offsets[i] to offsets[i + 1],
// in the order of their columns, which count from 0.
#pragma once

#include <cstdint>
#include <span>

#include "base/features.hpp"

namespace quern {

struct CsrView {
  std::int64_t rows = 0, columns = 0;
  std::span<const std::uint32_t> offsets;  // rows + 1, the first 0
  std::span<const std::uint32_t> indices;  // columns of the entries
  std::span<const double> values;

  std::size_t row_count() const { return static_cast<std::size_t>(rows); }
  std::size_t column_count() const { return static_cast<std::size_t>(columns); }
  std::size_t entries() const { return indices.size(); }
  std::size_t row_size(std::size_t i) const { return offsets[i + 1] - offsets[i]; }
  SparseFeatures row(std::size_t i) const {
    const std::size_t from = offsets[i], n = offsets[i + 1] - from;
    return {column_count(), indices.subspan(from, n), values.subspan(from, n)};
  }
};

}  // namespace quern
