// Arithmetic element by element. A side of length 1 is repeated to meet the other matrix: a number (1 x 1), a row (1 x
// n) or a column (m x 1) goes with every element, row or column, as in NumPy.
//
// As with float8, a result of finite numbers that is not finite is an error (out_of_range), and so is division by zero.
#pragma once

#include "matrix/matrix.hpp"

namespace quern {

Matrix add(const MatrixView& a, const MatrixView& b);
Matrix subtract(const MatrixView& a, const MatrixView& b);
Matrix multiply(const MatrixView& a, const MatrixView& b);
Matrix divide(const MatrixView& a, const MatrixView& b);
Matrix negate(const MatrixView& a);

// Same shape and elements; NaN equals NaN and -0 equals 0, as for float8.
bool equal(const MatrixView& a, const MatrixView& b);
// The same for equal matrices.
std::uint64_t hash(const MatrixView& a, std::uint64_t seed = 0);

}  // namespace quern
