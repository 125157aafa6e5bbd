#include "train/single_kernels.hpp"

#include "linalg/vector_types.hpp"
#include "train/dense_kernels.hpp"
#include "train/dense_stripes.hpp"

// Multiply-adds fuse where the processor has them.
#pragma GCC optimize("fp-contract=fast")

namespace quern::dense::single {

namespace {

// Parameters in float4 lie on the stack.
constexpr std::size_t most_features = 2048;
// Vectors of a stripe: as many sums, a row's numbers and its factor are registers.
constexpr std::size_t most_columns = 13;

[[gnu::always_inline]] inline F4 folded(const F4& v) { return v; }
[[gnu::always_inline]] inline F4 folded(const F8& v) {
  return __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
}
[[gnu::always_inline]] inline F4 folded(const F16& v) {
  return folded(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15));
}

// The sum of each of four vectors, in a lane each.
[[gnu::always_inline]] inline F4 sums_of(const F4& a, const F4& b, const F4& c, const F4& d) {
  const F4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const F4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

[[gnu::always_inline]] inline const float* numbers_of(const Batch& batch, std::size_t i, std::size_t head) {
  return reinterpret_cast<const float*>(batch.rows[i] + head);
}

template <class F>
[[gnu::always_inline]] inline void predict_as(const Batch& batch, const PredictorShape& shape, const double* parameters,
                                              double* f) {
  const std::size_t features = shape.features, head = batch.format->head_size(), count = batch.rows.size();
  const std::size_t bytes = batch.format->dense_row_size(), tail = vectors_of<F>(features) - 1;
  alignas(sizeof(F)) float w[most_features];
  for (std::size_t j = 0; j < features; ++j) w[j] = static_cast<float>(parameters[j]);
  const Stripe<F> last(features, tail, 1);
  const F last_weights = keep_last<F>(last.kept, load_unaligned<F>(w + last.last));
  const double intercept = shape.intercept ? parameters[features] : 0;

  for (std::size_t i = 0; i < count; i += 4) {
    if (i < batch.next.size()) prefetch_rows(batch.next.subspan(i), 4, bytes);
    const float* x[4];
    for (std::size_t r = 0; r < 4; ++r) x[r] = numbers_of(batch, std::min(i + r, count - 1), head);
    F even[4], odd[4];
    for (std::size_t r = 0; r < 4; ++r) even[r] = odd[r] = F{};
    std::size_t j = 0;
    for (; j + 2 <= tail; j += 2) {
      const F w_even = load<F>(w + j * lanes<F>), w_odd = load<F>(w + (j + 1) * lanes<F>);
      for (std::size_t r = 0; r < 4; ++r) even[r] += w_even * load_unaligned<F>(x[r] + j * lanes<F>);
      for (std::size_t r = 0; r < 4; ++r) odd[r] += w_odd * load_unaligned<F>(x[r] + (j + 1) * lanes<F>);
    }
    if (j < tail) {
      const F w_even = load<F>(w + j * lanes<F>);
      for (std::size_t r = 0; r < 4; ++r) even[r] += w_even * load_unaligned<F>(x[r] + j * lanes<F>);
    }
    for (std::size_t r = 0; r < 4; ++r) odd[r] += last_weights * load_unaligned<F>(x[r] + last.last);
    const F4 sums =
        sums_of(folded(even[0] + odd[0]), folded(even[1] + odd[1]), folded(even[2] + odd[2]), folded(even[3] + odd[3]));
    if (i + 4 <= count)
      for (std::size_t r = 0; r < 4; ++r) f[i + r] = sums[r] + intercept;
    else
      for (std::size_t r = 0; i + r < count; ++r) f[i + r] = sums[r] + intercept;
  }
}

// to += v
[[gnu::always_inline]] inline void add_to(double* to, const F4& v) {
  const V2 low = {v[0], v[1]}, high = {v[2], v[3]};
  store_unaligned<V2>(to, load_unaligned<V2>(to) + low);
  store_unaligned<V2>(to + 2, load_unaligned<V2>(to + 2) + high);
}
template <class V, class Half>
[[gnu::always_inline]] inline void add_half(double* to, const Half& half) {
  V wide;
  asm("vcvtps2pd %1, %0" : "=v"(wide) : "v"(half));  // __builtin_convertvector goes through the stack in GCC 12
  store_unaligned<V>(to, load_unaligned<V>(to) + wide);
}
[[gnu::always_inline]] inline void add_to(double* to, const F8& v) {
  add_half<V4>(to, __builtin_shufflevector(v, v, 0, 1, 2, 3));
  add_half<V4>(to + 4, __builtin_shufflevector(v, v, 4, 5, 6, 7));
}
[[gnu::always_inline]] inline void add_to(double* to, const F16& v) {
  add_half<V8>(to, __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7));
  add_half<V8>(to + 8, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15));
}

// Rows whose factor is not 0.
struct Addends {
  const float* x[largest_batch];
  float factor[largest_batch];
  std::size_t count = 0;
};

template <class F, std::size_t columns>
[[gnu::always_inline]] inline void add_stripe(const Addends& rows, std::size_t features, std::size_t vector,
                                              double* gradient) {
  const Stripe<F> stripe(features, vector, columns);
  F sums[columns];
  for (F& sum : sums) sum = F{};
  for (std::size_t r = 0; r < rows.count; ++r) {
    const float *x = rows.x[r] + stripe.first, *last = rows.x[r] + stripe.last;
    asm("" : "+r"(x));  // else the compiler keeps columns offsets instead of one pointer
    const float factor = rows.factor[r];
    for (std::size_t j = 0; j < columns; ++j)
      sums[j] += factor * load_unaligned<F>(j + 1 < columns ? x + j * lanes<F> : last);
  }
  for (std::size_t j = 0; j + 1 < columns; ++j) add_to(gradient + stripe.first + j * lanes<F>, sums[j]);
  if (stripe.kept == lanes<F>) return add_to(gradient + stripe.last, sums[columns - 1]);
  float tail[lanes<F>];
  store_unaligned<F>(tail, sums[columns - 1]);
  for (std::size_t j = lanes<F> - stripe.kept; j < lanes<F>; ++j) gradient[stripe.last + j] += tail[j];
}

template <class F, std::size_t most = most_columns>
[[gnu::always_inline]] inline void add_stripe_of(std::size_t columns, const Addends& rows, std::size_t features,
                                                 std::size_t vector, double* gradient) {
  if constexpr (most > 1) {
    if (columns < most) return add_stripe_of<F, most - 1>(columns, rows, features, vector, gradient);
  }
  add_stripe<F, most>(rows, features, vector, gradient);
}

template <class F>
[[gnu::always_inline]] inline void add_as(const Batch& batch, const PredictorShape& shape, const double* g,
                                          double* gradient) {
  const std::size_t head = batch.format->head_size();
  const std::size_t vectors = vectors_of<F>(shape.features), stripes = (vectors + most_columns - 1) / most_columns;
  double sum = 0;
  for (std::size_t done = 0; done < batch.rows.size(); done += largest_batch) {
    Addends rows;
    for (std::size_t i = done; i < std::min(done + largest_batch, batch.rows.size()); ++i) {
      rows.x[rows.count] = numbers_of(batch, i, head);
      rows.factor[rows.count] = static_cast<float>(g[i]);
      rows.count += g[i] != 0;
      sum += g[i];
    }
    for (std::size_t s = 0; s < stripes; ++s) {
      const std::size_t from = vectors * s / stripes, to = vectors * (s + 1) / stripes;
      add_stripe_of<F>(to - from, rows, shape.features, from, gradient);
    }
  }
  if (shape.intercept) gradient[shape.features] += sum;
}

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void predict_512(const Batch& batch,
                                                                           const PredictorShape& shape,
                                                                           const double* parameters, double* f) {
  predict_as<F16>(batch, shape, parameters, f);
}
[[gnu::target("arch=x86-64-v3")]] void predict_256(const Batch& batch, const PredictorShape& shape,
                                                   const double* parameters, double* f) {
  predict_as<F8>(batch, shape, parameters, f);
}
[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void add_512(const Batch& batch, const PredictorShape& shape,
                                                                       const double* g, double* gradient) {
  add_as<F16>(batch, shape, g, gradient);
}
[[gnu::target("arch=x86-64-v3")]] void add_256(const Batch& batch, const PredictorShape& shape, const double* g,
                                               double* gradient) {
  add_as<F8>(batch, shape, g, gradient);
}

}  // namespace

bool suits(const Batch& batch, const PredictorShape& shape) {
  return shape.single_precision && batch.format->narrow && shape.outputs == 1 && shape.features >= lanes<F16> &&
         shape.features <= most_features;
}

void predict_batch(const Batch& batch, const PredictorShape& shape, const double* parameters, double* f) {
  const int bits = vector_bits();
  bits == 512   ? predict_512(batch, shape, parameters, f)
  : bits == 256 ? predict_256(batch, shape, parameters, f)
                : predict_as<F4>(batch, shape, parameters, f);
}

void add_gradient(const Batch& batch, const PredictorShape& shape, const double* g, double* gradient) {
  const int bits = vector_bits();
  bits == 512   ? add_512(batch, shape, g, gradient)
  : bits == 256 ? add_256(batch, shape, g, gradient)
                : add_as<F4>(batch, shape, g, gradient);
}

}  // namespace quern::dense::single
