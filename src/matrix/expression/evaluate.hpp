// Runs a plan.
#pragma once

#include <functional>
#include <span>

#include "matrix/expression/plan.hpp"

namespace quern::expression {

// Throws what went wrong at a place of the text.
using Refuse = std::function<void(const Place& place, std::string_view what, Fault fault)>;

// `inputs[i]` is the value of the input with index i.
Matrix evaluate(const Plan& plan, std::span<const Value> inputs, const Refuse& refuse);

}  // namespace quern::expression
