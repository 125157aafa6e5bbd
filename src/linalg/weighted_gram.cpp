#include "linalg/weighted_gram.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/error.hpp"
#include "linalg/elementary.hpp"

// Multiply-adds fuse where the processor has them, and a square root does not set errno.
#pragma GCC optimize("fp-contract=fast", "no-math-errno")

namespace quern {

namespace {

constexpr std::size_t block_rows = LogisticPass::block_rows;

struct Block {
  std::size_t features, terms, stride;
  const double *shift, *scale, *coefficients;
  double *z, *signed_weight, *f, *residual, *root;
  double *gradient, *hessian;
  LogisticSums* sums;
};

// Standardises the rows into z and takes f = z . b.
template <class V>
[[gnu::always_inline]] inline void standardize(const Block& block, const double* rows, std::size_t count) {
  const std::size_t whole = block.features / lanes<V> * lanes<V>;
  for (std::size_t r = 0; r < count; ++r) {
    const double* x = rows + r * (block.features + 1) + 1;
    double* z = block.z + r * block.stride;
    V sums{}, more_sums{};
    std::size_t j = 0;
    for (; j + 2 * lanes<V> <= whole; j += 2 * lanes<V>) {
      const V first = load_unaligned<V>(x + j) * load<V>(block.scale + j) - load<V>(block.shift + j);
      const std::size_t next = j + lanes<V>;
      const V second = load_unaligned<V>(x + next) * load<V>(block.scale + next) - load<V>(block.shift + next);
      sums += first * load<V>(block.coefficients + j);
      more_sums += second * load<V>(block.coefficients + next);
      store(z + j, first);
      store(z + next, second);
    }
    if (j < whole) {
      const V first = load_unaligned<V>(x + j) * load<V>(block.scale + j) - load<V>(block.shift + j);
      sums += first * load<V>(block.coefficients + j);
      store(z + j, first);
    }
    double f = sum_of(sums + more_sums);
    for (j = whole; j < block.features; ++j) {
      z[j] = x[j] * block.scale[j] - block.shift[j];
      f += z[j] * block.coefficients[j];
    }
    if (j < block.terms) {
      z[j] = 1;
      f += block.coefficients[j];
    }
    block.f[r] = f;
    block.signed_weight[r] = x[-1];
  }
}

// Loss, residuals and square roots of the Hessian's weights from f.
template <class V>
[[gnu::always_inline]] inline void apply_logistic(const Block& block, std::size_t count) {
  using B = Bits<V>;
  constexpr std::int64_t sign_bit = std::numeric_limits<std::int64_t>::min();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  V loss{}, weight{}, least = V{} + infinity, greatest = V{} - infinity;
  for (std::size_t r = 0; r < count; r += lanes<V>) {
    const V v = load<V>(block.signed_weight + r);
    const B sign = reinterpret_cast<B>(v) & sign_bit;
    const V w = reinterpret_cast<V>(reinterpret_cast<B>(v) ^ sign);
    const V margin = reinterpret_cast<V>(reinterpret_cast<B>(load<V>(block.f + r)) ^ sign);
    const V u = exponential<V>(reinterpret_cast<V>(reinterpret_cast<B>(margin) | sign_bit));
    const V q = 1.0 / (1.0 + u);
    const V pull = w * (margin >= 0.0 ? u * q : q);  // |v| sigma(-m)
    const V curvature = w * (u * q * q);
    loss += w * (log_of_one_plus(u) + (margin < 0.0 ? -margin : V{}));
    weight += w;
    const V low = w > 0.0 ? margin : V{} + infinity, high = w > 0.0 ? margin : V{} - infinity;
    least = low < least ? low : least;
    greatest = high > greatest ? high : greatest;
    store(block.residual + r, -reinterpret_cast<V>(reinterpret_cast<B>(pull) ^ sign));
    store(block.root + r, curvature);
  }
  for (std::size_t r = 0; r < count; ++r) block.root[r] = __builtin_sqrt(block.root[r]);
  block.sums->loss += sum_of(loss);
  block.sums->weight += sum_of(weight);
  for (std::size_t i = 0; i < lanes<V>; ++i) {
    block.sums->least_margin = std::min<double>(block.sums->least_margin, least[i]);
    block.sums->greatest_margin = std::max<double>(block.sums->greatest_margin, greatest[i]);
  }
}

// gradient += Z' residual, and Z = diag(root) Z, for `columns` vectors of columns from `first` on.
template <class V, std::size_t columns>
[[gnu::always_inline]] inline void add_gradient(const Block& block, std::size_t count, std::size_t first) {
  V sum[columns];
  for (std::size_t j = 0; j < columns; ++j) sum[j] = load<V>(block.gradient + first + j * lanes<V>);
  for (std::size_t r = 0; r < count; ++r) {
    double* z = block.z + r * block.stride + first;
    const double residual = block.residual[r], root = block.root[r];
    for (std::size_t j = 0; j < columns; ++j) {
      const V value = load<V>(z + j * lanes<V>);
      sum[j] += residual * value;
      store(z + j * lanes<V>, root * value);
    }
  }
  for (std::size_t j = 0; j < columns; ++j) store(block.gradient + first + j * lanes<V>, sum[j]);
}

// A tile of the Hessian += Z'Z: `height` rows from `row` on, `columns` vectors of columns from `first` on.
template <class V, std::size_t height, std::size_t columns>
[[gnu::always_inline]] inline void add_tile(const Block& block, std::size_t count, std::size_t row, std::size_t first) {
  V sum[height][columns];
  double* tile = block.hessian + row * block.stride + first;
  for (std::size_t i = 0; i < height; ++i)
    for (std::size_t j = 0; j < columns; ++j) sum[i][j] = V{};
  const double* z = block.z;
  for (std::size_t r = 0; r < count; ++r, z += block.stride) {
    V right[columns];
    for (std::size_t j = 0; j < columns; ++j) right[j] = load<V>(z + first + j * lanes<V>);
    for (std::size_t i = 0; i < height; ++i)
      for (std::size_t j = 0; j < columns; ++j) sum[i][j] += z[row + i] * right[j];
  }
  for (std::size_t i = 0; i < height; ++i)
    for (std::size_t j = 0; j < columns; ++j) {
      double* to = tile + i * block.stride + j * lanes<V>;
      store(to, load<V>(to) + sum[i][j]);
    }
}

// Meanwhile the rows after these, from `ahead` on, come into the cache: arithmetic alone would leave the memory idle.
template <class V, std::size_t height>
[[gnu::always_inline]] inline void add_hessian(const Block& block, std::size_t count, const double* ahead) {
  const std::size_t lines = (block.features + 1) * block_rows / 8, tiles = (block.terms + height - 1) / height;
  const std::size_t lines_each = (lines + tiles - 1) / tiles;
  for (std::size_t row = 0; row < block.terms; row += height) {
    for (std::size_t line = 0; line < lines_each; ++line, ahead += 8) __builtin_prefetch(ahead, 0, 2);
    std::size_t first = row / lanes<V> * lanes<V>;
    for (; first + 3 * lanes<V> <= block.stride; first += 3 * lanes<V>)
      add_tile<V, height, 3>(block, count, row, first);
    if (first + 2 * lanes<V> <= block.stride)
      add_tile<V, height, 2>(block, count, row, first);
    else if (first < block.stride)
      add_tile<V, height, 1>(block, count, row, first);
    if (block.stride > 512) checkpoint();
  }
}

template <class V, std::size_t height>
[[gnu::always_inline]] inline void add_block(const Block& block, const double* rows, std::size_t count,
                                             bool derivatives) {
  standardize<V>(block, rows, count);
  for (std::size_t r = count; r % lanes<V> != 0; ++r) block.f[r] = block.signed_weight[r] = 0;
  apply_logistic<V>(block, count);
  if (!derivatives) return;
  std::size_t first = 0;
  for (; first + 4 * lanes<V> <= block.stride; first += 4 * lanes<V>) add_gradient<V, 4>(block, count, first);
  for (; first < block.stride; first += lanes<V>) add_gradient<V, 1>(block, count, first);
  add_hessian<V, height>(block, count, rows + count * (block.features + 1));
}

using AddBlock = void(const Block&, const double*, std::size_t, bool);

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void add_block_512(const Block& block, const double* rows,
                                                                             std::size_t count, bool derivatives) {
  add_block<V8, 8>(block, rows, count, derivatives);
}

[[gnu::target("arch=x86-64-v3")]] void add_block_256(const Block& block, const double* rows, std::size_t count,
                                                     bool derivatives) {
  add_block<V4, 4>(block, rows, count, derivatives);
}

void add_block_128(const Block& block, const double* rows, std::size_t count, bool derivatives) {
  add_block<V2, 4>(block, rows, count, derivatives);
}

}  // namespace

LogisticPass::LogisticPass(std::span<const double> shift, std::span<const double> scale, bool intercept,
                           int vector_bits)
    : vector_bits_(vector_bits ? vector_bits : best_vector_bits()),
      features_(shift.size()),
      terms_(features_ + intercept),
      stride_((terms_ + 7) / 8 * 8),
      shift_(stride_ / 8),
      scale_(stride_ / 8),
      coefficients_(stride_ / 8),
      block_((stride_ + 4) * block_rows / 8),
      gradient_(stride_ / 8),
      hessian_(stride_ * stride_ / 8) {
  for (std::size_t j = 0; j < features_; ++j) {
    shift_[j / 8].values[j % 8] = shift[j] * scale[j];
    scale_[j / 8].values[j % 8] = scale[j];
  }
}

void LogisticPass::start(std::span<const double> coefficients) {
  for (std::size_t j = 0; j < terms_; ++j) coefficients_[j / 8].values[j % 8] = coefficients[j];
  std::fill(gradient_.begin(), gradient_.end(), Line{});
  std::fill(hessian_.begin(), hessian_.end(), Line{});
  sums_ = {};
}

void LogisticPass::add(const double* rows, std::size_t count, bool derivatives) {
  AddBlock* const add_block = vector_bits_ == 512 ? add_block_512 : vector_bits_ == 256 ? add_block_256 : add_block_128;
  double* const z = block_.data()->values;
  double* const each = z + stride_ * block_rows;
  const Block block{.features = features_,
                    .terms = terms_,
                    .stride = stride_,
                    .shift = shift_.data()->values,
                    .scale = scale_.data()->values,
                    .coefficients = coefficients_.data()->values,
                    .z = z,
                    .signed_weight = each,
                    .f = each + block_rows,
                    .residual = each + 2 * block_rows,
                    .root = each + 3 * block_rows,
                    .gradient = gradient_.data()->values,
                    .hessian = hessian_.data()->values,
                    .sums = &sums_};
  for (std::size_t done = 0; done < count; done += block_rows) {
    checkpoint();
    add_block(block, rows + done * (features_ + 1), std::min(block_rows, count - done), derivatives);
  }
}

}  // namespace quern
