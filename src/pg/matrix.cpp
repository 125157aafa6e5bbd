// The functions of quern.matrix: text, JSON and binary form, casts, operators.
#include "pg/matrix.hpp"

#include <bit>

#include "base/text.hpp"
#include "linalg/sparse_vector.hpp"
#include "matrix/elementwise.hpp"
#include "matrix/matrix_text.hpp"
#include "matrix/product.hpp"
#include "pg/large_values.hpp"

namespace quern::pg {

namespace {

ArrayType* array_argument(FunctionCallInfo fcinfo, int arg, int most_dimensions) {
  ArrayType* const array = PG_GETARG_ARRAYTYPE_P(arg);
  if (ARR_NDIM(array) > most_dimensions)
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                    errmsg("%s: an array of %d dimensions, and at most %d are expected", name_of_caller(fcinfo),
                           ARR_NDIM(array), most_dimensions)));
  return array;
}

}  // namespace

std::span<const double> Reader<std::span<const double>>::operator()(FunctionCallInfo fcinfo, int arg) {
  ArrayType* const array = array_argument(fcinfo, arg, 1);
  null_ = array_contains_nulls(array);
  return {reinterpret_cast<const double*>(ARR_DATA_PTR(array)),
          static_cast<std::size_t>(ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)))};
}

MatrixView Reader<MatrixView>::operator()(FunctionCallInfo fcinfo, int arg) {
  const Bytes bytes = bytes_of(large_argument(fcinfo, arg));
  MatrixHead head{};
  std::memcpy(&head, bytes.data(), std::min(sizeof head, bytes.size()));
  const Shape shape{head.rows, head.columns};
  if (head.mark != matrix_mark || head.rows < 0 || head.columns < 0 ||
      bytes.size() != sizeof head + shape.size() * sizeof(double))
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("value is not a quern.matrix, or is damaged")));
  return {shape, reinterpret_cast<const double*>(bytes.data() + sizeof head)};
}

NullableDatum to_datum(const Matrix& a, FunctionCallInfo) {
  const MatrixHead head{matrix_mark, static_cast<std::int32_t>(a.rows()), static_cast<std::int32_t>(a.columns())};
  varlena* const datum = new_varlena(sizeof head + a.size() * sizeof(double));
  std::memcpy(payload(datum), &head, sizeof head);
  if (a.size() > 0) std::memcpy(payload(datum) + sizeof head, a.data(), a.size() * sizeof(double));
  return {PointerGetDatum(datum), false};
}

Datum matrix_datum(Matrix&& a) {
  const std::size_t size = Matrix::headroom + a.size() * sizeof(double);
  const MatrixHead head{matrix_mark, static_cast<std::int32_t>(a.rows()), static_cast<std::int32_t>(a.columns())};
  if (!a.data_block()) a = Matrix(a.shape());
  std::byte* const datum = a.release();
  SET_VARSIZE(datum, size);
  std::memcpy(datum + VARHDRSZ, &head, sizeof head);
  return PointerGetDatum(datum);
}

namespace {

// The matrix that make() gives, born in the context of the call.
template <class F>
Datum made(F&& make) {
  return guarded([&] {
    Arena arena(CurrentMemoryContext);
    BornIn scope(arena);
    return matrix_datum(make());
  });
}

Datum matrix_in(FunctionCallInfo fcinfo) {
  const char* const text = PG_GETARG_CSTRING(0);
  return made([&] { return parse_matrix(text); });
}

Datum matrix_out(FunctionCallInfo fcinfo) {
  Reader<MatrixView> reader;
  const MatrixView a = reader(fcinfo, 0);
  return guarded([&] { return text_datum("quern.matrix", print_matrix(a)); });
}

// In network byte order: int32 rows, int32 columns, float8 values, row by row.
Datum matrix_send(FunctionCallInfo fcinfo) {
  Reader<MatrixView> reader;
  const MatrixView a = reader(fcinfo, 0);
  StringInfoData message;
  pq_begintypsend(&message);
  pq_sendint32(&message, static_cast<std::uint32_t>(a.shape().rows));
  pq_sendint32(&message, static_cast<std::uint32_t>(a.shape().columns));
  for (std::size_t i = 0; i < a.size(); ++i) {
    pq_sendfloat8(&message, a.data()[i]);
    if (i % 65536 == 0) CHECK_FOR_INTERRUPTS();
  }
  PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

Datum matrix_recv(FunctionCallInfo fcinfo) {
  auto* const message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  constexpr Size head = 2 * sizeof(std::int32_t);
  const Size given = static_cast<Size>(message->len - message->cursor);
  Shape shape{-1, -1};
  if (given >= head) {
    shape.rows = static_cast<std::int32_t>(pq_getmsgint(message, 4));
    shape.columns = static_cast<std::int32_t>(pq_getmsgint(message, 4));
  }
  if (shape.rows < 0 || shape.columns < 0 || given - head != shape.size() * sizeof(double))
    ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                    errmsg("invalid binary form of quern.matrix: %lld x %lld in %zu bytes",
                           static_cast<long long>(shape.rows), static_cast<long long>(shape.columns), given)));
  const char* const bytes = pq_getmsgbytes(message, static_cast<int>(given - head));
  return made([&] {
    Matrix a(shape);
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (i % 65536 == 0) checkpoint();
      std::uint64_t value;
      std::memcpy(&value, bytes + i * sizeof value, sizeof value);
      a.data()[i] = std::bit_cast<double>(std::uint64_t{pg_ntoh64(value)});
    }
    return a;
  });
}

// One dimension is a column.
Datum matrix_from_array(FunctionCallInfo fcinfo) {
  ArrayType* const array = array_argument(fcinfo, 0, 2);
  if (array_contains_nulls(array))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("matrix: an array with a NULL is no matrix")));
  const int* const sides = ARR_DIMS(array);
  const int dimensions = ARR_NDIM(array);
  const Shape shape{dimensions > 0 ? sides[0] : 0, dimensions == 2 ? sides[1] : dimensions};
  return made([&] {
    Matrix a(shape);
    call([&] {
      read_numbers(ARR_ELEMTYPE(array), reinterpret_cast<const std::byte*>(ARR_DATA_PTR(array)), a.size(), a.data());
      return 0;
    });
    return a;
  });
}

// Two dimensions always; no elements make an empty array.
Datum matrix_to_array(FunctionCallInfo fcinfo) {
  Reader<MatrixView> reader;
  const MatrixView a = reader(fcinfo, 0);
  return array_datum(a.values(), a.size() > 0 ? a.rows() : 0);
}

// The numbers of a matrix that is one row or one column.
Datum matrix_to_vector(FunctionCallInfo fcinfo) {
  Reader<MatrixView> reader;
  const MatrixView a = reader(fcinfo, 0);
  if (a.shape().rows != 1 && a.shape().columns != 1)
    return guarded([&]() -> Datum { refuse_shape("vector", "the matrix must be one row or one column", a.shape()); });
  return array_datum(a.values());
}

Datum matrix_from_jsonb(FunctionCallInfo fcinfo) {
  Jsonb* const json = PG_GETARG_JSONB_P(0);
  const char* const text = JsonbToCString(nullptr, &json->root, VARSIZE(json));
  return made([&] { return parse_matrix_json(text); });
}

Datum matrix_to_jsonb(FunctionCallInfo fcinfo) {
  Reader<MatrixView> reader;
  const MatrixView a = reader(fcinfo, 0);
  return guarded([&] {
    const std::string text = print_matrix_json(a);
    return call([&] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.c_str())); });
  });
}

template <Matrix function(const MatrixView&, const MatrixView&)>
Datum of_two(FunctionCallInfo fcinfo) {
  return computed<MatrixView, MatrixView>(fcinfo, function);
}

// A number is a matrix of one.
template <Matrix function(const MatrixView&, const MatrixView&)>
Datum with_number(FunctionCallInfo fcinfo) {
  return computed<MatrixView, double>(fcinfo, [](const MatrixView& a, const double& b) {
    return function(a, MatrixView({1, 1}, &b));
  });
}

template <Matrix function(const MatrixView&, const MatrixView&)>
Datum number_with(FunctionCallInfo fcinfo) {
  return computed<double, MatrixView>(fcinfo, [](const double& a, const MatrixView& b) {
    return function(MatrixView({1, 1}, &a), b);
  });
}

Datum matrix_product(FunctionCallInfo fcinfo) {
  return computed<MatrixView, MatrixView>(fcinfo,
                                          [](const MatrixView& a, const MatrixView& b) { return product(a, b); });
}

using Vector = std::span<const double>;

Datum matrix_vector_product(FunctionCallInfo fcinfo) {
  return computed<MatrixView, Vector>(fcinfo, [](const MatrixView& a, const Vector& v) { return product(a, v); });
}

Datum vector_matrix_product(FunctionCallInfo fcinfo) {
  return computed<Vector, MatrixView>(fcinfo, [](const Vector& v, const MatrixView& a) { return product(v, a); });
}

Datum vector_product(FunctionCallInfo fcinfo) {
  return computed<Vector, Vector>(fcinfo,
                                  [](const Vector& a, const Vector& b) { return dot(Features(a), Features(b)); });
}

Datum matrix_transpose(FunctionCallInfo fcinfo) { return computed<MatrixView>(fcinfo, transpose); }
Datum matrix_negate(FunctionCallInfo fcinfo) { return computed<MatrixView>(fcinfo, negate); }
Datum matrix_eq(FunctionCallInfo fcinfo) { return computed<MatrixView, MatrixView>(fcinfo, equal); }
Datum matrix_ne(FunctionCallInfo fcinfo) {
  return computed<MatrixView, MatrixView>(fcinfo,
                                          [](const MatrixView& a, const MatrixView& b) { return !equal(a, b); });
}

Datum matrix_hash(FunctionCallInfo fcinfo) {
  return computed<MatrixView>(fcinfo, [](const MatrixView& a) { return static_cast<std::int32_t>(hash(a)); });
}

Datum matrix_hash_extended(FunctionCallInfo fcinfo) {
  return computed<MatrixView, std::int64_t>(fcinfo, [](const MatrixView& a, std::int64_t seed) {
    return static_cast<std::int64_t>(hash(a, static_cast<std::uint64_t>(seed)));
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(matrix_in, quern::pg::matrix_in)
QUERN_EXPORT(matrix_out, quern::pg::matrix_out)
QUERN_EXPORT(matrix_recv, quern::pg::matrix_recv)
QUERN_EXPORT(matrix_send, quern::pg::matrix_send)
QUERN_EXPORT(matrix_from_array, quern::pg::matrix_from_array)
QUERN_EXPORT(matrix_to_array, quern::pg::matrix_to_array)
QUERN_EXPORT(matrix_to_vector, quern::pg::matrix_to_vector)
QUERN_EXPORT(matrix_from_jsonb, quern::pg::matrix_from_jsonb)
QUERN_EXPORT(matrix_to_jsonb, quern::pg::matrix_to_jsonb)
QUERN_EXPORT(matrix_add, quern::pg::of_two<quern::add>)
QUERN_EXPORT(matrix_add_number, quern::pg::with_number<quern::add>)
QUERN_EXPORT(number_add_matrix, quern::pg::number_with<quern::add>)
QUERN_EXPORT(matrix_subtract, quern::pg::of_two<quern::subtract>)
QUERN_EXPORT(matrix_subtract_number, quern::pg::with_number<quern::subtract>)
QUERN_EXPORT(number_subtract_matrix, quern::pg::number_with<quern::subtract>)
QUERN_EXPORT(matrix_multiply, quern::pg::of_two<quern::multiply>)
QUERN_EXPORT(matrix_multiply_number, quern::pg::with_number<quern::multiply>)
QUERN_EXPORT(number_multiply_matrix, quern::pg::number_with<quern::multiply>)
QUERN_EXPORT(matrix_divide, quern::pg::of_two<quern::divide>)
QUERN_EXPORT(matrix_divide_number, quern::pg::with_number<quern::divide>)
QUERN_EXPORT(number_divide_matrix, quern::pg::number_with<quern::divide>)
QUERN_EXPORT(matrix_product, quern::pg::matrix_product)
QUERN_EXPORT(matrix_vector_product, quern::pg::matrix_vector_product)
QUERN_EXPORT(vector_matrix_product, quern::pg::vector_matrix_product)
QUERN_EXPORT(vector_product, quern::pg::vector_product)
QUERN_EXPORT(matrix_transpose, quern::pg::matrix_transpose)
QUERN_EXPORT(matrix_negate, quern::pg::matrix_negate)
QUERN_EXPORT(matrix_eq, quern::pg::matrix_eq)
QUERN_EXPORT(matrix_ne, quern::pg::matrix_ne)
QUERN_EXPORT(matrix_hash, quern::pg::matrix_hash)
QUERN_EXPORT(matrix_hash_extended, quern::pg::matrix_hash_extended)
