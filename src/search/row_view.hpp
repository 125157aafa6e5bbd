// Stored rows one by one, and a stored row as features.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "base/features.hpp"
#include "train/row_store.hpp"

namespace quern {

// visit(number, row) for all rows of the store, in its order.
template <class Visit>
void each_row(RowStore& store, const Visit& visit) {
  std::vector<std::byte> room;
  std::uint64_t number = 0;
  for (std::size_t b = 0; b < store.blocks().size(); ++b) {
    checkpoint();
    const RowStore::Block& block = store.blocks()[b];
    if (!store.resident() && room.size() < block.bytes) room.resize(block.bytes);
    const BlockView view(store.format(), store.load(b, room.data()), block.bytes);
    for (std::size_t i = 0; i < block.rows; ++i) visit(number++, view.row(i));
  }
}

// `room` may be written; what is returned is valid while it and the row are.
inline FeatureRow features_of(const RowFormat& format, const std::byte* row, std::vector<double>& room) {
  if (!format.sparse)
    return format.narrow ? Features(dense_values<float>(format, row)) : Features(dense_values<double>(format, row));
  if (!format.narrow) {
    const auto x = sparse_values<double>(format, row);
    return SparseFeatures{format.features, {x.indices, x.entries}, {x.values, x.entries}};
  }
  const auto x = sparse_values<float>(format, row);
  room.assign(x.values, x.values + x.entries);
  return SparseFeatures{format.features, {x.indices, x.entries}, room};
}

}  // namespace quern
