#include "search/many_kernels.hpp"

#include "linalg/vector_types.hpp"

// Multiply-adds fuse where the processor has them.
#pragma GCC optimize("fp-contract=fast")

namespace quern {

namespace {

constexpr std::size_t rows_in_tile = 4, terms_in_tile = 4;

template <class V, class T, std::size_t rows, std::size_t vectors>
[[gnu::always_inline]] inline void predict_tile(const T* const* x, std::size_t features, bool intercept,
                                                const double* weights, std::size_t stride, double* f) {
  V sum[rows][vectors];
  for (auto& row : sum)
    for (std::size_t c = 0; c < vectors; ++c)
      row[c] = intercept ? load_unaligned<V>(weights + features * stride + c * lanes<V>) : V{};
  for (std::size_t j = 0; j < features; ++j) {
    V w[vectors];
    for (std::size_t c = 0; c < vectors; ++c) w[c] = load_unaligned<V>(weights + j * stride + c * lanes<V>);
    for (std::size_t r = 0; r < rows; ++r) {
      const double number = x[r][j];
      for (std::size_t c = 0; c < vectors; ++c) sum[r][c] += number * w[c];
    }
  }
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < vectors; ++c) store_unaligned<V>(f + r * stride + c * lanes<V>, sum[r][c]);
}

template <class V, class T, std::size_t vectors>
[[gnu::always_inline]] inline void predict_columns(const T* const* x, std::size_t rows, std::size_t features,
                                                   bool intercept, const double* weights, std::size_t stride,
                                                   double* f) {
  std::size_t i = 0;
  for (; i + rows_in_tile <= rows; i += rows_in_tile)
    predict_tile<V, T, rows_in_tile, vectors>(x + i, features, intercept, weights, stride, f + i * stride);
  for (; i < rows; ++i) predict_tile<V, T, 1, vectors>(x + i, features, intercept, weights, stride, f + i * stride);
}

template <class V, class T>
[[gnu::always_inline]] inline void predict_dense(const T* const* x, std::size_t rows, std::size_t features,
                                                 bool intercept, const double* weights, std::size_t stride, double* f) {
  std::size_t k = 0;
  for (; k + 3 * lanes<V> <= stride; k += 3 * lanes<V>)
    predict_columns<V, T, 3>(x, rows, features, intercept, weights + k, stride, f + k);
  for (; k + 2 * lanes<V> <= stride; k += 2 * lanes<V>)
    predict_columns<V, T, 2>(x, rows, features, intercept, weights + k, stride, f + k);
  for (; k < stride; k += lanes<V>) predict_columns<V, T, 1>(x, rows, features, intercept, weights + k, stride, f + k);
}

template <class V, class T, std::size_t terms, std::size_t vectors>
[[gnu::always_inline]] inline void gradient_tile(const T* const* x, std::size_t rows, std::size_t j, const double* g,
                                                 std::size_t stride, double* gradient) {
  V sum[terms][vectors];
  for (std::size_t t = 0; t < terms; ++t)
    for (std::size_t c = 0; c < vectors; ++c) sum[t][c] = load_unaligned<V>(gradient + (j + t) * stride + c * lanes<V>);
  for (std::size_t i = 0; i < rows; ++i) {
    V slopes[vectors];
    for (std::size_t c = 0; c < vectors; ++c) slopes[c] = load_unaligned<V>(g + i * stride + c * lanes<V>);
    for (std::size_t t = 0; t < terms; ++t) {
      const double number = x[i][j + t];
      for (std::size_t c = 0; c < vectors; ++c) sum[t][c] += number * slopes[c];
    }
  }
  for (std::size_t t = 0; t < terms; ++t)
    for (std::size_t c = 0; c < vectors; ++c) store_unaligned<V>(gradient + (j + t) * stride + c * lanes<V>, sum[t][c]);
}

template <class V, class T, std::size_t vectors>
[[gnu::always_inline]] inline void gradient_columns(const T* const* x, std::size_t rows, std::size_t features,
                                                    const double* g, std::size_t stride, double* gradient) {
  std::size_t j = 0;
  for (; j + terms_in_tile <= features; j += terms_in_tile)
    gradient_tile<V, T, terms_in_tile, vectors>(x, rows, j, g, stride, gradient);
  for (; j < features; ++j) gradient_tile<V, T, 1, vectors>(x, rows, j, g, stride, gradient);
}

template <class V, class T>
[[gnu::always_inline]] inline void gradient_dense(const T* const* x, std::size_t rows, std::size_t features,
                                                  const double* g, std::size_t stride, double* gradient) {
  std::size_t k = 0;
  for (; k + 3 * lanes<V> <= stride; k += 3 * lanes<V>)
    gradient_columns<V, T, 3>(x, rows, features, g + k, stride, gradient + k);
  for (; k + 2 * lanes<V> <= stride; k += 2 * lanes<V>)
    gradient_columns<V, T, 2>(x, rows, features, g + k, stride, gradient + k);
  for (; k < stride; k += lanes<V>) gradient_columns<V, T, 1>(x, rows, features, g + k, stride, gradient + k);
}

// The same for each width of vectors.
template <class T>
[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void predict_512(const T* const* x, std::size_t rows,
                                                                           std::size_t features, bool intercept,
                                                                           const double* weights, std::size_t stride,
                                                                           double* f) {
  predict_dense<V8, T>(x, rows, features, intercept, weights, stride, f);
}
template <class T>
[[gnu::target("arch=x86-64-v3")]] void predict_256(const T* const* x, std::size_t rows, std::size_t features,
                                                   bool intercept, const double* weights, std::size_t stride,
                                                   double* f) {
  predict_dense<V4, T>(x, rows, features, intercept, weights, stride, f);
}
template <class T>
[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void gradient_512(const T* const* x, std::size_t rows,
                                                                            std::size_t features, const double* g,
                                                                            std::size_t stride, double* gradient) {
  gradient_dense<V8, T>(x, rows, features, g, stride, gradient);
}
template <class T>
[[gnu::target("arch=x86-64-v3")]] void gradient_256(const T* const* x, std::size_t rows, std::size_t features,
                                                    const double* g, std::size_t stride, double* gradient) {
  gradient_dense<V4, T>(x, rows, features, g, stride, gradient);
}

int vector_bits() {
  static const int bits = __builtin_cpu_supports("x86-64-v4") ? 512 : __builtin_cpu_supports("x86-64-v3") ? 256 : 128;
  return bits;
}

template <class T>
void each_dense(const Batch& batch, const auto& visit) {
  const T* x[largest_batch];
  for (std::size_t i = 0; i < batch.rows.size(); ++i) x[i] = dense_values<T>(*batch.format, batch.rows[i]).data();
  visit(x);
}

template <class T>
void predict_sparse(const Batch& batch, bool intercept, const double* weights, std::size_t stride, double* f) {
  for (const std::byte* row : batch.rows) {
    const auto x = sparse_values<T>(*batch.format, row);
    for (std::size_t k = 0; k < stride; ++k) f[k] = intercept ? weights[batch.format->features * stride + k] : 0;
    for (std::size_t e = 0; e < x.entries; ++e) {
      const double* const w = weights + x.indices[e] * stride;
      const double number = x.values[e];
      for (std::size_t k = 0; k < stride; ++k) f[k] += number * w[k];
    }
    f += stride;
  }
}

template <class T>
void add_sparse_gradients(const Batch& batch, const double* g, std::size_t stride, double* gradient) {
  for (const std::byte* row : batch.rows) {
    const auto x = sparse_values<T>(*batch.format, row);
    for (std::size_t e = 0; e < x.entries; ++e) {
      double* const to = gradient + x.indices[e] * stride;
      const double number = x.values[e];
      for (std::size_t k = 0; k < stride; ++k) to[k] += number * g[k];
    }
    g += stride;
  }
}

template <class T>
void predict(const Batch& batch, bool intercept, const double* weights, std::size_t stride, double* f) {
  if (batch.format->sparse) return predict_sparse<T>(batch, intercept, weights, stride, f);
  const std::size_t rows = batch.rows.size(), features = batch.format->features;
  each_dense<T>(batch, [&](const T* const* x) {
    if (vector_bits() == 512)
      predict_512(x, rows, features, intercept, weights, stride, f);
    else if (vector_bits() == 256)
      predict_256(x, rows, features, intercept, weights, stride, f);
    else
      predict_dense<V2, T>(x, rows, features, intercept, weights, stride, f);
  });
}

template <class T>
void add(const Batch& batch, const double* g, std::size_t stride, double* gradient) {
  if (batch.format->sparse) return add_sparse_gradients<T>(batch, g, stride, gradient);
  const std::size_t rows = batch.rows.size(), features = batch.format->features;
  each_dense<T>(batch, [&](const T* const* x) {
    if (vector_bits() == 512)
      gradient_512(x, rows, features, g, stride, gradient);
    else if (vector_bits() == 256)
      gradient_256(x, rows, features, g, stride, gradient);
    else
      gradient_dense<V2, T>(x, rows, features, g, stride, gradient);
  });
}

}  // namespace

void predict_many(const Batch& batch, bool intercept, const double* weights, std::size_t stride, double* f) {
  if (batch.format->narrow)
    predict<float>(batch, intercept, weights, stride, f);
  else
    predict<double>(batch, intercept, weights, stride, f);
}

void add_gradients(const Batch& batch, bool intercept, const double* g, std::size_t stride, double* gradient) {
  if (batch.format->narrow)
    add<float>(batch, g, stride, gradient);
  else
    add<double>(batch, g, stride, gradient);
  if (!intercept) return;
  double* const to = gradient + batch.format->features * stride;
  for (std::size_t i = 0; i < batch.rows.size(); ++i)
    for (std::size_t k = 0; k < stride; ++k) to[k] += g[i * stride + k];
}

}  // namespace quern
