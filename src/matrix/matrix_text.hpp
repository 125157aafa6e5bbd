// Dense matrices as text, JSON and what a person reads.
//
//   text   {{1,2},{3,4}}, as float8[]; a matrix without rows that has columns is {}/0x3
//   JSON   [[1,2],[3,4]], or {"rows": 0, "columns": 3} without rows; NaN and infinities are strings
#pragma once

#include <string>
#include <string_view>

#include "matrix/matrix.hpp"

namespace quern {

Matrix parse_matrix(std::string_view text);
std::string print_matrix(const MatrixView& a);
Matrix parse_matrix_json(std::string_view text);
std::string print_matrix_json(const MatrixView& a);

}  // namespace quern
