// Singular values and eigenvalues, and what is read off them. Matrices with a NaN or an infinity are refused.
//
// Singular values and vectors by divide and conquer (LAPACK dgesdd) where the backend has it; a tall matrix goes
// through its QR factorisation first. Signs are fixed, so that all backends agree: of each column of U, and of each
// eigenvector of a symmetric matrix, the element largest in magnitude is above 0 (the first, where several are).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <tuple>

#include "base/options.hpp"
#include "base/vec.hpp"
#include "matrix/matrix.hpp"

namespace quern {

struct SvdOptions {
  bool full = false;                 // U and V square
  std::int64_t k = 0;                // so many of the largest singular values only, by random projections; 0: all
  std::int64_t oversampling = 10;    // further dimensions of the projection
  std::int64_t power_iterations = 4; // more, where singular values fall slowly
  std::int64_t seed = 0;             // of the projections

  static constexpr auto options = std::tuple{
      Option("full", &SvdOptions::full), Option("k", &SvdOptions::k, at_least(1)),
      Option("oversampling", &SvdOptions::oversampling, at_least(0)),
      Option("power_iterations", &SvdOptions::power_iterations, within(0, 100)), Option("seed", &SvdOptions::seed, Range{})};
};

struct SvdParts {
  static constexpr std::array columns{"u", "s", "v"};
  Matrix u;
  Vec<double> s;  // in descending order
  Matrix v;       // A = U diag(s) V'
};
SvdParts svd_parts(const MatrixView& a, const SvdOptions& options);
// In descending order. `function` is named in errors.
Vec<double> singular_values(std::string_view function, const MatrixView& a);

// Singular values above `tolerance`, by default max(m, n) eps times the largest.
std::int64_t rank(const MatrixView& a, std::optional<double> tolerance);
// The ratio of the largest to the smallest singular value: infinity if that is 0.
double condition(const MatrixView& a);
// Moore and Penrose's inverse: singular values up to the tolerance count as 0.
Matrix pseudoinverse(const MatrixView& a, std::optional<double> tolerance);
// Least squares of least norm, with the tolerance of rank().
Matrix solve_by_singular_values(const MatrixView& a, const MatrixView& b);

// kind: 1, 2, inf, fro, nuclear, max.
double norm(const MatrixView& a, std::string_view kind);

// Eigenvalues in descending order: of magnitude where the matrix is not symmetric, the one with the positive imaginary
// part first of a pair. Eigenvectors of length 1 in the columns. A symmetric matrix has no imaginary parts.
struct EigenParts {
  static constexpr std::array columns{"eigenvalues", "imaginary_parts", "eigenvectors", "imaginary_vectors"};
  Vec<double> real;
  std::optional<Vec<double>> imaginary;
  Matrix vectors;
  std::optional<Matrix> imaginary_vectors;
};
// kind: auto (symmetric if every element equals its mirror image), symmetric (the lower triangle counts), general.
EigenParts eigen_parts(const MatrixView& a, std::string_view kind);

}  // namespace quern
