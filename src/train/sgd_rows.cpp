#include "train/sgd_rows.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace quern {

namespace {

std::size_t record_bytes(const RowFormat& format, const std::byte* row) {
  if (!format.sparse) return format.dense_row_size();
  std::uint32_t entries;
  std::memcpy(&entries, row + format.head_size(), sizeof entries);
  return format.sparse_row_size(entries);
}

std::span<const std::uint32_t> blocks_of(const EpochOrder& order, const EpochOrder::Group& group) {
  return std::span(order.blocks).subspan(group.from, group.to - group.from);
}

}  // namespace

GroupReader::GroupReader(const Holdout& holdout, RowStore& store, const RowTransform& transform)
    : holdout_(holdout), store_(store), transform_(transform), reader_(holdout, store, transform) {}

GroupReader::Rows GroupReader::gather(const EpochOrder& order, const EpochOrder::Group& group,
                                      const EpochOrder::Group* after) {
  if (order.scattered) {
    gather_scattered(std::span(order.rows).subspan(group.from, group.to - group.from));
    return {rows_, {}};
  }
  if (!order.rows_shuffled) return {reader_.gather(blocks_of(order, group), quern::Rows::trained_on), {}};
  if (listed_group_ == &group)
    std::swap(list_, next_);
  else
    list(order, group, list_);
  mix(order, group);

  listed_group_ = after && store_.resident() ? after : nullptr;
  if (listed_group_) {
    list(order, *after, next_);
    const auto first = next_.rows.begin();
    list_.rows.insert(list_.rows.end(), first, first + static_cast<std::ptrdiff_t>(std::min(next_.mix, next_.count)));
  }
  const std::size_t ahead = store_.resident() ? std::min(list_.mix, list_.count) : list_.rows.size();
  return {rows_, std::span(list_.rows).subspan(ahead)};
}

// rows_ becomes the rows listed, mix by mix in one permutation, without its numbers that a short mix does not have.
void GroupReader::mix(const EpochOrder& order, const EpochOrder::Group& group) {
  mixed_.resize(std::min(list_.mix, list_.count));
  std::iota(mixed_.begin(), mixed_.end(), 0u);
  shuffle(std::span(mixed_), order.of_rows(group));
  rows_.resize(list_.count);
  const std::byte** to = rows_.data();
  for (std::size_t at = 0; at < list_.count; at += list_.mix) {
    const std::byte* const* const from = list_.rows.data() + at;
    const std::size_t count = std::min(list_.mix, list_.count - at);
    if (count == mixed_.size())
      for (const std::uint32_t i : mixed_) *to++ = from[i];
    else
      for (const std::uint32_t i : mixed_)
        if (i < count) *to++ = from[i];
  }
}

void GroupReader::list(const EpochOrder& order, const EpochOrder::Group& group, List& to) {
  const auto blocks = blocks_of(order, group);
  const auto views = reader_.load(blocks);
  std::size_t bytes = 0;
  for (const std::uint32_t block : blocks) bytes += store_.blocks()[block].bytes;
  const std::size_t row_bytes = std::max<std::size_t>(bytes / std::max<std::size_t>(group.rows, 1), 1);
  const auto piece = static_cast<std::uint32_t>(std::max<std::size_t>(piece_bytes / row_bytes, 1));
  to.mix = std::max<std::size_t>(mix_bytes / row_bytes, 1);

  pieces_.clear();
  for (std::uint32_t b = 0; b < blocks.size(); ++b)
    for (std::uint32_t i = 0; i < store_.blocks()[blocks[b]].rows; i += piece) pieces_.push_back({b, i});
  shuffle(std::span(pieces_), order.of_pieces(group));
  to.rows.resize(group.rows);
  const bool all = holdout_.share == 0;
  const std::byte** end = to.rows.data();
  for (const RowPlace& place : pieces_) {
    const std::uint32_t block = blocks[place.block], until = std::min(place.row + piece, store_.blocks()[block].rows);
    const BlockView view = views[place.block];
    for (std::uint32_t i = place.row; i < until; ++i)
      if (all || !holdout_.contains(block, i)) *end++ = view.row(i);
  }
  to.count = static_cast<std::size_t>(end - to.rows.data());
  to.rows.resize(to.count);
}

void GroupReader::gather_scattered(std::span<const RowPlace> places) {
  if (holdout_.share > 0) {
    places_.clear();
    std::copy_if(places.begin(), places.end(), std::back_inserter(places_),
                 [&](const RowPlace& place) { return !holdout_.contains(place.block, place.row); });
    places = places_;
  }
  rows_.resize(places.size());
  checkpoint();
  store_.resident() ? point_at(places) : copy_from_blocks(places);
}

void GroupReader::point_at(std::span<const RowPlace> places) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::byte* const block = store_.load(places[i].block, nullptr);
    rows_[i] = BlockView(store_.format(), block, store_.blocks()[places[i].block].bytes).row(places[i].row);
  }
}

void GroupReader::copy_from_blocks(std::span<const RowPlace> places) {
  const RowFormat& format = store_.format();
  by_block_.resize(places.size());
  std::iota(by_block_.begin(), by_block_.end(), 0u);
  std::sort(by_block_.begin(), by_block_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return places[a].block != places[b].block ? places[a].block < places[b].block : a < b;
  });
  offsets_.resize(places.size());
  room_.clear();
  const std::byte* block = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; i < by_block_.size(); ++i) {
    const RowPlace place = places[by_block_[i]];
    if (i == 0 || place.block != places[by_block_[i - 1]].block) {
      checkpoint();
      size = store_.blocks()[place.block].bytes;
      block_.resize(size);
      block = store_.load(place.block, block_.data());
      if (block != block_.data()) std::memcpy(block_.data(), block, size);
      if (!transform_.scale.empty() || !transform_.class_map.empty())
        transform_block(format, transform_, block_.data(), size);
      block = block_.data();
    }
    const std::byte* const row = BlockView(format, block, size).row(place.row);
    offsets_[by_block_[i]] = room_.size();
    room_.insert(room_.end(), row, row + record_bytes(format, row));
  }
  for (std::size_t i = 0; i < places.size(); ++i) rows_[i] = room_.data() + offsets_[i];
}

std::size_t trained_rows(const Holdout& holdout, const RowStore& store, const EpochOrder& order,
                         const EpochOrder::Group& group) {
  if (holdout.share == 0) return group.rows;
  std::size_t count = 0;
  for (std::size_t at = group.from; at < group.to; ++at) {
    if (order.scattered) {
      count += !holdout.contains(order.rows[at].block, order.rows[at].row);
      continue;
    }
    const std::uint32_t block = order.blocks[at];
    for (std::size_t i = 0; i < store.blocks()[block].rows; ++i) count += !holdout.contains(block, i);
  }
  return count;
}

}  // namespace quern
