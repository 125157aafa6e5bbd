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

struct Backend {
  const char* name;
  void (*gemm)(const Gemm&);
  void (*gemv)(const Gemv&);
  void (*gram)(const Gram&);
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
// Threads of OpenBLAS in this process.
void set_blas_threads(int threads);

// Those in use, the one to ask first in front; null where one is not there.
std::array<const Backend*, 3> backends();

// The entry of the first that has it; null if none has.
template <class Function>
Function answering(Function Backend::*entry) {
  for (const Backend* const backend : backends())
    if (backend && backend->*entry) return backend->*entry;
  return nullptr;
}

// By the backend in use, or by Eigen where the work is too small to open a library for; cut into pieces of some
// milliseconds with a checkpoint() between them.
void gemm(const Gemm& work);
void gemv(const Gemv& work);
void gram(const Gram& work);

}  // namespace quern::linalg
