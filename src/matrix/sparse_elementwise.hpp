// Arithmetic of sparse matrices element by element. What is not stored stays 0 in a product, a quotient and under a
// function. A dense number (1 x 1), row (1 x n) or column (m x 1) goes with every element, row or column.
#pragma once

#include <string_view>

#include "matrix/sparse_matrix.hpp"

namespace quern {

SparseMatrix add(const CsrView& a, const CsrView& b);
SparseMatrix subtract(const CsrView& a, const CsrView& b);
SparseMatrix multiply(const CsrView& a, const CsrView& b);
SparseMatrix multiply(const CsrView& a, const MatrixView& b);
// Of the stored entries: one of them over 0 is an error (out_of_range).
SparseMatrix divide(const CsrView& a, const MatrixView& b);
SparseMatrix negate(const CsrView& a);

// Dense results.
Matrix add(const CsrView& a, const MatrixView& b);
Matrix subtract(const CsrView& a, const MatrixView& b);
Matrix subtract(const MatrixView& a, const CsrView& b);

// A function by name that keeps 0: abs, sqrt, sin, ... Another one is an error that lists them.
SparseMatrix apply(const CsrView& a, std::string_view function);

}  // namespace quern
