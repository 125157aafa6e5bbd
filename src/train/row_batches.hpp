// A shard's rows as batches for the kernels, each of rows that lie in a few neighbouring blocks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "train/kernels.hpp"
#include "train/row_reader.hpp"
#include "train/shards.hpp"

namespace quern {

// visit(batch) for the rows of every stride-th block of the shard, in the order of blocks and rows.
template <class Visit>
void each_batch(RowStore& store, RowReader& reader, const Shard& shard, std::size_t stride, Rows which, Visit&& visit) {
  constexpr std::size_t rows_together = 256, bytes_together = 256 * 1024;
  const auto all = store.blocks();
  std::vector<std::uint32_t> blocks;
  std::size_t next = (shard.from + stride - 1) / stride * stride;
  while (next < shard.to) {
    std::size_t rows = 0, bytes = 0;
    blocks.clear();
    for (; next < shard.to && (blocks.empty() || (rows < rows_together && bytes < bytes_together)); next += stride) {
      blocks.push_back(static_cast<std::uint32_t>(next));
      rows += all[next].rows;
      bytes += all[next].bytes;
    }
    const auto gathered = reader.gather(blocks, which);
    auto rows_from = [&](std::size_t from) {
      from = std::min(from, gathered.size());
      return gathered.subspan(from, std::min(largest_batch, gathered.size() - from));
    };
    for (std::size_t from = 0; from < gathered.size(); from += largest_batch) {
      checkpoint();
      visit(Batch{&store.format(), rows_from(from), rows_from(from + largest_batch)});
    }
  }
}

}  // namespace quern
