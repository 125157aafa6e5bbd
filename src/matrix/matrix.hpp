// The dense matrix behind quern.matrix: float8 in row-major order, any shape from 0 x 0 on.
//
// A Matrix owns its numbers, in one piece of memory from the default resource with room in front for what a datum
// starts with: the server makes it a value without a copy. A MatrixView is a matrix that lies elsewhere, such as an
// argument where it was detoasted, so that a chain of operations in one expression copies nothing.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace quern {

inline constexpr std::int64_t max_matrix_side = 2147483647;

struct Shape {
  std::int64_t rows = 0, columns = 0;

  std::size_t size() const { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }
  bool operator==(const Shape&) const = default;
};
std::string to_text(const Shape& shape);  // 2 x 3

class MatrixView {
 public:
  MatrixView() = default;
  MatrixView(Shape shape, const double* data) : shape_(shape), data_(data) {}

  const Shape& shape() const { return shape_; }
  std::size_t rows() const { return static_cast<std::size_t>(shape_.rows); }
  std::size_t columns() const { return static_cast<std::size_t>(shape_.columns); }
  std::size_t size() const { return shape_.size(); }
  bool square() const { return shape_.rows == shape_.columns; }
  const double* data() const { return data_; }
  std::span<const double> values() const { return {data_, size()}; }
  std::span<const double> row(std::size_t i) const { return {data_ + i * columns(), columns()}; }
  double operator()(std::size_t i, std::size_t j) const { return data_[i * columns() + j]; }

 private:
  Shape shape_;
  const double* data_ = nullptr;
};

class Matrix {
 public:
  static constexpr std::size_t headroom = 16;  // bytes before the first number

  Matrix() = default;
  // Its numbers are not set. More than a value may have, 1 GB, is an error (limit_exceeded).
  explicit Matrix(Shape shape);
  Matrix(Shape shape, double value);
  explicit Matrix(const MatrixView& from);  // a copy
  Matrix(Matrix&& other) noexcept { swap(other); }
  Matrix& operator=(Matrix&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Matrix();

  operator MatrixView() const { return {shape_, data()}; }
  const Shape& shape() const { return shape_; }
  std::size_t rows() const { return static_cast<std::size_t>(shape_.rows); }
  std::size_t columns() const { return static_cast<std::size_t>(shape_.columns); }
  std::size_t size() const { return shape_.size(); }
  double* data() { return reinterpret_cast<double*>(block_ + headroom); }
  const double* data() const { return reinterpret_cast<const double*>(block_ + headroom); }
  std::span<double> values() { return {data(), size()}; }
  std::span<double> row(std::size_t i) { return {data() + i * columns(), columns()}; }
  double& operator()(std::size_t i, std::size_t j) { return data()[i * columns() + j]; }
  double operator()(std::size_t i, std::size_t j) const { return data()[i * columns() + j]; }

  // The same numbers, row by row, as a matrix of another shape of as many.
  void reshape(Shape shape) { shape_ = shape; }

  const std::byte* data_block() const { return block_; }
  // The memory, headroom first, which is the caller's from now on; null if there is none.
  std::byte* release() { return std::exchange(block_, nullptr); }

 private:
  void swap(Matrix& other) noexcept {
    std::swap(shape_, other.shape_);
    std::swap(block_, other.block_);
    std::swap(memory_, other.memory_);
  }

  Shape shape_;
  std::byte* block_ = nullptr;
  std::pmr::memory_resource* memory_ = nullptr;
};

// `function: rule (2 x 3 and 4 x 5)`.
[[noreturn]] void refuse_shapes(std::string_view function, std::string_view rule, const Shape& a, const Shape& b);
// `function: rule (2 x 3)`.
[[noreturn]] void refuse_shape(std::string_view function, std::string_view rule, const Shape& a);
void require_square(std::string_view function, const MatrixView& a);

// A result of finite matrices that is not finite is an error (out_of_range).
void require_in_range(std::string_view function, const MatrixView& result, std::initializer_list<MatrixView> of);

Matrix transpose(const MatrixView& a);

}  // namespace quern
