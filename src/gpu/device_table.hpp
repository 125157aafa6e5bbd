// What a device library offers: one table of C functions, got by the symbol quern_device_table(version).
//
// Matrices are row-major and lie in the memory of the host, before and after; every function returns when its result is
// there. 0 is success; anything else is a failure that `why` tells, after which C is as it was if beta was not 0, and
// the processor computes. No exception and no longjmp crosses the table.
#pragma once

#include <cstddef>
#include <cstdint>

#include "linalg/operations.hpp"

namespace quern::gpu {

inline constexpr std::uint32_t table_version = 1;

struct DeviceInfo {
  char name[256];
  std::int64_t total_bytes, free_bytes;
  std::int32_t major, minor;  // compute capability
};

struct Failure {
  char why[256];
  bool interrupted;  // stopped because interrupted() said so
};

enum class Elementwise : std::int32_t { add, subtract, multiply, divide, exp, log, tanh, sigmoid };

struct DeviceTable {
  std::uint32_t version, size;  // table_version, sizeof(DeviceTable)

  int (*count)(Failure*);  // devices; below 0 is a failure
  int (*describe)(int device, DeviceInfo*, Failure*);
  int (*gemm)(const linalg::Gemm*, Failure*);
  int (*gemv)(const linalg::Gemv*, Failure*);
  int (*gram)(const linalg::Gram*, Failure*);
  // c[i] = a[i] op b[i], or op(a[i]), for n numbers.
  int (*elementwise)(Elementwise op, std::size_t n, const double* a, const double* b, double* c, Failure*);
  void (*release)();  // gives back the memory that is kept for the next call

  // Set by the host after it got the table; asked between pieces of work. May be null.
  bool (*interrupted)();
};

using TableFunction = DeviceTable*(std::uint32_t version);
inline constexpr const char* table_symbol = "quern_device_table";

}  // namespace quern::gpu
