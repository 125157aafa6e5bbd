// Element-wise arithmetic of any length in one pass: a program for a stack-less machine whose registers are blocks of
// 1024 numbers, so that intermediate values never leave the first-level cache. Each block is read, computed and written
// (or summed), then the next. n operations on matrices in memory take one pass instead of n.
//
// A result that is not finite although its operands are is an error, for every operation by itself, as with float8: the
// processor's exception flags say that a block may have one, and only then it is looked for.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "matrix/expression/graph.hpp"

namespace quern::expression {

struct LoopOperand {
  enum class Kind {
    full,    // one for each element
    row,     // 1 x n, goes with every row
    column,  // m x 1, goes with every column
    number,  // 1 x 1 in memory
    constant,
  };
  Kind kind;
  std::int32_t slot = -1;
  double constant = 0;
};

struct LoopArgument {
  bool in_register = false;
  std::int32_t index = 0;  // of the operands, or of the registers
};

struct LoopInstruction {
  Op op;
  LoopArgument a, b;
  std::int32_t to;  // register
  Place place;
};

struct Loop {
  Shape shape;
  std::vector<LoopOperand> operands;
  std::vector<LoopInstruction> instructions;
  std::int32_t registers = 0;
  LoopArgument result;
  Op reduction = Op::input;  // input: none, the result is written
};

// Where an operation failed, for the message.
using RefuseLoop = std::function<void(const Place& place, std::string_view what)>;

// `memory[i]` is operand i, null for a constant. `to` has the shape of the loop, or of its reduction, and may be the
// memory of a full operand if `in_place`. `place` is that of the reduction.
void run_loop(const Loop& loop, std::span<const double* const> memory, double* to, bool in_place, const Place& place,
              const RefuseLoop& refuse);

}  // namespace quern::expression
