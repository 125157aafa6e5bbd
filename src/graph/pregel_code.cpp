#include "graph/pregel_code.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/text.hpp"
#include "graph/pregel_syntax.hpp"

namespace quern::pregel {

namespace {

// As in PostgreSQL: constants without a point are whole and divide as such; those with one are decimal until they meet
// what is double precision; texts are numbers where one is wanted.
enum class Type { null, text, whole, decimal, real, truth };

bool is_number(Type type) { return type != Type::truth; }

struct Function {
  std::string_view name;
  Op op;
  bool keeps_whole = false;
};
constexpr Function unary_functions[] = {
    {"abs", Op::absolute, true},
    {"sqrt", Op::square_root},
    {"cbrt", Op::cube_root},
    {"exp", Op::exponential},
    {"ln", Op::logarithm},
    {"log", Op::decimal_logarithm},
    {"log10", Op::decimal_logarithm},
    {"floor", Op::floor},
    {"ceil", Op::ceiling},
    {"ceiling", Op::ceiling},
    {"round", Op::round},
    {"trunc", Op::truncate},
    {"sign", Op::sign},
    {"sin", Op::sine},
    {"cos", Op::cosine},
    {"tan", Op::tangent},
    {"atan", Op::arc_tangent},
    {"tanh", Op::hyperbolic_tangent},
    {"minus", Op::negate, true},
};
constexpr Function binary_functions[] = {
    {"+", Op::add, true},       {"-", Op::subtract, true},
    {"*", Op::multiply, true},  {"/", Op::divide, true},
    {"%", Op::remainder, true}, {"mod", Op::remainder, true},
    {"^", Op::power},           {"power", Op::power},
    {"pow", Op::power},         {"=", Op::equal},
    {"<>", Op::unequal},        {"<", Op::below},
    {"<=", Op::at_most},        {"is distinct from", Op::is_distinct},
};

struct Value {
  Operand operand;
  Type type;
};

class Compiler {
 public:
  explicit Compiler(const Source& source) : source_(source), nodes_(parse(source.text)) {}

  Code code() {
    const Value value = compile(nodes_.size() - 1, 0, always);
    const Place place = nodes_.back().place;
    if (source_.condition && value.type != Type::truth && value.type != Type::null)
      refuse(place, "the value must be true or false, not a number");
    if (!source_.condition && !is_number(value.type)) refuse(place, "the value must be a number, not true or false");
    code_.result = value.operand;
    return std::move(code_);
  }

 private:
  static constexpr Operand always{Operand::Kind::constant, Name::value, false, 0, 1};
  static constexpr Operand nothing{Operand::Kind::constant, Name::value, true, 0, 0};

  static Operand constant(double number) { return {Operand::Kind::constant, Name::value, false, 0, number}; }

  [[noreturn]] void refuse(const Place& place, std::string_view what, Fault fault = Fault::malformed_expression) const {
    refuse_part(source_.text, place, what, fault);
  }

  struct Context {
    const SyntaxNode& node;
    std::size_t at;  // the lowest register that is free
    const Operand& mask;
  };

  Operand emit(const Context& context, Op op, std::size_t to, const Operand& a, const Operand& b = constant(0),
               const Operand& c = constant(0)) {
    code_.instructions.push_back({op, a, b, c, to, context.mask, false, context.node.place});
    code_.registers = std::max(code_.registers, to + 1);
    return {Operand::Kind::place, Name::value, false, to, 0};
  }
  // `mask` where also `op` holds of `by`; only for errors.
  Operand narrowed(const Context& context, Op op, std::size_t to, const Operand& by) {
    const Operand mask = emit(context, op, to, context.mask, by);
    code_.instructions.back().masking = true;
    return mask;
  }

  Value compile(std::size_t index, std::size_t at, const Operand& mask) {
    const SyntaxNode& node = nodes_[index];
    if (++depth_ > most_depth)
      refuse(node.place, concat("the expression is nested more than ", most_depth, " deep"), Fault::limit_exceeded);
    const Value value = compile(node, at, mask);
    --depth_;
    return value;
  }

  Value compile(const SyntaxNode& node, std::size_t at, const Operand& mask) {
    switch (node.form) {
      case Form::number:
        if (node.name == "whole" && node.number > 0x1p53) refuse(node.place, "the number has too many digits");
        return {constant(node.number), node.name == "whole" ? Type::whole : Type::decimal};
      case Form::text:
        return {constant(number_of(node)), Type::text};
      case Form::null:
        return {nothing, Type::null};
      case Form::truth:
        return {constant(node.number), Type::truth};
      case Form::name:
        return name(node);
      case Form::call:
        return call({node, at, mask});
      case Form::choice:
        return choice({node, at, mask});
    }
    return {nothing, Type::null};
  }

  double number_of(const SyntaxNode& node) const {
    std::string lower = node.name;
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (lower == "infinity" || lower == "inf") return std::numeric_limits<double>::infinity();
    if (lower == "-infinity" || lower == "-inf") return -std::numeric_limits<double>::infinity();
    if (lower == "nan") return std::numeric_limits<double>::quiet_NaN();
    double number = 0;
    const auto [stop, error] = std::from_chars(lower.data(), lower.data() + lower.size(), number);
    if (error != std::errc() || stop != lower.data() + lower.size() ||
        std::isalpha(static_cast<unsigned char>(lower[0])))
      refuse(node.place, concat("\"", node.name, "\" is not a number"), Fault::malformed_text);
    return number;
  }

  Value name(const SyntaxNode& node) {
    Name found{};
    if (!find_name(node.name, source_.names, found))
      throw InvalidInput(concat("there is no \"", node.name, "\" at position ", node.place.begin + 1),
                         concat("Names are ", list_of(source_.names), "."), Fault::unknown_name);
    if (source_.text_ids && (found == Name::id || found == Name::target))
      refuse(node.place, "the ids of this graph are texts, not numbers");
    code_.uses.add(found);
    return {{Operand::Kind::name, found, false, 0, 0}, Type::real};
  }

  [[noreturn]] void refuse_call(const SyntaxNode& node) const {
    const std::string_view name = node.name;
    const bool is_cast = name.starts_with("::");
    if (is_cast || !std::isalpha(static_cast<unsigned char>(name[0])) || name == "minus" || name == "plus")
      refuse(node.place, "the operator does not go with its operands", Fault::unknown_function);
    refuse(node.place, concat("there is no function ", name, " of these ", node.operands.size(), " arguments"),
           Fault::unknown_function);
  }

  // Operands side by side, each in a register of its own if it needs one.
  Value operand(const Context& context, std::size_t i) {
    return compile(context.node.operands[i], context.at + i, context.mask);
  }

  Value call(const Context& context) {
    const SyntaxNode& node = context.node;
    const std::string_view name = node.name;
    const std::size_t n = node.operands.size();
    if (name == "and" || name == "or") return logic(context, name == "and");
    if (name == "not" || name == "is true" || name == "is false") {
      const Value a = operand(context, 0);
      if (a.type != Type::truth && a.type != Type::null) refuse_call(node);
      const Op op = name == "not" ? Op::inverse : name == "is true" ? Op::is_true : Op::is_false;
      return {emit(context, op, context.at, a.operand), Type::truth};
    }
    if (name == "is null") return {emit(context, Op::is_null, context.at, operand(context, 0).operand), Type::truth};
    if (name.starts_with("::")) return cast(context);
    if (name == "plus") {
      const Value a = operand(context, 0);
      if (!is_number(a.type) || a.type == Type::text) refuse_call(node);
      return a;
    }
    if (name == "pi" && n == 0) return {constant(std::numbers::pi), Type::real};
    if ((name == "least" || name == "greatest" || name == "coalesce") && n > 0) return first_of(context);
    if (n == 1)
      for (const Function& f : unary_functions)
        if (f.name == name) return unary(context, f);
    if (n == 2) {
      if (name == ">" || name == ">=") return compare(context, name == ">" ? Op::below : Op::at_most, true);
      if (name == "nullif") return null_if(context);
      for (const Function& f : binary_functions)
        if (f.name == name) return f.op >= Op::equal ? compare(context, f.op, false) : arithmetic(context, f);
    }
    refuse_call(node);
  }

  Value unary(const Context& context, const Function& f) {
    const Value a = operand(context, 0);
    if (!is_number(a.type) || a.type == Type::text) refuse_call(context.node);
    if (f.op == Op::round && a.type == Type::decimal) refuse_call(context.node);  // numeric rounds halves away
    if (f.op == Op::negate && a.operand.kind == Operand::Kind::constant && !a.operand.null)
      return {constant(-a.operand.number), a.type};
    const bool keeps = f.keeps_whole && a.type == Type::whole;
    return {emit(context, f.op, context.at, a.operand), keeps ? Type::whole : Type::real};
  }

  // What two numbers are together. A choice of a whole number and a text, which PostgreSQL refuses, is of numbers.
  Type common(const SyntaxNode& node, Type a, Type b, bool choice = false) const {
    if (!is_number(a) || !is_number(b)) refuse_call(node);
    if (a == Type::null) return b;
    if (b == Type::null) return a;
    if (a == Type::text || b == Type::text) {
      if (!choice && a != Type::real && b != Type::real) refuse_call(node);
      return Type::real;
    }
    return std::max(a, b);
  }

  Value arithmetic(const Context& context, const Function& f) {
    const Value a = operand(context, 0), b = operand(context, 1);
    const Type type = common(context.node, a.type, b.type);
    const bool whole = type == Type::whole;
    const Op op = f.op == Op::divide && whole ? Op::divide_whole : f.op;
    return {emit(context, op, context.at, a.operand, b.operand), f.keeps_whole ? type : Type::real};
  }

  Value compare(const Context& context, Op op, bool turned) {
    Value a = operand(context, 0), b = operand(context, 1);
    const bool truths =
        (a.type == Type::truth || a.type == Type::null) && (b.type == Type::truth || b.type == Type::null);
    if (!truths) common(context.node, a.type, b.type);
    if (turned) std::swap(a, b);
    return {emit(context, op, context.at, a.operand, b.operand), Type::truth};
  }

  Value null_if(const Context& context) {
    const Value a = operand(context, 0), b = operand(context, 1);
    common(context.node, a.type, b.type);
    return {emit(context, Op::null_if, context.at, a.operand, b.operand), a.type};
  }

  // The right side is wanted where the left does not decide.
  Value logic(const Context& context, bool both) {
    const SyntaxNode& node = context.node;
    const auto require_truth = [&](const Value& value) {
      if (value.type != Type::truth && value.type != Type::null) refuse_call(node);
      return value.operand;
    };
    const Operand a = require_truth(compile(node.operands[0], context.at, context.mask));
    const Operand mask = narrowed(context, both ? Op::and_not_false : Op::and_not_true, context.at + 1, a);
    const Operand b = require_truth(compile(node.operands[1], context.at + 2, mask));
    return {emit(context, both ? Op::both : Op::either, context.at, a, b), Type::truth};
  }

  Value first_of(const Context& context) {
    const SyntaxNode& node = context.node;
    const bool coalesces = node.name == "coalesce";
    const Op op = coalesces ? Op::coalesce : node.name == "least" ? Op::least : Op::greatest;
    Value so_far = compile(node.operands[0], context.at, context.mask);
    for (std::size_t i = 1; i < node.operands.size(); ++i) {
      const Operand mask =
          coalesces ? narrowed(context, Op::and_null, context.at + 1, so_far.operand) : Operand(context.mask);
      const Value next = compile(node.operands[i], context.at + 2, mask);
      const bool truths = so_far.type == Type::truth && next.type == Type::truth;
      const Type type = truths ? Type::truth : common(node, so_far.type, next.type, true);
      so_far = {emit(context, op, context.at, so_far.operand, next.operand), type};
    }
    return so_far;
  }

  Value cast(const Context& context) {
    const SyntaxNode& node = context.node;
    const Value a = operand(context, 0);
    if (node.name == "::float8") {
      if (!is_number(a.type)) refuse_call(node);
      return {a.operand, Type::real};
    }
    if (node.name == "::bool") {
      if (a.type == Type::truth || a.type == Type::null) return {a.operand, Type::truth};
      if (a.type != Type::whole) refuse_call(node);
      return {emit(context, Op::unequal, context.at, a.operand, constant(0)), Type::truth};
    }
    if (a.type == Type::truth && node.name == "::int4") return {a.operand, Type::whole};
    if (a.type != Type::real && a.type != Type::whole) refuse_call(node);
    return {emit(context, node.name == "::int4" ? Op::to_int4 : Op::to_int8, context.at, a.operand), Type::whole};
  }

  // CASE. The undecided are kept in a register, so that the depth does not grow with the number of branches.
  Value choice(const Context& context) {
    const SyntaxNode& node = context.node;
    const std::size_t at = context.at;
    const auto branches = node.operands.size() / 2;
    Type type = Type::null;
    const auto join = [&](const Value& value) {
      const bool truth = value.type == Type::truth;
      if (type == Type::null)
        type = value.type;
      else if (value.type != Type::null && truth != (type == Type::truth))
        refuse_call(node);
      else if (!truth && value.type != Type::null)
        type = type == value.type ? type : common(node, type, value.type, true);
      return value.operand;
    };
    const auto condition = [&](std::size_t i, std::size_t to, const Operand& mask) {
      const Value value = compile(node.operands[2 * i], to, mask);
      if (value.type != Type::truth && value.type != Type::null) refuse_call(node);
      return value.operand;
    };
    if (branches == 1) {
      const Operand where = condition(0, at, context.mask);
      const Operand then = narrowed(context, Op::and_true, at + 1, where);
      const Operand a = join(compile(node.operands[1], at + 2, then));
      const Operand otherwise = narrowed(context, Op::and_not_true, at + 3, where);
      const Operand b = join(compile(node.operands[2], at + 4, otherwise));
      return {emit(context, Op::choose, at, a, b, where), type};
    }
    Operand result = nothing, undecided = always;
    for (std::size_t i = 0; i < branches; ++i) {
      const Operand wanted = narrowed(context, Op::and_true, at + 2, undecided);
      const Operand where = condition(i, at + 3, wanted);
      const Operand taken = emit(context, Op::and_true, at + 3, undecided, where);
      undecided = emit(context, Op::and_not_true, at + 1, undecided, taken);
      const Operand then = narrowed(context, Op::and_true, at + 2, taken);
      const Operand value = join(compile(node.operands[2 * i + 1], at + 4, then));
      result = emit(context, Op::choose, at, value, result, taken);
    }
    const Operand otherwise = narrowed(context, Op::and_true, at + 2, undecided);
    const Operand value = join(compile(node.operands.back(), at + 4, otherwise));
    return {emit(context, Op::choose, at, value, result, undecided), type};
  }

  static constexpr int most_depth = 500;  // compile() calls itself

  const Source& source_;
  std::vector<SyntaxNode> nodes_;
  int depth_ = 0;
  Code code_;
};

}  // namespace

Code code_of(const Source& source) { return Compiler(source).code(); }

}  // namespace quern::pregel
