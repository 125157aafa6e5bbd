// describe against the certified figures of NIST's univariate sets, against exact rational arithmetic, against scipy,
// and under splits of the rows.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "uda/describe.hpp"

namespace quern {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Describe state_of(const std::vector<double>& values) {
  Describe state;
  for (const double v : values) state.accumulate(v);
  return state;
}

Description describe(const std::vector<double>& values) { return state_of(values).description().value(); }

// The number of correct digits.
double digits(double computed, double certified) {
  if (computed == certified) return 17;
  return -std::log10(std::abs(computed - certified) / std::abs(certified));
}

std::vector<double> read_column(const std::string& name) {
  std::ifstream in(std::string(QUERN_DATA_DIR) + "/nist-strd/csv/" + name + ".csv");
  std::string line;
  std::getline(in, line);
  std::vector<double> values;
  while (std::getline(in, line))
    if (!line.empty()) values.push_back(std::stod(line));
  return values;
}

TEST(describe, reaches_the_certified_values_of_nist) {
  std::ifstream in(std::string(QUERN_DATA_DIR) + "/nist-strd/certified.json");
  const Json sets = parse_json(std::string(std::istreambuf_iterator<char>(in), {}));
  int seen = 0;
  for (const auto& [name, set] : sets.members) {
    if (set.find("kind")->string != "univariate") continue;
    const std::vector<double> values = read_column(name);
    ASSERT_EQ(static_cast<double>(values.size()), set.find("n")->number) << name;
    const double mean = std::stod(set.find("mean")->string), stddev = std::stod(set.find("stddev")->string);
    const Description whole = describe(values);
    EXPECT_GE(digits(*whole.mean, mean), 14) << name;
    EXPECT_GE(digits(*whole.stddev, stddev), 9) << name;
    for (const std::size_t parts : {2, 7, 100}) {
      Describe merged;
      for (std::size_t part = 0; part < parts; ++part) {
        Describe state;
        for (std::size_t i = part; i < values.size(); i += parts) state.accumulate(values[i]);
        merged.merge(state);
      }
      EXPECT_GE(digits(*merged.description()->mean, mean), 14) << name << ' ' << parts;
      EXPECT_GE(digits(*merged.description()->stddev, stddev), 9) << name << ' ' << parts;
    }
    seen += 1;
  }
  EXPECT_GE(seen, 6);
}

// NumAcc3 and NumAcc4 rounded to doubles: their exact standard deviations were computed in rational arithmetic
// (Python's fractions). NIST certifies 0.1; the doubles nearest to NumAcc4's numbers have another one from the ninth
// digit on.
TEST(describe, is_as_good_as_exact_arithmetic_on_the_same_doubles) {
  const auto alternating = [](double middle, double low, double high) {
    std::vector<double> values{middle};
    for (int i = 0; i < 500; ++i) values.insert(values.end(), {low, high});
    return describe(values);
  };
  const Description third = alternating(1000000.2, 1000000.1, 1000000.3);
  EXPECT_EQ(*third.mean, 1000000.2);
  EXPECT_GE(digits(*third.stddev, 0.1000000000349245965), 14);
  const Description fourth = alternating(10000000.2, 10000000.1, 10000000.3);
  EXPECT_EQ(*fourth.mean, 10000000.2);
  EXPECT_GE(digits(*fourth.stddev, 0.1000000005587935448), 14);
}

TEST(describe, has_the_skewness_and_kurtosis_of_scipy) {
  std::vector<double> values;
  for (int k = 0; k < 100; ++k) values.push_back((k * k * 7919 % 1000) / 10.0);
  const Description d = describe(values);  // scipy 1.10.1: stats.skew, stats.kurtosis with their defaults
  EXPECT_NEAR(*d.mean, 48.65, 1e-13);
  EXPECT_NEAR(*d.variance, 889.8893939393938, 1e-10);
  EXPECT_NEAR(*d.skewness, 0.14215367305854404, 1e-13);
  EXPECT_NEAR(*d.kurtosis, -1.2152437358482557, 1e-13);
  EXPECT_EQ(*d.min, 0);
  EXPECT_EQ(*d.stddev, std::sqrt(*d.variance));

  const Description symmetric = describe({-1, 0, 1});  // m2 = 2/3, m4 = 2/3
  EXPECT_EQ(*symmetric.skewness, 0);
  EXPECT_NEAR(*symmetric.kurtosis, -1.5, 1e-15);
}

TEST(describe, does_not_depend_on_an_offset_or_an_outlier_in_front) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  std::vector<double> values(20000), shifted;
  for (double& v : values) v = std::round(normal(random) * 1024) / 1024;  // so that adding the offset is exact
  for (const double v : values) shifted.push_back(v + 0x1p40);
  EXPECT_GE(digits(*describe(shifted).variance, *describe(values).variance), 12);
  EXPECT_GE(digits(*describe(shifted).kurtosis, *describe(values).kurtosis), 10);

  values.insert(values.begin(), 0x1p40);
  long double mean = 0, m2 = 0;
  for (const double v : values) mean += v;
  mean /= static_cast<long double>(values.size());
  for (const double v : values) m2 += (v - mean) * (v - mean);
  EXPECT_GE(digits(*describe(values).variance, static_cast<double>(m2 / 20000)), 13);
}

TEST(describe, merges_any_split) {
  std::mt19937_64 random(11);
  std::lognormal_distribution<double> skewed;
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> values(random() % 60 + 1);
    for (double& v : values) v = skewed(random) + 1e6;
    const std::size_t parts = random() % 5 + 1;
    std::vector<Describe> states(parts);
    for (const double v : values) states[random() % parts].accumulate(v);
    Describe merged;
    for (const Describe& state : states) merged.merge(state);
    const Description a = describe(values), b = merged.description().value();
    ASSERT_EQ(a.n, b.n);
    ASSERT_EQ(*a.min, *b.min);
    ASSERT_EQ(*a.max, *b.max);
    ASSERT_NEAR(*a.mean, *b.mean, 1e-9);
    ASSERT_EQ(a.variance.has_value(), values.size() > 1);
    if (values.size() < 3) continue;
    ASSERT_GE(digits(*b.variance, *a.variance), 12) << "trial " << trial;
    ASSERT_NEAR(*b.skewness, *a.skewness, 1e-11 * (1 + std::abs(*a.skewness))) << "trial " << trial;
    ASSERT_NEAR(*b.kurtosis, *a.kurtosis, 1e-10 * (1 + std::abs(*a.kurtosis))) << "trial " << trial;
  }
}

TEST(describe, leaves_undefined_what_is) {
  EXPECT_FALSE(Describe{}.description());
  Describe nulls;
  nulls.skip();
  nulls.skip();
  EXPECT_EQ(nulls.description()->n, 0);
  EXPECT_EQ(nulls.description()->nulls, 2);
  EXPECT_FALSE(nulls.description()->mean || nulls.description()->min || nulls.description()->variance);

  const Description one = describe({3.5});
  EXPECT_EQ(*one.mean, 3.5);
  EXPECT_FALSE(one.variance || one.stddev || one.skewness || one.kurtosis);

  Describe constant = state_of({0.1, 0.1, 0.1});
  constant.merge(state_of({0.1, 0.1}));
  EXPECT_EQ(*constant.description()->mean, 0.1);
  EXPECT_EQ(*constant.description()->variance, 0);
  EXPECT_FALSE(constant.description()->skewness || constant.description()->kurtosis);
}

// What avg, stddev, min and max give in PostgreSQL 15.
TEST(describe, treats_nan_and_infinity_as_postgresql_does) {
  const Description with_nan = describe({1, nan, infinity});
  EXPECT_TRUE(std::isnan(*with_nan.mean) && std::isnan(*with_nan.stddev) && std::isnan(*with_nan.max));
  EXPECT_EQ(*with_nan.min, 1);
  const Description above = describe({infinity, 1});
  EXPECT_EQ(*above.mean, infinity);
  EXPECT_TRUE(std::isnan(*above.stddev));
  EXPECT_EQ(*above.max, infinity);
  const Description both = describe({infinity, 1, -infinity});
  EXPECT_TRUE(std::isnan(*both.mean));
  EXPECT_EQ(*both.min, -infinity);
  const Description only_nan = describe({nan});
  EXPECT_TRUE(std::isnan(*only_nan.min) && std::isnan(*only_nan.max));
  EXPECT_FALSE(only_nan.stddev);
}

TEST(describe, reports_overflow) {
  EXPECT_THROW(describe({1e200, -1e200}), InvalidInput);
  EXPECT_THROW(describe({1.7e308, -1.7e308}), InvalidInput);
  EXPECT_EQ(*describe({1e300}).mean, 1e300);
  const Description wide = describe({1e100, 2e100, 4e100});
  EXPECT_GE(digits(*wide.variance, 7e200 / 3), 14);
  EXPECT_FALSE(wide.kurtosis);
}

TEST(describe, survives_forged_states) {
  std::mt19937_64 random(13);
  std::vector<std::byte> bytes(packed_size(Describe{}));
  for (int trial = 0; trial < 20000; ++trial) {
    pack(state_of({1, 2, 4}), bytes.data());
    for (int k = 0; k < 3; ++k) bytes[random() % bytes.size()] = static_cast<std::byte>(random());
    Describe state;
    try {
      unpack(bytes, state);
      Describe other = state_of({5, 6});
      other.merge(state);
      state.accumulate(1);
      state.description();
      other.description();
    } catch (const InvalidInput&) {
    }
  }
}

}  // namespace
}  // namespace quern
