// Arithmetic on blocks of numbers, compiled for several widths of vectors; the same numbers by each. Truth is 1 or 0.
// NaN is as for float8: equal to itself and above all other numbers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace quern::pregel {

enum class Op : std::uint8_t {
  negate,
  absolute,
  square_root,
  cube_root,
  exponential,
  logarithm,
  decimal_logarithm,
  floor,
  ceiling,
  round,  // to even
  truncate,
  sign,
  sine,
  cosine,
  tangent,
  arc_tangent,
  hyperbolic_tangent,
  inverse,  // of truth
  to_int4,
  to_int8,
  // of two
  add,
  subtract,
  multiply,
  divide,
  divide_whole,
  remainder,
  power,
  least,
  greatest,
  equal,
  unequal,
  below,
  at_most,
  both,
  either,
  // where nulls make the difference
  is_null,
  is_true,
  is_false,
  is_distinct,
  coalesce,
  null_if,
  // truth of a, and of b as follows; never NULL
  and_true,
  and_not_true,
  and_not_false,
  and_null,
  choose,  // of three
};

constexpr bool is_unary(Op op) { return op < Op::add; }

// to[i] = op(a[i], b[i]); what does not step is one number. Of one operand, b is not read. For operations before
// is_null.
void apply(Op op, const double* a, bool a_steps, const double* b, bool b_steps, double* to, std::size_t n) noexcept;

// to[i] = where[i] ? a[i] : b[i].
void choose(const double* where, bool where_steps, const double* a, bool a_steps, const double* b, bool b_steps,
            double* to, std::size_t n) noexcept;

bool has_zero(const double* a, std::size_t n) noexcept;
bool has_nan(const double* a, std::size_t n) noexcept;

}  // namespace quern::pregel
