// The rows that the state of an iterative learner gathers, packed as training keeps them (train/row_format.hpp), so
// that the solvers of train/ run over a state as over any store. A part of a state.
//
// Blocks double in size up to the usual one, so that a million states of one row stay small. Rows are sparse if the
// first one is; others are written out, or lose their zeros, to fit.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/vec.hpp"
#include "train/row_format.hpp"
#include "train/row_store.hpp"

namespace quern {

struct CollectedRows {
  static constexpr std::int64_t max_bytes = 900'000'000;  // of a state, so that it can be flattened

  std::int64_t features = 0;  // 0 until there is a row
  std::int32_t sparse = 0;    // 0 or 1
  std::int64_t rows = 0;
  std::int64_t bytes = 0;   // of all blocks
  Vec<Vec<double>> blocks;  // in words of 8 bytes

  RowFormat format() const;

  // x has `features` numbers, unless it is the first. Throws InvalidInput once the state is too large.
  void append(std::string_view learner, double y, double weight, const FeatureRow& x);
  // The rows of another one, of the same number of features; y becomes map[y] if there is a map.
  void append(std::string_view learner, const CollectedRows& other, std::span<const double> map);

  // Of bytes from anywhere: everything that a reader relies on. y is a class below `classes` if that is not 0.
  bool valid(std::size_t classes) const;

  // visit(y, weight, FeatureRow) for every row, in order.
  template <class Visit>
  void each(Visit&& visit) const;
};

// A view of the rows as a store; `rows` outlives it. A block is copied where it is loaded: a state is not written to.
class CollectedStore final : public RowStore {
 public:
  explicit CollectedStore(const CollectedRows& rows);

  const std::byte* load(std::size_t block, std::byte* room) override;
  bool resident() const override { return false; }
  std::byte* resident_block(std::size_t) override { return nullptr; }

 private:
  const CollectedRows& collected_;
};

}  // namespace quern
