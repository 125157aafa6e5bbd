// The linear-algebra seam: one table of functions per backend (reference, Eigen, OpenBLAS), each tested against the
// reference. An entry that a backend lacks is null and answered by the next one, the reference last.
//
// OpenBLAS is opened by the process that first needs it, never linked: it starts threads when it is loaded unless told
// not to, and takes new processors for old ones unless told which. It works in one thread, because the parallelism is
// that of the server's workers; set_blas_threads() is for a process that works alone.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "linalg/operations.hpp"

namespace quern::linalg {

struct Backend {
  const char* name;
  void (*gemm)(const Gemm&);
  void (*gemv)(const Gemv&);
  void (*gram)(const Gram&);

  void (*solve_triangular)(const TriangularSolve&) = nullptr;
  // A = L L', of the lower triangle and in place. The number of the first pivot that is not above 0, n if there is
  // none.
  std::size_t (*cholesky)(const Panel&) = nullptr;
  // P A = L U by partial pivoting, rows >= columns: row k was exchanged with row pivots[k], and so on in this order.
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

// For its lifetime nothing is small, if `work` is not: the small steps of a large operation go to the same library.
class WholeWork {
 public:
  explicit WholeWork(double work);
  ~WholeWork();
  WholeWork(const WholeWork&) = delete;

 private:
  bool before_;
};

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

// What may take an operation before the processor does: false where it declines or fails.
struct Device {
  bool (*gemm)(const Gemm&);
  bool (*gemv)(const Gemv&);
  bool (*gram)(const Gram&);
};
inline constinit const Device* device = nullptr;

// By the device, if it takes the work, or the backend in use, or Eigen where the work is too small to open a library
// for; cut into pieces of some milliseconds with a checkpoint() between them.
void gemm(const Gemm& work);
void gemv(const Gemv& work);
void gram(const Gram& work);

}  // namespace quern::linalg
