// Rows per second through linear_regression, without a server: accumulate over rows that are in cache, and fit.
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include "model/linear.hpp"
#include "uda/linear_regression.hpp"

namespace {

using namespace quern;

struct Rows {
  std::size_t features, count = 1024;
  std::vector<double> x, y;

  explicit Rows(std::size_t features) : features(features) {
    std::mt19937_64 random(1);
    std::normal_distribution<double> normal;
    x.resize(count * features);
    for (double& value : x) value = normal(random);
    for (std::size_t i = 0; i < count; ++i) y.push_back(x[i * features] + normal(random));
  }
  Features row(std::size_t i) const { return std::span(x).subspan(i % count * features, features); }
};

void accumulate(benchmark::State& bench) {
  const Rows rows(static_cast<std::size_t>(bench.range(0)));
  LinearRegression state;
  std::size_t i = 0;
  for (auto _ : bench) {
    state.accumulate(rows.y[i % rows.count], rows.row(i), Weight{});
    ++i;
  }
  bench.SetItemsProcessed(bench.iterations());
}
BENCHMARK(accumulate)->Arg(1)->Arg(5)->Arg(10)->Arg(15)->Arg(16)->Arg(20)->Arg(50)->Arg(100)->Arg(200);

void fit(benchmark::State& bench) {
  const Rows rows(static_cast<std::size_t>(bench.range(0)));
  LinearRegression state;
  for (std::size_t i = 0; i < 1000; ++i) state.accumulate(rows.y[i], rows.row(i), Weight{});
  for (auto _ : bench) benchmark::DoNotOptimize(state.fit());
}
BENCHMARK(fit)->Arg(1)->Arg(10)->Arg(50)->Arg(200);

void group_of_one_row(benchmark::State& bench) {
  const Rows rows(1);
  std::size_t i = 0;
  for (auto _ : bench) {
    LinearRegression state;
    state.accumulate(rows.y[i % rows.count], rows.row(i), Weight{});
    benchmark::DoNotOptimize(state.fit());
    ++i;
  }
}
BENCHMARK(group_of_one_row);

void predict(benchmark::State& bench) {
  const Rows rows(static_cast<std::size_t>(bench.range(0)));
  LinearRegression state;
  for (std::size_t i = 0; i < 1000; ++i) state.accumulate(rows.y[i], rows.row(i), Weight{});
  const Model model = *state.fit();
  const LinearScorer scorer(model);
  std::size_t i = 0;
  for (auto _ : bench) benchmark::DoNotOptimize(scorer.predict(rows.row(i++)));
}
BENCHMARK(predict)->Arg(5)->Arg(50);

}  // namespace

BENCHMARK_MAIN();
