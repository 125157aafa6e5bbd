#include "matrix/expression/loop.hpp"

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <limits>

#include "matrix/expression/loop_kernels.hpp"

namespace quern::expression {

namespace {

constexpr std::size_t block = 1024;
constexpr std::size_t operations_a_checkpoint = 256;  // on blocks
constexpr std::size_t rows_a_part = 512;              // column sums are sums of sums of so many rows: less rounding

// Neumaier's sum: what rounding loses is added at the end.
class CompensatedSum {
 public:
  void add(double x) {
    const double t = sum_ + x;
    if (std::isfinite(t)) lost_ += std::fabs(sum_) >= std::fabs(x) ? (sum_ - t) + x : (x - t) + sum_;
    sum_ = t;
  }
  double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0, lost_ = 0;
};

struct Argument {
  const double* at;
  bool steps;
};

class Run {
 public:
  Run(const Loop& loop, std::span<const double* const> memory, const RefuseLoop& refuse)
      : loop_(loop),
        memory_(memory),
        refuse_(refuse),
        columns_(static_cast<std::size_t>(loop.shape.columns)),
        stride_(std::min(block, loop.shape.size())),
        registers_(static_cast<std::size_t>(loop.registers) * stride_),
        expanded_(loop.operands.size()) {}

  std::size_t size() const { return loop_.shape.size(); }
  std::size_t operations() const { return loop_.instructions.size() + 1; }

  // The values [at, at + n), in `to` if there is one and the last instruction may write there.
  Argument compute(std::size_t at, std::size_t n, double* to) {
    at_ = at;
    n_ = n;
    const std::size_t last = loop_.instructions.size();
    std::feclearexcept(FE_ALL_EXCEPT);
    for (std::size_t i = 0; i < last; ++i) {
      const LoopInstruction& instruction = loop_.instructions[i];
      execute(instruction, i + 1 == last && to ? to : register_at(instruction.to));
    }
    if (last > 0 && std::fetestexcept(FE_OVERFLOW | FE_DIVBYZERO | FE_INVALID)) [[unlikely]] {
      if (!to) return examine();
      to_ = to;
      const Argument result = examine();
      to_ = nullptr;
      return result;
    }
    return last > 0 && to ? Argument{to, true} : argument(loop_.result);
  }

 private:
  double* register_at(std::int32_t index) { return registers_.data() + static_cast<std::size_t>(index) * stride_; }

  void execute(const LoopInstruction& instruction, double* to) {
    const Argument a = argument(instruction.a);
    const Argument b = is_binary(instruction.op) ? argument(instruction.b) : Argument{nullptr, false};
    apply(instruction.op, a.at, a.steps, b.at, b.steps, to, n_);
  }

  Argument argument(const LoopArgument& argument) {
    if (argument.in_register) return {register_at(argument.index), true};
    const auto index = static_cast<std::size_t>(argument.index);
    const LoopOperand& operand = loop_.operands[index];
    const double* const from = memory_[index];
    switch (operand.kind) {
      case LoopOperand::Kind::full:
        return {from + at_, true};
      case LoopOperand::Kind::number:
        return {from, false};
      case LoopOperand::Kind::constant:
        return {&operand.constant, false};
      case LoopOperand::Kind::row:
        return row(index, from);
      case LoopOperand::Kind::column:
        return column(index, from);
    }
    return {nullptr, false};
  }

  double* room(std::size_t index) {
    expanded_[index].resize(stride_);
    return expanded_[index].data();
  }

  Argument row(std::size_t index, const double* from) {
    std::size_t j = at_ % columns_;
    if (j + n_ <= columns_) return {from + j, true};
    double* const to = room(index);
    for (std::size_t done = 0; done < n_; j = 0) {
      const std::size_t some = std::min(n_ - done, columns_ - j);
      std::copy_n(from + j, some, to + done);
      done += some;
    }
    return {to, true};
  }

  Argument column(std::size_t index, const double* from) {
    std::size_t i = at_ / columns_, j = at_ % columns_;
    if (j + n_ <= columns_) return {from + i, false};
    double* const to = room(index);
    for (std::size_t done = 0; done < n_; j = 0, ++i) {
      const std::size_t some = std::min(n_ - done, columns_ - j);
      std::fill_n(to + done, some, from[i]);
      done += some;
    }
    return {to, true};
  }

  // The block once more, looking at each operation.
  Argument examine() {
    const std::size_t last = loop_.instructions.size();
    double* to = nullptr;
    std::vector<double> copies(2 * n_);
    for (std::size_t i = 0; i < last; ++i) {
      const LoopInstruction& instruction = loop_.instructions[i];
      const bool two = is_binary(instruction.op);
      // The result may take the register of an operand.
      const auto copy = [&](const Argument& from, double* into) {
        for (std::size_t l = 0; l < n_; ++l) into[l] = from.at[from.steps ? l : 0];
      };
      copy(argument(instruction.a), copies.data());
      if (two) copy(argument(instruction.b), copies.data() + n_);
      to = i + 1 == last && to_ ? to_ : register_at(instruction.to);
      execute(instruction, to);
      for (std::size_t l = 0; l < n_; ++l)
        if (!std::isfinite(to[l])) [[unlikely]]
          examine(instruction, copies[l], two ? copies[n_ + l] : 0);
    }
    return {to, true};
  }

  void examine(const LoopInstruction& instruction, double x, double y) const {
    if (!std::isfinite(x) || !std::isfinite(y)) return;
    if (instruction.op == Op::divide && y == 0) refuse_(instruction.place, "/: division by zero");
    if (instruction.op == Op::logarithm) refuse_(instruction.place, "log: of a number that is not above 0");
    if (instruction.op == Op::square_root) refuse_(instruction.place, "sqrt: of a number below 0");
    if (instruction.op == Op::power && x == 0) refuse_(instruction.place, "^: 0 to a power below 0");
    if (instruction.op == Op::power && x < 0 && y != std::trunc(y))
      refuse_(instruction.place, "^: a number below 0 to a power that is not whole");
    refuse_(instruction.place, concat_name(instruction.op));
  }
  static std::string concat_name(Op op) { return std::string(name_of(op)) + ": result out of range"; }

  const Loop& loop_;
  std::span<const double* const> memory_;
  const RefuseLoop& refuse_;
  std::size_t columns_, stride_;
  std::vector<double> registers_;
  std::vector<std::vector<double>> expanded_;
  std::size_t at_ = 0, n_ = 0;
  double* to_ = nullptr;
};

// f(at, n) for each block.
template <class F>
void each_block(const Run& run, F f) {
  for (std::size_t at = 0, done = 0; at < run.size(); at += block) {
    if ((done += run.operations()) > operations_a_checkpoint) {
      checkpoint();
      done = 0;
    }
    f(at, std::min(block, run.size() - at));
  }
}

// A block as numbers side by side, where it may be one number.
class Flat {
 public:
  const double* operator()(const Argument& from, std::size_t n) {
    if (from.steps) return from.at;
    numbers_.assign(n, *from.at);
    return numbers_.data();
  }

 private:
  std::vector<double> numbers_;
};

// f(row, column, values, n) for the pieces of each block that lie in one row.
template <class F>
void each_piece(Run& run, std::size_t columns, F f) {
  Flat flat;
  each_block(run, [&](std::size_t at, std::size_t n) {
    const double* const values = flat(run.compute(at, n, nullptr), n);
    std::size_t i = at / columns, j = at % columns;
    for (std::size_t done = 0; done < n; j = 0, ++i) {
      const std::size_t some = std::min(n - done, columns - j);
      f(i, j, values + done, some);
      done += some;
    }
  });
}

// Squares may leave the range of numbers though their root is in it: they are summed again, divided by the largest.
double norm(Run& run) {
  Flat flat;
  const auto squares = [&](double scale) {
    CompensatedSum sum;
    each_block(run, [&](std::size_t at, std::size_t n) {
      sum.add(sum_of_squares(flat(run.compute(at, n, nullptr), n), scale, n));
    });
    return sum.value();
  };
  const double sum = squares(1);
  if (sum >= 1e-280 && sum <= std::numeric_limits<double>::max()) return std::sqrt(sum);
  double most = 0;
  bool finite = true;
  each_block(run, [&](std::size_t at, std::size_t n) {
    const double* const values = flat(run.compute(at, n, nullptr), n);
    most = std::max(most, largest_magnitude(values, n));
    finite = finite && std::all_of(values, values + n, [](double x) { return std::isfinite(x); });
  });
  if (!finite || most == 0) return std::sqrt(sum);
  const int exponent = std::ilogb(most);
  return std::ldexp(std::sqrt(squares(std::ldexp(1, -std::clamp(exponent, -1022, 1022)))),
                    std::clamp(exponent, -1022, 1022));
}

void reduce(const Loop& loop, Run& run, double* to) {
  const auto rows = static_cast<std::size_t>(loop.shape.rows), columns = static_cast<std::size_t>(loop.shape.columns);
  Flat flat;
  switch (loop.reduction) {
    case Op::sum: {
      CompensatedSum sum;
      each_block(run, [&](std::size_t at, std::size_t n) { sum.add(sum_of(flat(run.compute(at, n, nullptr), n), n)); });
      *to = sum.value();
      return;
    }
    case Op::norm:
      *to = norm(run);
      return;
    case Op::minimum:
    case Op::maximum: {
      const bool least = loop.reduction == Op::minimum;
      each_block(run, [&](std::size_t at, std::size_t n) {
        const double* const values = flat(run.compute(at, n, nullptr), n);
        const double best = least ? least_of(values, n) : greatest_of(values, n);
        if (at == 0 || (least ? best < *to || std::isnan(*to) : best > *to || std::isnan(best))) *to = best;
      });
      return;
    }
    case Op::row_sums: {
      std::fill_n(to, rows, 0.0);
      if (columns > 0)
        each_piece(run, columns, [&](std::size_t i, std::size_t, const double* values, std::size_t n) {
          to[i] += sum_of(values, n);
        });
      return;
    }
    default: {
      std::fill_n(to, columns, 0.0);
      std::vector<double> part(columns);
      std::size_t parts = 0;
      if (columns > 0)
        each_piece(run, columns, [&](std::size_t i, std::size_t j, const double* values, std::size_t n) {
          if (i / rows_a_part != parts) {
            add_to(part.data(), to, columns);
            std::fill(part.begin(), part.end(), 0.0);
            parts = i / rows_a_part;
          }
          add_to(values, part.data() + j, n);
        });
      add_to(part.data(), to, columns);
      return;
    }
  }
}

}  // namespace

void run_loop(const Loop& loop, std::span<const double* const> memory, double* to, bool in_place, const Place& place,
              const RefuseLoop& refuse) {
  Run run(loop, memory, refuse);
  if (loop.reduction == Op::input) {
    each_block(run, [&](std::size_t at, std::size_t n) {
      const Argument values = run.compute(at, n, in_place ? nullptr : to + at);
      if (values.at == to + at) return;
      if (values.steps)
        std::copy_n(values.at, n, to + at);
      else
        std::fill_n(to + at, n, *values.at);
    });
    return;
  }
  reduce(loop, run, to);
  const std::size_t results = loop.reduction == Op::row_sums      ? static_cast<std::size_t>(loop.shape.rows)
                              : loop.reduction == Op::column_sums ? static_cast<std::size_t>(loop.shape.columns)
                                                                  : 1;
  const auto finite = [](double x) { return std::isfinite(x); };
  if (std::all_of(to, to + results, finite)) return;
  bool all = true;
  Flat flat;
  each_block(run, [&](std::size_t at, std::size_t n) {
    const double* const values = flat(run.compute(at, n, nullptr), n);
    all = all && std::all_of(values, values + n, finite);
  });
  if (all) refuse(place, std::string(name_of(loop.reduction)) + ": result out of range");
}

}  // namespace quern::expression
