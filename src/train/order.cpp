#include "train/order.hpp"

#include <algorithm>

namespace quern {

namespace {

enum Stream : std::uint64_t { of_blocks, of_rows, of_reservoir, of_kept, of_groups };

std::uint64_t epoch_number(std::int64_t epoch) { return static_cast<std::uint64_t>(epoch); }

std::vector<RowPlace> all_rows(const RowStore& store) {
  std::vector<RowPlace> rows;
  rows.reserve(store.rows());
  const auto blocks = store.blocks();
  for (std::uint32_t b = 0; b < blocks.size(); ++b)
    for (std::uint32_t i = 0; i < blocks[b].rows; ++i) rows.push_back({b, i});
  return rows;
}

struct Sampled {
  std::vector<RowPlace> kept, dropped;
};

// Algorithm R, with what each row that comes in pushes out.
Sampled sample(const std::vector<RowPlace>& rows, std::size_t reservoir, RandomStream random) {
  Sampled result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i < reservoir) {
      result.kept.push_back(rows[i]);
      continue;
    }
    const std::size_t at = random.below(i + 1);
    result.dropped.push_back(at < reservoir ? std::exchange(result.kept[at], rows[i]) : rows[i]);
  }
  return result;
}

// The rows dropped in this epoch, and evenly between them those that the epoch before has kept.
std::vector<RowPlace> multiplex(const RowStore& store, std::uint64_t seed, std::int64_t epoch, std::size_t reservoir) {
  const std::vector<RowPlace> rows = all_rows(store);
  reservoir = std::clamp<std::size_t>(reservoir, 1, std::max<std::size_t>(rows.size(), 1));
  std::vector<RowPlace> kept = sample(rows, reservoir, {seed, epoch_number(epoch - 1), of_reservoir}).kept;
  const std::vector<RowPlace> dropped = sample(rows, reservoir, {seed, epoch_number(epoch), of_reservoir}).dropped;
  shuffle(std::span(kept), {seed, epoch_number(epoch), of_kept});

  std::vector<RowPlace> result;
  result.reserve(rows.size());
  std::size_t d = 0;
  for (std::size_t k = 0; k < kept.size(); ++k) {
    for (const std::size_t until = dropped.size() * (k + 1) / kept.size(); d < until; ++d) result.push_back(dropped[d]);
    result.push_back(kept[k]);
  }
  return result;
}

std::size_t mean_row_bytes(const RowStore& store) {
  std::size_t bytes = 0;
  for (const auto& block : store.blocks()) bytes += block.bytes;
  return std::max<std::size_t>(bytes / std::max<std::uint64_t>(store.rows(), 1), 1);
}

void group_rows(EpochOrder& order, std::size_t parts, std::size_t rows_of_group) {
  const std::size_t count = order.rows.size();
  for (std::size_t p = 0; p < parts; ++p) {
    order.parts.push_back(order.groups.size());
    const std::size_t end = count * (p + 1) / parts;
    for (std::size_t from = count * p / parts; from < end; from += rows_of_group) {
      const std::size_t to = std::min(end, from + rows_of_group);
      order.groups.push_back({from, to, 0, to - from});
    }
  }
  order.parts.push_back(order.groups.size());
}

void group_blocks(EpochOrder& order, const RowStore& store, std::size_t parts, std::size_t group_bytes) {
  const auto blocks = store.blocks();
  std::uint64_t seen = 0;
  std::size_t at = 0;
  for (std::size_t p = 0; p < parts; ++p) {
    order.parts.push_back(order.groups.size());
    const std::uint64_t end = store.rows() * (p + 1) / parts;
    std::size_t bytes = group_bytes;
    // A block goes to the part that has more of it.
    for (; at < order.blocks.size(); ++at) {
      const RowStore::Block& block = blocks[order.blocks[at]];
      if (p + 1 < parts && seen + block.rows / 2 >= end) break;
      if (bytes + block.bytes > group_bytes) {
        order.groups.push_back({at, at, of_groups + at, 0});
        bytes = 0;
      }
      ++order.groups.back().to;
      order.groups.back().rows += block.rows;
      bytes += block.bytes;
      seen += block.rows;
    }
  }
  order.parts.push_back(order.groups.size());
}

}  // namespace

EpochOrder order_epoch(std::string_view order, std::uint64_t seed, std::int64_t epoch, const RowStore& store,
                       std::size_t parts, std::size_t group_bytes) {
  EpochOrder result;
  result.seed = seed;
  result.epoch = order == "shuffle_once" ? 0 : epoch;
  result.scattered = !store.sequential() && (order == "shuffle_once" || order == "mrs");
  result.rows_shuffled = !result.scattered && order != "none";
  if (result.scattered) {
    const std::size_t rows_of_group = std::max<std::size_t>(group_bytes / mean_row_bytes(store), 1);
    if (order == "mrs") {
      result.rows = multiplex(store, seed, epoch, usual_group_bytes / mean_row_bytes(store));
    } else {
      result.rows = all_rows(store);
      shuffle(std::span(result.rows), {seed, 0, of_rows});
    }
    group_rows(result, parts, rows_of_group);
    return result;
  }
  result.blocks.resize(store.blocks().size());
  std::iota(result.blocks.begin(), result.blocks.end(), 0u);
  if (order != "none" && !store.sequential()) shuffle(std::span(result.blocks), {seed, epoch_number(epoch), of_blocks});
  group_blocks(result, store, parts, group_bytes);
  return result;
}

}  // namespace quern
