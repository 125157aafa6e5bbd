#include "uda/collected_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

constexpr std::size_t word = sizeof(double);

std::span<std::byte> room_of(Vec<double>& block) { return std::as_writable_bytes(std::span(block)); }
std::span<const std::byte> room_of(const Vec<double>& block) { return std::as_bytes(std::span(block)); }

std::uint32_t rows_in(const Vec<double>& block) {
  return BlockView({}, room_of(block).data(), block.size() * word).rows();
}

// The room of a block for this row alone.
std::size_t least_room(const RowFormat& format, const FeatureRow& x) {
  if (!format.sparse) return sizeof(BlockHeader) + format.dense_row_size();
  const std::size_t entries = x.is_sparse() ? x.sparse().indices.size() : x.size();
  return sizeof(BlockHeader) + format.sparse_row_size(entries) + word;
}

// Do the bytes of a block hold rows, every one of them within the block and of finite numbers?
bool valid_block(const RowFormat& format, std::span<const std::byte> room, std::size_t classes) {
  if (room.size() < sizeof(BlockHeader) || room.size() > std::numeric_limits<std::uint32_t>::max()) return false;
  BlockHeader header;
  std::memcpy(&header, room.data(), sizeof header);
  const std::size_t row_size = format.dense_row_size();
  const std::size_t list = format.sparse ? header.rows * sizeof(std::uint32_t) : 0;
  if (header.rows == 0 || header.bytes > room.size() || list > room.size() - header.bytes) return false;
  if (!format.sparse && (header.rows > room.size() / row_size ||  // their product may be more than 2^64
                         header.bytes != sizeof(BlockHeader) + header.rows * row_size))
    return false;

  std::size_t expected = sizeof(BlockHeader);
  const BlockView view(format, room.data(), room.size());
  for (std::size_t i = 0; i < header.rows; ++i) {
    const std::byte* const row = view.row(i);
    std::span<const double> numbers;
    if (format.sparse) {
      const std::size_t left = header.bytes - expected;
      if (row != room.data() + expected || left < format.sparse_row_size(0)) return false;
      const SparseValues<double> x = sparse_values<double>(format, row);
      if (x.entries > format.features || format.sparse_row_size(x.entries) > left) return false;
      for (std::uint32_t e = 0; e < x.entries; ++e)
        if (x.indices[e] >= format.features || (e > 0 && x.indices[e] <= x.indices[e - 1])) return false;
      numbers = {x.values, x.entries};
      expected += format.sparse_row_size(x.entries);
    } else {
      numbers = dense_values<double>(format, row);
    }
    const double y = target_of(row), weight = weight_of(format, row);
    if (!Features(numbers).finite() || !std::isfinite(y) || !(weight > 0) || std::isinf(weight)) return false;
    if (classes > 0 && !(y >= 0 && y < static_cast<double>(classes) && y == std::floor(y))) return false;
  }
  return !format.sparse || expected == header.bytes;
}

}  // namespace

RowFormat CollectedRows::format() const {
  return {.features = static_cast<std::uint32_t>(features), .sparse = sparse != 0, .weighted = true};
}

template <class Visit>
void CollectedRows::each(Visit&& visit) const {
  const RowFormat form = format();
  for (const Vec<double>& block : blocks) {
    checkpoint();
    const auto room = room_of(block);
    const BlockView view(form, room.data(), room.size());
    for (std::size_t i = 0; i < view.rows(); ++i) {
      const std::byte* const row = view.row(i);
      if (form.sparse) {
        const auto x = sparse_values<double>(form, row);
        visit(target_of(row), weight_of(form, row),
              FeatureRow(SparseFeatures{form.features, {x.indices, x.entries}, {x.values, x.entries}}));
      } else {
        visit(target_of(row), weight_of(form, row), FeatureRow(Features(dense_values<double>(form, row))));
      }
    }
  }
}

void CollectedRows::append(std::string_view learner, double y, double weight, const FeatureRow& x) {
  if (features == 0) {
    features = static_cast<std::int64_t>(x.size());
    sparse = x.is_sparse();
  }
  const RowFormat form = format();
  if (!blocks.empty() && BlockWriter::resume(form, room_of(blocks.back())).append(y, weight, x)) {
    ++rows;
    return;
  }
  const std::size_t needed = least_room(form, x);
  const std::size_t room = std::max(needed, std::min(usual_block_bytes, static_cast<std::size_t>(bytes)));
  if (static_cast<double>(bytes) + static_cast<double>(room) > max_bytes)
    throw InvalidInput(concat(learner, ": more than ", max_bytes / 1'000'000, " MB of rows in one state (", rows,
                              " rows of ", features, " features)"),
                       "Use quern.train, which keeps rows outside of the state.", Fault::limit_exceeded);
  Vec<double>& block = blocks.emplace_back();
  block.resize((room + word - 1) / word);
  bytes += static_cast<std::int64_t>(block.size() * word);
  BlockWriter(form, room_of(block)).append(y, weight, x);
  ++rows;
}

void CollectedRows::append(std::string_view learner, const CollectedRows& other, std::span<const double> map) {
  other.each([&](double y, double weight, const FeatureRow& x) {
    append(learner, map.empty() ? y : map[static_cast<std::size_t>(y)], weight, x);
  });
}

bool CollectedRows::valid(std::size_t classes) const {
  if (features < 0 || features > std::numeric_limits<std::int32_t>::max() || rows < 0 || bytes < 0) return false;
  if (sparse != 0 && sparse != 1) return false;
  if (features == 0) return rows == 0 && bytes == 0 && blocks.empty() && sparse == 0;
  std::uint64_t counted = 0, size = 0;
  for (const Vec<double>& block : blocks) {
    if (!valid_block(format(), room_of(block), classes)) return false;
    counted += rows_in(block);
    size += block.size() * word;
  }
  return counted == static_cast<std::uint64_t>(rows) && size == static_cast<std::uint64_t>(bytes);
}

CollectedStore::CollectedStore(const CollectedRows& rows) : collected_(rows) {
  format_ = rows.format();
  rows_ = static_cast<std::uint64_t>(rows.rows);
  for (const Vec<double>& block : rows.blocks) {
    blocks_.push_back({rows_in(block), static_cast<std::uint32_t>(block.size() * word)});
  }
}

const std::byte* CollectedStore::load(std::size_t block, std::byte* room) {
  const auto from = room_of(collected_.blocks[block]);
  std::memcpy(room, from.data(), from.size());
  return room;
}

}  // namespace quern
