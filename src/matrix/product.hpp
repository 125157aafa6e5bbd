// Products of dense matrices, by the linear-algebra seam.
#pragma once

#include <span>

#include "base/vec.hpp"
#include "matrix/matrix.hpp"

namespace quern {

// A B, or with one of them transposed.
Matrix product(const MatrixView& a, const MatrixView& b, bool transpose_a = false, bool transpose_b = false);
// A v and v A.
Vec<double> product(const MatrixView& a, std::span<const double> v);
Vec<double> product(std::span<const double> v, const MatrixView& a);

}  // namespace quern
