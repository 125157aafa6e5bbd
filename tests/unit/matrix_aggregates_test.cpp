// Aggregates over rows and blocks of matrices against their definitions in long double, at sizes around those of
// blocks; merged in parts; and principal components against each other's methods and what they must be.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "linalg/covariance_sketch.hpp"
#include "linalg/householder.hpp"
#include "linalg/spectral.hpp"
#include "model/pca.hpp"
#include "uda/matrix_gather.hpp"
#include "uda/matrix_products.hpp"
#include "uda/matrix_sum.hpp"
#include "uda/pca.hpp"
#include "uda/tall_svd.hpp"

namespace quern {
namespace {

constexpr std::uint64_t seed = 20261121;

using Rows = std::vector<std::vector<double>>;

Rows random_rows(std::size_t n, std::size_t p, std::uint64_t s = seed) {
  std::mt19937_64 random(s + n * 1000 + p);
  std::normal_distribution<double> normal;
  Rows rows(n, std::vector<double>(p));
  for (auto& row : rows)
    for (double& x : row) x = normal(random);
  return rows;
}

std::span<const double> view(const std::vector<double>& row) { return row; }

// Deals rows to three states in turn and merges them.
template <class S, class F>
S merged(std::size_t n, const F& accumulate) {
  S parts[3];
  for (std::size_t i = 0; i < n; ++i) accumulate(parts[i * i % 3], i);
  S whole;
  for (const S& part : parts) whole.merge(part);
  EXPECT_TRUE(is_valid(whole));
  return whole;
}

// The largest difference of A and X'Y, relative to the product of the lengths of the two columns.
double off(const Matrix& a, const Rows& x, const Rows& y) {
  double worst = 0;
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < a.columns(); ++j) {
      long double sum = 0, left = 0, right = 0;
      for (std::size_t r = 0; r < x.size(); ++r) {
        sum += static_cast<long double>(x[r][i]) * y[r][j];
        left += static_cast<long double>(x[r][i]) * x[r][i];
        right += static_cast<long double>(y[r][j]) * y[r][j];
      }
      worst = std::max(worst, static_cast<double>(std::abs(sum - a(i, j)) / std::sqrt(left * right)));
    }
  return worst;
}

TEST(MatrixAggregates, Gram) {
  for (const std::size_t n : {1, 5, 63, 64, 65, 200})
    for (const std::size_t p : {1, 2, 7, 8, 9, 50, 67}) {
      SCOPED_TRACE(testing::Message() << n << " x " << p << ", seed " << seed);
      const Rows x = random_rows(n, p);
      Gram whole;
      for (const auto& row : x) whole.accumulate(Features(view(row)));
      EXPECT_TRUE(whole.valid());
      EXPECT_LT(off(*whole.matrix(), x, x), 1e-14);
      EXPECT_LT(off(*merged<Gram>(n, [&](Gram& s, std::size_t i) { s.accumulate(Features(view(x[i]))); }).matrix(), x, x), 1e-14);
      const Matrix a = *whole.matrix();
      for (std::size_t i = 0; i < p; ++i)
        for (std::size_t j = 0; j < i; ++j) ASSERT_EQ(a(i, j), a(j, i));
    }
}

TEST(MatrixAggregates, Cross) {
  for (const std::size_t n : {1, 64, 130})
    for (const std::size_t p : {1, 8, 33})
      for (const std::size_t q : {1, 2, 9}) {
        SCOPED_TRACE(testing::Message() << n << ", " << p << " x " << q << ", seed " << seed);
        const Rows x = random_rows(n, p), y = random_rows(n, q, 7);
        const Cross all = merged<Cross>(
            n, [&](Cross& s, std::size_t i) { s.accumulate(Features(view(x[i])), {Features(view(y[i]))}); });
        EXPECT_LT(off(*all.matrix(), x, y), 1e-14);
      }
}

TEST(MatrixAggregates, ChainIsGramTimesVector) {
  for (const std::size_t p : {1, 15, 16, 17, 50}) {
    const Rows x = random_rows(100, p), v = random_rows(1, p, 3);
    MatrixChain chain, narrow;
    Gram gram;
    for (const auto& row : x) {
      chain.accumulate(Features(view(row)), view(v[0]));
      gram.accumulate(Features(view(row)));
      const std::vector<float> single(row.begin(), row.end());
      narrow.accumulate(Features(std::span<const float>(single)), view(v[0]));
    }
    const Matrix a = *gram.matrix();
    for (std::size_t i = 0; i < p; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < p; ++j) sum += a(i, j) * v[0][j];
      EXPECT_NEAR((*chain.product())[i], sum, 1e-10 * (1 + std::abs(sum)));
      EXPECT_NEAR((*narrow.product())[i], sum, 1e-3 * (1 + std::abs(sum)));
    }
  }
}

TEST(MatrixAggregates, SumsAndMeans) {
  const Rows x = random_rows(50, 12);
  const MatrixSum sums = merged<MatrixSum>(50, [&](MatrixSum& s, std::size_t i) {
    s.accumulate({{3, 4}, x[i].data()});
  });
  for (std::size_t k = 0; k < 12; ++k) {
    double sum = 0;
    for (const auto& row : x) sum += row[k];
    EXPECT_NEAR(sums.sum()->data()[k], sum, 1e-13);
    EXPECT_NEAR(sums.mean()->data()[k], sum / 50, 1e-14);
  }
  MatrixSum other;
  other.accumulate({{4, 3}, x[0].data()});
  EXPECT_THROW(other.merge(sums), InvalidInput);
  VectorSum infinite;
  const double huge[] = {1e308}, infinity[] = {INFINITY};
  infinite.accumulate(huge);
  infinite.accumulate(huge);
  EXPECT_THROW(infinite.sum(), InvalidInput);
  infinite.accumulate(infinity);
  EXPECT_EQ((*infinite.sum())[0], INFINITY);
}

TEST(MatrixAggregates, GatheredInAnyOrder) {
  const Rows x = random_rows(40, 6);
  const MatrixRows rows = merged<MatrixRows>(
      40, [&](MatrixRows& s, std::size_t i) { s.accumulate(static_cast<std::int64_t>(40 - i), view(x[39 - i])); });
  const MatrixEntries entries = merged<MatrixEntries>(240, [&](MatrixEntries& s, std::size_t k) {
    s.accumulate(static_cast<std::int64_t>(k % 40 + 1), static_cast<std::int64_t>(k / 40 + 1), x[k % 40][k / 40]);
  });
  // Blocks of 7 x 4, the last ones smaller.
  const MatrixBlocks blocks = merged<MatrixBlocks>(12, [&](MatrixBlocks& s, std::size_t k) {
    const std::size_t i = k / 2, j = k % 2, height = i == 5 ? 5 : 7, width = j == 1 ? 2 : 4;
    std::vector<double> numbers;
    for (std::size_t r = 0; r < height; ++r)
      for (std::size_t c = 0; c < width; ++c) numbers.push_back(x[i * 7 + r][j * 4 + c]);
    s.accumulate(static_cast<std::int64_t>(i + 1), static_cast<std::int64_t>(j + 1),
                 {{static_cast<std::int64_t>(height), static_cast<std::int64_t>(width)}, numbers.data()});
  });
  const auto rows_matrix = rows.matrix(), entries_matrix = entries.matrix(), blocks_matrix = blocks.matrix();
  for (const std::optional<Matrix>* made : {&rows_matrix, &entries_matrix, &blocks_matrix}) {
    const Matrix& a = **made;
    ASSERT_EQ(a.shape(), (Shape{40, 6}));
    for (std::size_t i = 0; i < 40; ++i)
      for (std::size_t j = 0; j < 6; ++j) ASSERT_EQ(a(i, j), x[i][j]);
  }
}

// R'R = X'X, whatever the blocks; and the singular values of a matrix made of known ones.
TEST(MatrixAggregates, TallFactor) {
  for (const std::size_t n : {3, 127, 128, 129, 400})
    for (const std::size_t p : {1, 5, 20}) {
      SCOPED_TRACE(testing::Message() << n << " x " << p << ", seed " << seed);
      const Rows x = random_rows(n, p);
      const TallSvd svd = merged<TallSvd>(n, [&](TallSvd& s, std::size_t i) { s.accumulate(view(x[i])); });
      const auto found = svd.decomposition();
      const std::size_t k = std::min(n, p);
      ASSERT_EQ(found->s.size(), k);
      // V S^2 V' = X'X where no singular value is missing
      Matrix a({static_cast<std::int64_t>(p), static_cast<std::int64_t>(p)}, 0.0);
      for (std::size_t i = 0; i < p; ++i)
        for (std::size_t j = 0; j < p; ++j)
          for (std::size_t c = 0; c < k; ++c) a(i, j) += found->v(i, c) * found->s[c] * found->s[c] * found->v(j, c);
      EXPECT_LT(off(a, x, x), 1e-13);
    }
}

Model fitted(const Rows& x, std::string_view options) {
  const Pca pca = merged<Pca>(x.size(), [&](Pca& s, std::size_t i) {
    if (s.options.empty()) {
      s.options.assign(options.begin(), options.end());
      s.configure();
    }
    s.accumulate(view(x[i]), Weight{});
  });
  return *pca.fit();
}

double worst_difference(std::span<const double> a, std::span<const double> b) {
  EXPECT_EQ(a.size(), b.size());
  double worst = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

TEST(Pca, MethodsAgree) {
  Rows x = random_rows(300, 9);
  for (auto& row : x)
    for (std::size_t j = 0; j < 9; ++j) row[j] = 1000 + row[j] * static_cast<double>(j + 1) + row[0];
  for (const char* more : {"", ", \"scale\": true", ", \"scale\": true, \"whiten\": true"}) {
    SCOPED_TRACE(more);
    const auto of = [&](const char* method) {
      return fitted(x, std::string("{\"n_components\": 9, \"method\": \"") + method + "\"" + more + "}");
    };
    const Model covariance = of("covariance"), qr = of("qr"), sketch = of("randomized");
    for (const Model* other : {&qr, &sketch}) {
      EXPECT_LT(
          worst_difference(covariance.parameter("explained_variance", 9), other->parameter("explained_variance", 9)),
          1e-9);
      EXPECT_LT(worst_difference(covariance.parameter("component", 81), other->parameter("component", 81)), 1e-7);
      EXPECT_LT(worst_difference(covariance.parameter("mean", 9), other->parameter("mean", 9)), 1e-9);
    }
    const PcaScorer scorer(covariance);
    double z[9], back[9];
    for (const auto& row : x) {
      scorer.decide(view(row), z);
      scorer.invert(std::span<const double>(z), back);
      ASSERT_LT(worst_difference(view(row), back), 1e-10);
    }
  }
}

// Columns whose deviations are 1, 1e-4, 1e-8, 1e-12: their squares are beyond the covariance's digits, not beyond QR's.
TEST(Pca, QrResolvesSmallDeviations) {
  const Rows unit = random_rows(500, 4);
  Rows x = unit;
  for (auto& row : x)
    for (std::size_t j = 0; j < 4; ++j) row[j] *= std::pow(10, -4 * static_cast<double>(j));
  const Model model = fitted(x, R"({"method": "qr"})");
  const auto variance = model.parameter("explained_variance", 4);
  for (std::size_t j = 0; j < 4; ++j) EXPECT_NEAR(variance[j] * std::pow(10, 8 * static_cast<double>(j)), 1, 0.3) << j;
}

// Rows of rank 3, exactly: the sketch is exact too, however wide.
TEST(Pca, SketchOfLowRankIsExact) {
  const Rows left = random_rows(200, 3), right = random_rows(3, 400, 5);
  Rows x(200, std::vector<double>(400));
  for (std::size_t i = 0; i < 200; ++i)
    for (std::size_t j = 0; j < 400; ++j) {
      x[i][j] = 5;
      for (std::size_t r = 0; r < 3; ++r) x[i][j] += left[i][r] * right[r][j];
    }
  const Model exact = fitted(x, R"({"n_components": 3})"),
              sketch = fitted(x, R"({"n_components": 3, "method": "randomized", "oversampling": 4})");
  const auto a = exact.parameter("explained_variance", 3), b = sketch.parameter("explained_variance", 3);
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(b[c] / a[c], 1, 1e-10);
  EXPECT_LT(worst_difference(exact.parameter("component", 1200), sketch.parameter("component", 1200)), 1e-8);
  EXPECT_NEAR(sketch.metric("explained_variance_ratio"), 1, 1e-10);
}

TEST(Spectral, Symmetric) {
  const Rows x = random_rows(30, 30);
  std::vector<double> symmetric(900);
  for (std::size_t i = 0; i < 30; ++i)
    for (std::size_t j = 0; j < 30; ++j) symmetric[i * 30 + j] = x[i][j] + x[j][i];
  const linalg::Spectrum found = linalg::symmetric_spectrum(symmetric, 30);
  for (std::size_t i = 0; i < 30; ++i)
    for (std::size_t k = 0; k < 30; ++k) {
      double product = 0;
      for (std::size_t j = 0; j < 30; ++j) product += symmetric[i * 30 + j] * found.vectors[j * 30 + k];
      ASSERT_NEAR(product, found.values[k] * found.vectors[i * 30 + k], 1e-12);
    }
  for (std::size_t k = 0; k < 30; ++k) {
    ASSERT_LE(found.values[k], found.values[k > 0 ? k - 1 : 0]);
    double largest = 0;
    for (std::size_t i = 0; i < 30; ++i)
      if (std::abs(found.vectors[i * 30 + k]) > std::abs(largest)) largest = found.vectors[i * 30 + k];
    ASSERT_GT(largest, 0);
  }
}

}  // namespace
}  // namespace quern
