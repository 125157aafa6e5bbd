// A plain struct of counts, numbers and vectors of numbers as a JSON object, by the names in its `columns`.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/pack.hpp"
#include "base/text.hpp"

namespace quern {

namespace detail {

inline void write_field(std::string& out, std::int64_t value) { append_number(out, value); }
inline void write_field(std::string& out, double value) { append_json_number(out, value); }
void write_field(std::string& out, const auto& values) {
  const char* separator = "[";
  for (const double value : values) {
    out += std::exchange(separator, ", ");
    append_json_number(out, value);
  }
  out += values.empty() ? "[]" : "]";
}

[[noreturn]] inline void refuse_field(std::string_view type, std::string_view name, const char* wanted) {
  throw InvalidInput(concat("invalid input for type ", type, ": \"", name, "\" must be ", wanted), {},
                     Fault::malformed_text);
}

inline void read_field(std::string_view type, std::string_view name, const Json& json, std::int64_t& value) {
  const double number = json.number;
  if (json.kind != Json::Kind::number || number != std::floor(number) || std::abs(number) > 0x1p53)
    refuse_field(type, name, "a whole number");
  value = static_cast<std::int64_t>(number);
}
inline void read_field(std::string_view type, std::string_view name, const Json& json, double& value) {
  if (!read_number(json, value)) refuse_field(type, name, "a number");
}
void read_field(std::string_view type, std::string_view name, const Json& json, auto& values) {
  if (json.kind != Json::Kind::array) refuse_field(type, name, "an array of numbers");
  values.assign(json.numbers.begin(), json.numbers.end());
  for (const Json& item : json.items) read_field(type, name, item, values.emplace_back());
}

}  // namespace detail

template <Record R>
std::string write_record(const R& record) {
  std::string out = "{";
  std::size_t i = 0;
  auto write = [&](const auto& field) {
    if (i > 0) out += ", ";
    append_json_string(out, R::columns[i++]);
    out += ": ";
    detail::write_field(out, field);
  };
  std::apply([&](const auto&... field) { (write(field), ...); }, tie_fields(record));
  return out + "}";
}

// `type` is the SQL type that messages name.
template <Record R>
void read_record(std::string_view type, std::string_view text, R& record) {
  const Json json = parse_json(text);
  std::size_t i = 0;
  auto read = [&](auto& field) {
    const std::string_view name = R::columns[i++];
    const Json* const value = json.find(name);
    if (!value) detail::refuse_field(type, name, "there");
    detail::read_field(type, name, *value, field);
  };
  std::apply([&](auto&... field) { (read(field), ...); }, tie_fields(record));
  if (json.members.size() != R::columns.size() || !is_valid(record))
    throw InvalidInput(concat("invalid input for type ", type, ": its parts do not go together"), {},
                       Fault::malformed_text);
}

}  // namespace quern
