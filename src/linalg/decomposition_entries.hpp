// The factorisations behind the tables of linalg/backend.hpp.
#pragma once

#include "linalg/operations.hpp"

namespace quern::linalg {

struct Backend;

// By the textbook (Golub and Van Loan, Matrix Computations): what the others are tested against.
namespace reference {
void solve_triangular(const TriangularSolve& work);
std::size_t cholesky(const Panel& a);
void lu(const Panel& a, std::size_t* pivots);
void qr(const Panel& a, double* tau);
bool svd(const Svd& work);
bool symmetric_eigen(const SymmetricEigen& work);
}  // namespace reference

namespace by_eigen {
void solve_triangular(const TriangularSolve& work);
std::size_t cholesky(const Panel& a);
void lu(const Panel& a, std::size_t* pivots);
void qr(const Panel& a, double* tau);
bool svd(const Svd& work);
bool symmetric_eigen(const SymmetricEigen& work);
bool general_eigen(const GeneralEigen& work);
}  // namespace by_eigen

namespace lapack {
// Sets the entries of `backend` to LAPACK's functions in the library; those that it lacks stay null.
void find(void* library, Backend& backend);
}  // namespace lapack

}  // namespace quern::linalg
