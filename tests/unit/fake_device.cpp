// A device library without a device, for device_test: what it does is said by the environment variable
// QUERN_FAKE_DEVICE.
//
//   works      computes by the naive definition        old        is of the version before
//   small      its table has another size              none       finds no device
//   driver     counting devices fails                  full       every operation runs out of memory
//   slow       is interrupted in every operation
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "gpu/device_table.hpp"

namespace {

using namespace quern::gpu;
using namespace quern::linalg;

std::string_view behaviour() {
  const char* const value = std::getenv("QUERN_FAKE_DEVICE");
  return value ? value : "works";
}

extern DeviceTable table;

int refused(Failure* failure) {
  if (behaviour() == "full") {
    std::snprintf(failure->why, sizeof failure->why, "device memory: out of memory");
    return 1;
  }
  if (behaviour() == "slow" && table.interrupted && table.interrupted()) {
    failure->interrupted = true;
    return 1;
  }
  return 0;
}

int count(Failure* failure) {
  if (behaviour() == "driver") {
    std::snprintf(failure->why, sizeof failure->why, "CUDA driver version is insufficient");
    return -1;
  }
  return behaviour() == "none" ? 0 : 1;
}

int describe(int, DeviceInfo* info, Failure*) {
  std::snprintf(info->name, sizeof info->name, "Fake");
  info->total_bytes = 1000;
  info->free_bytes = 500;
  return 0;
}

int gemm(const Gemm* w, Failure* failure) {
  if (refused(failure)) return 1;
  for (std::size_t i = 0; i < w->m; ++i)
    for (std::size_t j = 0; j < w->n; ++j) {
      double sum = 0;
      for (std::size_t l = 0; l < w->k; ++l)
        sum += (w->transpose_a ? w->a[l * w->lda + i] : w->a[i * w->lda + l]) *
               (w->transpose_b ? w->b[j * w->ldb + l] : w->b[l * w->ldb + j]);
      double& c = w->c[i * w->ldc + j];
      c = w->alpha * sum + (w->beta == 0 ? 0 : w->beta * c);
    }
  return 0;
}

int gemv(const Gemv*, Failure* failure) {
  std::snprintf(failure->why, sizeof failure->why, "gemv: not made");
  return 1;
}

int gram(const Gram*, Failure* failure) {
  std::snprintf(failure->why, sizeof failure->why, "gram: not made");
  return 1;
}

int elementwise(Elementwise op, std::size_t n, const double* a, const double* b, double* c, Failure* failure) {
  if (refused(failure)) return 1;
  for (std::size_t i = 0; i < n; ++i) c[i] = op == Elementwise::add ? a[i] + b[i] : 0;
  return 0;
}

void release() {}

DeviceTable table{table_version, sizeof(DeviceTable), count, describe, gemm, gemv, gram, elementwise, release, nullptr};

}  // namespace

extern "C" __attribute__((visibility("default"))) DeviceTable* quern_device_table(std::uint32_t) {
  table.version = behaviour() == "old" ? table_version - 1 : table_version;
  table.size = behaviour() == "small" ? 8 : sizeof(DeviceTable);
  return &table;
}
