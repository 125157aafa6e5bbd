// The sparse matrix behind quern.smatrix: compressed rows (CSR), 12 bytes an entry and 4 a row.
//
// Columns increase within a row and no entry is 0, so a matrix has one form only and equality is that of its parts.
// What is not stored is 0 whatever it meets, as in a sparse vector: 0 times infinity does not become NaN. Rows and
// columns count from 0 here and from 1 in everything a user sees.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "base/vec.hpp"
#include "linalg/csr.hpp"
#include "linalg/sparse_vector.hpp"
#include "matrix/matrix.hpp"

namespace quern {

struct SparseMatrix {
  std::int64_t rows = 0, columns = 0;
  Vec<std::uint32_t> offsets;  // rows + 1; may be empty where there are no rows
  Vec<std::uint32_t> indices;
  Vec<double> values;

  CsrView view() const;
  operator CsrView() const { return view(); }
  bool valid() const;
};

inline Shape shape_of(const CsrView& a) { return {a.rows, a.columns}; }

// Bytes of a value; more than 1 GB is an error (limit_exceeded).
std::size_t sparse_bytes(const Shape& shape, std::size_t entries);

// Do the offsets ascend to the number of entries, the columns within each row, all below their bounds?
bool is_sound(const CsrView& a);

// A matrix row by row: append the entries of a row in the order of their columns, then end_row(). Entries of 0 are left
// out. A shape that no value can have is an error (limit_exceeded).
class SparseBuilder {
 public:
  explicit SparseBuilder(const Shape& shape, std::size_t entries = 0);

  void append(std::uint32_t column, double value) {
    if (value == 0) return;
    a_.indices.push_back(column);
    a_.values.push_back(value);
  }
  void append(const SparseFeatures& row, std::uint32_t from_column = 0);
  void end_row();
  void skip_to(std::size_t row);  // ends the rows before it, those between without entries
  // Rows that are left are empty.
  SparseMatrix finish();

 private:
  SparseMatrix a_;
};

enum class Duplicates { refuse, add };

// From entries in any order, rows and columns counted from 1. Errors are of kind `fault`, their message starts with
// `where`.
SparseMatrix sparse_from_entries(std::string_view where, Fault fault, const Shape& shape,
                                 std::span<const std::int64_t> rows, std::span<const std::int64_t> columns,
                                 std::span<const double> values, Duplicates duplicates = Duplicates::refuse);
SparseMatrix sparse_from_dense(const MatrixView& a);
// Of zeros. More than a value may hold, 1 GB, is an error (limit_exceeded): sides of a sparse matrix can be anything.
Matrix dense_zeros(const Shape& shape);
Matrix to_dense(const CsrView& a);
SparseMatrix copy_of(const CsrView& a);

// A sparse vector as a column, and as a row: n x 1, 1 x n.
SparseMatrix column_matrix(const SparseFeatures& x);
CsrView row_matrix(const SparseFeatures& x, std::uint32_t (&offsets)[2]);  // a view of x; offsets is its room
// The vector of a matrix that is one row or one column.
SparseVector sparse_vector(const CsrView& a);

SparseMatrix transpose(const CsrView& a);

// Same shape and entries; NaN equals NaN.
bool equal(const CsrView& a, const CsrView& b);
// The same for equal matrices.
std::uint64_t hash(const CsrView& a, std::uint64_t seed = 0);

}  // namespace quern
