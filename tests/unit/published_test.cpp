// A value that one thread writes and another reads is never read half old, half new.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "base/published.hpp"

namespace quern {
namespace {

struct Many {
  std::uint64_t same[40];
};

Many all(std::uint64_t value) {
  Many many;
  for (std::uint64_t& s : many.same) s = value;
  return many;
}

TEST(Published, BeginsAtZeroAndKeepsTheLastValue) {
  Published<Many> published;
  Many read = all(7);
  ASSERT_TRUE(published.load(read));
  EXPECT_EQ(read.same[0], 0u);
  for (std::uint64_t i = 1; i <= 3; ++i) published.store(all(i));
  ASSERT_TRUE(published.load(read));
  EXPECT_EQ(read.same[39], 3u);
}

TEST(Published, IsReadWholeOrNotAtAll) {
  Published<Many> published;
  constexpr std::uint64_t last = 200'000;
  std::atomic<std::uint64_t> torn{0}, backwards{0};
  std::thread reader([&] {
    Many read = all(0);
    for (std::uint64_t seen = 0; seen < last;) {
      if (!published.load(read)) continue;
      for (const std::uint64_t s : read.same) torn += s != read.same[0];
      backwards += read.same[0] < seen;
      seen = read.same[0];
    }
  });
  for (std::uint64_t i = 1; i <= last; ++i) published.store(all(i));
  reader.join();
  EXPECT_EQ(torn, 0u);
  EXPECT_EQ(backwards, 0u);
}

// What a writer killed in the midst of a store leaves behind, made by reading the version word as the first of the
// bytes.
TEST(Published, IsWholeAgainAfterAWriterThatDied) {
  auto published = std::make_unique<Published<Many>>();
  auto* const version = reinterpret_cast<std::atomic<std::uint64_t>*>(published.get());
  published->store(all(1));
  version->fetch_add(1);
  Many read = all(9);
  EXPECT_FALSE(published->load(read));
  EXPECT_EQ(read.same[0], 9u);
  published->store(all(2));
  ASSERT_TRUE(published->load(read));
  EXPECT_EQ(read.same[0], 2u);
}

}  // namespace
}  // namespace quern
