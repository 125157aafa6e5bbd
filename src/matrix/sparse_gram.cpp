#include "matrix/sparse_gram.hpp"

#include <algorithm>
#include <vector>

#include "base/pace.hpp"
#include "base/text.hpp"
#include "linalg/sparse_accumulator.hpp"

namespace quern {

namespace {

constexpr std::size_t least_buffer = 4096, most_buffer = std::size_t{4} << 20;  // entries
constexpr std::size_t most_triangle = 112'000'000, most_entries = 75'000'000;   // 900 MB each
constexpr std::size_t ahead = 8;                                                // rows prefetched

std::size_t triangle_size(std::size_t p) { return p * (p + 1) / 2; }
std::size_t triangle_start(std::size_t p, std::size_t i) { return i * p - i * (i + 1) / 2 + i; }  // of row i

// The waiting rows by column: the tails of rows that begin with an entry of column i.
class Tails {
 public:
  explicit Tails(const SparseGram& gram)
      : indices_(gram.indices.data()),
        values_(gram.values.data()),
        starts_(static_cast<std::size_t>(gram.features) + 1),
        tails_(gram.indices.size()) {
    for (const std::uint32_t column : gram.indices) starts_[column] += 1;
    std::uint32_t sum = 0;
    for (std::uint32_t& start : starts_) sum += std::exchange(start, sum);
    std::uint32_t at = 0;
    Pace pace;
    for (const std::uint32_t end : gram.ends) {
      for (; at < end; ++at) tails_[starts_[gram.indices[at]]++] = {at, end};
      pace.spend(100);
    }
    std::copy_backward(starts_.begin(), starts_.end() - 1, starts_.end());
    starts_.front() = 0;
  }

  // add(factor, columns, values, n) for each of column i. Returns the work.
  template <class Add>
  std::size_t visit(std::size_t i, Add&& add) const {
    std::size_t work = 0;
    const std::size_t end = starts_[i + 1];
    for (std::size_t t = starts_[i]; t < end; ++t) {
      if (t + ahead < tails_.size()) {
        __builtin_prefetch(indices_ + tails_[t + ahead].from);
        __builtin_prefetch(values_ + tails_[t + ahead].from);
      }
      const auto [from, to] = tails_[t];
      add(values_[from], indices_ + from, values_ + from, std::size_t{to} - from);
      work += std::size_t{to} - from + 4;
    }
    return work;
  }

 private:
  struct Tail {
    std::uint32_t from, to;
  };

  const std::uint32_t* indices_;
  const double* values_;
  std::vector<std::uint32_t> starts_;
  std::vector<Tail> tails_;
};

void add_to(double* row, double factor, const std::uint32_t* columns, const double* values, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) row[columns[k]] += factor * values[k];
}

// Row i of a sum of compressed rows; none where there is no sum yet.
SparseFeatures sum_row(const SparseGram& gram, std::size_t i) {
  if (gram.sum_offsets.empty()) return {};
  const std::size_t from = gram.sum_offsets[i], n = gram.sum_offsets[i + 1] - from;
  return {static_cast<std::size_t>(gram.features), std::span(gram.sum_columns).subspan(from, n),
          std::span(gram.sum_values).subspan(from, n)};
}

// Row i of the upper triangle as the sum of compressed rows and the waiting rows give it: visit(columns, values) in
// order.
template <class Visit>
void each_row(const SparseGram& gram, Visit&& visit) {
  const auto p = static_cast<std::size_t>(gram.features);
  const Tails tails(gram);
  SparseAccumulator sums(p);
  std::vector<std::uint32_t> columns;
  std::vector<double> values;
  Pace pace;
  for (std::size_t i = 0; i < p; ++i) {
    pace.spend(tails.visit(i, [&](auto... tail) { sums.add(tail...); }));
    sums.add(1, sum_row(gram, i));
    pace.spend(4 + 10 * sums.size());
    columns.clear();
    values.clear();
    sums.take(i, [&](std::uint32_t column, double value) {
      if (value == 0) return;
      columns.push_back(column);
      values.push_back(value);
    });
    visit(columns, values);
  }
}

// The sum of `from`, of compressed rows, goes into the triangle of `to`.
void add_to_triangle(const SparseGram& from, SparseGram& to) {
  const auto p = static_cast<std::size_t>(to.features);
  for (std::size_t i = 0; i < p; ++i) {
    const SparseFeatures row = sum_row(from, i);
    add_to(to.triangle.data() + triangle_start(p, i) - i, 1, row.indices.data(), row.values.data(), row.indices.size());
  }
}

void make_triangle(SparseGram& gram) {
  gram.triangle.resize(triangle_size(static_cast<std::size_t>(gram.features)));
  add_to_triangle(gram, gram);
  gram.sum_offsets = {};
  gram.sum_columns = {};
  gram.sum_values = {};
}

// It takes eight times the memory of the compressed rows at most.
bool triangle_is_due(const SparseGram& gram) {
  const std::size_t size = triangle_size(static_cast<std::size_t>(gram.features));
  return gram.triangle.empty() && size <= most_triangle && 12 * gram.sum_values.size() > size;
}

// A sum of compressed rows, row by row.
class SumBuilder {
 public:
  SumBuilder(std::int64_t features, std::size_t entries) {
    offsets_.reserve(static_cast<std::size_t>(features) + 1);
    offsets_.push_back(0);
    columns_.reserve(entries);
    values_.reserve(entries);
  }
  void add_row(std::span<const std::uint32_t> columns, std::span<const double> values) {
    if (values_.size() + values.size() > most_entries)
      throw InvalidInput(concat("gram: more than ", most_entries, " entries in the triangle of X'X"), {},
                         Fault::limit_exceeded);
    columns_.insert(columns_.end(), columns.begin(), columns.end());
    values_.insert(values_.end(), values.begin(), values.end());
    offsets_.push_back(static_cast<std::uint32_t>(values_.size()));
  }
  void move_to(SparseGram& gram) {
    gram.sum_offsets = std::move(offsets_);
    gram.sum_columns = std::move(columns_);
    gram.sum_values = std::move(values_);
    if (triangle_is_due(gram)) make_triangle(gram);
  }

 private:
  Vec<std::uint32_t> offsets_, columns_;
  Vec<double> values_;
};

// The waiting rows go into the sum.
void fold(SparseGram& gram) {
  if (gram.triangle.empty()) {
    SumBuilder sum(gram.features, gram.sum_columns.size() + gram.indices.size());
    each_row(gram, [&](const auto& columns, const auto& values) { sum.add_row(columns, values); });
    sum.move_to(gram);
  } else {
    const auto p = static_cast<std::size_t>(gram.features);
    const Tails tails(gram);
    Pace pace;
    for (std::size_t i = 0; i < p; ++i) {
      double* const row = gram.triangle.data() + triangle_start(p, i) - i;
      pace.spend(tails.visit(i, [&](auto... tail) { add_to(row, tail...); }));
    }
  }
  gram.ends.clear();
  gram.indices.clear();
  gram.values.clear();
}

bool is_full(const SparseGram& gram) {
  const std::size_t sum = std::max(gram.triangle.size(), gram.sum_values.size());
  return gram.indices.size() + gram.ends.size() / 4 >= std::clamp(sum, least_buffer, most_buffer);
}

void add_triangle(SparseGram& to, const SparseGram& from) {
  if (to.triangle.empty()) make_triangle(to);
  Pace pace;
  for (std::size_t k = 0; k < to.triangle.size(); ++k) {
    to.triangle[k] += from.triangle[k];
    pace.spend(1);
  }
}

void add_sum(SparseGram& to, const SparseGram& from) {
  if (!to.triangle.empty()) return add_to_triangle(from, to);
  const auto p = static_cast<std::size_t>(to.features);
  SumBuilder sum(to.features, to.sum_values.size() + from.sum_values.size());
  SparseAccumulator sums(p);
  std::vector<std::uint32_t> columns;
  std::vector<double> values;
  Pace pace;
  for (std::size_t i = 0; i < p; ++i) {
    sums.add(1, sum_row(to, i));
    sums.add(1, sum_row(from, i));
    pace.spend(4 + 10 * sums.size());
    columns.clear();
    values.clear();
    sums.take(i, [&](std::uint32_t column, double value) {
      columns.push_back(column);
      values.push_back(value);
    });
    sum.add_row(columns, values);
  }
  sum.move_to(to);
}

// A row whose size is not that of those before.
void fit(SparseGram& gram, std::size_t size) {
  const auto features = static_cast<std::int64_t>(size);
  if (features > SparseGram::max_features)
    throw InvalidInput(concat("gram: at most ", SparseGram::max_features, " features, not ", features), {},
                       Fault::limit_exceeded);
  if (gram.rows > 0 && features != gram.features)
    throw InvalidInput(
        concat("gram: rows have different numbers of features (", gram.features, ", then ", features, ")"));
  gram.features = features;
}

void refuse_overflow(const SparseGram& gram, std::span<const double> result) {
  if (gram.not_finite == 0 && !Features(result).finite())
    throw InvalidInput("gram: result out of range", {}, Fault::out_of_range);
}

}  // namespace

void SparseGram::add(const SparseFeatures& x) {
  fit(*this, x.size);
  if (is_full(*this)) fold(*this);
  if (!x.finite()) not_finite = 1;
  indices.insert(indices.end(), x.indices.begin(), x.indices.end());
  values.insert(values.end(), x.values.begin(), x.values.end());
  ends.push_back(static_cast<std::uint32_t>(indices.size()));
  rows += 1;
}

void SparseGram::merge(const SparseGram& other) {
  if (other.rows == 0) return;
  fit(*this, static_cast<std::size_t>(other.features));
  if (rows == 0) {
    *this = other;
    return;
  }
  not_finite |= other.not_finite;
  rows += other.rows;
  if (!other.triangle.empty())
    add_triangle(*this, other);
  else if (!other.sum_offsets.empty())
    add_sum(*this, other);
  std::uint32_t from = 0;
  for (const std::uint32_t end : other.ends) {
    if (is_full(*this)) fold(*this);
    indices.insert(indices.end(), other.indices.begin() + from, other.indices.begin() + end);
    values.insert(values.end(), other.values.begin() + from, other.values.begin() + end);
    ends.push_back(static_cast<std::uint32_t>(indices.size()));
    from = end;
  }
}

bool SparseGram::valid() const {
  if (rows < 0 || rows > std::int64_t{1} << 53 || features < 0 || features > max_features) return false;
  if (not_finite != 0 && not_finite != 1) return false;
  if (indices.size() != values.size() || static_cast<std::int64_t>(ends.size()) > rows) return false;
  if (indices.size() > 2 * most_buffer + static_cast<std::size_t>(features)) return false;
  std::uint32_t from = 0;
  for (const std::uint32_t end : ends) {
    if (end < from || end > indices.size()) return false;
    if (!is_ordered({static_cast<std::size_t>(features), std::span(indices).subspan(from, end - from), {}}))
      return false;
    from = end;
  }
  if (from != indices.size()) return false;
  const auto p = static_cast<std::size_t>(features);
  if (!triangle.empty() && (triangle.size() != triangle_size(p) || !sum_offsets.empty())) return false;
  if (sum_columns.size() != sum_values.size() || sum_values.size() > most_entries) return false;
  if (sum_offsets.empty()) return sum_columns.empty();
  if (!is_sound({features, features, sum_offsets, sum_columns, sum_values})) return false;
  for (std::size_t i = 0; i < p; ++i)
    if (sum_offsets[i] < sum_offsets[i + 1] && sum_columns[sum_offsets[i]] < i) return false;
  return true;
}

void SparseGram::add_upper_to(Matrix& c) const {
  const auto p = static_cast<std::size_t>(features);
  const Tails tails(*this);
  Pace pace;
  for (std::size_t i = 0; i < p; ++i) {
    double* const row = c.row(i).data();
    if (!triangle.empty()) {
      const double* const from = triangle.data() + triangle_start(p, i) - i;
      for (std::size_t j = i; j < p; ++j) row[j] += from[j];
      pace.spend(p - i);
    }
    const SparseFeatures sum = sum_row(*this, i);
    add_to(row, 1, sum.indices.data(), sum.values.data(), sum.indices.size());
    pace.spend(1 + sum.indices.size() + tails.visit(i, [&](auto... tail) { add_to(row, tail...); }));
  }
}

Matrix SparseGram::dense() const {
  Matrix c = dense_zeros({features, features});
  add_upper_to(c);
  constexpr std::size_t tile = 32;
  const std::size_t p = c.rows();
  Pace pace;
  for (std::size_t i0 = 0; i0 < p; i0 += tile)
    for (std::size_t j0 = i0; j0 < p; j0 += tile) {
      for (std::size_t i = i0; i < std::min(i0 + tile, p); ++i)
        for (std::size_t j = std::max(j0, i + 1); j < std::min(j0 + tile, p); ++j) c(j, i) = c(i, j);
      pace.spend(tile * tile);
    }
  refuse_overflow(*this, c.values());
  return c;
}

namespace {

// Room for the rows of a symmetric matrix: row i has upper[i] entries from the diagonal on and above[i] before it.
SparseMatrix room_for(std::int64_t features, std::span<const std::uint32_t> upper,
                      std::span<const std::uint32_t> above) {
  const auto p = static_cast<std::size_t>(features);
  std::size_t entries = 0;
  for (std::size_t i = 0; i < p; ++i) entries += std::size_t{upper[i]} + above[i];
  sparse_bytes({features, features}, entries);
  SparseMatrix c{features, features, {}, {}, {}};
  c.offsets.resize(p + 1);
  for (std::size_t i = 0; i < p; ++i) c.offsets[i + 1] = c.offsets[i] + upper[i] + above[i];
  c.indices.resize(entries);
  c.values.resize(entries);
  return c;
}

// Row by row, each entry also to the row of its column, which has got those of the rows before.
SparseMatrix mirrored_sum(const SparseGram& gram) {
  const auto p = static_cast<std::size_t>(gram.features);
  std::vector<std::uint32_t> upper(p), above(p);
  for (std::size_t i = 0; i < p; ++i) {
    const SparseFeatures row = sum_row(gram, i);
    upper[i] = static_cast<std::uint32_t>(row.indices.size());
    for (const std::uint32_t column : row.indices) above[column] += column != i;
  }
  SparseMatrix c = room_for(gram.features, upper, above);
  std::vector<std::uint32_t> next(c.offsets.begin(), c.offsets.end() - 1);
  Pace pace;
  for (std::size_t i = 0; i < p; ++i) {
    const SparseFeatures row = sum_row(gram, i);
    std::copy(row.indices.begin(), row.indices.end(), c.indices.begin() + next[i]);
    std::copy(row.values.begin(), row.values.end(), c.values.begin() + next[i]);
    for (std::size_t k = 0; k < row.indices.size(); ++k) {
      if (row.indices[k] == i) continue;
      const std::uint32_t to = next[row.indices[k]]++;
      c.indices[to] = static_cast<std::uint32_t>(i);
      c.values[to] = row.values[k];
    }
    pace.spend(2 + 8 * row.indices.size());
  }
  return c;
}

// The numbers of a row that are not 0, gathered without a branch.
struct GatheredRow {
  std::vector<std::uint32_t> columns;
  std::vector<double> values;
  std::size_t size = 0;

  explicit GatheredRow(std::size_t most) : columns(most + 1), values(most + 1) {}
  void append(std::size_t column, double value) {
    columns[size] = static_cast<std::uint32_t>(column);
    values[size] = value;
    size += value != 0;
  }
  void copy_to(SparseMatrix& c, std::size_t at) const {
    std::copy_n(columns.begin(), size, c.indices.begin() + static_cast<std::ptrdiff_t>(at));
    std::copy_n(values.begin(), size, c.values.begin() + static_cast<std::ptrdiff_t>(at));
  }
};

// Eight columns at a time, a cache line of each row of the triangle: they are the rows before the diagonal.
SparseMatrix mirrored_triangle(const SparseGram& gram) {
  const auto p = static_cast<std::size_t>(gram.features);
  const auto row_of = [&](std::size_t i) { return gram.triangle.data() + triangle_start(p, i) - i; };
  std::vector<std::uint32_t> upper(p), above(p);
  Pace pace;
  for (std::size_t i = 0; i < p; ++i) {
    const double* const row = row_of(i);
    std::uint32_t n = 0;
    for (std::size_t j = i + 1; j < p; ++j) {
      const std::uint32_t there = row[j] != 0;
      above[j] += there;
      n += there;
    }
    upper[i] = n + (row[i] != 0);
    pace.spend(p - i);
  }
  SparseMatrix c = room_for(gram.features, upper, above);
  constexpr std::size_t tile = 8;
  std::vector<GatheredRow> rows(tile, GatheredRow(p));
  for (std::size_t j0 = 0; j0 < p; j0 += tile) {
    const std::size_t j1 = std::min(j0 + tile, p);
    for (GatheredRow& row : rows) row.size = 0;
    for (std::size_t i = 0; i < j0; ++i) {
      const double* const row = row_of(i);
      for (std::size_t j = j0; j < j1; ++j) rows[j - j0].append(i, row[j]);
    }
    for (std::size_t i = j0; i < j1; ++i) {
      const double* const row = row_of(i);
      for (std::size_t j = i + 1; j < j1; ++j) rows[j - j0].append(i, row[j]);
      for (std::size_t j = i; j < p; ++j) rows[i - j0].append(j, row[j]);
      rows[i - j0].copy_to(c, c.offsets[i]);
    }
    pace.spend(4 * tile * p);
  }
  return c;
}

}  // namespace

SparseMatrix SparseGram::sparse() const {
  if (!indices.empty() || (sum_offsets.empty() && triangle.empty())) {
    SparseGram folded(*this);
    fold(folded);
    return folded.sparse();
  }
  SparseMatrix c = triangle.empty() ? mirrored_sum(*this) : mirrored_triangle(*this);
  refuse_overflow(*this, c.values);
  return c;
}

}  // namespace quern
