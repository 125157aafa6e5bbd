// An operation on numbers that has no value, where the user wrote the operation.
#pragma once

#include "base/error.hpp"

namespace quern {

class ArithmeticError : public InvalidInput {
 public:
  enum class Kind {
    division_by_zero,   // 22012
    invalid_logarithm,  // 2201E
    invalid_power,      // 2201F: also of a root
  };

  ArithmeticError(Kind kind, std::string message, std::string hint = {})
      : InvalidInput(std::move(message), std::move(hint), Fault::out_of_range), kind(kind) {}

  Kind kind;
};

}  // namespace quern
