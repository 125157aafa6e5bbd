#include "train/dense_kernels.hpp"

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "linalg/symmetric_rank_update.hpp"
#include "linalg/vector_types.hpp"
#include "train/dense_stripes.hpp"
#include "train/single_kernels.hpp"

// Multiply-adds fuse where the processor has them.
#pragma GCC optimize("fp-contract=fast")

namespace quern::dense {

namespace {

int bits_to_use = 0;

// Rows that are worked on together.
constexpr std::size_t group = largest_batch;
// Below this many features there is no vector to fill.
constexpr std::size_t narrowest = lanes<V2>;

template <class T>
struct Rows {
  const T* x[group];
  double factor[group];  // g or h of the row
  std::size_t count = 0;
  std::span<const std::byte* const> next;
  std::size_t bytes;  // of a row
};

// f of `rows` rows and `outputs` outputs. Even and odd vectors are summed apart where sums are few.
template <class V, class T, std::size_t rows, std::size_t outputs>
[[gnu::always_inline]] inline void predict_tile(const T* const* x, const PredictorShape& shape, const Element<V>* w,
                                                double* f) {
  constexpr std::size_t chains = rows * outputs <= 4 ? 2 : 1;
  const std::size_t terms = shape.terms(), tail = vectors_of<V>(shape.features) - 1;
  V sum[chains][rows][outputs];
  for (auto& chain : sum)
    for (auto& row : chain)
      for (V& s : row) s = V{};
  std::size_t j = 0;
  for (; j + chains <= tail; j += chains)
    for (std::size_t c = 0; c < chains; ++c) {
      const std::size_t at = (j + c) * lanes<V>;
      V weights[outputs];
      for (std::size_t k = 0; k < outputs; ++k) weights[k] = load_unaligned<V>(w + k * terms + at);
      for (std::size_t r = 0; r < rows; ++r) {
        const V numbers = load_numbers<V>(x[r] + at);
        for (std::size_t k = 0; k < outputs; ++k) sum[c][r][k] += numbers * weights[k];
      }
    }
  for (; j <= tail; ++j) {
    const Stripe<V> stripe(shape.features, j, 1);
    for (std::size_t k = 0; k < outputs; ++k) {
      const V weights = keep_last<V>(stripe.kept, load_unaligned<V>(w + k * terms + stripe.last));
      for (std::size_t r = 0; r < rows; ++r) sum[0][r][k] += load_numbers<V>(x[r] + stripe.last) * weights;
    }
  }
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t k = 0; k < outputs; ++k) {
      const V total = chains == 2 ? sum[0][r][k] + sum[chains - 1][r][k] : sum[0][r][k];
      f[r * shape.outputs + k] = sum_of(total) + (shape.intercept ? w[k * terms + shape.features] : Element<V>{});
    }
}

template <class V, class T, std::size_t outputs>
[[gnu::always_inline]] inline void predict_outputs(const Rows<T>& rows, std::size_t k, const PredictorShape& shape,
                                                   const Element<V>* w, double* f) {
  w += k * shape.terms();
  f += k;
  std::size_t i = 0;
  for (; i + 4 <= rows.count; i += 4) {
    if (k == 0 && i < rows.next.size()) prefetch_rows(rows.next.subspan(i), 4, rows.bytes);
    predict_tile<V, T, 4, outputs>(rows.x + i, shape, w, f + i * shape.outputs);
  }
  if (k == 0 && i < rows.next.size()) prefetch_rows(rows.next.subspan(i), rows.next.size() - i, rows.bytes);
  for (; i < rows.count; ++i) predict_tile<V, T, 1, outputs>(rows.x + i, shape, w, f + i * shape.outputs);
}

template <class V, class T>
[[gnu::always_inline]] inline void predict(const Rows<T>& rows, const PredictorShape& shape, const double* w,
                                           double* f) {
  std::size_t k = 0;
  for (; k + 3 <= shape.outputs; k += 3) predict_outputs<V, T, 3>(rows, k, shape, w, f);
  if (k + 2 == shape.outputs)
    predict_outputs<V, T, 2>(rows, k, shape, w, f);
  else if (k < shape.outputs)
    predict_outputs<V, T, 1>(rows, k, shape, w, f);
}

// gradient += sum over rows of g_i x_i for a stripe of columns and some outputs. g has `stride` numbers for a row.
template <class V, class T, std::size_t outputs, std::size_t columns>
[[gnu::always_inline]] inline void add_stripe(const Rows<T>& rows, const PredictorShape& shape, const double* g,
                                              std::size_t stride, std::size_t vector, Element<V>* gradient) {
  const Stripe<V> stripe(shape.features, vector, columns);
  V sum[outputs][columns];
  for (auto& row : sum)
    for (V& s : row) s = V{};
  for (std::size_t r = 0; r < rows.count; ++r, g += stride) {
    const T *x = rows.x[r] + stripe.first, *last = rows.x[r] + stripe.last;
    asm("" : "+r"(x));  // else the compiler keeps columns offsets instead of one pointer
    for (std::size_t j = 0; j < columns; ++j) {
      const V numbers = load_numbers<V>(j + 1 < columns ? x + j * lanes<V> : last);
      for (std::size_t k = 0; k < outputs; ++k) sum[k][j] += static_cast<Element<V>>(g[k]) * numbers;
    }
  }
  for (std::size_t k = 0; k < outputs; ++k) {
    Element<V>* const to = gradient + k * shape.terms();
    for (std::size_t j = 0; j + 1 < columns; ++j) {
      Element<V>* const at = to + stripe.first + j * lanes<V>;
      store_unaligned<V>(at, load_unaligned<V>(at) + sum[k][j]);
    }
    Element<V>* const at = to + stripe.last;
    store_unaligned<V>(at, load_unaligned<V>(at) + keep_last<V>(stripe.kept, sum[k][columns - 1]));
  }
}

template <class V, class T, std::size_t outputs, std::size_t most>
[[gnu::always_inline]] inline void add_stripe_of(std::size_t columns, const Rows<T>& rows, const PredictorShape& shape,
                                                 const double* g, std::size_t stride, std::size_t vector,
                                                 Element<V>* gradient) {
  if constexpr (most > 1) {
    if (columns < most)
      return add_stripe_of<V, T, outputs, most - 1>(columns, rows, shape, g, stride, vector, gradient);
  }
  add_stripe<V, T, outputs, most>(rows, shape, g, stride, vector, gradient);
}

// Stripes as equal as can be, of at most `most` vectors, which leaves registers for a row and its g.
template <class V, class T, std::size_t outputs, std::size_t most>
[[gnu::always_inline]] inline void add_outputs(const Rows<T>& rows, const PredictorShape& shape, const double* g,
                                               std::size_t stride, Element<V>* gradient) {
  const std::size_t vectors = vectors_of<V>(shape.features), stripes = (vectors + most - 1) / most;
  for (std::size_t s = 0; s < stripes; ++s) {
    const std::size_t from = vectors * s / stripes, to = vectors * (s + 1) / stripes;
    add_stripe_of<V, T, outputs, most>(to - from, rows, shape, g, stride, from, gradient);
  }
}

template <class V, class T>
[[gnu::always_inline]] inline void add_products(const Rows<T>& rows, const PredictorShape& shape, const double* g,
                                                double* gradient) {
  const std::size_t outputs = shape.outputs, terms = shape.terms();
  if (outputs == 1) return add_outputs<V, T, 1, 13>(rows, shape, rows.factor, 1, gradient);
  std::size_t k = 0;
  for (; k + 3 <= outputs; k += 3) add_outputs<V, T, 3, 4>(rows, shape, g + k, outputs, gradient + k * terms);
  if (k + 2 == outputs)
    add_outputs<V, T, 2, 6>(rows, shape, g + k, outputs, gradient + k * terms);
  else if (k < outputs)
    add_outputs<V, T, 1, 13>(rows, shape, g + k, outputs, gradient + k * terms);
}

// A tile of the triangle += sum over rows of left (rows x height) z: rows `row`.. of it, `columns` vectors from
// `first`.
template <class V, std::size_t height, std::size_t columns>
[[gnu::always_inline]] inline void add_tile(const double* left, const double* z, std::size_t count, std::size_t stride,
                                            std::size_t row, std::size_t first, std::size_t terms, double* triangle) {
  V sum[height][columns];
  for (auto& line : sum)
    for (V& s : line) s = V{};
  z += first;
  for (std::size_t r = 0; r < count; ++r, z += stride, left += height) {
    V right[columns];
    for (std::size_t j = 0; j < columns; ++j) right[j] = load_unaligned<V>(z + j * lanes<V>);
    for (std::size_t i = 0; i < height; ++i)
      for (std::size_t j = 0; j < columns; ++j) sum[i][j] += left[i] * right[j];
  }
  const std::size_t rows = std::min(height, terms - row);
  for (std::size_t i = 0; i < height; ++i) {
    if (i == rows) break;
    double* const to = triangle + linalg::triangle_row(row + i, terms);
    for (std::size_t j = 0; j < columns; ++j) {
      const std::size_t at = first + j * lanes<V>;
      if (at >= row + i && at + lanes<V> <= terms) {
        store_unaligned<V>(to + at, load_unaligned<V>(to + at) + sum[i][j]);
      } else {
        double numbers[lanes<V>];
        store_unaligned<V>(numbers, sum[i][j]);
        for (std::size_t l = 0; l < lanes<V>; ++l)
          if (at + l >= row + i && at + l < terms) to[at + l] += numbers[l];
      }
    }
  }
}

struct alignas(64) Line {
  double values[8];
};

// Rows as z = (x, 1, zeros), then tile by tile with the rows of the left side scaled by h.
template <class V, class T, std::size_t height>
[[gnu::always_inline]] inline void add_squares(const Rows<T>& rows, const PredictorShape& shape, double* triangle) {
  const std::size_t terms = shape.terms(), stride = (terms + 7) / 8 * 8;
  const auto room = std::make_unique_for_overwrite<Line[]>(rows.count * stride / 8);
  double* const z = room[0].values;
  for (std::size_t r = 0; r < rows.count; ++r) {
    double* const to = z + r * stride;
    for (std::size_t j = 0; j < 8; ++j) to[stride - 8 + j] = 0;
    if (shape.features >= lanes<V>) {
      for (std::size_t j = 0; j + lanes<V> <= shape.features; j += lanes<V>)
        store_unaligned<V>(to + j, load_numbers<V>(rows.x[r] + j));
      const std::size_t last = shape.features - lanes<V>;
      store_unaligned<V>(to + last, load_numbers<V>(rows.x[r] + last));
    } else {
      for (std::size_t j = 0; j < shape.features; ++j) to[j] = rows.x[r][j];
    }
    if (shape.intercept) to[shape.features] = 1;
  }

  double left[group * height];
  const std::size_t vectors = vectors_of<V>(terms);
  for (std::size_t row = 0; row < terms; row += height) {
    for (std::size_t r = 0; r < rows.count; ++r)
      for (std::size_t i = 0; i < height; ++i) left[r * height + i] = rows.factor[r] * z[r * stride + row + i];
    for (std::size_t vector = row / lanes<V>; vector < vectors;) {
      const std::size_t remaining = vectors - vector, first = vector * lanes<V>;
      if (remaining == 3 || remaining > 4) {
        add_tile<V, height, 3>(left, z, rows.count, stride, row, first, terms, triangle);
        vector += 3;
      } else if (remaining > 1) {
        add_tile<V, height, 2>(left, z, rows.count, stride, row, first, terms, triangle);
        vector += 2;
      } else {
        add_tile<V, height, 1>(left, z, rows.count, stride, row, first, terms, triangle);
        vector += 1;
      }
    }
    if (stride > 512) checkpoint();
  }
}

enum class Work { predict, gradient, gram };

// `in` is w, g or h of these rows, `out` is f, the gradient or the triangle.
template <class V, class T, std::size_t height>
[[gnu::always_inline]] inline void perform(Work work, const Rows<T>& rows, const PredictorShape& shape,
                                           const double* in, double* out) {
  if (work == Work::predict)
    predict<V, T>(rows, shape, in, out);
  else if (work == Work::gradient)
    add_products<V, T>(rows, shape, in, out);
  else
    add_squares<V, T, height>(rows, shape, out);
}

template <class T>
[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void perform_512(Work work, const Rows<T>& rows,
                                                                           const PredictorShape& shape,
                                                                           const double* in, double* out) {
  perform<V8, T, 8>(work, rows, shape, in, out);
}

template <class T>
[[gnu::target("arch=x86-64-v3")]] void perform_256(Work work, const Rows<T>& rows, const PredictorShape& shape,
                                                   const double* in, double* out) {
  perform<V4, T, 4>(work, rows, shape, in, out);
}

template <class T>
void perform_128(Work work, const Rows<T>& rows, const PredictorShape& shape, const double* in, double* out) {
  perform<V2, T, 4>(work, rows, shape, in, out);
}

template <class T>
void perform(Work work, const Rows<T>& rows, const PredictorShape& shape, const double* in, double* out) {
  const int bits = vector_bits();
  if (bits >= 512 && shape.features >= 8)
    perform_512(work, rows, shape, in, out);
  else if (bits >= 256 && shape.features >= 4)
    perform_256(work, rows, shape, in, out);
  else
    perform_128(work, rows, shape, in, out);
}

// Group by group. Rows whose factor is 0 are left out, where there is one factor for a row.
template <class T>
void perform(Work work, const Batch& batch, const PredictorShape& shape, const double* in, double* out) {
  const std::size_t head = batch.format->head_size(), outputs = shape.outputs;
  const bool factors = work == Work::gram || (work == Work::gradient && outputs == 1);
  Rows<T> rows;
  rows.bytes = batch.format->dense_row_size();
  for (std::size_t done = 0; done < batch.rows.size(); done += group) {
    const std::size_t end = std::min(done + group, batch.rows.size());
    std::size_t count = 0;
    rows.next = done < batch.next.size() ? batch.next.subspan(done, std::min(group, batch.next.size() - done))
                                         : std::span<const std::byte* const>();
    for (std::size_t i = done; i < end; ++i) {
      rows.x[count] = reinterpret_cast<const T*>(batch.rows[i] + head);
      if (factors) rows.factor[count] = in[i];
      count += !factors || in[i] != 0;
    }
    rows.count = count;
    if (count == 0) continue;
    if (work == Work::predict)
      perform(work, rows, shape, in, out + done * outputs);
    else
      perform(work, rows, shape, work == Work::gradient ? in + done * outputs : nullptr, out);
  }
}

void perform(Work work, const Batch& batch, const PredictorShape& shape, const double* in, double* out) {
  if (batch.format->narrow)
    perform<float>(work, batch, shape, in, out);
  else
    perform<double>(work, batch, shape, in, out);
}

}  // namespace

void use_vectors_of(int bits) { bits_to_use = bits; }

int vector_bits() {
  if (bits_to_use == 0) bits_to_use = best_vector_bits();
  return bits_to_use;
}

void predict_batch(const Batch& batch, const PredictorShape& shape, const double* parameters, double* f) {
  if (shape.features < narrowest) return naive::predict_batch(batch, shape, parameters, f);
  if (single::suits(batch, shape)) return single::predict_batch(batch, shape, parameters, f);
  perform(Work::predict, batch, shape, parameters, f);
}

void add_gradient(const Batch& batch, const PredictorShape& shape, const double* g, double* gradient) {
  if (shape.features < narrowest) return naive::add_gradient(batch, shape, g, gradient);
  if (single::suits(batch, shape)) return single::add_gradient(batch, shape, g, gradient);
  perform(Work::gradient, batch, shape, g, gradient);
  if (!shape.intercept) return;
  for (std::size_t k = 0; k < shape.outputs; ++k) {
    double sum = 0;
    for (std::size_t i = 0; i < batch.rows.size(); ++i) sum += g[i * shape.outputs + k];
    gradient[k * shape.terms() + shape.features] += sum;
  }
}

void add_gram(const Batch& batch, const PredictorShape& shape, const double* h, double* triangle) {
  if (shape.features < narrowest) return naive::add_gram(batch, shape, h, triangle);
  perform(Work::gram, batch, shape, h, triangle);
}

}  // namespace quern::dense
