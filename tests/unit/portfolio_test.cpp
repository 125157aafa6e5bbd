// Portfolios: closed forms, the optimality conditions, and answers of cvxopt 1.3.3 (solvers.qp, abstol 1e-12).
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "linalg/symmetric_rank_update.hpp"
#include "train/techniques/portfolio_model.hpp"
#include "train/techniques/simplex_problem.hpp"
#include "training.hpp"

namespace quern {
namespace {

constexpr std::uint64_t seed = 20261121;

TEST(WeightedMoments, AreThoseOfTheDefinition) {
  std::mt19937_64 rng(seed);
  std::normal_distribution<double> normal(1e6, 1);
  constexpr std::size_t p = 5, n = 301;
  WeightedMoments one, left, right;
  std::vector<std::vector<double>> rows;
  std::vector<double> v;
  for (std::size_t i = 0; i < n; ++i) {
    rows.emplace_back();
    for (std::size_t j = 0; j < p; ++j) rows.back().push_back(normal(rng));
    v.push_back(0.5 + static_cast<double>(i % 4));
    one.add(v[i], Features(std::span<const double>(rows[i])));
    (i < 100 ? left : right).add(v[i], Features(std::span<const double>(rows[i])));
  }
  left.merge(right);
  for (WeightedMoments* m : {&one, &left}) {
    m->fold();
    ASSERT_TRUE(m->valid());
    EXPECT_EQ(m->rows, static_cast<std::int64_t>(n));
    std::vector<long double> mean(p);
    long double weight = 0;
    for (std::size_t i = 0; i < n; ++i) {
      weight += v[i];
      for (std::size_t j = 0; j < p; ++j) mean[j] += v[i] * rows[i][j];
    }
    for (auto& x : mean) x /= weight;
    for (std::size_t i = 0, at = 0; i < p; ++i) {
      EXPECT_NEAR(m->mean[i], static_cast<double>(mean[i]), 1e-9);
      for (std::size_t j = i; j < p; ++j, ++at) {
        long double sum = 0;
        for (std::size_t r = 0; r < n; ++r) sum += v[r] * (rows[r][i] - mean[i]) * (rows[r][j] - mean[j]);
        EXPECT_NEAR(m->comoment[at], static_cast<double>(sum), 1e-6);
      }
    }
  }
}

// Two assets: w_1 = (a (s22 - s12) + m1 - m2) / (a (s11 + s22 - 2 s12)), clipped.
TEST(Simplex, TwoAssetsHaveAClosedForm) {
  std::mt19937_64 rng(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (int trial = 0; trial < 200; ++trial) {
    const double a = uniform(rng), b = uniform(rng), c = uniform(rng), d = uniform(rng);
    const double s11 = a * a + b * b, s12 = a * c + b * d, s22 = c * c + d * d;
    const double m[] = {uniform(rng), uniform(rng)}, h[] = {s11, s12, s12, s22};
    const double spread = s11 + s22 - 2 * s12;
    if (spread < 1e-3) continue;
    const double bound = trial % 2 ? 1.0 : 0.7;
    const double w = std::clamp((s22 - s12 + m[0] - m[1]) / spread, 1 - bound, bound);
    const auto solution = minimize_over_simplex({.hessian = h, .c = m, .bound = bound});
    EXPECT_NEAR(solution.w[0], w, 1e-9) << trial;
    EXPECT_NEAR(solution.w[0] + solution.w[1], 1, 1e-12);
    EXPECT_LT(solution.residual, 1e-9);
  }
}

TEST(Simplex, MeetsTheOptimalityConditions) {
  std::mt19937_64 rng(seed);
  std::normal_distribution<double> normal;
  for (const std::size_t n : {1, 3, 10, 40})
    for (const std::size_t rank : {0, 1, 5, 60})
      for (const double bound : {1.0, 0.4, 1.0 / static_cast<double>(n) + 0.01})
        for (const bool target : {false, true}) {
          if (bound * static_cast<double>(n) < 1) continue;
          std::vector<double> h(n * n), c(n), factor(rank * n);
          for (double& f : factor) f = normal(rng);
          for (double& m : c) m = normal(rng);
          for (std::size_t r = 0; r < rank; ++r)
            for (std::size_t i = 0; i < n; ++i)
              for (std::size_t j = 0; j < n; ++j) h[i * n + j] += factor[r * n + i] * factor[r * n + j];
          double even = 0;
          for (const double m : c) even += m / static_cast<double>(n);
          const auto s = minimize_over_simplex({.hessian = h,
                                                .c = c,
                                                .bound = bound,
                                                .g = target ? std::span<const double>(c) : std::span<const double>(),
                                                .least = even});
          double sum = 0, reach = 0;
          for (std::size_t i = 0; i < n; ++i) {
            EXPECT_GE(s.w[i], 0);
            EXPECT_LE(s.w[i], bound + 1e-12);
            sum += s.w[i];
            reach += c[i] * s.w[i];
          }
          EXPECT_NEAR(sum, 1, 1e-9);
          EXPECT_TRUE(!target || reach >= even - 1e-9);
          EXPECT_LT(s.residual, 1e-7) << n << " assets of rank " << rank << " bound " << bound << " target " << target;
          // No feasible direction from one asset to another lowers the objective.
          std::vector<double> slope(n);
          for (std::size_t i = 0; i < n; ++i) {
            slope[i] = -c[i];
            for (std::size_t j = 0; j < n; ++j) slope[i] += h[i * n + j] * s.w[j];
          }
          for (std::size_t i = 0; i < n && !target; ++i)
            for (std::size_t j = 0; j < n; ++j)
              EXPECT_TRUE(s.w[i] < 1e-6 || s.w[j] > bound - 1e-6 || slope[i] < slope[j] + 1e-5);
        }
}

struct Answer {
  const char* options;
  std::vector<double> w;
};

// Rows i = 1..60 of (0.01 sin i + 0.002, 0.02 cos 1.3 i + 0.004, 0.005 sin 2.1 i + 0.001, 0.03 sin(0.7 i) + 0.005).
TEST(Portfolio, AgreesWithCvxopt) {
  const Answer answers[] = {
      {R"({})", {0, 0, 0, 1}},
      {R"({"risk_aversion": 50})", {0.5086585359, 0.2785257318, 0, 0.2128157323}},
      {R"({"risk_aversion": 1000})", {0.2096388854, 0.05620370375, 0.7009667577, 0.03319065315}},
      {R"({"risk_aversion": 1000, "target_return": 0.0035})", {0.483655168, 0.2893971104, 0, 0.2269477216}},
      {R"({"risk_aversion": 50, "max_weight": 0.3})", {0.3, 0.2959231293, 0.1855880982, 0.2184887725}},
      {R"({"risk_aversion": 300, "max_weight": 0.6, "shrinkage": 0.5})",
       {0.3124586216, 0.2141410244, 0.3217197109, 0.151680643}},
  };
  for (const Answer& answer : answers)
    for (const bool sparse : {false, true}) {
      TrainingRows rows;
      for (int i = 1; i <= 60; ++i)
        rows.push_back({0,
                        {0.01 * std::sin(i) + 0.002, 0.02 * std::cos(1.3 * i) + 0.004,
                         0.005 * std::sin(2.1 * i) + 0.001, 0.03 * std::sin(0.7 * i) + 0.005}});
      MemoryStore store = store_of(rows, {.sparse = sparse});
      const auto training = make_training({"portfolio", answer.options, 0}, store);
      std::vector<double> board(training->board_size());
      const auto worker = training->make_worker(store, board);
      SerialCrew crew(*worker, board);
      SilentObserver observer;
      const Model model = training->train(store, crew, observer, {}, nullptr);
      const auto& w = model.find_parameter("estimate")->values;
      for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(w[i], answer.w[i], 1e-7) << answer.options << " " << i;
      EXPECT_LT(model.metric("kkt_residual"), 1e-9);
      EXPECT_EQ(model.rows, 60);
    }
}

TEST(Portfolio, RefusesWhatHasNoAnswer) {
  WeightedMoments moments;
  const double a[] = {0.1, 0.2}, b[] = {0.3, -0.2};
  moments.add(1, std::span<const double>(a));
  moments.fold();
  EXPECT_THROW(portfolio_model(moments, {}, 0, {}), InvalidInput);
  moments.add(1, std::span<const double>(b));
  moments.fold();
  EXPECT_NO_THROW(portfolio_model(moments, {}, 0, {}));
  EXPECT_THROW(portfolio_model(moments, R"({"max_weight": 0.4})", 0, {}), InvalidInput);
  EXPECT_THROW(portfolio_model(moments, R"({"target_return": 0.21})", 0, {}), InvalidInput);
  EXPECT_NEAR(portfolio_model(moments, R"({"target_return": 0.2})", 0, {}).metric("mean_return"), 0.2, 1e-9);
  const Model even = portfolio_model(moments, R"({"max_weight": 0.5})", 0, {});
  EXPECT_EQ(even.find_parameter("estimate")->values[0], 0.5);
}

}  // namespace
}  // namespace quern
