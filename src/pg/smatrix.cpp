// quern.smatrix: text, JSON, binary form and Matrix Market, casts, what a matrix is made of and from.
#include "pg/smatrix.hpp"

#include <bit>
#include <vector>

#include "matrix/matrix_market.hpp"
#include "matrix/sparse_operations.hpp"
#include "matrix/sparse_text.hpp"
#include "pg/large_values.hpp"
#include "pg/rows.hpp"

namespace quern::pg {

namespace {

CsrView read_smatrix(const varlena* value) {
  const Bytes bytes = bytes_of(value);
  SmatrixHead head{};
  std::memcpy(&head, bytes.data(), std::min(sizeof head, bytes.size()));
  const Size entries = head.entries, offsets = static_cast<Size>(head.rows) + 1;
  bool sound = head.mark == smatrix_mark && head.rows >= 0 && head.columns >= 0 && head.zero == 0 &&
               bytes.size() ==
                   sizeof head + entries * (sizeof(double) + sizeof(std::uint32_t)) + offsets * sizeof(std::uint32_t);
  CsrView a;
  if (sound) {
    const auto* const values = reinterpret_cast<const double*>(bytes.data() + sizeof head);
    const auto* const starts = reinterpret_cast<const std::uint32_t*>(values + entries);
    a = {head.rows, head.columns, {starts, offsets}, {starts + offsets, entries}, {values, entries}};
    sound = is_sound(a);
  }
  if (!sound)
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("value is not a quern.smatrix, or is damaged")));
  return a;
}

std::span<const double> numbers_of(ArrayType* array) {
  return {reinterpret_cast<const double*>(ARR_DATA_PTR(array)),
          static_cast<std::size_t>(ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)))};
}

}  // namespace

CsrView Reader<CsrView>::operator()(FunctionCallInfo fcinfo, int arg) {
  return read_smatrix(large_argument(fcinfo, arg));
}

std::span<const CsrView> Reader<std::span<const CsrView>>::operator()(FunctionCallInfo fcinfo, int arg) {
  ArrayType* const array = PG_GETARG_ARRAYTYPE_P(arg);
  Datum* elements;
  bool* nulls;
  int n;
  deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE, &elements, &nulls, &n);
  auto* const views = static_cast<CsrView*>(palloc(sizeof(CsrView) * static_cast<Size>(n + 1)));
  for (int i = 0; i < n; ++i) {
    null_ |= nulls[i];
    new (views + i) CsrView(nulls[i] ? CsrView{} : read_smatrix(large_value(elements[i])));
  }
  return {views, static_cast<std::size_t>(n)};
}

Datum smatrix_datum(const CsrView& a) {
  const Size entries = a.entries(), offsets = a.row_count() + 1;
  varlena* const datum = new_varlena(sizeof(SmatrixHead) + entries * (sizeof(double) + sizeof(std::uint32_t)) +
                                     offsets * sizeof(std::uint32_t));
  const SmatrixHead head{smatrix_mark, static_cast<std::int32_t>(a.rows), static_cast<std::int32_t>(a.columns),
                         static_cast<std::uint32_t>(entries), 0};
  std::byte* to = payload(datum);
  const auto put = [&](const void* from, Size bytes) {
    if (bytes > 0) std::memcpy(to, from, bytes);
    to += bytes;
  };
  put(&head, sizeof head);
  put(a.values.data(), a.values.size_bytes());
  put(a.offsets.data(), a.offsets.size_bytes());
  put(a.indices.data(), a.indices.size_bytes());
  return PointerGetDatum(datum);
}

NullableDatum to_datum(const SparseMatrix& a, FunctionCallInfo) { return {smatrix_datum(a.view()), false}; }

namespace {

Datum smatrix_in(FunctionCallInfo fcinfo) {
  const char* const text = PG_GETARG_CSTRING(0);
  return guarded([&] { return return_result(fcinfo, parse_sparse_matrix(text)); });
}

Datum smatrix_out(FunctionCallInfo fcinfo) {
  Reader<CsrView> reader;
  const CsrView a = reader(fcinfo, 0);
  return guarded([&] { return text_datum("quern.smatrix", print_sparse_matrix(a)); });
}

// In network byte order: int32 rows, int32 columns, int32 entries, int32 offsets of the rows, int32 columns of the
// entries from 0, float8 values.
Datum smatrix_send(FunctionCallInfo fcinfo) {
  Reader<CsrView> reader;
  const CsrView a = reader(fcinfo, 0);
  StringInfoData message;
  pq_begintypsend(&message);
  pq_sendint32(&message, static_cast<std::uint32_t>(a.rows));
  pq_sendint32(&message, static_cast<std::uint32_t>(a.columns));
  pq_sendint32(&message, static_cast<std::uint32_t>(a.entries()));
  for (const std::uint32_t offset : a.offsets) pq_sendint32(&message, offset);
  for (const std::uint32_t column : a.indices) pq_sendint32(&message, column);
  CHECK_FOR_INTERRUPTS();
  for (std::size_t k = 0; k < a.values.size(); ++k) {
    pq_sendfloat8(&message, a.values[k]);
    if (k % 65536 == 0) CHECK_FOR_INTERRUPTS();
  }
  PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

Datum smatrix_recv(FunctionCallInfo fcinfo) {
  auto* const message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  constexpr Size head = 3 * sizeof(std::int32_t);
  const Size given = static_cast<Size>(message->len - message->cursor);
  std::int32_t rows = -1, columns = -1;
  Size entries = 0;
  if (given >= head) {
    rows = static_cast<std::int32_t>(pq_getmsgint(message, 4));
    columns = static_cast<std::int32_t>(pq_getmsgint(message, 4));
    entries = pq_getmsgint(message, 4);
  }
  const Size offsets = static_cast<Size>(rows) + 1;
  if (rows < 0 || columns < 0 || given - head != (offsets + entries) * sizeof(std::uint32_t) + entries * sizeof(double))
    ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                    errmsg("invalid binary form of quern.smatrix: %d x %d with %zu entries in %zu bytes", rows, columns,
                           entries, given)));
  const char* const bytes = pq_getmsgbytes(message, static_cast<int>(given - head));
  return guarded([&] {
    const auto read = [](const char* from, auto& to) {
      for (auto& number : to) {
        std::uint32_t word;
        std::memcpy(&word, from, sizeof word);
        number = pg_ntoh32(word);
        from += sizeof word;
      }
      return from;
    };
    SparseMatrix a{rows, columns, {}, {}, {}};
    a.offsets.resize(offsets);
    a.indices.resize(entries);
    a.values.resize(entries);
    const char* at = read(read(bytes, a.offsets), a.indices);
    for (double& value : a.values) {
      std::uint64_t word;
      std::memcpy(&word, at, sizeof word);
      value = std::bit_cast<double>(std::uint64_t{pg_ntoh64(word)});
      at += sizeof word;
    }
    if (!a.valid())
      throw InvalidInput(
          "invalid binary form of quern.smatrix: offsets do not ascend, columns neither, or an entry is 0", {},
          Fault::malformed_binary);
    return return_result(fcinfo, a);
  });
}

Datum smatrix_from_jsonb(FunctionCallInfo fcinfo) {
  Jsonb* const json = PG_GETARG_JSONB_P(0);
  const char* const text = JsonbToCString(nullptr, &json->root, VARSIZE(json));
  return guarded([&] { return return_result(fcinfo, parse_sparse_matrix_json(text)); });
}

Datum smatrix_to_jsonb(FunctionCallInfo fcinfo) {
  Reader<CsrView> reader;
  const CsrView a = reader(fcinfo, 0);
  return guarded([&] {
    const std::string text = print_sparse_matrix_json(a);
    return call([&] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.c_str())); });
  });
}

Datum smatrix_from_market(FunctionCallInfo fcinfo) { return computed<std::string_view>(fcinfo, parse_matrix_market); }

Datum matrix_from_market(FunctionCallInfo fcinfo) {
  return computed<std::string_view>(fcinfo, parse_matrix_market_dense);
}

template <class View>
Datum to_market(FunctionCallInfo fcinfo) {
  return computed<View>(fcinfo, [](const View& a) {
    std::string text = print_matrix_market(a);
    if (text.size() > MaxAllocSize - VARHDRSZ)
      throw InvalidInput(concat("to_matrix_market: the text has ", text.size(), " bytes, and a value at most 1 GB"), {},
                         Fault::limit_exceeded);
    return text;
  });
}

// One dimension is a column.
Datum smatrix_from_array(FunctionCallInfo fcinfo) {
  ArrayType* const array = PG_GETARG_ARRAYTYPE_P(0);
  const int dimensions = ARR_NDIM(array);
  if (dimensions > 2)
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                    errmsg("smatrix: an array of %d dimensions, and at most 2 are expected", dimensions)));
  if (array_contains_nulls(array))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("smatrix: an array with a NULL is no matrix")));
  const int* const sides = ARR_DIMS(array);
  const Shape shape{dimensions > 0 ? sides[0] : 0, dimensions == 2 ? sides[1] : dimensions};
  const std::span<const double> numbers = numbers_of(array);
  return guarded([&] { return return_result(fcinfo, sparse_from_dense(MatrixView(shape, numbers.data()))); });
}

Datum smatrix_to_array(FunctionCallInfo fcinfo) {
  Reader<CsrView> reader;
  const CsrView a = reader(fcinfo, 0);
  return guarded([&] {
    Arena arena(CurrentMemoryContext);
    BornIn scope(arena);
    const Matrix dense = to_dense(a);
    return call([&] { return array_datum(MatrixView(dense).values(), dense.size() > 0 ? dense.rows() : 0); });
  });
}

Datum smatrix_make(FunctionCallInfo fcinfo) {
  const Shape shape{PG_GETARG_INT32(0), PG_GETARG_INT32(1)};
  ArrayType* const arrays[] = {PG_GETARG_ARRAYTYPE_P(2), PG_GETARG_ARRAYTYPE_P(3), PG_GETARG_ARRAYTYPE_P(4)};
  for (ArrayType* const array : arrays)
    if (ARR_NDIM(array) > 1 || array_contains_nulls(array))
      ereport(ERROR, (errcode(ARR_NDIM(array) > 1 ? ERRCODE_ARRAY_SUBSCRIPT_ERROR : ERRCODE_NULL_VALUE_NOT_ALLOWED),
                      errmsg("smatrix: i, j and value must be arrays of one dimension without NULLs")));
  const auto whole = [](ArrayType* array) {
    return std::span(reinterpret_cast<const std::int32_t*>(ARR_DATA_PTR(array)),
                     static_cast<std::size_t>(ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array))));
  };
  const auto i = whole(arrays[0]), j = whole(arrays[1]);
  const std::span<const double> value = numbers_of(arrays[2]);
  return guarded([&] {
    if (i.size() != value.size() || j.size() != value.size())
      throw InvalidInput(
          concat("smatrix: ", i.size(), " rows i and ", j.size(), " columns j, but ", value.size(), " values"));
    const std::vector<std::int64_t> rows(i.begin(), i.end()), columns(j.begin(), j.end());
    return return_result(fcinfo, sparse_from_entries("smatrix", Fault::invalid_parameter, shape, rows, columns, value));
  });
}

Datum smatrix_from_matrix(FunctionCallInfo fcinfo) {
  return computed<MatrixView>(fcinfo, [](const MatrixView& a) { return sparse_from_dense(a); });
}
Datum smatrix_to_matrix(FunctionCallInfo fcinfo) { return computed<CsrView>(fcinfo, to_dense); }
Datum smatrix_from_svec(FunctionCallInfo fcinfo) { return computed<SparseFeatures>(fcinfo, column_matrix); }
Datum smatrix_to_svec(FunctionCallInfo fcinfo) { return computed<CsrView>(fcinfo, sparse_vector); }

Datum matrix_from_svec(FunctionCallInfo fcinfo) {
  return computed<SparseFeatures>(fcinfo, [](const SparseFeatures& x) {
    Matrix a = dense_zeros({static_cast<std::int64_t>(x.size), 1});
    copy_to_dense(x, a.data());
    return a;
  });
}

Datum svec_from_matrix(FunctionCallInfo fcinfo) {
  return computed<MatrixView>(fcinfo, [](const MatrixView& a) {
    if (a.shape().rows != 1 && a.shape().columns != 1)
      refuse_shape("svec", "the matrix must be one row or one column", a.shape());
    return sparse_from_dense(Features(a.values()));
  });
}

// Rows (i, j, value).
Datum smatrix_entries(FunctionCallInfo fcinfo) {
  Reader<CsrView> reader;
  const CsrView a = reader(fcinfo, 0);
  const RowSink sink = open_rows(fcinfo, 3);
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const SparseFeatures row = a.row(i);
    for (std::size_t k = 0; k < row.indices.size(); ++k) {
      Datum values[] = {Int32GetDatum(static_cast<std::int32_t>(i + 1)),
                        Int32GetDatum(static_cast<std::int32_t>(row.indices[k] + 1)), Float8GetDatum(row.values[k])};
      bool nulls[] = {false, false, false};
      tuplestore_putvalues(sink.store, sink.columns, values, nulls);
      if (k % 1024 == 0) CHECK_FOR_INTERRUPTS();
    }
    if (i % 65536 == 0) CHECK_FOR_INTERRUPTS();
  }
  PG_RETURN_NULL();
}

// Rows (i, row).
Datum smatrix_rows(FunctionCallInfo fcinfo) {
  Reader<CsrView> reader;
  const CsrView a = reader(fcinfo, 0);
  const RowSink sink = open_rows(fcinfo, 2);
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    Datum values[] = {Int32GetDatum(static_cast<std::int32_t>(i + 1)), svec_datum(a.row(i))};
    bool nulls[] = {false, false};
    tuplestore_putvalues(sink.store, sink.columns, values, nulls);
    pfree(DatumGetPointer(values[1]));
    if (i % 1024 == 0) CHECK_FOR_INTERRUPTS();
  }
  PG_RETURN_NULL();
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(smatrix_in, quern::pg::smatrix_in)
QUERN_EXPORT(smatrix_out, quern::pg::smatrix_out)
QUERN_EXPORT(smatrix_recv, quern::pg::smatrix_recv)
QUERN_EXPORT(smatrix_send, quern::pg::smatrix_send)
QUERN_EXPORT(smatrix_from_jsonb, quern::pg::smatrix_from_jsonb)
QUERN_EXPORT(smatrix_to_jsonb, quern::pg::smatrix_to_jsonb)
QUERN_EXPORT(smatrix_from_market, quern::pg::smatrix_from_market)
QUERN_EXPORT(matrix_from_market, quern::pg::matrix_from_market)
QUERN_EXPORT(smatrix_to_market, quern::pg::to_market<quern::CsrView>)
QUERN_EXPORT(matrix_to_market, quern::pg::to_market<quern::MatrixView>)
QUERN_EXPORT(smatrix_from_array, quern::pg::smatrix_from_array)
QUERN_EXPORT(smatrix_to_array, quern::pg::smatrix_to_array)
QUERN_EXPORT(smatrix_make, quern::pg::smatrix_make)
QUERN_EXPORT(smatrix_from_matrix, quern::pg::smatrix_from_matrix)
QUERN_EXPORT(smatrix_to_matrix, quern::pg::smatrix_to_matrix)
QUERN_EXPORT(smatrix_from_svec, quern::pg::smatrix_from_svec)
QUERN_EXPORT(smatrix_to_svec, quern::pg::smatrix_to_svec)
QUERN_EXPORT(matrix_from_svec, quern::pg::matrix_from_svec)
QUERN_EXPORT(svec_from_matrix, quern::pg::svec_from_matrix)
QUERN_EXPORT(smatrix_entries, quern::pg::smatrix_entries)
QUERN_EXPORT(smatrix_rows, quern::pg::smatrix_rows)
