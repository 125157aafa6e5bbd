// The steps that compute an expression. Element-wise operations whose values nothing else needs become one loop, with
// the sum at its end; transposes stay flags of products and are computed only where element-wise arithmetic meets a
// matrix both ways; values are freed after their last use, and a loop writes over an operand that nothing needs
// further.
#pragma once

#include "matrix/expression/graph.hpp"
#include "matrix/expression/loop.hpp"

namespace quern::expression {

enum class Work {
  loop,
  product,         // by gemm or gemv, or of compressed rows
  double_product,  // t(A) f(A v), a block of rows at a time
  gram,            // t(A) A: half of the product
  outer_gram,      // A t(A): half of the product
  transpose,
  dense,   // of compressed rows
  sparse,  // a reduction or the diagonal of compressed rows
  fill,
  identity,
  diagonal,
  diagonal_matrix,
  solution,
  inverse,
  determinant,
};

struct StepOperand {
  std::int32_t slot = -1;
  bool transposed = false;
};

struct Step {
  Work work = Work::loop;
  std::int32_t node = -1;
  std::int32_t to = -1;  // slot
  StepOperand a{}, b{};
  Loop loop{};
  std::int32_t inner = -1;  // of a double product: the operand of the loop that is A v; without a loop it goes as it is
  std::int32_t over = -1;   // slot whose memory the result takes
  std::vector<std::int32_t> frees{};
  double flops = 0, bytes = 0;  // bytes read and written, once each
};

// Slots hold values: slot i is node i, then come their transposes, then compressed rows made dense.
struct Plan {
  Graph graph;
  std::vector<Step> steps;
  Ref root;
  std::int32_t result = -1;  // slot; as many numbers as the root, which may be a vector lying otherwise

  std::int32_t nodes() const { return static_cast<std::int32_t>(graph.nodes().size()); }
  std::int32_t slots() const { return 3 * nodes(); }
  std::int32_t node_of(std::int32_t slot) const { return slot % nodes(); }
  Shape shape_of(std::int32_t slot) const;
};

Plan plan(Graph graph, Ref root);

// t(A) f(A v), where f is a loop over one column or nothing, becomes one step that reads A once.
void fuse_double_products(Plan& plan);

}  // namespace quern::expression
