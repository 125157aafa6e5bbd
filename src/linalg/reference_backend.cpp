// Every operation by its definition: what the other backends are tested against, and what is left where there is none.
#include "linalg/backend.hpp"
#include "linalg/decomposition_entries.hpp"

namespace quern::linalg {

namespace {

double scaled(double beta, double c) { return beta == 0 ? 0 : beta * c; }

void naive_gemm(const Gemm& w) {
  for (std::size_t i = 0; i < w.m; ++i)
    for (std::size_t j = 0; j < w.n; ++j) {
      double sum = 0;
      for (std::size_t l = 0; l < w.k; ++l)
        sum += (w.transpose_a ? w.a[l * w.lda + i] : w.a[i * w.lda + l]) *
               (w.transpose_b ? w.b[j * w.ldb + l] : w.b[l * w.ldb + j]);
      double& c = w.c[i * w.ldc + j];
      c = w.alpha * sum + scaled(w.beta, c);
    }
}

void naive_gemv(const Gemv& w) {
  const std::size_t rows = w.transpose ? w.columns : w.rows, columns = w.transpose ? w.rows : w.columns;
  for (std::size_t i = 0; i < rows; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < columns; ++j) sum += (w.transpose ? w.a[j * w.lda + i] : w.a[i * w.lda + j]) * w.x[j];
    w.y[i] = w.alpha * sum + scaled(w.beta, w.y[i]);
  }
}

void naive_gram(const Gram& w) {
  for (std::size_t i = 0; i < w.n; ++i)
    for (std::size_t j = i; j < w.n; ++j) {
      double sum = 0;
      for (std::size_t l = 0; l < w.k; ++l) sum += w.a[l * w.lda + i] * w.a[l * w.lda + j];
      double& c = w.c[i * w.ldc + j];
      c = w.alpha * sum + scaled(w.beta, c);
    }
}

}  // namespace

const Backend& reference_backend() {
  static constexpr Backend backend{
      .name = "reference",
      .gemm = naive_gemm,
      .gemv = naive_gemv,
      .gram = naive_gram,
      .solve_triangular = reference::solve_triangular,
      .cholesky = reference::cholesky,
      .lu = reference::lu,
      .qr = reference::qr,
      .svd = reference::svd,
      .symmetric_eigen = reference::symmetric_eigen,
  };
  return backend;
}

}  // namespace quern::linalg
