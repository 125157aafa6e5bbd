// Losses over ordered rows: Cox's partial likelihood against its definition, its derivatives against finite differences
// in f and in the parameters, whatever the store, and what a model says of survival.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "training.hpp"

namespace quern {
namespace {

constexpr unsigned seed = 20261121;

struct Stratum {  // ordered as OrderedRows has it
  std::vector<double> f, y, v;

  Stratum(std::size_t n, std::mt19937_64& random) : f(n), y(n), v(n) {
    std::normal_distribution<double> normal;
    for (std::size_t i = 0; i < n; ++i) {
      f[i] = normal(random);
      y[i] = std::copysign(static_cast<double>(random() % (n / 2 + 1)), random() % 3 == 0 ? -1.0 : 1.0);
      v[i] = static_cast<double>(random() % 4) / 2;
    }
    std::sort(y.begin(), y.end(), [](double a, double b) {
      return std::abs(a) != std::abs(b) ? std::abs(a) > std::abs(b) : !std::signbit(a) && std::signbit(b);
    });
  }

  // By the definition, pair by pair.
  double loss(bool efron) const {
    long double sum = 0;
    for (std::size_t i = 0; i < f.size(); ++i) {
      if (std::signbit(y[i]) || !(v[i] > 0)) continue;
      long double at_risk = 0, tied = 0, weight = 0;
      int events = 0, before = 0;
      for (std::size_t j = 0; j < f.size(); ++j) {
        const long double p = v[j] * std::exp(static_cast<long double>(f[j]));
        if (std::abs(y[j]) >= y[i]) at_risk += p;
        if (std::abs(y[j]) != y[i] || std::signbit(y[j]) || !(v[j] > 0)) continue;
        tied += p;
        weight += v[j];
        before += j < i;
        ++events;
      }
      if (efron) at_risk -= tied * before / events;
      sum += (efron ? weight / events : static_cast<long double>(v[i])) * std::log(at_risk) - v[i] * f[i];
    }
    return static_cast<double>(sum);
  }
};

std::unique_ptr<Objective> cox(bool efron) {
  TrainOptions common;
  return make_objective("cox_regression", efron ? "" : R"({"ties": "breslow"})", 0, common);
}

TEST(partial_likelihood, is_that_of_its_definition) {
  std::mt19937_64 random(seed);
  for (const bool efron : {false, true})
    for (std::size_t n = 0; n < 60; ++n) {
      const Stratum s(n, random);
      const auto objective = cox(efron);
      const double expected = s.loss(efron);
      EXPECT_NEAR(objective->value(s.f.data(), s.y.data(), s.v.data(), n), expected, 1e-12 * (1 + std::abs(expected)))
          << "n " << n << " seed " << seed;
    }
}

TEST(partial_likelihood, derivatives_are_the_differences_of_the_loss) {
  std::mt19937_64 random(seed);
  for (const bool efron : {false, true})
    for (const std::size_t n : {1u, 2u, 7u, 30u}) {
      Stratum s(n, random);
      const auto objective = cox(efron);
      std::vector<double> g(n), h(n), p(n), left(n), right(n), dense(n * n);
      std::vector<RiskStep> steps;
      objective->differentiate(s.f.data(), s.y.data(), s.v.data(), n, g.data());
      objective->curvature(s.f.data(), s.y.data(), s.v.data(), n, h.data());
      objective->risk(s.f.data(), s.y.data(), s.v.data(), n, p.data(), steps);
      for (std::size_t i = 0; i < n; ++i) dense[i * n + i] = h[i];
      for (const RiskStep& step : steps) {
        const auto of = [&](std::size_t i) {
          return i >= step.end ? 0 : p[i] * (i >= step.from && i < step.to ? 1 - step.share : 1);
        };
        for (std::size_t i = 0; i < n; ++i)
          for (std::size_t j = 0; j < n; ++j) dense[i * n + j] -= step.weight * of(i) * of(j) / (step.sum * step.sum);
      }
      constexpr double by = 1e-5;
      for (std::size_t i = 0; i < n; ++i) {
        const double f = s.f[i];
        s.f[i] = f + by;
        const double above = objective->differentiate(s.f.data(), s.y.data(), s.v.data(), n, right.data());
        s.f[i] = f - by;
        const double below = objective->differentiate(s.f.data(), s.y.data(), s.v.data(), n, left.data());
        s.f[i] = f;
        EXPECT_NEAR(g[i], (above - below) / (2 * by), 1e-7) << "seed " << seed;
        for (std::size_t j = 0; j < n; ++j)
          EXPECT_NEAR(dense[i * n + j], (right[j] - left[j]) / (2 * by), 1e-7) << "seed " << seed;
      }
    }
}

TEST(partial_likelihood, extremes_give_no_nan) {
  for (const double extreme : {1e3, 1e10, 1e100, 1e300}) {
    const double y[] = {3, 2, 2, -1}, v[] = {1, 1, 1, 1};
    for (const double sign : {1.0, -1.0})
      for (std::size_t k = 0; k < 4; ++k) {
        double f[4] = {}, g[4], h[4];
        f[k] = sign * extreme;
        const auto objective = cox(true);
        EXPECT_FALSE(std::isnan(objective->differentiate(f, y, v, 4, g)));
        objective->curvature(f, y, v, 4, h);
        for (const double value : g) EXPECT_TRUE(std::isfinite(value));
        for (const double value : h) EXPECT_TRUE(std::isfinite(value));
      }
  }
}

struct Rows {
  MemoryStore store;
  Rows(std::size_t n, std::uint32_t features, bool sparse, std::uint32_t strata, double mean, std::mt19937_64& random)
      : store({.features = features, .sparse = sparse, .weighted = true, .tags = strata > 0}) {
    std::normal_distribution<double> normal;
    std::exponential_distribution<double> exponential;
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<double> x(features);
      for (double& value : x) value = random() % 4 == 0 && sparse ? 0 : mean + normal(random);
      const double time = std::ceil(20 * exponential(random) * std::exp(-0.7 * (x[0] - mean)));
      store.append(random() % 4 == 0 ? -time : time, 1 + static_cast<double>(random() % 3),
                   Features(std::span<const double>(x)),
                   std::vector{static_cast<double>(strata > 0 ? random() % strata : 0)});
    }
  }
};

Model fit(RowStore& store, const std::string& options, std::size_t strata) {
  const Job job({.algorithm = "cox_regression", .options = options, .classes = 0, .strata = strata}, store);
  std::vector<double> board(job.layout.size);
  for (std::size_t s = 0; s < strata; ++s) board[job.layout.classes + s] = static_cast<double>(strata - 1 - s);
  const auto worker = make_worker(job, store, board);
  SerialCrew crew(*worker, board);
  SilentObserver observer;
  return train(job, store, crew, observer, {}, nullptr);
}

std::vector<double> estimates(const Model& model) {
  const auto values = model.find_parameter("estimate")->values;
  return {values.begin(), values.end()};
}

// Newton's method needs the gradient to be right to end, and its Hessian to end soon; L-BFGS has no Hessian.
TEST(partial_likelihood, solvers_and_stores_agree) {
  std::mt19937_64 random(seed);
  for (const bool sparse : {false, true})
    for (const std::uint32_t strata : {0u, 3u})
      for (const char* ties : {"efron", "breslow"})
        for (const double mean : {0.0, 50.0}) {
          if (sparse && mean > 0) continue;
          Rows rows(700, 3, sparse, strata, mean, random);
          Rows same = Rows(1, 3, sparse, strata, mean, random);
          const std::string options = std::string(R"({"ties": ")") + ties + "\"";
          CopyingStore copying(rows.store);
          const Model copied = fit(copying, options + "}", strata);  // before rows are standardised in place
          const Model newton = fit(rows.store, options + "}", strata);
          EXPECT_EQ(newton.metric("converged"), 1);
          EXPECT_LE(newton.metric("iterations"), 8);
          EXPECT_LE(newton.metric("gradient_norm"), 1e-8);
          EXPECT_EQ(estimates(copied), estimates(newton));
          Rows again(0, 3, sparse, strata, mean, random);
          const Model lbfgs =
              fit(copying, options + R"(, "solver": "lbfgs", "standardize": false, "tol": 1e-9})", strata);
          (void)lbfgs;
          EXPECT_GT(newton.metric("concordance"), 0.6);
          ASSERT_TRUE(newton.find_parameter("std_error"));
          const auto baseline = newton.parameter("baseline", newton.find_parameter("baseline")->values.size());
          for (std::size_t i = 3; i < baseline.size(); i += 3) {
            EXPECT_GE(baseline[i], baseline[i - 3]);
            if (baseline[i] != baseline[i - 3]) continue;
            EXPECT_GT(baseline[i + 1], baseline[i - 2]);
            EXPECT_GT(baseline[i + 2], baseline[i - 1]);
          }
        }
}

TEST(partial_likelihood, lbfgs_agrees_with_newton) {
  for (const char* penalty : {"", R"(, "l2": 0.05)", R"(, "l1": 0.02)"}) {
    std::mt19937_64 random(seed), copy(seed);
    Rows one(500, 4, false, 2, 0, random), other(500, 4, false, 2, 0, copy);
    const auto newton = estimates(fit(one.store, std::string(R"({"solver": "newton")") + penalty + "}", 2));
    const auto lbfgs =
        estimates(fit(other.store, std::string(R"({"solver": "lbfgs", "tol": 1e-8)") + penalty + "}", 2));
    for (std::size_t j = 0; j < newton.size(); ++j) EXPECT_NEAR(newton[j], lbfgs[j], 1e-5) << penalty;
  }
}

// All who live longer have a larger x: the likelihood rises without end.
TEST(partial_likelihood, monotone_likelihoods_are_noticed) {
  for (const int n : {2, 5, 20, 30, 200}) {
    MemoryStore store({.features = 1});
    for (int i = 1; i <= n; ++i) store.append(i, 1, Features(std::span<const double>(std::vector<double>{i * 1.0})));
    const Model model = fit(store, "", 0);
    EXPECT_EQ(model.metric("separation"), 2);
    EXPECT_FALSE(model.find_parameter("std_error"));
  }
}

TEST(partial_likelihood, rows_without_events_and_single_rows) {
  for (const double y : {-5.0, 5.0}) {
    MemoryStore store({.features = 2});
    store.append(y, 1, Features(std::span<const double>(std::vector<double>{1, 2})));
    const Model model = fit(store, "", 0);
    EXPECT_EQ(model.metric("events"), y > 0);
    EXPECT_TRUE(std::isnan(model.metric("concordance")));
    for (const double b : estimates(model)) EXPECT_TRUE(std::isnan(b) || b == 0);
  }
}

TEST(partial_likelihood, concordance_is_that_of_all_pairs) {
  std::mt19937_64 random(seed);
  MemoryStore store({.features = 1});
  std::vector<double> y, x;
  for (int i = 0; i < 200; ++i) {
    x.push_back(static_cast<double>(random() % 20));
    y.push_back(std::copysign(1 + static_cast<double>(random() % 30), random() % 3 == 0 ? -1.0 : 1.0));
    store.append(y.back(), 1, Features(std::span<const double>(&x.back(), 1)));
  }
  const Model model = fit(store, "", 0);
  const double sign = estimates(model)[0];
  double all = 0, right = 0;
  for (std::size_t i = 0; i < y.size(); ++i)
    for (std::size_t j = 0; j < y.size(); ++j) {
      if (std::signbit(y[i]) || !(std::abs(y[j]) > y[i] || (std::signbit(y[j]) && std::abs(y[j]) == y[i]))) continue;
      const double d = sign * (x[i] - x[j]);
      all += 1;
      right += d > 0 ? 1 : d == 0 ? 0.5 : 0;
    }
  EXPECT_NEAR(model.metric("concordance"), right / all, 1e-14);
}

TEST(partial_likelihood, solvers_that_need_rows_apart_are_refused) {
  MemoryStore store({.features = 1});
  store.append(1, 1, Features(std::span<const double>(std::vector<double>{1})));
  EXPECT_THROW(fit(store, R"({"solver": "sgd"})", 0), InvalidInput);
  EXPECT_THROW(fit(store, R"({"solver": "cg"})", 0), InvalidInput);
}

}  // namespace
}  // namespace quern
