// Sums and means of matrices and of vectors, element by element: what a product of matrices by blocks ends with.
//
// Elements are added as they come, as sum(float8) does: m of them of one sign are exact to m roundings. A result of
// finite numbers that is not finite is an error (out_of_range); NaN and infinities go into the sum as they are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "matrix/matrix.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct ElementSum {
  std::int64_t rows = 0;
  bool finite = true;  // were all numbers?
  Vec<double> sum;

  // All have as many numbers.
  void add(std::span<const double> values);
  void merge(const ElementSum& other);
  bool valid() const { return rows >= 0 && rows <= max_rows && (rows > 0 || (sum.empty() && finite)); }
  // sum / divisor into `to`.
  void write(std::string_view function, double divisor, std::span<double> to) const;
};

struct MatrixSum {
  std::int64_t height = 0, width = 0;  // of the matrices
  ElementSum total;

  void accumulate(const MatrixView& a);
  void merge(const MatrixSum& other);
  bool valid() const;

  std::optional<Matrix> sum() const;
  std::optional<Matrix> mean() const;
};

struct VectorSum {
  ElementSum total;

  void accumulate(std::span<const double> v);
  void merge(const VectorSum& other);

  std::optional<Vec<double>> sum() const;
  std::optional<Vec<double>> mean() const;
};

}  // namespace quern
