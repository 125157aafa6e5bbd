// Numbers of a matrix: sums, means, extremes, counts, and norms that need no factorisation.
//
// Sums are pairwise, as NumPy's: the error grows with the logarithm of their length.
#pragma once

#include <cstdint>
#include <optional>

#include "base/vec.hpp"
#include "matrix/matrix.hpp"

namespace quern {

double trace(const MatrixView& a);
double total(const MatrixView& a);
std::optional<double> mean(const MatrixView& a);
Vec<double> row_sums(const MatrixView& a);
Vec<double> column_sums(const MatrixView& a);
Vec<double> row_means(const MatrixView& a);
Vec<double> column_means(const MatrixView& a);

// In the order of float8, where NaN is above all; nothing if there are no elements.
std::optional<double> minimum(const MatrixView& a);
std::optional<double> maximum(const MatrixView& a);
// The first place of it, row by row, from 0.
std::optional<std::size_t> place_of_minimum(const MatrixView& a);
std::optional<std::size_t> place_of_maximum(const MatrixView& a);

std::int64_t nonzeros(const MatrixView& a);
// The share of elements that are not 0; nothing if there are no elements.
std::optional<double> density(const MatrixView& a);

double one_norm(const MatrixView& a);        // the largest sum of absolute values of a column
double infinity_norm(const MatrixView& a);   // of a row
double frobenius_norm(const MatrixView& a);  // the root of the sum of squares
double largest_magnitude(const MatrixView& a);

}  // namespace quern
