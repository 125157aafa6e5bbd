// Text out of strings and numbers, for messages and names. Numbers are written as shortest round-trip decimals,
// whatever the locale.
#pragma once

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <type_traits>

namespace quern {

template <class Number>
requires std::is_arithmetic_v<Number>
void append_number(auto& out, Number value) {
  if constexpr (std::is_floating_point_v<Number>) {
    if (std::isnan(value)) {
      out.append("NaN");
      return;
    }
    if (std::isinf(value)) {
      out.append(value > 0 ? "Infinity" : "-Infinity");
      return;
    }
  }
  char digits[32];
  if constexpr (std::is_floating_point_v<Number>)
    if (value == std::trunc(value) && std::abs(value) < 1e15 && (value != 0 || !std::signbit(value)))
      return append_number(out, static_cast<long long>(value));  // 1000000, not 1e+06
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

template <class... Part>
std::string concat(const Part&... parts) {
  std::string out;
  auto append = [&](const auto& part) {
    if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(part)>>)
      append_number(out, part);
    else
      out.append(std::string_view(part));
  };
  (append(parts), ...);
  return out;
}

}  // namespace quern
