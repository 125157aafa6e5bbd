// Walks over rows of a store in batches, in a given order of blocks, as solvers want them: standardised, and without
// those held out for validation (or those alone).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "train/holdout.hpp"
#include "train/kernels.hpp"
#include "train/row_store.hpp"

namespace quern {

enum class Rows { trained_on, held_out, all };

// Stored rows become z = (x - shift) scale, and y = map[y] if there is a map; the first tag likewise. Where blocks are
// resident this was done in place once (Operation::standardize); a block that load() copies is transformed in the copy.
struct RowTransform {
  std::span<const double> shift, scale;  // empty: none
  std::span<const double> class_map;     // empty: none
  std::span<const double> strata_map;    // empty: none

  bool none() const { return scale.empty() && class_map.empty() && strata_map.empty(); }
};
void transform_block(const RowFormat& format, const RowTransform& transform, std::byte* block, std::size_t size);

class RowReader {
 public:
  // A transform applies to blocks that are not resident; what it points to and the store outlive the reader.
  RowReader(const Holdout& holdout, RowStore& store, const RowTransform& transform);

  // Makes the rows of these blocks available, as pointers in the order of blocks and rows; they stay valid until the
  // next call. Memory: the bytes of the blocks if the store is not resident.
  std::span<const std::byte* const> gather(std::span<const std::uint32_t> blocks, Rows which);

  // Makes blocks available in the same way, for who picks rows himself.
  std::span<const BlockView> load(std::span<const std::uint32_t> blocks);

 private:
  const Holdout holdout_;
  RowStore& store_;
  const RowTransform transform_;
  std::vector<std::byte> room_;
  std::vector<BlockView> views_;
  std::vector<const std::byte*> rows_;
};

}  // namespace quern
