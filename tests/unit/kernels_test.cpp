// The kernels against their definition: every layout, number of outputs, size of batch, and width of vectors.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include "linalg/symmetric_rank_update.hpp"
#include "train/dense_kernels.hpp"
#include "train/kernels.hpp"
#include "train/row_store.hpp"

namespace quern {
namespace {

constexpr unsigned seed = 20261121;

// Each row in memory of its own, of just its size: what reads beyond a row is seen by the sanitizer.
class SingleRows {
 public:
  SingleRows(const RowFormat& format, std::size_t count, std::mt19937_64& random) : format_(format) {
    std::normal_distribution<double> normal;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<double> x(format.features), y{static_cast<double>(random() % 2)};
      for (double& value : x) value = format.sparse && random() % 3 != 0 ? 0 : normal(random);
      MemoryStore store(format);
      store.append(y[0], static_cast<double>(random() % 4), Features(std::span<const double>(x)));
      const BlockView view(format, store.load(0, nullptr), store.blocks()[0].bytes);
      std::size_t size = format.dense_row_size();
      if (format.sparse) size = format.sparse_row_size(sparse_values<double>(format, view.row(0)).entries);
      rows_.push_back(std::make_unique<std::byte[]>(size));
      std::memcpy(rows_.back().get(), view.row(0), size);
      pointers_.push_back(rows_.back().get());
    }
  }
  Batch batch() const { return {&format_, pointers_}; }

 private:
  RowFormat format_;
  std::vector<std::unique_ptr<std::byte[]>> rows_;
  std::vector<const std::byte*> pointers_;
};

std::vector<double> random_numbers(std::size_t count, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  std::vector<double> numbers(count);
  for (double& number : numbers) number = random() % 8 == 0 ? 0 : normal(random);
  return numbers;
}

void expect_near(const std::vector<double>& seen, const std::vector<double>& expected, double scale) {
  ASSERT_EQ(seen.size(), expected.size());
  for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_NEAR(seen[i], expected[i], 1e-14 * scale) << "at " << i;
}

void compare(const RowFormat& format, std::size_t outputs, bool intercept, std::size_t count, std::mt19937_64& random) {
  SCOPED_TRACE(testing::Message() << "seed " << seed << " features " << format.features << " sparse " << format.sparse
                                  << " narrow " << format.narrow << " outputs " << outputs << " intercept " << intercept
                                  << " rows " << count);
  const SingleRows rows(format, count, random);
  const Batch batch = rows.batch();
  const PredictorShape shape{outputs, format.features, intercept};
  const double scale = 10 + format.features + static_cast<double>(count);

  const auto w = random_numbers(outputs * shape.terms(), random);
  std::vector<double> f(count * outputs, NAN), expected_f = f;
  predict_batch(batch, shape, w.data(), f.data());
  naive::predict_batch(batch, shape, w.data(), expected_f.data());
  expect_near(f, expected_f, scale);

  const auto g = random_numbers(count * outputs, random);
  auto gradient = random_numbers(outputs * shape.terms(), random), expected_gradient = gradient;
  add_gradient(batch, shape, g.data(), gradient.data());
  naive::add_gradient(batch, shape, g.data(), expected_gradient.data());
  expect_near(gradient, expected_gradient, scale);

  if (outputs > 1) return;
  const auto h = random_numbers(count, random);
  auto triangle = random_numbers(linalg::triangle_size(shape.terms()), random), expected_triangle = triangle;
  add_gram(batch, shape, h.data(), triangle.data());
  naive::add_gram(batch, shape, h.data(), expected_triangle.data());
  expect_near(triangle, expected_triangle, scale);
}

class Kernels : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    const int bits = GetParam();
    if ((bits == 512 && !__builtin_cpu_supports("x86-64-v4")) || (bits == 256 && !__builtin_cpu_supports("x86-64-v3")))
      GTEST_SKIP() << "not on this processor";
    dense::use_vectors_of(bits);
  }
  void TearDown() override { dense::use_vectors_of(0); }
};
INSTANTIATE_TEST_SUITE_P(vector_bits, Kernels, testing::Values(512, 256, 128));

TEST_P(Kernels, are_their_definition) {
  std::mt19937_64 random(seed);
  for (const bool narrow : {false, true})
    for (const bool weighted : {false, true})
      for (const bool intercept : {false, true})
        for (std::uint32_t features = 0; features <= 70; ++features) {
          const RowFormat format{features, false, narrow, weighted};
          if (features + intercept == 0) continue;
          compare(format, 1 + (features + narrow) % 6, intercept, random() % 70, random);
          compare(format, 1, intercept, 1 + random() % 66, random);
        }
}

TEST_P(Kernels, take_every_size_of_batch_and_number_of_outputs) {
  std::mt19937_64 random(seed);
  for (const bool narrow : {false, true})
    for (std::size_t count = 0; count <= 66; ++count)
      for (const std::size_t outputs : {1u, 2u, 3u, 4u, 5u})
        compare({13, false, narrow, false}, outputs, true, count, random);
}

TEST_P(Kernels, take_wide_rows) {
  std::mt19937_64 random(seed);
  for (const bool narrow : {false, true})
    for (const std::uint32_t features : {103u, 104u, 105u, 106u, 209u, 600u})
      for (const std::size_t outputs : {1u, 4u}) compare({features, false, narrow, false}, outputs, true, 9, random);
}

// With sums of magnitude 1 the error stays at a few units of float4's last place.
TEST_P(Kernels, single_precision_has_six_digits) {
  std::mt19937_64 random(seed);
  for (const std::uint32_t features : {1u, 15u, 16u, 17u, 24u, 31u, 50u, 100u, 104u, 106u, 500u, 2048u, 3000u})
    for (const std::size_t count : {1u, 3u, 16u, 65u}) {
      const SingleRows rows({features, false, true, false}, count, random);
      const PredictorShape shape{1, features, true, true};
      const auto w = random_numbers(shape.terms(), random), g = random_numbers(count, random);
      std::vector<double> f(count), expected_f(count), gradient(shape.terms(), 0.5), expected_gradient = gradient;
      predict_batch(rows.batch(), shape, w.data(), f.data());
      naive::predict_batch(rows.batch(), shape, w.data(), expected_f.data());
      add_gradient(rows.batch(), shape, g.data(), gradient.data());
      naive::add_gradient(rows.batch(), shape, g.data(), expected_gradient.data());
      double worst = 0;
      for (std::size_t i = 0; i < count; ++i)
        worst = std::max(worst, std::abs(f[i] - expected_f[i]) / std::sqrt(features));
      for (std::size_t j = 0; j < shape.terms(); ++j)
        worst = std::max(worst, std::abs(gradient[j] - expected_gradient[j]) / std::sqrt(static_cast<double>(count)));
      EXPECT_LT(worst, 3e-6) << "features " << features << " rows " << count << " seed " << seed;
    }
}

TEST(kernels, are_their_definition_on_sparse_rows) {
  std::mt19937_64 random(seed);
  for (const bool narrow : {false, true})
    for (const bool intercept : {false, true})
      for (const std::uint32_t features : {1u, 2u, 9u, 40u, 200u})
        for (const std::size_t outputs : {1u, 2u, 5u})
          for (const std::size_t count : {0u, 1u, 16u, 65u})
            compare({features, true, narrow, narrow}, outputs, intercept, count, random);
}

// A row's prediction does not depend on the rows beside it: scoring one by one gives what a batch gives.
TEST_P(Kernels, predict_each_row_by_itself) {
  std::mt19937_64 random(seed);
  for (const std::uint32_t features : {3u, 8u, 50u, 101u}) {
    const SingleRows rows({features, false, false, false}, 23, random);
    const PredictorShape shape{1, features, true};
    const auto w = random_numbers(shape.terms(), random);
    std::vector<double> f(23);
    predict_batch(rows.batch(), shape, w.data(), f.data());
    for (std::size_t i = 0; i < 23; ++i) {
      double alone;
      predict_batch({rows.batch().format, rows.batch().rows.subspan(i, 1)}, shape, w.data(), &alone);
      EXPECT_EQ(alone, f[i]) << "seed " << seed;
    }
  }
}

TEST(kernels, targets_of_binary_rows_are_signs) {
  std::mt19937_64 random(seed);
  for (const bool weighted : {false, true}) {
    const RowFormat format{2, false, false, weighted};
    const SingleRows rows(format, 50, random);
    std::vector<double> y(50), v(50), sign(50);
    targets_of(rows.batch(), false, y.data(), v.data());
    targets_of(rows.batch(), true, sign.data(), v.data());
    for (std::size_t i = 0; i < 50; ++i) {
      EXPECT_EQ(y[i], target_of(rows.batch().rows[i]));
      EXPECT_EQ(sign[i], y[i] == 1 ? 1 : -1);
      EXPECT_EQ(v[i], weight_of(format, rows.batch().rows[i]));
    }
  }
}

}  // namespace
}  // namespace quern
