#include "pg/large_values.hpp"

extern "C" {
#include <access/detoast.h>
}

#include <cstring>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace quern::pg {

namespace {

// By default the C library gives every freed block of a megabyte back to the kernel and takes the next one anew, a page
// fault for each 4 kB: more than it costs to add two matrices. A session that reads large values keeps up to 64 MB of
// freed memory instead.
void keep_freed_memory() {
#ifdef __GLIBC__
  static constinit bool done = false;
  if (done) return;
  done = true;
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}

// What was detoasted last, in memory that goes when its context is reset.
struct Fetched {
  MemoryContext context = nullptr;
  varatt_external from{};
  varlena* value = nullptr;
};
constinit Fetched fetched[4]{};
constinit int next = 0;

void forget(void* context) {
  for (Fetched& f : fetched)
    if (f.context == context) f = {};
}

bool remembers(MemoryContext context) {
  for (const Fetched& f : fetched)
    if (f.context == context) return true;
  return false;
}

}  // namespace

const varlena* large_value(Datum datum) {
  auto* const given = reinterpret_cast<varlena*>(DatumGetPointer(datum));
  if (!VARATT_IS_EXTERNAL_ONDISK(given)) return pg_detoast_datum(given);
  varatt_external from;
  VARATT_EXTERNAL_GET_POINTER(from, given);
  for (const Fetched& f : fetched)
    if (f.context == CurrentMemoryContext && std::memcmp(&f.from, &from, sizeof from) == 0) return f.value;
  keep_freed_memory();
  varlena* const value = pg_detoast_datum(given);
  if (!remembers(CurrentMemoryContext)) {
    auto* const callback = static_cast<MemoryContextCallback*>(palloc(sizeof(MemoryContextCallback)));
    callback->func = forget;
    callback->arg = CurrentMemoryContext;
    MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
  }
  fetched[next] = {CurrentMemoryContext, from, value};
  next = (next + 1) % 4;
  return value;
}

}  // namespace quern::pg
