// The functions of quern.svec: text, JSON and binary form, casts, accessors, arithmetic, comparison; and dot and the
// norms, which take arrays too. What they compute is in linalg/sparse_vector.hpp.
#include "pg/svec.hpp"

#include <bit>
#include <functional>
#include <vector>

#include "pg/computed.hpp"
#include "pg/rows.hpp"

namespace quern::pg {

Datum svec_datum(const SparseFeatures& x) {
  const std::size_t entries = x.indices.size();
  varlena* const datum = new_varlena(sizeof(SvecHead) + entries * (sizeof(double) + sizeof(std::uint32_t)));
  const SvecHead head{svec_mark, static_cast<std::uint32_t>(x.size), static_cast<std::uint32_t>(entries)};
  std::byte* const at = payload(datum);
  std::memcpy(at, &head, sizeof head);
  if (entries > 0) {
    std::memcpy(at + sizeof head, x.values.data(), x.values.size_bytes());
    std::memcpy(at + sizeof head + x.values.size_bytes(), x.indices.data(), x.indices.size_bytes());
  }
  return PointerGetDatum(datum);
}

NullableDatum to_datum(const SparseVector& x, FunctionCallInfo) { return {svec_datum(x.view()), false}; }

namespace {

[[noreturn]] void refuse_svec() {
  ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("value is not a quern.svec, or is damaged")));
  pg_unreachable();
}

}  // namespace

SparseFeatures SvecReader::read(Bytes bytes) {
  SvecHead head{};
  std::memcpy(&head, bytes.data(), std::min(sizeof head, bytes.size()));
  const Size entries = head.entries;
  bool sound = head.mark == svec_mark && head.size <= max_sparse_size &&
               bytes.size() == sizeof head + entries * (sizeof(double) + sizeof(std::uint32_t));
  SparseFeatures x;
  if (sound) {
    Bytes numbers = bytes.subspan(sizeof head);
    if (reinterpret_cast<std::uintptr_t>(numbers.data()) % alignof(double) != 0) {
      void* const room = numbers.size() <= sizeof local_ ? local_ : palloc(numbers.size());
      numbers = {static_cast<const std::byte*>(std::memcpy(room, numbers.data(), numbers.size())), numbers.size()};
    }
    const auto* const values = reinterpret_cast<const double*>(numbers.data());
    x = {head.size, {reinterpret_cast<const std::uint32_t*>(values + entries), entries}, {values, entries}};
    sound = is_ordered(x);
  }
  if (!sound) refuse_svec();
  return x;
}

Datum svec_in(FunctionCallInfo fcinfo) {
  const char* const text = PG_GETARG_CSTRING(0);
  return guarded([&] { return return_result(fcinfo, parse_sparse(text)); });
}

Datum svec_out(FunctionCallInfo fcinfo) {
  Reader<SparseFeatures> reader;
  const SparseFeatures x = reader(fcinfo, 0);
  return guarded([&] { return text_datum("quern.svec", print_sparse(x)); });
}

// In network byte order: int32 size, int32 entries, int32 0, int32 indices from 0, float8 values.
Datum svec_send(FunctionCallInfo fcinfo) {
  Reader<SparseFeatures> reader;
  const SparseFeatures x = reader(fcinfo, 0);
  StringInfoData message;
  pq_begintypsend(&message);
  append_svec(&message, x);
  PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

void append_svec(StringInfo message, const SparseFeatures& x) {
  pq_sendint32(message, static_cast<std::uint32_t>(x.size));
  pq_sendint32(message, static_cast<std::uint32_t>(x.indices.size()));
  pq_sendint32(message, 0);
  for (const std::uint32_t index : x.indices) pq_sendint32(message, index);
  for (const double value : x.values) pq_sendfloat8(message, value);
}

Datum svec_recv(FunctionCallInfo fcinfo) {
  auto* const message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  constexpr Size head = 3 * sizeof(std::int32_t);
  const Size given = static_cast<Size>(message->len - message->cursor);
  const bool whole = given >= head;
  const std::int32_t size = whole ? static_cast<std::int32_t>(pq_getmsgint(message, 4)) : 0;
  const Size entries = whole ? pq_getmsgint(message, 4) : 0;
  const Size rest = entries * (sizeof(std::int32_t) + sizeof(double));
  if (!whole || pq_getmsgint(message, 4) != 0 || given != head + rest)
    ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                    errmsg("invalid binary form of quern.svec: %zu entries in %zu bytes", entries, given)));
  const char* const bytes = pq_getmsgbytes(message, static_cast<int>(rest));
  return guarded([&] {
    std::vector<std::int64_t> indices(entries);
    std::vector<double> values(entries);
    for (Size i = 0; i < entries; ++i) {
      std::uint32_t index;
      std::uint64_t value;
      std::memcpy(&index, bytes + i * sizeof index, sizeof index);
      std::memcpy(&value, bytes + entries * sizeof index + i * sizeof value, sizeof value);
      indices[i] = std::int64_t{pg_ntoh32(index)} + 1;
      values[i] = std::bit_cast<double>(std::uint64_t{pg_ntoh64(value)});
    }
    return return_result(fcinfo, sparse_from_entries("invalid binary form of quern.svec", Fault::malformed_binary, size,
                                                     indices, values));
  });
}

namespace {

Datum refuse_null(FunctionCallInfo fcinfo) {
  ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("svec: an array with a NULL has no sparse form")));
  PG_RETURN_NULL();
}

// What is no svec is refused here, so that it is not read as an array. Detoasted once: the reader finds it so.
Datum svec_to_features(FunctionCallInfo fcinfo) {
  varlena* const datum = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
  if (!is_svec(bytes_of(datum))) refuse_svec();
  PG_RETURN_POINTER(datum);
}

Datum svec_from_array(FunctionCallInfo fcinfo) {
  Reader<Features> reader;
  const Features x = reader(fcinfo, 0);
  if (reader.null()) return refuse_null(fcinfo);
  return guarded([&] { return return_result(fcinfo, sparse_from_dense(x)); });
}

Datum svec_to_array(FunctionCallInfo fcinfo) {
  Reader<SparseFeatures> reader;
  const SparseFeatures x = reader(fcinfo, 0);
  constexpr Size most = (MaxAllocSize - ARR_OVERHEAD_NONULLS(1)) / sizeof(double);
  if (x.size > most)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("dense: an array holds at most %zu numbers, not %zu", most, x.size)));
  ArrayType* const array = new_array(x.size);
  copy_to_dense(x, reinterpret_cast<double*>(ARR_DATA_PTR(array)));
  PG_RETURN_POINTER(array);
}

Datum svec_from_jsonb(FunctionCallInfo fcinfo) {
  Jsonb* const json = PG_GETARG_JSONB_P(0);
  const char* const text = JsonbToCString(nullptr, &json->root, VARSIZE(json));
  return guarded([&] { return return_result(fcinfo, parse_sparse_json(text)); });
}

Datum svec_to_jsonb(FunctionCallInfo fcinfo) {
  Reader<SparseFeatures> reader;
  const SparseFeatures x = reader(fcinfo, 0);
  return guarded([&] {
    const std::string text = print_sparse_json(x);
    return call([&] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.c_str())); });
  });
}

Datum svec_make(FunctionCallInfo fcinfo) {
  const std::int32_t size = PG_GETARG_INT32(0);
  Reader<Features> first, second;
  const Features indices = first(fcinfo, 1), values = second(fcinfo, 2);
  if (first.null() || second.null()) return refuse_null(fcinfo);
  return guarded([&] {
    if (indices.size() != values.size())
      throw InvalidInput(concat("svec: ", indices.size(), " indices, but ", values.size(), " values"));
    std::vector<std::int64_t> whole(indices.size());
    for (std::size_t i = 0; i < indices.size(); ++i) whole[i] = static_cast<std::int64_t>(indices[i]);
    std::vector<double> numbers(values.size());
    values.copy_to(numbers.data());
    return return_result(fcinfo, sparse_from_entries("svec", Fault::invalid_parameter, size, whole, numbers));
  });
}

Datum svec_dim(FunctionCallInfo fcinfo) {
  return computed<SparseFeatures>(fcinfo, [](const auto& x) { return static_cast<std::int32_t>(x.size); });
}

Datum svec_nnz(FunctionCallInfo fcinfo) {
  return computed<SparseFeatures>(fcinfo, [](const auto& x) { return static_cast<std::int32_t>(x.indices.size()); });
}

Datum svec_element(FunctionCallInfo fcinfo) {
  Reader<SparseFeatures> reader;
  const SparseFeatures x = reader(fcinfo, 0);
  const std::int32_t index = PG_GETARG_INT32(1);
  if (index < 1 || static_cast<std::size_t>(index) > x.size) PG_RETURN_NULL();
  PG_RETURN_FLOAT8(element(x, static_cast<std::uint32_t>(index - 1)));
}

Datum svec_entries(FunctionCallInfo fcinfo) {
  Reader<SparseFeatures> reader;
  const SparseFeatures x = reader(fcinfo, 0);
  const RowSink sink = open_rows(fcinfo, 2);
  for (std::size_t i = 0; i < x.indices.size(); ++i) {
    Datum values[] = {Int32GetDatum(static_cast<std::int32_t>(x.indices[i] + 1)), Float8GetDatum(x.values[i])};
    bool nulls[] = {false, false};
    tuplestore_putvalues(sink.store, sink.columns, values, nulls);
    if (i % 1024 == 0) CHECK_FOR_INTERRUPTS();
  }
  PG_RETURN_NULL();
}

template <auto function>
Datum of_two(FunctionCallInfo fcinfo) {
  return computed<SparseFeatures, SparseFeatures>(fcinfo, function);
}

template <auto function>
Datum of_row(FunctionCallInfo fcinfo) {
  return computed<FeatureRow>(fcinfo, function);
}

Datum dot_product(FunctionCallInfo fcinfo) {
  return computed<FeatureRow, FeatureRow>(fcinfo,
                                          [](const FeatureRow& a, const FeatureRow& b) { return quern::dot(a, b); });
}

Datum svec_negate(FunctionCallInfo fcinfo) {
  return computed<SparseFeatures>(fcinfo, [](const auto& x) { return scale(-1, x); });
}

Datum svec_scale(FunctionCallInfo fcinfo) { return computed<double, SparseFeatures>(fcinfo, scale); }

Datum svec_scale_right(FunctionCallInfo fcinfo) {
  return computed<SparseFeatures, double>(fcinfo, [](const auto& x, double factor) { return scale(factor, x); });
}

template <class Order>
Datum compared(FunctionCallInfo fcinfo) {
  return computed<SparseFeatures, SparseFeatures>(
      fcinfo, [](const auto& a, const auto& b) { return Order()(compare(a, b), 0); });
}

Datum svec_hash(FunctionCallInfo fcinfo) {
  return computed<SparseFeatures>(fcinfo, [](const auto& x) { return static_cast<std::int32_t>(hash(x, 0)); });
}

Datum svec_hash_extended(FunctionCallInfo fcinfo) {
  Reader<SparseFeatures> reader;
  const SparseFeatures x = reader(fcinfo, 0);
  const std::int64_t seed = PG_GETARG_INT64(1);
  return guarded([&] { return UInt64GetDatum(hash(x, static_cast<std::uint64_t>(seed))); });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(svec_in, quern::pg::svec_in)
QUERN_EXPORT(svec_out, quern::pg::svec_out)
QUERN_EXPORT(svec_recv, quern::pg::svec_recv)
QUERN_EXPORT(svec_send, quern::pg::svec_send)
QUERN_EXPORT(svec_to_features, quern::pg::svec_to_features)
QUERN_EXPORT(svec_from_array, quern::pg::svec_from_array)
QUERN_EXPORT(svec_to_array, quern::pg::svec_to_array)
QUERN_EXPORT(svec_from_jsonb, quern::pg::svec_from_jsonb)
QUERN_EXPORT(svec_to_jsonb, quern::pg::svec_to_jsonb)
QUERN_EXPORT(svec_make, quern::pg::svec_make)
QUERN_EXPORT(svec_dim, quern::pg::svec_dim)
QUERN_EXPORT(svec_nnz, quern::pg::svec_nnz)
QUERN_EXPORT(svec_element, quern::pg::svec_element)
QUERN_EXPORT(svec_entries, quern::pg::svec_entries)
QUERN_EXPORT(svec_add, quern::pg::of_two<quern::add>)
QUERN_EXPORT(svec_subtract, quern::pg::of_two<quern::subtract>)
QUERN_EXPORT(svec_multiply, quern::pg::of_two<quern::multiply>)
QUERN_EXPORT(svec_negate, quern::pg::svec_negate)
QUERN_EXPORT(svec_scale, quern::pg::svec_scale)
QUERN_EXPORT(svec_scale_right, quern::pg::svec_scale_right)
QUERN_EXPORT(svec_cmp, quern::pg::of_two<quern::compare>)
QUERN_EXPORT(svec_lt, quern::pg::compared<std::less<>>)
QUERN_EXPORT(svec_le, quern::pg::compared<std::less_equal<>>)
QUERN_EXPORT(svec_eq, quern::pg::compared<std::equal_to<>>)
QUERN_EXPORT(svec_ne, quern::pg::compared<std::not_equal_to<>>)
QUERN_EXPORT(svec_ge, quern::pg::compared<std::greater_equal<>>)
QUERN_EXPORT(svec_gt, quern::pg::compared<std::greater<>>)
QUERN_EXPORT(svec_hash, quern::pg::svec_hash)
QUERN_EXPORT(svec_hash_extended, quern::pg::svec_hash_extended)
QUERN_EXPORT(quern_dot, quern::pg::dot_product)
QUERN_EXPORT(quern_l1_norm, quern::pg::of_row<quern::l1_norm>)
QUERN_EXPORT(quern_l2_norm, quern::pg::of_row<quern::l2_norm>)
QUERN_EXPORT(quern_linf_norm, quern::pg::of_row<quern::linf_norm>)
