#include "linalg/row_gram.hpp"

#include <algorithm>
#include <cmath>

#include "base/clones.hpp"

namespace quern {

namespace {

constexpr std::size_t lanes = 8;
constexpr double least_pivot = 1e-13;

// Multiplications and additions are to become fused ones where the processor has them.
#pragma GCC push_options
#pragma GCC optimize("fp-contract=fast")

// c(i, j) += sum_r left(r, i) right(r, j) for `height` columns of the left panel and eight of the right one, by vectors
// of `bytes`.
template <std::size_t bytes, std::size_t height>
[[gnu::always_inline]] inline void add_tile(const double* left, const double* right, std::size_t stride,
                                            std::size_t count, double* c) {
  using Vector __attribute__((vector_size(bytes), may_alias)) = double;
  for (std::size_t j = 0; j < lanes; j += bytes / sizeof(double)) {
    Vector sums[height] = {};
    for (std::size_t r = 0; r < count; ++r) {
      const Vector row = *reinterpret_cast<const Vector*>(right + r * stride + j);
      for (std::size_t i = 0; i < height; ++i) sums[i] += left[r * stride + i] * row;
    }
    for (std::size_t i = 0; i < height; ++i) *reinterpret_cast<Vector*>(c + i * stride + j) += sums[i];
  }
}

template <std::size_t bytes>
[[gnu::always_inline]] inline void add_products(const double* block, std::size_t count, std::size_t columns,
                                                std::size_t stride, double* matrix) {
  for (std::size_t p = 0; p < columns; p += lanes) {
    const std::size_t height = std::min(lanes, columns - p);
    for (std::size_t q = p; q < columns; q += lanes) {
      double* const c = matrix + p * stride + q;
      if (height <= 2)
        add_tile<bytes, 2>(block + p, block + q, stride, count, c);
      else if (height <= 4)
        add_tile<bytes, 4>(block + p, block + q, stride, count, c);
      else if (height <= 6)
        add_tile<bytes, 6>(block + p, block + q, stride, count, c);
      else
        add_tile<bytes, 8>(block + p, block + q, stride, count, c);
    }
  }
}

__attribute__((target("arch=x86-64-v4"))) void add_block(const double* block, std::size_t count, std::size_t columns,
                                                         std::size_t stride, double* matrix) {
  add_products<64>(block, count, columns, stride, matrix);
}

__attribute__((target("arch=x86-64-v3"))) void add_block(const double* block, std::size_t count, std::size_t columns,
                                                         std::size_t stride, double* matrix) {
  add_products<32>(block, count, columns, stride, matrix);
}

__attribute__((target("default"))) void add_block(const double* block, std::size_t count, std::size_t columns,
                                                  std::size_t stride, double* matrix) {
  add_products<16>(block, count, columns, stride, matrix);
}

#pragma GCC pop_options

// A row of the factor is the pivot's inverse root where it has one, so that nothing is divided twice. Loops run over
// whole vectors: what they touch left of the diagonal is not read.
QUERN_CLONES void factor(double* a, std::size_t stride, std::size_t n, double* x) noexcept {
  for (std::size_t k = 0; k < n; ++k) x[k] = a[k * stride + k];
  for (std::size_t k = 0; k < n; ++k) {
    double* const row = a + k * stride;
    const double pivot = row[k];
    const bool kept = pivot > least_pivot * x[k] && pivot > 0;
    const double inverse = kept ? 1 / std::sqrt(pivot) : 0;
    for (std::size_t j = k / lanes * lanes; j < stride; ++j) row[j] *= inverse;
    row[k] = inverse;
    if (!kept) continue;
    for (std::size_t i = k + 1; i < n; ++i) {
      const double f = row[i];
      double* const below = a + i * stride;
      for (std::size_t j = i / lanes * lanes; j < stride; ++j) below[j] -= f * row[j];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    const double* const row = a + k * stride;
    double sum = row[n];
    for (std::size_t j = k + 1; j < n; ++j) sum -= row[j] * x[j];
    x[k] = sum * row[k];
  }
}

}  // namespace

RowGram::Numbers RowGram::allocate(std::size_t n) {
  Numbers numbers(static_cast<double*>(::operator new[](n * sizeof(double), std::align_val_t{64})));
  std::fill_n(numbers.get(), n, 0.0);
  return numbers;
}

RowGram::RowGram(std::size_t columns)
    : columns_(columns),
      stride_((columns + lanes - 1) / lanes * lanes),
      block_(allocate(stride_ * block_rows)),
      matrix_(allocate(stride_ * stride_)) {}

void RowGram::clear() {
  filled_ = 0;
  std::fill_n(matrix_.get(), stride_ * stride_, 0.0);
}

void RowGram::multiply() {
  add_block(block_.get(), filled_, columns_, stride_, matrix_.get());
  filled_ = 0;
}

void solve_normal_equations(double* a, std::size_t stride, std::size_t n, double* x) { factor(a, stride, n, x); }

void solve_nonnegative(const double* a, std::size_t stride, std::size_t n, std::size_t bounded, double* x) {
  const auto entry = [&](std::size_t i, std::size_t j) { return i < j ? a[i * stride + j] : a[j * stride + i]; };
  for (int round = 0; round < 1000; ++round) {
    double moved = 0, largest = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const double diagonal = entry(k, k);
      double gradient = -a[k * stride + n];
      for (std::size_t j = 0; j < n; ++j) gradient += entry(k, j) * x[j];
      double to = diagonal > 0 ? x[k] - gradient / diagonal : 0;
      if (k < bounded) to = std::max(to, 0.0);
      moved = std::max(moved, std::abs(to - x[k]));
      largest = std::max(largest, std::abs(to));
      x[k] = to;
    }
    if (!(moved > 1e-10 * largest)) break;
  }
}

}  // namespace quern
