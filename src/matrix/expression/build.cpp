#include "matrix/expression/build.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace quern::expression {

namespace {

constexpr std::string_view inner_sides = "the columns of the first must be as many as the rows of the second";
constexpr std::string_view no_broadcast =
    "the matrices do not have the same shape, nor is one a row, a column or a number that fits";

class Builder {
 public:
  Builder(const Program& program, std::span<const Binding> bindings) : program_(program), bindings_(bindings) {
    for (std::size_t i = 0; i < bindings.size(); ++i) {
      const auto [it, is_new] =
          names_.emplace(bindings[i].name, graph.input(static_cast<std::int32_t>(i), bindings[i].value));
      if (!is_new) throw InvalidInput(concat("eval: the name \"", bindings[i].name, "\" is bound twice"));
    }
  }

  Ref build() {
    std::size_t statement = 0;
    values_.reserve(program_.nodes.size());
    for (const SyntaxNode& node : program_.nodes) {
      checkpoint();
      graph.place = node.place;
      node_ = &node;
      values_.push_back(value(node));
      const Statement& current = program_.statements[statement];
      if (current.value + 1 == values_.size()) {
        if (!current.name.empty()) names_[current.name] = values_.back();
        ++statement;
      }
    }
    return values_[program_.statements.back().value];
  }

  // For the functions.
  Graph graph;

  Ref argument(std::size_t i) const { return values_[node_->operands[i]]; }
  std::size_t arguments() const { return node_->operands.size(); }
  Shape shape(std::size_t i) const { return graph.shape(argument(i)); }

  [[noreturn]] void refuse(std::string_view what, Fault fault = Fault::invalid_parameter) const {
    refuse_at(program_.source, node_->place, concat(operation(), ": ", what), fault);
  }
  [[noreturn]] void refuse(std::string_view what, const Shape& a) const { refuse(concat(what, " (", to_text(a), ")")); }
  [[noreturn]] void refuse(std::string_view what, const Shape& a, const Shape& b) const {
    refuse(concat(what, " (", to_text(a), " and ", to_text(b), ")"));
  }

  Ref elementwise(Op op, Ref a, Ref b) {
    Shape common;
    if (!broadcast(graph.shape(a), graph.shape(b), common)) refuse(no_broadcast, graph.shape(a), graph.shape(b));
    require_size(common);
    return graph.binary(op, a, b);
  }

  Ref product(Ref a, Ref b) {
    const Shape left = graph.shape(a), right = graph.shape(b);
    if (left.columns != right.rows) refuse(inner_sides, left, right);
    return graph.product(a, b);
  }

  void require_square(std::size_t i) const {
    if (shape(i).rows != shape(i).columns) refuse("the matrix must be square", shape(i));
  }
  void require_elements(std::size_t i) const {
    if (shape(i).size() == 0) refuse("the matrix has no elements", shape(i));
  }

  // A whole number that is known before anything is computed.
  std::int64_t count(std::size_t i) const {
    const Ref ref = argument(i);
    const Node& node = graph[ref];
    double value = -1;
    if (graph.is_literal(ref))
      value = node.number;
    else if (node.op == Op::input && is_number(node.shape) && !node.sparse)
      value = bindings_[static_cast<std::size_t>(node.index)].value.dense.data()[0];
    else
      refuse("a size must be a number that is written or bound, or nrow or ncol");
    if (!(value >= 0 && value <= static_cast<double>(max_matrix_side)) || value != std::trunc(value))
      refuse(concat("a size must be a whole number between 0 and ", max_matrix_side, ", not ", value));
    return static_cast<std::int64_t>(value);
  }
  void require_size(const Shape& s) const {
    constexpr double most = 1LL << 37;  // elements, of 8 bytes: 1 TB
    if (static_cast<double>(s.rows) * static_cast<double>(s.columns) > most)
      refuse(concat("a matrix of ", to_text(s), " does not fit into memory"), Fault::limit_exceeded);
  }

 private:
  std::string_view operation() const {
    switch (node_->kind) {
      case Syntax::call:
        return node_->name;
      case Syntax::add:
        return "+";
      case Syntax::subtract:
      case Syntax::negate:
        return "-";
      case Syntax::multiply:
        return "*";
      case Syntax::divide:
        return "/";
      case Syntax::power:
        return "^";
      case Syntax::product:
        return "%*%";
      default:
        return "value";
    }
  }

  Ref value(const SyntaxNode& node) {
    switch (node.kind) {
      case Syntax::number:
        return graph.number(node.number);
      case Syntax::name:
        return look_up(node.name);
      case Syntax::call:
        return call(node.name);
      case Syntax::negate:
        return graph.unary(Op::negate, argument(0));
      case Syntax::add:
        return elementwise(Op::add, argument(0), argument(1));
      case Syntax::subtract:
        return elementwise(Op::subtract, argument(0), argument(1));
      case Syntax::multiply:
        return elementwise(Op::multiply, argument(0), argument(1));
      case Syntax::divide:
        return elementwise(Op::divide, argument(0), argument(1));
      case Syntax::power:
        return elementwise(Op::power, argument(0), argument(1));
      case Syntax::product:
        return product(argument(0), argument(1));
      case Syntax::transpose:
        return graph.transpose(argument(0));
    }
    return {};
  }

  Ref look_up(std::string_view name) const {
    if (const auto it = names_.find(name); it != names_.end()) return it->second;
    std::vector<std::string_view> known;
    for (const auto& [key, ref] : names_) known.push_back(key);
    std::sort(known.begin(), known.end());
    std::string list;
    for (const std::string_view k : known)
      if (list.size() < 100) list += concat(list.empty() ? "" : ", ", k);
    refuse_at(program_.source, node_->place,
              concat("there is no value \"", name, "\"", list.empty() ? "" : concat(" among ", list)),
              Fault::unknown_name);
  }

  Ref call(std::string_view name);

  const Program& program_;
  std::span<const Binding> bindings_;
  const SyntaxNode* node_ = nullptr;
  std::unordered_map<std::string_view, Ref> names_;
  std::vector<Ref> values_;
};

struct Function {
  std::string_view name;
  std::size_t least, most;  // arguments
  Ref (*make)(Builder&);
};

template <Op op>
Ref of_elements(Builder& b) {
  return b.graph.unary(op, b.argument(0));
}
template <Op op>
Ref of_pairs(Builder& b) {
  return b.elementwise(op, b.argument(0), b.argument(1));
}
template <Op op>
Ref reduced(Builder& b) {
  if (op == Op::minimum || op == Op::maximum) b.require_elements(0);
  return b.graph.reduce(op, b.argument(0));
}
Ref transposed(Builder& b) { return b.graph.transpose(b.argument(0)); }
Ref mean(Builder& b) {
  b.require_elements(0);
  return b.graph.binary(Op::divide, b.graph.reduce(Op::sum, b.argument(0)),
                        b.graph.number(static_cast<double>(b.shape(0).size())));
}
template <Op op>
Ref means(Builder& b) {
  const std::int64_t n = op == Op::row_sums ? b.shape(0).columns : b.shape(0).rows;
  if (n == 0) b.require_elements(0);
  return b.graph.binary(Op::divide, b.graph.reduce(op, b.argument(0)), b.graph.number(static_cast<double>(n)));
}
Ref rows(Builder& b) { return b.graph.number(static_cast<double>(b.shape(0).rows)); }
Ref columns(Builder& b) { return b.graph.number(static_cast<double>(b.shape(0).columns)); }
Ref trace(Builder& b) {
  b.require_square(0);
  return b.graph.reduce(Op::sum, b.graph.diagonal(b.argument(0)));
}
// Of a number n that is written: the identity of n rows, as in R.
Ref diagonal(Builder& b) {
  if (b.graph.is_literal(b.argument(0))) return b.graph.identity(b.count(0));
  if (!is_vector(b.shape(0))) return b.graph.diagonal(b.argument(0));
  const std::int64_t n = std::max(b.shape(0).rows, b.shape(0).columns);
  b.require_size({n, n});
  return b.graph.diagonal_matrix(b.argument(0));
}
Ref identity(Builder& b) {
  const std::int64_t n = b.count(0);
  b.require_size({n, n});
  return b.graph.identity(n);
}
Ref filled(Builder& b, double value) {
  const Shape s{b.count(0), b.arguments() > 1 ? b.count(1) : 1};
  b.require_size(s);
  return b.graph.fill(s, value);
}
Ref zeros(Builder& b) { return filled(b, 0); }
Ref ones(Builder& b) { return filled(b, 1); }
Ref determinant(Builder& b) {
  b.require_square(0);
  return b.graph.determinant(b.argument(0));
}
Ref inverse(Builder& b) {
  b.require_square(0);
  return b.graph.inverse(b.argument(0));
}
Ref solve(Builder& b) {
  b.require_square(0);
  if (b.arguments() == 1) return b.graph.inverse(b.argument(0));
  if (b.shape(1).rows != b.shape(0).rows)
    b.refuse("the right side must have as many rows as the matrix", b.shape(0), b.shape(1));
  return b.graph.solution(b.argument(0), b.argument(1));
}
Ref cross(Builder& b) { return b.product(b.graph.transpose(b.argument(0)), b.argument(b.arguments() - 1)); }
Ref outer_cross(Builder& b) { return b.product(b.argument(0), b.graph.transpose(b.argument(b.arguments() - 1))); }

constexpr Function functions[] = {
    {"t", 1, 1, transposed},
    {"transpose", 1, 1, transposed},
    {"sum", 1, 1, reduced<Op::sum>},
    {"mean", 1, 1, mean},
    {"rowSums", 1, 1, reduced<Op::row_sums>},
    {"row_sums", 1, 1, reduced<Op::row_sums>},
    {"colSums", 1, 1, reduced<Op::column_sums>},
    {"col_sums", 1, 1, reduced<Op::column_sums>},
    {"rowMeans", 1, 1, means<Op::row_sums>},
    {"row_means", 1, 1, means<Op::row_sums>},
    {"colMeans", 1, 1, means<Op::column_sums>},
    {"col_means", 1, 1, means<Op::column_sums>},
    {"min", 1, 1, reduced<Op::minimum>},
    {"max", 1, 1, reduced<Op::maximum>},
    {"norm", 1, 1, reduced<Op::norm>},
    {"exp", 1, 1, of_elements<Op::exponential>},
    {"log", 1, 1, of_elements<Op::logarithm>},
    {"sqrt", 1, 1, of_elements<Op::square_root>},
    {"abs", 1, 1, of_elements<Op::absolute>},
    {"tanh", 1, 1, of_elements<Op::hyperbolic_tangent>},
    {"sigmoid", 1, 1, of_elements<Op::sigmoid>},
    {"pmin", 2, 2, of_pairs<Op::least>},
    {"minimum", 2, 2, of_pairs<Op::least>},
    {"pmax", 2, 2, of_pairs<Op::greatest>},
    {"maximum", 2, 2, of_pairs<Op::greatest>},
    {"nrow", 1, 1, rows},
    {"ncol", 1, 1, columns},
    {"trace", 1, 1, trace},
    {"diag", 1, 1, diagonal},
    {"eye", 1, 1, identity},
    {"identity", 1, 1, identity},
    {"zeros", 1, 2, zeros},
    {"ones", 1, 2, ones},
    {"det", 1, 1, determinant},
    {"determinant", 1, 1, determinant},
    {"inv", 1, 1, inverse},
    {"inverse", 1, 1, inverse},
    {"solve", 1, 2, solve},
    {"crossprod", 1, 2, cross},
    {"tcrossprod", 1, 2, outer_cross},
};

Ref Builder::call(std::string_view name) {
  const auto* const function =
      std::find_if(std::begin(functions), std::end(functions), [&](const Function& f) { return f.name == name; });
  if (function == std::end(functions))
    refuse_at(program_.source, node_->place, concat("there is no function \"", name, "\""), Fault::unknown_function);
  if (arguments() < function->least || arguments() > function->most)
    refuse(concat("takes ", function->least,
                  function->most > function->least ? concat(" or ", function->most, " arguments")
                  : function->most == 1            ? std::string(" argument")
                                                   : std::string(" arguments"),
                  ", not ", arguments(),
                  (name == "min" || name == "max") && arguments() == 2 ? "; pmin and pmax go element by element" : ""));
  return function->make(*this);
}

}  // namespace

Built build(const Program& program, std::span<const Binding> bindings) {
  Builder builder(program, bindings);
  const Ref root = builder.build();
  return {std::move(builder.graph), root};
}

}  // namespace quern::expression
