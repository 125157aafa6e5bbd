// I/O of quern.state: base64, which is what pg_dump writes and what a distributed query may send between servers, and
// the bytes themselves. Input checks only that there is a label; the function that uses the value knows its kind and
// checks the rest. The bytes are also the binary form of quern.model and quern.comoments.
#include <algorithm>
#include <cctype>
#include <cstring>

#include "pg/bytes.hpp"
#include "pg/entry.hpp"
#include "pg/guard.hpp"

namespace quern::pg {

namespace {

Datum labelled(varlena* datum) {
  return guarded([&] {
    read_label(bytes_of(datum));
    return PointerGetDatum(datum);
  });
}

bool is_space(unsigned char c) { return std::isspace(c); }

// White space is skipped: encode(..., 'base64') breaks lines.
Datum state_in(FunctionCallInfo fcinfo) {
  char* const text = pstrdup(PG_GETARG_CSTRING(0));  // the argument may be a literal of a plan
  const int length = static_cast<int>(std::remove_if(text, text + strlen(text), is_space) - text);
  const int capacity = pg_b64_dec_len(length);
  varlena* const datum = new_varlena(capacity);
  const int size = base64_decode(text, length, VARDATA(datum), capacity);
  if (size < 0)
    ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                    errmsg("invalid input syntax for type quern.state: not base64")));
  SET_VARSIZE(datum, VARHDRSZ + size);
  return labelled(datum);
}

Datum state_out(FunctionCallInfo fcinfo) {
  const Bytes bytes = bytes_of(PG_GETARG_BYTEA_PP(0));
  const int size = static_cast<int>(bytes.size());
  const Size capacity = (bytes.size() + 2) / 3 * 4;
  if (capacity >= MaxAllocSize)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("quern.state of %d bytes is too large for a text form", size)));
  auto* const text = static_cast<char*>(palloc(capacity + 1));
  text[base64_encode(bytes.data(), size, text, static_cast<int>(capacity))] = '\0';
  PG_RETURN_CSTRING(text);
}

Datum state_recv(FunctionCallInfo fcinfo) { return labelled(received_bytes(fcinfo)); }

Datum packed_send(FunctionCallInfo fcinfo) { PG_RETURN_BYTEA_P(PG_GETARG_BYTEA_P_COPY(0)); }

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(state_in, quern::pg::state_in)
QUERN_EXPORT(state_out, quern::pg::state_out)
QUERN_EXPORT(state_recv, quern::pg::state_recv)
QUERN_EXPORT(packed_send, quern::pg::packed_send)
