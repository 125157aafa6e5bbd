#include "linalg/csr_products.hpp"

#include <algorithm>

#include "base/clones.hpp"
#include "base/pace.hpp"

namespace quern::linalg {

namespace {

constexpr std::size_t row_group = 4;  // rows of B that share a reading of A

// Four sums, so that an addition does not wait for the one before.
double sparse_dot(const std::uint32_t* indices, const double* values, std::size_t n, const double* x) {
  double sum[4] = {};
  std::size_t k = 0;
  for (; k + 4 <= n; k += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) sum[lane] += values[k + lane] * x[indices[k + lane]];
  for (; k < n; ++k) sum[0] += values[k] * x[indices[k]];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

// Width columns of one row of C, from the entries of a row of A and the rows of B that they name.
template <std::size_t Width>
[[gnu::always_inline]] inline void add_tile(const std::uint32_t* indices, const double* values, std::size_t entries,
                                            const double* b, std::size_t n, double* c) {
  double sum[Width];
  for (std::size_t j = 0; j < Width; ++j) sum[j] = c[j];
  for (std::size_t k = 0; k < entries; ++k) {
    const double* const row = b + indices[k] * n;
    const double value = values[k];
    for (std::size_t j = 0; j < Width; ++j) sum[j] += value * row[j];
  }
  for (std::size_t j = 0; j < Width; ++j) c[j] = sum[j];
}

QUERN_CLONES void add_row(const std::uint32_t* indices, const double* values, std::size_t entries, const double* b,
                          std::size_t n, double* c) {
  std::size_t j = 0;
  for (; j + 32 <= n; j += 32) add_tile<32>(indices, values, entries, b + j, n, c + j);
  for (; j + 8 <= n; j += 8) add_tile<8>(indices, values, entries, b + j, n, c + j);
  for (; j + 2 <= n; j += 2) add_tile<2>(indices, values, entries, b + j, n, c + j);
  if (j < n) add_tile<1>(indices, values, entries, b + j, n, c + j);
}

// `group` rows of C from as many of B.
template <std::size_t group>
void add_rows(const double* b, const CsrView& a, double* c, Pace& pace) {
  const std::size_t rows = a.row_count(), columns = a.column_count();
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t from = a.offsets[i], to = a.offsets[i + 1];
    double factor[group];
    for (std::size_t r = 0; r < group; ++r) factor[r] = b[r * rows + i];
    for (std::size_t k = from; k < to; ++k) {
      const std::size_t j = a.indices[k];
      for (std::size_t r = 0; r < group; ++r) c[r * columns + j] += factor[r] * a.values[k];
    }
    pace.spend((to - from) * group + 1);
  }
}

}  // namespace

void csr_times_vector(const CsrView& a, const double* x, double* y) {
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const std::size_t from = a.offsets[i], n = a.offsets[i + 1] - from;
    y[i] += sparse_dot(a.indices.data() + from, a.values.data() + from, n, x);
    pace.spend(2 * n + 2);
  }
}

void vector_times_csr(const double* x, const CsrView& a, double* y) {
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const std::size_t from = a.offsets[i], to = a.offsets[i + 1];
    const double factor = x[i];
    for (std::size_t k = from; k < to; ++k) y[a.indices[k]] += factor * a.values[k];
    pace.spend(2 * (to - from) + 2);
  }
}

void csr_times_dense(const CsrView& a, const double* b, std::size_t n, double* c) {
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const std::size_t from = a.offsets[i], entries = a.offsets[i + 1] - from;
    add_row(a.indices.data() + from, a.values.data() + from, entries, b, n, c + i * n);
    pace.spend(entries * n + 2);
  }
}

void dense_times_csr(const double* b, std::size_t m, const CsrView& a, double* c) {
  Pace pace;
  std::size_t r = 0;
  for (; r + row_group <= m; r += row_group)
    add_rows<row_group>(b + r * a.row_count(), a, c + r * a.column_count(), pace);
  for (; r < m; ++r) add_rows<1>(b + r * a.row_count(), a, c + r * a.column_count(), pace);
}

}  // namespace quern::linalg
