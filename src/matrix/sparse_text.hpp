// Sparse matrices as text, JSON and what a person reads.
//
//   text   {row:{column:value,...},...}/rowsxcolumns, such as {1:{2:0.5,7:1},3:{1:2}}/3x8
//   JSON   {"rows": 3, "columns": 8, "i": [1, 1, 3], "j": [2, 7, 1], "value": [0.5, 1, 2]}
//
// White space is skipped, rows and entries come in any order, values are what float8 accepts.
#pragma once

#include <string>
#include <string_view>

#include "matrix/sparse_matrix.hpp"

namespace quern {

SparseMatrix parse_sparse_matrix(std::string_view text);
std::string print_sparse_matrix(const CsrView& a);
SparseMatrix parse_sparse_matrix_json(std::string_view text);
std::string print_sparse_matrix_json(const CsrView& a);

// The shape, the number of entries and the first `most` of them, one a line, with six digits.
std::string show(const CsrView& a, std::int64_t most);

}  // namespace quern
