// cblas_dgemm and nothing else, in the process that computes `@`: what bench/product measures that against. It computes
// with the OpenBLAS that Quern has opened. Not part of the extension.
#include <dlfcn.h>

#include <ctime>

#include "pg/entry.hpp"
#include "pg/matrix.hpp"

extern "C" {
PG_MODULE_MAGIC;
}

namespace quern::pg {

namespace {

using Dgemm = void(int, int, int, int, int, int, double, const double*, int, const double*, int, double, double*, int);

double processor_ms() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// Milliseconds of processor time that this process has taken.
Datum process_ms(FunctionCallInfo) { PG_RETURN_FLOAT8(processor_ms()); }

// The milliseconds that the product of two square matrices takes, into memory that was written before.
Datum bare_dgemm(FunctionCallInfo fcinfo) {
  Reader<MatrixView> first, second;
  const MatrixView a = first(fcinfo, 0), b = second(fcinfo, 1);
  void* const library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_NOLOAD);
  auto* const dgemm = library ? reinterpret_cast<Dgemm*>(dlsym(library, "cblas_dgemm")) : nullptr;
  if (!dgemm) elog(ERROR, "bare_dgemm: OpenBLAS is not open in this session");
  const auto n = static_cast<int>(a.rows());
  auto* const c = static_cast<double*>(
      MemoryContextAllocExtended(CurrentMemoryContext, a.size() * sizeof(double), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
  const double start = processor_ms();
  dgemm(101, 111, 111, n, n, n, 1.0, a.data(), n, b.data(), n, 0.0, c, n);
  const double taken = processor_ms() - start;
  pfree(c);
  PG_RETURN_FLOAT8(taken);
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(bare_dgemm, quern::pg::bare_dgemm)
QUERN_EXPORT(process_ms, quern::pg::process_ms)
