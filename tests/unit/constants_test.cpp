// Objectives with constants beside their linear predictor: every solver, store, shard and number of processes finds the
// same estimates and standard errors, in whatever columns it works, and these are a maximum of the likelihood.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "threaded_crew.hpp"

namespace quern {
namespace {

constexpr unsigned seed = 20261121;

struct Case {
  const char* algorithm;
  std::size_t classes;
};
constexpr Case cases[] = {{"ordinal_regression", 4}, {"negative_binomial_regression", 0}};

// The first column is far from 0 in its deviations.
TrainingRows random_rows(const Case& c, std::size_t n, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  TrainingRows rows;
  for (std::size_t i = 0; i < n; ++i) {
    const double a = normal(random), b = static_cast<double>(random() % 3), d = normal(random);
    const double f = 0.8 * a - 0.3 * b;
    double y;
    if (c.classes > 0) {
      const double u = std::generate_canonical<double, 53>(random), z = f + std::log(u / (1 - u));
      y = z < -1 ? 0 : z < 0 ? 1 : z < 1.5 ? 2 : 3;
    } else {
      std::gamma_distribution<double> gamma(1 / 0.6, 0.6);
      std::poisson_distribution<int> poisson(std::exp(1 + f) * gamma(random));
      y = poisson(random);
    }
    rows.push_back({y, {1000 + 3 * a, b, d / 100}, 1 + static_cast<double>(random() % 2)});
  }
  return rows;
}

std::vector<double> all_of(const Model& model, const char* first, const char* second) {
  std::vector<double> values = values_of(model, first);
  for (const double value : values_of(model, second)) values.push_back(value);
  return values;
}
std::vector<double> estimates(const Model& model) { return all_of(model, "estimate", "constants"); }
std::vector<double> std_errors(const Model& model) { return all_of(model, "std_error", "constants_std_error"); }

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected, double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i)
    EXPECT_NEAR(actual[i], expected[i], tolerance * (1e-3 + std::abs(expected[i]))) << i;
}

TEST(constants, every_way_finds_the_same) {
  std::mt19937_64 random(seed);
  for (const Case& c : cases) {
    const TrainingRows rows = random_rows(c, 900, random);
    const TrainingSetup setup{.classes = c.classes, .weighted = true};
    const Model model = train_on(rows, c.algorithm, R"({"solver": "newton"})", setup);
    EXPECT_EQ(model.metric("converged"), 1);
    EXPECT_LE(model.metric("iterations"), 40);
    EXPECT_EQ(values_of(model, "constants").size(), c.classes > 0 ? c.classes - 1 : 1);
    for (const double e : std_errors(model)) EXPECT_GT(e, 0);
    for (const char* options : {R"({"solver": "newton", "standardize": false})", R"({"solver": "lbfgs", "tol": 1e-10})",
                                R"({"solver": "cg", "tol": 1e-10})"}) {
      if (c.classes == 0 && std::string_view(options).find("cg") != std::string_view::npos) continue;  // not convex
      SCOPED_TRACE(testing::Message() << c.algorithm << " " << options << " seed " << seed);
      const Model other = train_on(rows, c.algorithm, options, setup);
      expect_near(estimates(other), estimates(model), 1e-4);
      expect_near(std_errors(other), std_errors(model), 1e-3);
      EXPECT_NEAR(other.metric("log_likelihood"), model.metric("log_likelihood"), 1e-6);
      EXPECT_NEAR(other.metric("log_likelihood_null"), model.metric("log_likelihood_null"), 1e-5);
    }
    TrainingSetup sparse = setup;
    sparse.sparse = true;
    expect_near(estimates(train_on(rows, c.algorithm, "", sparse)), estimates(model), 1e-6);
    for (const char* penalty : {R"("l2": 0.1)", R"("l1": 0.01)"})
      expect_near(
          estimates(
              train_on(rows, c.algorithm, std::string(R"({"solver": "lbfgs", "tol": 1e-10, )") + penalty + "}", setup)),
          estimates(train_on(rows, c.algorithm, std::string(R"({"solver": "newton", )") + penalty + "}", setup)), 1e-3);
  }
}

TEST(constants, same_bits_in_any_number_of_processes) {
  std::mt19937_64 random(seed);
  for (const Case& c : cases) {
    const TrainingRows rows = random_rows(c, 40000, random);
    const TrainingSetup setup{.classes = c.classes};
    MemoryStore one = store_of(rows, setup), three = store_of(rows, setup);
    EXPECT_GT(Job({c.algorithm, "", c.classes}, one).shards.size(), 1u);
    const Model alone = train_in_threads(one, c.algorithm, "", 1, setup);
    EXPECT_EQ(estimates(alone), estimates(train_in_threads(three, c.algorithm, "", 3, setup)));
    // The parameters that rows were made with.
    const std::vector<double> found = estimates(alone), errors = std_errors(alone);
    const std::size_t first = c.classes > 0 ? 0 : 1;
    EXPECT_NEAR(found[first], 0.8 / 3, 5 * errors[first]) << "seed " << seed;
    EXPECT_NEAR(found[first + 1], -0.3, 5 * errors[first + 1]) << "seed " << seed;
    EXPECT_NEAR(found[first + 2], 0, 5 * errors[first + 2]) << "seed " << seed;
    if (c.classes > 0)
      EXPECT_NEAR(found[3], -1 + 1000 * found[0], 5 * 0.03) << "seed " << seed;
    else
      EXPECT_NEAR(found[4], std::log(0.6), 5 * errors[4]) << "seed " << seed;
  }
}

TEST(constants, a_model_is_continued_where_it_ended) {
  std::mt19937_64 random(seed);
  for (const Case& c : cases) {
    const TrainingRows rows = random_rows(c, 500, random);
    const TrainingSetup setup{.classes = c.classes};
    const Model model = train_on(rows, c.algorithm, "", setup);
    const Model again = train_on(rows, c.algorithm, "", setup, &model);
    EXPECT_LE(again.metric("iterations"), 2);
    expect_near(estimates(again), estimates(model), 1e-8);
  }
}

// Counts that vary less than a Poisson distribution, or as much.
TEST(constants, no_overdispersion_is_an_end) {
  for (const int n : {50, 2000}) {
    TrainingRows equal, less;
    for (int i = 0; i < n; ++i) {
      equal.push_back({static_cast<double>(i % 5), {std::sin(i)}});
      less.push_back({static_cast<double>(3 + i % 2), {std::sin(i)}});
    }
    for (const TrainingRows& rows : {equal, less}) {
      const Model model = train_on(rows, "negative_binomial_regression");
      EXPECT_EQ(model.metric("converged"), 1);
      EXPECT_LE(model.metric("iterations"), 75);
      EXPECT_LT(values_of(model, "constants")[0], -4);
      EXPECT_NEAR(values_of(model, "estimate")[1], values_of(train_on(rows, "poisson_regression"), "estimate")[1],
                  1e-3);
    }
  }
}

TEST(constants, few_and_odd_rows) {
  EXPECT_THROW(train_on({{0, {1}}, {2, {2}}}, "ordinal_regression", "", {.classes = 3}), InvalidInput);
  EXPECT_THROW(train_on({{0, {1}}, {1, {2}}}, "ordinal_regression", R"({"solver": "sgd"})", {.classes = 2}),
               InvalidInput);
  const Model one = train_on({{3, {1}}}, "negative_binomial_regression");
  EXPECT_TRUE(std::isfinite(one.metric("loss")));
  const Model zeros = train_on({{0, {1}}, {0, {2}}, {0, {3}}}, "negative_binomial_regression");
  EXPECT_TRUE(std::isfinite(zeros.metric("loss")));
  const Model huge = train_on({{1e9, {1}}, {3e9, {2}}, {2e9, {3}}, {1, {3}}}, "negative_binomial_regression");
  EXPECT_TRUE(std::isfinite(huge.metric("loss")));
}

}  // namespace
}  // namespace quern
