// Where something stands in a text that a user wrote, for messages.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.hpp"

namespace quern {

// Bytes of the text, [begin, end).
struct Place {
  std::size_t begin = 0, end = 0;
};

// `what at position N`, counted in characters from 1, with the place marked below its line for a hint.
[[noreturn]] void refuse_part(std::string_view text, const Place& place, std::string_view what,
                              Fault fault = Fault::invalid_parameter);

// What it says, and its hint.
std::string placed(std::string_view text, const Place& place, std::string_view what);
std::string marked(std::string_view text, const Place& place);

}  // namespace quern
