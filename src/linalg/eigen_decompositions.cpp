// Eigen's factorisations, for those who have no OpenBLAS and for small matrices. Singular values by divide and conquer
// of the bidiagonal form, from 16 columns on, by Jacobi's method below.
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <Eigen/SVD>

#include "linalg/decomposition_entries.hpp"

namespace quern::linalg::by_eigen {

namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Stride = Eigen::OuterStride<>;
using ConstMap = Eigen::Map<const Rows, 0, Stride>;
using Map = Eigen::Map<Rows, 0, Stride>;

Eigen::Index index(std::size_t n) { return static_cast<Eigen::Index>(n); }

Map map(const Panel& a) { return {a.a, index(a.rows), index(a.columns), Stride(index(a.lda))}; }
Map packed(double* a, std::size_t rows, std::size_t columns) { return map({rows, columns, a, columns}); }

template <unsigned mode>
void solve(const ConstMap& t, const TriangularSolve& w) {
  constexpr unsigned mirrored = (mode & Eigen::UnitDiag) | (mode & Eigen::Upper ? Eigen::Lower : Eigen::Upper);
  Map b = map({w.rows, w.columns, w.b, w.ldb});
  const auto turned = t.transpose();
  if (w.right && w.transpose)
    turned.template triangularView<mirrored>().template solveInPlace<Eigen::OnTheRight>(b);
  else if (w.right)
    t.triangularView<mode>().template solveInPlace<Eigen::OnTheRight>(b);
  else if (w.transpose)
    turned.template triangularView<mirrored>().solveInPlace(b);
  else
    t.triangularView<mode>().solveInPlace(b);
}

}  // namespace

void solve_triangular(const TriangularSolve& w) {
  const std::size_t n = w.right ? w.columns : w.rows;
  const ConstMap t(w.t, index(n), index(n), Stride(index(w.ldt)));
  if (w.upper)
    w.unit_diagonal ? solve<Eigen::UnitUpper>(t, w) : solve<Eigen::Upper>(t, w);
  else
    w.unit_diagonal ? solve<Eigen::UnitLower>(t, w) : solve<Eigen::Lower>(t, w);
}

std::size_t cholesky(const Panel& a) {
  Map matrix = map(a);
  const Eigen::Index failed = Eigen::internal::llt_inplace<double, Eigen::Lower>::blocked(matrix);
  return failed < 0 ? a.rows : static_cast<std::size_t>(failed);
}

void lu(const Panel& a, std::size_t* pivots) {
  Map matrix = map(a);
  Eigen::Matrix<Eigen::Index, Eigen::Dynamic, 1> exchanged(std::min(matrix.rows(), matrix.cols()));
  Eigen::Index exchanges;
  Eigen::internal::partial_lu_impl<double, Eigen::RowMajor, Eigen::Index>::blocked_lu(
      matrix.rows(), matrix.cols(), matrix.data(), matrix.outerStride(), exchanged.data(), exchanges);
  std::copy(exchanged.begin(), exchanged.end(), pivots);
}

void qr(const Panel& a, double* tau) {
  Map matrix = map(a);
  Eigen::Map<Eigen::VectorXd> factors(tau, index(a.columns));
  Eigen::internal::householder_qr_inplace_blocked<Map, Eigen::Map<Eigen::VectorXd>>::run(matrix, factors);
}

bool svd(const Svd& w) {
  const Map a = packed(w.a, w.rows, w.columns);
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(a, w.u ? Eigen::ComputeThinU | Eigen::ComputeThinV : 0);
  if (svd.info() != Eigen::Success) return false;
  Eigen::Map<Eigen::VectorXd>(w.s, index(w.columns)) = svd.singularValues();
  if (w.u) {
    packed(w.u, w.rows, w.columns) = svd.matrixU();
    packed(w.vt, w.columns, w.columns) = svd.matrixV().transpose();
  }
  return true;
}

bool symmetric_eigen(const SymmetricEigen& w) {
  Map a = packed(w.a, w.n, w.n);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
      a, w.vectors ? Eigen::ComputeEigenvectors : Eigen::EigenvaluesOnly);
  if (solver.info() != Eigen::Success) return false;
  Eigen::Map<Eigen::VectorXd>(w.values, index(w.n)) = solver.eigenvalues();
  if (w.vectors) a = solver.eigenvectors().transpose();
  return true;
}

bool general_eigen(const GeneralEigen& w) {
  const Eigen::EigenSolver<Eigen::MatrixXd> solver(packed(w.a, w.n, w.n), w.vectors != nullptr);
  if (solver.info() != Eigen::Success) return false;
  Eigen::MatrixXcd vectors;
  if (w.vectors) vectors = solver.eigenvectors();
  for (std::size_t i = 0; i < w.n; ++i) {
    w.real[i] = solver.eigenvalues()[index(i)].real();
    w.imaginary[i] = solver.eigenvalues()[index(i)].imag();
    if (!w.vectors) continue;
    Eigen::Map<Eigen::VectorXd> row(w.vectors + i * w.n, index(w.n));
    if (w.imaginary[i] < 0)  // Eigen too has the positive one first
      row = vectors.col(index(i - 1)).imag();
    else
      row = vectors.col(index(i)).real();
  }
  return true;
}

}  // namespace quern::linalg::by_eigen
