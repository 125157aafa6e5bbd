// Rows that a state collects, of bytes from anywhere.
#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "uda/collected_rows.hpp"

namespace quern {
namespace {

CollectedRows of_two_features() {
  CollectedRows rows;
  const double x[] = {1, 2};
  for (int i = 0; i < 5; ++i) rows.append("test", i % 2, 1, Features(std::span<const double>(x)));
  return rows;
}

TEST(CollectedRows, Valid) {
  const CollectedRows rows = of_two_features();
  EXPECT_TRUE(rows.valid(0));
  EXPECT_TRUE(rows.valid(2));
  EXPECT_FALSE(rows.valid(1)) << "a class that there is not";
}

// So wide a row that 2^30 of them are 2^64 bytes: none is there.
TEST(CollectedRows, SizesBeyondTheAddressSpace) {
  CollectedRows rows = of_two_features();
  rows.features = std::numeric_limits<std::int32_t>::max() - 1;
  ASSERT_EQ(rows.format().dense_row_size(), std::size_t{1} << 34);
  const BlockHeader header{.rows = 1u << 30, .bytes = sizeof(BlockHeader)};
  std::memcpy(rows.blocks[0].data(), &header, sizeof header);
  rows.rows = header.rows;
  EXPECT_FALSE(rows.valid(0));
}

}  // namespace
}  // namespace quern
