#include "matrix/expression/graph.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace quern::expression {

bool is_unary(Op op) { return op >= Op::negate && op <= Op::sigmoid; }
bool is_binary(Op op) { return op >= Op::add && op <= Op::greatest; }

std::string_view name_of(Op op) {
  switch (op) {
    case Op::input:
      return "input";
    case Op::fill:
      return "fill";
    case Op::identity:
      return "identity";
    case Op::negate:
    case Op::subtract:
      return "-";
    case Op::absolute:
      return "abs";
    case Op::square_root:
      return "sqrt";
    case Op::square:
      return "square";
    case Op::exponential:
      return "exp";
    case Op::logarithm:
      return "log";
    case Op::hyperbolic_tangent:
      return "tanh";
    case Op::sigmoid:
      return "sigmoid";
    case Op::add:
      return "+";
    case Op::multiply:
      return "*";
    case Op::divide:
      return "/";
    case Op::power:
      return "^";
    case Op::least:
      return "pmin";
    case Op::greatest:
      return "pmax";
    case Op::sum:
      return "sum";
    case Op::norm:
      return "norm";
    case Op::minimum:
      return "min";
    case Op::maximum:
      return "max";
    case Op::row_sums:
      return "rowSums";
    case Op::column_sums:
      return "colSums";
    case Op::product:
      return "%*%";
    case Op::diagonal:
    case Op::diagonal_matrix:
      return "diag";
    case Op::solution:
      return "solve";
    case Op::inverse:
      return "inv";
    case Op::determinant:
      return "det";
  }
  return {};
}

bool broadcast(const Shape& a, const Shape& b, Shape& common) {
  common = {a.rows == 1 ? b.rows : a.rows, a.columns == 1 ? b.columns : a.columns};
  return (b.rows == common.rows || b.rows == 1) && (b.columns == common.columns || b.columns == 1);
}

Ref Graph::intern(Node node) {
  const auto bits = [](Ref ref) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(ref.node)) << 1 | std::uint64_t{ref.transposed};
  };
  std::uint64_t hash = static_cast<std::uint64_t>(node.op);
  for (const std::uint64_t part : {bits(node.a), bits(node.b), static_cast<std::uint64_t>(node.shape.rows),
                                   static_cast<std::uint64_t>(node.shape.columns),
                                   std::bit_cast<std::uint64_t>(node.number), static_cast<std::uint64_t>(node.index)}) {
    hash = (hash ^ part) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  }
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    const Node& other = (*this)[it->second];
    if (other.op == node.op && other.a == node.a && other.b == node.b && other.shape == node.shape &&
        std::bit_cast<std::uint64_t>(other.number) == std::bit_cast<std::uint64_t>(node.number) &&
        other.index == node.index)
      return {it->second, false};
  }
  node.place = place;
  const auto at = static_cast<std::int32_t>(nodes_.size());
  nodes_.push_back(node);
  by_hash_.emplace(hash, at);
  return {at, false};
}

Ref Graph::sparse_input(std::int32_t index, const Shape& shape, std::size_t entries) {
  return intern({.op = Op::input, .shape = shape, .index = index, .sparse = true, .entries = entries});
}

Ref Graph::input(const Node& node) {
  return node.sparse ? sparse_input(node.index, node.shape, node.entries) : input(node.index, node.shape);
}

Ref Graph::fill(const Shape& shape, double value) {
  return intern({.op = Op::fill, .shape = shape, .number = value, .symmetric = shape.rows == shape.columns});
}

Ref Graph::identity(std::int64_t n) { return intern({.op = Op::identity, .shape = {n, n}, .symmetric = true}); }

// A flag on a symmetric node says nothing.
Ref Graph::transpose(Ref a) const {
  const Node& node = (*this)[a];
  return {a.node, !a.transposed && !node.symmetric && !is_number(node.shape)};
}

Ref Graph::unary(Op op, Ref a) {
  const Node& x = (*this)[a];
  if (op == Op::negate && x.op == Op::negate) return a.transposed ? transpose(x.a) : x.a;
  if (op == Op::negate && is_literal(a)) return number(-x.number);
  const bool upright = x.shape.rows == 1 && !is_number(x.shape);  // a row is computed as a column
  const Ref made = intern(
      {.op = op, .a = {a.node, upright}, .shape = upright ? flipped(x.shape) : x.shape, .symmetric = x.symmetric});
  return a.transposed != upright ? transpose(made) : made;
}

namespace {

double fold(Op op, double x, double y) {
  switch (op) {
    case Op::add:
      return x + y;
    case Op::subtract:
      return x - y;
    case Op::multiply:
      return x * y;
    case Op::divide:
      return y == 0 ? std::nan("") : x / y;
    case Op::power:
      return std::pow(x, y);
    default:
      return std::nan("");
  }
}

}  // namespace

Ref Graph::binary(Op op, Ref a, Ref b) {
  if (is_literal(a) && is_literal(b)) {
    const double value = fold(op, (*this)[a].number, (*this)[b].number);
    if (std::isfinite(value)) return number(value);
  }
  Shape common;
  broadcast(shape(a), shape(b), common);
  if (op == Op::power && is_literal(b)) {
    if ((*this)[b].number == 1) return a;
    if ((*this)[b].number == 2) return unary(Op::square, a);
  }
  if (op == Op::multiply || op == Op::divide)
    if (is_literal(b) && (*this)[b].number == 1) return a;
  if (op == Op::multiply && is_literal(a) && (*this)[a].number == 1) return b;
  if ((op == Op::add || op == Op::multiply || op == Op::least || op == Op::greatest) && b < a) std::swap(a, b);

  // The flag goes to the result where that leaves fewer large operands with one. That of a vector costs nothing: rows
  // are computed as columns, so that they meet in one loop.
  const auto vote = [&](Ref ref) {
    const Shape s = shape(ref);
    return is_vector(s) ? 0 : ref.transposed ? 1 : -1;
  };
  int votes = vote(a) + vote(b);
  if (is_vector(common))
    votes = common.rows == 1 ? 1 : -1;
  else if (votes == 0 && is_vector(shape(a)) && is_vector(shape(b)))
    votes = a.transposed ? 1 : -1;
  const bool flip = votes > 0;
  if (flip) {
    a = transpose(a);
    b = transpose(b);
    common = flipped(common);
  }
  const auto symmetric = [&](Ref ref) { return (*this)[ref].symmetric || is_number((*this)[ref].shape); };
  const Ref made = intern({.op = op, .a = a, .b = b, .shape = common, .symmetric = symmetric(a) && symmetric(b)});
  return flip ? transpose(made) : made;
}

Ref Graph::reduce(Op op, Ref a) {
  const Shape s = shape(a);
  const bool by_vector = op == Op::row_sums || op == Op::column_sums;
  if (is_number(s) && op != Op::norm) return a;
  if (op == Op::row_sums && s.columns == 1) return a;
  if (op == Op::column_sums && s.rows == 1) return a;
  if (by_vector && is_vector(s)) return reduce(Op::sum, a);
  if (!by_vector) return intern({.op = op, .a = {a.node, false}, .shape = {1, 1}});
  const bool flip = a.transposed;
  if (flip) op = op == Op::row_sums ? Op::column_sums : Op::row_sums;
  const Shape own = (*this)[a].shape;
  const Ref made = intern(
      {.op = op, .a = {a.node, false}, .shape = op == Op::row_sums ? Shape{own.rows, 1} : Shape{1, own.columns}});
  return flip ? transpose(made) : made;
}

// A B, or t(t(B) t(A)): the one that comes first.
Ref Graph::product(Ref a, Ref b) {
  const Ref left = transpose(b), right = transpose(a);
  const bool symmetric = left == a && right == b;
  const bool flip = std::pair(left, right) < std::pair(a, b);
  if (flip) {
    a = left;
    b = right;
  }
  const Ref made =
      intern({.op = Op::product, .a = a, .b = b, .shape = {shape(a).rows, shape(b).columns}, .symmetric = symmetric});
  return flip ? transpose(made) : made;
}

Ref Graph::diagonal(Ref a) {
  const Node& x = (*this)[a];
  if (is_number(x.shape)) return a;
  if (x.op == Op::diagonal_matrix) return x.shape.rows == shape(x.a).rows ? x.a : transpose(x.a);
  const std::int64_t n = std::min(x.shape.rows, x.shape.columns);
  if (x.op == Op::identity) return fill({n, 1}, 1);
  return intern({.op = Op::diagonal, .a = {a.node, false}, .shape = {n, 1}});
}

Ref Graph::diagonal_matrix(Ref a) {
  const Node& x = (*this)[a];
  if (is_number(x.shape)) return a;
  const std::int64_t n = std::max(x.shape.rows, x.shape.columns);
  return intern({.op = Op::diagonal_matrix, .a = {a.node, false}, .shape = {n, n}, .symmetric = true});
}

Ref Graph::solution(Ref a, Ref b) { return intern({.op = Op::solution, .a = a, .b = b, .shape = shape(b)}); }

Ref Graph::inverse(Ref a) {
  const Ref made =
      intern({.op = Op::inverse, .a = {a.node, false}, .shape = (*this)[a].shape, .symmetric = (*this)[a].symmetric});
  return a.transposed ? transpose(made) : made;
}

Ref Graph::determinant(Ref a) { return intern({.op = Op::determinant, .a = {a.node, false}, .shape = {1, 1}}); }

}  // namespace quern::expression
