// quern.features: the type of feature arguments, which any array of numbers becomes by an implicit cast that does
// nothing. The reader in datum.hpp looks at the element type in the array itself. It is also
// what an untyped literal such as '{1,2}' resolves to, for its category is that of strings, which wins where overloads
// disagree: predict(model, features) over predict(model, record).
#include "pg/entry.hpp"

namespace quern::pg {

namespace {

Datum features_in(FunctionCallInfo fcinfo) {
  fcinfo->args[1].value = ObjectIdGetDatum(FLOAT8OID);
  return array_in(fcinfo);
}

Datum features_recv(FunctionCallInfo fcinfo) {
  fcinfo->args[1].value = ObjectIdGetDatum(FLOAT8OID);
  return array_recv(fcinfo);
}

Datum features_cast(FunctionCallInfo fcinfo) { return PG_GETARG_DATUM(0); }

// The floor of scoring functions: reads every element and adds it up, in a plain loop.
Datum null_score(FunctionCallInfo fcinfo) {
  Reader<Features> reader;
  const Features x = reader(fcinfo, 0);
  if (reader.null()) PG_RETURN_NULL();
  return guarded([&] {
    return x.visit([](auto values) {
      double sum = 0;
      for (const double value : values) sum += value;
      return Float8GetDatum(sum);
    });
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(features_in, quern::pg::features_in)
QUERN_EXPORT(features_recv, quern::pg::features_recv)
QUERN_EXPORT(features_cast, quern::pg::features_cast)
QUERN_EXPORT(quern_null_score, quern::pg::null_score)
