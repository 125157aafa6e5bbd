// What an expression is given: a dense matrix or one by compressed rows, where it lies.
#pragma once

#include <optional>

#include "matrix/sparse_matrix.hpp"

namespace quern::expression {

struct Value {
  Value(const MatrixView& dense) : dense(dense) {}
  Value(const CsrView& sparse) : sparse(sparse) {}

  Shape shape() const { return sparse ? shape_of(*sparse) : dense.shape(); }

  MatrixView dense;
  std::optional<CsrView> sparse;
};

}  // namespace quern::expression
