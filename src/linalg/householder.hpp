// The triangular factor of a tall matrix, row block by row block: R <- the R of [R; B] (TSQR).
//
// Householder reflectors of [R; B] touch one row of R and all rows of B, because the rest of their R part is zero:
// 2 rows columns^2 operations. Two variants:
//  - double: columns in panels as wide as a vector register, applied to the columns right of the panel in compact WY
//    form (Schreiber and Van Loan, SIAM J. Sci. Stat. Comput. 10(1), 1989), B row-major so that columns lie in vector
//    lanes;
//  - double-double (about 32 digits): reflector by reflector, B column-major so that rows lie in vector lanes.
// Both are compiled for x86-64-v4, -v3 and the baseline; the processor decides at run time. Results of these three
// agree to rounding.
//
// Breaks down for entries beyond about 1e+-150, whose squares leave the range of a double: beyond it R is not finite,
// below it an entry counts as zero.
//
// Reference: Demmel, Grigori, Hoemmen and Langou, Communication-optimal parallel and sequential QR and LU
// factorizations, SIAM J. Sci. Comput. 34(1), 2012.
#pragma once

#include <cstddef>
#include <span>

namespace quern {

enum class InstructionSet { v4, v3, baseline };
InstructionSet best_instruction_set();  // of this processor

// An upper triangle is packed by rows: row i holds columns i to columns - 1.
constexpr std::size_t triangle_size(std::size_t columns) { return columns * (columns + 1) / 2; }
constexpr std::size_t triangle_row(std::size_t columns, std::size_t i) { return i * columns - i * (i - 1) / 2 - i; }
// so that entry (i, j), j >= i, is at triangle_row(columns, i) + j.

inline constexpr std::size_t wide_block_rows = 128;

// Distance between rows of a block for fold_rows: a multiple of the widest vector that avoids cache conflicts.
constexpr std::size_t wide_block_stride(std::size_t columns) {
  const std::size_t lines = (columns + 7) / 8;
  return 8 * (lines + (lines % 2 == 0 && lines > 16));
}

// `block` holds wide_block_rows rows of wide_block_stride(columns) numbers, 64-byte aligned, zero outside the first
// `columns` of each row and outside the rows in use; it is destroyed. Columns before `first` are zero in all rows.
// Calls checkpoint().
void fold_rows(std::span<double> triangle, std::size_t columns, double* block, std::size_t first = 0,
               InstructionSet use = best_instruction_set());

// The double-double variant: its triangle is two packed ones, the high parts and then the low parts.
inline constexpr std::size_t narrow_columns = 17;  // at most
inline constexpr std::size_t narrow_block_rows = 128;

struct NarrowBlock {  // column-major, zero in rows not in use
  alignas(64) double high[narrow_columns][narrow_block_rows];
  alignas(64) double low[narrow_columns][narrow_block_rows];
};

// The first `rows` rows of `block` are in use; it is destroyed.
void fold_rows(std::span<double> triangle, std::size_t columns, NarrowBlock& block, std::size_t rows,
               std::size_t first = 0, InstructionSet use = best_instruction_set());

// Adds sum_r z_a z_b z_c z_d over the rows z of `block`, in the order of nested loops a <= b <= c <= d, to as many high
// parts followed by as many low parts. At most narrow_columns - 2 columns; the last two of the block are scratch.
void add_fourth_moments(std::span<double> moments, std::size_t columns, NarrowBlock& block, std::size_t rows,
                        InstructionSet use = best_instruction_set());

}  // namespace quern
