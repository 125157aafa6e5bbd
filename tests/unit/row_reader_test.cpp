// The reader's walk over blocks, whether they lie in memory or are loaded, and the share of rows held out.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "train/job.hpp"
#include "train/row_reader.hpp"

namespace quern {
namespace {

constexpr std::size_t features = 20;

// Row i has y = i mod 3 and x_j = i + j.
void fill(MemoryStore& store, std::size_t rows) {
  std::vector<double> x(features);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < features; ++j) x[j] = static_cast<double>(i + j);
    store.append(static_cast<double>(i % 3), 1, Features(std::span<const double>(x)));
  }
}

// The same rows, which have to be loaded, into memory of the caller or read-only where they lie.
class LoadedStore final : public RowStore {
 public:
  LoadedStore(MemoryStore& from, bool copies) : from_(from), copies_(copies) {
    format_ = from.format();
    blocks_.assign(from.blocks().begin(), from.blocks().end());
    rows_ = from.rows();
  }
  const std::byte* load(std::size_t block, std::byte* room) override {
    const std::byte* at = from_.load(block, nullptr);
    return copies_ ? static_cast<const std::byte*>(std::memcpy(room, at, blocks_[block].bytes)) : at;
  }
  bool resident() const override { return false; }
  std::byte* resident_block(std::size_t) override { return nullptr; }

 private:
  MemoryStore& from_;
  bool copies_;
};

Job job_of(const RowStore& store, const std::string& options) { return Job({"linear_svm", options, 3}, store); }

double first_of(const RowFormat& format, const std::byte* row) { return dense_values<double>(format, row)[0]; }

TEST(row_reader, gives_rows_in_the_order_of_the_blocks_asked_for) {
  MemoryStore store({features, false, false, false});
  fill(store, 2000);
  ASSERT_GE(store.blocks().size(), 4u);
  const Job job = job_of(store, "");
  LoadedStore copied(store, true), mapped(store, false);
  const std::vector<double> shift(features, 2), scale(features, 0.5), classes{2, 0, 1};
  const RowTransform none, transform{shift, scale, classes, {}};
  for (RowStore* each :
       {static_cast<RowStore*>(&store), static_cast<RowStore*>(&copied), static_cast<RowStore*>(&mapped)})
    for (const RowTransform* wanted : {&none, &transform}) {
      const bool transformed = wanted == &transform && !each->resident();
      RowReader reader(job.holdout(), *each, *wanted);
      for (const std::vector<std::uint32_t>& blocks : {std::vector<std::uint32_t>{3, 0, 2}, {1}, {}, {0, 1, 2, 3}}) {
        const auto rows = reader.gather(blocks, Rows::trained_on);
        std::size_t r = 0;
        for (const std::uint32_t b : blocks) {
          const BlockView view(store.format(), store.load(b, nullptr), store.blocks()[b].bytes);
          for (std::size_t i = 0; i < view.rows(); ++i, ++r) {
            const double x = first_of(store.format(), view.row(i)), y = target_of(view.row(i));
            ASSERT_EQ(first_of(store.format(), rows[r]), transformed ? (x - 2) / 2 : x);
            ASSERT_EQ(target_of(rows[r]), transformed ? classes[static_cast<std::size_t>(y)] : y);
          }
        }
        EXPECT_EQ(rows.size(), r);
      }
    }
  const BlockView view(store.format(), store.load(0, nullptr), store.blocks()[0].bytes);
  EXPECT_EQ(first_of(store.format(), view.row(5)), 5) << "a store that is only read was written";
}

// Standard deviations of a binomial share: 4000 rows of which a quarter, 27.
TEST(row_reader, holds_out_the_share_asked_for_the_same_rows_each_time) {
  MemoryStore store({features, false, false, false});
  fill(store, 4000);
  std::vector<std::uint32_t> blocks(store.blocks().size());
  for (std::uint32_t b = 0; b < blocks.size(); ++b) blocks[b] = b;
  std::set<double> held_by_seed[2];
  for (const int seed : {0, 1}) {
    const std::string options =
        R"({"solver": "sgd", "validation_fraction": 0.25, "seed": )" + std::to_string(seed) + "}";
    const Job job = job_of(store, options);
    RowReader reader(job.holdout(), store, {});
    std::set<double> all, &held = held_by_seed[seed];
    for (const std::byte* row : reader.gather(blocks, Rows::held_out)) held.insert(first_of(store.format(), row));
    EXPECT_NEAR(static_cast<double>(held.size()), 1000, 5 * 27);
    for (const std::byte* row : reader.gather(blocks, Rows::trained_on)) all.insert(first_of(store.format(), row));
    EXPECT_EQ(all.size(), 4000 - held.size());
    all.insert(held.begin(), held.end());
    EXPECT_EQ(all.size(), 4000u);
    EXPECT_EQ(reader.gather(blocks, Rows::all).size(), 4000u);
    std::size_t one_by_one = 0;  // whatever the grouping of blocks
    for (const std::uint32_t b : blocks)
      for (const std::byte* row : reader.gather({&b, 1}, Rows::held_out))
        one_by_one += held.contains(first_of(store.format(), row));
    EXPECT_EQ(one_by_one, held.size());
  }
  EXPECT_NE(held_by_seed[0], held_by_seed[1]);
}

}  // namespace
}  // namespace quern
