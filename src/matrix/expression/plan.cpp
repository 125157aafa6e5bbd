#include "matrix/expression/plan.hpp"

#include <algorithm>
#include <map>

namespace quern::expression {

Shape Plan::shape_of(std::int32_t slot) const {
  const Shape own = graph[node_of(slot)].shape;
  return slot >= nodes() && slot < 2 * nodes() ? flipped(own) : own;
}

namespace {

double elements(const Shape& s) { return static_cast<double>(s.rows) * static_cast<double>(s.columns); }

class Planner {
 public:
  Planner(Graph graph, Ref root)
      : n_(graph.nodes().size()), live_(n_), group_(n_, none), wanted_(n_, none), members_(n_), made_(3 * n_) {
    plan_.graph = std::move(graph);
    plan_.root = root;
  }

  Plan plan() {
    find_groups();
    for (std::size_t i = 0; i < n_; ++i) {
      const auto node = static_cast<std::int32_t>(i);
      if (!live_[i] || (group_[i] != none && group_[i] != node)) continue;
      checkpoint();
      emit(node);
    }
    plan_.result = dense(plan_.root).slot;
    fuse_double_products(plan_);
    find_lifetimes();
    return std::move(plan_);
  }

 private:
  static constexpr std::int32_t none = -1, several = -2;

  const Node& node(std::int32_t i) const { return plan_.graph[i]; }
  Shape shape(Ref ref) const { return plan_.graph.shape(ref); }
  bool is_looped(const Node& of) const {
    return is_elementwise(of.op) || (is_reduction(of.op) && !node(of.a.node).sparse);
  }

  // Backwards: an element-wise node goes into the loop of its users if they are all in one, of its shape.
  void find_groups() {
    live_[static_cast<std::size_t>(plan_.root.node)] = true;
    wanted_[static_cast<std::size_t>(plan_.root.node)] = several;
    for (std::size_t i = n_; i-- > 0;) {
      if (!live_[i]) continue;
      const auto at = static_cast<std::int32_t>(i);
      if (is_looped(node(at))) group_[i] = is_elementwise(node(at).op) && wanted_[i] >= 0 ? wanted_[i] : at;
      for (const Ref operand : {node(at).a, node(at).b}) {
        if (operand.node < 0) continue;
        const auto to = static_cast<std::size_t>(operand.node);
        live_[to] = true;
        const bool fits = group_[i] != none && !operand.transposed && is_elementwise(node(operand.node).op) &&
                          node(operand.node).shape == loop_shape(group_[i]);
        wanted_[to] = fits && (wanted_[to] == none || wanted_[to] == group_[i]) ? group_[i] : several;
      }
    }
    for (std::size_t i = 0; i < n_; ++i)
      if (group_[i] != none && is_elementwise(node(static_cast<std::int32_t>(i)).op))
        members_[static_cast<std::size_t>(group_[i])].push_back(static_cast<std::int32_t>(i));
  }

  Shape loop_shape(std::int32_t root) const {
    return is_reduction(node(root).op) ? shape(node(root).a) : node(root).shape;
  }

  Step& add(Work work, std::int32_t of, std::int32_t to, double flops, double elements_moved) {
    made_[static_cast<std::size_t>(to)] = true;
    Step step;
    step.work = work;
    step.node = of;
    step.to = to;
    step.flops = flops;
    step.bytes = 8 * elements_moved;
    plan_.steps.push_back(std::move(step));
    return plan_.steps.back();
  }

  // Where the numbers of a value lie row by row; the flag is left only where it is allowed or says nothing.
  StepOperand dense(Ref ref, bool may_be_transposed = false) {
    const Node& of = node(ref.node);
    std::int32_t slot = ref.node;
    const auto count = static_cast<std::int32_t>(n_);
    if (of.sparse) {
      slot += 2 * count;
      if (!made_[static_cast<std::size_t>(slot)])
        add(Work::dense, ref.node, slot, 0, elements(of.shape)).a = {ref.node, false};
    } else if (of.op == Op::fill && !made_[static_cast<std::size_t>(slot)]) {
      add(Work::fill, ref.node, slot, 0, elements(of.shape));
    }
    if (!ref.transposed || may_be_transposed || is_vector(of.shape)) return {slot, ref.transposed};
    const std::int32_t turned = ref.node + count;
    if (!made_[static_cast<std::size_t>(turned)])
      add(Work::transpose, ref.node, turned, 0, 2 * elements(of.shape)).a = {slot, false};
    return {turned, false};
  }

  void emit(std::int32_t at) {
    const Node of = node(at);
    const double rows = static_cast<double>(of.shape.rows), n = rows;
    switch (of.op) {
      case Op::input:
      case Op::fill:
        return;
      case Op::identity:
        add(Work::identity, at, at, 0, elements(of.shape));
        return;
      case Op::product:
        return emit_product(at, of);
      case Op::diagonal: {
        if (node(of.a.node).sparse) return emit_sparse(at, of);
        const StepOperand a = dense(of.a);
        add(Work::diagonal, at, at, 0, 2 * elements(of.shape)).a = a;
        return;
      }
      case Op::diagonal_matrix: {
        const StepOperand a = dense(of.a);
        add(Work::diagonal_matrix, at, at, 0, elements(of.shape)).a = a;
        return;
      }
      case Op::solution: {
        const StepOperand a = dense(of.a), b = dense(of.b);
        Step& step =
            add(Work::solution, at, at, 2 * n * n * n / 3 + 2 * n * elements(of.shape), n * n + 2 * elements(of.shape));
        step.a = a;
        step.b = b;
        return;
      }
      case Op::inverse: {
        const StepOperand a = dense(of.a);
        add(Work::inverse, at, at, 2 * n * n * n, 2 * elements(of.shape)).a = a;
        return;
      }
      case Op::determinant: {
        const StepOperand a = dense(of.a);
        const double side = static_cast<double>(shape(of.a).rows);
        add(Work::determinant, at, at, 2 * side * side * side / 3, side * side).a = a;
        return;
      }
      default:
        return is_looped(of) ? emit_loop(at) : emit_sparse(at, of);
    }
  }

  void emit_sparse(std::int32_t at, const Node& of) {
    const double entries = static_cast<double>(node(of.a.node).entries);
    add(Work::sparse, at, at, entries, 1.5 * entries).a = {of.a.node, false};
  }

  void emit_product(std::int32_t at, const Node& of) {
    const bool sparse_a = node(of.a.node).sparse, sparse_b = node(of.b.node).sparse;
    const double m = static_cast<double>(of.shape.rows), k = static_cast<double>(shape(of.a).columns),
                 n = static_cast<double>(of.shape.columns);
    if (sparse_a || sparse_b) {
      const auto side = [&](Ref ref, bool sparse) {
        return sparse ? StepOperand{ref.node, ref.transposed} : dense(ref);
      };
      const StepOperand a = side(of.a, sparse_a), b = side(of.b, sparse_b);
      const double entries_a = static_cast<double>(node(of.a.node).entries),
                   entries_b = static_cast<double>(node(of.b.node).entries);
      const double terms = sparse_a && sparse_b ? std::min(entries_a * n, entries_b * m)
                           : sparse_a           ? entries_a * n
                                                : entries_b * m;
      Step& step = add(Work::product, at, at, 2 * terms,
                       (sparse_a ? 1.5 * entries_a : m * k) + (sparse_b ? 1.5 * entries_b : k * n) + m * n);
      step.a = a;
      step.b = b;
      return;
    }
    const StepOperand a = dense(of.a, true), b = dense(of.b, true);
    if (of.symmetric) {
      Step& step = add(of.b.transposed ? Work::outer_gram : Work::gram, at, at, k * n * (n + 1), k * n + n * n);
      step.a = a;
      step.b = b;
      return;
    }
    Step& step = add(Work::product, at, at, 2 * m * k * n, m * k + k * n + m * n);
    step.a = a;
    step.b = b;
  }

  void emit_loop(std::int32_t root) {
    Loop loop;
    loop.shape = loop_shape(root);
    const std::vector<std::int32_t>& members = members_[static_cast<std::size_t>(root)];

    std::map<std::int32_t, std::size_t> last_use;  // of a member, by the instruction that is the last to read it
    for (std::size_t i = 0; i < members.size(); ++i)
      for (const Ref operand : {node(members[i]).a, node(members[i]).b})
        if (operand.node >= 0 && group_[static_cast<std::size_t>(operand.node)] == root) last_use[operand.node] = i;

    std::map<Ref, std::int32_t> operands;
    std::map<std::int32_t, std::int32_t> registers;
    std::vector<std::int32_t> free_registers;
    double read = 0;
    const auto argument = [&](Ref ref) -> LoopArgument {
      if (!ref.transposed)
        if (const auto it = registers.find(ref.node); it != registers.end()) return {true, it->second};
      const auto [it, is_new] = operands.emplace(ref, static_cast<std::int32_t>(loop.operands.size()));
      if (is_new) {
        loop.operands.push_back(operand(ref, loop.shape));
        if (loop.operands.back().kind != LoopOperand::Kind::constant) read += elements(shape(ref));
      }
      return {false, it->second};
    };
    for (std::size_t i = 0; i < members.size(); ++i) {
      const Node& of = node(members[i]);
      const Place place = of.place;
      const Op op = of.op;
      const Ref sides[] = {of.a, of.b};
      LoopInstruction instruction{op, argument(sides[0]), {}, 0, place};
      if (is_binary(op)) instruction.b = argument(sides[1]);
      for (const Ref side : sides)
        if (const auto it = last_use.find(side.node); side.node >= 0 && it != last_use.end() && it->second == i)
          if (const auto held = registers.find(side.node); held != registers.end()) {
            free_registers.push_back(held->second);
            registers.erase(held);
          }
      if (free_registers.empty())
        instruction.to = loop.registers++;
      else {
        instruction.to = free_registers.back();
        free_registers.pop_back();
      }
      registers[members[i]] = instruction.to;
      loop.instructions.push_back(instruction);
    }
    const double size = elements(loop.shape);
    double flops = size * static_cast<double>(members.size());
    if (is_reduction(node(root).op)) {
      loop.reduction = node(root).op;
      loop.result = argument(node(root).a);
      flops += size * (loop.reduction == Op::norm ? 2 : 1);
    } else {
      loop.result = argument({root, false});
    }
    add(Work::loop, root, root, flops, read + elements(node(root).shape)).loop = std::move(loop);
  }

  LoopOperand operand(Ref ref, const Shape& loop) {
    const Node& of = node(ref.node);
    if (of.op == Op::fill) return {LoopOperand::Kind::constant, -1, of.number};
    const Shape s = shape(ref);
    const StepOperand at = dense(ref);
    using Kind = LoopOperand::Kind;
    const Kind kind = s == loop ? Kind::full : is_number(s) ? Kind::number : s.rows == 1 ? Kind::row : Kind::column;
    return {kind, at.slot, 0};
  }

  template <class Visit>
  static void each_slot(const Step& step, Visit visit) {
    if (step.a.slot >= 0) visit(step.a.slot);
    if (step.b.slot >= 0) visit(step.b.slot);
    for (std::size_t i = 0; i < step.loop.operands.size(); ++i)
      if (const std::int32_t slot = step.loop.operands[i].slot; slot >= 0 && static_cast<std::int32_t>(i) != step.inner)
        visit(slot);
  }

  void find_lifetimes() {
    std::vector<std::int32_t> last(3 * n_, -1);
    for (std::size_t i = 0; i < plan_.steps.size(); ++i)
      each_slot(plan_.steps[i],
                [&](std::int32_t slot) { last[static_cast<std::size_t>(slot)] = static_cast<std::int32_t>(i); });
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      Step& step = plan_.steps[i];
      const auto ends = [&](std::int32_t slot) {
        return slot != plan_.result && last[static_cast<std::size_t>(slot)] == static_cast<std::int32_t>(i) &&
               made_[static_cast<std::size_t>(slot)];
      };
      if (step.work == Work::loop && step.loop.reduction == Op::input)
        for (const LoopOperand& operand : step.loop.operands)
          if (operand.kind == LoopOperand::Kind::full && ends(operand.slot)) {
            step.over = operand.slot;
            break;
          }
      each_slot(step, [&](std::int32_t slot) {
        if (ends(slot) && slot != step.over &&
            std::find(step.frees.begin(), step.frees.end(), slot) == step.frees.end())
          step.frees.push_back(slot);
      });
    }
  }

  Plan plan_;
  std::size_t n_;
  std::vector<char> live_;
  std::vector<std::int32_t> group_, wanted_;
  std::vector<std::vector<std::int32_t>> members_;  // of each loop, in order
  std::vector<char> made_;                          // slots that a step fills
};

}  // namespace

Plan plan(Graph graph, Ref root) { return Planner(std::move(graph), root).plan(); }

}  // namespace quern::expression
