// The rows of one group of an epoch's order (order.hpp), as pointers in the order of their visit: standardised, and
// without those held out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "train/holdout.hpp"
#include "train/order.hpp"
#include "train/row_reader.hpp"

namespace quern {

class GroupReader {
 public:
  // The store, and what the transform points to, outlive the reader.
  GroupReader(const Holdout& holdout, RowStore& store, const RowTransform& transform);

  // Before the groups of another order.
  void forget() { listed_group_ = nullptr; }

  struct Rows {
    std::span<const std::byte* const> visited;
    std::span<const std::byte* const> later;  // what will be visited after as many more, as it lies; may be shorter
  };
  // Valid until the next call. `after` is the group that will be gathered next, or null.
  Rows gather(const EpochOrder& order, const EpochOrder::Group& group, const EpochOrder::Group* after);

 private:
  using Pointers = std::vector<const std::byte*>;

  // The rows of a group of blocks with its pieces permuted, and how many of them are a mix. More rows may follow, of
  // the group after it.
  struct List {
    Pointers rows;
    std::size_t count = 0, mix = 0;
  };

  void list(const EpochOrder& order, const EpochOrder::Group& group, List& to);
  void mix(const EpochOrder& order, const EpochOrder::Group& group);
  void gather_scattered(std::span<const RowPlace> places);
  void point_at(std::span<const RowPlace> places);
  void copy_from_blocks(std::span<const RowPlace> places);

  const Holdout holdout_;
  RowStore& store_;
  const RowTransform transform_;
  RowReader reader_;
  Pointers rows_;
  List list_, next_;
  const EpochOrder::Group* listed_group_ = nullptr;  // in next_
  std::vector<RowPlace> pieces_;                     // their first rows
  std::vector<std::uint32_t> mixed_;
  std::vector<RowPlace> places_;
  std::vector<std::uint32_t> by_block_;
  std::vector<std::byte> block_, room_;
  std::vector<std::size_t> offsets_;
};

// How many rows of a group are trained on; store needs no loading for it.
std::size_t trained_rows(const Holdout& holdout, const RowStore& store, const EpochOrder& order,
                         const EpochOrder::Group& group);

// How many bytes a group has, whatever the store, so that the order of the visits does not depend on where rows lie. A
// scattered order of rows in files reads every block for each group.
inline std::size_t group_bytes_of(std::string_view order) {
  const bool scattered = order == "shuffle_once" || order == "mrs";
  return scattered ? 4 * usual_group_bytes : usual_group_bytes;
}

}  // namespace quern
