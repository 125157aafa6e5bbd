// What sparse matrices are taken apart into, put together from and measured by. Indices count from 1, as in SQL.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "matrix/sparse_matrix.hpp"

namespace quern {

// 0 where nothing is stored; none outside of the matrix, as with arrays.
std::optional<double> element(const CsrView& a, std::int64_t i, std::int64_t j);
SparseFeatures row(const CsrView& a, std::int64_t i);
SparseVector col(const CsrView& a, std::int64_t j);
// From the first to the last row and column, both included; a last one before the first gives none.
SparseMatrix slice(const CsrView& a, std::int64_t first_row, std::int64_t last_row, std::int64_t first_column,
                   std::int64_t last_column);
SparseMatrix hstack(std::span<const CsrView> parts);
SparseMatrix vstack(std::span<const CsrView> parts);
SparseMatrix kron(const CsrView& a, const CsrView& b);

// The diagonal, as a column.
Matrix diag(const CsrView& a);
SparseMatrix diagonal_matrix(const SparseFeatures& x);
SparseMatrix sparse_identity(std::int64_t n);
// About density x rows x columns entries from the normal distribution, at random places; the same for the same seed.
SparseMatrix sparse_random(std::int64_t rows, std::int64_t columns, double density, std::int64_t seed);

// Sums and means of rows, as a column, and of columns, as a row. The mean of nothing is NaN.
Matrix row_sums(const CsrView& a);
Matrix col_sums(const CsrView& a);
Matrix row_means(const CsrView& a);
Matrix col_means(const CsrView& a);

// Of all elements, those of 0 too; NaN is above all numbers, as with float8. None if there are no elements.
std::optional<double> least(const CsrView& a);
std::optional<double> greatest(const CsrView& a);
std::optional<double> density(const CsrView& a);
double trace(const CsrView& a);
// kind: 1, inf, fro, max.
double norm(const CsrView& a, std::string_view kind);

}  // namespace quern
