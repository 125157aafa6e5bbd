#include "train/techniques/row_sample.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/clones.hpp"
#include "base/error.hpp"

namespace quern {

namespace {

constexpr std::size_t most_bytes = 256 << 20;

// Independent sums, so that they are vectors.
template <class T>
[[gnu::always_inline]] inline double distance(const T* x, const double* c, std::size_t features) {
  double sum[8] = {};
  std::size_t j = 0;
  for (; j + 8 <= features; j += 8)
    for (std::size_t l = 0; l < 8; ++l) {
      const double d = static_cast<double>(x[j + l]) - c[j + l];
      sum[l] += d * d;
    }
  for (; j < features; ++j) {
    const double d = static_cast<double>(x[j]) - c[j];
    sum[j % 8] += d * d;
  }
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

QUERN_CLONES double dense_distance(const double* x, const double* c, std::size_t features) {
  return distance(x, c, features);
}

QUERN_CLONES double dense_distance(const float* x, const double* c, std::size_t features) {
  return distance(x, c, features);
}

template <class T>
double sparse_distance(const SparseValues<T>& x, std::span<const double> c, double square) {
  double sum = square;
  for (std::size_t e = 0; e < x.entries; ++e) {
    const double value = x.values[e];
    sum += value * (value - 2 * c[x.indices[e]]);
  }
  return std::max(sum, 0.0);
}

std::size_t record_size(const RowFormat& format, const std::byte* row) {
  if (!format.sparse) return format.dense_row_size();
  std::uint32_t entries;
  std::memcpy(&entries, row + format.head_size(), sizeof entries);
  return format.sparse_row_size(entries);
}

// f(index, value) for the numbers of a row, zeros of sparse rows left out.
template <class F>
void each_number(const RowFormat& format, const std::byte* row, F&& f) {
  auto visit = [&]<class T>(T) {
    if (format.sparse) {
      const auto x = sparse_values<T>(format, row);
      for (std::size_t e = 0; e < x.entries; ++e) f(x.indices[e], static_cast<double>(x.values[e]));
    } else {
      const auto x = dense_values<T>(format, row);
      for (std::size_t j = 0; j < x.size(); ++j) f(j, static_cast<double>(x[j]));
    }
  };
  format.narrow ? visit(float{}) : visit(double{});
}

}  // namespace

double squared_distance(std::span<const double> x, std::span<const double> c) {
  return dense_distance(x.data(), c.data(), c.size());
}

double square_of(std::span<const double> c) { return std::inner_product(c.begin(), c.end(), c.begin(), 0.0); }

void write_row(const RowFormat& format, const std::byte* row, std::span<double> to) {
  std::fill(to.begin(), to.end(), 0.0);
  each_number(format, row, [&](std::size_t j, double value) { to[j] = value; });
}

RowSample::RowSample(RowStore& store, std::size_t wanted, std::size_t least, std::uint64_t seed)
    : format_(store.format()) {
  std::uint64_t bytes = 0;
  for (const RowStore::Block& block : store.blocks()) bytes += block.bytes;
  const std::uint64_t rows = store.rows(),
                      row_bytes = std::max<std::uint64_t>(1, bytes / std::max<std::uint64_t>(rows, 1));
  const std::uint64_t count = std::min<std::uint64_t>(
      rows, std::max<std::uint64_t>(least, std::min<std::uint64_t>(wanted, most_bytes / row_bytes)));
  RandomStream random(seed, 0, 0);
  std::vector<std::byte> room;
  std::uint64_t taken = 0, before = 0;
  auto next_row = [&] {  // of stretch number `taken`
    __extension__ using Wide = unsigned __int128;
    const auto from = static_cast<std::uint64_t>(static_cast<Wide>(rows) * taken / count);
    const auto to = static_cast<std::uint64_t>(static_cast<Wide>(rows) * (taken + 1) / count);
    return from + random.below(to - from);
  };
  std::uint64_t next = count > 0 ? next_row() : 0;
  for (std::size_t b = 0; b < store.blocks().size() && taken < count; ++b) {
    const RowStore::Block block = store.blocks()[b];
    if (next < before + block.rows) {
      checkpoint();
      if (!store.resident() && room.size() < block.bytes) room.resize(block.bytes);
      const BlockView view(format_, store.load(b, room.data()), block.bytes);
      for (; taken < count && next < before + block.rows; next = ++taken < count ? next_row() : 0) {
        const std::byte* const row = view.row(next - before);
        starts_.push_back(bytes_.size() * sizeof(double));
        const std::size_t size = record_size(format_, row);
        bytes_.resize(bytes_.size() + size / sizeof(double));
        std::memcpy(reinterpret_cast<std::byte*>(bytes_.data()) + starts_.back(), row, size);
      }
    }
    before += block.rows;
  }
}

double sparse_squared_distance(const RowFormat& format, const std::byte* row, std::span<const double> c,
                               double square) {
  return format.narrow ? sparse_distance(sparse_values<float>(format, row), c, square)
                       : sparse_distance(sparse_values<double>(format, row), c, square);
}

double RowSample::squared_distance(std::size_t i, std::span<const double> c, double square) const {
  if (format_.sparse) return sparse_squared_distance(format_, row(i), c, square);
  return format_.narrow ? dense_distance(dense_values<float>(format_, row(i)).data(), c.data(), c.size())
                        : dense_distance(dense_values<double>(format_, row(i)).data(), c.data(), c.size());
}

void RowSample::add_to(std::size_t i, double weight, std::span<double> sums) const {
  each_number(format_, row(i), [&](std::size_t j, double value) { sums[j] += weight * value; });
}

void RowSample::write_mean(std::span<double> mean) const {
  double total = 0;
  std::ranges::fill(mean, 0.0);
  for (std::size_t i = 0; i < size(); ++i) {
    add_to(i, weight(i), mean);
    total += weight(i);
  }
  for (double& m : mean) m /= total;
}

double RowSample::mean_variance() const {
  std::vector<double> mean(format_.features);
  write_mean(mean);
  double total = 0, squares = 0;
  const double square = square_of(mean);
  for (std::size_t i = 0; i < size(); ++i) {
    total += weight(i);
    squares += weight(i) * squared_distance(i, mean, square);
  }
  return squares / total / static_cast<double>(format_.features);
}

}  // namespace quern
