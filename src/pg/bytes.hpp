// Packed values as varlenas: what quern.state, quern.model and quern.comoments are on disk.
#pragma once

#include "base/label.hpp"
#include "model/formats.hpp"
#include "pg/postgres.hpp"

namespace quern::pg {

inline Bytes bytes_of(const void* datum) {
  return {reinterpret_cast<const std::byte*>(VARDATA_ANY(datum)), VARSIZE_ANY_EXHDR(datum)};
}

inline std::byte* payload(varlena* datum) { return reinterpret_cast<std::byte*>(VARDATA(datum)); }

// May ereport: call it before any C++ object with a destructor is alive, or through call().
inline varlena* new_varlena(Size payload_size) {
  if (payload_size > MaxAllocSize - VARHDRSZ)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("value of %zu bytes is larger than PostgreSQL can hold", payload_size),
                    errdetail("The limit is 1 GB.")));
  auto* datum = static_cast<varlena*>(palloc(VARHDRSZ + payload_size));
  SET_VARSIZE(datum, VARHDRSZ + payload_size);
  return datum;
}

template <class T>
Datum packed_datum(const T& value) {
  varlena* const datum = new_varlena(labelled_size(value));
  pack_labelled(value, payload(datum));
  return PointerGetDatum(datum);
}

// The rest of the message in argument 0 of a receive function. May ereport.
inline varlena* received_bytes(FunctionCallInfo fcinfo) {
  auto* const message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  const int size = message->len - message->cursor;
  varlena* const datum = new_varlena(size);
  pq_copymsgbytes(message, VARDATA(datum), size);
  return datum;
}

}  // namespace quern::pg
