// Set-returning functions: rows of a plain struct into a tuplestore.
#pragma once

#include <vector>

#include "pg/datum.hpp"
#include "pg/guard.hpp"

namespace quern::pg {

// Where the rows of the function called go, and their columns, checked to be `n`. May ereport.
struct RowSink {
  Tuplestorestate* store;
  TupleDesc columns;
};
RowSink open_rows(FunctionCallInfo fcinfo, std::size_t n);

// To be called inside guarded().
template <Record R>
Datum return_rows(FunctionCallInfo fcinfo, const std::vector<R>& rows) {
  call([&] {
    const RowSink sink = open_rows(fcinfo, field_count<R>);
    MemoryContext const scratch = AllocSetContextCreate(CurrentMemoryContext, "quern row", ALLOCSET_DEFAULT_SIZES);
    for (const R& row : rows) {
      MemoryContext const previous = MemoryContextSwitchTo(scratch);
      Datum values[field_count<R>];
      bool nulls[field_count<R>];
      fill_row(row, fcinfo, values, nulls);
      MemoryContextSwitchTo(previous);
      tuplestore_putvalues(sink.store, sink.columns, values, nulls);
      MemoryContextReset(scratch);
    }
    return 0;
  });
  fcinfo->isnull = true;
  return Datum{0};
}

}  // namespace quern::pg
