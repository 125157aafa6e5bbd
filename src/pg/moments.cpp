// quern.comoments, what quern.moments returns: text and binary form, accessors, + and -.
#include "base/record_json.hpp"
#include "pg/entry.hpp"
#include "uda/all.hpp"

namespace quern::pg {

NullableDatum to_datum(const Moments& moments, FunctionCallInfo) { return {packed_datum(moments), false}; }

namespace {

// f gets the moments in argument 0 and makes a result of them, or of them and those in argument 1.
template <class F>
Datum with_moments(FunctionCallInfo fcinfo, F&& f) {
  const Bytes packed = bytes_of(PG_GETARG_BYTEA_PP(0));
  const Bytes other = PG_NARGS() > 1 ? bytes_of(PG_GETARG_BYTEA_PP(1)) : Bytes{};
  return guarded([&] {
    Moments moments;
    unpack_labelled(packed, moments);
    if constexpr (std::is_invocable_v<F, Moments&, const Moments&>) {
      Moments right;
      unpack_labelled(other, right);
      f(moments, std::as_const(right));
      if (!moments.valid()) throw InvalidInput("moments: result out of range", {}, Fault::out_of_range);
      return return_result(fcinfo, moments);
    } else {
      return f(std::as_const(moments));
    }
  });
}

Datum moments_in(FunctionCallInfo fcinfo) {
  const char* const text = PG_GETARG_CSTRING(0);
  return guarded([&] {
    Moments moments;
    read_record("quern.comoments", text, moments);
    return return_result(fcinfo, moments);
  });
}

Datum moments_out(FunctionCallInfo fcinfo) {
  return with_moments(fcinfo, [](const Moments& moments) {
    const std::string text = write_record(moments);
    return call([&] { return CStringGetDatum(pstrdup(text.c_str())); });
  });
}

Datum moments_recv(FunctionCallInfo fcinfo) {
  varlena* const datum = received_bytes(fcinfo);
  return guarded([&] {
    Moments moments;
    unpack_labelled(bytes_of(datum), moments);
    return PointerGetDatum(datum);
  });
}

Datum moments_n(FunctionCallInfo fcinfo) {
  return with_moments(fcinfo, [](const Moments& moments) { return Int64GetDatum(moments.n); });
}

Datum moments_mean(FunctionCallInfo fcinfo) {
  return with_moments(
      fcinfo, [&](const Moments& moments) { return return_result(fcinfo, std::span<const double>(moments.mean)); });
}

// A p x p matrix, or NULL.
Datum return_matrix(FunctionCallInfo fcinfo, const Moments& moments, const std::optional<Vec<double>>& matrix) {
  fcinfo->isnull = !matrix;
  if (!matrix) return Datum{0};
  return call([&] { return array_datum(*matrix, moments.mean.size()); });
}

Datum moments_covariance(FunctionCallInfo fcinfo) {
  return with_moments(fcinfo,
                      [&](const Moments& moments) { return return_matrix(fcinfo, moments, covariance(moments)); });
}

Datum moments_correlation(FunctionCallInfo fcinfo) {
  return with_moments(fcinfo,
                      [&](const Moments& moments) { return return_matrix(fcinfo, moments, correlation(moments)); });
}

Datum moments_add(FunctionCallInfo fcinfo) {
  return with_moments(fcinfo, [](Moments& left, const Moments& right) { left.merge(right); });
}

Datum moments_subtract(FunctionCallInfo fcinfo) {
  return with_moments(fcinfo, [](Moments& left, const Moments& right) { left.subtract(right); });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(moments_in, quern::pg::moments_in)
QUERN_EXPORT(moments_out, quern::pg::moments_out)
QUERN_EXPORT(moments_recv, quern::pg::moments_recv)
QUERN_EXPORT(moments_n, quern::pg::moments_n)
QUERN_EXPORT(moments_mean, quern::pg::moments_mean)
QUERN_EXPORT(moments_covariance, quern::pg::moments_covariance)
QUERN_EXPORT(moments_correlation, quern::pg::moments_correlation)
QUERN_EXPORT(moments_add, quern::pg::moments_add)
QUERN_EXPORT(moments_subtract, quern::pg::moments_subtract)
