#include "linalg/symmetric_rank_update.hpp"

#include <algorithm>
#include <memory>

#include "base/error.hpp"

namespace quern::linalg {

namespace {

constexpr std::size_t lanes = 8;

// One row of eight neighbouring columns. A panel is one of them for each row of B, zeros beyond the last column; a tile
// of C is eight.
struct alignas(lanes * sizeof(double)) Lanes {
  double column[lanes];
};

void copy_panel(const double* rows, std::size_t count, std::size_t columns, std::size_t first, Lanes* panel) {
  const std::size_t width = std::min(lanes, columns - first);
  for (std::size_t r = 0; r < count; ++r) {
    const double* from = rows + r * columns + first;
    if (width == lanes)
      std::copy_n(from, lanes, panel[r].column);
    else
      std::fill_n(std::copy_n(from, width, panel[r].column), lanes - width, 0.0);
  }
}

// Adds a tile whose upper left element is (top, left) to what of it lies in the upper triangle.
void add_tile(const Lanes* tile, std::size_t top, std::size_t left, std::size_t columns, double* triangle) {
  const std::size_t height = std::min(lanes, columns - top), width = std::min(lanes, columns - left);
  for (std::size_t i = 0; i < height; ++i) {
    double* to = triangle + triangle_row(top + i, columns) + left;
    if (width == lanes && top < left) {
      for (std::size_t j = 0; j < lanes; ++j) to[j] += tile[i].column[j];
    } else {
      for (std::size_t j = top == left ? i : 0; j < width; ++j) to[j] += tile[i].column[j];
    }
  }
}

// The same for a tile that was computed with its sides exchanged.
void add_transposed_tile(const Lanes* tile, std::size_t top, std::size_t left, std::size_t columns, double* triangle) {
  for (std::size_t i = 0; i < lanes; ++i) {
    double* to = triangle + triangle_row(top + i, columns) + left;
    for (std::size_t j = 0; j < columns - left; ++j) to[j] += tile[j].column[i];
  }
}

// Multiplications and additions are to become fused ones where the processor has them.
#pragma GCC push_options
#pragma GCC optimize("fp-contract=fast")

// The first `height` columns of the left panel against all of the right one, by vectors of `bytes`:
// tile(i, j) = sum_r left(r, i) right(r, j).
template <std::size_t bytes, std::size_t height>
[[gnu::always_inline]] inline void multiply(const Lanes* left, const Lanes* right, std::size_t count, Lanes* tile) {
  using Vector __attribute__((vector_size(bytes), may_alias)) = double;
  for (std::size_t j = 0; j < lanes; j += bytes / sizeof(double)) {
    Vector sums[height] = {};
    for (std::size_t r = 0; r < count; ++r) {
      const Vector row = *reinterpret_cast<const Vector*>(right[r].column + j);
      for (std::size_t i = 0; i < height; ++i) sums[i] += left[r].column[i] * row;
    }
    for (std::size_t i = 0; i < height; ++i) *reinterpret_cast<Vector*>(tile[i].column + j) = sums[i];
  }
}

template <std::size_t bytes>
[[gnu::always_inline]] inline void multiply(const Lanes* left, std::size_t height, const Lanes* right,
                                            std::size_t count, Lanes* tile) {
  if (height <= 2)
    multiply<bytes, 2>(left, right, count, tile);
  else if (height <= 4)
    multiply<bytes, 4>(left, right, count, tile);
  else
    multiply<bytes, 8>(left, right, count, tile);
}

__attribute__((target("arch=x86-64-v4"))) void multiply_panels(const Lanes* left, std::size_t height,
                                                               const Lanes* right, std::size_t count, Lanes* tile) {
  multiply<64>(left, height, right, count, tile);
}

__attribute__((target("arch=x86-64-v3"))) void multiply_panels(const Lanes* left, std::size_t height,
                                                               const Lanes* right, std::size_t count, Lanes* tile) {
  multiply<32>(left, height, right, count, tile);
}

__attribute__((target("default"))) void multiply_panels(const Lanes* left, std::size_t height, const Lanes* right,
                                                        std::size_t count, Lanes* tile) {
  multiply<16>(left, height, right, count, tile);
}

#pragma GCC pop_options

}  // namespace

void symmetric_rank_update(const double* rows, std::size_t count, std::size_t columns, double* triangle) {
  constexpr std::size_t work_between_checkpoints = 20'000'000;
  const std::size_t panels = (columns + lanes - 1) / lanes;
  const auto copy = std::make_unique_for_overwrite<Lanes[]>(panels * count);
  for (std::size_t p = 0; p < panels; ++p) copy_panel(rows, count, columns, p * lanes, &copy[p * count]);

  std::size_t work = 0;
  Lanes tile[lanes];
  for (std::size_t p = 0; p < panels; ++p) {
    const Lanes* left = &copy[p * count];
    for (std::size_t q = p; q < panels; ++q) {
      const Lanes* right = &copy[q * count];
      const std::size_t width = columns - q * lanes;
      if (p < q && width <= lanes / 2) {  // cheaper with the narrow panel on the left
        multiply_panels(right, width, left, count, tile);
        add_transposed_tile(tile, p * lanes, q * lanes, columns, triangle);
      } else {
        multiply_panels(left, p == q ? width : lanes, right, count, tile);
        add_tile(tile, p * lanes, q * lanes, columns, triangle);
      }
    }
    work += (panels - p) * count * lanes * lanes;
    if (work >= work_between_checkpoints) {
      work = 0;
      checkpoint();
    }
  }
}

void naive_symmetric_rank_update(const double* rows, std::size_t count, std::size_t columns, double* triangle) {
  for (std::size_t r = 0; r < count; ++r)
    for (std::size_t i = 0; i < columns; ++i)
      for (std::size_t j = i; j < columns; ++j)
        triangle[triangle_row(i, columns) + j] += rows[r * columns + i] * rows[r * columns + j];
}

}  // namespace quern::linalg
