// Matrices made of numbers, of other matrices and of parts of them. Indices count from 1.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/split_mix.hpp"
#include "base/vec.hpp"
#include "matrix/matrix.hpp"

namespace quern {

// SplitMix64: Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014; the stream of
// Vigna's splitmix64.c started with x = seed. The same numbers on every machine.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() { return split_mix(state_ += split_mix_step); }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }  // [0, 1)

 private:
  std::uint64_t state_;
};

Matrix identity(std::int64_t n);
Matrix filled(std::int64_t rows, std::int64_t columns, double value);
// Uniform on [0, 1), row by row from one stream of SplitMix64.
Matrix random_matrix(std::int64_t rows, std::int64_t columns, std::int64_t seed);
Matrix diagonal_matrix(std::span<const double> diagonal);
Vec<double> diagonal(const MatrixView& a);

Matrix kron(const MatrixView& a, const MatrixView& b);
Matrix hstack(std::span<const MatrixView> parts);
Matrix vstack(std::span<const MatrixView> parts);

std::optional<double> element(const MatrixView& a, std::int64_t i, std::int64_t j);  // nothing outside
Vec<double> row(const MatrixView& a, std::int64_t i);
Vec<double> column(const MatrixView& a, std::int64_t j);
// Rows i1 to i2 and columns j1 to j2, both ends included; i2 = i1 - 1 gives no rows.
Matrix slice(const MatrixView& a, std::int64_t i1, std::int64_t i2, std::int64_t j1, std::int64_t j2);
// The same numbers, row by row, in another shape.
Matrix reshape(const MatrixView& a, std::int64_t rows, std::int64_t columns);

}  // namespace quern
