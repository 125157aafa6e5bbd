// Sums over sequences against their enumeration, and the two ways of forward and backward against each other.
#include "model/linear_chain.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

namespace quern {
namespace {

struct Enumerated {
  double log_sum = 0, best = -INFINITY;
  std::vector<double> marginals, pairs;
  std::vector<std::uint32_t> path;
};

Enumerated enumerate(std::size_t labels, std::size_t n, const std::vector<double>& scores,
                     const std::vector<double>& transitions) {
  const std::size_t width = chain_width(labels);
  Enumerated out;
  out.marginals.resize(n * width);
  out.pairs.resize(labels * width);
  std::vector<std::uint32_t> y(n);
  const auto score = [&] {
    double sum = 0;
    for (std::size_t t = 0; t < n; ++t)
      sum += scores[t * width + y[t]] + (t > 0 ? transitions[y[t - 1] * width + y[t]] : 0);
    return sum;
  };
  const auto all = [&](const std::function<void(double)>& visit) {
    std::fill(y.begin(), y.end(), 0);
    for (;;) {
      visit(score());
      std::size_t t = 0;
      while (t < n && ++y[t] == labels) y[t++] = 0;
      if (t == n) return;
    }
  };
  all([&](double s) {
    if (s > out.best) {
      out.best = s;
      out.path = y;
    }
  });
  double z = 0;
  all([&](double s) { z += std::exp(s - out.best); });
  out.log_sum = out.best + std::log(z);
  all([&](double s) {
    const double p = std::exp(s - out.log_sum);
    for (std::size_t t = 0; t < n; ++t) {
      out.marginals[t * width + y[t]] += p;
      if (t > 0) out.pairs[y[t - 1] * width + y[t]] += p;
    }
  });
  return out;
}

struct Case {
  std::size_t labels, n;
  double scale, transition_scale;
};

class Enumeration : public testing::TestWithParam<Case> {};

TEST_P(Enumeration, SumsAndMaximaAreThoseOfAllSequences) {
  const auto [labels, n, scale, transition_scale] = GetParam();
  const auto seed = static_cast<unsigned>(testing::UnitTest::GetInstance()->random_seed());
  std::mt19937_64 random(seed);
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::normal_distribution<double> normal;
  const std::size_t width = chain_width(labels);
  for (int trial = 0; trial < 5; ++trial) {
    std::vector<double> scores(n * width), transitions(labels * width);
    for (double& s : scores) s = scale * normal(random);
    for (double& t : transitions) t = transition_scale * normal(random);
    const Enumerated expected = enumerate(labels, n, scores, transitions);

    LinearChain chain(labels);
    chain.set_transitions(transitions);
    std::vector<std::uint32_t> path(n);
    EXPECT_NEAR(chain.best_path(scores, path), expected.best, 1e-9 * (1 + std::abs(expected.best)));
    EXPECT_EQ(path, expected.path);
    std::vector<double> marginals = scores, pairs(labels * width);
    EXPECT_NEAR(chain.forward_backward(marginals, 2.5), expected.log_sum, 1e-11 * (1 + std::abs(expected.log_sum)));
    chain.take_pairs(pairs);
    for (std::size_t i = 0; i < marginals.size(); ++i) {
      EXPECT_NEAR(marginals[i], i % width < labels ? expected.marginals[i] : 0, 1e-9) << i;
    }
    for (std::size_t i = 0; i < pairs.size(); ++i)
      if (i % width < labels) {
        EXPECT_NEAR(pairs[i], 2.5 * expected.pairs[i], 1e-9) << i;
      }
  }
}

INSTANTIATE_TEST_SUITE_P(Chains, Enumeration,
                         testing::Values(Case{1, 1, 1, 1}, Case{1, 4, 1, 1}, Case{2, 1, 1, 1}, Case{2, 9, 1, 1},
                                         Case{3, 7, 2, 1}, Case{5, 5, 1, 3}, Case{8, 4, 1, 1}, Case{9, 4, 3, 1},
                                         Case{33, 2, 1, 1}, Case{3, 6, 200, 100}, Case{4, 5, 5000, 1},
                                         Case{4, 5, 1, 2000}));

TEST(LinearChain, LogarithmsAndScaledProbabilitiesAgreeAtTheBorder) {
  // A position whose spread is just above the limit makes the whole sequence go by logarithms.
  constexpr std::size_t labels = 6, n = 40, width = 8;
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  std::vector<double> scores(n * width), transitions(labels * width);
  for (double& s : scores) s = normal(random);
  for (double& t : transitions) t = normal(random);
  std::vector<double> results[2], pairs[2];
  double sums[2];
  for (int way = 0; way < 2; ++way) {
    LinearChain chain(labels);
    chain.set_transitions(transitions);
    results[way] = scores;
    results[way][5 * width + 2] = way == 0 ? -580 : -610;  // neither has any probability
    sums[way] = chain.forward_backward(results[way], 1);
    pairs[way].resize(labels * width);
    chain.take_pairs(pairs[way]);
  }
  EXPECT_NEAR(sums[0], sums[1], 1e-11 * std::abs(sums[0]));
  for (std::size_t i = 0; i < results[0].size(); ++i) EXPECT_NEAR(results[0][i], results[1][i], 1e-12);
  for (std::size_t i = 0; i < pairs[0].size(); ++i) EXPECT_NEAR(pairs[0][i], pairs[1][i], 1e-11);
}

TEST(LinearChain, LongSequencesNeitherVanishNorOverflow) {
  constexpr std::size_t labels = 100, n = 10'000;
  const std::size_t width = chain_width(labels);
  LinearChain chain(labels);
  chain.set_transitions(std::vector<double>(labels * width));
  for (const double score : {-300.0, 0.0, 300.0}) {
    std::vector<double> scores(n * width, score);
    EXPECT_NEAR(chain.forward_backward(scores, 0), n * (score + std::log(labels)), 1e-6);
    EXPECT_NEAR(scores[n / 2 * width + 7], 0.01, 1e-12);
  }
}

TEST(LinearChain, TiesGoToTheFirstLabel) {
  LinearChain chain(3);
  chain.set_transitions(std::vector<double>(3 * 8));
  std::vector<std::uint32_t> path(4, 9);
  EXPECT_EQ(chain.best_path(std::vector<double>(4 * 8, 1.5), path), 6);
  EXPECT_EQ(path, std::vector<std::uint32_t>(4, 0));
}

}  // namespace
}  // namespace quern
