// A plan in words.
#include <algorithm>

#include "base/text.hpp"
#include "matrix/expression/expression.hpp"

namespace quern::expression {

namespace {

constexpr std::size_t longest = 200;  // characters of an operation

struct Text {
  std::string text;
  int binding = 9;  // 1: +, 2: *, 3: %*%, 4: unary -, 5: ^, 9: nothing needs parentheses
};

std::string within(const Text& text, int at_least) {
  return text.binding >= at_least ? text.text : concat("(", text.text, ")");
}

std::string transposed(const std::string& text, bool yes) { return yes ? concat("t(", text, ")") : text; }

class Explainer {
 public:
  Explainer(const Plan& plan, std::span<const Binding> bindings)
      : plan_(plan),
        bindings_(bindings),
        step_of_(static_cast<std::size_t>(plan.slots()), 0),
        uses_(step_of_.size(), 0) {
    for (const Step& step : plan.steps) {
      step_of_[static_cast<std::size_t>(step.to)] = ++count_;
      for (const StepOperand& operand : {step.a, step.b})
        if (operand.slot >= 0) ++uses_[static_cast<std::size_t>(operand.slot)];
      for (const LoopOperand& operand : step.loop.operands)
        if (operand.slot >= 0) ++uses_[static_cast<std::size_t>(operand.slot)];
      if ((step.work == Work::gram || step.work == Work::outer_gram)) --uses_[static_cast<std::size_t>(step.a.slot)];
    }
  }

  std::vector<PlanRow> rows() const {
    std::vector<PlanRow> rows;
    for (const Step& step : plan_.steps)
      rows.push_back({static_cast<std::int32_t>(rows.size() + 1), operation(step), to_text(plan_.shape_of(step.to)),
                      step.flops, step.bytes, note(step)});
    if (rows.empty())
      rows.push_back({1, transposed(value(plan_.result), plan_.root.transposed), to_text(plan_.graph.shape(plan_.root)),
                      0, 16 * static_cast<double>(plan_.graph.shape(plan_.root).size()), "a copy"});
    return rows;
  }

 private:
  // A slot: the name of an input, a number, or the step that makes it.
  std::string value(std::int32_t slot) const {
    if (const std::size_t step = step_of_[static_cast<std::size_t>(slot)]; step > 0) return concat("s", step);
    const Node& node = plan_.graph[plan_.node_of(slot)];
    if (node.op == Op::input) return std::string(bindings_[static_cast<std::size_t>(node.index)].name);
    return concat(node.number);
  }

  std::string operand(const StepOperand& of) const { return transposed(value(of.slot), of.transposed); }

  std::string operation(const Step& step) const {
    switch (step.work) {
      case Work::loop:
        return loop(step);
      case Work::product:
      case Work::gram:
      case Work::outer_gram:
        return concat(operand(step.a), " %*% ", operand(step.b));
      case Work::double_product: {
        return concat("t(", value(step.a.slot), ") %*% (", step.inner >= 0 ? loop(step) : product_of(step), ")");
      }
      case Work::transpose:
        return transposed(value(step.a.slot), true);
      case Work::dense:
        return concat("dense(", value(step.a.slot), ")");
      case Work::fill:
        return concat(plan_.graph[step.node].number, " everywhere");
      case Work::solution:
        return concat("solve(", operand(step.a), ", ", operand(step.b), ")");
      default:
        return concat(name_of(plan_.graph[step.node].op), "(", step.a.slot >= 0 ? operand(step.a) : std::string(), ")");
    }
  }

  std::string product_of(const Step& step) const { return concat(value(step.a.slot), " %*% ", value(step.b.slot)); }

  std::string loop(const Step& step) const {
    const Loop& loop = step.loop;
    std::vector<Text> registers(static_cast<std::size_t>(loop.registers));
    const auto text_of = [&](const LoopArgument& argument) -> Text {
      const auto index = static_cast<std::size_t>(argument.index);
      if (argument.in_register) return registers[index];
      if (argument.index == step.inner) return {product_of(step), 3};
      const LoopOperand& operand = loop.operands[index];
      if (operand.kind != LoopOperand::Kind::constant) return {value(operand.slot)};
      return {concat(operand.constant), operand.constant < 0 ? 4 : 9};
    };
    for (const LoopInstruction& instruction : loop.instructions) {
      Text made =
          applied(instruction, text_of(instruction.a), is_binary(instruction.op) ? text_of(instruction.b) : Text{});
      if (made.text.size() > longest) made = {"..."};
      registers[static_cast<std::size_t>(instruction.to)] = made;
    }
    const Text result = text_of(loop.result);
    return loop.reduction == Op::input ? result.text : concat(name_of(loop.reduction), "(", result.text, ")");
  }

  static Text applied(const LoopInstruction& instruction, const Text& a, const Text& b) {
    const std::string_view name = name_of(instruction.op);
    const auto infix = [&](int binding) {
      return Text{concat(within(a, binding), " ", name, " ", within(b, binding + 1)), binding};
    };
    switch (instruction.op) {
      case Op::add:
      case Op::subtract:
        return infix(1);
      case Op::multiply:
      case Op::divide:
        return infix(2);
      case Op::power:
        return {concat(within(a, 6), "^", within(b, 5)), 5};
      case Op::square:
        return {concat(within(a, 6), "^2"), 5};
      case Op::negate:
        return {concat("-", within(a, 5)), 4};
      default:
        return {is_binary(instruction.op) ? concat(name, "(", a.text, ", ", b.text, ")")
                                          : concat(name, "(", a.text, ")")};
    }
  }

  std::string note(const Step& step) const {
    std::string note;
    const auto add = [&](const auto&... parts) { note += concat(note.empty() ? "" : "; ", parts...); };
    if (step.work == Work::gram || step.work == Work::outer_gram) add("symmetric: half of the product");
    if (step.work == Work::product || step.work == Work::gram || step.work == Work::outer_gram)
      for (const StepOperand& operand : {step.a, step.b})
        if (operand.transposed && !is_vector(plan_.shape_of(operand.slot))) {
          add("transposed by a flag");
          break;
        }
    if (step.work == Work::double_product) add(value(step.a.slot), " is read once, transposed by a flag");
    if (!step.loop.operands.empty() && step.loop.instructions.size() + (step.loop.reduction != Op::input) > 1)
      add("one loop of ", step.loop.instructions.size() + (step.loop.reduction != Op::input), " operations");
    if (step.over >= 0) add("in place of ", value(step.over));
    const std::size_t uses = uses_[static_cast<std::size_t>(step.to)];
    if (uses > 1) add("used ", uses, " times");
    return note;
  }

  const Plan& plan_;
  std::span<const Binding> bindings_;
  std::vector<std::size_t> step_of_;  // 0 for none
  std::vector<std::size_t> uses_;
  std::size_t count_ = 0;
};

}  // namespace

std::vector<PlanRow> explain(std::string_view text, std::span<const Binding> bindings) {
  const Plan plan = plan_of(text, bindings);
  return Explainer(plan, bindings).rows();
}

}  // namespace quern::expression
