// quern.model as text (JSON) and as bytes.
#include "pg/entry.hpp"
#include "pg/scoring.hpp"

namespace quern::pg {

namespace {

Datum model_in(FunctionCallInfo fcinfo) {
  const char* const text = PG_GETARG_CSTRING(0);
  return guarded([&] {
    Model model;
    read_model_text(text, model);
    return call([&] { return packed_datum(model); });
  });
}

Datum model_out(FunctionCallInfo fcinfo) {
  const Bytes packed = bytes_of(PG_GETARG_BYTEA_PP(0));
  return guarded([&] {
    Model model;
    decode_model(packed, model);
    const std::string text = write_model_text(model);
    return call([&] { return CStringGetDatum(pstrdup(text.c_str())); });
  });
}

Datum model_recv(FunctionCallInfo fcinfo) {
  varlena* const datum = received_bytes(fcinfo);
  return guarded([&] {
    Model model;
    decode_model(bytes_of(datum), model);
    return PointerGetDatum(datum);
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(model_in, quern::pg::model_in)
QUERN_EXPORT(model_out, quern::pg::model_out)
QUERN_EXPORT(model_recv, quern::pg::model_recv)
