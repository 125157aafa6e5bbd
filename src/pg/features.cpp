// quern.features: the type of feature arguments, which any array of numbers becomes by an implicit cast that does
// nothing, and so does quern.svec. The reader in datum.hpp looks at the element type in the array itself. It is also what
// an untyped literal such as '{1,2}' or '{1:0.5}/7' resolves to, for its category is that of strings, which wins where
// overloads disagree: predict(model, features) over predict(model, record).
#include "pg/entry.hpp"

namespace quern::pg {

namespace {

// An index and its value are parted by a colon; in an array only bounds are, in front of the brace.
Datum features_in(FunctionCallInfo fcinfo) {
  const char* const text = PG_GETARG_CSTRING(0);
  if (text[strspn(text, " \t\n\r\v\f")] == '{' && (strchr(text, ':') || strchr(text, '/'))) return svec_in(fcinfo);
  fcinfo->args[1].value = ObjectIdGetDatum(FLOAT8OID);
  return array_in(fcinfo);
}

bool holds_svec(FunctionCallInfo fcinfo) { return is_svec(bytes_of(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0)))); }

Datum features_out(FunctionCallInfo fcinfo) { return holds_svec(fcinfo) ? svec_out(fcinfo) : array_out(fcinfo); }

// That of an array, which begins with its number of dimensions, or the mark of an svec and its binary form.
Datum features_recv(FunctionCallInfo fcinfo) {
  auto* const message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  const int start = message->cursor;
  if (message->len - start >= 4 && static_cast<std::int32_t>(pq_getmsgint(message, 4)) == svec_mark)
    return svec_recv(fcinfo);
  message->cursor = start;
  fcinfo->args[1].value = ObjectIdGetDatum(FLOAT8OID);
  return array_recv(fcinfo);
}

Datum features_send(FunctionCallInfo fcinfo) {
  if (!holds_svec(fcinfo)) return array_send(fcinfo);
  Reader<SparseFeatures> reader;
  const SparseFeatures x = reader(fcinfo, 0);
  StringInfoData message;
  pq_begintypsend(&message);
  pq_sendint32(&message, static_cast<std::uint32_t>(svec_mark));
  append_svec(&message, x);
  PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

Datum features_cast(FunctionCallInfo fcinfo) { return PG_GETARG_DATUM(0); }

double sum_of(auto values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

// The floor of scoring functions: reads every element and adds it up, in a plain loop.
Datum null_score(FunctionCallInfo fcinfo) {
  Reader<FeatureRow> reader;
  const FeatureRow x = reader(fcinfo, 0);
  if (reader.null()) PG_RETURN_NULL();
  return guarded([&] {
    if (x.is_sparse()) return Float8GetDatum(sum_of(x.sparse().values));
    return x.dense().visit([](auto values) { return Float8GetDatum(sum_of(values)); });
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(features_in, quern::pg::features_in)
QUERN_EXPORT(features_out, quern::pg::features_out)
QUERN_EXPORT(features_send, quern::pg::features_send)
QUERN_EXPORT(features_recv, quern::pg::features_recv)
QUERN_EXPORT(features_cast, quern::pg::features_cast)
QUERN_EXPORT(quern_null_score, quern::pg::null_score)
