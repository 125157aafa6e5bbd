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

// A matrix as an option gives it: a number stands for that multiple of the identity, an array of numbers for a
// diagonal, an array of arrays for its rows.
struct OptionMatrix {
  enum class Form { none, multiple, diagonal, full } form = Form::none;
  std::size_t rows = 0, columns = 0;  // of a full one; a diagonal has as many of both
  std::vector<double> values;
};

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
  throw InvalidInput(concat(learner, ": option \"", name, "\" must be ", wanted, ", not ", value),
                     "Leave the option out to have its default.");
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

inline void read_option(std::string_view learner, const char* name, const Json& json, OptionMatrix& value,
                        const Anything&) {
  value = {};
  if (json.kind == Json::Kind::number) {
    value.form = OptionMatrix::Form::multiple;
    value.values = {json.number};
    return;
  }
  bool fits = json.kind == Json::Kind::array && (json.items.empty() != json.numbers.empty());
  value.form = json.items.empty() ? OptionMatrix::Form::diagonal : OptionMatrix::Form::full;
  value.values = json.numbers;
  for (const Json& row : json.items) {
    fits = fits && row.kind == Json::Kind::array && row.items.empty() && !row.numbers.empty() &&
           row.numbers.size() == json.items[0].numbers.size();
    value.values.insert(value.values.end(), row.numbers.begin(), row.numbers.end());
  }
  if (!fits)
    refuse_option(
        learner, name,
        "a number (that multiple of the identity), an array of numbers (a diagonal), or an array of arrays of "
        "numbers, all as long (the rows)",
        json);
  value.rows = json.items.empty() ? json.numbers.size() : json.items.size();
  value.columns = json.items.empty() ? value.rows : json.items[0].numbers.size();
}

inline void read_option(std::string_view learner, const char* name, const Json& json, std::vector<double>& value,
                        const Anything&) {
  if (json.kind != Json::Kind::array || !json.items.empty() || json.numbers.empty())
    refuse_option(learner, name, "an array of numbers", json);
  value = json.numbers;
}

inline void read_option(std::string_view learner, const char* name, const Json& json, std::vector<std::int64_t>& value,
                        const Range& range) {
  bool whole = json.kind == Json::Kind::array && json.items.empty();
  for (const double number : json.numbers) whole = whole && number == std::floor(number) && range.contains(number);
  if (!whole) refuse_option(learner, name, "an array of whole numbers, each " + range.text(), json);
  value.clear();
  for (const double number : json.numbers) value.push_back(static_cast<std::int64_t>(number));
}

inline void read_option(std::string_view learner, const char* name, const Json& json, std::string& value,
                        const Anything&) {
  if (json.kind != Json::Kind::string || json.string.empty()) refuse_option(learner, name, "a non-empty string", json);
  value = json.string;
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

inline void read_option(std::string_view learner, const char* name, const Json& json, std::vector<double>& value,
                        const Range& range) {
  bool numbers = json.kind == Json::Kind::array && !json.numbers.empty();
  for (const double number : json.numbers) numbers = numbers && range.contains(number);
  if (!numbers) refuse_option(learner, name, "an array of numbers, each " + range.text(), json);
  value = json.numbers;
}

inline void read_option(std::string_view learner, const char* name, const Json& json,
                        std::vector<std::vector<double>>& value, const Anything&) {
  bool rows = json.kind == Json::Kind::array && json.numbers.empty() && !json.items.empty();
  for (const Json& item : json.items)
    rows = rows && item.kind == Json::Kind::array && !item.numbers.empty() &&
           item.numbers.size() == json.items[0].numbers.size();
  if (!rows) refuse_option(learner, name, "an array of arrays of numbers, all as long", json);
  value.clear();
  for (const Json& item : json.items) value.push_back(item.numbers);
}

}  // namespace detail

// "a, b and c": the names of all options of these structs.
template <class... O>
std::string option_names() {
  std::vector<const char*> all;
  (std::apply([&](const auto&... option) { (all.push_back(option.name), ...); }, O::options), ...);
  std::string names;
  for (std::size_t i = 0; i < all.size(); ++i)
    names += concat(i == 0 ? "" : i + 1 < all.size() ? ", " : " and ", all[i]);
  return names;
}

// Sets what `text`, a JSON object, gives of the options of all these structs; empty text sets nothing. `learner` is the
// name that messages start with.
template <class... O>
void read_options(std::string_view learner, std::string_view text, O&... structs) {
  if (text.empty()) return;
  Json json;
  try {
    json = parse_json(text);
  } catch (const InvalidInput& e) {
    throw InvalidInput(concat(learner, ": options: ", e.what()), e.hint, e.fault);
  }
  if (json.kind != Json::Kind::object)
    throw InvalidInput(concat(learner, ": options must be a JSON object, not ", describe(json.kind)),
                       concat("Options are ", option_names<O...>(), "."));
  for (const auto& [key, value] : json.members) {
    bool known = false;
    auto read = [&](auto& result) {
      auto take = [&](const auto& option) {
        if (key != option.name) return;
        known = true;
        detail::read_option(learner, option.name, value, result.*option.field, option.allowed);
      };
      std::apply([&](const auto&... option) { (take(option), ...); },
                 std::remove_reference_t<decltype(result)>::options);
    };
    (read(structs), ...);
    if (!known)
      throw InvalidInput(concat(learner, ": unknown option \"", key, "\""),
                         concat("Options are ", option_names<O...>(), "."));
  }
}

// The same for one struct, the others at their defaults.
template <class O>
O parse_options(std::string_view learner, std::string_view text) {
  O result;
  read_options(learner, text, result);
  return result;
}

}  // namespace quern
