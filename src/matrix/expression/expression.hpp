// Expressions of matrices: text, plan, value.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "matrix/expression/build.hpp"
#include "matrix/expression/plan.hpp"

namespace quern::expression {

// The value of `text` with these values by name.
Matrix evaluate(std::string_view text, std::span<const Binding> bindings);

// The product of the factors in the order that costs least.
Matrix chain(std::span<const Value> factors);

// A step of the plan for people.
struct PlanRow {
  std::int32_t step;
  std::string operation;
  std::string shape;
  double flops, bytes;
  std::string note;
};
std::vector<PlanRow> explain(std::string_view text, std::span<const Binding> bindings);

// What explain() tells of.
Plan plan_of(std::string_view text, std::span<const Binding> bindings);

}  // namespace quern::expression
