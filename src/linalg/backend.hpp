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
