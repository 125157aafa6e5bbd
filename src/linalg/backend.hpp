// The linear-algebra seam: one table of functions per backend (reference, Eigen, OpenBLAS), each tested against the
// reference. An entry that a backend lacks is null and answered by the next one, the reference last.
//
// Matrices are row-major; ld is the distance between rows.
//
// OpenBLAS is opened by the process that first needs it, never linked: it starts threads when it is loaded unless told
// not to, and takes new processors for old ones unless told which. It works in one thread, because the parallelism is
// that of the server's workers; set_blas_threads() is for a process that works alone.
#pragma once

#include <array>
#include <cstddef>
#include <string>

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

// B = op(T)^-1 B, or B op(T)^-1 where T stands at the right, in place. T is triangular, its other half is not read; B is
// rows x columns. A zero on the diagonal divides.
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

// A = U diag(s) V', rows >= columns >= 1, both packed; A is destroyed. s is in descending order, u is rows x columns, vt
// is V', columns x columns. Where u is null, only s is asked for.
struct Svd {
  std::size_t rows = 0, columns = 0;
  double* a = nullptr;
  double *s = nullptr, *u = nullptr, *vt = nullptr;
};

// A = V diag(values) V' of a symmetric packed A, n >= 1, of which the lower triangle counts. Values in ascending order; a
// becomes V', eigenvectors in its rows, or is destroyed where they are not asked for.
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

struct Backend {
  const char* name;
  void (*gemm)(const Gemm&);
  void (*gemv)(const Gemv&);
  void (*gram)(const Gram&);

  void (*solve_triangular)(const TriangularSolve&) = nullptr;
  // A = L L', of the lower triangle and in place. The number of the first pivot that is not above 0, n if there is none.
  std::size_t (*cholesky)(const Panel&) = nullptr;
  // P A = L U by partial pivoting: row k was exchanged with row pivots[k], and so on in this order.
  void (*lu)(const Panel&, std::size_t* pivots) = nullptr;
  // A = Q R, rows >= columns: R above and on the diagonal, below it the reflectors I - tau v v', whose v starts with 1.
  void (*qr)(const Panel&, double* tau) = nullptr;
  // False where the iteration does not converge.
  bool (*svd)(const Svd&) = nullptr;
  bool (*symmetric_eigen)(const SymmetricEigen&) = nullptr;
  bool (*general_eigen)(const GeneralEigen&) = nullptr;
};

const Backend& reference_backend();
const Backend& eigen_backend();
// Null if the library is not there or not what it should be: why_no_openblas() tells. Opens it at the first call.
const Backend* openblas_backend();
const std::string& why_no_openblas();

enum class Choice { best, reference, eigen, openblas };

// Which backend answers from now on. `best` is OpenBLAS where it is, else Eigen; what is chosen and not there is passed
// over.
void choose_backend(Choice choice);
const char* backend_in_use();
// Threads of OpenBLAS in this process, from when it is opened on.
void set_blas_threads(int threads);
// Such as "OpenBLAS 0.3.21 DYNAMIC_ARCH, SkylakeX kernels, 1 thread"; empty if it is not there.
std::string openblas_description();

// Those in use, the one to ask first in front; null where one is not there.
std::array<const Backend*, 3> backends();

// Is the library not worth opening for so many multiplications?
bool is_small(double work);

// The entry of the first that has it; null if none has.
template <class Function>
Function answering(Function Backend::*entry) {
  for (const Backend* const backend : backends())
    if (backend && backend->*entry) return backend->*entry;
  return nullptr;
}

// The same for an operation of that many multiplications: a library is opened for those who need it only.
template <class Function>
Function answering(Function Backend::*entry, double work) {
  if (is_small(work))
    for (const Backend* const backend : {&eigen_backend(), &reference_backend()})
      if (backend->*entry) return backend->*entry;
  return answering(entry);
}

// By the backend in use, or by Eigen where the work is too small to open a library for; cut into pieces of some
// milliseconds with a checkpoint() between them.
void gemm(const Gemm& work);
void gemv(const Gemv& work);
void gram(const Gram& work);

}  // namespace quern::linalg
