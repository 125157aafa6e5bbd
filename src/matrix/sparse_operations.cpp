#include "matrix/sparse_operations.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "base/pace.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

void require_range(std::string_view function, std::string_view what, std::int64_t index, std::int64_t side,
                   const CsrView& a) {
  if (index < 1 || index > side)
    throw InvalidInput(concat(function, ": there is no ", what, " ", index, " (", to_text(shape_of(a)), ")"));
}

void require_in_range(std::string_view function, std::span<const double> result, const CsrView& a) {
  if (!Features(result).finite() && Features(a.values).finite())
    throw InvalidInput(concat(function, ": result out of range"), {}, Fault::out_of_range);
}

// The entries of a row whose columns are from `first` to below `end`.
SparseFeatures part_of(const SparseFeatures& row, std::uint32_t first, std::size_t end) {
  const auto from = std::lower_bound(row.indices.begin(), row.indices.end(), first) - row.indices.begin();
  const auto to = std::lower_bound(row.indices.begin() + from, row.indices.end(), end) - row.indices.begin();
  const auto at = static_cast<std::size_t>(from), n = static_cast<std::size_t>(to - from);
  return {row.size, row.indices.subspan(at, n), row.values.subspan(at, n)};
}

Matrix divided(Matrix&& sums, std::int64_t n) {
  for (double& sum : sums.values())
    sum = n > 0 ? sum / static_cast<double>(n) : std::numeric_limits<double>::quiet_NaN();
  return std::move(sums);
}

bool below(double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; }

// Has the matrix elements that are not stored?
bool has_zeros(const CsrView& a) { return a.entries() < shape_of(a).size(); }

// Columns are numbered in 32 bits, and so many a value may have.
std::int64_t checked_side(std::string_view function, std::int64_t side) {
  if (side > max_matrix_side)
    throw InvalidInput(concat(function, ": a matrix has at most ", max_matrix_side, " rows and columns, not ", side),
                       {}, Fault::limit_exceeded);
  return side;
}

}  // namespace

std::optional<double> element(const CsrView& a, std::int64_t i, std::int64_t j) {
  if (i < 1 || i > a.rows || j < 1 || j > a.columns) return std::nullopt;
  return element(a.row(static_cast<std::size_t>(i - 1)), static_cast<std::uint32_t>(j - 1));
}

SparseFeatures row(const CsrView& a, std::int64_t i) {
  require_range("row", "row", i, a.rows, a);
  return a.row(static_cast<std::size_t>(i - 1));
}

SparseVector col(const CsrView& a, std::int64_t j) {
  require_range("col", "column", j, a.columns, a);
  SparseVector x{a.rows, {}, {}};
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const double value = element(a.row(i), static_cast<std::uint32_t>(j - 1));
    if (value != 0) {
      x.indices.push_back(static_cast<std::uint32_t>(i));
      x.values.push_back(value);
    }
    pace.spend(20);
  }
  return x;
}

SparseMatrix slice(const CsrView& a, std::int64_t first_row, std::int64_t last_row, std::int64_t first_column,
                   std::int64_t last_column) {
  const auto check = [&](const char* what, std::int64_t first, std::int64_t last, std::int64_t side) {
    if (first < 1 || last > side || last < first - 1)
      throw InvalidInput(
          concat("slice: ", what, " ", first, " to ", last, " are not in the matrix (", to_text(shape_of(a)), ")"));
  };
  check("rows", first_row, last_row, a.rows);
  check("columns", first_column, last_column, a.columns);
  const Shape shape{last_row - first_row + 1, last_column - first_column + 1};
  SparseBuilder builder(shape);
  const auto left = static_cast<std::uint32_t>(first_column - 1);
  Pace pace;
  for (std::int64_t i = first_row - 1; i < last_row; ++i) {
    const SparseFeatures part =
        part_of(a.row(static_cast<std::size_t>(i)), left, static_cast<std::size_t>(last_column));
    builder.append(part, 0u - left);
    builder.end_row();
    pace.spend(20 + part.indices.size());
  }
  return builder.finish();
}

SparseMatrix hstack(std::span<const CsrView> parts) {
  Shape shape{parts.empty() ? 0 : parts[0].rows, 0};
  std::size_t entries = 0;
  for (const CsrView& part : parts) {
    if (part.rows != shape.rows)
      refuse_shapes("hstack", "the matrices must have the same number of rows", shape_of(parts[0]), shape_of(part));
    shape.columns = checked_side("hstack", shape.columns + part.columns);
    entries += part.entries();
  }
  sparse_bytes(shape, entries);
  SparseBuilder builder(shape, entries);
  Pace pace;
  for (std::size_t i = 0; i < static_cast<std::size_t>(shape.rows); ++i) {
    std::uint32_t left = 0;
    for (const CsrView& part : parts) {
      const SparseFeatures row = part.row(i);
      builder.append(row, left);
      left += static_cast<std::uint32_t>(part.columns);
      pace.spend(2 + row.indices.size());
    }
    builder.end_row();
  }
  return builder.finish();
}

SparseMatrix vstack(std::span<const CsrView> parts) {
  Shape shape{0, parts.empty() ? 0 : parts[0].columns};
  std::size_t entries = 0;
  for (const CsrView& part : parts) {
    if (part.columns != shape.columns)
      refuse_shapes("vstack", "the matrices must have the same number of columns", shape_of(parts[0]), shape_of(part));
    shape.rows = checked_side("vstack", shape.rows + part.rows);
    entries += part.entries();
  }
  sparse_bytes(shape, entries);
  SparseBuilder builder(shape, entries);
  Pace pace;
  for (const CsrView& part : parts)
    for (std::size_t i = 0; i < part.row_count(); ++i) {
      builder.append(part.row(i));
      builder.end_row();
      pace.spend(2 + part.row_size(i));
    }
  return builder.finish();
}

SparseMatrix kron(const CsrView& a, const CsrView& b) {
  const auto side = [](std::int64_t m, std::int64_t n) { return checked_side("kron", m == 0 || n == 0 ? 0 : m * n); };
  const Shape shape{side(a.rows, b.rows), side(a.columns, b.columns)};
  const std::size_t entries = a.entries() * b.entries();
  sparse_bytes(shape, std::min(entries, 2 * max_sparse_entries));
  SparseBuilder builder(shape, entries);
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i)
    for (std::size_t r = 0; r < b.row_count(); ++r) {
      const SparseFeatures outer = a.row(i), inner = b.row(r);
      for (std::size_t k = 0; k < outer.indices.size(); ++k)
        for (std::size_t l = 0; l < inner.indices.size(); ++l)
          builder.append(
              static_cast<std::uint32_t>(outer.indices[k] * static_cast<std::uint64_t>(b.columns) + inner.indices[l]),
              outer.values[k] * inner.values[l]);
      builder.end_row();
      pace.spend(2 + 3 * outer.indices.size() * inner.indices.size());
    }
  SparseMatrix c = builder.finish();
  if (!Features(b.values).finite()) return c;
  require_in_range("kron", c.values, a);
  return c;
}

Matrix diag(const CsrView& a) {
  Matrix d({std::min(a.rows, a.columns), 1});
  for (std::size_t i = 0; i < d.rows(); ++i) d(i, 0) = element(a.row(i), static_cast<std::uint32_t>(i));
  return d;
}

SparseMatrix diagonal_matrix(const SparseFeatures& x) {
  const auto n = static_cast<std::int64_t>(x.size);
  SparseBuilder builder({n, n}, x.indices.size());
  std::size_t k = 0;
  for (std::size_t i = 0; i < x.size; ++i) {
    if (k < x.indices.size() && x.indices[k] == i) builder.append(static_cast<std::uint32_t>(i), x.values[k++]);
    builder.end_row();
  }
  return builder.finish();
}

SparseMatrix sparse_identity(std::int64_t n) {
  if (n < 0) throw InvalidInput(concat("sidentity: n must not be negative (", n, ")"));
  sparse_bytes({n, n}, static_cast<std::size_t>(n));
  SparseBuilder builder({n, n}, static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i) {
    builder.append(static_cast<std::uint32_t>(i), 1);
    builder.end_row();
  }
  return builder.finish();
}

// The gaps between the places that are taken, in row-major order, are geometric: every place is taken with probability
// `density`, independently.
SparseMatrix sparse_random(std::int64_t rows, std::int64_t columns, double density, std::int64_t seed) {
  if (rows < 0 || columns < 0)
    throw InvalidInput(concat("srandom: sides must not be negative (", rows, " x ", columns, ")"));
  if (!(density >= 0 && density <= 1))
    throw InvalidInput(concat("srandom: density must be between 0 and 1, not ", density));
  const Shape shape{rows, columns};
  const double expected = density * static_cast<double>(rows) * static_cast<double>(columns);
  sparse_bytes(shape, static_cast<std::size_t>(std::min(expected, 2e9)));
  SparseBuilder builder(shape, static_cast<std::size_t>(expected * 1.01) + 100);
  std::mt19937_64 random(static_cast<std::uint64_t>(seed));
  const auto uniform = [&] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
  const double log_gap = std::log1p(-density);
  const auto gap = [&] { return density == 1 ? 0.0 : std::floor(std::log(uniform()) / log_gap); };
  const auto width = static_cast<double>(columns);
  double next = density > 0 ? gap() : std::numeric_limits<double>::infinity();  // column, counted from the row's start
  Pace pace;
  for (std::int64_t i = 0; i < rows; ++i) {
    for (; next < width; next += 1 + gap()) {
      const double radius = std::sqrt(-2 * std::log(uniform()));  // Box, Muller 1958
      builder.append(static_cast<std::uint32_t>(next), radius * std::cos(6.283185307179586 * uniform()));
      pace.spend(100);
    }
    next -= width;
    builder.end_row();
    pace.spend(2);
  }
  return builder.finish();
}

Matrix row_sums(const CsrView& a) {
  Matrix sums({a.rows, 1});
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    double sum = 0;
    for (const double value : a.row(i).values) sum += value;
    sums(i, 0) = sum;
  }
  require_in_range("row_sums", sums.values(), a);
  return sums;
}

Matrix col_sums(const CsrView& a) {
  Matrix sums = dense_zeros({1, a.columns});
  for (std::size_t k = 0; k < a.entries(); ++k) sums(0, a.indices[k]) += a.values[k];
  require_in_range("col_sums", sums.values(), a);
  return sums;
}

Matrix row_means(const CsrView& a) { return divided(row_sums(a), a.columns); }
Matrix col_means(const CsrView& a) { return divided(col_sums(a), a.rows); }

std::optional<double> least(const CsrView& a) {
  std::optional<double> found;
  if (has_zeros(a)) found = 0;
  for (const double value : a.values)
    if (!found || below(value, *found)) found = value;
  return found;
}

std::optional<double> greatest(const CsrView& a) {
  std::optional<double> found;
  if (has_zeros(a)) found = 0;
  for (const double value : a.values)
    if (!found || below(*found, value)) found = value;
  return found;
}

std::optional<double> density(const CsrView& a) {
  const double elements = static_cast<double>(a.rows) * static_cast<double>(a.columns);
  if (elements == 0) return std::nullopt;
  return static_cast<double>(a.entries()) / elements;
}

double trace(const CsrView& a) {
  if (a.rows != a.columns) refuse_shape("trace", "the matrix must be square", shape_of(a));
  double sum = 0;
  const Matrix diagonal = diag(a);
  for (const double value : MatrixView(diagonal).values()) sum += value;
  require_in_range("trace", {&sum, 1}, a);
  return sum;
}

double norm(const CsrView& a, std::string_view kind) {
  double largest = 0;
  const auto note = [&](double value) { largest = below(largest, value) ? value : largest; };
  if (kind == "fro") {
    largest = l2_norm(FeatureRow(Features(a.values)));
  } else if (kind == "max") {
    for (const double value : a.values) note(std::abs(value));
  } else if (kind == "1") {
    Matrix sums = dense_zeros({1, a.columns});
    for (std::size_t k = 0; k < a.entries(); ++k) sums(0, a.indices[k]) += std::abs(a.values[k]);
    for (const double sum : sums.values()) note(sum);
  } else if (kind == "inf") {
    for (std::size_t i = 0; i < a.row_count(); ++i) {
      double sum = 0;
      for (const double value : a.row(i).values) sum += std::abs(value);
      note(sum);
    }
  } else if (kind == "2" || kind == "nuclear") {
    throw InvalidInput(
        concat("norm: ", kind, " needs the singular values, which a sparse matrix does not have at hand"),
        "Take it of the dense matrix: norm(dense(a), ...).");
  } else {
    throw InvalidInput(concat("norm: kind must be 1, inf, fro or max, not \"", kind.substr(0, 40), "\""));
  }
  require_in_range("norm", {&largest, 1}, a);
  return largest;
}

}  // namespace quern
