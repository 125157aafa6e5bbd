#include "train/shards.hpp"

#include <algorithm>

namespace quern {

namespace {

constexpr std::uint64_t rows_of_shard = 16384, bytes_of_shard = 4 << 20;

}  // namespace

std::vector<Shard> cut_shards(const RowStore& store, std::size_t slot_size) {
  const auto blocks = store.blocks();
  std::uint64_t bytes = 0;
  for (const auto& block : blocks) bytes += block.bytes;
  std::uint64_t wanted = std::max(store.rows() / rows_of_shard, bytes / bytes_of_shard);
  wanted = std::min(wanted, bytes / 4 / (slot_size * sizeof(double)));
  const std::size_t count =
      std::clamp<std::uint64_t>(wanted, 1, std::clamp<std::size_t>(blocks.size(), 1, most_shards));

  std::vector<Shard> shards;
  std::uint64_t seen = 0;
  for (std::size_t b = 0, s = 0; s < count; ++s) {
    Shard shard{b, b, 0};
    const std::uint64_t end = store.rows() * (s + 1) / count;
    while (b < blocks.size() && (s + 1 == count || seen + blocks[b].rows / 2 < end || shard.rows == 0)) {
      if (s + 1 < count && blocks.size() - b <= count - 1 - s && shard.rows > 0) break;  // leave one for each
      shard.rows += blocks[b].rows;
      seen += blocks[b++].rows;
    }
    shard.to = b;
    shards.push_back(shard);
  }
  return shards;
}

}  // namespace quern
