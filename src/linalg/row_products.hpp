// F = X W + b for a few rows X and all columns of W: what distances to many centres and densities of many components
// come from.
//
// W is packed once into panels of at most three vectors of columns. A tile of F, rows times a panel, stays in registers
// while a feature after the other is broadcast from its row: no horizontal sums, whatever the number of columns (the
// micro-kernel of Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, ACM TOMS 34, 2008).
// Compiled for 512-, 256- and 128-bit vectors, chosen by the processor that runs it; results differ between those by
// rounding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/features.hpp"

namespace quern {

class RowProducts {
 public:
  static constexpr std::size_t most_rows = 64;

  // `vector_bits` is 512, 256 or 128, which the processor has to support, or 0 for what suits it best.
  explicit RowProducts(int vector_bits = 0);

  // `columns` are the columns of W one after the other, each of `features` numbers; `bias` has one number for each.
  // Columns of F beyond them hold `beyond`.
  void pack(std::span<const double> columns, std::span<const double> bias, std::size_t features,
            double beyond = -std::numeric_limits<double>::infinity());

  std::size_t columns() const { return columns_; }
  // Columns, rounded up to whole vectors: F has rows of so many numbers.
  std::size_t stride() const { return stride_; }

  // Rows that come next, of so many bytes: fetched into the cache meanwhile.
  struct Ahead {
    std::span<const std::byte* const> rows;
    std::size_t bytes = 0;
  };
  // f (count x stride, aligned to 64 bytes) of `count` rows, at most most_rows.
  void multiply(const double* const* x, std::size_t count, double* f, const Ahead& ahead) const;
  void multiply(const double* const* x, std::size_t count, double* f) const { multiply(x, count, f, {}); }
  // The sum of the squares of each row of F, of a W whose column c has weights for features 0 .. c only; packed with
  // zeros beyond its columns.
  void squares(const double* const* x, std::size_t count, double* square) const;
  // Of one row: indices and values of its entries.
  void multiply(std::span<const std::uint32_t> indices, std::span<const double> values, double* f) const;
  // For each row of f the column of its largest number, of equal ones the first, and that number.
  void largest(const double* f, std::size_t count, std::uint32_t* column, double* value) const;

 private:
  struct alignas(64) Line {
    double values[8];
  };

  int vector_bits_;
  std::size_t features_ = 0, columns_ = 0, stride_ = 0;
  std::vector<Line> weights_, bias_;
};

// sums (outputs x width) += R' Z over `count` rows. z and sums are aligned to 64 bytes, z_stride and width multiples of
// 8; what z has beyond the width is not read.
struct OuterProducts {
  const double* r;
  std::size_t r_stride, outputs;
  const double* z;
  std::size_t z_stride, width, count;
  double* sums;
};
void add_outer_products(const OuterProducts& of, int vector_bits = 0);

// triangle += sum of h z z' over at most RowProducts::most_rows rows, its upper half packed
// (symmetric_rank_update.hpp). Behind its terms a row has zeros up to the next multiple of 8.
struct WeightedRows {
  const double* const* z;
  const double* h;
  std::size_t count, terms;
};
void add_weighted_squares(const WeightedRows& of, double* triangle, int vector_bits = 0);

}  // namespace quern
