// Matrix products with sparse matrices and vectors. What is not stored is left out, so 0 times infinity is 0 there.
#pragma once

#include <span>

#include "matrix/sparse_matrix.hpp"

namespace quern {

// Row by row: Gustavson, ACM Trans. Math. Softw. 4, 1978.
SparseMatrix product(const CsrView& a, const CsrView& b);
Matrix product(const CsrView& a, const MatrixView& b);
Matrix product(const MatrixView& a, const CsrView& b);
// A v as a column and v A as a row.
Matrix product(const CsrView& a, std::span<const double> v);
Matrix product(std::span<const double> v, const CsrView& a);
SparseVector product(const CsrView& a, const SparseFeatures& x);
SparseVector product(const SparseFeatures& x, const CsrView& a);

}  // namespace quern
