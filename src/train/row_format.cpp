#include "train/row_format.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

constexpr std::size_t round_up(std::size_t bytes) { return (bytes + 7) / 8 * 8; }

[[noreturn]] void refuse_narrowing(double value) {
  throw InvalidInput(concat("train: a feature is beyond the range of float4 (", value, ")"),
                     "Use the option \"precision\": \"float8\", or scale the column.", Fault::out_of_range);
}

// Numbers of x as the format keeps them. A finite float8 that float4 cannot hold is refused.
template <class To, class From>
void copy_numbers(const From* from, std::size_t count, To* to) {
  if constexpr (sizeof(To) >= sizeof(From)) {
    std::copy_n(from, count, to);
  } else {
    To excess = 0;  // NaN once there is an infinity
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = static_cast<To>(from[i]);
      excess += to[i] * 0;
    }
    if (excess == 0) return;
    for (std::size_t i = 0; i < count; ++i)
      if (std::isinf(to[i])) refuse_narrowing(from[i]);
  }
}

template <class To>
void write_dense(const FeatureRow& x, std::size_t features, To* to) {
  if (!x.is_sparse()) {
    x.dense().visit([&](auto values) { copy_numbers(values.data(), values.size(), to); });
    return;
  }
  std::fill_n(to, features, To{});
  const SparseFeatures& sparse = x.sparse();
  for (std::size_t e = 0; e < sparse.indices.size(); ++e) copy_numbers(&sparse.values[e], 1, to + sparse.indices[e]);
}

std::size_t entries_of(const FeatureRow& x) {
  if (x.is_sparse()) return x.sparse().indices.size();
  return x.dense().visit([](auto values) {
    std::size_t entries = 0;
    for (auto value : values) entries += value != 0;
    return entries;
  });
}

// `to` is behind the head of the record.
template <class To>
void write_sparse(const FeatureRow& x, std::size_t entries, std::byte* to) {
  const auto count = static_cast<std::uint32_t>(entries);
  std::memset(to, 0, 8);
  std::memcpy(to, &count, sizeof count);
  auto* const indices = reinterpret_cast<std::uint32_t*>(to + 8);
  auto* const values = reinterpret_cast<To*>(to + 8 + round_up(entries * sizeof(std::uint32_t)));
  if (entries % 2 != 0) indices[entries] = 0;
  if (sizeof(To) == sizeof(float) && entries % 2 != 0) values[entries] = 0;
  if (x.is_sparse()) {
    std::copy_n(x.sparse().indices.data(), entries, indices);
    copy_numbers(x.sparse().values.data(), entries, values);
    return;
  }
  x.dense().visit([&](auto dense) {
    std::size_t e = 0;
    for (std::size_t j = 0; j < dense.size(); ++j) {
      if (dense[j] == 0) continue;
      indices[e] = static_cast<std::uint32_t>(j);
      copy_numbers(&dense[j], 1, &values[e++]);
    }
  });
}

}  // namespace

BlockWriter::BlockWriter(const RowFormat& format, std::span<std::byte> room) : format_(format), room_(room) {
  header_.bytes = sizeof header_;
  std::memcpy(room_.data(), &header_, sizeof header_);
}

BlockWriter BlockWriter::resume(const RowFormat& format, std::span<std::byte> room) {
  BlockWriter writer;
  writer.format_ = format;
  writer.room_ = room;
  std::memcpy(&writer.header_, room.data(), sizeof writer.header_);
  return writer;
}

bool BlockWriter::append(double y, double weight, const FeatureRow& x, std::span<const double> tags) {
  const std::size_t entries = format_.sparse ? entries_of(x) : 0;
  const std::size_t size = format_.sparse ? format_.sparse_row_size(entries) : format_.dense_row_size();
  const std::size_t offsets = format_.sparse ? (header_.rows + std::size_t{1}) * sizeof(std::uint32_t) : 0;
  if (header_.bytes + size + offsets > room_.size()) return false;

  std::byte* const row = room_.data() + header_.bytes;
  std::memcpy(row, &y, sizeof y);
  if (format_.weighted) std::memcpy(row + sizeof y, &weight, sizeof weight);
  if (format_.tags > 0) {
    auto* const head = reinterpret_cast<double*>(row + format_.tag_offset());
    for (std::size_t i = 0; i < format_.tags; ++i) head[i] = i < tags.size() ? tags[i] : 0;
  }
  std::byte* const to = row + format_.head_size();
  if (format_.sparse) {
    format_.narrow ? write_sparse<float>(x, entries, to) : write_sparse<double>(x, entries, to);
    std::memcpy(room_.data() + room_.size() - offsets, &header_.bytes, sizeof header_.bytes);
  } else if (format_.narrow) {
    write_dense(x, format_.features, reinterpret_cast<float*>(to));
    if (format_.features % 2 != 0) reinterpret_cast<float*>(to)[format_.features] = 0;
  } else {
    write_dense(x, format_.features, reinterpret_cast<double*>(to));
  }
  ++header_.rows;
  header_.bytes += static_cast<std::uint32_t>(size);
  std::memcpy(room_.data(), &header_, sizeof header_);
  return true;
}

std::size_t block_bytes_for(const RowFormat& format, const FeatureRow& x) {
  constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max() / 8 * 8;
  const std::size_t row =
      format.sparse ? format.sparse_row_size(entries_of(x)) + round_up(sizeof(std::uint32_t)) : format.dense_row_size();
  if (sizeof(BlockHeader) + row > most)
    throw InvalidInput(concat("train: a row has too many features (", x.size(), ")"), {}, Fault::limit_exceeded);
  return std::max(usual_block_bytes, sizeof(BlockHeader) + row);
}

}  // namespace quern
