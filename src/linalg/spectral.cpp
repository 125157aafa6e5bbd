#include "linalg/spectral.hpp"

#include <cmath>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <Eigen/SVD>

#include "base/error.hpp"

namespace quern::linalg {

namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Index index(std::size_t n) { return static_cast<Eigen::Index>(n); }

// Column k of the result is column order(k).
template <class Values, class Vectors, class Order>
Spectrum collect(const Values& values, const Vectors& vectors, Order order) {
  const Eigen::Index n = vectors.rows(), k = vectors.cols();
  Spectrum result;
  result.values.resize(static_cast<std::size_t>(k));
  result.vectors.resize(static_cast<std::size_t>(n * k));
  Eigen::Map<Rows> to(result.vectors.data(), n, k);
  for (Eigen::Index c = 0; c < k; ++c) {
    const Eigen::Index from = order(c);
    result.values[static_cast<std::size_t>(c)] = values[from];
    to.col(c) = vectors.col(from);
  }
  fix_signs(result.vectors, static_cast<std::size_t>(n), static_cast<std::size_t>(k));
  return result;
}

}  // namespace

void fix_signs(std::vector<double>& vectors, std::size_t rows, std::size_t columns) {
  for (std::size_t j = 0; j < columns; ++j) {
    std::size_t largest = 0;
    for (std::size_t i = 1; i < rows; ++i)
      if (std::abs(vectors[i * columns + j]) > std::abs(vectors[largest * columns + j]) * (1 + 1e-12)) largest = i;
    if (rows > 0 && vectors[largest * columns + j] < 0)
      for (std::size_t i = 0; i < rows; ++i) vectors[i * columns + j] = -vectors[i * columns + j];
  }
}

Spectrum symmetric_spectrum(std::vector<double> a, std::size_t n) {
  if (n == 0) return {};
  checkpoint();
  const Eigen::Map<Rows> matrix(a.data(), index(n), index(n));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
  checkpoint();
  if (solver.info() != Eigen::Success)
    throw InvalidInput("eigenvalues: no convergence", "Are the numbers of very different sizes?", Fault::out_of_range);
  return collect(solver.eigenvalues(), solver.eigenvectors(), [&](Eigen::Index k) { return index(n) - 1 - k; });
}

Spectrum right_singular_vectors(const std::vector<double>& a, std::size_t rows, std::size_t columns) {
  if (rows == 0 || columns == 0) return {};
  checkpoint();
  const Eigen::Map<const Rows> matrix(a.data(), index(rows), index(columns));
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(Eigen::MatrixXd(matrix), Eigen::ComputeThinV);
  checkpoint();
  return collect(svd.singularValues(), svd.matrixV(), [](Eigen::Index k) { return k; });
}

}  // namespace quern::linalg
