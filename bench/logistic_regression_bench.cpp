// Logistic regression without a server: gathering the rows, one pass of each kind over them, and the whole fit.
//
//   logistic_regression_bench [rows] [features]
//
// prints the median of 5 in seconds; rows per second follow from the first line.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "linalg/weighted_gram.hpp"
#include "uda/logistic_regression.hpp"

using namespace quern;

namespace {

template <class Work>
double median_seconds(Work&& work) {
  std::vector<double> seconds;
  for (int i = 0; i < 5; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[2];
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t n = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000000;
  const std::size_t d = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 50;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform;
  std::vector<double> x(n * d), y(n), slopes(d);
  for (double& value : x) value = 2 * uniform(random) - 1;
  for (double& value : slopes) value = 2 * uniform(random) - 1;
  for (std::size_t i = 0; i < n; ++i) {
    double f = 0.3;
    for (std::size_t j = 0; j < d; ++j) f += x[i * d + j] * slopes[j];
    y[i] = uniform(random) < 1 / (1 + std::exp(-f));
  }

  std::printf("%zu rows x %zu float8\n", n, d);
  auto gather = [&](LogisticRegression& state) {
    for (std::size_t i = 0; i < n; ++i) state.accumulate({y[i], false}, std::span<const double>(&x[i * d], d), {});
  };
  std::printf("gather            %.4f\n", median_seconds([&] {
                LogisticRegression state;
                gather(state);
              }));
  LogisticRegression state;
  gather(state);

  LogisticPass pass(std::vector<double>(d), std::vector<double>(d, 1.0), true);
  for (bool derivatives : {false, true}) {
    std::printf("%s %.4f\n", derivatives ? "loss, g, Hessian " : "loss             ", median_seconds([&] {
                  pass.start(std::vector<double>(d + 1, 0.1));
                  for (const Vec<double>& chunk : state.rows.chunks)
                    pass.add(chunk.data(), chunk.size() / (d + 1), derivatives);
                }));
  }
  std::optional<Model> model;
  std::printf("fit               %.4f\n", median_seconds([&] { model = state.fit(); }));
  std::printf("%g iterations, converged %g, gradient %.2g\n", model->metric("iterations"), model->metric("converged"),
              model->metric("gradient_norm"));
}
