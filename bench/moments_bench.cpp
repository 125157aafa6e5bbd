// Rows per second of the one-pass aggregates, without a server: rows lie in memory, 64 of them, so that reading is
// free.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <span>
#include <vector>

#include "linalg/symmetric_rank_update.hpp"
#include "uda/describe.hpp"
#include "uda/gaussian_naive_bayes.hpp"
#include "uda/moments.hpp"

namespace {

constexpr std::size_t rows = 64;

std::vector<double> random_rows(std::size_t p) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> values(rows * p);
  for (double& v : values) v = normal(random);
  return values;
}

void describe(benchmark::State& state) {
  const std::vector<double> values = random_rows(1);
  quern::Describe describe;
  std::size_t r = 0;
  for (auto _ : state) describe.accumulate(values[r++ % rows]);
  benchmark::DoNotOptimize(describe.description());
  state.SetItemsProcessed(state.iterations());
}

void moments(benchmark::State& state) {
  const auto p = static_cast<std::size_t>(state.range(0));
  const std::vector<double> values = random_rows(p);
  quern::MomentsState moments;
  std::size_t r = 0;
  for (auto _ : state) moments.accumulate(std::span(values.data() + r++ % rows * p, p));
  benchmark::DoNotOptimize(moments.value());
  state.SetItemsProcessed(state.iterations());
}

void gaussian_naive_bayes(benchmark::State& state) {
  const auto p = static_cast<std::size_t>(state.range(0)), k = static_cast<std::size_t>(state.range(1));
  const std::vector<double> values = random_rows(p);
  std::vector<std::string> labels;
  for (std::size_t c = 0; c < k; ++c) labels.push_back("class " + std::to_string(c));
  quern::GaussianNaiveBayes bayes;
  std::size_t r = 0;
  for (auto _ : state) {
    bayes.accumulate({labels[r % k]}, std::span(values.data() + r % rows * p, p), {});
    r += 1;
  }
  benchmark::DoNotOptimize(bayes.fit());
  state.SetItemsProcessed(state.iterations());
}

template <auto update>
void rank_update(benchmark::State& state) {
  const auto p = static_cast<std::size_t>(state.range(0));
  const std::vector<double> values = random_rows(p);
  std::vector<double> triangle(quern::linalg::triangle_size(p));
  for (auto _ : state) update(values.data(), rows, p, triangle.data());
  benchmark::DoNotOptimize(triangle.data());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
}

BENCHMARK(describe);
BENCHMARK(moments)->Arg(1)->Arg(10)->Arg(50)->Arg(200);
BENCHMARK(gaussian_naive_bayes)->Args({10, 2})->Args({50, 2})->Args({50, 20});
BENCHMARK(rank_update<quern::linalg::symmetric_rank_update>)->Arg(10)->Arg(50)->Arg(200)->Arg(1000);
BENCHMARK(rank_update<quern::linalg::naive_symmetric_rank_update>)->Arg(50);

}  // namespace

BENCHMARK_MAIN();
