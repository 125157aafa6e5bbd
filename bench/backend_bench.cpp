// The operations of tests/unit/backend_test.cpp, timed on every backend that is there: how many flops a second each
// gets.
//
//   backend_bench [rows columns] [--benchmark_filter=...]
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "backend_operations.hpp"

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const auto size = [&](int i, std::size_t usual) {
    return argc > i ? static_cast<std::size_t>(std::strtoull(argv[i], nullptr, 10)) : usual;
  };
  using namespace quern::linalg;
  const auto operations = backend_operations(size(1, 500), size(2, 500), 1);
  for (const Operation& operation : operations)
    for (const Backend* const backend : {openblas_backend(), &eigen_backend(), &reference_backend()})
      if (backend && operation.is_there(*backend))
        benchmark::RegisterBenchmark((operation.name + ", " + backend->name).c_str(), [&operation, backend](
                                                                                          benchmark::State& state) {
          for (auto _ : state) {
            state.PauseTiming();
            operation.prepare();
            state.ResumeTiming();
            operation.run(*backend);
          }
          state.counters["flops"] = benchmark::Counter(operation.flops, benchmark::Counter::kIsIterationInvariantRate);
        })->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
}
