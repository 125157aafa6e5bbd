// OpenBLAS, opened when it is first needed, in one thread.
#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "base/text.hpp"
#include "linalg/backend.hpp"

namespace quern::linalg {

namespace {

// CBLAS, row-major.
constexpr int row_major = 101, plain = 111, transposed = 112, upper = 121;

struct Library {
  void (*dgemm)(int, int, int, int, int, int, double, const double*, int, const double*, int, double, double*, int);
  void (*dgemv)(int, int, int, int, double, const double*, int, const double*, int, double, double*, int);
  void (*dsyrk)(int, int, int, int, int, double, const double*, int, double, double*, int);
  void (*set_num_threads)(int);
};

constinit Library library{};

int as_int(std::size_t n) { return static_cast<int>(n); }
int operation(bool transpose) { return transpose ? transposed : plain; }

void blas_gemm(const Gemm& w) {
  library.dgemm(row_major, operation(w.transpose_a), operation(w.transpose_b), as_int(w.m), as_int(w.n), as_int(w.k),
                w.alpha, w.a, as_int(w.lda), w.b, as_int(w.ldb), w.beta, w.c, as_int(w.ldc));
}

void blas_gemv(const Gemv& w) {
  library.dgemv(row_major, operation(w.transpose), as_int(w.rows), as_int(w.columns), w.alpha, w.a, as_int(w.lda), w.x,
                1, w.beta, w.y, 1);
}

void blas_gram(const Gram& w) {
  library.dsyrk(row_major, upper, transposed, as_int(w.n), as_int(w.k), w.alpha, w.a, as_int(w.lda), w.beta, w.c,
                as_int(w.ldc));
}

constinit Backend backend{"OpenBLAS", blas_gemm, blas_gemv, blas_gram};

struct Opened {
  bool done = false, here = false;
  std::string why;
};

// Never destroyed: the module registers no destructors.
Opened& opened() {
  static Opened* const state = new Opened;
  return *state;
}

template <class Function>
bool find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(handle, name));
  return function != nullptr;
}

// Debian's OpenBLAS 0.3.21 does not know AMD's processors with AVX-512 and takes them for ones without.
void choose_core_type() {
  __builtin_cpu_init();
  if (__builtin_cpu_is("amd") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    setenv("OPENBLAS_CORETYPE", "SkylakeX", 0);
}

void open(Opened& state) {
  state.done = true;
  choose_core_type();
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  void* handle = nullptr;
  for (const char* name : {"libopenblas.so.0", "libopenblas.so"})
    if (!handle) handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    state.why = "libopenblas.so.0 cannot be opened";
    return;
  }
  state.here = find(handle, "cblas_dgemm", library.dgemm) && find(handle, "cblas_dgemv", library.dgemv) &&
               find(handle, "cblas_dsyrk", library.dsyrk) &&
               find(handle, "openblas_set_num_threads", library.set_num_threads);
  if (state.here)
    library.set_num_threads(1);
  else
    state.why = "the OpenBLAS found lacks a function that is needed";
}

}  // namespace

const Backend* openblas_backend() {
  Opened& state = opened();
  if (!state.done) open(state);
  return state.here ? &backend : nullptr;
}

const std::string& why_no_openblas() { return opened().why; }

void set_blas_threads(int threads) {
  if (openblas_backend()) library.set_num_threads(std::max(1, threads));
}

}  // namespace quern::linalg
