// Solving, factoring, norms of quern.matrix.
#include "matrix/reductions.hpp"
#include "matrix/solve.hpp"
#include "matrix/spectral.hpp"
#include "matrix/vectors.hpp"
#include "pg/matrix_results.hpp"

namespace quern::pg {

Datum return_columns(FunctionCallInfo fcinfo, std::span<const NullableDatum> columns) {
  return call([&] {
    TupleDesc description;
    if (get_call_result_type(fcinfo, nullptr, &description) != TYPEFUNC_COMPOSITE ||
        description->natts != static_cast<int>(columns.size()))
      elog(ERROR, "declared result type does not match the C++ one");
    Datum values[8];
    bool nulls[8];
    for (std::size_t i = 0; i < columns.size(); ++i) {
      values[i] = columns[i].value;
      nulls[i] = columns[i].isnull;
    }
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(description), values, nulls));
  });
}

namespace {

// An optional last argument.
std::optional<double> tolerance_argument(FunctionCallInfo fcinfo) {
  if (PG_NARGS() < 2) return std::nullopt;
  return PG_GETARG_FLOAT8(1);
}

// give(A) returns the parts of A, write(parts) makes columns of them.
template <class Give>
Datum parts_of(FunctionCallInfo fcinfo, Give&& give) {
  Reader<MatrixView> reader;
  const MatrixView a = reader(fcinfo, 0);
  return guarded([&] {
    Arena arena(CurrentMemoryContext);
    BornIn scope(arena);
    auto parts = give(a);
    return std::apply([&](auto&... part) { return return_parts(fcinfo, std::move(part)...); }, tie_fields(parts));
  });
}

// f(A, b) with a vector b, whose result of one column is a vector again.
template <Matrix function(const MatrixView&, const MatrixView&)>
Datum with_vector(FunctionCallInfo fcinfo) {
  return computed<MatrixView, Features>(fcinfo, [](const MatrixView& a, const Features& b) {
    const Vec<double> numbers = numbers_of(b);
    const Matrix x = function(a, MatrixView({static_cast<std::int64_t>(numbers.size()), 1}, numbers.data()));
    const auto values = MatrixView(x).values();
    return Vec<double>(values.begin(), values.end());
  });
}

template <auto function>
Datum of_matrix(FunctionCallInfo fcinfo) {
  return computed<MatrixView>(fcinfo, function);
}

template <auto function>
Datum of_two(FunctionCallInfo fcinfo) {
  return computed<MatrixView, MatrixView>(fcinfo, function);
}

Datum matrix_norm(FunctionCallInfo fcinfo) {
  return computed<MatrixView, std::string_view>(
      fcinfo, [](const MatrixView& a, std::string_view kind) { return norm(a, kind); });
}

Datum vector_norm(FunctionCallInfo fcinfo) {
  return computed<FeatureRow, std::string_view>(
      fcinfo, [](const FeatureRow& x, std::string_view kind) { return quern::vector_norm(x, kind); });
}

Datum matrix_rank(FunctionCallInfo fcinfo) {
  return computed<MatrixView>(fcinfo, [tolerance = tolerance_argument(fcinfo)](const MatrixView& a) {
    return static_cast<std::int32_t>(rank(a, tolerance));
  });
}

Datum matrix_pinv(FunctionCallInfo fcinfo) {
  return computed<MatrixView>(fcinfo, [tolerance = tolerance_argument(fcinfo)](const MatrixView& a) {
    return pseudoinverse(a, tolerance);
  });
}

Datum matrix_qr(FunctionCallInfo fcinfo) { return parts_of(fcinfo, qr_parts); }
Datum matrix_lu(FunctionCallInfo fcinfo) { return parts_of(fcinfo, lu_parts); }

Datum matrix_svd(FunctionCallInfo fcinfo) {
  Jsonb* const json = PG_GETARG_JSONB_P(1);
  const char* const text = JsonbToCString(nullptr, &json->root, VARSIZE(json));
  return parts_of(fcinfo,
                  [=](const MatrixView& a) { return svd_parts(a, parse_options<SvdOptions>("svd", text)); });
}

Datum matrix_eigen(FunctionCallInfo fcinfo) {
  const std::string_view kind = Reader<std::string_view>()(fcinfo, 1);
  return parts_of(fcinfo, [=](const MatrixView& a) { return eigen_parts(a, kind); });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(matrix_inverse, quern::pg::of_matrix<quern::inverse>)
QUERN_EXPORT(matrix_solve, quern::pg::of_two<quern::solve>)
QUERN_EXPORT(matrix_solve_vector, quern::pg::with_vector<quern::solve>)
QUERN_EXPORT(matrix_lstsq, quern::pg::of_two<quern::least_squares>)
QUERN_EXPORT(matrix_lstsq_vector, quern::pg::with_vector<quern::least_squares>)
QUERN_EXPORT(matrix_determinant, quern::pg::of_matrix<quern::determinant>)
QUERN_EXPORT(matrix_trace, quern::pg::of_matrix<quern::trace>)
QUERN_EXPORT(matrix_norm, quern::pg::matrix_norm)
QUERN_EXPORT(quern_norm, quern::pg::vector_norm)
QUERN_EXPORT(matrix_rank, quern::pg::matrix_rank)
QUERN_EXPORT(matrix_cond, quern::pg::of_matrix<quern::condition>)
QUERN_EXPORT(matrix_pinv, quern::pg::matrix_pinv)
QUERN_EXPORT(matrix_cholesky, quern::pg::of_matrix<quern::cholesky_factor>)
QUERN_EXPORT(matrix_qr, quern::pg::matrix_qr)
QUERN_EXPORT(matrix_lu, quern::pg::matrix_lu)
QUERN_EXPORT(matrix_svd, quern::pg::matrix_svd)
QUERN_EXPORT(matrix_eigen, quern::pg::matrix_eigen)
