#include "pg/large_values.hpp"

extern "C" {
#include <access/detoast.h>
}

#include <algorithm>
#include <cstring>
#include <new>

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

bool same(const varatt_external& a, const varatt_external& b) { return std::memcmp(&a, &b, sizeof a) == 0; }

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

const varlena* fetched_here(const varatt_external& from) {
  for (const Fetched& f : fetched)
    if (f.context == CurrentMemoryContext && same(f.from, from)) return f.value;
  return nullptr;
}

bool remembers(MemoryContext context) {
  for (const Fetched& f : fetched)
    if (f.context == context) return true;
  return false;
}

// Of one query, in the context that goes when it ends: values that are kept, and those that were fetched lately.
struct QueryValues {
  static constexpr std::size_t most_bytes = 64 << 20;
  static constexpr std::int32_t least_size = 64 << 10;  // of a value that is worth the bookkeeping
  static constexpr int most = 256;

  struct Kept {
    varatt_external from;
    varlena* value;
  };

  MemoryContext context;
  QueryValues* next;
  std::size_t bytes = 0;
  int kept = 0, fetched = 0;
  Kept values[most];
  varatt_external seen[most];  // a ring

  const varlena* find(const varatt_external& from) const {
    for (int i = 0; i < kept; ++i)
      if (same(values[i].from, from)) return values[i].value;
    return nullptr;
  }
  // Comes again: it was seen before, and there is room for it.
  bool takes(const varatt_external& from) {
    const std::size_t size = from.va_rawsize;
    if (kept == most || size > most_bytes - bytes) return false;
    for (int i = 0; i < std::min(fetched, most); ++i)
      if (same(seen[i], from)) return true;
    seen[fetched++ % most] = from;
    if (fetched == 2 * most) fetched = most;
    return false;
  }
  const varlena* keep(const varatt_external& from, varlena* given) {
    MemoryContext const outer = MemoryContextSwitchTo(context);
    varlena* const value = pg_detoast_datum(given);
    MemoryContextSwitchTo(outer);
    values[kept++] = {from, value};
    bytes += VARSIZE(value);
    return value;
  }
};
constinit QueryValues* queries = nullptr;

void forget_query(void* context) {
  for (QueryValues** at = &queries; *at; at = &(*at)->next)
    if ((*at)->context == context) {
      *at = (*at)->next;
      return;
    }
}

// Functions of types and of indexes are looked up once a session.
bool ends_soon(MemoryContext context) {
  for (; context; context = MemoryContextGetParent(context))
    if (context == CacheMemoryContext) return false;
  return true;
}

// May ereport.
QueryValues& values_of(MemoryContext context) {
  for (QueryValues* q = queries; q; q = q->next)
    if (q->context == context) return *q;
  struct Made {
    MemoryContextCallback callback;
    QueryValues values;
  };
  auto* const made = new (MemoryContextAlloc(context, sizeof(Made))) Made;
  made->values.context = context;
  made->callback.func = forget_query;
  made->callback.arg = context;
  MemoryContextRegisterResetCallback(context, &made->callback);
  made->values.next = queries;
  queries = &made->values;
  return made->values;
}

}  // namespace

const varlena* large_argument(FunctionCallInfo fcinfo, int arg) {
  const Datum datum = PG_GETARG_DATUM(arg);
  auto* const given = reinterpret_cast<varlena*>(DatumGetPointer(datum));
  if (!VARATT_IS_EXTERNAL_ONDISK(given) || !fcinfo->flinfo || !ends_soon(fcinfo->flinfo->fn_mcxt))
    return large_value(datum);
  varatt_external from;
  VARATT_EXTERNAL_GET_POINTER(from, given);
  if (from.va_rawsize < QueryValues::least_size) return large_value(datum);
  if (const varlena* const here = fetched_here(from)) return here;
  QueryValues& values = values_of(fcinfo->flinfo->fn_mcxt);
  if (const varlena* const kept = values.find(from)) return kept;
  return values.takes(from) ? values.keep(from, given) : large_value(datum);
}

const varlena* large_value(Datum datum) {
  auto* const given = reinterpret_cast<varlena*>(DatumGetPointer(datum));
  if (!VARATT_IS_EXTERNAL_ONDISK(given)) return pg_detoast_datum(given);
  varatt_external from;
  VARATT_EXTERNAL_GET_POINTER(from, given);
  if (const varlena* const here = fetched_here(from)) return here;
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
