#include "matrix/matrix.hpp"

#include <algorithm>
#include <new>

#include "base/features.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

constexpr std::size_t most_bytes = 0x3fffffff;  // of a value of the server

std::size_t bytes_of(const Shape& shape) {
  if (shape.rows < 0 || shape.columns < 0 || shape.rows > max_matrix_side || shape.columns > max_matrix_side)
    throw InvalidInput(
        concat("a matrix has between 0 and ", max_matrix_side, " rows and columns, not ", to_text(shape)));
  if (shape.size() > (most_bytes - Matrix::headroom) / sizeof(double))
    throw InvalidInput(concat("a matrix of ", to_text(shape), " takes more than 1 GB"),
                       "Cut it into blocks, one a row of a table: see quern.blocks.", Fault::limit_exceeded);
  return Matrix::headroom + shape.size() * sizeof(double);
}

}  // namespace

std::string to_text(const Shape& shape) { return concat(shape.rows, " x ", shape.columns); }

Matrix::Matrix(Shape shape) : shape_(shape), memory_(std::pmr::get_default_resource()) {
  block_ = static_cast<std::byte*>(memory_->allocate(bytes_of(shape), alignof(double)));
}

Matrix::Matrix(Shape shape, double value) : Matrix(shape) { std::fill_n(data(), size(), value); }

Matrix::Matrix(const MatrixView& from) : Matrix(from.shape()) { std::copy_n(from.data(), size(), data()); }

Matrix::~Matrix() {
  if (block_) memory_->deallocate(block_, bytes_of(shape_), alignof(double));
}

void refuse_shapes(std::string_view function, std::string_view rule, const Shape& a, const Shape& b) {
  throw InvalidInput(concat(function, ": ", rule, " (", to_text(a), " and ", to_text(b), ")"));
}

void refuse_shape(std::string_view function, std::string_view rule, const Shape& a) {
  throw InvalidInput(concat(function, ": ", rule, " (", to_text(a), ")"));
}

void require_square(std::string_view function, const MatrixView& a) {
  if (!a.square()) refuse_shape(function, "the matrix must be square", a.shape());
}

void require_in_range(std::string_view function, const MatrixView& result, std::initializer_list<MatrixView> of) {
  const auto finite = [](const MatrixView& a) { return Features(a.values()).finite(); };
  if (!finite(result) && std::all_of(of.begin(), of.end(), finite))
    throw InvalidInput(concat(function, ": result out of range"), {}, Fault::out_of_range);
}

// In tiles that fit into the first-level cache, both ways.
Matrix transpose(const MatrixView& a) {
  constexpr std::size_t tile = 32;
  Matrix t({a.shape().columns, a.shape().rows});
  const std::size_t rows = a.rows(), columns = a.columns();
  for (std::size_t i0 = 0; i0 < rows; i0 += tile) {
    checkpoint();
    const std::size_t i1 = std::min(i0 + tile, rows);
    for (std::size_t j0 = 0; j0 < columns; j0 += tile) {
      const std::size_t j1 = std::min(j0 + tile, columns);
      for (std::size_t i = i0; i < i1; ++i)
        for (std::size_t j = j0; j < j1; ++j) t(j, i) = a(i, j);
    }
  }
  return t;
}

}  // namespace quern
