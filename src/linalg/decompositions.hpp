// Factorisations of any size, by the backend in use, cut so that the server may interrupt: panels are factored by a
// table entry, and the rest is gemm and triangular solves in pieces, with a checkpoint() between them.
//
// What cannot be cut: the iterations behind singular values and eigenvalues. See svd() in decompositions.cpp.
//
// Golub and Van Loan, Matrix Computations (4th ed.), 3.2.11 and 3.4 (block LU), 4.2.9 (block Cholesky), 5.2.3 (block
// QR); Schreiber and Van Loan, A storage-efficient WY representation, 1989.
#pragma once

#include <cstddef>
#include <span>

#include "base/vec.hpp"
#include "linalg/backend.hpp"

namespace quern::linalg {

void solve_triangular(const TriangularSolve& work);

// The meaning of these is that of the entries of Backend.
std::size_t cholesky(const Panel& a);
void lu(const Panel& a, std::size_t* pivots);
void qr(const Panel& a, double* tau);

// C <- Q C or Q' C, with Q as qr() left it in `factors`, which has as many rows as C.
void apply_q(const Panel& factors, const double* tau, bool transpose, const Panel& c);
// The first columns of Q, as many as `q` has, which are at least those of `factors`.
void form_q(const Panel& factors, const double* tau, const Panel& q);

void svd(const Svd& work);
void symmetric_eigen(const SymmetricEigen& work);
void general_eigen(const GeneralEigen& work);

}  // namespace quern::linalg
