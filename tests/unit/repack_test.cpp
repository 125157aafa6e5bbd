// Names by address, and packing that writes only numbers over the bytes of the value before: against pack().
#include "base/repack.hpp"

#include <array>
#include <memory_resource>
#include <new>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/model.hpp"

namespace quern {
namespace {

class CountingResource final : public std::pmr::memory_resource {
 public:
  std::size_t allocations = 0, bytes = 0;

 private:
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    ++allocations;
    bytes += size;
    return std::pmr::new_delete_resource()->allocate(size, alignment);
  }
  void do_deallocate(void* p, std::size_t size, std::size_t alignment) override {
    bytes -= size;
    std::pmr::new_delete_resource()->deallocate(p, size, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

class DefaultResource {
 public:
  explicit DefaultResource(std::pmr::memory_resource& memory) : previous_(std::pmr::set_default_resource(&memory)) {}
  ~DefaultResource() { std::pmr::set_default_resource(previous_); }

 private:
  std::pmr::memory_resource* previous_;
};

TEST(Name, ALiteralTakesNoMemory) {
  CountingResource memory;
  const DefaultResource scope(memory);
  Name literal = "estimate";
  Name copy = literal;
  const Name moved = std::move(copy);
  EXPECT_TRUE(moved.is_same(literal));
  EXPECT_EQ(moved, "estimate");
  EXPECT_EQ(memory.allocations, 0u);
  EXPECT_TRUE(Name().empty());
}

TEST(Name, AnyOtherTextIsItsOwn) {
  CountingResource memory;
  {
    const DefaultResource scope(memory);
    std::string text = "metric";
    Name name = text;
    text[0] = 'x';
    EXPECT_EQ(name, "metric");
    Name copy = name;
    EXPECT_FALSE(copy.is_same(name));
    EXPECT_EQ(copy, name);
    name = Name(std::string_view("other"));
    EXPECT_EQ(copy, "metric");
    Name moved = std::move(copy);
    EXPECT_EQ(moved, "metric");
    const Name& itself = moved;
    moved = itself;
    EXPECT_EQ(moved, "metric");
    moved.resize(3);
    std::copy_n("abc", 3, moved.data());
    EXPECT_EQ(moved, "abc");
    moved.resize(0);
    EXPECT_TRUE(moved.empty());
    EXPECT_EQ(Name(std::string_view()), "");
  }
  EXPECT_EQ(memory.bytes, 0u);
}

TEST(Name, IsLeftAsItWasWhenMemoryEnds) {
  Name name = std::string("metric");
  const DefaultResource scope(*std::pmr::null_memory_resource());
  EXPECT_THROW(name.resize(100), std::bad_alloc);
  EXPECT_EQ(name, "metric");
  EXPECT_THROW(Name(std::string_view("other")), std::bad_alloc);
}

Model random_model(std::mt19937_64& random) {
  const auto number = [&] { return static_cast<double>(random()) * 0x1p-40; };
  Model model;
  model.algorithm = random() % 2 ? Name("linear_regression") : Name(std::string("linear_") + "regression");
  if (random() % 4 == 0) model.options = R"({"l2": 1})";
  model.rows = static_cast<std::int64_t>(random() % 100);
  model.features = 2;
  if (random() % 4 == 0) model.feature_names = {"a", random() % 2 ? "b" : "a rather long name of a feature"};
  model.add_metrics({{"r2", number()}, {"rss", number()}});
  if (random() % 4 == 0) model.add_metric("aic", number());
  const std::array<double, 3> values = {number(), number(), number()};
  model.add_parameter("estimate", std::span(values).first(2 + random() % 2));
  return model;
}

TEST(Repacker, PacksWhatPackDoes) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  int alike = 0;
  for (int round = 0; round < 200; ++round) {
    CountingResource memory;
    {
      Repacker<Model> repacker(memory);
      for (int i = 0; i < 40; ++i) {
        const Model model = random_model(random);
        std::vector<std::byte> expected(packed_size(model)), found;
        pack(model, expected.data());
        alike += repacker.pack(model, [&](std::size_t size) {
          found.resize(size, std::byte{0xff});
          return found.data();
        });
        ASSERT_EQ(found, expected);
      }
    }
    ASSERT_EQ(memory.bytes, 0u);
  }
  EXPECT_GT(alike, 100);
}

TEST(Repacker, StopsKeepingWhatIsNeverAlike) {
  CountingResource memory;
  Repacker<Model> repacker(memory);
  std::vector<std::byte> room;
  const auto place = [&](std::size_t size) {
    room.resize(size);
    return room.data();
  };
  std::size_t kept = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    Model model;
    model.options.assign(i + 1, 'x');
    EXPECT_FALSE(repacker.pack(model, place));
    if (i == 100) kept = memory.allocations;
  }
  EXPECT_EQ(memory.allocations, kept);
}

TEST(Repacker, LosesNothingWhenMemoryEnds) {
  struct Ends {};
  CountingResource memory;
  Repacker<Model> repacker(memory);
  std::mt19937_64 random(7);
  std::vector<std::byte> found;
  for (int i = 0; i < 100; ++i) {
    const Model model = random_model(random);
    EXPECT_THROW(repacker.pack(model, [](std::size_t) -> std::byte* { throw Ends(); }), Ends);
    std::vector<std::byte> expected(packed_size(model));
    pack(model, expected.data());
    repacker.pack(model, [&](std::size_t size) {
      found.assign(size, std::byte{});
      return found.data();
    });
    ASSERT_EQ(found, expected);
  }
}

}  // namespace
}  // namespace quern
