// How rows are divided for validation. Every row is of one part; a fold trains on some parts and is measured on others.
//
//   k folds          parts 0 .. k-1; fold f is measured on part f and trains on the rest
//   ordered in time  parts 0 .. k; fold f trains on parts 0 .. f and is measured on part f + 1
//   one share        fold 0 trains on part 0 and is measured on part 1
//
// A row of part `left_out` takes part in nothing. Parts are numbered by the row's place in the store: one byte for each
// row, made once and read by all processes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "train/row_store.hpp"

namespace quern {

inline constexpr std::size_t most_folds = 100;
inline constexpr std::uint8_t left_out = 0xff;

// What a fold does with the rows of each part.
enum class Role : std::uint8_t { none, train, test };
using Roles = std::array<Role, 256>;

struct FoldLayout {
  std::size_t folds = 0;
  std::size_t parts = 0;
  bool ordered = false;  // in time
  bool share = false;    // one fold, of a share of the rows

  Roles roles(std::size_t fold) const;
};

struct FoldOptions {
  std::int64_t folds = 5;   // 0: one share
  double validation = 0.2;  // that share
  bool stratified = false;  // each class alike in all parts
  std::uint64_t seed = 0;
};

FoldLayout layout_of(const FoldOptions& options, bool ordered);

// The part of each row of the store, in its order. `classes` of a classifier, else 0: stratified parts have each class
// in equal shares. `tags`: if not empty, a number for each row; rows of one group have the same tag and are of one
// part, or, if the layout is ordered in time, parts are about equal ranges of tags. Throws InvalidInput if there are
// too few rows, or groups, for so many parts.
std::vector<std::uint8_t> assign_parts(std::string_view function, const FoldOptions& options, const FoldLayout& layout,
                                       RowStore& store, std::size_t classes, std::span<const double> tags);

// Some rows of a store, copied where a block is loaded. `parts` and the store outlive it.
class PartStore final : public RowStore {
 public:
  // Rows of parts p with keep[p].
  PartStore(RowStore& from, std::span<const std::uint8_t> parts, const std::array<bool, 256>& keep);

  const std::byte* load(std::size_t block, std::byte* room) override;
  bool resident() const override { return false; }
  std::byte* resident_block(std::size_t) override { return nullptr; }

 private:
  RowStore& from_;
  std::span<const std::uint8_t> parts_;
  const std::array<bool, 256> keep_;
  std::vector<std::uint64_t> first_;   // of each of its blocks: the number of the first row
  std::vector<std::uint32_t> source_;  // and where the block is in `from`
};

// The number of the first row of each block.
std::vector<std::uint64_t> first_rows(const RowStore& store);

}  // namespace quern
