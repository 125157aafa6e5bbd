// The text of a numeric SQL expression as a syntax tree: the part of PostgreSQL's grammar (gram.y, a_expr) that
// vertex programs are made of, with its precedences: - binds more than ^, ^ goes from the left, comparisons do not
// chain.
//
//   or         := and (OR and)*                   and := not (AND not)*          not := NOT not | is
//   is         := comparison (IS [NOT] (NULL | TRUE | FALSE | UNKNOWN | DISTINCT FROM comparison) | ISNULL | NOTNULL)*
//   comparison := range [("=" | "<>" | "!=" | "<" | "<=" | ">" | ">=") range]
//   range      := sum [[NOT] (BETWEEN sum AND sum | IN "(" or ("," or)* ")")]
//   sum        := term (("+" | "-") term)*        term := power (("*" | "/" | "%") power)*
//   power      := signed ("^" signed)*            signed := ("-" | "+") signed | cast
//   cast       := primary ("::" type)*
//   primary    := number | 'text' | NULL | TRUE | FALSE | name ["." name] | name "(" [or ("," or)*] ")" | "(" or ")"
//               | CASE [or] (WHEN or THEN or)+ [ELSE or] END | CAST "(" or AS type ")"
//   type       := float8 | double precision | bigint | int8 | int | integer | int4 | boolean
//
// What else SQL knows is refused here, and left to PostgreSQL where there is one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/place.hpp"

namespace quern::pregel {

enum class Form {
  number,  // `number`; `name` is "whole" for one without point and exponent
  text,    // `name` is what stands between the quotes
  null,
  truth,  // `number` is 0 or 1
  name,   // in lower case, with its prefix: src.value
  call,   // an operator, a function or a cast (such as "::float8"), of `operands`
  choice  // condition, value, condition, value, ..., else
};

struct SyntaxNode {
  Form form = Form::null;
  Place place{};
  std::string name{};
  double number = 0;
  std::vector<std::size_t> operands{};  // nodes before this one
};

// `nodes.back()` is the whole. Operators that are others in disguise are taken apart: BETWEEN, IN, CASE x WHEN.
std::vector<SyntaxNode> parse(std::string_view text);

}  // namespace quern::pregel
