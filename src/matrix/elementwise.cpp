#include "matrix/elementwise.hpp"

#include <algorithm>
#include <cmath>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

constexpr std::size_t piece = std::size_t{1} << 20;  // elements between two checkpoints

// to[j] = f(a[j], b[j]) where a step is 0 or 1.
template <class F>
void combine_row(F f, const double* a, bool a_steps, const double* b, bool b_steps, double* to, std::size_t n) {
  if (a_steps && b_steps)
    for (std::size_t j = 0; j < n; ++j) to[j] = f(a[j], b[j]);
  else if (a_steps)
    for (std::size_t j = 0; j < n; ++j) to[j] = f(a[j], *b);
  else if (b_steps)
    for (std::size_t j = 0; j < n; ++j) to[j] = f(*a, b[j]);
  else
    for (std::size_t j = 0; j < n; ++j) to[j] = f(*a, *b);
}

std::int64_t common_side(std::int64_t a, std::int64_t b) { return a == 1 ? b : a; }

template <class F>
Matrix combine(std::string_view name, const MatrixView& a, const MatrixView& b, F f) {
  const Shape shape{common_side(a.shape().rows, b.shape().rows), common_side(a.shape().columns, b.shape().columns)};
  const auto fits = [&](const Shape& s) {
    return (s.rows == shape.rows || s.rows == 1) && (s.columns == shape.columns || s.columns == 1);
  };
  if (!fits(a.shape()) || !fits(b.shape()))
    refuse_shapes(name, "the matrices do not have the same shape, nor is one a row, a column or a number that fits",
                  a.shape(), b.shape());
  Matrix c(shape);
  if (a.shape() == shape && b.shape() == shape) {
    for (std::size_t i = 0; i < c.size(); i += piece) {
      checkpoint();
      combine_row(f, a.data() + i, true, b.data() + i, true, c.data() + i, std::min(piece, c.size() - i));
    }
  } else {
    std::size_t done = 0;
    for (std::size_t i = 0; i < c.rows(); ++i) {
      combine_row(f, a.row(a.rows() == 1 ? 0 : i).data(), a.columns() != 1, b.row(b.rows() == 1 ? 0 : i).data(),
                  b.columns() != 1, c.row(i).data(), c.columns());
      if ((done += c.columns()) >= piece) {
        checkpoint();
        done = 0;
      }
    }
  }
  require_in_range(name, c, {a, b});
  return c;
}

}  // namespace

Matrix add(const MatrixView& a, const MatrixView& b) {
  return combine("+", a, b, [](double x, double y) { return x + y; });
}

Matrix subtract(const MatrixView& a, const MatrixView& b) {
  return combine("-", a, b, [](double x, double y) { return x - y; });
}

Matrix multiply(const MatrixView& a, const MatrixView& b) {
  return combine("*", a, b, [](double x, double y) { return x * y; });
}

Matrix divide(const MatrixView& a, const MatrixView& b) {
  const auto values = b.values();
  if (std::find(values.begin(), values.end(), 0.0) != values.end())
    throw InvalidInput("/: division by zero", {}, Fault::out_of_range);
  return combine("/", a, b, [](double x, double y) { return x / y; });
}

Matrix negate(const MatrixView& a) {
  Matrix c(a.shape());
  for (std::size_t i = 0; i < c.size(); ++i) c.data()[i] = -a.data()[i];
  return c;
}

bool equal(const MatrixView& a, const MatrixView& b) {
  return a.shape() == b.shape() &&
         std::equal(a.values().begin(), a.values().end(), b.values().begin(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

std::uint64_t hash(const MatrixView& a, std::uint64_t seed) {
  NumberHash hash(seed);
  hash.add(static_cast<std::uint64_t>(a.shape().rows));
  hash.add(static_cast<std::uint64_t>(a.shape().columns));
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i % 65536 == 0) checkpoint();
    hash.add(a.data()[i]);
  }
  return hash.value();
}

}  // namespace quern
