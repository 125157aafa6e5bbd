// The options of a learner: a plain struct with defaults, read from a JSON object.
//
//   struct RidgeOptions {
//     double l2 = 0;                 // penalty l2/2 |w|^2 on the mean loss; 0 or more
//     bool fit_intercept = true;
//     std::string robust = "none";   // covariance of the estimates
//     std::vector<std::string> feature_names;
//
//     static constexpr auto options = std::tuple{
//         Option("l2", &RidgeOptions::l2, at_least(0)),
//         Option("fit_intercept", &RidgeOptions::fit_intercept),
//         Option("robust", &RidgeOptions::robust, OneOf{{"none", "hc0", "hc1"}}),
//         Option("feature_names", &RidgeOptions::feature_names)};
//   };
//
// Unknown keys, wrong types and values out of range are errors that list what is allowed.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace quern {

// The numbers an option may take: low <= value <= high, either end excluded where `open`.
struct Range {
  double low = -std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::max();
  bool open_low = false, open_high = false;

  bool contains(double v) const { return (open_low ? v > low : v >= low) && (open_high ? v < high : v <= high); }
  std::string text() const {
    const std::string above = concat(open_low ? "above " : "at least ", low);
    const std::string below = concat(open_high ? "below " : "at most ", high);
    if (high == std::numeric_limits<double>::max()) return low == -high ? "finite" : above;
    return low == -std::numeric_limits<double>::max() ? below : above + " and " + below;
  }
};
constexpr Range at_least(double low) { return {.low = low}; }
constexpr Range above(double low) { return {.low = low, .open_low = true}; }
constexpr Range within(double low, double high) { return {.low = low, .high = high}; }
constexpr Range strictly_within(double low, double high) { return {low, high, true, true}; }

// The words a text option may take.
template <std::size_t N>
struct OneOf {
  const char* words[N];
};
template <std::size_t N>
OneOf(const char* const (&)[N]) -> OneOf<N>;

struct Anything {};

template <class Owner, class T, class Constraint = Anything>
struct Option {
  const char* name;
  T Owner::*field;
  Constraint allowed{};

  constexpr Option(const char* name, T Owner::*field, Constraint allowed = {})
      : name(name), field(field), allowed(allowed) {}
};

namespace detail {

[[noreturn]] inline void refuse_option(std::string_view learner, std::string_view name, std::string_view wanted,
                                       const Json& seen) {
  std::string value;
  if (seen.kind == Json::Kind::number)
    append_number(value, seen.number);
  else if (seen.kind == Json::Kind::string)
    append_json_string(value, seen.string);
  else if (seen.kind == Json::Kind::boolean)
    value = seen.boolean ? "true" : "false";
  else
    value = describe(seen.kind);
  throw InvalidInput(concat(learner, ": option \"", name, "\" must be ", wanted, ", not ", value));
}

inline void read_option(std::string_view learner, const char* name, const Json& json, bool& value, const Anything&) {
  if (json.kind != Json::Kind::boolean) refuse_option(learner, name, "true or false", json);
  value = json.boolean;
}

inline void read_option(std::string_view learner, const char* name, const Json& json, double& value,
                        const Range& range) {
  const std::string wanted = "a number, " + range.text();
  if (json.kind != Json::Kind::number || !range.contains(json.number)) refuse_option(learner, name, wanted, json);
  value = json.number;
}

inline void read_option(std::string_view learner, const char* name, const Json& json, std::int64_t& value,
                        const Range& range) {
  const std::string wanted = "a whole number, " + range.text();
  if (json.kind != Json::Kind::number || json.number != std::floor(json.number) || std::abs(json.number) > 0x1p53 ||
      !range.contains(json.number))
    refuse_option(learner, name, wanted, json);
  value = static_cast<std::int64_t>(json.number);
}

template <std::size_t N>
void read_option(std::string_view learner, const char* name, const Json& json, std::string& value,
                 const OneOf<N>& allowed) {
  std::string wanted = "one of";
  const char* separator = " ";
  for (const char* word : allowed.words) {
    if (json.kind == Json::Kind::string && json.string == word) {
      value = word;
      return;
    }
    wanted += std::exchange(separator, ", ");
    append_json_string(wanted, word);
  }
  refuse_option(learner, name, wanted, json);
}

inline void read_option(std::string_view learner, const char* name, const Json& json, std::vector<std::string>& value,
                        const Anything&) {
  bool strings = json.kind == Json::Kind::array && json.numbers.empty();
  for (const Json& item : json.items) strings = strings && item.kind == Json::Kind::string && !item.string.empty();
  if (!strings) refuse_option(learner, name, "an array of non-empty strings", json);
  value.clear();
  for (const Json& item : json.items) value.push_back(item.string);
}

}  // namespace detail

// "a, b and c": the names of all options of O.
template <class O>
std::string option_names() {
  std::string names;
  std::apply(
      [&](const auto&... option) {
        std::size_t left = sizeof...(option);
        ((names += option.name, --left, names += left > 1 ? ", " : left == 1 ? " and " : ""), ...);
      },
      O::options);
  return names;
}

// `text` is a JSON object, or empty for the defaults. `learner` is the name that messages start with.
template <class O>
O parse_options(std::string_view learner, std::string_view text) {
  O result;
  if (text.empty()) return result;
  Json json;
  try {
    json = parse_json(text);
  } catch (const InvalidInput& e) {
    throw InvalidInput(concat(learner, ": options: ", e.what()), e.hint, e.fault);
  }
  if (json.kind != Json::Kind::object)
    throw InvalidInput(concat(learner, ": options must be a JSON object, not ", describe(json.kind)),
                       concat("Options are ", option_names<O>(), "."));
  for (const auto& [key, value] : json.members) {
    bool known = false;
    std::apply(
        [&](const auto&... option) {
          auto read = [&](const auto& o) {
            if (key != o.name) return;
            known = true;
            detail::read_option(learner, o.name, value, result.*o.field, o.allowed);
          };
          (read(option), ...);
        },
        O::options);
    if (!known)
      throw InvalidInput(concat(learner, ": unknown option \"", key, "\""),
                         concat("Options are ", option_names<O>(), "."));
  }
  return result;
}

}  // namespace quern
