// From the tree of an expression to its graph: names are looked up, functions called, shapes checked, so that what does
// not fit is refused with the operation and its place before anything is computed. Values that the result does not need
// stay in the graph and are not computed.
#pragma once

#include <span>

#include "matrix/expression/graph.hpp"
#include "matrix/expression/syntax.hpp"
#include "matrix/expression/value.hpp"

namespace quern::expression {

struct Binding {
  std::string_view name;
  Value value;
};

struct Built {
  Graph graph;
  Ref root;
};

Built build(const Program& program, std::span<const Binding> bindings);

}  // namespace quern::expression
