// The operations of the linear-algebra seam. Matrices are row-major; ld is the distance between rows.
#pragma once

#include <cstddef>

namespace quern::linalg {

// C (m x n) = alpha op(A) op(B) + beta C, where op(A) is m x k and op(B) is k x n; where beta is 0, C is not read.
struct Gemm {
  bool transpose_a = false, transpose_b = false;
  std::size_t m = 0, n = 0, k = 0;
  double alpha = 1;
  const double* a = nullptr;
  std::size_t lda = 0;
  const double* b = nullptr;
  std::size_t ldb = 0;
  double beta = 0;
  double* c = nullptr;
  std::size_t ldc = 0;
};

// y = alpha op(A) x + beta y, where A is rows x columns.
struct Gemv {
  bool transpose = false;
  std::size_t rows = 0, columns = 0;
  double alpha = 1;
  const double* a = nullptr;
  std::size_t lda = 0;
  const double* x = nullptr;
  double beta = 0;
  double* y = nullptr;
};

// The upper triangle of C (n x n) = alpha A'A + beta C, where A is k x n.
struct Gram {
  std::size_t n = 0, k = 0;
  double alpha = 1;
  const double* a = nullptr;
  std::size_t lda = 0;
  double beta = 0;
  double* c = nullptr;
  std::size_t ldc = 0;
};

}  // namespace quern::linalg
