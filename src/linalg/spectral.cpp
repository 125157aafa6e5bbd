#include "linalg/spectral.hpp"

#include <cmath>

#include "linalg/decompositions.hpp"

namespace quern::linalg {

namespace {

// Column j of the result is row order(j) of `rows`, which are n numbers each.
template <class Order>
Spectrum columns_of(const std::vector<double>& rows, std::size_t n, std::vector<double> values, Order order) {
  const std::size_t count = values.size();
  Spectrum result{std::move(values), std::vector<double>(n * count)};
  for (std::size_t j = 0; j < count; ++j)
    for (std::size_t i = 0; i < n; ++i) result.vectors[i * count + j] = rows[order(j) * n + i];
  fix_signs(result.vectors, n, count);
  return result;
}

}  // namespace

void fix_signs(std::vector<double>& vectors, std::size_t rows, std::size_t columns) {
  for (std::size_t j = 0; j < columns; ++j) {
    std::size_t largest = 0;
    for (std::size_t i = 1; i < rows; ++i)
      if (std::abs(vectors[i * columns + j]) > std::abs(vectors[largest * columns + j]) * (1 + 1e-12)) largest = i;
    if (rows > 0 && vectors[largest * columns + j] < 0)
      for (std::size_t i = 0; i < rows; ++i) vectors[i * columns + j] = -vectors[i * columns + j];
  }
}

Spectrum symmetric_spectrum(std::vector<double> a, std::size_t n) {
  if (n == 0) return {};
  std::vector<double> ascending(n);
  symmetric_eigen({n, true, a.data(), ascending.data()});
  return columns_of(a, n, {ascending.rbegin(), ascending.rend()}, [&](std::size_t j) { return n - 1 - j; });
}

// Of a wide matrix they are the left ones of its transpose.
Spectrum right_singular_vectors(const std::vector<double>& a, std::size_t rows, std::size_t columns) {
  if (rows == 0 || columns == 0) return {};
  const bool wide = rows < columns;
  const std::size_t height = wide ? columns : rows, width = wide ? rows : columns;
  std::vector<double> tall(a), u(height * width), vt(width * width), s(width);
  if (wide)
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j) tall[j * rows + i] = a[i * columns + j];
  svd({height, width, tall.data(), s.data(), u.data(), vt.data()});
  if (!wide) return columns_of(vt, columns, std::move(s), [](std::size_t j) { return j; });
  Spectrum result{std::move(s), std::move(u)};
  fix_signs(result.vectors, height, width);
  return result;
}

}  // namespace quern::linalg
