#include "matrix/element_functions.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "matrix/construct.hpp"
#include "matrix/product.hpp"
#include "matrix/solve.hpp"

namespace quern {

namespace {

struct Named {
  std::string_view name;
  ElementFunction function;
};

constexpr Named functions[] = {
    {"abs", [](double x) { return std::abs(x); }},
    {"acos", [](double x) { return std::acos(x); }},
    {"asin", [](double x) { return std::asin(x); }},
    {"atan", [](double x) { return std::atan(x); }},
    {"cbrt", [](double x) { return std::cbrt(x); }},
    {"ceil", [](double x) { return std::ceil(x); }},
    {"cos", [](double x) { return std::cos(x); }},
    {"cosh", [](double x) { return std::cosh(x); }},
    {"erf", [](double x) { return std::erf(x); }},
    {"exp", [](double x) { return std::exp(x); }},
    {"expm1", [](double x) { return std::expm1(x); }},
    {"floor", [](double x) { return std::floor(x); }},
    {"ln", [](double x) { return std::log(x); }},
    {"log10", [](double x) { return std::log10(x); }},
    {"log1p", [](double x) { return std::log1p(x); }},
    {"log2", [](double x) { return std::log2(x); }},
    {"negate", [](double x) { return -x; }},
    {"reciprocal", [](double x) { return 1 / x; }},
    {"relu", [](double x) { return x < 0 ? 0 : x; }},
    {"round", [](double x) { return std::nearbyint(x); }},
    {"sigmoid",
     [](double x) {
       const double e = std::exp(-std::abs(x));
       return (x < 0 ? e : 1) / (1 + e);
     }},
    {"sign", [](double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }},
    {"sin", [](double x) { return std::sin(x); }},
    {"sinh", [](double x) { return std::sinh(x); }},
    {"softplus", [](double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }},
    {"sqrt", [](double x) { return std::sqrt(x); }},
    {"square", [](double x) { return x * x; }},
    {"tan", [](double x) { return std::tan(x); }},
    {"tanh", [](double x) { return std::tanh(x); }},
    {"trunc", [](double x) { return std::trunc(x); }}};

std::string names() {
  std::string all;
  for (const Named& named : functions) all += concat(all.empty() ? "" : ", ", named.name);
  return all;
}

template <class F>
Matrix each(std::string_view function, const MatrixView& a, F f) {
  constexpr std::size_t piece = 65536;
  Matrix c(a.shape());
  for (std::size_t i = 0; i < a.size(); i += piece) {
    checkpoint();
    for (std::size_t k = i; k < std::min(i + piece, a.size()); ++k) c.data()[k] = f(a.data()[k]);
  }
  require_in_range(function, c, {a});
  return c;
}

}  // namespace

ElementFunction find_element_function(std::string_view name) {
  for (const Named& named : functions)
    if (named.name == name) return named.function;
  return nullptr;
}

Matrix apply(const MatrixView& a, std::string_view name) {
  const ElementFunction function = find_element_function(name);
  if (!function)
    throw InvalidInput(concat("apply: unknown function \"", name, "\""), concat("Functions are ", names(), "."));
  return each(concat("apply \"", name, "\""), a, function);
}

Matrix power(const MatrixView& a, double exponent) {
  if (exponent == 2) return each("power", a, [](double x) { return x * x; });
  return each("power", a, [=](double x) { return std::pow(x, exponent); });
}

Matrix matrix_power(const MatrixView& a, std::int64_t exponent) {
  require_square("matrix_power", a);
  Matrix base = exponent < 0 ? inverse(a) : Matrix(a);
  std::uint64_t left = exponent < 0 ? -static_cast<std::uint64_t>(exponent) : static_cast<std::uint64_t>(exponent);
  Matrix result = identity(a.shape().rows);
  for (bool started = false; left > 0; left >>= 1) {
    if (left & 1) {
      result = started ? product(result, base) : Matrix(MatrixView(base));
      started = true;
    }
    if (left > 1) base = product(base, base);
  }
  return result;
}

}  // namespace quern
