// Nearest centroids by float4 against long double, for every width of vectors that the processor has.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "linalg/row_tiles.hpp"

namespace quern {
namespace {

constexpr unsigned seed = 20261121;

std::vector<int> widths() {
  std::vector<int> bits{128};
  if (__builtin_cpu_supports("x86-64-v3")) bits.push_back(256);
  if (__builtin_cpu_supports("x86-64-v4")) bits.push_back(512);
  return bits;
}

struct Data {
  std::size_t tiles, features, count;
  std::vector<double> x, centroids, shift;
  double scale = 0.25;

  Data(std::size_t tiles, std::size_t features, std::size_t count, double far)
      : tiles(tiles),
        features(features),
        count(count),
        x(tiles * tile_rows * features),
        centroids(count * features),
        shift(features, far) {
    std::mt19937_64 random(seed + 1000 * tiles + 50 * features + count);
    std::normal_distribution<double> normal;
    for (double& v : x) v = far + 5 * normal(random);
    for (double& v : centroids) v = far + 5 * normal(random);
  }

  TileProducts::Found find(int bits, bool second) const {
    std::vector<float> room(tiles * tile_size(features));
    std::vector<const float*> pointers;
    for (std::size_t t = 0; t < tiles; ++t) {
      const double* rows[tile_rows];
      for (std::size_t i = 0; i < tile_rows; ++i) rows[i] = &x[(t * tile_rows + i) * features];
      float* const tile = &room[t * tile_size(features)];
      fill_tile({rows, shift.data(), scale, features, tile}, bits);
      pointers.push_back(tile);
    }
    TileProducts products(bits);
    products.pack(centroids, features, shift, scale);
    TileProducts::Found found;
    products.find(pointers, pointers, second, found);
    return found;
  }

  // Distances in z, and whose they are, the nearest first.
  std::vector<std::pair<long double, std::size_t>> distances(std::size_t row) const {
    std::vector<std::pair<long double, std::size_t>> all;
    for (std::size_t c = 0; c < count; ++c) {
      long double square = 0;
      for (std::size_t j = 0; j < features; ++j) {
        const long double difference =
            (static_cast<long double>(x[row * features + j]) - centroids[c * features + j]) * scale;
        square += difference * difference;
      }
      all.emplace_back(std::sqrt(square), c);
    }
    std::sort(all.begin(), all.end());
    return all;
  }
};

TEST(RowTiles, WhatIsSureIsRight) {
  for (const int bits : widths())
    for (const std::size_t tiles : {1, 2, 3, 4})
      for (const std::size_t features : {1, 2, 3, 4, 7, 50})
        for (const std::size_t count : {1, 2, 3, 5, 6, 7, 8, 10, 13, 30})
          for (const double far : {0.0, 1e6}) {
            SCOPED_TRACE(testing::Message() << bits << ": " << tiles << " " << features << " " << count << " " << far);
            const Data data(tiles, features, count, far);
            const bool second = count > 1 && tiles % 2 == 0;
            const TileProducts::Found found = data.find(bits, second);
            std::size_t sure = 0;
            for (std::size_t i = 0; i < tiles * tile_rows; ++i) {
              EXPECT_LE(found.least[i / tile_rows], found.gap[i]);
              if (!found.sure(i)) continue;
              ++sure;
              const auto all = data.distances(i);
              ASSERT_EQ(found.nearest[i], all[0].second) << i;
              if (count == 1) continue;
              EXPECT_LE(found.gap[i], all[1].first - all[0].first) << i;
              if (second) {
                ASSERT_EQ(found.second[i], all[1].second) << i;
              }
              if (features == 50) {
                EXPECT_GE(found.gap[i], 0.4 * static_cast<double>(all[1].first - all[0].first) - 1e-3);
              }
            }
            EXPECT_GE(sure, tiles * tile_rows * 3 / 4);
          }
}

TEST(RowTiles, TiesAndOverflowsAreUnsure) {
  for (const int bits : widths()) {
    Data ties(2, 5, 4, 0);
    std::copy_n(&ties.centroids[5], 5, &ties.centroids[15]);  // the second again
    for (std::size_t i = 0; i < 2 * tile_rows; ++i)
      if (ties.distances(i)[0].second % 2 == 1) {
        EXPECT_FALSE(ties.find(bits, false).sure(i)) << bits << " " << i;
      }

    // The nearest by far less than float4 can tell.
    Data close(1, 3, 2, 0);
    for (std::size_t j = 0; j < 3; ++j) close.centroids[3 + j] = close.centroids[j] * (1 + 1e-9);
    for (std::size_t i = 0; i < tile_rows; ++i) EXPECT_FALSE(close.find(bits, false).sure(i)) << bits << " " << i;

    Data huge(1, 3, 3, 0);
    huge.x[4] = 1e60;
    huge.x[10] = -1e25;  // its square overflows
    const TileProducts::Found found = huge.find(bits, false);
    EXPECT_FALSE(found.sure(1));
    EXPECT_FALSE(found.sure(3));
    Data far(1, 3, 3, 0);
    far.centroids[8] = 1e200;
    const TileProducts::Found none = far.find(bits, true);
    for (std::size_t i = 0; i < tile_rows; ++i) EXPECT_FALSE(none.sure(i));
  }
}

}  // namespace
}  // namespace quern
