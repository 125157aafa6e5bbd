#include "train/techniques/network_kernels.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "train/techniques/vector_widths.hpp"

// Multiply-adds fuse where the processor has them.
#pragma GCC optimize("fp-contract=fast", "no-math-errno")

namespace quern::network {

namespace {

constexpr std::size_t inner_block = 256;          // of k: a panel of b stays in the first-level cache
constexpr std::size_t most_products = 8'000'000;  // between checkpoints

template <class T>
struct Product {
  Left<T> a;
  const T* b;
  const T* bias;
  std::size_t m, n, k, columns;  // n of the `columns` of b and c
  T* c;
};

// `rows` x `vectors` of c, all of k.
template <class V, std::size_t rows, std::size_t vectors>
[[gnu::always_inline]] inline void multiply_tile(const Product<Element<V>>& p, std::size_t i, std::size_t j) {
  using T = Element<V>;
  V sum[rows][vectors];
  T* const c = p.c + i * p.columns + j;
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t v = 0; v < vectors; ++v)
      sum[r][v] =
          p.bias ? load_unaligned<V>(p.bias + j + v * lanes<V>) : load_unaligned<V>(c + r * p.columns + v * lanes<V>);
  const T* a = p.a.data + i * p.a.row_step;
  const T* b = p.b + j;
  for (std::size_t k = 0; k < p.k; ++k, a += p.a.column_step, b += p.columns) {
    V right[vectors];
    for (std::size_t v = 0; v < vectors; ++v) right[v] = load_unaligned<V>(b + v * lanes<V>);
    for (std::size_t r = 0; r < rows; ++r) {
      const T left = a[r * p.a.row_step];
      for (std::size_t v = 0; v < vectors; ++v) sum[r][v] += left * right[v];
    }
  }
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t v = 0; v < vectors; ++v) store_unaligned<V>(c + r * p.columns + v * lanes<V>, sum[r][v]);
}

// 512 bits: 32 registers, 8 x 2 sums; else 16, 4 x 2.
template <class V>
[[gnu::always_inline]] inline void multiply_all(const Product<Element<V>>& p) {
  constexpr std::size_t rows = sizeof(V) == 64 ? 8 : 4;
  std::size_t j = 0;
  for (; j + 2 * lanes<V> <= p.n; j += 2 * lanes<V>)
    for (std::size_t i = 0; i < p.m; i += rows) multiply_tile<V, rows, 2>(p, i, j);
  for (; j < p.n; j += lanes<V>)
    for (std::size_t i = 0; i < p.m; i += rows) multiply_tile<V, rows, 1>(p, i, j);
}

template <class T>
struct Narrow {
  const T* a;
  const T* w;
  const T* bias;
  const T* g;
  std::size_t m, n, outputs;
  T* out;
};

template <class V>
[[gnu::always_inline]] inline void narrow_forward(const Narrow<Element<V>>& p) {
  for (std::size_t i = 0; i < p.m; ++i)
    for (std::size_t o = 0; o < p.outputs; ++o) {
      V sum{};
      for (std::size_t j = 0; j < p.n; j += lanes<V>)
        sum += load_unaligned<V>(p.a + i * p.n + j) * load_unaligned<V>(p.w + o * p.n + j);
      p.out[i * p.outputs + o] = sum_of<V>(sum) + p.bias[o];
    }
}

template <class V>
[[gnu::always_inline]] inline void narrow_back(const Narrow<Element<V>>& p) {
  for (std::size_t i = 0; i < p.m; ++i)
    for (std::size_t j = 0; j < p.n; j += lanes<V>) {
      V sum{};
      for (std::size_t o = 0; o < p.outputs; ++o) sum += p.g[i * p.outputs + o] * load_unaligned<V>(p.w + o * p.n + j);
      store_unaligned<V>(p.out + i * p.n + j, sum);
    }
}

template <class V>
[[gnu::always_inline]] inline void narrow_gradient(const Narrow<Element<V>>& p) {
  for (std::size_t o = 0; o < p.outputs; ++o)
    for (std::size_t j = 0; j < p.n; j += lanes<V>) {
      V sum = load_unaligned<V>(p.out + o * p.n + j);
      for (std::size_t i = 0; i < p.m; ++i) sum += p.g[i * p.outputs + o] * load_unaligned<V>(p.a + i * p.n + j);
      store_unaligned<V>(p.out + o * p.n + j, sum);
    }
}

template <class V>
[[gnu::always_inline]] inline V absolute_of(const V& x) {
  return x < 0 ? -x : x;
}

// exp(x) for x <= 0: 2^k e^t with |t| <= log(2) / 2 by Taylor's series, to a unit in the last place or two.
template <class V>
[[gnu::always_inline]] inline V exponential_of_negative(const V& x) {
  using T = Element<V>;
  constexpr bool single = sizeof(T) == 4;
  constexpr T least = single ? T(-87) : T(-708), whole = single ? T(0x1.8p23) : T(0x1.8p52);
  constexpr T high = single ? T(0x1.62ep-1) : T(6.93147180369123816490e-01);
  constexpr T low = single ? T(0x1.0bfbe8e7bcd5ep-15) : T(1.90821492927058770002e-10);
  const V within = x > least ? x : V{} + least;
  const V shifted = within * T(1.44269504088896340736) + whole;
  const V k = shifted - whole;
  const V t = (within - k * high) - k * low;
  constexpr int terms = single ? 7 : 13;
  V sum = V{} + T(1);
  for (int i = terms; i > 0; --i) sum = T(1) + sum * t * (T(1) / static_cast<T>(i));
  return std::bit_cast<V>(std::bit_cast<Bits<V>>(sum) + (std::bit_cast<Bits<V>>(shifted) << (single ? 23 : 52)));
}

template <class V>
[[gnu::always_inline]] inline V sigmoid_of(const V& x) {
  using T = Element<V>;
  const V e = exponential_of_negative<V>(-absolute_of(x));
  const V small = e / (T(1) + e);
  return x < 0 ? small : T(1) - small;
}

template <class V>
[[gnu::always_inline]] inline V tanh_of(const V& x) {
  using T = Element<V>;
  const V size = absolute_of(x);
  const V e = exponential_of_negative<V>(T(-2) * size);
  const V far = (T(1) - e) / (T(1) + e);
  const V s = x * x;
  const V near =
      size -
      size * s * (T(1.0 / 3) - s * (T(2.0 / 15) - s * (T(17.0 / 315) - s * (T(62.0 / 2835) - s * T(1382.0 / 155925)))));
  const V value = size < T(sizeof(T) == 4 ? 0.25 : 0.02) ? near : far;
  return x < 0 ? -value : value;
}

template <class T>
struct Elements {
  Activation f;
  const T* a;
  const T* mask;
  T keep;
  T* out;
  std::size_t count;
};

template <class V>
[[gnu::always_inline]] inline void activate_all(const Elements<Element<V>>& p) {
  auto each = [&](auto&& f) __attribute__((always_inline)) {
    for (std::size_t i = 0; i < p.count; i += lanes<V>) store_unaligned<V>(p.out + i, f(load_unaligned<V>(p.out + i)));
  };
  if (p.f == Activation::relu)
    each([](const V& z) __attribute__((always_inline)) { return z > 0 ? z : V{}; });
  else if (p.f == Activation::tanh)
    each([](const V& z) __attribute__((always_inline)) { return tanh_of<V>(z); });
  else
    each([](const V& z) __attribute__((always_inline)) { return sigmoid_of<V>(z); });
}

template <class V>
[[gnu::always_inline]] inline void derive_all(const Elements<Element<V>>& p) {
  using T = Element<V>;
  auto each = [&](auto&& f) __attribute__((always_inline)) {
    for (std::size_t i = 0; i < p.count; i += lanes<V>) {
      V g = load_unaligned<V>(p.out + i) * f(load_unaligned<V>(p.a + i) * p.keep);
      if (p.mask) g *= load_unaligned<V>(p.mask + i);
      store_unaligned<V>(p.out + i, g);
    }
  };
  if (p.f == Activation::relu)
    each([](const V& a) __attribute__((always_inline)) { return a > 0 ? V{} + T(1) : V{}; });
  else if (p.f == Activation::tanh)
    each([](const V& a) __attribute__((always_inline)) { return T(1) - a * a; });
  else
    each([](const V& a) __attribute__((always_inline)) { return a * (T(1) - a); });
}

QUERN_WIDTHS(run_product, Product, multiply_all)
QUERN_WIDTHS(run_narrow_forward, Narrow, narrow_forward)
QUERN_WIDTHS(run_narrow_back, Narrow, narrow_back)
QUERN_WIDTHS(run_narrow_gradient, Narrow, narrow_gradient)
QUERN_WIDTHS(run_activation, Elements, activate_all)
QUERN_WIDTHS(run_derivative, Elements, derive_all)

}  // namespace

template <class T>
void multiply(const Left<T>& a, const T* b, const T* bias, std::size_t m, std::size_t n, std::size_t k, T* c) {
  for (std::size_t from = 0; from < k || from == 0; from += inner_block) {
    const std::size_t depth = std::min(inner_block, k - from);
    const std::size_t step =
        std::max(most_products / std::max<std::size_t>(m * depth, 1) / padding, std::size_t{1}) * padding;
    for (std::size_t j = 0; j < n; j += step) {
      if (step < n) checkpoint();
      run_product<T>({.a = {a.data + from * a.column_step, a.row_step, a.column_step},
                      .b = b + from * n + j,
                      .bias = from == 0 && bias ? bias + j : nullptr,
                      .m = m,
                      .n = std::min(step, n - j),
                      .k = depth,
                      .columns = n,
                      .c = c + j});
    }
  }
}

template <class T>
void multiply_narrow(const T* a, const T* w, const T* bias, std::size_t m, std::size_t n, std::size_t outputs, T* z) {
  run_narrow_forward<T>({.a = a, .w = w, .bias = bias, .g = nullptr, .m = m, .n = n, .outputs = outputs, .out = z});
}

template <class T>
void return_narrow(const T* a, const T* w, const T* g, std::size_t m, std::size_t n, std::size_t outputs, T* back,
                   T* gradient) {
  if (back)
    run_narrow_back<T>({.a = a, .w = w, .bias = nullptr, .g = g, .m = m, .n = n, .outputs = outputs, .out = back});
  run_narrow_gradient<T>(
      {.a = a, .w = w, .bias = nullptr, .g = g, .m = m, .n = n, .outputs = outputs, .out = gradient});
}

template <class T>
void add_rows(const T* g, std::size_t m, std::size_t n, T* sums) {
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j) sums[j] += g[i * n + j];
}

template <class T>
void activate(Activation f, T* z, std::size_t count) {
  run_activation<T>({.f = f, .a = nullptr, .mask = nullptr, .keep = 1, .out = z, .count = count});
}

template <class T>
void through_activation(Activation f, const T* a, T keep, const T* mask, T* g, std::size_t count) {
  run_derivative<T>({.f = f, .a = a, .mask = mask, .keep = keep, .out = g, .count = count});
}

namespace naive {

template <class T>
void multiply(const Left<T>& a, const T* b, const T* bias, std::size_t m, std::size_t n, std::size_t k, T* c) {
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double sum = bias ? bias[j] : c[i * n + j];
      for (std::size_t l = 0; l < k; ++l)
        sum += static_cast<double>(a.data[i * a.row_step + l * a.column_step]) * static_cast<double>(b[l * n + j]);
      c[i * n + j] = static_cast<T>(sum);
    }
}

}  // namespace naive

#define QUERN_FOR(T)                                                                                               \
  template void multiply<T>(const Left<T>&, const T*, const T*, std::size_t, std::size_t, std::size_t, T*);        \
  template void naive::multiply<T>(const Left<T>&, const T*, const T*, std::size_t, std::size_t, std::size_t, T*); \
  template void multiply_narrow<T>(const T*, const T*, const T*, std::size_t, std::size_t, std::size_t, T*);       \
  template void return_narrow<T>(const T*, const T*, const T*, std::size_t, std::size_t, std::size_t, T*, T*);     \
  template void add_rows<T>(const T*, std::size_t, std::size_t, T*);                                               \
  template void activate<T>(Activation, T*, std::size_t);                                                          \
  template void through_activation<T>(Activation, const T*, T, const T*, T*, std::size_t);
QUERN_FOR(float)
QUERN_FOR(double)
#undef QUERN_FOR

}  // namespace quern::network
