// What a pass over packed rows costs, by its parts: nanoseconds a row of 50 features, 1,000,000 rows in blocks, walked
// in batches of 64, or of 16 in an order shuffled within windows of 2,000 rows as descent does.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>
#include <vector>

#include "linalg/symmetric_rank_update.hpp"
#include "train/kernels.hpp"
#include "train/objectives.hpp"
#include "train/row_store.hpp"

namespace quern {
namespace {

constexpr std::size_t rows = 1'000'000, features = 50, window = 2000;

struct Packed {
  Packed(bool narrow, bool shuffled) : store({features, false, narrow, false}) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> uniform(-1, 1);
    std::vector<double> x(features);
    for (std::size_t i = 0; i < rows; ++i) {
      for (double& value : x) value = uniform(random);
      store.append(static_cast<double>(random() % 2), 1, Features(std::span<const double>(x)));
    }
    for (std::size_t b = 0; b < store.blocks().size(); ++b) {
      const BlockView view(store.format(), store.load(b, nullptr), store.blocks()[b].bytes);
      for (std::size_t i = 0; i < view.rows(); ++i) pointers.push_back(view.row(i));
    }
    in_order = pointers;
    if (shuffled) ahead = window;
    if (shuffled)
      for (std::size_t i = 0; i < rows; i += window)
        std::shuffle(pointers.begin() + static_cast<std::ptrdiff_t>(i),
                     pointers.begin() + static_cast<std::ptrdiff_t>(std::min(i + window, rows)), random);
  }

  // What comes next: of shuffled rows the window after this one, in the order of memory.
  Batch batch(std::size_t from, std::size_t size) const {
    const std::size_t next = std::min(from + ahead, rows);
    return {&store.format(), std::span(pointers).subspan(from, size),
            std::span(in_order).subspan(next, std::min(size, rows - next))};
  }

  MemoryStore store;
  std::vector<const std::byte*> pointers, in_order;
  std::size_t ahead = 64;
};

enum Part { predict, predict_and_gradient, logistic, gram };

void pass(benchmark::State& state, Part part, bool narrow, bool shuffled, std::size_t size, bool single = false) {
  const Packed packed(narrow, shuffled);
  const PredictorShape shape{1, features, true, single};
  TrainOptions common;
  const auto objective = make_objective("logistic_regression", "", 2, common);
  std::vector<double> w(shape.terms(), 0.1), gradient(shape.terms()), f(size), g(size, 0.5), y(size), v(size);
  std::vector<double> triangle(linalg::triangle_size(shape.terms()));
  for (auto _ : state) {
    for (std::size_t i = 0; i + size <= rows; i += size) {
      const Batch batch = packed.batch(i, size);
      if (part != gram) predict_batch(batch, shape, w.data(), f.data());
      if (part == logistic) {
        targets_of(batch, true, y.data(), v.data());
        benchmark::DoNotOptimize(objective->differentiate(f.data(), y.data(), v.data(), size, g.data()));
      }
      if (part == logistic || part == predict_and_gradient) add_gradient(batch, shape, g.data(), gradient.data());
      if (part == gram) add_gram(batch, shape, g.data(), triangle.data());
    }
    benchmark::DoNotOptimize(f.data());
    benchmark::DoNotOptimize(gradient.data());
    benchmark::DoNotOptimize(triangle.data());
  }
  state.counters["ns_per_row"] = benchmark::Counter(
      static_cast<double>(rows) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void objective(benchmark::State& state, const char* name, std::size_t classes, std::size_t size) {
  TrainOptions common;
  const auto objective = make_objective(name, "", classes, common);
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> f(size * objective->outputs()), g(f.size()), y(size, 1), v(size, 1);
  for (double& value : f) value = normal(random);
  for (auto _ : state) {
    benchmark::DoNotOptimize(objective->differentiate(f.data(), y.data(), v.data(), size, g.data()));
    benchmark::DoNotOptimize(g.data());
  }
  state.counters["ns_per_row"] = benchmark::Counter(
      static_cast<double>(size) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

// clang-format off
#define EACH_LAYOUT(part)                                                                                 \
  BENCHMARK_CAPTURE(pass, part/float8/64, part, false, false, 64)->Unit(benchmark::kMillisecond);         \
  BENCHMARK_CAPTURE(pass, part/float4/64, part, true, false, 64)->Unit(benchmark::kMillisecond);          \
  BENCHMARK_CAPTURE(pass, part/float8/shuffled/16, part, false, true, 16)->Unit(benchmark::kMillisecond); \
  BENCHMARK_CAPTURE(pass, part/float4/shuffled/16, part, true, true, 16)->Unit(benchmark::kMillisecond);

EACH_LAYOUT(predict)
EACH_LAYOUT(predict_and_gradient)
EACH_LAYOUT(logistic)
EACH_LAYOUT(gram)
BENCHMARK_CAPTURE(pass, logistic/float4/shuffled/16/single, logistic, true, true, 16, true)->Unit(benchmark::kMillisecond);

BENCHMARK_CAPTURE(objective, logistic/64, "logistic_regression", 2, 64);
BENCHMARK_CAPTURE(objective, logistic/16, "logistic_regression", 2, 16);
BENCHMARK_CAPTURE(objective, linear_svm/64, "linear_svm", 2, 64);
BENCHMARK_CAPTURE(objective, poisson/64, "poisson_regression", 0, 64);
BENCHMARK_CAPTURE(objective, multinomial/5/64, "multinomial_regression", 5, 64);
// clang-format on

}  // namespace
}  // namespace quern
