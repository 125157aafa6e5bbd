// How the rows of a store are cut into tasks of a pass over all of them: by the rows alone, never by the number of
// processes, so that sums over shards in their order have the same bits whoever added them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "train/row_store.hpp"

namespace quern {

inline constexpr std::size_t most_shards = 8;

// The blocks from .. to-1 of the store's order.
struct Shard {
  std::size_t from = 0, to = 0;
  std::uint64_t rows = 0;
};

// About equal shares of the rows, cut between blocks: one at least, most_shards at most, fewer where they would be
// small beside the `slot_size` numbers that a pass leaves behind for each.
std::vector<Shard> cut_shards(const RowStore& store, std::size_t slot_size);

}  // namespace quern
