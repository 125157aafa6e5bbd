// Eigen, compiled into the module: no library to open, baseline instructions.
#include <Eigen/Core>

#include "linalg/backend.hpp"
#include "linalg/decomposition_entries.hpp"

namespace quern::linalg {

namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Stride = Eigen::OuterStride<>;
using ConstMap = Eigen::Map<const Rows, 0, Stride>;
using Map = Eigen::Map<Rows, 0, Stride>;
using ConstVector = Eigen::Map<const Eigen::VectorXd>;
using Vector = Eigen::Map<Eigen::VectorXd>;

Eigen::Index index(std::size_t n) { return static_cast<Eigen::Index>(n); }

ConstMap map(const double* a, std::size_t rows, std::size_t columns, std::size_t ld) {
  return {a, index(rows), index(columns), Stride(index(ld))};
}

void scale(double beta, auto&& c) {
  if (beta == 0)
    c.setZero();
  else if (beta != 1)
    c *= beta;
}

void eigen_gemm(const Gemm& w) {
  Map c(w.c, index(w.m), index(w.n), Stride(index(w.ldc)));
  scale(w.beta, c);
  const ConstMap a = w.transpose_a ? map(w.a, w.k, w.m, w.lda) : map(w.a, w.m, w.k, w.lda);
  const ConstMap b = w.transpose_b ? map(w.b, w.n, w.k, w.ldb) : map(w.b, w.k, w.n, w.ldb);
  if (w.transpose_a && w.transpose_b)
    c.noalias() += w.alpha * a.transpose() * b.transpose();
  else if (w.transpose_a)
    c.noalias() += w.alpha * a.transpose() * b;
  else if (w.transpose_b)
    c.noalias() += w.alpha * a * b.transpose();
  else
    c.noalias() += w.alpha * a * b;
}

void eigen_gemv(const Gemv& w) {
  const ConstMap a = map(w.a, w.rows, w.columns, w.lda);
  const ConstVector x(w.x, index(w.transpose ? w.rows : w.columns));
  Vector y(w.y, index(w.transpose ? w.columns : w.rows));
  scale(w.beta, y);
  if (w.transpose)
    y.noalias() += w.alpha * a.transpose() * x;
  else
    y.noalias() += w.alpha * a * x;
}

void eigen_gram(const Gram& w) {
  Map c(w.c, index(w.n), index(w.n), Stride(index(w.ldc)));
  for (Eigen::Index i = 0; i < c.rows(); ++i) scale(w.beta, c.row(i).tail(c.cols() - i));
  c.selfadjointView<Eigen::Upper>().rankUpdate(map(w.a, w.k, w.n, w.lda).transpose(), w.alpha);
}

}  // namespace

const Backend& eigen_backend() {
  static constexpr Backend backend{
      .name = "Eigen",
      .gemm = eigen_gemm,
      .gemv = eigen_gemv,
      .gram = eigen_gram,
      .solve_triangular = by_eigen::solve_triangular,
      .cholesky = by_eigen::cholesky,
      .lu = by_eigen::lu,
      .qr = by_eigen::qr,
      .svd = by_eigen::svd,
      .symmetric_eigen = by_eigen::symmetric_eigen,
      .general_eigen = by_eigen::general_eigen,
  };
  return backend;
}

}  // namespace quern::linalg
