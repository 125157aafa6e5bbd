// The only way to the server's headers, and the only place that knows their versions (14 to 18). Included by
// src/pg/*.cpp and src/pg/*.hpp, nowhere else.
#pragma once

// The module is built with -fvisibility=hidden; only what the server looks up by name is visible.
#define PGDLLEXPORT __attribute__((visibility("default")))

#include <cstdint>

extern "C" {
#include <postgres.h>
#if PG_VERSION_NUM >= 160000
#include <varatt.h>
#endif

#include <access/heapam.h>
#include <access/htup_details.h>
#include <access/parallel.h>
#include <access/table.h>
#include <access/tableam.h>
#include <access/xact.h>
#include <catalog/namespace.h>
#include <catalog/pg_class.h>
#include <catalog/pg_proc.h>
#include <catalog/pg_type.h>
#include <common/base64.h>
#include <executor/executor.h>
#include <fmgr.h>
#include <funcapi.h>
#include <libpq/pqformat.h>
#include <miscadmin.h>
#include <nodes/memnodes.h>
#include <nodes/primnodes.h>
#include <nodes/nodeFuncs.h>
#include <optimizer/clauses.h>
#include <optimizer/cost.h>
#include <parser/parser.h>
#include <parser/parsetree.h>
#include <storage/bufmgr.h>
#include <storage/dsm.h>
#include <storage/dsm_impl.h>
#include <storage/lwlock.h>
#include <storage/sharedfileset.h>
#include <tcop/tcopprot.h>
#include <tcop/utility.h>
#include <utils/dsa.h>
#include <utils/array.h>
#include <utils/builtins.h>
#include <utils/expandeddatum.h>
#include <utils/guc.h>
#include <utils/jsonb.h>
#include <utils/lsyscache.h>
#include <utils/memutils.h>
#include <utils/numeric.h>
#include <utils/rel.h>
#include <utils/resowner.h>
#include <utils/snapmgr.h>
#include <utils/syscache.h>
#include <utils/tuplestore.h>
#include <utils/typcache.h>
#include <utils/wait_event.h>
}

#if PG_VERSION_NUM < 140000
#error "quern needs PostgreSQL 14 or later"
#endif

// port.h and elog.h define these as macros over names the standard library uses.
#undef printf
#undef fprintf
#undef sprintf
#undef snprintf
#undef vprintf
#undef vfprintf
#undef vsprintf
#undef vsnprintf
#undef strerror
#undef gettext
#undef dgettext
#undef ngettext
#undef dngettext

namespace quern::pg {

// Base64 works on char before 18 and on uint8 from then on.
inline int base64_encode(const void* from, int size, char* to, int capacity) {
#if PG_VERSION_NUM >= 180000
  return pg_b64_encode(static_cast<const uint8*>(from), size, to, capacity);
#else
  return pg_b64_encode(static_cast<const char*>(from), size, to, capacity);
#endif
}

inline int base64_decode(const char* from, int size, void* to, int capacity) {
#if PG_VERSION_NUM >= 180000
  return pg_b64_decode(from, size, static_cast<uint8*>(to), capacity);
#else
  return pg_b64_decode(from, size, static_cast<char*>(to), capacity);
#endif
}

// A file of a set that processes share.
inline File create_shared_file(SharedFileSet* files, const char* name) {
#if PG_VERSION_NUM >= 150000
  return FileSetCreate(&files->fs, name);
#else
  return SharedFileSetCreate(files, name);
#endif
}

inline File open_shared_file(SharedFileSet* files, const char* name) {
#if PG_VERSION_NUM >= 150000
  return FileSetOpen(&files->fs, name, O_RDONLY);
#else
  return SharedFileSetOpen(files, name, O_RDONLY);
#endif
}

// What a query means, with the rules of the rewriter and row security applied.
inline List* analyze_and_rewrite(RawStmt* statement, const char* text) {
#if PG_VERSION_NUM >= 150000
  return pg_analyze_and_rewrite_fixedparams(statement, text, nullptr, 0, nullptr);
#else
  return pg_analyze_and_rewrite(statement, text, nullptr, 0, nullptr);
#endif
}

// An ERROR unless the user may read what the plan reads.
inline void check_permissions(PlannedStmt* plan) {
#if PG_VERSION_NUM >= 160000
  ExecCheckPermissions(plan->rtable, plan->permInfos, true);
#else
  ExecCheckRTPerms(plan->rtable, true);
#endif
}

// At most `rows` rows, 0 for all. `once`: the query is not run further, so it may use parallel workers.
inline void run_executor(QueryDesc* query, std::uint64_t rows, [[maybe_unused]] bool once) {
#if PG_VERSION_NUM >= 180000
  ExecutorRun(query, ForwardScanDirection, rows);
#else
  ExecutorRun(query, ForwardScanDirection, rows, once);
#endif
}

// The tuples of a page that the scan's snapshot sees: rs_vistuples of the scan, in its buffer rs_cbuf.
inline void read_heap_page(HeapScanDesc scan, BlockNumber page) {
#if PG_VERSION_NUM >= 170000
  const Buffer buffer = ReadBufferExtended(scan->rs_base.rs_rd, MAIN_FORKNUM, page, RBM_NORMAL, scan->rs_strategy);
  if (BufferIsValid(scan->rs_cbuf)) ReleaseBuffer(scan->rs_cbuf);
  scan->rs_cbuf = buffer;
  scan->rs_cblock = page;
  heap_prepare_pagescan(&scan->rs_base);
#else
  heapgetpage(&scan->rs_base, page);
#endif
}

// What parallel workers have said meanwhile; an ERROR of theirs is raised here.
inline void process_parallel_messages() {
#if PG_VERSION_NUM >= 180000
  ProcessParallelMessages();
#else
  HandleParallelMessages();
#endif
}

}  // namespace quern::pg
