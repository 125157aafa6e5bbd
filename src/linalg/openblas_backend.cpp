// OpenBLAS, opened when it is first needed, in one thread.
#include <dlfcn.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "base/text.hpp"
#include "linalg/backend.hpp"
#include "linalg/decomposition_entries.hpp"

namespace quern::linalg {

namespace {

// CBLAS, row-major.
constexpr int row_major = 101, plain = 111, transposed = 112, upper = 121;

struct Library {
  void (*dgemm)(int, int, int, int, int, int, double, const double*, int, const double*, int, double, double*, int);
  void (*dgemv)(int, int, int, int, double, const double*, int, const double*, int, double, double*, int);
  void (*dsyrk)(int, int, int, int, int, double, const double*, int, double, double*, int);
  void (*set_num_threads)(int);
  char* (*get_config)();
  char* (*get_corename)();
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

constinit int threads_wanted = 1;
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

// Threads of the library are born in here: signals are for the thread that we run in.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

void open(Opened& state) {
  const SignalsBlocked blocked;
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
  if (!state.here) {
    state.why = "the OpenBLAS found lacks a function that is needed";
    return;
  }
  find(handle, "openblas_get_config", library.get_config);
  find(handle, "openblas_get_corename", library.get_corename);
  lapack::find(handle, backend);
  library.set_num_threads(threads_wanted);
}

}  // namespace

const Backend* openblas_backend() {
  Opened& state = opened();
  if (!state.done) open(state);
  return state.here ? &backend : nullptr;
}

const std::string& why_no_openblas() { return opened().why; }

void set_blas_threads(int threads) {
  threads_wanted = std::max(1, threads);
  if (!opened().here) return;
  const SignalsBlocked blocked;
  library.set_num_threads(threads_wanted);
}

std::string openblas_description() {
  if (!openblas_backend()) return {};
  std::string text = library.get_config ? library.get_config() : "OpenBLAS";
  while (!text.empty() && text.back() == ' ') text.pop_back();
  if (library.get_corename) text += concat(", kernels for ", library.get_corename());
  text += concat(", ", threads_wanted, threads_wanted == 1 ? " thread" : " threads");
  if (!backend.svd) text += ", without LAPACK";
  return text;
}

}  // namespace quern::linalg
