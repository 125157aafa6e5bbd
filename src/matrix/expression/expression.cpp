#include "matrix/expression/expression.hpp"

#include "base/text.hpp"
#include "matrix/expression/evaluate.hpp"
#include "matrix/expression/order.hpp"

namespace quern::expression {

namespace {

Plan plan_of(const Program& program, std::span<const Binding> bindings) {
  const Built built = build(program, bindings);
  Ordered ordered = order(built.graph, built.root);
  return plan(std::move(ordered.graph), ordered.root);
}

std::vector<Value> values_of(std::span<const Binding> bindings) {
  std::vector<Value> values;
  for (const Binding& binding : bindings) values.push_back(binding.value);
  return values;
}

}  // namespace

Plan plan_of(std::string_view text, std::span<const Binding> bindings) { return plan_of(parse(text), bindings); }

Matrix evaluate(std::string_view text, std::span<const Binding> bindings) {
  return evaluate(plan_of(text, bindings), values_of(bindings),
                  [&](const Place& place, std::string_view what, Fault fault) { refuse_at(text, place, what, fault); });
}

Matrix chain(std::span<const Value> factors) {
  if (factors.empty()) throw InvalidInput("chain: there are no factors");
  Graph graph;
  Ref product;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const Ref factor = graph.input(static_cast<std::int32_t>(i), factors[i]);
    if (i > 0 && factors[i - 1].shape().columns != factors[i].shape().rows)
      refuse_shapes("chain", concat("the columns of factor ", i, " must be as many as the rows of factor ", i + 1),
                    factors[i - 1].shape(), factors[i].shape());
    product = i == 0 ? factor : graph.product(product, factor);
  }
  Ordered ordered = order(graph, product);
  return evaluate(
      plan(std::move(ordered.graph), ordered.root), factors,
      [](const Place&, std::string_view what, Fault fault) { throw InvalidInput(concat("chain: ", what), {}, fault); });
}

}  // namespace quern::expression
