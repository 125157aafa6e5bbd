// Orders of an epoch: they visit what they should, in an order that is as random as it should be and the same for all.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "train/order.hpp"
#include "train/sgd_rows.hpp"
#include "training.hpp"

namespace quern {
namespace {

constexpr std::uint64_t seed = 42;

TrainingRows numbered_rows(std::size_t count, std::size_t features) {
  TrainingRows rows;
  for (std::size_t i = 0; i < count; ++i) {
    TrainingRow row{static_cast<double>(i), std::vector<double>(features, 1)};
    row.x[0] = static_cast<double>(i % 97) - 48;
    rows.push_back(row);
  }
  return rows;
}

class SequentialStore final : public CopyingStore {
 public:
  using CopyingStore::CopyingStore;
  bool sequential() const override { return true; }
};

// The targets of the rows that each part of an epoch visits.
std::vector<std::vector<std::size_t>> visits(RowStore& store, const std::string& order, std::int64_t epoch,
                                             std::size_t parts, const std::string& more = "") {
  const Job job({"linear_regression", R"({"solver": "sgd", "order": ")" + order + "\"" + more + "}", 0}, store);
  const EpochOrder epoch_order = order_epoch(order, seed, epoch, store, parts, group_bytes_of(job.options.order));
  GroupReader reader(job.holdout(), store, {});
  std::vector<std::vector<std::size_t>> result(parts);
  for (std::size_t p = 0; p < parts; ++p)
    for (std::size_t g = epoch_order.parts[p]; g < epoch_order.parts[p + 1]; ++g) {
      const EpochOrder::Group* const after = g + 1 < epoch_order.parts[p + 1] ? &epoch_order.groups[g + 1] : nullptr;
      const auto rows = reader.gather(epoch_order, epoch_order.groups[g], after).visited;
      EXPECT_EQ(rows.size(), trained_rows(job.holdout(), store, epoch_order, epoch_order.groups[g]));
      for (const std::byte* row : rows) result[p].push_back(static_cast<std::size_t>(target_of(row)));
    }
  return result;
}

std::vector<std::size_t> all_visits(RowStore& store, const std::string& order, std::int64_t epoch,
                                    std::size_t parts = 1) {
  std::vector<std::size_t> result;
  for (const auto& part : visits(store, order, epoch, parts)) result.insert(result.end(), part.begin(), part.end());
  return result;
}

bool is_permutation_of_all(std::vector<std::size_t> rows, std::size_t count) {
  std::ranges::sort(rows);
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i] != i) return false;
  return rows.size() == count;
}

TEST(Order, Permutations) {
  constexpr std::size_t count = 60'000;  // of 21 numbers: about 10 MB
  MemoryStore store = store_of(numbered_rows(count, 20));
  for (const char* order : {"block_row_shuffle", "shuffle_once", "none"})
    for (std::size_t parts : {1u, 3u, 8u})
      EXPECT_TRUE(is_permutation_of_all(all_visits(store, order, 5, parts), count)) << order << parts;
  const auto stored = all_visits(store, "none", 3);
  EXPECT_TRUE(std::ranges::is_sorted(stored));
  EXPECT_NE(all_visits(store, "block_row_shuffle", 0), all_visits(store, "block_row_shuffle", 1));
  EXPECT_EQ(all_visits(store, "block_row_shuffle", 1), all_visits(store, "block_row_shuffle", 1));
  EXPECT_EQ(all_visits(store, "shuffle_once", 0), all_visits(store, "shuffle_once", 1));
}

TEST(Order, PartsAreAboutEqual) {
  constexpr std::size_t count = 60'000;
  MemoryStore store = store_of(numbered_rows(count, 20));
  const double block = store.blocks()[0].rows;
  for (const char* order : {"block_row_shuffle", "shuffle_once", "none"})
    for (const auto& part : visits(store, order, 2, 7))
      EXPECT_NEAR(static_cast<double>(part.size()), count / 7., block) << order;
}

TEST(Order, IsTheSameWhereverRowsLie) {
  MemoryStore store = store_of(numbered_rows(40'000, 20));
  CopyingStore copies(store);
  for (const char* order : {"block_row_shuffle", "shuffle_once", "none", "mrs"})
    EXPECT_EQ(visits(store, order, 4, 3), visits(copies, order, 4, 3)) << order;
  const std::string held_out = R"(, "validation_fraction": 0.3)";
  EXPECT_EQ(visits(store, "shuffle_once", 4, 3, held_out), visits(copies, "shuffle_once", 4, 3, held_out));
}

// Groups of blocks that lie anywhere, rows anywhere in the group.
TEST(Order, BlocksThenRows) {
  constexpr std::size_t count = 60'000;
  MemoryStore store = store_of(numbered_rows(count, 20));
  const std::size_t block_rows = store.blocks()[0].rows;
  const EpochOrder order = order_epoch("block_row_shuffle", seed, 1, store, 1, usual_group_bytes);
  const auto rows = all_visits(store, "block_row_shuffle", 1);
  std::size_t at = 0;
  for (const auto& group : order.groups) {
    std::set<std::size_t> blocks, expected;
    for (std::size_t i = 0; i < group.rows; ++i) blocks.insert(rows[at + i] / block_rows);
    for (std::size_t b = group.from; b < group.to; ++b) expected.insert(order.blocks[b]);
    EXPECT_EQ(blocks, expected);
    EXPECT_LE(blocks.size(), usual_group_bytes / usual_block_bytes);
    at += group.rows;
  }
  EXPECT_GE(order.groups.size(), 2u);
}

// What a core's cache holds comes from many places of the store, and neighbours are no neighbours any more.
TEST(Order, EveryMixIsOfManyPlaces) {
  constexpr std::size_t count = 60'000, wide = 24'000;  // of 21 numbers
  MemoryStore store = store_of(numbered_rows(count, 20));
  const auto rows = all_visits(store, "block_row_shuffle", 1);
  const std::size_t block_rows = store.blocks()[0].rows, mix = mix_bytes / store.format().dense_row_size();
  std::size_t neighbours = 0;
  for (std::size_t at = 0; at + mix <= wide; at += mix) {
    std::set<std::size_t> blocks;
    for (std::size_t i = at; i < at + mix; ++i) {
      blocks.insert(rows[i] / block_rows);
      neighbours += i > at && rows[i] == rows[i - 1] + 1;
    }
    EXPECT_GE(blocks.size(), 40u);  // 64 pieces of 128 blocks: 51 on average, deviation about 3
  }
  EXPECT_LE(neighbours, wide / 100);
}

// Where few rows lie says nothing of when they come: where each row comes, and which comes first, over many epochs. Chi
// squared with 19 degrees of freedom is below 43.8 with probability 0.999; the seed is fixed.
TEST(Order, IsUniform) {
  constexpr std::size_t count = 4'000, epochs = 400, cells = 20;
  MemoryStore store = store_of(numbered_rows(count, 20));
  for (std::size_t row : {std::size_t{0}, count / 2, count - 1}) {
    std::vector<double> seen(cells);
    for (std::size_t e = 0; e < epochs; ++e) {
      const auto rows = all_visits(store, "block_row_shuffle", static_cast<std::int64_t>(e));
      const auto place = static_cast<std::size_t>(std::ranges::find(rows, row) - rows.begin());
      seen[place * cells / count] += 1;
    }
    double chi_squared = 0;
    for (double n : seen)
      chi_squared += (n - epochs / double{cells}) * (n - epochs / double{cells}) / (epochs / double{cells});
    EXPECT_LT(chi_squared, 43.8) << row;
    EXPECT_GT(chi_squared, 5) << row;
  }
  // Neighbours in the order are unrelated: the correlation of consecutive rows is within 4 / sqrt(n) of 0.
  const auto rows = all_visits(store, "shuffle_once", 0);
  double sum = 0;
  const double mean = (count - 1) / 2., variance = count * double{count} / 12;
  for (std::size_t i = 0; i + 1 < count; ++i)
    sum += (static_cast<double>(rows[i]) - mean) * (static_cast<double>(rows[i + 1]) - mean);
  EXPECT_LT(std::abs(sum / variance / count), 4 / std::sqrt(double{count}));
}

TEST(Order, ReservoirCoversAllRowsInTwoEpochs) {
  constexpr std::size_t count = 60'000;
  MemoryStore store = store_of(numbered_rows(count, 20));
  std::vector<int> times(count);
  for (std::int64_t epoch : {0, 1}) {
    const auto rows = all_visits(store, "mrs", epoch);
    EXPECT_EQ(rows.size(), count);
    for (std::size_t row : rows) ++times[row];
    EXPECT_FALSE(std::ranges::is_sorted(rows));
  }
  EXPECT_GE(*std::ranges::min_element(times), 1);
  EXPECT_LE(*std::ranges::max_element(times), 4);
}

TEST(Order, SequentialStoresAreReadInOrder) {
  MemoryStore store = store_of(numbered_rows(60'000, 20));
  SequentialStore sequential(store);
  for (const char* order : {"block_row_shuffle", "shuffle_once", "mrs"}) {
    const EpochOrder epoch = order_epoch(order, seed, 1, sequential, 1, usual_group_bytes);
    EXPECT_TRUE(std::ranges::is_sorted(epoch.blocks));
    const auto rows = all_visits(sequential, order, 1);
    EXPECT_TRUE(is_permutation_of_all(rows, 60'000)) << order;
    EXPECT_FALSE(std::ranges::is_sorted(rows)) << order;
  }
  EXPECT_NE(all_visits(sequential, "block_row_shuffle", 0), all_visits(sequential, "block_row_shuffle", 1));
  EXPECT_EQ(all_visits(sequential, "shuffle_once", 0), all_visits(sequential, "shuffle_once", 1));
}

TEST(Order, FewRows) {
  for (std::size_t count : {1u, 2u, 5u}) {
    MemoryStore store = store_of(numbered_rows(count, 3));
    for (const char* order : {"block_row_shuffle", "shuffle_once", "none", "mrs"})
      EXPECT_TRUE(is_permutation_of_all(all_visits(store, order, 1), count)) << order << count;
  }
}

}  // namespace
}  // namespace quern
