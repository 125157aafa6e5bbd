#include "matrix/construct.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace quern {

namespace {

void require_index(std::string_view function, std::string_view what, std::int64_t index, std::int64_t most,
                   const Shape& shape) {
  if (index < 1 || index > most)
    throw InvalidInput(concat(function, ": ", what, " ", index, " of a matrix of ", to_text(shape)));
}

void require_range(std::string_view what, std::int64_t from, std::int64_t to, std::int64_t most, const Shape& shape) {
  if (from < 1 || to > most || to < from - 1)
    throw InvalidInput(concat("slice: ", what, " ", from, " to ", to, " of a matrix of ", to_text(shape)));
}

void require_parts(std::string_view function, std::span<const MatrixView> parts) {
  if (parts.empty()) throw InvalidInput(concat(function, ": there must be at least one matrix"));
}

}  // namespace

Matrix identity(std::int64_t n) {
  Matrix a({n, n}, 0.0);
  for (std::size_t i = 0; i < a.rows(); ++i) a(i, i) = 1;
  return a;
}

Matrix filled(std::int64_t rows, std::int64_t columns, double value) { return Matrix({rows, columns}, value); }

Matrix random_matrix(std::int64_t rows, std::int64_t columns, std::int64_t seed) {
  Matrix a({rows, columns});
  SplitMix64 random(static_cast<std::uint64_t>(seed));
  for (std::size_t k = 0; k < a.size(); ++k) {
    a.data()[k] = random.uniform();
    if (k % 1048576 == 0) checkpoint();
  }
  return a;
}

Matrix diagonal_matrix(std::span<const double> diagonal) {
  const auto n = static_cast<std::int64_t>(diagonal.size());
  Matrix a({n, n}, 0.0);
  for (std::size_t i = 0; i < diagonal.size(); ++i) a(i, i) = diagonal[i];
  return a;
}

Vec<double> diagonal(const MatrixView& a) {
  Vec<double> d(std::min(a.rows(), a.columns()));
  for (std::size_t i = 0; i < d.size(); ++i) d[i] = a(i, i);
  return d;
}

Matrix kron(const MatrixView& a, const MatrixView& b) {
  const Shape p = a.shape(), q = b.shape();
  // Sides fit 31 bits each, so that products fit 62.
  Matrix c({p.rows * q.rows, p.columns * q.columns});
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t k = 0; k < b.rows(); ++k) {
      checkpoint();
      double* to = c.data() + (i * b.rows() + k) * c.columns();
      for (std::size_t j = 0; j < a.columns(); ++j)
        for (std::size_t l = 0; l < b.columns(); ++l) *to++ = a(i, j) * b(k, l);
    }
  require_in_range("kron", c, {a, b});
  return c;
}

Matrix hstack(std::span<const MatrixView> parts) {
  require_parts("hstack", parts);
  Shape shape{parts[0].shape().rows, 0};
  for (const MatrixView& part : parts) {
    if (part.shape().rows != shape.rows)
      refuse_shapes("hstack", "the matrices must have the same number of rows", parts[0].shape(), part.shape());
    shape.columns += part.shape().columns;
  }
  Matrix c(shape);
  double* to = c.data();
  for (std::size_t i = 0; i < c.rows(); ++i) {
    for (const MatrixView& part : parts) to = std::copy_n(part.row(i).data(), part.columns(), to);
    if (i % 1024 == 0) checkpoint();
  }
  return c;
}

Matrix vstack(std::span<const MatrixView> parts) {
  require_parts("vstack", parts);
  Shape shape{0, parts[0].shape().columns};
  for (const MatrixView& part : parts) {
    if (part.shape().columns != shape.columns)
      refuse_shapes("vstack", "the matrices must have the same number of columns", parts[0].shape(), part.shape());
    shape.rows += part.shape().rows;
  }
  Matrix c(shape);
  double* to = c.data();
  for (const MatrixView& part : parts) {
    checkpoint();
    to = std::copy_n(part.data(), part.size(), to);
  }
  return c;
}

std::optional<double> element(const MatrixView& a, std::int64_t i, std::int64_t j) {
  if (i < 1 || i > a.shape().rows || j < 1 || j > a.shape().columns) return std::nullopt;
  return a(static_cast<std::size_t>(i - 1), static_cast<std::size_t>(j - 1));
}

Vec<double> row(const MatrixView& a, std::int64_t i) {
  require_index("row", "row", i, a.shape().rows, a.shape());
  const auto numbers = a.row(static_cast<std::size_t>(i - 1));
  return Vec<double>(numbers.begin(), numbers.end());
}

Vec<double> column(const MatrixView& a, std::int64_t j) {
  require_index("col", "column", j, a.shape().columns, a.shape());
  Vec<double> numbers(a.rows());
  for (std::size_t i = 0; i < a.rows(); ++i) numbers[i] = a(i, static_cast<std::size_t>(j - 1));
  return numbers;
}

Matrix slice(const MatrixView& a, std::int64_t i1, std::int64_t i2, std::int64_t j1, std::int64_t j2) {
  require_range("rows", i1, i2, a.shape().rows, a.shape());
  require_range("columns", j1, j2, a.shape().columns, a.shape());
  Matrix c({i2 - i1 + 1, j2 - j1 + 1});
  for (std::size_t i = 0; i < c.rows(); ++i)
    std::copy_n(a.row(static_cast<std::size_t>(i1 - 1) + i).data() + (j1 - 1), c.columns(), c.row(i).data());
  return c;
}

Matrix reshape(const MatrixView& a, std::int64_t rows, std::int64_t columns) {
  const Shape shape{rows, columns};
  if (rows < 0 || columns < 0 || rows > max_matrix_side || columns > max_matrix_side || shape.size() != a.size())
    refuse_shapes("reshape", "the shapes must have the same number of elements", a.shape(), shape);
  Matrix c(shape);
  std::copy_n(a.data(), a.size(), c.data());
  return c;
}

}  // namespace quern
