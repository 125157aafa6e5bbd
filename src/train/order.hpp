// In what order an epoch of stochastic descent visits the rows of a store.
//
//   block_row_shuffle  the blocks are permuted, and the rows of each group of blocks inside the group: the two-level
//                      shuffle of CorgiPile. A group is what fits a few MB, so a store in files is read in whole
//                      blocks. Inside it, pieces of a page are permuted and then the rows of each mix of them, which is
//                      what fits a core's cache: memory is read a piece at a time, and a row visited from the cache.
//                      All mixes of a group have one permutation. Rows of fewer bytes than a mix are shuffled fully.
//   shuffle_once       one permutation of all rows, the same in every epoch.
//   none               as stored. Clustered rows ruin stochastic descent; this is the control.
//   mrs                multiplexed reservoir sampling: a scan in stored order that keeps a reservoir visits the rows
//   that
//                      it drops, and between them those that the reservoir of the epoch before kept.
//
// A permutation is a function of the seed and the epoch alone: of no number of processes, and of no place where rows
// lie. A store that is read in its order only (RowStore::sequential) has its groups of blocks in that order and the
// rows shuffled inside them, whatever was asked except none.
//
// Where it breaks: in mrs a row of the reservoir waits for the next epoch, so one epoch may leave out some rows and
// visit others twice; two epochs cover all. shuffle_once and mrs jump between blocks: where rows are in files, each
// stretch of the order reads every block that it touches. Xu et al., Stochastic Gradient Descent without Full Data
// Shuffle, SIGMOD 2022. Feng et al., Towards a Unified Architecture for in-RDBMS Analytics (Bismarck), SIGMOD 2012,
// section 3.4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/split_mix.hpp"
#include "train/row_store.hpp"

namespace quern {

// SplitMix64 from a start that is a hash of three numbers.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t epoch, std::uint64_t stream)
      : state_(split_mix(split_mix(split_mix(seed + split_mix_step) + epoch * split_mix_step) ^
                         (stream + 1) * 0xd1342543de82ef95)) {}

  std::uint64_t next() { return split_mix(state_ += split_mix_step); }

  // Of 0 .. count-1, uniform to within count / 2^64.
  std::uint64_t below(std::uint64_t count) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(next()) * count) >> 64);
  }

 private:
  std::uint64_t state_;
};

// Fisher and Yates.
template <class T>
void shuffle(std::span<T> items, RandomStream random) {
  for (std::size_t left = items.size(); left > 1; --left) std::swap(items[left - 1], items[random.below(left)]);
}

struct RowPlace {
  std::uint32_t block, row;

  bool operator==(const RowPlace&) const = default;
};

// What one epoch visits: groups that are gone through one after the other.
struct EpochOrder {
  struct Group {
    std::size_t from, to;  // of blocks, or of rows
    std::uint64_t stream;  // of its permutation
    std::size_t rows;
  };

  bool scattered = false;             // rows are listed one by one
  bool rows_shuffled = false;         // inside groups of blocks
  std::vector<std::uint32_t> blocks;  // unless scattered
  std::vector<RowPlace> rows;         // if scattered
  std::vector<Group> groups;
  std::vector<std::size_t> parts;  // of the groups: those of part p are parts[p] .. parts[p + 1]
  std::int64_t epoch = 0;
  std::uint64_t seed = 0;

  RandomStream of_pieces(const Group& group) const { return {seed, static_cast<std::uint64_t>(epoch), group.stream}; }
  RandomStream of_rows(const Group& group) const { return {seed, static_cast<std::uint64_t>(epoch), ~group.stream}; }
};

// The epoch cut in `parts` of about equal numbers of rows, and these in groups of about `group_bytes`. `order` is one
// of the names above; epoch may be -1.
EpochOrder order_epoch(std::string_view order, std::uint64_t seed, std::int64_t epoch, const RowStore& store,
                       std::size_t parts, std::size_t group_bytes);

inline constexpr std::size_t usual_group_bytes = 4 << 20, mix_bytes = 256 << 10, piece_bytes = 4 << 10;

}  // namespace quern
