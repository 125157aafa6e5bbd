#include "train/row_dots.hpp"

#include "base/clones.hpp"

namespace quern {

namespace {

// In lanes, so that additions do not wait for each other; products are rounded, so that every processor has the same
// bits.
template <class Term>
[[gnu::always_inline]] inline double sum_in_lanes(std::size_t n, Term&& term) {
  constexpr std::size_t lanes = 8;
  double sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += term(i + lane);
  double rest = 0;
  for (; i < n; ++i) rest += term(i);
  for (std::size_t width = lanes / 2; width; width /= 2)
    for (std::size_t lane = 0; lane < width; ++lane) sums[lane] += sums[lane + width];
  return sums[0] + rest;
}

QUERN_CLONES double dot(const double* x, const double* w, std::size_t n) {
  return sum_in_lanes(n, [=](std::size_t i) { return x[i] * w[i]; });
}
QUERN_CLONES double dot(const float* x, const double* w, std::size_t n) {
  return sum_in_lanes(n, [=](std::size_t i) { return static_cast<double>(x[i]) * w[i]; });
}
QUERN_CLONES void add(const double* x, double c, double* w, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) w[i] += c * x[i];
}
QUERN_CLONES void add(const float* x, double c, double* w, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) w[i] += c * static_cast<double>(x[i]);
}

template <class T>
double dot(SparseValues<T> x, const double* w) {
  double sums[2] = {};
  std::size_t e = 0;
  for (; e + 2 <= x.entries; e += 2) {
    sums[0] += static_cast<double>(x.values[e]) * w[x.indices[e]];
    sums[1] += static_cast<double>(x.values[e + 1]) * w[x.indices[e + 1]];
  }
  if (e < x.entries) sums[0] += static_cast<double>(x.values[e]) * w[x.indices[e]];
  return sums[0] + sums[1];
}
template <class T>
void add(SparseValues<T> x, double c, double* w) {
  for (std::size_t e = 0; e < x.entries; ++e) w[x.indices[e]] += c * static_cast<double>(x.values[e]);
}
template <class T>
double square(const T* x, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return sum;
}

}  // namespace

double dot_row(const RowFormat& format, const std::byte* row, const double* w) {
  if (format.sparse)
    return format.narrow ? dot(sparse_values<float>(format, row), w) : dot(sparse_values<double>(format, row), w);
  return format.narrow ? dot(dense_values<float>(format, row).data(), w, format.features)
                       : dot(dense_values<double>(format, row).data(), w, format.features);
}

void add_row(const RowFormat& format, const std::byte* row, double c, double* w) {
  if (format.sparse)
    return format.narrow ? add(sparse_values<float>(format, row), c, w) : add(sparse_values<double>(format, row), c, w);
  return format.narrow ? add(dense_values<float>(format, row).data(), c, w, format.features)
                       : add(dense_values<double>(format, row).data(), c, w, format.features);
}

double square_of_row(const RowFormat& format, const std::byte* row) {
  if (format.sparse) {
    if (format.narrow) {
      const auto x = sparse_values<float>(format, row);
      return square(x.values, x.entries);
    }
    const auto x = sparse_values<double>(format, row);
    return square(x.values, x.entries);
  }
  return format.narrow ? square(dense_values<float>(format, row).data(), format.features)
                       : square(dense_values<double>(format, row).data(), format.features);
}

}  // namespace quern
