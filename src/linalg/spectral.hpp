// Eigenvalues of symmetric matrices and singular values of small ones, by the seam: what is left of a decomposition of
// a table when its rows have been folded into a matrix of its columns.
//
// Signs: of each vector that is returned the entry largest in size is positive, the first of equally large ones.
#pragma once

#include <cstddef>
#include <vector>

namespace quern::linalg {

struct Spectrum {
  std::vector<double> values;   // the largest first
  std::vector<double> vectors;  // n x n row-major, vector k in column k
};

// `a` is n x n, symmetric and finite; its lower triangle is read.
Spectrum symmetric_spectrum(std::vector<double> a, std::size_t n);

// Singular values and right singular vectors (columns x min(rows, columns)) of a finite matrix, row-major.
Spectrum right_singular_vectors(const std::vector<double>& a, std::size_t rows, std::size_t columns);

// Changes the signs of columns so; `vectors` is rows x columns, row-major.
void fix_signs(std::vector<double>& vectors, std::size_t rows, std::size_t columns);

}  // namespace quern::linalg
