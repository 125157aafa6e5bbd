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

}  // namespace

GroupReader::GroupReader(const Job& job, RowStore& store, const RowTransform& transform)
    : job_(job), store_(store), transform_(transform), reader_(job, store, transform) {}

GroupReader::Rows GroupReader::gather(const EpochOrder& order, const EpochOrder::Group& group,
                                      const EpochOrder::Group* after) {
  if (order.scattered) {
    gather_scattered(std::span(order.rows).subspan(group.from, group.to - group.from));
    return {rows_, {}};
  }
  auto rows_of = [&](const EpochOrder::Group& g) {
    return reader_.gather(std::span(order.blocks).subspan(g.from, g.to - g.from), quern::Rows::trained_on);
  };
  const auto rows = later_group_ == &group ? later_ : rows_of(group);
  later_group_ = nullptr;
  if (!order.rows_shuffled) return {rows, {}};
  rows_.resize(rows.size());
  shuffle_to(rows, rows_.data(), order.random(group));
  if (!after || !store_.resident()) return {rows_, {}};
  later_ = rows_of(*after);
  later_group_ = after;
  return {rows_, later_};
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
