#include "matrix/sparse_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/hash.hpp"
#include "base/pace.hpp"
#include "base/paced_sort.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

constexpr std::uint32_t no_offsets[1] = {0};
constexpr std::size_t most_bytes = 0x3fffffff, head_bytes = 24;

struct Entry {
  std::uint32_t column;
  double value;
};

bool same(double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); }

}  // namespace

CsrView SparseMatrix::view() const {
  if (offsets.empty()) return {rows, columns, no_offsets, indices, values};
  return {rows, columns, offsets, indices, values};
}

bool SparseMatrix::valid() const {
  return rows >= 0 && rows <= max_matrix_side && columns >= 0 && columns <= max_matrix_side &&
         (offsets.size() == static_cast<std::size_t>(rows) + 1 || (rows == 0 && offsets.empty())) &&
         indices.size() == values.size() && indices.size() <= max_sparse_entries && is_sound(view()) &&
         std::find(values.begin(), values.end(), 0.0) == values.end();
}

std::size_t sparse_bytes(const Shape& shape, std::size_t entries) {
  const auto rows = static_cast<std::size_t>(shape.rows);
  const std::size_t bytes =
      head_bytes + (rows + 1) * sizeof(std::uint32_t) + entries * (sizeof(double) + sizeof(std::uint32_t));
  if (shape.rows < 0 || shape.columns < 0 || shape.rows > max_matrix_side || shape.columns > max_matrix_side)
    throw InvalidInput(
        concat("a matrix has between 0 and ", max_matrix_side, " rows and columns, not ", to_text(shape)));
  if (bytes > most_bytes)
    throw InvalidInput(concat("a sparse matrix of ", to_text(shape), " with ", entries, " entries takes ", bytes,
                              " bytes, and a value at most 1 GB"),
                       "Cut it into blocks, one a row of a table: see quern.blocks.", Fault::limit_exceeded);
  return bytes;
}

// Columns within a row ascend if each descent in the list of all of them is where a row starts.
bool is_sound(const CsrView& a) {
  const std::size_t entries = a.indices.size();
  if (a.offsets.size() != a.row_count() + 1 || a.offsets.front() != 0 || a.offsets.back() != entries) return false;
  std::size_t falls = 0, descents = 0, starts = 0;
  for (std::size_t i = 0; i < a.row_count(); ++i) falls += a.offsets[i] > a.offsets[i + 1];
  if (falls > 0) return false;
  std::uint32_t largest = 0;
  for (const std::uint32_t column : a.indices) largest = std::max(largest, column);
  if (entries > 0 && largest >= a.columns) return false;
  for (std::size_t k = 1; k < entries; ++k) descents += a.indices[k - 1] >= a.indices[k];
  if (descents == 0) return true;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const std::size_t k = a.offsets[i];
    if (k > 0 && k < a.offsets[i + 1]) starts += a.indices[k - 1] >= a.indices[k];
  }
  return descents == starts;
}

SparseBuilder::SparseBuilder(const Shape& shape, std::size_t entries) : a_{shape.rows, shape.columns, {}, {}, {}} {
  sparse_bytes(shape, 0);
  a_.offsets.reserve(static_cast<std::size_t>(shape.rows) + 1);
  a_.offsets.push_back(0);
  entries = std::min(entries, max_sparse_entries);
  a_.indices.reserve(entries);
  a_.values.reserve(entries);
}

void SparseBuilder::append(const SparseFeatures& row, std::uint32_t from_column) {
  for (std::size_t k = 0; k < row.indices.size(); ++k) {
    a_.indices.push_back(row.indices[k] + from_column);
    a_.values.push_back(row.values[k]);
  }
}

void SparseBuilder::end_row() {
  if (a_.indices.size() > max_sparse_entries) sparse_bytes({a_.rows, a_.columns}, a_.indices.size());
  a_.offsets.push_back(static_cast<std::uint32_t>(a_.indices.size()));
}

void SparseBuilder::skip_to(std::size_t row) {
  if (a_.indices.size() > max_sparse_entries) sparse_bytes({a_.rows, a_.columns}, a_.indices.size());
  a_.offsets.resize(row + 1, static_cast<std::uint32_t>(a_.indices.size()));
}

SparseMatrix SparseBuilder::finish() {
  a_.offsets.resize(static_cast<std::size_t>(a_.rows) + 1, static_cast<std::uint32_t>(a_.indices.size()));
  sparse_bytes({a_.rows, a_.columns}, a_.indices.size());
  return std::move(a_);
}

SparseMatrix sparse_from_entries(std::string_view where, Fault fault, const Shape& shape,
                                 std::span<const std::int64_t> rows, std::span<const std::int64_t> columns,
                                 std::span<const double> values, Duplicates duplicates) {
  if (shape.rows < 0 || shape.columns < 0 || shape.rows > max_matrix_side || shape.columns > max_matrix_side)
    throw InvalidInput(
        concat(where, ": a matrix has between 0 and ", max_matrix_side, " rows and columns, not ", to_text(shape)), {},
        fault);
  for (std::size_t k = 0; k < rows.size(); ++k)
    if (rows[k] < 1 || rows[k] > shape.rows || columns[k] < 1 || columns[k] > shape.columns)
      throw InvalidInput(concat(where, ": entry (", rows[k], ", ", columns[k], ") is outside of ", to_text(shape)), {},
                         fault);
  sparse_bytes(shape, std::min(values.size(), max_sparse_entries + 1));
  Pace pace;
  const auto n = static_cast<std::size_t>(shape.rows);
  std::vector<std::uint32_t> next(n + 1);  // where the next entry of a row goes
  for (const std::int64_t row : rows) next[static_cast<std::size_t>(row)] += 1;
  for (std::size_t i = 0; i < n; ++i) next[i + 1] += next[i];
  std::vector<Entry> placed(values.size());
  for (std::size_t k = 0; k < values.size(); ++k) {
    placed[next[static_cast<std::size_t>(rows[k] - 1)]++] = {static_cast<std::uint32_t>(columns[k] - 1), values[k]};
    pace.spend(4);
  }
  const auto before = [](const Entry& a, const Entry& b) { return a.column < b.column; };
  SparseBuilder builder(shape, values.size());
  std::size_t at = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t end = next[i];
    const std::size_t size = end - at;
    paced_stable_sort(std::span(placed).subspan(at, size), before);
    while (at < end) {
      const std::uint32_t column = placed[at].column;
      double value = placed[at++].value;
      for (; at < end && placed[at].column == column; ++at) {
        if (duplicates == Duplicates::refuse)
          throw InvalidInput(concat(where, ": entry (", i + 1, ", ", std::size_t{column} + 1, ") is there twice"), {},
                             fault);
        const bool finite = std::isfinite(value) && std::isfinite(placed[at].value);
        value += placed[at].value;
        if (finite && !std::isfinite(value))
          throw InvalidInput(
              concat(where, ": the sum of the entries (", i + 1, ", ", std::size_t{column} + 1, ") is out of range"),
              {}, Fault::out_of_range);
      }
      builder.append(column, value);
    }
    builder.end_row();
    pace.spend(8 + 16 * size);
  }
  return builder.finish();
}

SparseMatrix sparse_from_dense(const MatrixView& a) {
  const auto values = a.values();
  SparseBuilder builder(a.shape(),
                        values.size() - static_cast<std::size_t>(std::count(values.begin(), values.end(), 0.0)));
  Pace pace;
  for (std::size_t i = 0; i < a.rows(); ++i) {
    const auto row = a.row(i);
    for (std::size_t j = 0; j < row.size(); ++j) builder.append(static_cast<std::uint32_t>(j), row[j]);
    builder.end_row();
    pace.spend(row.size());
  }
  return builder.finish();
}

Matrix dense_zeros(const Shape& shape) {
  if (shape.size() > (most_bytes - Matrix::headroom) / sizeof(double))
    throw InvalidInput(concat("a matrix of ", to_text(shape), " takes more than the 1 GB that a value may have"),
                       "Keep it sparse, or cut it into blocks, one a row of a table: see quern.blocks.",
                       Fault::limit_exceeded);
  return Matrix(shape, 0.0);
}

Matrix to_dense(const CsrView& a) {
  Matrix dense = dense_zeros(shape_of(a));
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const SparseFeatures row = a.row(i);
    const auto to = dense.row(i);
    for (std::size_t k = 0; k < row.indices.size(); ++k) to[row.indices[k]] = row.values[k];
    pace.spend(1 + row.indices.size());
  }
  return dense;
}

SparseMatrix copy_of(const CsrView& a) {
  SparseMatrix c{a.rows, a.columns, {}, {}, {}};
  c.offsets.assign(a.offsets.begin(), a.offsets.end());
  c.indices.assign(a.indices.begin(), a.indices.end());
  c.values.assign(a.values.begin(), a.values.end());
  return c;
}

SparseMatrix column_matrix(const SparseFeatures& x) {
  SparseBuilder builder({static_cast<std::int64_t>(x.size), 1}, x.indices.size());
  std::size_t i = 0;
  for (std::size_t k = 0; k < x.indices.size(); ++k) {
    for (; i < x.indices[k]; ++i) builder.end_row();
    builder.append(0, x.values[k]);
  }
  for (; i < x.size; ++i) builder.end_row();
  return builder.finish();
}

CsrView row_matrix(const SparseFeatures& x, std::uint32_t (&offsets)[2]) {
  offsets[0] = 0;
  offsets[1] = static_cast<std::uint32_t>(x.indices.size());
  return {1, static_cast<std::int64_t>(x.size), offsets, x.indices, x.values};
}

SparseVector sparse_vector(const CsrView& a) {
  if (a.rows != 1 && a.columns != 1) refuse_shape("svec", "the matrix must be one row or one column", shape_of(a));
  SparseVector x{a.rows == 1 ? a.columns : a.rows, {}, {}};
  x.values.assign(a.values.begin(), a.values.end());
  if (a.rows == 1) {
    x.indices.assign(a.indices.begin(), a.indices.end());
    return x;
  }
  x.indices.reserve(a.entries());
  for (std::size_t i = 0; i < a.row_count(); ++i)
    if (a.row_size(i) > 0) x.indices.push_back(static_cast<std::uint32_t>(i));
  return x;
}

// A counting sort by column, which keeps the order of the rows.
SparseMatrix transpose(const CsrView& a) {
  sparse_bytes({a.columns, a.rows}, a.entries());
  SparseMatrix t{a.columns, a.rows, {}, {}, {}};
  t.offsets.resize(a.column_count() + 1);
  t.indices.resize(a.entries());
  t.values.resize(a.entries());
  Pace pace;
  for (const std::uint32_t column : a.indices) t.offsets[column] += 1;
  std::uint32_t sum = 0;
  for (std::uint32_t& offset : t.offsets) sum += std::exchange(offset, sum);
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const SparseFeatures row = a.row(i);
    for (std::size_t k = 0; k < row.indices.size(); ++k) {
      const std::uint32_t to = t.offsets[row.indices[k]]++;
      t.indices[to] = static_cast<std::uint32_t>(i);
      t.values[to] = row.values[k];
    }
    pace.spend(1 + 4 * row.indices.size());
  }
  std::copy_backward(t.offsets.begin(), t.offsets.end() - 1, t.offsets.end());
  t.offsets.front() = 0;
  return t;
}

bool equal(const CsrView& a, const CsrView& b) {
  return shape_of(a) == shape_of(b) && std::equal(a.offsets.begin(), a.offsets.end(), b.offsets.begin()) &&
         std::equal(a.indices.begin(), a.indices.end(), b.indices.begin(), b.indices.end()) &&
         std::equal(a.values.begin(), a.values.end(), b.values.begin(), same);
}

std::uint64_t hash(const CsrView& a, std::uint64_t seed) {
  NumberHash hash(seed);
  hash.add(static_cast<std::uint64_t>(a.rows));
  hash.add(static_cast<std::uint64_t>(a.columns));
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    if (i % 4096 == 0) checkpoint();
    hash.add(std::uint64_t{a.offsets[i + 1]});
    for (std::uint32_t e = a.offsets[i]; e < a.offsets[i + 1]; ++e) {
      hash.add(std::uint64_t{a.indices[e]});
      hash.add(a.values[e]);
    }
  }
  return hash.value();
}

}  // namespace quern
