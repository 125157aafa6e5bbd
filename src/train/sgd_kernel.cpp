#include "train/sgd_kernel.hpp"

#include <cstring>

#include "base/clones.hpp"
#include "linalg/vector_types.hpp"

// Multiply-adds fuse where the processor has them, and a square root does not set errno.
#pragma GCC optimize("fp-contract=fast", "no-math-errno")
namespace quern {

namespace {

template <class V, class T>
[[gnu::always_inline]] inline double dot(const T* x, const double* w, std::size_t count) {
  V a{}, b{};
  std::size_t j = 0;
  for (; j + 2 * lanes<V> <= count; j += 2 * lanes<V>) {
    a += load_numbers<V>(x + j) * load_unaligned<V>(w + j);
    b += load_numbers<V>(x + j + lanes<V>) * load_unaligned<V>(w + j + lanes<V>);
  }
  if (j + lanes<V> <= count) {
    a += load_numbers<V>(x + j) * load_unaligned<V>(w + j);
    j += lanes<V>;
  }
  double tail = 0;
  for (; j < count; ++j) tail += x[j] * w[j];
  return sum_of<V>(a + b) + tail;
}

template <class V, class T>
[[gnu::always_inline]] inline void add_scaled(double factor, const T* x, double* w, std::size_t count) {
  std::size_t j = 0;
  for (; j + lanes<V> <= count; j += lanes<V>) {
    const V sum = load_unaligned<V>(w + j) + factor * load_numbers<V>(x + j);
    store_unaligned<V>(w + j, sum);
  }
  for (; j < count; ++j) w[j] += factor * x[j];
}

struct Products {
  double of_w, of_x;
};

// w += change before, and then w . next and x . next. Lines of rows that are needed soon and later are asked for one at
// a time: the processor drops what it cannot queue.
template <class V, class T>
[[gnu::always_inline]] inline Products add_and_look_ahead(double change, const T* before, const T* x, const T* next,
                                                          double* w, std::size_t count, const std::byte* soon,
                                                          const std::byte* later) {
  V of_w{}, of_x{};
  std::size_t j = 0;
  const auto add = [&](std::size_t at) __attribute__((always_inline)) {
    const V sum = load_unaligned<V>(w + at) + change * load_numbers<V>(before + at), ahead = load_numbers<V>(next + at);
    store_unaligned<V>(w + at, sum);
    of_w += sum * ahead;
    of_x += load_numbers<V>(x + at) * ahead;
  };
  constexpr std::size_t line = 64 / sizeof(T) / lanes<V> * lanes<V>;
  for (; j + line <= count; j += line) {
    __builtin_prefetch(soon + j * sizeof(T));
    __builtin_prefetch(later + j * sizeof(T), 0, 2);
    for (std::size_t k = 0; k < line; k += lanes<V>) add(j + k);
  }
  __builtin_prefetch(soon + j * sizeof(T));
  __builtin_prefetch(later + j * sizeof(T), 0, 2);
  for (; j + lanes<V> <= count; j += lanes<V>) add(j);
  double tail_of_w = 0, tail_of_x = 0;
  for (; j < count; ++j) {
    w[j] += change * before[j];
    tail_of_w += w[j] * next[j];
    tail_of_x += static_cast<double>(x[j]) * next[j];
  }
  return {sum_of<V>(of_w) + tail_of_w, sum_of<V>(of_x) + tail_of_x};
}

template <class V, class T>
[[gnu::always_inline]] inline void descend_rows(const DescentRun& run, double* w, double* f, double* y) {
  const RowFormat& format = *run.format;
  const std::size_t features = format.features, head = format.head_size(), bytes = format.dense_row_size();
  const std::size_t ahead = bytes > longest_jump ? 0 : 8;
  auto numbers = [&](std::size_t i) { return reinterpret_cast<const T*>(run.rows[i] + head); };
  double intercept = run.intercept ? w[features] : 0, change = 0;
  const T *before = numbers(0), *x = before;
  f[0] = dot<V>(x, w, features) + intercept;
  for (std::size_t i = 0; i < run.count; ++i) {
    const std::byte* const soon = run.rows[i + ahead < run.listed ? i + ahead : i];
    const std::byte* const later = i < run.later_count ? run.later[i] : run.rows[i];
    __builtin_prefetch(soon + bytes - 1);
    __builtin_prefetch(later + bytes - 1, 0, 2);
    const T* const next = i + 1 < run.count ? numbers(i + 1) : x;
    const Products products = add_and_look_ahead<V>(change, before, x, next, w, features, soon, later);
    double target;
    std::memcpy(&target, run.rows[i], sizeof target);
    y[i] = run.binary ? 2 * target - 1 : target;
    change = -run.step * run.objective->slope(f[i], y[i]);
    if (format.weighted) change *= weight_of(format, run.rows[i]) * run.weight_scale;
    if (run.intercept) intercept += change;
    if (i + 1 < run.count) f[i + 1] = products.of_w + intercept + change * products.of_x;
    before = x;
    x = next;
  }
  add_scaled<V>(change, before, w, features);
  if (run.intercept) w[features] = intercept;
}

template <class T>
[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void descend_512(const DescentRun& run, double* w, double* f,
                                                                           double* y) {
  descend_rows<V8, T>(run, w, f, y);
}
template <class T>
[[gnu::target("arch=x86-64-v3")]] void descend_256(const DescentRun& run, double* w, double* f, double* y) {
  descend_rows<V4, T>(run, w, f, y);
}
template <class T>
void descend_as(const DescentRun& run, double* w, double* f, double* y) {
  const int bits = best_vector_bits();
  return bits == 512   ? descend_512<T>(run, w, f, y)
         : bits == 256 ? descend_256<T>(run, w, f, y)
                       : descend_rows<V2, T>(run, w, f, y);
}

template <Optimizer kind>
[[gnu::always_inline]] inline void step_as(StepRule rule, const double* gradient, double scale, double* w,
                                           double* first, double* second, std::size_t count) {
  rule.kind = kind;
  double unused = 0;
  for (std::size_t j = 0; j < count; ++j)
    w[j] += rule.step(gradient[j] * scale, first ? first[j] : unused, second ? second[j] : unused);
}

QUERN_CLONES void step_on(const StepRule& rule, const double* gradient, double scale, double* w, double* first,
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

QUERN_CLONES void flow_all_briefly(const double* l1, const double* l2, double time, double* w, std::size_t count) {
  for (std::size_t j = 0; j < count; ++j) w[j] = flow_briefly(w[j], l2[j], l1[j], time);
}

QUERN_CLONES void move(double share, const double* w, std::size_t count, double* average) {
  for (std::size_t j = 0; j < count; ++j) average[j] += share * (w[j] - average[j]);
}

}  // namespace

void descend(const DescentRun& run, double* w, double* f, double* y) {
  run.format->narrow ? descend_as<float>(run, w, f, y) : descend_as<double>(run, w, f, y);
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
