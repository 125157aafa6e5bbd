// Matrices gathered from a table: of rows, of entries, of blocks. The state is what came, in any order; the matrix is
// put together at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "linalg/row_chunks.hpp"
#include "matrix/matrix.hpp"
#include "uda/aggregate.hpp"

namespace quern {

inline constexpr std::size_t most_gathered_bytes = 900'000'000;

struct MatrixRows {
  RowChunks rows;  // each its number, from 1, and then its values

  void accumulate(std::int64_t i, std::span<const double> row);
  void merge(const MatrixRows& other);
  bool valid() const;

  std::optional<Matrix> matrix() const;
};

struct MatrixEntries {
  std::int64_t height = 0, width = 0;  // the largest numbers
  Vec<std::uint32_t> i, j;             // from 1
  Vec<double> values;

  void accumulate(std::int64_t row, std::int64_t column, double value);
  void merge(const MatrixEntries& other);
  bool valid() const;

  std::optional<Matrix> matrix() const;
};

// Where a block is, from 1, and its shape.
struct BlockPlace {
  std::int64_t i = 0, j = 0, height = 0, width = 0;

  Shape shape() const { return {height, width}; }
};

struct MatrixBlocks {
  Vec<BlockPlace> places;
  Vec<Vec<double>> blocks;
  std::int64_t numbers = 0;  // in all blocks

  void accumulate(std::int64_t i, std::int64_t j, const MatrixView& block);
  void merge(const MatrixBlocks& other);
  bool valid() const;

  std::optional<Matrix> matrix() const;
};

}  // namespace quern
