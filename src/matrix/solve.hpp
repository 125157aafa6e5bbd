// Linear equations and the factorisations that go with them, by the seam of linalg/decompositions.hpp. Matrices with a
// NaN or an infinity are refused.
//
// A matrix is singular to working precision where a pivot of the LU factorisation with partial pivoting is nothing but
// the rounding of the terms that it is left of: |u_kk| <= k eps (|L| |U|)_kk (Higham, Accuracy and Stability of
// Numerical Algorithms, 9.3, bounds that rounding). The rule does not depend on the scale of rows or columns. Above it
// there is an answer, however ill-conditioned: cond() tells how many digits of it to believe.
#pragma once

#include <array>
#include <optional>

#include "matrix/matrix.hpp"

namespace quern {

// NaN and infinities are an error.
void require_finite(std::string_view function, const MatrixView& a);

// Errors that name the pivot if A is singular.
Matrix inverse(const MatrixView& a);
Matrix solve(const MatrixView& a, const MatrixView& b);
// The product of the pivots, kept in range up to the last multiplication; 1 for 0 x 0.
double determinant(const MatrixView& a);

// The x of least |x|_2 among those of least |A x - b|_2, for any shape and rank. By Householder QR of A or of A' where
// that has full rank with room to spare, else by the singular values of the triangle.
Matrix least_squares(const MatrixView& a, const MatrixView& b);

struct LuParts {
  static constexpr std::array columns{"l", "u", "p"};
  Matrix l, u, p;  // A = P L U: m x k with ones on the diagonal, k x n, m x m; k = min(m, n)
};
LuParts lu_parts(const MatrixView& a);

struct QrParts {
  static constexpr std::array columns{"q", "r"};
  Matrix q, r;  // A = Q R: m x k with orthonormal columns, k x n upper; k = min(m, n)
};
QrParts qr_parts(const MatrixView& a);

// The lower L of A = L L'. A must be symmetric up to 1e-8 of its largest element; the lower triangle counts.
Matrix cholesky_factor(const MatrixView& a);

}  // namespace quern
