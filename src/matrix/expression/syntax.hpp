// The text of an expression as a syntax tree: what R and NumPy have in common, with the product as either writes it.
//
//   program   := statement ((";" | newline) statement)*      the last one is the result
//   statement := [name ("<-" | "=")] sum
//   sum       := term (("+" | "-") term)*
//   term      := chain (("*" | "/" | "@") chain)*            Python: @ binds as * does
//   chain     := signed ("%*%" signed)*                      R: %*% binds more than *
//   signed    := ("-" | "+") signed | power
//   power     := factor [("^" | "**") signed]                from the right; -a^2 is -(a^2)
//   factor    := (number | name | name "(" [sum ("," sum)*] ")" | "(" sum ")") (".T")*
//
// A newline ends a statement unless a parenthesis is open or an operator waits for its right side; # opens a comment.
#pragma once

#include <string_view>
#include <vector>

#include "base/place.hpp"

namespace quern::expression {

enum class Syntax { number, name, call, negate, add, subtract, multiply, divide, power, product, transpose };

struct SyntaxNode {
  Syntax kind;
  Place place;
  std::string_view name;  // of a name or a call
  double number = 0;
  std::vector<std::size_t> operands;  // nodes before this one
};

struct Statement {
  std::string_view name;  // empty if its value has none
  std::size_t value;
};

struct Program {
  std::string_view source;
  std::vector<SyntaxNode> nodes;
  std::vector<Statement> statements;  // at least one
};

// `source` must outlive the result.
Program parse(std::string_view source);

// `eval: what at position N`, with the place marked below its line.
[[noreturn]] void refuse_at(std::string_view source, const Place& place, std::string_view what,
                            Fault fault = Fault::invalid_parameter);

}  // namespace quern::expression
