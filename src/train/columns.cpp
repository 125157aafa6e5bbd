#include "train/columns.hpp"

#include <algorithm>
#include <limits>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "train/batch_worker.hpp"
#include "train/row_reader.hpp"

namespace quern {

namespace {

constexpr std::size_t blocks_together = 16;
constexpr double most_bytes = 16e9;

// In lanes, so that additions do not wait for each other; the same bits on every processor.
template <class T>
[[gnu::always_inline]] inline double dense_sum(std::size_t n, T&& term) {
  constexpr std::size_t lanes = 8;
  double sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += term(i + lane);
  double rest = 0;
  for (; i < n; ++i) rest += term(i);
  for (std::size_t width = lanes / 2; width; width /= 2)
    for (std::size_t lane = 0; lane < width; ++lane) sums[lane] += sums[lane + width];
  return sums[0] + rest;
}

template <class T>
struct DenseColumn {
  const T* x;
  std::size_t n;
};
template <class T>
struct SparseColumn {
  const T* x;
  const std::uint32_t* row;
  std::size_t n;
};

QUERN_CLONES double dot_of(DenseColumn<double> c, const double* r) {
  return dense_sum(c.n, [=](std::size_t i) { return static_cast<double>(c.x[i]) * r[i]; });
}
QUERN_CLONES double square_of(DenseColumn<double> c, const double* h) {
  return dense_sum(c.n, [=](std::size_t i) { return static_cast<double>(c.x[i]) * c.x[i] * h[i]; });
}
QUERN_CLONES void add_to(DenseColumn<double> c, double by, double* r) {
  for (std::size_t i = 0; i < c.n; ++i) r[i] += by * static_cast<double>(c.x[i]);
}
QUERN_CLONES void add_to(DenseColumn<double> c, double by, const double* h, double* r) {
  for (std::size_t i = 0; i < c.n; ++i) r[i] += by * static_cast<double>(c.x[i]) * h[i];
}
QUERN_CLONES double dot_of(DenseColumn<float> c, const double* r) {
  return dense_sum(c.n, [=](std::size_t i) { return static_cast<double>(c.x[i]) * r[i]; });
}
QUERN_CLONES double square_of(DenseColumn<float> c, const double* h) {
  return dense_sum(c.n, [=](std::size_t i) { return static_cast<double>(c.x[i]) * c.x[i] * h[i]; });
}
QUERN_CLONES void add_to(DenseColumn<float> c, double by, double* r) {
  for (std::size_t i = 0; i < c.n; ++i) r[i] += by * static_cast<double>(c.x[i]);
}
QUERN_CLONES void add_to(DenseColumn<float> c, double by, const double* h, double* r) {
  for (std::size_t i = 0; i < c.n; ++i) r[i] += by * static_cast<double>(c.x[i]) * h[i];
}

template <class T>
double dot_of(SparseColumn<T> c, const double* r) {
  double sums[2] = {};
  std::size_t e = 0;
  for (; e + 2 <= c.n; e += 2) {
    sums[0] += c.x[e] * r[c.row[e]];
    sums[1] += c.x[e + 1] * r[c.row[e + 1]];
  }
  if (e < c.n) sums[0] += c.x[e] * r[c.row[e]];
  return sums[0] + sums[1];
}
template <class T>
double square_of(SparseColumn<T> c, const double* h) {
  double sum = 0;
  for (std::size_t e = 0; e < c.n; ++e) sum += static_cast<double>(c.x[e]) * c.x[e] * h[c.row[e]];
  return sum;
}
template <class T>
void add_to(SparseColumn<T> c, double by, double* r) {
  for (std::size_t e = 0; e < c.n; ++e) r[c.row[e]] += by * c.x[e];
}
template <class T>
void add_to(SparseColumn<T> c, double by, const double* h, double* r) {
  for (std::size_t e = 0; e < c.n; ++e) r[c.row[e]] += by * c.x[e] * h[c.row[e]];
}

// visit(rows, index of the first of them) for all rows, some blocks at a time.
template <class Visit>
void each_group(RowReader& reader, const RowStore& store, Visit&& visit) {
  std::vector<std::uint32_t> blocks;
  std::size_t first = 0;
  for (std::size_t b = 0; b < store.blocks().size();) {
    checkpoint();
    blocks.clear();
    for (; b < store.blocks().size() && blocks.size() < blocks_together; ++b)
      blocks.push_back(static_cast<std::uint32_t>(b));
    const auto rows = reader.gather(blocks, Rows::trained_on);
    visit(rows, first);
    first += rows.size();
  }
}

}  // namespace

Columns::Columns(const Job& job, RowStore& store, std::span<const double> board)
    : sparse_(store.format().sparse), narrow_(store.format().narrow), features_(job.features) {
  const RowFormat& format = store.format();
  const bool binary = job.objective->target() == TargetKind::binary;
  RowReader reader(job.holdout(), store, transform_of(job, board));
  const double number = static_cast<double>(format.number_size());
  auto check = [&](double bytes) {
    if (store.rows() > std::numeric_limits<std::uint32_t>::max() || bytes > most_bytes)
      throw InvalidInput(
          concat(job.spec.algorithm, ": the rows by columns would take ", static_cast<std::int64_t>(bytes / 1e6),
                 " MB, more than coordinate_descent keeps (", static_cast<std::int64_t>(most_bytes / 1e6), " MB)"),
          "Use solver \"lbfgs\".", Fault::limit_exceeded);
  };

  const std::size_t all = store.rows();
  if (!sparse_) check(static_cast<double>(all) * static_cast<double>(features_) * number);
  y_.reserve(all);
  v_.reserve(all);
  start_.assign(sparse_ ? features_ + 1 : 0, 0);
  auto count = [&]<class T>(T, const std::byte* row) {
    const auto x = sparse_values<T>(format, row);
    for (std::size_t e = 0; e < x.entries; ++e) ++start_[x.indices[e] + 1];
  };
  each_group(reader, store, [&](std::span<const std::byte* const> rows, std::size_t) {
    for (std::size_t from = 0; from < rows.size(); from += largest_batch) {
      const Batch batch{&format, rows.subspan(from, std::min(largest_batch, rows.size() - from))};
      double y[largest_batch], v[largest_batch];
      targets_of(batch, binary, y, v);
      y_.insert(y_.end(), y, y + batch.rows.size());
      v_.insert(v_.end(), v, v + batch.rows.size());
    }
    if (!sparse_) return;
    for (const std::byte* row : rows) narrow_ ? count(float{}, row) : count(double{}, row);
  });
  for (std::size_t j = 0; j + 1 < start_.size(); ++j) start_[j + 1] += start_[j];
  const std::size_t values = sparse_ ? start_.back() : y_.size() * features_;
  check(static_cast<double>(values) * (number + (sparse_ ? 4 : 0)));

  if (sparse_) row_.resize(values);
  (narrow_ ? narrow_value_.resize(values) : wide_value_.resize(values));
  std::vector<std::uint64_t> next = start_;
  auto fill = [&]<class T>(std::vector<T>& value, const std::byte* row, std::size_t i) {
    if (sparse_) {
      const auto x = sparse_values<T>(format, row);
      for (std::size_t e = 0; e < x.entries; ++e) {
        const std::uint64_t at = next[x.indices[e]]++;
        row_[at] = static_cast<std::uint32_t>(i);
        value[at] = x.values[e];
      }
      return;
    }
    const auto x = dense_values<T>(format, row);
    for (std::size_t j = 0; j < features_; ++j) value[j * y_.size() + i] = x[j];
  };
  each_group(reader, store, [&](std::span<const std::byte* const> rows, std::size_t first) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      narrow_ ? fill(narrow_value_, rows[i], first + i) : fill(wide_value_, rows[i], first + i);
  });
}

template <class F>
decltype(auto) Columns::visit(std::size_t j, F&& f) const {
  if (sparse_) {
    const std::size_t from = start_[j], n = start_[j + 1] - from;
    return narrow_ ? f(SparseColumn<float>{narrow_value_.data() + from, row_.data() + from, n})
                   : f(SparseColumn<double>{wide_value_.data() + from, row_.data() + from, n});
  }
  const std::size_t from = j * rows();
  return narrow_ ? f(DenseColumn<float>{narrow_value_.data() + from, rows()})
                 : f(DenseColumn<double>{wide_value_.data() + from, rows()});
}

double Columns::dot(std::size_t j, const double* r) const {
  return visit(j, [=](auto column) { return dot_of(column, r); });
}
void Columns::add(std::size_t j, double c, double* r) const {
  visit(j, [=](auto column) { add_to(column, c, r); });
}
void Columns::add_weighted(std::size_t j, double c, const double* h, double* r) const {
  visit(j, [=](auto column) { add_to(column, c, h, r); });
}
double Columns::weighted_square(std::size_t j, const double* h) const {
  return visit(j, [=](auto column) { return square_of(column, h); });
}

}  // namespace quern
