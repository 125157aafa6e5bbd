#include "graph/pregel_expression.hpp"

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <limits>
#include <vector>

#include "base/arithmetic_error.hpp"
#include "base/text.hpp"
#include "graph/pregel_code.hpp"

namespace quern::pregel {

namespace {

constexpr double one = 1;
constexpr double zero = 0;
constexpr std::uint8_t yes = 1;

struct Spelling {
  std::string_view text;
  Name name;
};
constexpr Spelling spellings[] = {
    {"value", Name::value},
    {"id", Name::id},
    {"superstep", Name::superstep},
    {"out_degree", Name::out_degree},
    {"num_vertices", Name::num_vertices},
    {"weight", Name::weight},
    {"message", Name::message},
    {"dst.id", Name::target},
    {"previous", Name::previous},
    {"a", Name::a},
    {"b", Name::b},
};

// Runs code. Register i holds what the instruction that wrote it last gave.
class Compiled final : public Expression {
 public:
  Compiled(const Source& source, Code code)
      : text_(source.text),
        role_(source.role),
        code_(std::move(code)),
        numbers_((code_.registers + 1) * block),
        nulls_((code_.registers + 1) * block),
        registers_(code_.registers + 1) {}

  Names uses() const override { return code_.uses; }

  Column evaluate(const Block& given) override {
    given_ = &given;
    suspect_ = false;
    std::feclearexcept(FE_ALL_EXCEPT);
    for (const Instruction& instruction : code_.instructions)
      if (!instruction.masking) execute(instruction);
    if (suspect_ || std::fetestexcept(FE_OVERFLOW | FE_DIVBYZERO | FE_INVALID)) [[unlikely]]
      examine();
    return column(code_.result);
  }

 private:
  Column column(const Operand& operand) const {
    switch (operand.kind) {
      case Operand::Kind::constant:
        return {operand.null ? &zero : &operand.number, operand.null ? &yes : nullptr, false};
      case Operand::Kind::name:
        return (*given_)[operand.name];
      case Operand::Kind::place:
        return registers_[operand.index];
    }
    return {};
  }

  // One number for all, out of the way of the result.
  struct Held {
    double number;
    std::uint8_t null;

    Column of(const Column& from) {
      if (from.steps) return from;
      number = *from.values;
      null = from.nulls ? *from.nulls : 0;
      return {&number, from.nulls ? &null : nullptr, false};
    }
  };

  void execute(const Instruction& instruction) {
    Held held[3];
    const Column a = held[0].of(column(instruction.a)), b = held[1].of(column(instruction.b));
    double* const to = numbers_.data() + instruction.to * block;
    std::uint8_t* const nulls = nulls_.data() + instruction.to * block;
    Column& result = registers_[instruction.to];
    const Op op = instruction.op;
    if (op == Op::choose) return choose(held[2].of(column(instruction.c)), a, b, to, nulls, result);
    const bool steps = a.steps || b.steps;
    const std::size_t n = steps ? given_->size : std::min<std::size_t>(given_->size, 1);
    const bool any_null = a.nulls || b.nulls;
    if (op >= Op::is_null || (any_null && treats_null(op))) {
      among_nulls(op, a, b, n, to, nulls);
      result = {to, is_never_null(op) ? nullptr : nulls, steps};
      return;
    }
    if (op == Op::divide || op == Op::divide_whole || op == Op::remainder)
      suspect_ |= has_zero(b.values, b.steps ? n : std::min<std::size_t>(n, 1));
    suspect_ |= op == Op::to_int4 || op == Op::to_int8;
    apply(op, a.values, a.steps, b.values, b.steps, to, n);
    if (any_null)
      for (std::size_t i = 0; i < n; ++i) nulls[i] = a.null_at(i) | b.null_at(i);
    result = {to, any_null ? nulls : nullptr, steps};
  }

  static bool is_never_null(Op op) { return op >= Op::is_null && op != Op::coalesce && op != Op::null_if; }
  static bool treats_null(Op op) { return op == Op::both || op == Op::either || op == Op::least || op == Op::greatest; }

  struct Cell {
    double number;
    bool null;
  };

  // Where NULL makes the difference.
  void among_nulls(Op op, const Column& a, const Column& b, std::size_t n, double* to, std::uint8_t* nulls) {
    const auto each = [&](auto&& f) {
      for (std::size_t i = 0; i < n; ++i) {
        const Cell cell = f(Cell{a.at(i), a.null_at(i)}, Cell{b.at(i), b.null_at(i)});
        to[i] = cell.number;
        nulls[i] = cell.null;
      }
    };
    const auto truth = [](bool holds) { return Cell{holds ? 1.0 : 0.0, false}; };
    const auto same = [](double x, double y) { return (x == y) || ((x != x) && (y != y)); };
    switch (op) {
      case Op::both:
        return each([](Cell x, Cell y) {
          const bool is_false = (!x.null && (x.number == 0)) || (!y.null && (y.number == 0));
          return Cell{is_false ? 0.0 : 1.0, !is_false && (x.null || y.null)};
        });
      case Op::either:
        return each([](Cell x, Cell y) {
          const bool is_true = (!x.null && (x.number != 0)) || (!y.null && (y.number != 0));
          return Cell{is_true ? 1.0 : 0.0, !is_true && (x.null || y.null)};
        });
      case Op::least:
        return each([](Cell x, Cell y) {
          const bool second = x.null || (!y.null && ((y.number < x.number) || x.number != x.number));
          return Cell{second ? y.number : x.number, x.null && y.null};
        });
      case Op::greatest:
        return each([](Cell x, Cell y) {
          const bool second = x.null || (!y.null && ((y.number > x.number) || y.number != y.number));
          return Cell{second ? y.number : x.number, x.null && y.null};
        });
      case Op::is_null:
        return each([&](Cell x, Cell) { return truth(x.null); });
      case Op::is_true:
        return each([&](Cell x, Cell) { return truth(!x.null && (x.number != 0)); });
      case Op::is_false:
        return each([&](Cell x, Cell) { return truth(!x.null && (x.number == 0)); });
      case Op::is_distinct:
        return each(
            [&](Cell x, Cell y) { return truth((x.null != y.null) || (!x.null && !same(x.number, y.number))); });
      case Op::coalesce:
        return each([](Cell x, Cell y) { return Cell{x.null ? y.number : x.number, x.null && y.null}; });
      case Op::null_if:
        return each([&](Cell x, Cell y) { return Cell{x.number, x.null || (!y.null && same(x.number, y.number))}; });
      case Op::and_true:
        return each([&](Cell x, Cell y) { return truth((x.number != 0) && !y.null && (y.number != 0)); });
      case Op::and_not_true:
        return each([&](Cell x, Cell y) { return truth((x.number != 0) && (y.null || (y.number == 0))); });
      case Op::and_not_false:
        return each([&](Cell x, Cell y) { return truth((x.number != 0) && (y.null || (y.number != 0))); });
      case Op::and_null:
        return each([&](Cell x, Cell y) { return truth((x.number != 0) && y.null); });
      default:
        return;
    }
  }

  void choose(const Column& where, const Column& a, const Column& b, double* to, std::uint8_t* nulls, Column& result) {
    const bool steps = where.steps || a.steps || b.steps;
    const std::size_t n = steps ? given_->size : std::min<std::size_t>(given_->size, 1);
    if (!where.nulls && !a.nulls && !b.nulls) {
      pregel::choose(where.values, where.steps, a.values, a.steps, b.values, b.steps, to, n);
      result = {to, nullptr, steps};
      return;
    }
    for (std::size_t i = 0; i < n; ++i) {
      const Column& from = !where.null_at(i) && where.at(i) != 0 ? a : b;
      const bool null = from.null_at(i);
      to[i] = from.at(i);
      nulls[i] = null;
    }
    result = {to, nulls, steps};
  }

  // The block once more, looking at each operation where it is wanted.
  void examine() {
    std::vector<double> copies(2 * block);
    std::vector<std::uint8_t> copied_nulls(2 * block);
    for (const Instruction& instruction : code_.instructions) {
      const auto copy = [&](const Operand& operand, std::size_t at) {
        Column from = column(operand);
        if (!from.values) return from;
        const std::size_t n = from.steps ? given_->size : std::min<std::size_t>(given_->size, 1);
        std::copy_n(from.values, n, copies.data() + at);
        from.values = copies.data() + at;
        if (from.nulls) {
          std::copy_n(from.nulls, n, copied_nulls.data() + at);
          from.nulls = copied_nulls.data() + at;
        }
        return from;
      };
      const Column a = copy(instruction.a, 0), b = copy(instruction.b, block);
      execute(instruction);
      if (instruction.op >= Op::both) continue;
      const Column result = registers_[instruction.to];
      const Column mask = column(instruction.mask);
      for (std::size_t i = 0; i < given_->size; ++i)
        if (mask.at(i) != 0 && !result.null_at(i)) examine(instruction, a.at(i), b.values ? b.at(i) : 0, result.at(i));
    }
  }

  void examine(const Instruction& instruction, double a, double b, double result) const {
    using Kind = ArithmeticError::Kind;
    const auto refuse = [&](Kind kind, std::string_view what) {
      throw ArithmeticError(kind, placed(text_, instruction.place, concat("pregel: ", role_, ": ", what)),
                            marked(text_, instruction.place));
    };
    const auto refuse_range = [&](std::string_view what) {
      refuse_part(text_, instruction.place, concat("pregel: ", role_, ": ", what), Fault::out_of_range);
    };
    switch (instruction.op) {
      case Op::divide:
      case Op::divide_whole:
      case Op::remainder:
        if (b == 0 && !std::isnan(a)) refuse(Kind::division_by_zero, "division by zero");
        break;
      case Op::square_root:
        if (a < 0) refuse(Kind::invalid_power, "a negative number has no square root");
        return;
      case Op::logarithm:
      case Op::decimal_logarithm:
        if (a == 0) refuse(Kind::invalid_logarithm, "zero has no logarithm");
        if (a < 0) refuse(Kind::invalid_logarithm, "a negative number has no logarithm");
        return;
      case Op::power:
        if (a == 0 && b < 0) refuse(Kind::invalid_power, "zero has no negative power");
        if (a < 0 && std::isfinite(b) && b != std::floor(b))
          refuse(Kind::invalid_power, "a negative number has only whole powers");
        break;
      case Op::sine:
      case Op::cosine:
      case Op::tangent:
        if (std::isinf(a)) refuse_range("the angle is infinite");
        return;
      case Op::to_int4:
      case Op::to_int8: {
        const double limit = instruction.op == Op::to_int4 ? 0x1p31 : 0x1p63;
        if (!(result >= -limit && result < limit)) refuse_range("the whole number is out of range");
        return;
      }
      default:
        break;
    }
    if (std::isinf(result) && std::isfinite(a) && std::isfinite(b)) refuse_range("the result is out of range");
  }

  std::string text_, role_;
  Code code_;
  std::vector<double> numbers_;
  std::vector<std::uint8_t> nulls_;
  std::vector<Column> registers_;
  const Block* given_ = nullptr;
  bool suspect_ = false;  // of an error that raises no flag
};

}  // namespace

bool find_name(std::string_view text, Names among, Name& name) {
  if (text.starts_with("src.")) {
    text.remove_prefix(4);
    if (!among.has(Name::target) || (text != "value" && text != "id" && text != "out_degree")) return false;
  }
  for (const Spelling& spelling : spellings)
    if (spelling.text == text && among.has(spelling.name)) {
      name = spelling.name;
      return true;
    }
  return false;
}

std::string list_of(Names names) {
  std::string list;
  for (const Spelling& spelling : spellings)
    if (names.has(spelling.name)) list += concat(list.empty() ? "" : ", ", spelling.text);
  return list;
}

std::unique_ptr<Expression> compile(const Source& source) {
  try {
    return std::make_unique<Compiled>(source, code_of(source));
  } catch (const InvalidInput& e) {
    throw InvalidInput(concat("pregel: ", source.role, ": ", e.what()), e.hint, e.fault);
  }
}

}  // namespace quern::pregel
