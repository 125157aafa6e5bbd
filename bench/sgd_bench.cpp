// An epoch of stochastic descent over 1,000,000 rows of 50 features in memory, one process, by the order of its rows.
// Items are rows: the inverse of items_per_second is the time of a row. The bars of the training engine: row by row in
// float8 at most 46 ns, mini-batches of 16 in float4 at most 14 ns, both shuffled; a shuffled epoch at most 11 % slower
// than one in stored order.
#include <benchmark/benchmark.h>

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "train/job.hpp"
#include "train/order.hpp"
#include "train/row_store.hpp"
#include "train/sgd.hpp"

namespace {

using namespace quern;

constexpr std::size_t rows = 1'000'000, features = 50;

MemoryStore make_store(bool narrow) {
  RowFormat format;
  format.features = features;
  format.narrow = narrow;
  MemoryStore store(format);
  RandomStream random(1, 2, 3);
  auto uniform = [&] { return static_cast<double>(random.next() >> 11) * 0x1p-53; };
  std::vector<double> x(features);
  for (std::size_t i = 0; i < rows; ++i) {
    double f = 0;
    for (std::size_t j = 0; j < features; ++j) {
      x[j] = (uniform() + uniform() + uniform() - 1.5) * 2;
      f += x[j] * (j % 2 ? 0.2 : -0.3);
    }
    store.append(uniform() < 1 / (1 + std::exp(-f)), 1, Features(std::span<const double>(x)));
  }
  return store;
}

MemoryStore& store_of(bool narrow) {
  static std::map<bool, MemoryStore> stores;
  return stores.try_emplace(narrow, make_store(narrow)).first->second;
}

void epoch(benchmark::State& state, const std::string& algorithm, bool narrow, const std::string& options) {
  MemoryStore& store = store_of(narrow);
  const Job job({algorithm, "{\"solver\": \"sgd\", " + options + "}", 2}, store);
  std::vector<double> board(job.layout.size);
  for (std::size_t j = 0; j < features; ++j) board[job.layout.scale + j] = 1;
  board[job.layout.classes + 1] = 1;
  SgdWorker worker(job, store, board);
  std::int64_t number = 0;
  for (auto _ : state) {
    for (std::size_t s = 0; s < job.shards.size(); ++s)
      worker.perform({Operation::epoch, number, 0, {0, 0.005, 0.1, 1}}, s);
    ++number;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
  state.counters["ns_per_row"] = benchmark::Counter(static_cast<double>(state.iterations()) * rows * 1e-9,
                                                    benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

const char* const orders[] = {"none", "block_row_shuffle", "shuffle_once", "mrs"};

int add_benchmarks() {
  for (const char* order : orders) {
    const std::string by = std::string("\"order\": \"") + order + "\"";
    for (const char* algorithm : {"logistic_regression", "linear_svm"}) {
      benchmark::RegisterBenchmark((std::string(algorithm) + "/row_by_row/float8/" + order).c_str(),
                                   [=](benchmark::State& s) { epoch(s, algorithm, false, by); })
          ->Unit(benchmark::kMillisecond);
      benchmark::RegisterBenchmark((std::string(algorithm) + "/batches_of_16/float4/" + order).c_str(),
                                   [=](benchmark::State& s) { epoch(s, algorithm, true, by + ", \"batch_size\": 16"); })
          ->Unit(benchmark::kMillisecond);
    }
  }
  return 0;
}

[[maybe_unused]] const int added = add_benchmarks();

}  // namespace
