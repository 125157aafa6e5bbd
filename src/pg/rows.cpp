#include "pg/rows.hpp"

namespace quern::pg {

RowSink open_rows(FunctionCallInfo fcinfo, std::size_t n) {
  auto* const result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  if (!result || !IsA(result, ReturnSetInfo) || !(result->allowedModes & SFRM_Materialize))
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("set-valued function called in context that cannot accept a set")));
  MemoryContext const previous = MemoryContextSwitchTo(result->econtext->ecxt_per_query_memory);
  Oid type;
  TupleDesc columns = nullptr;
  const TypeFuncClass kind = get_call_result_type(fcinfo, &type, &columns);
  if (kind == TYPEFUNC_SCALAR && n == 1) {  // a table of one column
    columns = CreateTemplateTupleDesc(1);
    TupleDescInitEntry(columns, 1, "value", type, -1, 0);
  } else if (kind != TYPEFUNC_COMPOSITE || columns->natts != static_cast<int>(n))
    elog(ERROR, "declared result type does not match the C++ one");
  const RowSink sink{tuplestore_begin_heap(result->allowedModes & SFRM_Materialize_Random, false, work_mem),
                     BlessTupleDesc(columns)};
  result->returnMode = SFRM_Materialize;
  result->setResult = sink.store;
  result->setDesc = sink.columns;
  MemoryContextSwitchTo(previous);
  return sink;
}

}  // namespace quern::pg
