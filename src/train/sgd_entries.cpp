#include "train/sgd_entries.hpp"

#include <algorithm>
#include <atomic>

#include "train/penalty.hpp"

namespace quern {

namespace {

struct Alone {
  static double load(double& x) { return x; }
  static void store(double& x, double value) { x = value; }
  static void add(double& x, double change) { x += change; }
  template <class F>
  static void change(double& x, F&& f) {
    x = f(x);
  }
};

struct Unlocked {
  static double load(double& x) { return std::atomic_ref(x).load(std::memory_order_relaxed); }
  static void store(double& x, double value) { std::atomic_ref(x).store(value, std::memory_order_relaxed); }
  static void add(double& x, double change) { store(x, load(x) + change); }
  template <class F>
  static void change(double& x, F&& f) {
    store(x, f(load(x)));
  }
};

struct CompareExchange : Unlocked {
  static void add(double& x, double change) {
    CompareExchange::change(x, [change](double value) { return value + change; });
  }
  template <class F>
  static void change(double& x, F&& f) {
    std::atomic_ref at(x);
    double value = at.load(std::memory_order_relaxed);
    while (!at.compare_exchange_weak(value, f(value), std::memory_order_relaxed)) {
    }
  }
};

template <class F>
void with_access(const EntryDescent& d, F&& f) {
  switch (d.access) {
    case Access::alone:
      return f(Alone{});
    case Access::unlocked:
      return f(Unlocked{});
    case Access::compare_exchange:
      return f(CompareExchange{});
  }
}

// f(column, number) for each entry of the row.
template <class T, class F>
[[gnu::always_inline]] inline void for_entries_of(const RowFormat& format, const std::byte* row, F&& f) {
  if (format.sparse) {
    const SparseValues<T> x = sparse_values<T>(format, row);
    for (std::uint32_t e = 0; e < x.entries; ++e) f(x.indices[e], static_cast<double>(x.values[e]));
  } else {
    const std::span<const T> x = dense_values<T>(format, row);
    for (std::uint32_t j = 0; j < x.size(); ++j) f(j, static_cast<double>(x[j]));
  }
}

template <class F>
[[gnu::always_inline]] inline void for_entries(const RowFormat& format, const std::byte* row, F&& f) {
  format.narrow ? for_entries_of<float>(format, row, f) : for_entries_of<double>(format, row, f);
}

template <class A>
double at_or_zero(double* numbers, std::size_t i) {
  return numbers ? A::load(numbers[i]) : 0;
}

template <class A>
void penalize_column(EntryDescent& d, std::size_t j, double time) {
  const std::size_t terms = d.shape.terms();
  for (std::size_t i = j; i < d.shape.outputs * terms; i += terms) {
    const double reach = d.rule.reach(at_or_zero<A>(d.first, i), at_or_zero<A>(d.second, i));
    A::change(d.w[i], [&](double w) { return flow(w, d.l2[j], d.l1[j], time * reach); });
  }
}

template <class A>
void bring_up_to_date(EntryDescent& d, std::size_t j, double now) {
  const double time = now - A::load(d.stamps[j]);
  if (!(time > 0)) return;
  A::store(d.stamps[j], now);
  penalize_column<A>(d, j, time);
}

template <class A>
void predict(EntryDescent& d, std::span<const std::byte* const> rows, double* f) {
  const std::size_t outputs = d.shape.outputs, terms = d.shape.terms(), features = d.shape.features;
  const double now = d.stamps ? A::load(*d.clock) : 0;
  for (std::size_t i = 0; i < rows.size(); ++i, f += outputs) {
    if (d.stamps) for_entries(*d.format, rows[i], [&](std::uint32_t j, double) { bring_up_to_date<A>(d, j, now); });
    for (std::size_t k = 0; k < outputs; ++k) {
      double* const w = d.w + k * terms;
      double sum = 0;
      for_entries(*d.format, rows[i], [&](std::uint32_t j, double x) { sum += A::load(w[j]) * x; });
      f[k] = sum + (d.shape.intercept ? A::load(w[features]) : 0);
    }
  }
}

template <class A>
void add(EntryDescent& d, std::span<const std::byte* const> rows, const double* g) {
  const std::size_t outputs = d.shape.outputs, terms = d.shape.terms();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = 0; k < outputs; ++k, ++g) {
      if (*g == 0) continue;
      double* const w = d.w + k * terms;
      for_entries(*d.format, rows[i], [&](std::uint32_t j, double x) { A::add(w[j], *g * x); });
      if (d.shape.intercept) A::add(w[terms - 1], *g);
    }
  }
}

template <class A>
void step_coordinate(EntryDescent& d, std::size_t i) {
  double first = at_or_zero<A>(d.first, i), second = at_or_zero<A>(d.second, i);
  const double change = d.rule.step(d.gradient[i], first, second);
  d.gradient[i] = 0;
  if (d.first) A::store(d.first[i], first);
  if (d.second) A::store(d.second[i], second);
  A::add(d.w[i], change);
}

void touch(EntryDescent& d, std::uint32_t j) {
  if (d.is_touched[j]) return;
  d.is_touched[j] = true;
  d.touched.push_back(j);
}

}  // namespace

void predict_entries(EntryDescent& d, std::span<const std::byte* const> rows, double* f) {
  with_access(d, [&](auto access) { predict<decltype(access)>(d, rows, f); });
}

void add_entries(EntryDescent& d, std::span<const std::byte* const> rows, const double* g) {
  with_access(d, [&](auto access) { add<decltype(access)>(d, rows, g); });
}

void collect_entries(EntryDescent& d, std::span<const std::byte* const> rows, const double* g) {
  const std::size_t outputs = d.shape.outputs, terms = d.shape.terms();
  d.gradient.resize(outputs * terms);
  d.is_touched.resize(terms);
  if (d.shape.intercept) touch(d, static_cast<std::uint32_t>(terms - 1));
  for (std::size_t i = 0; i < rows.size(); ++i, g += outputs) {
    for_entries(*d.format, rows[i], [&](std::uint32_t j, double x) {
      touch(d, j);
      for (std::size_t k = 0; k < outputs; ++k) d.gradient[k * terms + j] += g[k] * x;
    });
    if (d.shape.intercept)
      for (std::size_t k = 0; k < outputs; ++k) d.gradient[k * terms + terms - 1] += g[k];
  }
}

void take_step(EntryDescent& d) {
  const std::size_t terms = d.shape.terms();
  with_access(d, [&](auto access) {
    for (const std::uint32_t j : d.touched)
      for (std::size_t i = j; i < d.shape.outputs * terms; i += terms) step_coordinate<decltype(access)>(d, i);
  });
  for (const std::uint32_t j : d.touched) d.is_touched[j] = false;
  d.touched.clear();
}

void advance(EntryDescent& d, double time) {
  if (d.access == Access::alone)
    Alone::add(*d.clock, time);
  else
    CompareExchange::add(*d.clock, time);
}

void apply_all_penalties(EntryDescent& d) {
  with_access(d, [&](auto access) {
    using A = decltype(access);
    const double now = A::load(*d.clock);
    for (std::size_t j = 0; j < d.shape.features; ++j) bring_up_to_date<A>(d, j, now);
  });
}

void apply_penalties_now(EntryDescent& d, double time) {
  with_access(d, [&](auto access) {
    for (std::size_t j = 0; j < d.shape.features; ++j) penalize_column<decltype(access)>(d, j, time);
  });
}

void copy_parameters(const EntryDescent& d, std::size_t count, double* to) {
  with_access(d, [&](auto access) {
    for (std::size_t i = 0; i < count; ++i) to[i] = decltype(access)::load(d.w[i]);
  });
}

}  // namespace quern
