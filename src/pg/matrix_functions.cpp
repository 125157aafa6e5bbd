// Making matrices, taking them apart, reducing them, functions of their elements.
#include "matrix/construct.hpp"
#include "matrix/element_functions.hpp"
#include "matrix/reductions.hpp"
#include "matrix/show.hpp"
#include "pg/matrix_results.hpp"
#include "pg/rows.hpp"

namespace quern::pg {

namespace {

MatrixView view_of(Datum datum) {
  LOCAL_FCINFO(one, 1);
  InitFunctionCallInfoData(*one, nullptr, 1, InvalidOid, nullptr, nullptr);
  one->args[0] = {datum, false};
  return Reader<MatrixView>()(one, 0);
}

}  // namespace

std::span<const MatrixView> Reader<std::span<const MatrixView>>::operator()(FunctionCallInfo fcinfo, int arg) {
  ArrayType* const array = PG_GETARG_ARRAYTYPE_P(arg);
  Datum* elements;
  bool* nulls;
  int n;
  deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE, &elements, &nulls, &n);
  auto* const views = static_cast<MatrixView*>(palloc(sizeof(MatrixView) * static_cast<Size>(n + 1)));
  null_ = false;
  for (int i = 0; i < n; ++i) {
    null_ = null_ || nulls[i];
    new (views + i) MatrixView(nulls[i] ? MatrixView() : view_of(elements[i]));
  }
  return {views, static_cast<std::size_t>(n)};
}

namespace {

using Int = std::int32_t;

template <auto function>
Datum of_matrix(FunctionCallInfo fcinfo) {
  return computed<MatrixView>(fcinfo, function);
}

template <auto function, class... T>
Datum of(FunctionCallInfo fcinfo) {
  return computed<T...>(fcinfo, [](const T&... arguments) { return function(arguments...); });
}

template <double value>
Datum filled_with(FunctionCallInfo fcinfo) {
  return computed<Int, Int>(fcinfo, [](Int rows, Int columns) { return filled(rows, columns, value); });
}

// Row and column, from 1.
template <std::optional<std::size_t> place(const MatrixView&)>
Datum place_of(FunctionCallInfo fcinfo) {
  Reader<MatrixView> reader;
  const MatrixView a = reader(fcinfo, 0);
  return guarded([&]() -> Datum {
    const auto at = place(a);
    if (!at) {
      fcinfo->isnull = true;
      return Datum{0};
    }
    const auto number = [](std::size_t n) { return NullableDatum{Int32GetDatum(static_cast<Int>(n + 1)), false}; };
    return return_columns(fcinfo, std::array{number(*at / a.columns()), number(*at % a.columns())});
  });
}

Datum matrix_element(FunctionCallInfo fcinfo) {
  return computed<MatrixView, Int, Int>(fcinfo, [](const MatrixView& a, Int i, Int j) { return element(a, i, j); });
}

Datum matrix_dims(FunctionCallInfo fcinfo) {
  Reader<MatrixView> reader;
  const MatrixView a = reader(fcinfo, 0);
  Datum sides[] = {Int32GetDatum(static_cast<Int>(a.rows())), Int32GetDatum(static_cast<Int>(a.columns()))};
  return PointerGetDatum(construct_array(sides, 2, INT4OID, sizeof(Int), true, TYPALIGN_INT));
}

Datum matrix_entries(FunctionCallInfo fcinfo) {
  Reader<MatrixView> reader;
  const MatrixView a = reader(fcinfo, 0);
  const RowSink sink = open_rows(fcinfo, 3);
  bool nulls[] = {false, false, false};
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < a.columns(); ++j) {
      Datum values[] = {Int32GetDatum(static_cast<Int>(i + 1)), Int32GetDatum(static_cast<Int>(j + 1)),
                        Float8GetDatum(a(i, j))};
      tuplestore_putvalues(sink.store, sink.columns, values, nulls);
      if (j % 1024 == 0) CHECK_FOR_INTERRUPTS();
    }
  PG_RETURN_NULL();
}

Datum matrix_rows(FunctionCallInfo fcinfo) {
  Reader<MatrixView> reader;
  const MatrixView a = reader(fcinfo, 0);
  const RowSink sink = open_rows(fcinfo, 2);
  MemoryContext const scratch = AllocSetContextCreate(CurrentMemoryContext, "quern row", ALLOCSET_DEFAULT_SIZES);
  bool nulls[] = {false, false};
  for (std::size_t i = 0; i < a.rows(); ++i) {
    MemoryContext const previous = MemoryContextSwitchTo(scratch);
    Datum values[] = {Int32GetDatum(static_cast<Int>(i + 1)), array_datum(a.row(i))};
    MemoryContextSwitchTo(previous);
    tuplestore_putvalues(sink.store, sink.columns, values, nulls);
    MemoryContextReset(scratch);
    CHECK_FOR_INTERRUPTS();
  }
  PG_RETURN_NULL();
}

Datum matrix_apply(FunctionCallInfo fcinfo) {
  return computed<MatrixView, std::string_view>(
      fcinfo, [](const MatrixView& a, std::string_view name) { return apply(a, name); });
}

}  // namespace

}  // namespace quern::pg

#define OF(function, ...) quern::pg::of<function, __VA_ARGS__>

QUERN_EXPORT(matrix_identity, (OF(quern::identity, std::int32_t)))
QUERN_EXPORT(matrix_zeros, quern::pg::filled_with<0.0>)
QUERN_EXPORT(matrix_ones, quern::pg::filled_with<1.0>)
QUERN_EXPORT(matrix_random, (OF(quern::random_matrix, std::int32_t, std::int32_t, std::int64_t)))
QUERN_EXPORT(matrix_diag, quern::pg::of_matrix<quern::diagonal>)
QUERN_EXPORT(vector_diag, (OF(quern::diagonal_matrix, std::span<const double>)))
QUERN_EXPORT(matrix_kron, (OF(quern::kron, quern::MatrixView, quern::MatrixView)))
QUERN_EXPORT(matrix_hstack, (OF(quern::hstack, std::span<const quern::MatrixView>)))
QUERN_EXPORT(matrix_vstack, (OF(quern::vstack, std::span<const quern::MatrixView>)))
QUERN_EXPORT(matrix_element, quern::pg::matrix_element)
QUERN_EXPORT(matrix_row, (OF(quern::row, quern::MatrixView, std::int32_t)))
QUERN_EXPORT(matrix_col, (OF(quern::column, quern::MatrixView, std::int32_t)))
QUERN_EXPORT(matrix_slice,
             (OF(quern::slice, quern::MatrixView, std::int32_t, std::int32_t, std::int32_t, std::int32_t)))
QUERN_EXPORT(matrix_reshape, (OF(quern::reshape, quern::MatrixView, std::int32_t, std::int32_t)))
QUERN_EXPORT(matrix_total, quern::pg::of_matrix<quern::total>)
QUERN_EXPORT(matrix_mean, quern::pg::of_matrix<quern::mean>)
QUERN_EXPORT(matrix_row_sums, quern::pg::of_matrix<quern::row_sums>)
QUERN_EXPORT(matrix_col_sums, quern::pg::of_matrix<quern::column_sums>)
QUERN_EXPORT(matrix_row_means, quern::pg::of_matrix<quern::row_means>)
QUERN_EXPORT(matrix_col_means, quern::pg::of_matrix<quern::column_means>)
QUERN_EXPORT(matrix_min, quern::pg::of_matrix<quern::minimum>)
QUERN_EXPORT(matrix_max, quern::pg::of_matrix<quern::maximum>)
QUERN_EXPORT(matrix_argmin, quern::pg::place_of<quern::place_of_minimum>)
QUERN_EXPORT(matrix_argmax, quern::pg::place_of<quern::place_of_maximum>)
QUERN_EXPORT(matrix_dims, quern::pg::matrix_dims)
QUERN_EXPORT(matrix_nnz, quern::pg::of_matrix<quern::nonzeros>)
QUERN_EXPORT(matrix_density, quern::pg::of_matrix<quern::density>)
QUERN_EXPORT(matrix_apply, quern::pg::matrix_apply)
QUERN_EXPORT(matrix_element_power, (OF(quern::power, quern::MatrixView, double)))
QUERN_EXPORT(matrix_power, (OF(quern::matrix_power, quern::MatrixView, std::int32_t)))
QUERN_EXPORT(matrix_entries, quern::pg::matrix_entries)
QUERN_EXPORT(matrix_rows, quern::pg::matrix_rows)
QUERN_EXPORT(matrix_show, (OF(quern::show, quern::MatrixView, std::int32_t, std::int32_t, std::int32_t)))
