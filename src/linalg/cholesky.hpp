// A = U'U for a symmetric positive semidefinite A, in the order given: a column that the ones before it explain is left
// out (aliased, as R's glm does), never pivoted away or smoothed over.
//
// Right-looking, so that every inner loop runs along a row. Golub and Van Loan, Matrix Computations, 4.2. A pivot is
// what remains of its diagonal entry; with unit roundoff e it carries an error of about n e of that entry, so a
// tolerance below 1e-14 decides nothing, and a column whose pivot is 1e-12 of its diagonal has estimates good for four
// digits less than half of those of the matrix.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace quern {

struct Cholesky {
  std::size_t size = 0;
  std::vector<double> upper;  // row-major; below the diagonal anything
  std::vector<bool> aliased;  // its column is not in the factor
  std::size_t rank = 0;

  // `matrix` is row-major and read above the diagonal only. A column is aliased unless its pivot is above
  // `tolerance` x its diagonal entry (NaN is not above).
  void factor(std::span<const double> matrix, std::size_t n, double tolerance);

  // Solves A x = b in place; x is 0 where aliased.
  void solve(std::span<double> b) const;

  // u' inverse(A) u over the columns that are not aliased. The entries of u before `first` are 0.
  double inverse_form(std::vector<double> u, std::size_t first = 0) const;
};

}  // namespace quern
