// The host's side of the device: opening, refusing, falling back, with a library that only pretends; and, where there
// is a GPU, the real library against the reference.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include "base/error.hpp"
#include "gpu/device.hpp"
#include "linalg/backend.hpp"

namespace quern::gpu {
namespace {

std::vector<double> random_numbers(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> number(-1, 1);
  std::vector<double> x(n);
  for (double& value : x) value = number(random);
  return x;
}

Settings processor_only() {
  Settings settings;
  settings.mode = Mode::processor;
  return settings;
}

std::string reported;
void report(const std::string& why) { reported += why + "\n"; }

class Device : public testing::Test {
 protected:
  void behave(const char* how, Mode mode = Mode::everything) {
    setenv("QUERN_FAKE_DEVICE", how, 1);
    configure({});  // forgets
    Settings settings;
    settings.mode = mode;
    settings.library = QUERN_FAKE_DEVICE;
    settings.driver.clear();
    settings.report = report;
    settings.interrupted = asked;
    reported.clear();
    configure(settings);
    before = operations_done();
  }
  void TearDown() override {
    configure(processor_only());
    on_checkpoint = nullptr;
    asked = nullptr;
  }

  // 3 x 4 by 4 x 2, whatever computes it, is right.
  void expect_right_product() {
    const std::vector<double> a = random_numbers(12, 1), b = random_numbers(8, 2);
    std::vector<double> c(6, 7.0), expected(6, 7.0);
    const linalg::Gemm work{.m = 3,
                            .n = 2,
                            .k = 4,
                            .alpha = 2,
                            .a = a.data(),
                            .lda = 4,
                            .b = b.data(),
                            .ldb = 2,
                            .beta = 0.5,
                            .c = c.data(),
                            .ldc = 2};
    linalg::gemm(work);
    linalg::Gemm same = work;
    same.c = expected.data();
    linalg::reference_backend().gemm(same);
    for (int i = 0; i < 6; ++i) EXPECT_NEAR(c[i], expected[i], 1e-14);
  }

  std::size_t done() const { return operations_done() - before; }

  std::size_t before = 0;
  bool (*asked)() = nullptr;
};

TEST_F(Device, DoesTheWorkWhereItWorks) {
  behave("works");
  expect_right_product();
  EXPECT_EQ(done(), 1u);
  const Status now = status();
  EXPECT_TRUE(now.usable);
  ASSERT_EQ(now.devices.size(), 1u);
  EXPECT_STREQ(now.devices[0].name, "Fake");
  EXPECT_EQ(reported, "");
  const std::vector<double> a = random_numbers(5, 3);
  std::vector<double> c(5);
  EXPECT_TRUE(elementwise(Elementwise::add, 5, a.data(), a.data(), c.data()));
  EXPECT_EQ(c[4], 2 * a[4]);
}

TEST_F(Device, IsNotAskedWhereTheProcessorIsChosen) {
  behave("works", Mode::processor);
  expect_right_product();
  EXPECT_EQ(done(), 0u);
}

TEST_F(Device, IsNotAskedForSmallWork) {
  behave("works", Mode::automatic);
  expect_right_product();
  EXPECT_EQ(done(), 0u);
  EXPECT_FALSE(pays(1e6, 1e5, true));
  EXPECT_FALSE(pays(2.0 * 1e6 * 1e3, 24e6, false));    // 1000 x 1000: the first call costs more
  EXPECT_TRUE(pays(2.0 * 64e9, 3 * 16e6 * 8, false));  // 4000 x 4000
}

TEST_F(Device, OperationsThatFailAreDoneByTheProcessor) {
  behave("full");
  expect_right_product();
  EXPECT_EQ(done(), 0u);
  EXPECT_EQ(last_failure(), "device memory: out of memory");
  EXPECT_EQ(reported, "device memory: out of memory\n");
  expect_right_product();
  EXPECT_EQ(reported, "device memory: out of memory\n") << "told once";
  const Status now = status();
  EXPECT_FALSE(now.usable);
  EXPECT_EQ(now.why_not, "device memory: out of memory");
}

TEST_F(Device, FailureOfOneOperationLeavesTheOthersToTheProcessorToo) {
  behave("works");
  const std::vector<double> a = random_numbers(6, 4), x = random_numbers(3, 5);
  std::vector<double> y(2), gram(9);
  linalg::gemv({.rows = 2, .columns = 3, .a = a.data(), .lda = 3, .x = x.data(), .y = y.data()});
  EXPECT_NEAR(y[1], a[3] * x[0] + a[4] * x[1] + a[5] * x[2], 1e-15);
  linalg::gram({.n = 3, .k = 2, .a = a.data(), .lda = 3, .c = gram.data(), .ldc = 3});
  EXPECT_NEAR(gram[1], a[0] * a[1] + a[3] * a[4], 1e-15);
  expect_right_product();
  EXPECT_EQ(done(), 0u);
}

TEST_F(Device, LibrariesThatAreNotWhatTheyShouldBeAreRefused) {
  const auto refusal = [&](const char* how) {
    behave(how);
    expect_right_product();
    EXPECT_EQ(done(), 0u) << how;
    const Status now = status();
    EXPECT_FALSE(now.usable) << how;
    EXPECT_TRUE(now.devices.empty()) << how;
    return now.why_not;
  };
  EXPECT_NE(refusal("old").find("of another version of Quern (table 0 of "), std::string::npos);
  EXPECT_NE(refusal("small").find("of another version of Quern (table 1 of 8 bytes, and 1 of "), std::string::npos);
  EXPECT_EQ(refusal("none"), "the driver finds no device");
  EXPECT_EQ(refusal("driver"), "CUDA driver version is insufficient");
}

TEST_F(Device, WhatCannotBeOpenedIsToldAndComputed) {
  const auto refusal = [&](const char* library, const char* driver) {
    Settings settings;
    settings.mode = Mode::everything;
    settings.library = library;
    settings.driver = driver;
    configure(settings);
    expect_right_product();
    return status().why_not;
  };
  EXPECT_NE(refusal(QUERN_FAKE_DEVICE, "libno-such-driver.so.1").find("there is no driver"), std::string::npos);
  EXPECT_NE(refusal("/no/such/library.so", "").find("cannot be opened"), std::string::npos);
  EXPECT_NE(refusal("libm.so.6", "").find("libm.so.6 is no device library"), std::string::npos);
  EXPECT_EQ(refusal("", ""), "no device library is configured");
}

struct Cancelled {};

TEST_F(Device, InterruptsAreRaisedByTheHost) {
  asked = [] { return true; };
  behave("slow");
  on_checkpoint = [] { throw Cancelled(); };
  std::vector<double> a(4, 1.0), c(4);
  EXPECT_THROW(elementwise(Elementwise::add, 4, a.data(), a.data(), c.data()), Cancelled);
  EXPECT_EQ(last_failure(), "") << "the device is used again afterwards";
}

// The real one.
TEST(Cuda, AgreesWithTheReference) {
  Settings settings;
  settings.mode = Mode::everything;
  settings.library = QUERN_CUDA;
  configure(settings);
  if (const Status now = status(); !now.usable) {
    configure(processor_only());
    GTEST_SKIP() << "no CUDA device: " << now.why_not;
  }
  const std::uint64_t seed = 20261121;
  const std::size_t m = 130, n = 70, k = 90;
  for (int form = 0; form < 4; ++form) {
    const bool ta = form & 1, tb = form & 2;
    const std::vector<double> a = random_numbers(m * k, seed), b = random_numbers(k * n, seed + 1);
    std::vector<double> c(m * n, 0.25), expected = c;
    linalg::Gemm work{.transpose_a = ta,
                      .transpose_b = tb,
                      .m = m,
                      .n = n,
                      .k = k,
                      .alpha = 1.5,
                      .a = a.data(),
                      .lda = ta ? m : k,
                      .b = b.data(),
                      .ldb = tb ? k : n,
                      .beta = 2,
                      .c = c.data(),
                      .ldc = n};
    const std::size_t before = operations_done();
    linalg::gemm(work);
    EXPECT_EQ(operations_done(), before + 1) << last_failure();
    work.c = expected.data();
    linalg::reference_backend().gemm(work);
    for (std::size_t i = 0; i < c.size(); ++i) ASSERT_NEAR(c[i], expected[i], 1e-11) << form;
  }
  const std::vector<double> a = random_numbers(m * n, seed + 2), x = random_numbers(m, seed + 3);
  for (const bool transpose : {false, true}) {
    std::vector<double> y(transpose ? n : m), expected = y;
    linalg::Gemv work{
        .transpose = transpose, .rows = m, .columns = n, .a = a.data(), .lda = n, .x = x.data(), .y = y.data()};
    linalg::gemv(work);
    work.y = expected.data();
    linalg::reference_backend().gemv(work);
    for (std::size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], expected[i], 1e-12);
  }
  std::vector<double> g(n * n, 3.0), expected = g;
  linalg::Gram work{.n = n, .k = m, .a = a.data(), .lda = n, .beta = 1, .c = g.data(), .ldc = n};
  linalg::gram(work);
  work.c = expected.data();
  linalg::reference_backend().gram(work);
  for (std::size_t i = 0; i < g.size(); ++i) ASSERT_NEAR(g[i], expected[i], 1e-11);
  std::vector<double> c(a.size());
  ASSERT_TRUE(elementwise(Elementwise::sigmoid, a.size(), a.data(), nullptr, c.data()));
  for (std::size_t i = 0; i < c.size(); ++i) ASSERT_NEAR(c[i], 1 / (1 + std::exp(-a[i])), 1e-15);
  release();
  configure(processor_only());
}

}  // namespace
}  // namespace quern::gpu
