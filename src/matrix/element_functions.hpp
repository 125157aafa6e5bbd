// Functions of one number, by name, on every element.
#pragma once

#include <cstdint>
#include <string_view>

#include "matrix/matrix.hpp"

namespace quern {

// abs, acos, asin, atan, cbrt, ceil, cos, cosh, erf, exp, expm1, floor, ln, log10, log1p, log2, negate, reciprocal, relu,
// round (halves to even), sigmoid, sign, sin, sinh, softplus, sqrt, square, tan, tanh, trunc.
using ElementFunction = double (*)(double);
ElementFunction find_element_function(std::string_view name);  // null if there is none
Matrix apply(const MatrixView& a, std::string_view name);

// Every element to that power.
Matrix power(const MatrixView& a, double exponent);
// A A ... A by squaring; the inverse of A to -exponent where that is below 0, the identity for 0.
Matrix matrix_power(const MatrixView& a, std::int64_t exponent);

}  // namespace quern
