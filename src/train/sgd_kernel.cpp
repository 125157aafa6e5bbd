#include "train/sgd_kernel.hpp"

#include <cstring>

// Multiply-adds fuse where the processor has them, and a square root does not set errno.
#pragma GCC optimize("fp-contract=fast", "no-math-errno")
// Vectors are passed only to functions that are inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace quern {

namespace {

using Eight [[gnu::vector_size(64)]] = double;
using EightFloats [[gnu::vector_size(32)]] = float;
constexpr std::size_t lanes = 8;

[[gnu::always_inline]] inline Eight load(const double* from) {
  Eight value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

[[gnu::always_inline]] inline Eight load(const float* from) {
  EightFloats value;
  std::memcpy(&value, from, sizeof value);
  return __builtin_convertvector(value, Eight);
}

[[gnu::always_inline]] inline double sum_of(const Eight& v) {
  using Four [[gnu::vector_size(32)]] = double;
  using Two [[gnu::vector_size(16)]] = double;
  const Four four = __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
  const Two two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
  return two[0] + two[1];
}

template <class T>
[[gnu::always_inline]] inline double dot(const T* x, const double* w, std::size_t count) {
  Eight a{}, b{};
  std::size_t j = 0;
  for (; j + 2 * lanes <= count; j += 2 * lanes) {
    a += load(x + j) * load(w + j);
    b += load(x + j + lanes) * load(w + j + lanes);
  }
  if (j + lanes <= count) {
    a += load(x + j) * load(w + j);
    j += lanes;
  }
  double tail = 0;
  for (; j < count; ++j) tail += x[j] * w[j];
  return sum_of(a + b) + tail;
}

template <class T>
[[gnu::always_inline]] inline void add_scaled(double factor, const T* x, double* w, std::size_t count) {
  std::size_t j = 0;
  for (; j + lanes <= count; j += lanes) {
    const Eight sum = load(w + j) + factor * load(x + j);
    std::memcpy(w + j, &sum, sizeof sum);
  }
  for (; j < count; ++j) w[j] += factor * x[j];
}

template <class T>
[[gnu::always_inline]] inline void descend_rows(const DescentRun& run, double* w, double* f, double* y) {
  constexpr std::size_t ahead = 8;
  const RowFormat& format = *run.format;
  const std::size_t features = format.features, head = format.head_size(), bytes = format.dense_row_size();
  const std::byte* upcoming = run.upcoming;
  double unused = 0;
  double* const intercept = run.intercept ? w + features : &unused;
  for (std::size_t i = 0; i < run.count; ++i) {
    if (i + ahead < run.listed) prefetch_row(run.rows[i + ahead], bytes);
    if (upcoming) {
      for (std::size_t at = 0; at < bytes; at += 64) __builtin_prefetch(upcoming + at, 0, 3);
      upcoming += bytes;
    }
    const std::byte* const row = run.rows[i];
    const T* const x = reinterpret_cast<const T*>(row + head);
    const double target = target_of(row);
    y[i] = run.binary ? 2 * target - 1 : target;
    f[i] = dot(x, w, features) + *intercept;
    double change = -run.step * run.objective->slope(f[i], y[i]);
    if (format.weighted) change *= weight_of(format, row) * run.weight_scale;
    add_scaled(change, x, w, features);
    *intercept = run.intercept ? *intercept + change : 0;
  }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void descend_doubles(const DescentRun& run,
                                                                                           double* w, double* f,
                                                                                           double* y) {
  descend_rows<double>(run, w, f, y);
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void descend_floats(const DescentRun& run,
                                                                                          double* w, double* f,
                                                                                          double* y) {
  descend_rows<float>(run, w, f, y);
}

template <Optimizer kind>
[[gnu::always_inline]] inline void step_as(StepRule rule, const double* gradient, double scale, double* w,
                                           double* first, double* second, std::size_t count) {
  rule.kind = kind;
  double unused = 0;
  for (std::size_t j = 0; j < count; ++j)
    w[j] += rule.step(gradient[j] * scale, first ? first[j] : unused, second ? second[j] : unused);
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void step_on(const StepRule& rule,
                                                                                   const double* gradient, double scale,
                                                                                   double* w, double* first,
                                                                                   double* second, std::size_t count) {
  switch (rule.kind) {
    case Optimizer::momentum:
      step_as<Optimizer::momentum>(rule, gradient, scale, w, first, nullptr, count);
      break;
    case Optimizer::nesterov:
      step_as<Optimizer::nesterov>(rule, gradient, scale, w, first, nullptr, count);
      break;
    case Optimizer::adagrad:
      step_as<Optimizer::adagrad>(rule, gradient, scale, w, first, nullptr, count);
      break;
    case Optimizer::adam:
      step_as<Optimizer::adam>(rule, gradient, scale, w, first, second, count);
      break;
    default:
      step_as<Optimizer::sgd>(rule, gradient, scale, w, nullptr, nullptr, count);
  }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void flow_all_briefly(const double* l1,
                                                                                            const double* l2,
                                                                                            double time, double* w,
                                                                                            std::size_t count) {
  for (std::size_t j = 0; j < count; ++j) w[j] = flow_briefly(w[j], l2[j], l1[j], time);
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void move(double share, const double* w,
                                                                                std::size_t count, double* average) {
  for (std::size_t j = 0; j < count; ++j) average[j] += share * (w[j] - average[j]);
}

}  // namespace

void descend(const DescentRun& run, double* w, double* f, double* y) {
  run.format->narrow ? descend_floats(run, w, f, y) : descend_doubles(run, w, f, y);
}

void step_along(const StepRule& rule, const double* gradient, double scale, const Coordinates& at) {
  step_on(rule, gradient, scale, at.w, at.first, at.second, at.count);
}

void apply_penalties(const StepRule& rule, const Penalties& penalties, double time, const Coordinates& at) {
  const double *const l1 = penalties.l1.data(), *const l2 = penalties.l2.data();
  const bool uniform = rule.kind != Optimizer::adagrad && rule.kind != Optimizer::adam;
  if (uniform) {
    time *= rule.reach(0, 0);
    if (penalties.greatest_l2 * time <= short_flow) return flow_all_briefly(l1, l2, time, at.w, at.count);
  }
  for (std::size_t j = 0; j < at.count; ++j) {
    const double reach = uniform ? 1 : rule.reach(at.first[j], at.second ? at.second[j] : 0);
    at.w[j] = flow(at.w[j], l2[j], l1[j], time * reach);
  }
}

void move_average(double share, const double* w, std::size_t count, double* average) { move(share, w, count, average); }

namespace naive {

void descend(const DescentRun& run, double* w, double* f, double* y) {
  const RowFormat& format = *run.format;
  for (std::size_t i = 0; i < run.count; ++i) {
    const std::byte* const row = run.rows[i];
    auto x = [&](std::size_t j) {
      return format.narrow ? dense_values<float>(format, row)[j] : dense_values<double>(format, row)[j];
    };
    y[i] = run.binary ? 2 * target_of(row) - 1 : target_of(row);
    f[i] = run.intercept ? w[format.features] : 0;
    for (std::size_t j = 0; j < format.features; ++j) f[i] += w[j] * x(j);
    const double change = -run.step * run.objective->slope(f[i], y[i]) *
                          (format.weighted ? weight_of(format, row) * run.weight_scale : 1);
    for (std::size_t j = 0; j < format.features; ++j) w[j] += change * x(j);
    if (run.intercept) w[format.features] += change;
  }
}

}  // namespace naive

}  // namespace quern
