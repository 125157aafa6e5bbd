// The Matrix Market exchange formats (Boisvert, Pozo, Remington, NISTIR 5935, 1996), both ways.
//
// Read: coordinate and array; real, double, integer and pattern (every entry 1); general, symmetric, skew-symmetric.
// What is complex or hermitian is refused. Coordinates that are there twice add up, as in SciPy. Written: coordinate
// real general for sparse matrices, array real general for dense ones, with all digits.
#pragma once

#include <string>
#include <string_view>

#include "matrix/sparse_matrix.hpp"

namespace quern {

SparseMatrix parse_matrix_market(std::string_view text);
// An array is read as it is, coordinates are written out.
Matrix parse_matrix_market_dense(std::string_view text);
std::string print_matrix_market(const CsrView& a);
std::string print_matrix_market(const MatrixView& a);

}  // namespace quern
