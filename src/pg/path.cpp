// quern.path, path_summary, at_alpha.
#include "model/path.hpp"

#include <cmath>

#include "pg/entry.hpp"
#include "pg/rows.hpp"
#include "pg/scoring.hpp"

namespace quern::pg {

namespace {

Datum path(FunctionCallInfo fcinfo) {
  const Bytes packed = bytes_of(PG_GETARG_BYTEA_PP(0));
  return guarded([&] {
    Model model;
    decode_model(packed, model);
    return return_rows(fcinfo, path_rows(model));
  });
}

Datum summary(FunctionCallInfo fcinfo) {
  const Bytes packed = bytes_of(PG_GETARG_BYTEA_PP(0));
  return guarded([&] {
    Model model;
    decode_model(packed, model);
    return return_rows(fcinfo, path_summary(model));
  });
}

Datum one_alpha(FunctionCallInfo fcinfo) {
  const Bytes packed = bytes_of(PG_GETARG_BYTEA_PP(0));
  const double alpha = PG_GETARG_FLOAT8(1);
  return guarded([&] {
    Model model;
    decode_model(packed, model);
    return return_result(fcinfo, std::optional(at_alpha(model, alpha)));
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_path, quern::pg::path)
QUERN_EXPORT(quern_path_summary, quern::pg::summary)
QUERN_EXPORT(quern_at_alpha, quern::pg::one_alpha)
