#include "matrix/sparse_product.hpp"

#include <algorithm>
#include <vector>

#include "base/pace.hpp"
#include "linalg/csr_products.hpp"
#include "linalg/sparse_accumulator.hpp"

namespace quern {

namespace {

constexpr std::string_view inner_sides = "the columns of the first must be as many as the rows of the second";
constexpr std::int64_t most_accumulated = 1 << 22;  // columns of an accumulator: 36 MB

void match(const Shape& a, const Shape& b) {
  if (a.columns != b.rows) refuse_shapes("@", inner_sides, a, b);
}

bool finite(std::span<const double> values) { return Features(values).finite(); }

void require_in_range(std::span<const double> result, std::span<const double> a, std::span<const double> b) {
  if (!finite(result) && finite(a) && finite(b)) throw InvalidInput("@: result out of range", {}, Fault::out_of_range);
}

// B with its columns numbered anew, without those that are empty.
struct Narrowed {
  std::vector<std::uint32_t> columns;  // what they were
  std::vector<std::uint32_t> indices;
  CsrView view;

  explicit Narrowed(const CsrView& b) : columns(b.indices.begin(), b.indices.end()), view(b) {
    std::sort(columns.begin(), columns.end());
    columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
    indices.reserve(b.entries());
    for (const std::uint32_t column : b.indices)
      indices.push_back(
          static_cast<std::uint32_t>(std::lower_bound(columns.begin(), columns.end(), column) - columns.begin()));
    view.columns = static_cast<std::int64_t>(columns.size());
    view.indices = indices;
  }
};

template <class Name>
SparseMatrix row_by_row(const CsrView& a, const CsrView& b, std::int64_t columns, Name name) {
  SparseBuilder builder({a.rows, columns}, std::max(a.entries(), b.entries()));
  SparseAccumulator sums(b.column_count());
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const SparseFeatures row = a.row(i);
    for (std::size_t k = 0; k < row.indices.size(); ++k) {
      const SparseFeatures other = b.row(row.indices[k]);
      sums.add(row.values[k], other);
      pace.spend(2 + 2 * other.indices.size());
    }
    pace.spend(8 * sums.size() + 2);
    sums.take(0, [&](std::uint32_t column, double sum) { builder.append(name(column), sum); });
    builder.end_row();
  }
  return builder.finish();
}

// y = A x without the memory of a dense x, nor its zeros, which would meet infinities.
SparseVector by_search(const CsrView& a, const SparseFeatures& x) {
  SparseVector y{a.rows, {}, {}};
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const SparseFeatures row = a.row(i);
    double sum = 0;
    for (std::size_t k = 0; k < row.indices.size(); ++k)
      if (const double number = element(x, row.indices[k]); number != 0) sum += row.values[k] * number;
    if (sum != 0) {
      y.indices.push_back(static_cast<std::uint32_t>(i));
      y.values.push_back(sum);
    }
    pace.spend(2 + 30 * row.indices.size());
  }
  return y;
}

}  // namespace

SparseMatrix product(const CsrView& a, const CsrView& b) {
  match(shape_of(a), shape_of(b));
  SparseMatrix c;
  if (b.columns > most_accumulated) {
    const Narrowed narrowed(b);
    c = row_by_row(a, narrowed.view, b.columns, [&](std::uint32_t column) { return narrowed.columns[column]; });
  } else {
    c = row_by_row(a, b, b.columns, [](std::uint32_t column) { return column; });
  }
  require_in_range(c.values, a.values, b.values);
  return c;
}

Matrix product(const CsrView& a, const MatrixView& b) {
  match(shape_of(a), b.shape());
  Matrix c = dense_zeros({a.rows, b.shape().columns});
  linalg::csr_times_dense(a, b.data(), b.columns(), c.data());
  require_in_range(c.values(), a.values, b.values());
  return c;
}

Matrix product(const MatrixView& a, const CsrView& b) {
  match(a.shape(), shape_of(b));
  Matrix c = dense_zeros({a.shape().rows, b.columns});
  linalg::dense_times_csr(a.data(), a.rows(), b, c.data());
  require_in_range(c.values(), a.values(), b.values);
  return c;
}

Matrix product(const CsrView& a, std::span<const double> v) {
  match(shape_of(a), {static_cast<std::int64_t>(v.size()), 1});
  Matrix c = dense_zeros({a.rows, 1});
  linalg::csr_times_vector(a, v.data(), c.data());
  require_in_range(c.values(), a.values, v);
  return c;
}

Matrix product(std::span<const double> v, const CsrView& a) {
  match({1, static_cast<std::int64_t>(v.size())}, shape_of(a));
  Matrix c = dense_zeros({1, a.columns});
  linalg::vector_times_csr(v.data(), a, c.data());
  require_in_range(c.values(), v, a.values);
  return c;
}

SparseVector product(const CsrView& a, const SparseFeatures& x) {
  match(shape_of(a), {static_cast<std::int64_t>(x.size), 1});
  SparseVector y;
  if (x.size > static_cast<std::size_t>(most_accumulated) || !finite(a.values)) {
    y = by_search(a, x);
  } else {
    std::vector<double> dense(x.size), sums(a.row_count());
    copy_to_dense(x, dense.data());
    linalg::csr_times_vector(a, dense.data(), sums.data());
    y = sparse_from_dense(std::span<const double>(sums));
  }
  require_in_range(y.values, a.values, x.values);
  return y;
}

SparseVector product(const SparseFeatures& x, const CsrView& a) {
  match({1, static_cast<std::int64_t>(x.size)}, shape_of(a));
  std::uint32_t room[2];
  return sparse_vector(product(row_matrix(x, room), a));
}

}  // namespace quern
