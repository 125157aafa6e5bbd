// X'X of sparse rows that come one by one. A state part: a plain record that packs, merges and says whether it is
// valid().
//
// Rows wait in a buffer. When it is full, X'X of the buffer is added to the sum column by column: for each entry x_ri
// of column i the tail of row r from i on goes, times x_ri, to row i of the upper triangle, which meanwhile stays in
// the cache. Adding the pairs of each row to the triangle as it comes would miss the cache at every pair. The sum
// itself is of compressed rows, or the packed triangle as soon as that is not much larger. The buffer grows with the
// sum, up to 4 M entries, so that rewriting the sum costs little.
//
// What bounds it: k (k + 1) / 2 additions for a row of k entries, a cache miss for each entry, and the sum once for
// each buffer. Rows of another size are an error.
#pragma once

#include <cstdint>
#include <optional>

#include "matrix/sparse_matrix.hpp"

namespace quern {

struct SparseGram {
  static constexpr std::int64_t max_features = 1 << 20;

  std::int64_t rows = 0;
  std::int64_t features = 0;
  std::int32_t not_finite = 0;  // 1: a row had a NaN or an infinity, and the sum may
  Vec<std::uint32_t> ends;      // of the waiting rows in `indices` and `values`
  Vec<std::uint32_t> indices;
  Vec<double> values;
  Vec<std::uint32_t> sum_offsets, sum_columns;  // the upper triangle so far, by compressed rows; or
  Vec<double> sum_values;
  Vec<double> triangle;  // all of it: rows from the diagonal on, one after the other

  bool empty() const { return rows == 0; }
  void add(const SparseFeatures& x);
  void merge(const SparseGram& other);
  bool valid() const;

  void add_upper_to(Matrix& c) const;  // of features x features: elements on and above the diagonal
  Matrix dense() const;                // features x features; more than 1 GB is an error
  SparseMatrix sparse() const;         // of both triangles
};

}  // namespace quern
