// The device library for CUDA: gemm, gemv and gram by cuBLAS, element-wise operations by a kernel of its own.
//
// The CUDA runtime is linked statically; cuBLAS (600 MB with what it needs) is opened when the first product is asked for.
// Works on the first device. Device memory is kept between calls, in pieces that only grow, until release(). Matrices come
// and go in pieces of 64 MB, so that a cancelled query stops within some milliseconds.
#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "gpu/device_table.hpp"

namespace {

using quern::gpu::DeviceInfo;
using quern::gpu::DeviceTable;
using quern::gpu::Elementwise;
using quern::gpu::Failure;
using quern::linalg::Gemm;
using quern::linalg::Gemv;
using quern::linalg::Gram;

extern DeviceTable table;

int fail(Failure* failure, const char* where, const char* what) {
  std::snprintf(failure->why, sizeof failure->why, "%s: %s", where, what);
  return 1;
}

int check(cudaError_t error, const char* where, Failure* failure) {
  if (error == cudaSuccess) return 0;
  (void)cudaGetLastError();  // what is not fatal is forgotten
  return fail(failure, where, cudaGetErrorString(error));
}

bool interrupted(Failure* failure) {
  if (!table.interrupted || !table.interrupted()) return false;
  std::snprintf(failure->why, sizeof failure->why, "interrupted");
  failure->interrupted = true;
  return true;
}

// --- memory -----------------------------------------------------------------------------------------------------------

struct Buffer {
  double* data = nullptr;
  std::size_t bytes = 0;

  int reserve(std::size_t needed, Failure* failure) {
    if (needed <= bytes) return 0;
    free();
    if (check(cudaMalloc(&data, needed), "device memory", failure)) {
      data = nullptr;
      return 1;
    }
    bytes = needed;
    return 0;
  }
  void free() {
    if (data) cudaFree(data);
    data = nullptr;
    bytes = 0;
  }
};

Buffer buffers[3];

constexpr std::size_t piece_bytes = std::size_t{64} << 20;

// `rows` rows of `columns` numbers, `ld` apart on the host, packed on the device; in pieces.
template <cudaMemcpyKind kind>
int copy(double* device, double* host, std::size_t rows, std::size_t columns, std::size_t ld, Failure* failure) {
  const std::size_t width = columns * sizeof(double);
  if (rows == 0 || width == 0) return 0;
  const std::size_t most = std::max<std::size_t>(1, piece_bytes / width);
  for (std::size_t i = 0; i < rows; i += most) {
    if (interrupted(failure)) return 1;
    const std::size_t part = std::min(most, rows - i);
    const cudaError_t error =
        kind == cudaMemcpyHostToDevice
            ? cudaMemcpy2D(device + i * columns, width, host + i * ld, ld * sizeof(double), width, part, kind)
            : cudaMemcpy2D(host + i * ld, ld * sizeof(double), device + i * columns, width, width, part, kind);
    if (check(error, "copy", failure)) return 1;
  }
  return 0;
}

int upload(Buffer& to, const double* from, std::size_t rows, std::size_t columns, std::size_t ld, Failure* failure) {
  if (to.reserve(rows * columns * sizeof(double), failure)) return 1;
  return copy<cudaMemcpyHostToDevice>(to.data, const_cast<double*>(from), rows, columns, ld, failure);
}

int download(const Buffer& from, double* to, std::size_t rows, std::size_t columns, std::size_t ld, Failure* failure) {
  return copy<cudaMemcpyDeviceToHost>(from.data, to, rows, columns, ld, failure);
}

// --- cuBLAS -----------------------------------------------------------------------------------------------------------

struct Blas {
  cublasHandle_t handle = nullptr;
  decltype(&cublasCreate_v2) create = nullptr;
  decltype(&cublasDestroy_v2) destroy = nullptr;
  decltype(&cublasDgemm_v2) dgemm = nullptr;
  decltype(&cublasDgemv_v2) dgemv = nullptr;
  decltype(&cublasDsyrk_v2) dsyrk = nullptr;
  decltype(&cublasGetStatusString) status_string = nullptr;
} blas;

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

int open_blas(Failure* failure) {
  if (blas.handle) return 0;
  char versioned[64];
  std::snprintf(versioned, sizeof versioned, "libcublas.so.%d", CUBLAS_VER_MAJOR);
  void* library = nullptr;
  for (const char* name : {static_cast<const char*>(versioned), "/usr/local/cuda/lib64/libcublas.so"})
    if (!library) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) return fail(failure, "cuBLAS", "libcublas cannot be opened");
  if (!find(library, "cublasCreate_v2", blas.create) || !find(library, "cublasDestroy_v2", blas.destroy) ||
      !find(library, "cublasDgemm_v2", blas.dgemm) || !find(library, "cublasDgemv_v2", blas.dgemv) ||
      !find(library, "cublasDsyrk_v2", blas.dsyrk) || !find(library, "cublasGetStatusString", blas.status_string))
    return fail(failure, "cuBLAS", "the library lacks a function that is needed");
  if (const cublasStatus_t status = blas.create(&blas.handle); status != CUBLAS_STATUS_SUCCESS) {
    blas.handle = nullptr;
    return fail(failure, "cuBLAS", blas.status_string(status));
  }
  return 0;
}

int check(cublasStatus_t status, const char* where, Failure* failure) {
  return status == CUBLAS_STATUS_SUCCESS ? 0 : fail(failure, where, blas.status_string(status));
}

int finish(const char* where, Failure* failure) { return check(cudaDeviceSynchronize(), where, failure); }

cublasOperation_t operation(bool transpose) { return transpose ? CUBLAS_OP_T : CUBLAS_OP_N; }

int as_int(std::size_t n) { return static_cast<int>(n); }

// cuBLAS is column-major: a row-major matrix is its transpose there, and C' = op(B)' op(A)'.
int gemm(const Gemm* w, Failure* failure) {
  const std::size_t a_rows = w->transpose_a ? w->k : w->m, a_columns = w->transpose_a ? w->m : w->k;
  const std::size_t b_rows = w->transpose_b ? w->n : w->k, b_columns = w->transpose_b ? w->k : w->n;
  if (open_blas(failure) || upload(buffers[0], w->a, a_rows, a_columns, w->lda, failure) ||
      upload(buffers[1], w->b, b_rows, b_columns, w->ldb, failure) ||
      (w->beta == 0 ? buffers[2].reserve(w->m * w->n * sizeof(double), failure)
                    : upload(buffers[2], w->c, w->m, w->n, w->ldc, failure)))
    return 1;
  return check(blas.dgemm(blas.handle, operation(w->transpose_b), operation(w->transpose_a), as_int(w->n),
                          as_int(w->m), as_int(w->k), &w->alpha, buffers[1].data, as_int(b_columns), buffers[0].data,
                          as_int(a_columns), &w->beta, buffers[2].data, as_int(w->n)),
               "gemm", failure) ||
         finish("gemm", failure) || download(buffers[2], w->c, w->m, w->n, w->ldc, failure);
}

int gemv(const Gemv* w, Failure* failure) {
  const std::size_t from = w->transpose ? w->rows : w->columns, to = w->transpose ? w->columns : w->rows;
  if (open_blas(failure) || upload(buffers[0], w->a, w->rows, w->columns, w->lda, failure) ||
      upload(buffers[1], w->x, 1, from, from, failure) ||
      (w->beta == 0 ? buffers[2].reserve(to * sizeof(double), failure) : upload(buffers[2], w->y, 1, to, to, failure)))
    return 1;
  return check(blas.dgemv(blas.handle, operation(!w->transpose), as_int(w->columns), as_int(w->rows), &w->alpha,
                          buffers[0].data, as_int(w->columns), buffers[1].data, 1, &w->beta, buffers[2].data, 1),
               "gemv", failure) ||
         finish("gemv", failure) || download(buffers[2], w->y, 1, to, to, failure);
}

// The upper triangle of a row-major matrix is the lower one there. What is below comes back as it went.
int gram(const Gram* w, Failure* failure) {
  if (open_blas(failure) || upload(buffers[0], w->a, w->k, w->n, w->lda, failure) ||
      upload(buffers[2], w->c, w->n, w->n, w->ldc, failure))
    return 1;
  return check(blas.dsyrk(blas.handle, CUBLAS_FILL_MODE_LOWER, CUBLAS_OP_N, as_int(w->n), as_int(w->k), &w->alpha,
                          buffers[0].data, as_int(w->n), &w->beta, buffers[2].data, as_int(w->n)),
               "gram", failure) ||
         finish("gram", failure) || download(buffers[2], w->c, w->n, w->n, w->ldc, failure);
}

// --- element by element -----------------------------------------------------------------------------------------------

__device__ double applied(Elementwise op, double a, double b) {
  switch (op) {
    case Elementwise::add:
      return a + b;
    case Elementwise::subtract:
      return a - b;
    case Elementwise::multiply:
      return a * b;
    case Elementwise::divide:
      return a / b;
    case Elementwise::exp:
      return exp(a);
    case Elementwise::log:
      return log(a);
    case Elementwise::tanh:
      return tanh(a);
    case Elementwise::sigmoid:
      return 1 / (1 + exp(-a));
  }
  return 0;
}

__global__ void apply(Elementwise op, std::size_t n, const double* a, const double* b, double* c) {
  const std::size_t step = std::size_t{gridDim.x} * blockDim.x;
  for (std::size_t i = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x; i < n; i += step)
    c[i] = applied(op, a[i], b ? b[i] : 0);
}

int elementwise(Elementwise op, std::size_t n, const double* a, const double* b, double* c, Failure* failure) {
  constexpr unsigned threads = 256, most_blocks = 4096;
  const bool two = op <= Elementwise::divide;
  if (two != (b != nullptr)) return fail(failure, "elementwise", "wrong number of operands");
  constexpr std::size_t piece = piece_bytes / sizeof(double);
  for (std::size_t i = 0; i < n; i += piece) {
    const std::size_t part = std::min(piece, n - i);
    if (upload(buffers[0], a + i, 1, part, part, failure) || (two && upload(buffers[1], b + i, 1, part, part, failure)) ||
        buffers[2].reserve(part * sizeof(double), failure))
      return 1;
    const auto blocks = static_cast<unsigned>(std::min<std::size_t>(most_blocks, (part + threads - 1) / threads));
    apply<<<blocks, threads>>>(op, part, buffers[0].data, two ? buffers[1].data : nullptr, buffers[2].data);
    if (check(cudaGetLastError(), "elementwise", failure) || download(buffers[2], c + i, 1, part, part, failure))
      return 1;
  }
  return 0;
}

// --- the table --------------------------------------------------------------------------------------------------------

int count(Failure* failure) {
  int devices = 0;
  return check(cudaGetDeviceCount(&devices), "CUDA", failure) ? -1 : devices;
}

int describe(int device, DeviceInfo* info, Failure* failure) {
  cudaDeviceProp properties;
  std::size_t free = 0, total = 0;
  if (check(cudaGetDeviceProperties(&properties, device), "CUDA", failure) ||
      check(cudaSetDevice(device), "CUDA", failure))
    return 1;
  const int failed = check(cudaMemGetInfo(&free, &total), "CUDA", failure);
  (void)cudaSetDevice(0);
  std::snprintf(info->name, sizeof info->name, "%s", properties.name);
  info->total_bytes = static_cast<std::int64_t>(total);
  info->free_bytes = static_cast<std::int64_t>(free);
  info->major = properties.major;
  info->minor = properties.minor;
  return failed;
}

void release() {
  for (Buffer& buffer : buffers) buffer.free();
  if (blas.handle) blas.destroy(blas.handle);
  blas.handle = nullptr;
}

DeviceTable table{quern::gpu::table_version,
                  sizeof(DeviceTable),
                  count,
                  describe,
                  gemm,
                  gemv,
                  gram,
                  elementwise,
                  release,
                  nullptr};

}  // namespace

extern "C" __attribute__((visibility("default"))) DeviceTable* quern_device_table(std::uint32_t version) {
  return version == quern::gpu::table_version ? &table : nullptr;
}
