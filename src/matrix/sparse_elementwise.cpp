#include "matrix/sparse_elementwise.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/pace.hpp"
#include "base/text.hpp"
#include "matrix/elementwise.hpp"

namespace quern {

namespace {

bool finite(std::span<const double> values) { return Features(values).finite(); }

void require_in_range(std::string_view name, std::span<const double> result, std::span<const double> a,
                      std::span<const double> b) {
  if (!finite(result) && finite(a) && finite(b))
    throw InvalidInput(concat(name, ": result out of range"), {}, Fault::out_of_range);
}

SparseMatrix sum(std::string_view name, const CsrView& a, const CsrView& b, double sign) {
  if (shape_of(a) != shape_of(b))
    refuse_shapes(name, "sparse matrices must have the same shape", shape_of(a), shape_of(b));
  SparseBuilder builder(shape_of(a), a.entries() + b.entries());
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const SparseFeatures left = a.row(i), right = b.row(i);
    std::size_t k = 0, l = 0;
    while (k < left.indices.size() && l < right.indices.size()) {
      const std::uint32_t p = left.indices[k], q = right.indices[l];
      if (p < q)
        builder.append(p, left.values[k++]);
      else if (q < p)
        builder.append(q, sign * right.values[l++]);
      else
        builder.append(p, left.values[k++] + sign * right.values[l++]);
    }
    for (; k < left.indices.size(); ++k) builder.append(left.indices[k], left.values[k]);
    for (; l < right.indices.size(); ++l) builder.append(right.indices[l], sign * right.values[l]);
    builder.end_row();
    pace.spend(1 + 4 * (k + l));
  }
  SparseMatrix c = builder.finish();
  require_in_range(name, c.values, a.values, b.values);
  return c;
}

// f(a, b) where a is stored.
template <class F>
SparseMatrix combine(std::string_view name, const CsrView& a, const MatrixView& b, F f) {
  if ((b.shape().rows != a.rows && b.shape().rows != 1) || (b.shape().columns != a.columns && b.shape().columns != 1))
    refuse_shapes(
        name, "the dense matrix has not the shape of the sparse one, nor is it a row, a column or a number that fits",
        shape_of(a), b.shape());
  SparseBuilder builder(shape_of(a), a.entries());
  const std::size_t down = b.rows() == 1 ? 0 : b.columns(), right = b.columns() == 1 ? 0 : 1;
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const SparseFeatures row = a.row(i);
    for (std::size_t k = 0; k < row.indices.size(); ++k)
      builder.append(row.indices[k], f(row.values[k], b.data()[i * down + row.indices[k] * right]));
    builder.end_row();
    pace.spend(1 + 2 * row.indices.size());
  }
  SparseMatrix c = builder.finish();
  require_in_range(name, c.values, a.values, b.values());
  return c;
}

// to += sign * a, of the same shape.
void scatter(const CsrView& a, double sign, Matrix& to) {
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const SparseFeatures row = a.row(i);
    const auto numbers = to.row(i);
    for (std::size_t k = 0; k < row.indices.size(); ++k) numbers[row.indices[k]] += sign * row.values[k];
    pace.spend(1 + 2 * row.indices.size());
  }
}

Matrix dense_sum(std::string_view name, Matrix&& dense, const CsrView& a, const MatrixView& b, double sign) {
  scatter(a, sign, dense);
  require_in_range(name, dense.values(), a.values, b.values());
  return std::move(dense);
}

struct Function {
  std::string_view name;
  double (*of)(double);
};
constexpr Function functions[] = {
    {"abs", [](double x) { return std::abs(x); }},
    {"asin", [](double x) { return std::asin(x); }},
    {"asinh", [](double x) { return std::asinh(x); }},
    {"atan", [](double x) { return std::atan(x); }},
    {"atanh", [](double x) { return std::atanh(x); }},
    {"cbrt", [](double x) { return std::cbrt(x); }},
    {"ceil", [](double x) { return std::ceil(x); }},
    {"expm1", [](double x) { return std::expm1(x); }},
    {"floor", [](double x) { return std::floor(x); }},
    {"log1p", [](double x) { return std::log1p(x); }},
    {"relu", [](double x) { return x < 0 ? 0 : x; }},
    {"round", [](double x) { return std::nearbyint(x); }},
    {"sign", [](double x) { return std::isnan(x) ? x : static_cast<double>((x > 0) - (x < 0)); }},
    {"sin", [](double x) { return std::sin(x); }},
    {"sinh", [](double x) { return std::sinh(x); }},
    {"sqrt", [](double x) { return std::sqrt(x); }},
    {"square", [](double x) { return x * x; }},
    {"tan", [](double x) { return std::tan(x); }},
    {"tanh", [](double x) { return std::tanh(x); }},
    {"trunc", [](double x) { return std::trunc(x); }},
};

std::string function_names() {
  std::string names;
  for (const Function& function : functions) names += concat(names.empty() ? "" : ", ", function.name);
  return names;
}

}  // namespace

SparseMatrix add(const CsrView& a, const CsrView& b) { return sum("+", a, b, 1); }
SparseMatrix subtract(const CsrView& a, const CsrView& b) { return sum("-", a, b, -1); }

SparseMatrix multiply(const CsrView& a, const CsrView& b) {
  if (shape_of(a) != shape_of(b)) {
    if (b.rows == 1 || b.columns == 1) return multiply(a, to_dense(b));
    if (a.rows == 1 || a.columns == 1) return multiply(b, to_dense(a));
    refuse_shapes("*", "the matrices do not have the same shape, nor is one a row, a column or a number that fits",
                  shape_of(a), shape_of(b));
  }
  SparseBuilder builder(shape_of(a), std::min(a.entries(), b.entries()));
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const SparseFeatures left = a.row(i), right = b.row(i);
    std::size_t k = 0, l = 0;
    while (k < left.indices.size() && l < right.indices.size()) {
      const std::uint32_t p = left.indices[k], q = right.indices[l];
      if (p == q) builder.append(p, left.values[k] * right.values[l]);
      k += p <= q;
      l += q <= p;
    }
    builder.end_row();
    pace.spend(1 + 4 * (k + l));
  }
  SparseMatrix c = builder.finish();
  require_in_range("*", c.values, a.values, b.values);
  return c;
}

SparseMatrix multiply(const CsrView& a, const MatrixView& b) {
  return combine("*", a, b, [](double x, double y) { return x * y; });
}

SparseMatrix divide(const CsrView& a, const MatrixView& b) {
  return combine("/", a, b, [](double x, double y) {
    if (y == 0) throw InvalidInput("/: division by zero", {}, Fault::out_of_range);
    return x / y;
  });
}

SparseMatrix negate(const CsrView& a) {
  SparseMatrix c = copy_of(a);
  for (double& value : c.values) value = -value;
  return c;
}

Matrix add(const CsrView& a, const MatrixView& b) {
  if (shape_of(a) == b.shape()) return dense_sum("+", Matrix(b), a, b, 1);
  return add(to_dense(a), b);
}

Matrix subtract(const CsrView& a, const MatrixView& b) {
  if (shape_of(a) == b.shape()) return dense_sum("-", negate(b), a, b, 1);
  return subtract(to_dense(a), b);
}

Matrix subtract(const MatrixView& a, const CsrView& b) {
  if (a.shape() == shape_of(b)) return dense_sum("-", Matrix(a), b, a, -1);
  return subtract(a, to_dense(b));
}

SparseMatrix apply(const CsrView& a, std::string_view function) {
  const auto* const found =
      std::find_if(std::begin(functions), std::end(functions), [&](const Function& f) { return f.name == function; });
  if (found == std::end(functions))
    throw InvalidInput(
        concat("apply: \"", function.substr(0, 40), "\" is not a function that keeps 0"),
        concat("There are ", function_names(), "; others apply to a dense matrix: apply(dense(a), ...)."));
  SparseBuilder builder(shape_of(a), a.entries());
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const SparseFeatures row = a.row(i);
    for (std::size_t k = 0; k < row.indices.size(); ++k) {
      const double value = row.values[k], result = found->of(value);
      if (!std::isfinite(result) && std::isfinite(value))
        throw InvalidInput(concat("apply: ", function, " of ", value, " is out of range"), {}, Fault::out_of_range);
      builder.append(row.indices[k], result);
    }
    builder.end_row();
    pace.spend(1 + 20 * row.indices.size());
  }
  return builder.finish();
}

}  // namespace quern
