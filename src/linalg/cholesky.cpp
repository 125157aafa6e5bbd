#include "linalg/cholesky.hpp"

#include <cmath>

#include "base/error.hpp"

namespace quern {

void Cholesky::factor(std::span<const double> matrix, std::size_t n, double tolerance) {
  size = n;
  rank = 0;
  upper.assign(matrix.begin(), matrix.end());
  aliased.assign(n, false);
  for (std::size_t k = 0; k < n; ++k) {
    checkpoint();
    double* const row = &upper[k * n];
    if (!(row[k] > tolerance * matrix[k * n + k]) || !(row[k] > 0)) {
      aliased[k] = true;
      continue;
    }
    ++rank;
    const double root = std::sqrt(row[k]);
    for (std::size_t j = k; j < n; ++j) row[j] /= root;
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = row[i];
      double* const below = &upper[i * n];
      for (std::size_t j = i; j < n; ++j) below[j] -= factor * row[j];
    }
  }
}

namespace {

// inverse(U') b in place.
void forward(const Cholesky& c, std::span<double> b, std::size_t first) {
  for (std::size_t k = first; k < c.size; ++k) {
    const double* const row = &c.upper[k * c.size];
    b[k] = c.aliased[k] ? 0 : b[k] / row[k];
    if (b[k] != 0)
      for (std::size_t i = k + 1; i < c.size; ++i) b[i] -= row[i] * b[k];
  }
}

}  // namespace

void Cholesky::solve(std::span<double> b) const {
  forward(*this, b, 0);
  for (std::size_t k = size; k-- > 0;) {
    const double* const row = &upper[k * size];
    if (aliased[k]) continue;  // 0 already
    double sum = b[k];
    for (std::size_t j = k + 1; j < size; ++j) sum -= row[j] * b[j];
    b[k] = sum / row[k];
  }
}

double Cholesky::inverse_form(std::vector<double> u, std::size_t first) const {
  checkpoint();
  forward(*this, u, first);
  double sum = 0;
  for (double value : u) sum += value * value;
  return sum;
}

}  // namespace quern
