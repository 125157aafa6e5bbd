// An expression as a graph in which every value stands once: what is written twice is one node (hash-consing), and a
// transpose is not a node but a flag on the edge, which every operation absorbs or passes on:
//
//   t(t(A)) = A        t(A B) = t(B) t(A)        t(f(A)) = f(t(A))        sum(t(A)) = sum(A)        rowSums(t(A)) =
//   t(colSums(A))
//
// so that A B and t(B) t(A) are one node too. Operands come before the nodes that use them.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "matrix/expression/syntax.hpp"
#include "matrix/expression/value.hpp"
#include "matrix/matrix.hpp"

namespace quern::expression {

struct Ref {
  std::int32_t node = -1;
  bool transposed = false;

  bool operator==(const Ref&) const = default;
  auto operator<=>(const Ref&) const = default;
};

enum class Op : std::uint8_t {
  input,     // `index` of the bindings
  fill,      // `number` in every element; a literal is 1 x 1
  identity,  //
  // element by element
  negate,
  absolute,
  square_root,
  square,
  exponential,
  logarithm,
  hyperbolic_tangent,
  sigmoid,
  add,
  subtract,
  multiply,
  divide,
  power,
  least,
  greatest,
  // of all elements, of each row (m x 1), of each column (1 x n)
  sum,
  norm,
  minimum,
  maximum,
  row_sums,
  column_sums,
  //
  product,
  diagonal,         // m x 1, of a matrix
  diagonal_matrix,  // of a row or column
  solution,         // of A x = b
  inverse,
  determinant,
};

bool is_unary(Op op);
bool is_binary(Op op);
inline bool is_elementwise(Op op) { return is_unary(op) || is_binary(op); }
inline bool is_reduction(Op op) { return op >= Op::sum && op <= Op::column_sums; }
// As in the text: exp, +, rowSums.
std::string_view name_of(Op op);

struct Node {
  Op op = Op::input;
  Ref a{}, b{};
  Shape shape{};
  double number = 0;
  std::int32_t index = -1;
  bool symmetric = false;
  bool sparse = false;      // an input by compressed rows,
  std::size_t entries = 0;  // of so many
  Place place{};            // where it was first written
};

inline bool is_number(const Shape& s) { return s.rows == 1 && s.columns == 1; }
inline bool is_vector(const Shape& s) { return s.rows == 1 || s.columns == 1; }
inline Shape flipped(const Shape& s) { return {s.columns, s.rows}; }
// What a and b give element by element; false if they do not fit.
bool broadcast(const Shape& a, const Shape& b, Shape& common);

class Graph {
 public:
  Place place;  // of what is made from now on

  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& operator[](Ref ref) const { return nodes_[static_cast<std::size_t>(ref.node)]; }
  const Node& operator[](std::int32_t node) const { return nodes_[static_cast<std::size_t>(node)]; }
  Shape shape(Ref ref) const { return ref.transposed ? flipped((*this)[ref].shape) : (*this)[ref].shape; }
  bool is_literal(Ref ref) const { return (*this)[ref].op == Op::fill && is_number((*this)[ref].shape); }

  // Shapes must fit: the caller has looked, and says what does not in the words of the text.
  Ref input(std::int32_t index, const Shape& shape) {
    return intern({.op = Op::input, .shape = shape, .index = index});
  }
  Ref sparse_input(std::int32_t index, const Shape& shape, std::size_t entries);
  Ref input(std::int32_t index, const Value& value) {
    return value.sparse ? sparse_input(index, value.shape(), value.sparse->entries()) : input(index, value.shape());
  }
  // What an input is, of another graph.
  Ref input(const Node& node);
  Ref number(double value) { return fill({1, 1}, value); }
  Ref fill(const Shape& shape, double value);
  Ref identity(std::int64_t n);
  Ref transpose(Ref a) const;
  Ref unary(Op op, Ref a);
  Ref binary(Op op, Ref a, Ref b);
  Ref reduce(Op op, Ref a);
  Ref product(Ref a, Ref b);
  Ref diagonal(Ref a);
  Ref diagonal_matrix(Ref a);
  Ref solution(Ref a, Ref b);
  Ref inverse(Ref a);
  Ref determinant(Ref a);

 private:
  Ref intern(Node node);

  std::vector<Node> nodes_;
  std::unordered_multimap<std::uint64_t, std::int32_t> by_hash_;
};

}  // namespace quern::expression
