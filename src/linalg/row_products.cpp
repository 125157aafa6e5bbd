#include "linalg/row_products.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "linalg/symmetric_rank_update.hpp"
#include "linalg/vector_types.hpp"

// Multiply-adds fuse where the processor has them.
#pragma GCC optimize("fp-contract=fast")

namespace quern {

namespace {

struct Panels {
  std::size_t features, stride;
  const double *w, *bias;
};

constexpr std::size_t work_between_checkpoints = 100'000;  // of a row
constexpr std::size_t widest = 3;                          // vectors of a panel

// Of so many vectors that are left, those of the next panel: two of two rather than one of three and one of one.
constexpr std::size_t panel_of(std::size_t vectors) { return vectors == 4 ? 2 : vectors < widest ? vectors : widest; }

// Rows of a tile: accumulators, a panel and a broadcast number fill the registers.
template <class V>
constexpr std::size_t rows_of(std::size_t panel) {
  return (sizeof(V) == sizeof(V8) ? 24 : 12) / panel;
}

// What becomes of a tile: it is stored to f, or its squares are added to vectors of them, one for each row.
enum class Into { products, squares };

// sum += x w for features from .. to-1, but for the first `skipped` vectors of the panel.
template <class V, std::size_t panel, std::size_t rows, std::size_t skipped>
[[gnu::always_inline]] inline void add_features(const double* const (&row)[rows], std::size_t from, std::size_t to,
                                                const double* w, V (&sum)[rows][panel]) {
  const double* at = w + from * panel * lanes<V>;
  for (std::size_t j = from; j < to; ++j, at += panel * lanes<V>) {
    V weights[panel];
    for (std::size_t c = skipped; c < panel; ++c) weights[c] = load<V>(at + c * lanes<V>);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = skipped; c < panel; ++c) sum[r][c] += row[r][j] * weights[c];
  }
}

// Of a triangular W the first vectors have no weights for the last features.
template <class V, std::size_t panel, Into into>
[[gnu::always_inline]] inline void multiply_panel(const double* const* x, std::size_t count, std::size_t first,
                                                  std::size_t features, const double* w, const double* bias, double* f,
                                                  std::size_t stride, const RowProducts::Ahead& ahead) {
  constexpr std::size_t rows = rows_of<V>(panel);
  V start[panel];
  for (std::size_t c = 0; c < panel; ++c) start[c] = load<V>(bias + c * lanes<V>);
  for (std::size_t i = 0; i < count; i += rows) {
    for (std::size_t r = i; r < std::min(i + rows, ahead.rows.size()); ++r)
      for (std::size_t at = 0; at < ahead.bytes; at += 64) __builtin_prefetch(ahead.rows[r] + at, 0, 2);
    const double* row[rows];
    for (std::size_t r = 0; r < rows; ++r) row[r] = x[std::min(i + r, count - 1)];
    V sum[rows][panel];
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < panel; ++c) sum[r][c] = start[c];
    if constexpr (into == Into::squares && panel > 1) {
      const std::size_t behind = first + lanes<V>, all = std::min(features, behind);
      add_features<V, panel, rows, 0>(row, 0, all, w, sum);
      const std::size_t second = std::min(features, behind + lanes<V>);
      add_features<V, panel, rows, 1>(row, all, second, w, sum);
      if constexpr (panel > 2) add_features<V, panel, rows, 2>(row, second, features, w, sum);
    } else {
      add_features<V, panel, rows, 0>(row, 0, features, w, sum);
    }
    for (std::size_t r = 0; r < rows && i + r < count; ++r) {
      double* const to = f + (i + r) * stride;
      if (into == Into::products) {
        for (std::size_t c = 0; c < panel; ++c) store<V>(to + c * lanes<V>, sum[r][c]);
      } else {
        V squares = load<V>(to);
        for (std::size_t c = 0; c < panel; ++c) squares += sum[r][c] * sum[r][c];
        store<V>(to, squares);
      }
    }
  }
}

// Of a triangular W a panel has no weights for features behind its last column.
template <class V, Into into>
[[gnu::always_inline]] inline void multiply_all(const double* const* x, std::size_t count, const Panels& panels,
                                                double* f, const RowProducts::Ahead& ahead) {
  const auto [features, stride, w, bias] = panels;
  const std::size_t vectors = stride / lanes<V>;
  for (std::size_t v = 0; v < vectors;) {
    if (features * stride > work_between_checkpoints) checkpoint();
    const std::size_t panel = panel_of(vectors - v), at = v * lanes<V>;
    const std::size_t used = into == Into::squares ? std::min(features, at + panel * lanes<V>) : features;
    double* const to = into == Into::squares ? f : f + at;
    const std::size_t next = into == Into::squares ? lanes<V> : stride;
    const RowProducts::Ahead meanwhile = v == 0 ? ahead : RowProducts::Ahead{};
    if (panel == 3)
      multiply_panel<V, 3, into>(x, count, at, used, w + at * features, bias + at, to, next, meanwhile);
    else if (panel == 2)
      multiply_panel<V, 2, into>(x, count, at, used, w + at * features, bias + at, to, next, meanwhile);
    else
      multiply_panel<V, 1, into>(x, count, at, used, w + at * features, bias + at, to, next, meanwhile);
    v += panel;
  }
}

template <class V>
[[gnu::always_inline]] inline void add_squares(const double* const* x, std::size_t count, const Panels& panels,
                                               double* square) {
  alignas(64) double sums[RowProducts::most_rows * lanes<V>] = {};
  multiply_all<V, Into::squares>(x, count, panels, sums, {});
  for (std::size_t i = 0; i < count; ++i) square[i] = sum_of(load<V>(sums + i * lanes<V>));
}

// sums (outputs x width) += sum over rows of r_i (outputs) z_i (width), for a tile of it.
template <class V, std::size_t outputs, std::size_t columns>
[[gnu::always_inline]] inline void add_tile(const OuterProducts& of, std::size_t output, std::size_t first) {
  V sum[outputs][columns];
  for (std::size_t k = 0; k < outputs; ++k)
    for (std::size_t j = 0; j < columns; ++j)
      sum[k][j] = load<V>(of.sums + (output + k) * of.width + first + j * lanes<V>);
  const double* r = of.r + output;
  const double* z = of.z + first;
  for (std::size_t i = 0; i < of.count; ++i, r += of.r_stride, z += of.z_stride) {
    V numbers[columns];
    for (std::size_t j = 0; j < columns; ++j) numbers[j] = load<V>(z + j * lanes<V>);
    for (std::size_t k = 0; k < outputs; ++k)
      for (std::size_t j = 0; j < columns; ++j) sum[k][j] += r[k] * numbers[j];
  }
  for (std::size_t k = 0; k < outputs; ++k)
    for (std::size_t j = 0; j < columns; ++j)
      store<V>(of.sums + (output + k) * of.width + first + j * lanes<V>, sum[k][j]);
}

template <class V, std::size_t outputs>
[[gnu::always_inline]] inline void add_outputs(const OuterProducts& of, std::size_t output) {
  std::size_t first = 0;
  for (; first + 3 * lanes<V> <= of.width; first += 3 * lanes<V>) add_tile<V, outputs, 3>(of, output, first);
  for (; first < of.width; first += lanes<V>) add_tile<V, outputs, 1>(of, output, first);
}

template <class V>
[[gnu::always_inline]] inline void add_outer(const OuterProducts& of) {
  constexpr std::size_t height = sizeof(V) == sizeof(V8) ? 8 : 4;
  std::size_t k = 0;
  for (; k + height <= of.outputs; k += height) add_outputs<V, height>(of, k);
  for (; k + 2 <= of.outputs; k += 2) add_outputs<V, 2>(of, k);
  if (k < of.outputs) add_outputs<V, 1>(of, k);
}

// triangle += sum over rows of h z z', for `height` rows of it and `columns` vectors.
template <class V, std::size_t height, std::size_t columns>
[[gnu::always_inline]] inline void add_triangle_tile(const WeightedRows& of, const double* left, std::size_t row,
                                                     std::size_t first, double* triangle) {
  V sum[height][columns] = {};
  for (std::size_t r = 0; r < of.count; ++r, left += height) {
    const double* const z = of.z[r] + first;
    V right[columns];
    for (std::size_t j = 0; j < columns; ++j) right[j] = load_unaligned<V>(z + j * lanes<V>);
    for (std::size_t i = 0; i < height; ++i)
      for (std::size_t j = 0; j < columns; ++j) sum[i][j] += left[i] * right[j];
  }
  const std::size_t rows = std::min(height, of.terms - row);
  for (std::size_t i = 0; i < height; ++i) {
    if (i == rows) break;
    double* const to = triangle + linalg::triangle_row(row + i, of.terms);
    for (std::size_t j = 0; j < columns; ++j) {
      const std::size_t at = first + j * lanes<V>;
      if (at >= row + i && at + lanes<V> <= of.terms) {
        store_unaligned<V>(to + at, load_unaligned<V>(to + at) + sum[i][j]);
      } else {
        double numbers[lanes<V>];
        store_unaligned<V>(numbers, sum[i][j]);
        for (std::size_t l = 0; l < lanes<V>; ++l)
          if (at + l >= row + i && at + l < of.terms) to[at + l] += numbers[l];
      }
    }
  }
}

template <class V>
[[gnu::always_inline]] inline void add_triangle(const WeightedRows& of, double* triangle) {
  constexpr std::size_t height = lanes<V> < 4 ? 4 : lanes<V>;
  alignas(64) double left[RowProducts::most_rows * height];
  const std::size_t vectors = (of.terms + lanes<V> - 1) / lanes<V>;
  for (std::size_t row = 0; row < of.terms; row += height) {
    for (std::size_t r = 0; r < of.count; ++r)
      for (std::size_t i = 0; i < height; i += lanes<V>)
        store<V>(left + r * height + i, of.h[r] * load_unaligned<V>(of.z[r] + row + i));
    for (std::size_t v = row / lanes<V>; v < vectors;) {
      const std::size_t panel = panel_of(vectors - v), first = v * lanes<V>;
      if (panel == 3)
        add_triangle_tile<V, height, 3>(of, left, row, first, triangle);
      else if (panel == 2)
        add_triangle_tile<V, height, 2>(of, left, row, first, triangle);
      else
        add_triangle_tile<V, height, 1>(of, left, row, first, triangle);
      v += panel;
    }
    if (of.terms > 512) checkpoint();
  }
}

template <class V>
[[gnu::always_inline]] inline void multiply_entries(std::span<const std::uint32_t> indices,
                                                    std::span<const double> values, const Panels& panels, double* f) {
  const auto [features, stride, w, bias] = panels;
  const std::size_t vectors = stride / lanes<V>;
  for (std::size_t v = 0; v < vectors;) {
    const std::size_t panel = panel_of(vectors - v);
    for (std::size_t c = 0; c < panel; ++c) {
      const std::size_t at = (v + c) * lanes<V>;
      V sum = load<V>(bias + at);
      for (std::size_t e = 0; e < indices.size(); ++e)
        sum += values[e] * load<V>(w + v * lanes<V> * features + (indices[e] * panel + c) * lanes<V>);
      store<V>(f + at, sum);
    }
    v += panel;
  }
}

// Lanes change places with those `apart` from them.
template <class V, std::size_t apart>
[[gnu::always_inline]] inline V exchange(const V& v) {
  return [&]<std::size_t... l>(std::index_sequence<l...>) {
    return __builtin_shuffle(v, Bits<V>{static_cast<std::int64_t>(l ^ apart)...});
  }
  (std::make_index_sequence<lanes<V>>());
}

// The largest of all lanes, of equal ones that of the lowest place, in every lane.
template <class V, std::size_t apart = lanes<V> / 2>
[[gnu::always_inline]] inline void reduce(V& best, V& place) {
  const V candidate = exchange<V, apart>(best), from = exchange<V, apart>(place);
  const Bits<V> better = (candidate > best) | ((candidate == best) & (from < place));
  place = better ? from : place;
  best = better ? candidate : best;
  if constexpr (apart > 1) reduce<V, apart / 2>(best, place);
}

// Without branches: which column wins cannot be predicted.
template <class V>
[[gnu::always_inline]] inline void find_largest(const double* f, std::size_t count, std::size_t stride,
                                                std::uint32_t* column, double* value) {
  V first{};
  for (std::size_t l = 0; l < lanes<V>; ++l) first[l] = static_cast<double>(l);
  for (std::size_t i = 0; i < count; ++i, f += stride) {
    V best = load<V>(f), place = first, next = first;
    for (std::size_t at = lanes<V>; at < stride; at += lanes<V>) {
      next += static_cast<double>(lanes<V>);
      const V candidate = load<V>(f + at);
      place = candidate > best ? next : place;
      best = candidate > best ? candidate : best;
    }
    reduce<V>(best, place);
    column[i] = static_cast<std::uint32_t>(place[0]);
    value[i] = best[0];
  }
}

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void multiply_512(const double* const* x, std::size_t count,
                                                                            const Panels& panels, double* f,
                                                                            const RowProducts::Ahead& ahead) {
  multiply_all<V8, Into::products>(x, count, panels, f, ahead);
}
[[gnu::target("arch=x86-64-v3")]] void multiply_256(const double* const* x, std::size_t count, const Panels& panels,
                                                    double* f, const RowProducts::Ahead& ahead) {
  multiply_all<V4, Into::products>(x, count, panels, f, ahead);
}
void multiply_128(const double* const* x, std::size_t count, const Panels& panels, double* f,
                  const RowProducts::Ahead& ahead) {
  multiply_all<V2, Into::products>(x, count, panels, f, ahead);
}

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void add_squares_512(const double* const* x,
                                                                               std::size_t count, const Panels& panels,
                                                                               double* square) {
  add_squares<V8>(x, count, panels, square);
}
[[gnu::target("arch=x86-64-v3")]] void add_squares_256(const double* const* x, std::size_t count, const Panels& panels,
                                                       double* square) {
  add_squares<V4>(x, count, panels, square);
}
void add_squares_128(const double* const* x, std::size_t count, const Panels& panels, double* square) {
  add_squares<V2>(x, count, panels, square);
}

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void add_outer_512(const OuterProducts& of) {
  add_outer<V8>(of);
}
[[gnu::target("arch=x86-64-v3")]] void add_outer_256(const OuterProducts& of) { add_outer<V4>(of); }
void add_outer_128(const OuterProducts& of) { add_outer<V2>(of); }

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void add_triangle_512(const WeightedRows& of,
                                                                                double* triangle) {
  add_triangle<V8>(of, triangle);
}
[[gnu::target("arch=x86-64-v3")]] void add_triangle_256(const WeightedRows& of, double* triangle) {
  add_triangle<V4>(of, triangle);
}
void add_triangle_128(const WeightedRows& of, double* triangle) { add_triangle<V2>(of, triangle); }

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void multiply_entries_512(
    std::span<const std::uint32_t> indices, std::span<const double> values, const Panels& panels, double* f) {
  multiply_entries<V8>(indices, values, panels, f);
}
[[gnu::target("arch=x86-64-v3")]] void multiply_entries_256(std::span<const std::uint32_t> indices,
                                                            std::span<const double> values, const Panels& panels,
                                                            double* f) {
  multiply_entries<V4>(indices, values, panels, f);
}
void multiply_entries_128(std::span<const std::uint32_t> indices, std::span<const double> values, const Panels& panels,
                          double* f) {
  multiply_entries<V2>(indices, values, panels, f);
}

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void find_largest_512(const double* f, std::size_t count,
                                                                                std::size_t stride,
                                                                                std::uint32_t* column, double* value) {
  find_largest<V8>(f, count, stride, column, value);
}
[[gnu::target("arch=x86-64-v3")]] void find_largest_256(const double* f, std::size_t count, std::size_t stride,
                                                        std::uint32_t* column, double* value) {
  find_largest<V4>(f, count, stride, column, value);
}
void find_largest_128(const double* f, std::size_t count, std::size_t stride, std::uint32_t* column, double* value) {
  find_largest<V2>(f, count, stride, column, value);
}

}  // namespace

RowProducts::RowProducts(int vector_bits) : vector_bits_(vector_bits ? vector_bits : best_vector_bits()) {}

void RowProducts::pack(std::span<const double> columns, std::span<const double> bias, std::size_t features,
                       double beyond) {
  const std::size_t lane_count = static_cast<std::size_t>(vector_bits_) / 64;
  features_ = features;
  columns_ = bias.size();
  stride_ = (columns_ + lane_count - 1) / lane_count * lane_count;
  weights_.assign((stride_ * features + 7) / 8, Line{});
  bias_.assign((stride_ + 7) / 8, Line{});
  double* const w = weights_.data()->values;
  for (std::size_t c = 0; c < stride_; ++c) bias_[c / 8].values[c % 8] = c < columns_ ? bias[c] : beyond;
  const std::size_t vectors = stride_ / lane_count;
  for (std::size_t v = 0; v < vectors;) {
    const std::size_t panel = panel_of(vectors - v), width = panel * lane_count, from = v * lane_count;
    if (features > 1000) checkpoint();
    for (std::size_t c = from; c < std::min(from + width, columns_); ++c)
      for (std::size_t j = 0; j < features; ++j) w[from * features + j * width + c - from] = columns[c * features + j];
    v += panel;
  }
}

void RowProducts::multiply(const double* const* x, std::size_t count, double* f, const Ahead& ahead) const {
  const auto function = vector_bits_ == 512 ? multiply_512 : vector_bits_ == 256 ? multiply_256 : multiply_128;
  function(x, count, {features_, stride_, weights_.data()->values, bias_.data()->values}, f, ahead);
}

void RowProducts::squares(const double* const* x, std::size_t count, double* square) const {
  const auto function = vector_bits_ == 512 ? add_squares_512 : vector_bits_ == 256 ? add_squares_256 : add_squares_128;
  function(x, count, {features_, stride_, weights_.data()->values, bias_.data()->values}, square);
}

void add_outer_products(const OuterProducts& of, int vector_bits) {
  const int bits = vector_bits ? vector_bits : best_vector_bits();
  (bits == 512 ? add_outer_512 : bits == 256 ? add_outer_256 : add_outer_128)(of);
}

void add_weighted_squares(const WeightedRows& of, double* triangle, int vector_bits) {
  const int bits = vector_bits ? vector_bits : best_vector_bits();
  (bits == 512 ? add_triangle_512 : bits == 256 ? add_triangle_256 : add_triangle_128)(of, triangle);
}

void RowProducts::multiply(std::span<const std::uint32_t> indices, std::span<const double> values, double* f) const {
  const auto function = vector_bits_ == 512   ? multiply_entries_512
                        : vector_bits_ == 256 ? multiply_entries_256
                                              : multiply_entries_128;
  function(indices, values, {features_, stride_, weights_.data()->values, bias_.data()->values}, f);
}

void RowProducts::largest(const double* f, std::size_t count, std::uint32_t* column, double* value) const {
  const auto function = vector_bits_ == 512   ? find_largest_512
                        : vector_bits_ == 256 ? find_largest_256
                                              : find_largest_128;
  function(f, count, stride_, column, value);
}

}  // namespace quern
