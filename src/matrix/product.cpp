#include "matrix/product.hpp"

#include "linalg/backend.hpp"

namespace quern {

namespace {

constexpr std::string_view inner_sides = "the columns of the first must be as many as the rows of the second";

Shape shape_of(const MatrixView& a, bool transposed) {
  return transposed ? Shape{a.shape().columns, a.shape().rows} : a.shape();
}

}  // namespace

Matrix product(const MatrixView& a, const MatrixView& b, bool transpose_a, bool transpose_b) {
  const Shape left = shape_of(a, transpose_a), right = shape_of(b, transpose_b);
  if (left.columns != right.rows) refuse_shapes("@", inner_sides, left, right);
  Matrix c({left.rows, right.columns});
  linalg::gemm({.transpose_a = transpose_a,
                .transpose_b = transpose_b,
                .m = c.rows(),
                .n = c.columns(),
                .k = static_cast<std::size_t>(left.columns),
                .a = a.data(),
                .lda = a.columns(),
                .b = b.data(),
                .ldb = b.columns(),
                .c = c.data(),
                .ldc = c.columns()});
  require_in_range("@", c, {a, b});
  return c;
}

Vec<double> product(const MatrixView& a, std::span<const double> v) {
  const MatrixView column({static_cast<std::int64_t>(v.size()), 1}, v.data());
  if (a.columns() != v.size()) refuse_shapes("@", inner_sides, a.shape(), column.shape());
  Vec<double> c(a.rows());
  linalg::gemv(
      {.rows = a.rows(), .columns = a.columns(), .a = a.data(), .lda = a.columns(), .x = v.data(), .y = c.data()});
  require_in_range("@", {{a.shape().rows, 1}, c.data()}, {a, column});
  return c;
}

Vec<double> product(std::span<const double> v, const MatrixView& a) {
  const MatrixView row({1, static_cast<std::int64_t>(v.size())}, v.data());
  if (a.rows() != v.size()) refuse_shapes("@", inner_sides, row.shape(), a.shape());
  Vec<double> c(a.columns());
  linalg::gemv({.transpose = true,
                .rows = a.rows(),
                .columns = a.columns(),
                .a = a.data(),
                .lda = a.columns(),
                .x = v.data(),
                .y = c.data()});
  require_in_range("@", {{1, a.shape().columns}, c.data()}, {row, a});
  return c;
}

}  // namespace quern
