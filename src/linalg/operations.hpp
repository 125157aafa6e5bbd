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

// B = op(T)^-1 B, or B op(T)^-1 where T stands at the right, in place. T is triangular, its other half is not read; B
// is rows x columns. A zero on the diagonal divides.
struct TriangularSolve {
  bool right = false, upper = false, transpose = false, unit_diagonal = false;
  std::size_t rows = 0, columns = 0;
  const double* t = nullptr;
  std::size_t ldt = 0;
  double* b = nullptr;
  std::size_t ldb = 0;
};

// A matrix to be factored in place.
struct Panel {
  std::size_t rows = 0, columns = 0;
  double* a = nullptr;
  std::size_t lda = 0;

  double* row(std::size_t i) const { return a + i * lda; }
  Panel part(std::size_t i, std::size_t j, std::size_t height, std::size_t width) const {
    return {height, width, a + i * lda + j, lda};
  }
};

// A = U diag(s) V', rows >= columns >= 1, both packed; A is destroyed. s is in descending order, u is rows x columns,
// vt is V', columns x columns. Where u is null, only s is asked for.
struct Svd {
  std::size_t rows = 0, columns = 0;
  double* a = nullptr;
  double *s = nullptr, *u = nullptr, *vt = nullptr;
};

// A = V diag(values) V' of a symmetric packed A, n >= 1, of which the lower triangle counts. Values in ascending order;
// a becomes V', eigenvectors in its rows, or is destroyed where they are not asked for.
struct SymmetricEigen {
  std::size_t n = 0;
  bool vectors = true;
  double* a = nullptr;
  double* values = nullptr;
};

// Eigenvalues of any square packed A, n >= 1, which is destroyed, in no order but that complex ones come in pairs, the
// one with the positive imaginary part first. Eigenvectors of length 1 in the rows of `vectors`: for a pair the real
// part is in the first row and the imaginary part of the first's in the second. Null if they are not asked for.
struct GeneralEigen {
  std::size_t n = 0;
  double* a = nullptr;
  double *real = nullptr, *imaginary = nullptr, *vectors = nullptr;
};

}  // namespace quern::linalg
