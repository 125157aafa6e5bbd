// A stored row as features.
#pragma once

#include <vector>

#include "base/features.hpp"
#include "train/row_format.hpp"

namespace quern {

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
