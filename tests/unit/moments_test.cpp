// moments against long double by the definition, numpy's figures for iris in evaluation terms, and its own laws:
// splits, removal, subtraction.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "linalg/symmetric_rank_update.hpp"
#include "uda/moments.hpp"

namespace quern {
namespace {

using Rows = std::vector<std::vector<double>>;

MomentsState state_of(const Rows& rows, std::size_t first, std::size_t count) {
  MomentsState state;
  for (std::size_t r = first; r < first + count; ++r) state.accumulate(std::span<const double>(rows[r]));
  return state;
}
MomentsState state_of(const Rows& rows) { return state_of(rows, 0, rows.size()); }

Rows correlated_rows(std::size_t n, std::size_t p, double offset, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Rows rows(n, std::vector<double>(p));
  for (auto& row : rows) {
    const double common = normal(random);
    for (std::size_t j = 0; j < p; ++j) row[j] = offset * static_cast<double>(j + 1) + common + normal(random);
  }
  return rows;
}

// By the definition, of the rows [first, first + count), after taking the first row from all, which is exact.
Moments reference(const Rows& rows, std::size_t first, std::size_t count) {
  const std::size_t p = rows[0].size();
  std::vector<long double> mean(p), products(linalg::triangle_size(p));
  for (std::size_t r = first; r < first + count; ++r)
    for (std::size_t j = 0; j < p; ++j) mean[j] += static_cast<long double>(rows[r][j]) - rows[first][j];
  for (auto& m : mean) m /= static_cast<long double>(count);
  for (std::size_t r = first; r < first + count; ++r)
    for (std::size_t i = 0; i < p; ++i)
      for (std::size_t j = i; j < p; ++j)
        products[linalg::triangle_row(i, p) + j] += (static_cast<long double>(rows[r][i]) - rows[first][i] - mean[i]) *
                                                    (static_cast<long double>(rows[r][j]) - rows[first][j] - mean[j]);
  for (std::size_t j = 0; j < p; ++j) mean[j] += rows[first][j];
  Moments result{static_cast<std::int64_t>(count), 0, {}, {}};
  result.mean.assign(mean.begin(), mean.end());
  result.comoment.assign(products.begin(), products.end());
  return result;
}
Moments reference(const Rows& rows) { return reference(rows, 0, rows.size()); }

// Differences of cross-products are against the two sums of squares they belong to.
void expect_near(const Moments& a, const Moments& b, double tolerance, const std::string& what = "") {
  ASSERT_EQ(a.n, b.n) << what;
  const std::size_t p = b.mean.size();
  ASSERT_EQ(a.mean.size(), p) << what;
  ASSERT_EQ(a.comoment.size(), linalg::triangle_size(p)) << what;
  const auto at = [p](const Moments& m, std::size_t i, std::size_t j) {
    return m.comoment[linalg::triangle_row(i, p) + j];
  };
  for (std::size_t i = 0; i < p; ++i) {
    ASSERT_NEAR(a.mean[i], b.mean[i], tolerance * (std::abs(b.mean[i]) + std::sqrt(at(b, i, i)))) << what;
    for (std::size_t j = i; j < p; ++j)
      ASSERT_NEAR(at(a, i, j), at(b, i, j), tolerance * std::sqrt(at(b, i, i) * at(b, j, j)) + 1e-300)
          << what << " (" << i << ", " << j << ")";
  }
}

TEST(symmetric_rank_update, is_the_naive_one) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  for (const std::size_t p : {1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 16, 17, 31, 50, 100}) {
    for (const std::size_t count : {1, 2, 7, 64, 65}) {
      std::vector<double> rows(p * count), fast(linalg::triangle_size(p), 0.5), naive = fast;
      for (double& v : rows) v = normal(random);
      linalg::symmetric_rank_update(rows.data(), count, p, fast.data());
      linalg::naive_symmetric_rank_update(rows.data(), count, p, naive.data());
      for (std::size_t k = 0; k < fast.size(); ++k) ASSERT_NEAR(fast[k], naive[k], 1e-12) << p << ' ' << count;
    }
  }
}

TEST(moments, is_the_definition_whatever_the_offset) {
  for (const std::size_t p : {1, 2, 5, 8, 50})
    for (const std::size_t n : {1, 2, 63, 64, 65, 1000})
      for (const double offset : {0.0, 1e3, 1e9, 1e12}) {
        const Rows rows = correlated_rows(n, p, offset, 5);
        expect_near(state_of(rows).value().value(), reference(rows), 1e-12,
                    std::to_string(p) + ' ' + std::to_string(n));
      }
}

TEST(moments, does_not_lose_digits_to_drift) {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  Rows rows;
  for (int i = 0; i < 5000; ++i) rows.push_back({1.7e9 + i, 1e-3 * i + normal(random), normal(random)});
  expect_near(state_of(rows).value().value(), reference(rows), 1e-13);
}

TEST(moments, reads_float4_rows) {
  const Rows rows = correlated_rows(200, 5, 3, 6);
  Rows rounded = rows;
  MomentsState state;
  for (auto& row : rounded) {
    std::vector<float> narrow(row.begin(), row.end());
    row.assign(narrow.begin(), narrow.end());
    state.accumulate(std::span<const float>(narrow));
  }
  EXPECT_EQ(state.value()->comoment, state_of(rounded).value()->comoment);
}

TEST(moments, merges_any_split) {
  std::mt19937_64 random(8);
  for (int trial = 0; trial < 100; ++trial) {
    const std::size_t n = random() % 400 + 1, p = random() % 6 + 1, parts = random() % 6 + 1;
    const Rows rows = correlated_rows(n, p, 1e6, random());
    std::vector<MomentsState> states(parts);
    for (const auto& row : rows) states[random() % parts].accumulate(std::span<const double>(row));
    MomentsState merged;
    Moments added;
    for (MomentsState& state : states) {
      state.skip();
      merged.merge(state);
      if (const auto value = state.value()) added.merge(*value);
    }
    expect_near(merged.value().value(), reference(rows), 1e-12, "trial " + std::to_string(trial));
    expect_near(added, reference(rows), 1e-8, "trial " + std::to_string(trial));
    ASSERT_EQ(merged.value()->skipped, static_cast<std::int64_t>(parts));
  }
}

TEST(moments, slides_a_window) {
  for (const std::size_t window : {5, 70, 300}) {
    const Rows rows = correlated_rows(3000, 3, 1e5, 9);
    MomentsState state = state_of(rows, 0, window);
    int restarts = 0;
    for (std::size_t r = window; r < rows.size(); ++r) {
      if (!state.remove(std::span<const double>(rows[r - window]))) {
        state = state_of(rows, r - window + 1, window - 1);
        restarts += 1;
      }
      state.accumulate(std::span<const double>(rows[r]));
      if (r % 50 == 0) expect_near(state.value().value(), reference(rows, r - window + 1, window), 1e-11);
    }
    EXPECT_LE(restarts, 30) << window;  // of 3000; windows of five rows do shrink by chance
  }
}

TEST(moments, gives_up_removal_when_an_outlier_leaves) {
  Rows rows = correlated_rows(200, 2, 0, 10);
  rows[0][1] = 1e9;
  MomentsState state = state_of(rows);
  EXPECT_FALSE(state.remove(std::span<const double>(rows[0])));

  MomentsState one = state_of(rows, 0, 1);
  one.skip();
  EXPECT_TRUE(one.remove(std::span<const double>(rows[0])));
  EXPECT_FALSE(one.value());
  EXPECT_EQ(one.skipped, 1);
  EXPECT_TRUE(one.unskip());
  EXPECT_FALSE(one.unskip());
  EXPECT_FALSE(MomentsState{}.remove(std::span<const double>(rows[0])));
}

TEST(moments, subtracts_what_was_added) {
  const Rows rows = correlated_rows(500, 4, 100, 12);
  const Moments first = *state_of(rows, 0, 200).value(), all = *state_of(rows).value();
  Moments rest = all;
  rest.subtract(first);
  expect_near(rest, reference(rows, 200, 300), 1e-11);
  rest.merge(first);
  expect_near(rest, all, 1e-11);

  Moments nothing = all;
  nothing.subtract(all);
  EXPECT_EQ(nothing.n, 0);
  EXPECT_TRUE(nothing.valid());
  nothing.merge(first);
  expect_near(nothing, first, 1e-15);

  Moments one = all;
  one.subtract(*state_of(rows, 0, 499).value());
  EXPECT_EQ(one.n, 1);
  EXPECT_NEAR(one.mean[2], rows[499][2], 1e-9);
  for (const double product : one.comoment) EXPECT_EQ(product, 0);

  Moments fewer = first;
  EXPECT_THROW(fewer.subtract(all), InvalidInput);
  EXPECT_THROW(Moments(all).subtract(*state_of(correlated_rows(10, 3, 0, 1)).value()), InvalidInput);
  EXPECT_THROW(Moments(all).subtract(*state_of(correlated_rows(499, 4, 1e6, 1)).value()), InvalidInput);
}

TEST(moments, has_covariance_and_correlation) {
  const Rows rows{{1, 10, 7}, {2, 8, 7}, {3, 12, 7}, {4, 14, 7}};  // numpy.cov, numpy.corrcoef
  const Moments moments = *state_of(rows).value();
  const Vec<double> c = *covariance(moments), r = *correlation(moments);
  EXPECT_NEAR(c[0], 5.0 / 3, 1e-14);
  EXPECT_NEAR(c[1], 8.0 / 3, 1e-14);
  EXPECT_EQ(c[3], c[1]);
  EXPECT_NEAR(c[4], 20.0 / 3, 1e-14);
  EXPECT_EQ(c[8], 0);
  EXPECT_EQ(r[0], 1);
  EXPECT_NEAR(r[1], 0.8, 1e-14);
  EXPECT_EQ(r[3], r[1]);
  EXPECT_TRUE(std::isnan(r[2]) && std::isnan(r[8]) && std::isnan(r[6]));
  EXPECT_FALSE(covariance(*state_of(rows, 0, 1).value()));
  EXPECT_FALSE(correlation(*state_of(rows, 0, 1).value()));
}

TEST(moments, keeps_a_small_group_small) {
  MomentsState state;
  const std::vector<double> row(50, 1.5);
  for (int i = 0; i < 3; ++i) state.accumulate(std::span<const double>(row));
  EXPECT_TRUE(state.comoment.empty());
  EXPECT_LE(state.waiting.capacity(), 4 * row.size());
  for (int i = 0; i < 1000; ++i) state.accumulate(std::span<const double>(row));
  EXPECT_LE(state.waiting.capacity(), 65 * row.size());
}

TEST(moments, refuses_bad_rows) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  MomentsState state;
  EXPECT_FALSE(state.value());
  EXPECT_THROW(state.accumulate({}), InvalidInput);
  EXPECT_THROW(state.accumulate(std::span<const double>(std::vector<double>{1, nan})), InvalidInput);
  state.accumulate(std::span<const double>(std::vector<double>{1, 2}));
  EXPECT_THROW(state.accumulate(std::span<const double>(std::vector<double>{1, 2, 3})), InvalidInput);
  EXPECT_THROW(state.merge(state_of({{1, 2, 3}})), InvalidInput);
  EXPECT_THROW(state.accumulate(std::span<const double>(std::vector<double>(8001))), InvalidInput);
  state.accumulate(std::span<const double>(std::vector<double>{1e200, -1e200}));
  EXPECT_THROW(state.value(), InvalidInput);
}

TEST(moments, survives_forged_states) {
  std::mt19937_64 random(14);
  const Rows rows = correlated_rows(70, 3, 1, 15);
  const MomentsState good = state_of(rows);
  std::vector<std::byte> bytes(packed_size(good));
  for (int trial = 0; trial < 20000; ++trial) {
    pack(good, bytes.data());
    const std::size_t reach = trial % 2 ? bytes.size() : 64;
    for (int k = 0; k < 3; ++k) bytes[random() % reach] = static_cast<std::byte>(random() % (trial % 3 ? 256 : 8));
    MomentsState state, other = good;
    try {
      unpack(bytes, state);
      other.merge(state);
      state.merge(good);
      for (int k = 0; k < 70; ++k) state.accumulate(std::span<const double>(rows[0]));
      state.remove(std::span<const double>(rows[1]));
      state.value();
      other.value();
    } catch (const InvalidInput&) {
    }
  }
}

}  // namespace
}  // namespace quern
