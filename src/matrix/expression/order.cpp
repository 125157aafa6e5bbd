#include "matrix/expression/order.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace quern::expression {

namespace {

constexpr std::size_t most_factors = 256;  // of which all splits are weighed, n^3 / 6

}  // namespace

double product_cost(const Factor& a, const Factor& b) {
  const auto m = static_cast<double>(a.shape.rows), n = static_cast<double>(b.shape.columns),
             k = static_cast<double>(a.shape.columns);
  const double flops =
      std::min({2 * m * k * n, a.sparse ? 2 * a.entries * n : INFINITY, b.sparse ? 2 * b.entries * m : INFINITY});
  const auto bytes = [](const Factor& f) {
    return f.sparse ? 12 * f.entries : 8 * static_cast<double>(f.shape.rows) * static_cast<double>(f.shape.columns);
  };
  return flops + bytes(a) + bytes(b) + 8 * m * n;
}

ChainOrder::ChainOrder(std::vector<Factor> factors)
    : factors_(std::move(factors)), n_(factors_.size()), costs_(n_ * n_), splits_(n_ * n_) {
  // The product of factors [i, j] as a factor.
  const auto made = [&](std::size_t i, std::size_t j) {
    return i == j ? factors_[i] : Factor{.shape = {factors_[i].shape.rows, factors_[j].shape.columns}};
  };
  for (std::size_t length = 2; length <= n_; ++length) {
    checkpoint();
    for (std::size_t i = 0; i + length <= n_; ++i) {
      const std::size_t j = i + length - 1;
      double best = std::numeric_limits<double>::infinity();
      for (std::size_t k = i; k < j; ++k) {
        const Factor left = made(i, k), right = made(k + 1, j);
        double product = product_cost(left, right);
        double sides = cost(i, k) + cost(k + 1, j);
        if (mirrored(i, k, j)) {
          if (!left.sparse)
            product -= static_cast<double>(left.shape.size()) * static_cast<double>(right.shape.columns);
          sides = cost(i, k);
        } else if (repeated(i, k, j)) {
          sides = cost(i, k);
        }
        if (sides + product < best) {
          best = sides + product;
          splits_[i * n_ + j] = k;
        }
      }
      costs_[i * n_ + j] = best;
    }
  }
}

bool ChainOrder::mirrored(std::size_t i, std::size_t k, std::size_t j) const {
  if (k + 1 - i != j - k) return false;
  for (std::size_t at = i; at <= k; ++at) {
    const Factor &left = factors_[at], &right = factors_[j - (at - i)];
    if (left.id != right.id || left.transposed == right.transposed) return false;
  }
  return true;
}

bool ChainOrder::repeated(std::size_t i, std::size_t k, std::size_t j) const {
  if (k + 1 - i != j - k) return false;
  for (std::size_t at = i; at <= k; ++at) {
    const Factor &left = factors_[at], &right = factors_[at - i + k + 1];
    if (left.id != right.id || left.transposed != right.transposed) return false;
  }
  return true;
}

namespace {

struct Scale {
  Op op;
  Ref number;
};

// A product of several factors, and the numbers that were taken out of it.
struct Chain {
  std::vector<Ref> factors;
  std::vector<Scale> scales;
};

class Orderer {
 public:
  Orderer(const Graph& from, Ref root) : from_(from), uses_(from.nodes().size()), inlined_(from.nodes().size()) {
    count_uses(root);
    choose_inlined(root);
  }

  Ordered order(Ref root) {
    mapped_.resize(from_.nodes().size());
    for (std::size_t i = 0; i < uses_.size(); ++i) {
      if (uses_[i] == 0) continue;
      checkpoint();
      const auto node = static_cast<std::int32_t>(i);
      to_.place = from_[node].place;
      mapped_[i] = absorbed(node) ? Ref{} : map(node);
    }
    const Ref result = at(root);
    return {std::move(to_), result};
  }

 private:
  std::int32_t uses(Ref ref) const { return uses_[static_cast<std::size_t>(ref.node)]; }

  template <class Visit>
  void each_operand(const Node& node, Visit visit) const {
    if (node.a.node >= 0) visit(node.a);
    if (node.b.node >= 0) visit(node.b);
  }

  void count_uses(Ref root) {
    uses_[static_cast<std::size_t>(root.node)] = 1;
    consumer_.assign(uses_.size(), -1);
    for (std::size_t i = uses_.size(); i-- > 0;)
      if (uses_[i] > 0)
        each_operand(from_[static_cast<std::int32_t>(i)], [&](Ref operand) {
          ++uses_[static_cast<std::size_t>(operand.node)];
          consumer_[static_cast<std::size_t>(operand.node)] = static_cast<std::int32_t>(i);
        });
  }

  bool is_product(std::int32_t node) const { return from_[node].op == Op::product; }

  // A product that only one product uses is part of its chain. One that several use, all of them products, is so if
  // that is cheaper than to compute it once.
  void choose_inlined(Ref root) {
    std::vector<char> for_products(uses_.size(), 1);
    for_products[static_cast<std::size_t>(root.node)] = 0;
    for (std::size_t i = 0; i < uses_.size(); ++i)
      if (uses_[i] > 0 && !is_product(static_cast<std::int32_t>(i)))
        each_operand(from_[static_cast<std::int32_t>(i)],
                     [&](Ref operand) { for_products[static_cast<std::size_t>(operand.node)] = 0; });
    std::vector<std::size_t> shared;
    for (std::size_t i = uses_.size(); i-- > 0;) {
      if (uses_[i] == 0 || !is_product(static_cast<std::int32_t>(i)) || !for_products[i]) continue;
      if (uses_[i] == 1)
        inlined_[i] = true;
      else
        shared.push_back(i);
    }
    constexpr std::size_t most_weighed = 16;
    if (shared.empty() || shared.size() > most_weighed) return;
    double cost = cost_of_products();
    for (const std::size_t node : shared) {
      inlined_[node] = true;
      const double other = cost_of_products();
      if (other < cost)
        cost = other;
      else
        inlined_[node] = false;
    }
  }

  double cost_of_products() const {
    double cost = 0;
    for (std::size_t i = 0; i < uses_.size(); ++i) {
      const auto node = static_cast<std::int32_t>(i);
      if (uses_[i] == 0 || !is_product(node) || inlined_[i]) continue;
      const Chain chain = chain_of(Ref{node, false}, most_factors);
      if (chain.factors.size() > most_factors) return std::numeric_limits<double>::infinity();
      cost += ChainOrder(factors_of(from_, chain.factors)).cost();
    }
    return cost;
  }

  static std::vector<Factor> factors_of(const Graph& graph, const std::vector<Ref>& refs) {
    std::vector<Factor> factors;
    for (const Ref ref : refs)
      factors.push_back(
          {graph.shape(ref), ref.node, ref.transposed, graph[ref].sparse, static_cast<double>(graph[ref].entries)});
    return factors;
  }

  // The factors of a product, in the old graph: chains in it opened, numbers taken out. More than `most` are not told.
  Chain chain_of(Ref product, std::size_t most = std::numeric_limits<std::size_t>::max()) const {
    Chain chain;
    std::vector<Ref> open;
    const auto push_sides = [&](Ref ref) {
      const Node& node = from_[ref];
      open.push_back(ref.transposed ? from_.transpose(node.a) : node.b);
      open.push_back(ref.transposed ? from_.transpose(node.b) : node.a);
    };
    push_sides(product);
    while (!open.empty()) {
      const Ref ref = open.back();
      open.pop_back();
      if (chain.factors.size() > most) break;
      const Node& node = from_[ref];
      const auto rest = [&](Ref operand) { return ref.transposed ? from_.transpose(operand) : operand; };
      if (node.op == Op::product && inlined_[static_cast<std::size_t>(ref.node)]) {
        push_sides(ref);
      } else if (node.op == Op::negate && !is_number(node.shape)) {
        chain.scales.push_back({Op::negate, {}});
        open.push_back(rest(node.a));
      } else if (node.op == Op::multiply && is_number(from_.shape(node.a)) && !is_number(node.shape)) {
        chain.scales.push_back({Op::multiply, node.a});
        open.push_back(rest(node.b));
      } else if (node.op == Op::multiply && is_number(from_.shape(node.b)) && !is_number(node.shape)) {
        chain.scales.push_back({Op::multiply, node.b});
        open.push_back(rest(node.a));
      } else if (node.op == Op::divide && is_number(from_.shape(node.b)) && !is_number(node.shape)) {
        chain.scales.push_back({Op::divide, node.b});
        open.push_back(rest(node.a));
      } else {
        chain.factors.push_back(ref);
      }
    }
    return chain;
  }

  // Nodes that are not computed for themselves: parts of a chain, and products under a sum or diagonal.
  bool absorbed(std::int32_t node) const {
    if (inlined_[static_cast<std::size_t>(node)]) return true;
    if (uses_[static_cast<std::size_t>(node)] != 1) return false;
    const std::int32_t consumer = consumer_[static_cast<std::size_t>(node)];
    if (consumer < 0) return false;
    const Op by = from_[consumer].op;
    if (is_product(node)) {
      if (by == Op::sum || by == Op::row_sums || by == Op::column_sums) return true;
      return by == Op::diagonal && from_[node].shape.rows == from_[node].shape.columns;
    }
    // trace(A B)
    return from_[node].op == Op::diagonal && by == Op::sum && is_product(from_[node].a.node) &&
           absorbed(from_[node].a.node);
  }

  // A value of the old graph in the new one.
  Ref at(Ref ref) {
    Ref made = mapped_[static_cast<std::size_t>(ref.node)];
    if (made.node < 0) made = map(ref.node);  // absorbed, and needed after all
    return ref.transposed ? to_.transpose(made) : made;
  }

  Ref map(std::int32_t index) {
    const Node& node = from_[index];
    switch (node.op) {
      case Op::input:
        return to_.input(node);
      case Op::fill:
        return to_.fill(node.shape, node.number);
      case Op::identity:
        return to_.identity(node.shape.rows);
      case Op::product:
        return chain(chain_of({index, false}), {});
      case Op::diagonal:
        if (absorbed(node.a.node)) return diagonal_of_product(node.a, Op::row_sums);
        return to_.diagonal(at(node.a));
      case Op::diagonal_matrix:
        return to_.diagonal_matrix(at(node.a));
      case Op::solution:
        return to_.solution(at(node.a), at(node.b));
      case Op::inverse:
        return to_.inverse(at(node.a));
      case Op::determinant:
        return to_.determinant(at(node.a));
      default:
        break;
    }
    if (is_unary(node.op)) return to_.unary(node.op, at(node.a));
    if (is_binary(node.op)) return to_.binary(node.op, at(node.a), at(node.b));
    if (absorbed(node.a.node)) {
      if (from_[node.a].op == Op::diagonal) return diagonal_of_product(from_[node.a].a, Op::sum);
      if (is_product(node.a.node)) return chain(chain_of({node.a.node, false}), node.op);
    }
    return to_.reduce(node.op, at(node.a));
  }

  // The sum, or the sums by row, of A * t(B): the trace or diagonal of A B. The last factor stands alone.
  Ref diagonal_of_product(Ref product, Op reduction) {
    Chain chain = chain_of({product.node, false});
    std::vector<Ref> factors = mapped(chain.factors);
    const Ref last = factors.back();
    factors.pop_back();
    const Ref left = factors.size() == 1 ? factors[0] : ordered(factors);
    return scaled(to_.reduce(reduction, to_.binary(Op::multiply, left, to_.transpose(last))), chain.scales);
  }

  std::vector<Ref> mapped(const std::vector<Ref>& factors) {
    std::vector<Ref> out;
    for (const Ref factor : factors) out.push_back(at(factor));
    return out;
  }

  Ref chain(const Chain& chain, Op sums) {
    std::vector<Ref> factors = mapped(chain.factors);
    if (sums == Op::sum || sums == Op::column_sums) factors.front() = to_.reduce(Op::column_sums, factors.front());
    if (sums == Op::sum || sums == Op::row_sums) factors.back() = to_.reduce(Op::row_sums, factors.back());
    // Numbers go where there are fewest elements: with a factor, or with the result.
    const Shape result{to_.shape(factors.front()).rows, to_.shape(factors.back()).columns};
    std::size_t smallest = factors.size();
    std::size_t size = result.size();
    for (std::size_t i = 0; i < factors.size(); ++i)
      if (to_.shape(factors[i]).size() < size) {
        smallest = i;
        size = to_.shape(factors[i]).size();
      }
    if (smallest == factors.size()) return scaled(ordered(factors), chain.scales);
    factors[smallest] = scaled(factors[smallest], chain.scales);
    return ordered(factors);
  }

  Ref scaled(Ref ref, const std::vector<Scale>& scales) {
    bool negative = false;
    for (const Scale& scale : scales) {
      if (scale.op == Op::negate)
        negative = !negative;
      else
        ref = scale.op == Op::multiply ? to_.binary(Op::multiply, at(scale.number), ref)
                                       : to_.binary(Op::divide, ref, at(scale.number));
    }
    return negative ? to_.unary(Op::negate, ref) : ref;
  }

  // Of very many, runs are ordered, then their products.
  Ref ordered(const std::vector<Ref>& factors) {
    if (factors.size() > most_factors) {
      std::vector<Ref> runs;
      for (std::size_t i = 0; i < factors.size(); i += most_factors) {
        const auto from = factors.begin() + static_cast<std::ptrdiff_t>(i);
        runs.push_back(ordered({from, from + static_cast<std::ptrdiff_t>(std::min(most_factors, factors.size() - i))}));
      }
      return ordered(runs);
    }
    const ChainOrder order(factors_of(to_, factors));
    return parenthesised(factors, order, 0, factors.size() - 1);
  }

  Ref parenthesised(const std::vector<Ref>& factors, const ChainOrder& order, std::size_t i, std::size_t j) {
    if (i == j) return factors[i];
    const std::size_t k = order.split(i, j);
    const Ref left = parenthesised(factors, order, i, k);
    return product(left, parenthesised(factors, order, k + 1, j));
  }

  // The product of two, as what it is.
  Ref product(Ref a, Ref b) {
    const Node left = to_[a], right = to_[b];
    if (left.op == Op::identity) return b;
    if (right.op == Op::identity) return a;
    if (left.op == Op::diagonal_matrix) return to_.binary(Op::multiply, upright(left.a), b);
    if (right.op == Op::diagonal_matrix) return to_.binary(Op::multiply, a, to_.transpose(upright(right.a)));
    if (left.op == Op::inverse) {
      return to_.solution(a.transposed ? to_.transpose(left.a) : left.a, b);
    }
    if (right.op == Op::inverse) {
      return to_.transpose(to_.solution(b.transposed ? right.a : to_.transpose(right.a), to_.transpose(a)));
    }
    const Shape s{to_.shape(a).rows, to_.shape(b).columns};
    if (to_.shape(a).columns == 1) return to_.binary(Op::multiply, a, b);
    if (is_number(s)) return to_.reduce(Op::sum, to_.binary(Op::multiply, to_.transpose(a), b));
    return to_.product(a, b);
  }
  // A vector as a column.
  Ref upright(Ref vector) { return to_.shape(vector).columns == 1 ? vector : to_.transpose(vector); }

  const Graph& from_;
  Graph to_;
  std::vector<std::int32_t> uses_, consumer_;
  std::vector<char> inlined_;
  std::vector<Ref> mapped_;
};

}  // namespace

Ordered order(const Graph& graph, Ref root) { return Orderer(graph, root).order(root); }

}  // namespace quern::expression
