// Rows packed into blocks come back as they were given, dense and sparse, float8 and float4.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "train/row_format.hpp"
#include "train/row_reader.hpp"
#include "train/row_store.hpp"

namespace quern {
namespace {

constexpr unsigned seed = 20261121;

// A row in every form it may be given in.
struct Row {
  double y, weight;
  std::vector<double> x;  // numbers that float4 holds exactly
  std::vector<float> narrow;
  std::vector<std::uint32_t> indices;
  std::vector<double> values;

  FeatureRow given(int form) const {
    if (form == 0) return FeatureRow(Features(std::span<const double>(x)));
    if (form == 1) return FeatureRow(Features(std::span<const float>(narrow)));
    return FeatureRow(SparseFeatures{x.size(), indices, values});
  }
};

std::vector<Row> random_rows(std::size_t count, std::size_t features, double share_of_zeros, std::mt19937& random) {
  std::vector<Row> rows(count);
  for (Row& row : rows) {
    row.y = random() % 1000 / 8.0;
    row.weight = random() % 100 / 4.0;
    for (std::size_t j = 0; j < features; ++j) {
      const double value = std::generate_canonical<double, 53>(random) < share_of_zeros
                               ? 0
                               : 1 + static_cast<double>(random() % 4096) / 64;
      row.x.push_back(value);
      row.narrow.push_back(static_cast<float>(value));
      if (value == 0) continue;
      row.indices.push_back(static_cast<std::uint32_t>(j));
      row.values.push_back(value);
    }
  }
  return rows;
}

std::vector<double> unpacked(const RowFormat& format, const std::byte* row) {
  std::vector<double> x(format.features);
  auto read = [&]<class T>(T) {
    if (format.sparse) {
      const auto values = sparse_values<T>(format, row);
      for (std::size_t e = 0; e < values.entries; ++e) {
        EXPECT_NE(values.values[e], 0);
        x.at(values.indices[e]) = values.values[e];
      }
    } else {
      const auto values = dense_values<T>(format, row);
      x.assign(values.begin(), values.end());
    }
  };
  format.narrow ? read(float{}) : read(double{});
  return x;
}

TEST(row_format, rows_come_back_as_they_were_given) {
  std::mt19937 random(seed);
  for (const bool sparse : {false, true})
    for (const bool narrow : {false, true})
      for (const bool weighted : {false, true})
        for (const std::uint32_t features : {0u, 1u, 2u, 7u, 50u, 333u}) {
          SCOPED_TRACE(testing::Message() << "sparse " << sparse << " narrow " << narrow << " weighted " << weighted
                                          << " features " << features << " seed " << seed);
          const std::uint32_t tags = features % 3;
          const RowFormat format{features, sparse, narrow, weighted, tags};
          const auto rows = random_rows(1500, features, sparse ? 0.8 : 0.1, random);
          MemoryStore store(format);
          for (std::size_t i = 0; i < rows.size(); ++i)
            store.append(rows[i].y, rows[i].weight, rows[i].given(static_cast<int>(i % 3)),
                         std::vector{static_cast<double>(i), -rows[i].y});
          ASSERT_EQ(store.rows(), rows.size());
          std::size_t i = 0;
          for (std::size_t b = 0; b < store.blocks().size(); ++b) {
            const BlockView view(format, store.load(b, nullptr), store.blocks()[b].bytes);
            ASSERT_EQ(view.rows(), store.blocks()[b].rows);
            for (std::size_t r = 0; r < view.rows(); ++r, ++i) {
              ASSERT_EQ(reinterpret_cast<std::uintptr_t>(view.row(r)) % 8, 0u);
              ASSERT_EQ(target_of(view.row(r)), rows[i].y);
              ASSERT_EQ(weight_of(format, view.row(r)), weighted ? rows[i].weight : 1);
              for (std::uint32_t t = 0; t < tags; ++t) {
                ASSERT_EQ(tag_of(format, view.row(r), t), t == 0 ? static_cast<double>(i) : -rows[i].y);
              }
              ASSERT_EQ(unpacked(format, view.row(r)), rows[i].x);
            }
          }
          EXPECT_EQ(i, rows.size());
        }
}

TEST(row_format, a_block_is_filled_to_its_last_byte_and_no_further) {
  const std::vector<double> x(10, 1.0);
  const FeatureRow row{Features(std::span<const double>(x))};
  const RowFormat dense{10, false, false, false}, sparse{10, true, false, false};
  const std::size_t dense_room = sizeof(BlockHeader) + 3 * dense.dense_row_size();
  const std::size_t sparse_room = sizeof(BlockHeader) + 4 * sparse.sparse_row_size(10) + 16;
  for (const auto& [format, room, fit] : {std::tuple{dense, dense_room, 3},
                                          {dense, dense_room - 8, 2},
                                          {sparse, sparse_room, 4},
                                          {sparse, sparse_room - 8, 3}}) {
    std::vector<double> bytes(room / 8 + 1, -1.0);
    BlockWriter writer(format, {reinterpret_cast<std::byte*>(bytes.data()), room});
    for (int i = 0; i < fit; ++i) EXPECT_TRUE(writer.append(i, 1, row));
    EXPECT_FALSE(writer.append(0, 1, row));
    EXPECT_EQ(writer.rows(), static_cast<std::uint32_t>(fit));
    EXPECT_EQ(bytes.back(), -1.0);
    const BlockView view(format, reinterpret_cast<const std::byte*>(bytes.data()), room);
    ASSERT_EQ(view.rows(), static_cast<std::uint32_t>(fit));
    for (int i = 0; i < fit; ++i) {
      EXPECT_EQ(target_of(view.row(static_cast<std::size_t>(i))), i);
      EXPECT_EQ(unpacked(format, view.row(static_cast<std::size_t>(i))), x);
    }
  }
}

TEST(row_format, a_writer_goes_on_where_another_stopped) {
  const std::vector<double> x(10, 1.0);
  for (const bool sparse : {false, true}) {
    const RowFormat format{10, sparse, false, false};
    std::vector<double> one(200), two(200);
    const std::span first(reinterpret_cast<std::byte*>(one.data()), 1600);
    const std::span second(reinterpret_cast<std::byte*>(two.data()), 1600);
    BlockWriter whole(format, first), begun(format, second);
    for (int i = 0; i < 3; ++i) begun.append(i, 1, Features(std::span<const double>(x)));
    BlockWriter resumed = BlockWriter::resume(format, second);
    for (int i = 3; resumed.append(i, 1, Features(std::span<const double>(x)));) ++i;
    for (int i = 0; whole.append(i, 1, Features(std::span<const double>(x)));) ++i;
    EXPECT_GT(whole.rows(), 3u);
    EXPECT_EQ(resumed.rows(), whole.rows());
    EXPECT_EQ(one, two);
  }
}

TEST(row_format, a_row_larger_than_a_block_gets_one_of_its_own) {
  std::mt19937 random(seed);
  for (const bool sparse : {false, true}) {
    const RowFormat format{20000, sparse, false, true};
    const auto rows = random_rows(3, 20000, 0.1, random);
    MemoryStore store(format);
    for (const Row& row : rows) store.append(row.y, row.weight, row.given(0));
    ASSERT_EQ(store.blocks().size(), 3u);
    for (std::size_t b = 0; b < 3; ++b) {
      EXPECT_GT(store.blocks()[b].bytes, usual_block_bytes);
      const BlockView view(format, store.load(b, nullptr), store.blocks()[b].bytes);
      EXPECT_EQ(unpacked(format, view.row(0)), rows[b].x);
    }
  }
}

TEST(row_format, a_number_beyond_float4_is_refused) {
  const std::vector<double> x{1, -1e39, 2};
  const std::vector<std::uint32_t> indices{0, 1, 2};
  for (const bool sparse : {false, true}) {
    MemoryStore store({3, sparse, true, false});
    EXPECT_THROW(store.append(0, 1, Features(std::span<const double>(x))), InvalidInput);
    EXPECT_THROW(store.append(0, 1, SparseFeatures{3, indices, x}), InvalidInput);
  }
}

TEST(transform_block, standardizes_columns_and_maps_classes) {
  std::mt19937 random(seed);
  const std::vector<double> shift{1, -2, 0.5, 0, 3}, scale{0.5, 2, 1, 4, 0.25}, classes{2, 0, 1};
  for (const bool sparse : {false, true})
    for (const bool narrow : {false, true}) {
      const RowFormat format{5, sparse, narrow, false};
      const auto rows = random_rows(100, 5, 0.5, random);
      MemoryStore store(format);
      for (std::size_t i = 0; i < rows.size(); ++i) store.append(static_cast<double>(i % 3), 1, rows[i].given(0));
      const RowTransform transform{shift, scale, classes, {}};
      const std::size_t size = store.blocks()[0].bytes;
      transform_block(format, transform, store.resident_block(0), size);
      const BlockView view(format, store.load(0, nullptr), size);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(target_of(view.row(i)), classes[i % 3]);
        const auto z = unpacked(format, view.row(i));
        for (std::size_t j = 0; j < 5; ++j)
          EXPECT_EQ(z[j], (rows[i].x[j] - (sparse ? 0 : shift[j])) * scale[j]) << "seed " << seed;
      }
    }
}

}  // namespace
}  // namespace quern
