// The operators and functions of quern.smatrix. What they compute is in matrix/sparse_*.hpp.
#include "matrix/sparse_elementwise.hpp"
#include "matrix/sparse_operations.hpp"
#include "matrix/sparse_product.hpp"
#include "matrix/sparse_text.hpp"
#include "pg/smatrix.hpp"

namespace quern::pg {

namespace {

using Vector = std::span<const double>;

template <class A, class B, auto function>
Datum of_two(FunctionCallInfo fcinfo) {
  return computed<A, B>(fcinfo, function);
}

template <auto function>
Datum of_one(FunctionCallInfo fcinfo) {
  return computed<CsrView>(fcinfo, function);
}

// A function of one matrix whose result is an array.
template <Matrix function(const CsrView&)>
Datum numbers(FunctionCallInfo fcinfo) {
  return computed<CsrView>(fcinfo, [](const CsrView& a) { return Numbers{function(a)}; });
}

constexpr auto add_sparse = [](const CsrView& a, const CsrView& b) { return add(a, b); };
constexpr auto add_dense = [](const CsrView& a, const MatrixView& b) { return add(a, b); };
constexpr auto dense_add = [](const MatrixView& a, const CsrView& b) { return add(b, a); };
constexpr auto add_number = [](const CsrView& a, double b) { return add(a, MatrixView({1, 1}, &b)); };
constexpr auto number_add = [](double a, const CsrView& b) { return add(b, MatrixView({1, 1}, &a)); };
constexpr auto subtract_sparse = [](const CsrView& a, const CsrView& b) { return subtract(a, b); };
constexpr auto subtract_dense = [](const CsrView& a, const MatrixView& b) { return subtract(a, b); };
constexpr auto dense_subtract = [](const MatrixView& a, const CsrView& b) { return subtract(a, b); };
constexpr auto subtract_number = [](const CsrView& a, double b) { return subtract(a, MatrixView({1, 1}, &b)); };
constexpr auto number_subtract = [](double a, const CsrView& b) { return subtract(MatrixView({1, 1}, &a), b); };
constexpr auto multiply_sparse = [](const CsrView& a, const CsrView& b) { return multiply(a, b); };
constexpr auto multiply_dense = [](const CsrView& a, const MatrixView& b) { return multiply(a, b); };
constexpr auto dense_multiply = [](const MatrixView& a, const CsrView& b) { return multiply(b, a); };
constexpr auto multiply_number = [](const CsrView& a, double b) { return multiply(a, MatrixView({1, 1}, &b)); };
constexpr auto number_multiply = [](double a, const CsrView& b) { return multiply(b, MatrixView({1, 1}, &a)); };
constexpr auto divide_dense = [](const CsrView& a, const MatrixView& b) { return divide(a, b); };
constexpr auto divide_number = [](const CsrView& a, double b) { return divide(a, MatrixView({1, 1}, &b)); };

constexpr auto product_sparse = [](const CsrView& a, const CsrView& b) { return product(a, b); };
constexpr auto product_dense = [](const CsrView& a, const MatrixView& b) { return product(a, b); };
constexpr auto dense_product = [](const MatrixView& a, const CsrView& b) { return product(a, b); };
constexpr auto product_vector = [](const CsrView& a, const Vector& v) { return Numbers{product(a, v)}; };
constexpr auto vector_product = [](const Vector& v, const CsrView& a) { return Numbers{product(v, a)}; };
constexpr auto product_svec = [](const CsrView& a, const SparseFeatures& x) { return product(a, x); };
constexpr auto svec_product = [](const SparseFeatures& x, const CsrView& a) { return product(x, a); };
constexpr auto matrix_svec = [](const MatrixView& a, const SparseFeatures& x) {
  return Numbers{product(a, column_matrix(x))};
};
constexpr auto svec_matrix = [](const SparseFeatures& x, const MatrixView& a) {
  std::uint32_t room[2];
  return Numbers{product(row_matrix(x, room), a)};
};

constexpr auto kronecker = [](const CsrView& a, const CsrView& b) { return kron(a, b); };
constexpr auto same = [](const CsrView& a, const CsrView& b) { return equal(a, b); };
constexpr auto different = [](const CsrView& a, const CsrView& b) { return !equal(a, b); };
constexpr auto negated = [](const CsrView& a) { return negate(a); };
constexpr auto transposed = [](const CsrView& a) { return transpose(a); };
constexpr auto entry_count = [](const CsrView& a) { return static_cast<std::int64_t>(a.entries()); };
constexpr auto filled = [](const CsrView& a) { return density(a); };

Datum dims(FunctionCallInfo fcinfo) {
  Reader<CsrView> reader;
  const CsrView a = reader(fcinfo, 0);
  Datum sides[] = {Int32GetDatum(static_cast<std::int32_t>(a.rows)),
                   Int32GetDatum(static_cast<std::int32_t>(a.columns))};
  PG_RETURN_ARRAYTYPE_P(construct_array(sides, 2, INT4OID, sizeof(std::int32_t), true, TYPALIGN_INT));
}

Datum element_at(FunctionCallInfo fcinfo) {
  return computed<CsrView, std::int32_t, std::int32_t>(
      fcinfo, [](const CsrView& a, std::int32_t i, std::int32_t j) { return element(a, i, j); });
}

Datum row_at(FunctionCallInfo fcinfo) {
  Reader<CsrView> reader;
  const CsrView a = reader(fcinfo, 0);
  const std::int32_t i = PG_GETARG_INT32(1);
  return guarded([&] {
    const SparseFeatures x = row(a, i);
    return call([&] { return svec_datum(x); });
  });
}

Datum col_at(FunctionCallInfo fcinfo) {
  return computed<CsrView, std::int32_t>(fcinfo, [](const CsrView& a, std::int32_t j) { return col(a, j); });
}

Datum sliced(FunctionCallInfo fcinfo) {
  return computed<CsrView, std::int32_t, std::int32_t, std::int32_t, std::int32_t>(
      fcinfo, [](const CsrView& a, std::int32_t first_row, std::int32_t last_row, std::int32_t first_column,
                 std::int32_t last_column) { return slice(a, first_row, last_row, first_column, last_column); });
}

template <SparseMatrix stack(std::span<const CsrView>)>
Datum stacked(FunctionCallInfo fcinfo) {
  return computed<std::span<const CsrView>>(fcinfo, stack);
}

Datum diagonal_of_array(FunctionCallInfo fcinfo) {
  return computed<Vector>(fcinfo,
                          [](const Vector& x) { return diagonal_matrix(sparse_from_dense(Features(x)).view()); });
}

Datum diagonal_of_svec(FunctionCallInfo fcinfo) { return computed<SparseFeatures>(fcinfo, diagonal_matrix); }

Datum identity(FunctionCallInfo fcinfo) {
  return computed<std::int32_t>(fcinfo, [](std::int32_t n) { return sparse_identity(n); });
}

Datum random(FunctionCallInfo fcinfo) {
  return computed<std::int32_t, std::int32_t, double, std::int64_t>(fcinfo, sparse_random);
}

Datum norm_of(FunctionCallInfo fcinfo) {
  if (PG_NARGS() == 1) return computed<CsrView>(fcinfo, [](const CsrView& a) { return norm(a, "fro"); });
  return computed<CsrView, std::string_view>(fcinfo,
                                             [](const CsrView& a, std::string_view kind) { return norm(a, kind); });
}

Datum applied(FunctionCallInfo fcinfo) { return computed<CsrView, std::string_view>(fcinfo, apply); }

Datum shown(FunctionCallInfo fcinfo) {
  if (PG_NARGS() == 1) return computed<CsrView>(fcinfo, [](const CsrView& a) { return show(a, 20); });
  return computed<CsrView, std::int32_t>(fcinfo, [](const CsrView& a, std::int32_t most) { return show(a, most); });
}

Datum smatrix_hash(FunctionCallInfo fcinfo) {
  return computed<CsrView>(fcinfo, [](const CsrView& a) { return static_cast<std::int32_t>(hash(a)); });
}

Datum smatrix_hash_extended(FunctionCallInfo fcinfo) {
  return computed<CsrView, std::int64_t>(fcinfo, [](const CsrView& a, std::int64_t seed) {
    return static_cast<std::int64_t>(hash(a, static_cast<std::uint64_t>(seed)));
  });
}

}  // namespace

}  // namespace quern::pg

#define QUERN_OF_TWO(symbol, A, B, function) QUERN_EXPORT(symbol, (quern::pg::of_two<A, B, quern::pg::function>))

QUERN_OF_TWO(smatrix_add, quern::CsrView, quern::CsrView, add_sparse)
QUERN_OF_TWO(smatrix_add_matrix, quern::CsrView, quern::MatrixView, add_dense)
QUERN_OF_TWO(matrix_add_smatrix, quern::MatrixView, quern::CsrView, dense_add)
QUERN_OF_TWO(smatrix_add_number, quern::CsrView, double, add_number)
QUERN_OF_TWO(number_add_smatrix, double, quern::CsrView, number_add)
QUERN_OF_TWO(smatrix_subtract, quern::CsrView, quern::CsrView, subtract_sparse)
QUERN_OF_TWO(smatrix_subtract_matrix, quern::CsrView, quern::MatrixView, subtract_dense)
QUERN_OF_TWO(matrix_subtract_smatrix, quern::MatrixView, quern::CsrView, dense_subtract)
QUERN_OF_TWO(smatrix_subtract_number, quern::CsrView, double, subtract_number)
QUERN_OF_TWO(number_subtract_smatrix, double, quern::CsrView, number_subtract)
QUERN_OF_TWO(smatrix_multiply, quern::CsrView, quern::CsrView, multiply_sparse)
QUERN_OF_TWO(smatrix_multiply_matrix, quern::CsrView, quern::MatrixView, multiply_dense)
QUERN_OF_TWO(matrix_multiply_smatrix, quern::MatrixView, quern::CsrView, dense_multiply)
QUERN_OF_TWO(smatrix_multiply_number, quern::CsrView, double, multiply_number)
QUERN_OF_TWO(number_multiply_smatrix, double, quern::CsrView, number_multiply)
QUERN_OF_TWO(smatrix_divide_matrix, quern::CsrView, quern::MatrixView, divide_dense)
QUERN_OF_TWO(smatrix_divide_number, quern::CsrView, double, divide_number)
QUERN_OF_TWO(smatrix_product, quern::CsrView, quern::CsrView, product_sparse)
QUERN_OF_TWO(smatrix_matrix_product, quern::CsrView, quern::MatrixView, product_dense)
QUERN_OF_TWO(matrix_smatrix_product, quern::MatrixView, quern::CsrView, dense_product)
QUERN_OF_TWO(smatrix_vector_product, quern::CsrView, std::span<const double>, product_vector)
QUERN_OF_TWO(vector_smatrix_product, std::span<const double>, quern::CsrView, vector_product)
QUERN_OF_TWO(smatrix_svec_product, quern::CsrView, quern::SparseFeatures, product_svec)
QUERN_OF_TWO(svec_smatrix_product, quern::SparseFeatures, quern::CsrView, svec_product)
QUERN_OF_TWO(matrix_svec_product, quern::MatrixView, quern::SparseFeatures, matrix_svec)
QUERN_OF_TWO(svec_matrix_product, quern::SparseFeatures, quern::MatrixView, svec_matrix)
QUERN_OF_TWO(smatrix_eq, quern::CsrView, quern::CsrView, same)
QUERN_OF_TWO(smatrix_ne, quern::CsrView, quern::CsrView, different)
QUERN_OF_TWO(smatrix_kron, quern::CsrView, quern::CsrView, kronecker)
QUERN_EXPORT(smatrix_negate, quern::pg::of_one<quern::pg::negated>)
QUERN_EXPORT(smatrix_transpose, quern::pg::of_one<quern::pg::transposed>)
QUERN_EXPORT(smatrix_nnz, quern::pg::of_one<quern::pg::entry_count>)
QUERN_EXPORT(smatrix_density, quern::pg::of_one<quern::pg::filled>)
QUERN_EXPORT(smatrix_trace, quern::pg::of_one<quern::trace>)
QUERN_EXPORT(smatrix_min, quern::pg::of_one<quern::least>)
QUERN_EXPORT(smatrix_max, quern::pg::of_one<quern::greatest>)
QUERN_EXPORT(smatrix_row_sums, quern::pg::numbers<quern::row_sums>)
QUERN_EXPORT(smatrix_col_sums, quern::pg::numbers<quern::col_sums>)
QUERN_EXPORT(smatrix_row_means, quern::pg::numbers<quern::row_means>)
QUERN_EXPORT(smatrix_col_means, quern::pg::numbers<quern::col_means>)
QUERN_EXPORT(smatrix_diag, quern::pg::numbers<quern::diag>)
QUERN_EXPORT(smatrix_hstack, quern::pg::stacked<quern::hstack>)
QUERN_EXPORT(smatrix_vstack, quern::pg::stacked<quern::vstack>)
QUERN_EXPORT(smatrix_dims, quern::pg::dims)
QUERN_EXPORT(smatrix_element, quern::pg::element_at)
QUERN_EXPORT(smatrix_row, quern::pg::row_at)
QUERN_EXPORT(smatrix_col, quern::pg::col_at)
QUERN_EXPORT(smatrix_slice, quern::pg::sliced)
QUERN_EXPORT(smatrix_diagonal, quern::pg::diagonal_of_array)
QUERN_EXPORT(smatrix_diagonal_svec, quern::pg::diagonal_of_svec)
QUERN_EXPORT(smatrix_identity, quern::pg::identity)
QUERN_EXPORT(smatrix_random, quern::pg::random)
QUERN_EXPORT(smatrix_norm, quern::pg::norm_of)
QUERN_EXPORT(smatrix_apply, quern::pg::applied)
QUERN_EXPORT(smatrix_show, quern::pg::shown)
QUERN_EXPORT(smatrix_hash, quern::pg::smatrix_hash)
QUERN_EXPORT(smatrix_hash_extended, quern::pg::smatrix_hash_extended)
