// The program of an expression. Registers are a stack that is known when it is compiled: an operation takes its
// operands from registers, columns and constants and leaves its result in the lowest register that nothing needs
// further.
#pragma once

#include <vector>

#include "base/place.hpp"
#include "graph/pregel_expression.hpp"
#include "graph/pregel_kernels.hpp"

namespace quern::pregel {

struct Operand {
  enum class Kind : std::uint8_t { constant, name, place } kind = Kind::constant;
  Name name = Name::value;
  bool null = false;
  std::size_t index = 0;  // register
  double number = 0;
};

struct Instruction {
  Op op = Op::negate;
  Operand a{}, b{}, c{};
  std::size_t to = 0;
  Operand mask{};        // where SQL would compute it
  bool masking = false;  // computes a mask, which only errors need
  Place place{};
};

struct Code {
  std::vector<Instruction> instructions;
  std::size_t registers = 0;
  Operand result;
  Names uses;
};

Code code_of(const Source& source);

}  // namespace quern::pregel
