#include <algorithm>
#include <map>

#include "matrix/expression/plan.hpp"

namespace quern::expression {

namespace {

struct Uses {
  std::map<std::int32_t, int> count;         // readings of a slot
  std::map<std::int32_t, std::size_t> step;  // that fills it

  explicit Uses(const Plan& plan) {
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
      const Step& s = plan.steps[i];
      step[s.to] = i;
      for (const StepOperand& operand : {s.a, s.b})
        if (operand.slot >= 0) ++count[operand.slot];
      for (const LoopOperand& operand : s.loop.operands)
        if (operand.slot >= 0) ++count[operand.slot];
    }
    ++count[plan.result];
  }

  // The step whose value is read once only, or none.
  const Step* only_for_one(const Plan& plan, std::int32_t slot) const {
    const auto at = step.find(slot);
    return at != step.end() && count.at(slot) == 1 ? &plan.steps[at->second] : nullptr;
  }
};

// In a slot of compressed rows there are no numbers one after the other.
bool is_sparse(const Plan& plan, std::int32_t slot) { return slot < plan.nodes() && plan.graph[slot].sparse; }

// A v, by whichever side it is written; null if that is not what the step does, or v lies in compressed rows.
const StepOperand* vector_of(const Plan& plan, const Step& step, std::int32_t a) {
  if (step.work != Work::product) return nullptr;
  const Node& node = plan.graph[step.node];
  const StepOperand* v = nullptr;
  if (step.a.slot == a && !step.a.transposed && node.shape.columns == 1)
    v = &step.b;
  else if (step.b.slot == a && step.b.transposed && node.shape.rows == 1)
    v = &step.a;
  return v && !is_sparse(plan, v->slot) ? v : nullptr;
}

}  // namespace

void fuse_double_products(Plan& plan) {
  const Uses uses(plan);
  std::vector<char> gone(plan.steps.size(), 0);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    Step& outer = plan.steps[i];
    if (outer.work != Work::product || !outer.a.transposed || plan.graph[outer.node].shape.columns != 1) continue;
    const std::int32_t a = outer.a.slot;
    if (is_vector(plan.shape_of(a)) || is_sparse(plan, a)) continue;
    const Step* const between = uses.only_for_one(plan, outer.b.slot);
    if (!between) continue;
    const Step* product = between;
    std::int32_t inner = -1;
    if (between->work == Work::loop) {
      if (between->loop.reduction != Op::input || !is_vector(between->loop.shape)) continue;
      product = nullptr;
      const auto& operands = between->loop.operands;
      for (std::size_t k = 0; k < operands.size() && !product; ++k)
        if (operands[k].kind == LoopOperand::Kind::full)
          if (const Step* const made = uses.only_for_one(plan, operands[k].slot); made && vector_of(plan, *made, a)) {
            product = made;
            inner = static_cast<std::int32_t>(k);
          }
      if (!product) continue;
    }
    const StepOperand* const v = vector_of(plan, *product, a);
    if (!v) continue;
    outer.work = Work::double_product;
    outer.b = *v;
    outer.inner = inner;
    outer.flops += product->flops;
    const double rows = static_cast<double>(plan.shape_of(a).rows),
                 columns = static_cast<double>(plan.shape_of(a).columns);
    outer.bytes = 8 * (rows * columns + 2 * columns);
    gone[static_cast<std::size_t>(product - plan.steps.data())] = true;
    if (inner >= 0) {
      outer.loop = between->loop;
      outer.flops += between->flops;
      outer.bytes += between->bytes - 16 * rows;
      gone[static_cast<std::size_t>(between - plan.steps.data())] = true;
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    if (!gone[i]) {
      if (kept != i) plan.steps[kept] = std::move(plan.steps[i]);
      ++kept;
    }
  plan.steps.resize(kept);
}

}  // namespace quern::expression
