#include "train/row_reader.hpp"

#include "base/clones.hpp"
#include "base/error.hpp"

namespace quern {

namespace {

QUERN_CLONES void standardize(double* x, const double* shift, const double* scale, std::size_t count) {
  for (std::size_t j = 0; j < count; ++j) x[j] = (x[j] - shift[j]) * scale[j];
}

QUERN_CLONES void standardize(float* x, const double* shift, const double* scale, std::size_t count) {
  for (std::size_t j = 0; j < count; ++j) x[j] = static_cast<float>((x[j] - shift[j]) * scale[j]);
}

template <class T>
void transform_row(const RowFormat& format, const RowTransform& transform, std::byte* row) {
  if (!format.sparse) {
    const auto x = dense_values<T>(format, row);
    standardize(const_cast<T*>(x.data()), transform.shift.data(), transform.scale.data(), x.size());
    return;
  }
  const auto x = sparse_values<T>(format, row);
  T* const values = const_cast<T*>(x.values);
  for (std::size_t e = 0; e < x.entries; ++e) values[e] = static_cast<T>(values[e] * transform.scale[x.indices[e]]);
}

}  // namespace

void transform_block(const RowFormat& format, const RowTransform& transform, std::byte* block, std::size_t size) {
  const BlockView view(format, block, size);
  const std::size_t rows = view.rows();
  for (std::size_t i = 0; i < rows; ++i) {
    std::byte* const row = block + (view.row(i) - block);
    if (!transform.class_map.empty()) {
      const double y = transform.class_map[static_cast<std::size_t>(target_of(row))];
      std::memcpy(row, &y, sizeof y);
    }
    if (!transform.strata_map.empty()) {
      const double tag = transform.strata_map[static_cast<std::size_t>(tag_of(format, row))];
      std::memcpy(row + format.tag_offset(), &tag, sizeof tag);
    }
    if (transform.scale.empty()) continue;
    if (format.narrow)
      transform_row<float>(format, transform, row);
    else
      transform_row<double>(format, transform, row);
  }
}

RowReader::RowReader(const Holdout& holdout, RowStore& store, const RowTransform& transform)
    : holdout_(holdout), store_(store), transform_(transform) {}

std::span<const BlockView> RowReader::load(std::span<const std::uint32_t> blocks) {
  const bool resident = store_.resident();
  const bool transforms = !resident && !transform_.none();
  if (!resident) {
    std::size_t bytes = 0;
    for (const std::uint32_t block : blocks) bytes += store_.blocks()[block].bytes;
    if (room_.size() < bytes) room_.resize(bytes);
  }
  views_.clear();
  std::byte* room = room_.data();
  for (const std::uint32_t block : blocks) {
    checkpoint();
    const std::size_t size = store_.blocks()[block].bytes;
    const std::byte* at = store_.load(block, resident ? nullptr : room);
    if (!resident) {
      if (transforms) {
        if (at != room) at = static_cast<const std::byte*>(std::memcpy(room, at, size));
        transform_block(store_.format(), transform_, room, size);
      }
      room += size;
    }
    views_.emplace_back(store_.format(), at, size);
  }
  return views_;
}

std::span<const std::byte* const> RowReader::gather(std::span<const std::uint32_t> blocks, Rows which) {
  load(blocks);
  std::size_t rows = 0;
  for (const std::uint32_t block : blocks) rows += store_.blocks()[block].rows;
  if (rows_.size() < rows) rows_.resize(rows);

  const bool all = which == Rows::all || (holdout_.share == 0 && which == Rows::trained_on);
  const std::byte** to = rows_.data();
  for (std::size_t b = 0; b < blocks.size(); ++b)
    for (std::size_t i = 0; i < store_.blocks()[blocks[b]].rows; ++i)
      if (all || holdout_.contains(blocks[b], i) == (which == Rows::held_out)) *to++ = views_[b].row(i);
  return {rows_.data(), static_cast<std::size_t>(to - rows_.data())};
}

}  // namespace quern
