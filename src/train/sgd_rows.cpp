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

GroupReader::GroupReader(const Job& job, RowStore& store, const RowTransform& transform)
    : job_(job), store_(store), transform_(transform), reader_(job, store, transform) {}

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
  rows_.resize(list_.rows.size());
  RandomStream random = order.of_rows(group);
  const std::span<const std::byte* const> listed = list_.rows;
  for (std::size_t at = 0; at < listed.size(); at += list_.mix)
    shuffle_to(listed.subspan(at, std::min(list_.mix, listed.size() - at)), rows_.data() + at, random);

  const bool look_ahead = after && store_.resident();
  listed_group_ = look_ahead ? after : nullptr;
  if (!look_ahead)
    return {rows_, store_.resident() ? listed.subspan(std::min(list_.mix, listed.size())) : listed.first(0)};
  list(order, *after, next_);
  later_.assign(listed.begin() + static_cast<std::ptrdiff_t>(std::min(list_.mix, listed.size())), listed.end());
  later_.insert(later_.end(), next_.rows.begin(),
                next_.rows.begin() + static_cast<std::ptrdiff_t>(std::min(next_.mix, next_.rows.size())));
  return {rows_, later_};
}

void GroupReader::list(const EpochOrder& order, const EpochOrder::Group& group, List& to) {
  const auto blocks = blocks_of(order, group);
  const auto rows = reader_.gather(blocks, quern::Rows::trained_on);
  std::size_t bytes = 0;
  for (const std::uint32_t block : blocks) bytes += store_.blocks()[block].bytes;
  const std::size_t row_bytes = std::max<std::size_t>(bytes / std::max<std::size_t>(group.rows, 1), 1);
  to.mix = std::max<std::size_t>(mix_bytes / row_bytes, 1);
  const std::size_t piece = std::max<std::size_t>(piece_bytes / row_bytes, 1);

  pieces_.resize((rows.size() + piece - 1) / piece);
  std::iota(pieces_.begin(), pieces_.end(), 0u);
  shuffle(std::span(pieces_), order.of_pieces(group));
  to.rows.clear();
  for (const std::uint32_t p : pieces_) {
    const auto some = rows.subspan(p * piece, std::min(piece, rows.size() - p * piece));
    to.rows.insert(to.rows.end(), some.begin(), some.end());
  }
}

void GroupReader::gather_scattered(std::span<const RowPlace> places) {
  if (job_.options.validation_fraction > 0) {
    places_.clear();
    std::copy_if(places.begin(), places.end(), std::back_inserter(places_),
                 [&](const RowPlace& place) { return !held_out(job_, place.block, place.row); });
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

std::size_t trained_rows(const Job& job, const RowStore& store, const EpochOrder& order,
                         const EpochOrder::Group& group) {
  if (job.options.validation_fraction == 0) return group.rows;
  std::size_t count = 0;
  for (std::size_t at = group.from; at < group.to; ++at) {
    if (order.scattered) {
      count += !held_out(job, order.rows[at].block, order.rows[at].row);
      continue;
    }
    const std::uint32_t block = order.blocks[at];
    for (std::size_t i = 0; i < store.blocks()[block].rows; ++i) count += !held_out(job, block, i);
  }
  return count;
}

}  // namespace quern
