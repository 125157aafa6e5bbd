// C += B'B for a short, wide block of rows B and the upper triangle of C: the update behind every cross-product.
//
// Columns are copied to panels of eight, and a tile of C of eight by eight is kept in registers while all rows pass by.
// Compiled for AVX-512, AVX2 with FMA and plain x86-64; the processor chooses.
#pragma once

#include <cstddef>

namespace quern::linalg {

constexpr std::size_t triangle_size(std::size_t columns) { return columns * (columns + 1) / 2; }

// Where row i of a packed upper triangle would have its element 0: element (i, j), i <= j, is at row_offset + j.
constexpr std::size_t triangle_row(std::size_t i, std::size_t columns) { return i * columns - i * (i + 1) / 2; }

// B is `count` x `columns`, row-major; C is packed, triangle_size(columns). Calls checkpoint() when the work is long.
void symmetric_rank_update(const double* rows, std::size_t count, std::size_t columns, double* triangle);

// The same by the definition: what the fast one is tested against.
void naive_symmetric_rank_update(const double* rows, std::size_t count, std::size_t columns, double* triangle);

}  // namespace quern::linalg
