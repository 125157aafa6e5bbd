// The first step to singular values and eigenvalues: a dense matrix is brought to two diagonals by Householder
// reflections from both sides, in panels. Half of the work is matrix-vector products, one or two for each column and
// with a checkpoint() between them, the other half is gemm.
//
// Dongarra, Sorensen and Hammarling, Block reduction of matrices to condensed forms for eigenvalue computations, J.
// Comput. Appl. Math. 27, 1989: what LAPACK's dgebrd and dsytrd do.
#pragma once

#include "base/vec.hpp"
#include "linalg/backend.hpp"

namespace quern::linalg {

// A = Q B P', rows >= columns: B is upper bidiagonal. A becomes the reflectors: those of Q in its columns from the
// diagonal down, as qr() leaves them, those of P in its rows from the first element behind the diagonal on.
struct Bidiagonal {
  Vec<double> diagonal, beside, tau_q, tau_p;

  explicit Bidiagonal(const Panel& a);
};

// y = A x of the symmetric A (n x n) whose lower triangle is given.
using SymmetricProduct = void(std::size_t n, const double* a, std::size_t lda, const double* x, double* y);

// A = Q T Q' of the symmetric A whose lower triangle is given: T is tridiagonal. The reflectors of Q are left in the
// columns of A from the first element below the diagonal down; the upper triangle is not touched.
struct Tridiagonal {
  Vec<double> diagonal, beside, tau;

  Tridiagonal(const Panel& a, SymmetricProduct* multiply);
};

}  // namespace quern::linalg
