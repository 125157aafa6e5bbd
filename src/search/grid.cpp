#include "search/grid.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/inference.hpp"

namespace quern {

namespace {

constexpr const char* distributions[] = {"choice",      "uniform", "log_uniform", "integer",
                                         "log_integer", "normal",  "log_normal"};

std::vector<Json> items_of(const Json& array) {
  if (array.numbers.empty()) return array.items;
  std::vector<Json> items;
  for (const double number : array.numbers) {
    Json& item = items.emplace_back();
    item.kind = Json::Kind::number;
    item.number = number;
  }
  return items;
}

Json number(double value) {
  Json json;
  json.kind = Json::Kind::number;
  json.number = value;
  return json;
}

Json object() {
  Json json;
  json.kind = Json::Kind::object;
  return json;
}

}  // namespace

Grid::Grid(std::string_view function, std::string_view text) : function_(function) {
  const Json json = parse_json(text);
  if (json.kind == Json::Kind::object) {
    parts_.push_back(read_part(json));
    return;
  }
  if (json.kind != Json::Kind::array || json.items.empty())
    throw InvalidInput(concat(function, ": grid must be a JSON object, or an array of some, not ",
                              json.kind == Json::Kind::array ? "an array without objects" : describe(json.kind)),
                       R"(For example {"l2": [0.01, 0.1, 1]}.)");
  for (const Json& item : json.items) {
    if (item.kind != Json::Kind::object)
      throw InvalidInput(concat(function, ": an array as grid must have objects, not ", describe(item.kind)));
    parts_.push_back(read_part(item));
  }
}

Grid::Part Grid::read_part(const Json& object) const {
  Part part;
  for (const auto& [name, value] : object.members) part.options.push_back(read_option(name, value));
  return part;
}

Grid::Option Grid::read_option(const std::string& name, const Json& value) const {
  Option option{name, Kind::fixed, {value}};
  const auto refuse = [&](const std::string& what, std::string hint = {}) {
    throw InvalidInput(concat(function_, ": option \"", name, "\" of the grid ", what), std::move(hint));
  };
  if (value.kind == Json::Kind::array) {
    option.kind = Kind::choice;
    option.values = items_of(value);
  } else if (value.kind == Json::Kind::object) {
    if (value.members.size() != 1) refuse("must be a value, an array of values or one distribution");
    const auto& [kind, bounds] = value.members[0];
    const auto found = std::find(std::begin(distributions), std::end(distributions), kind);
    if (found == std::end(distributions))
      refuse(concat("has no known distribution: \"", kind, "\""),
             "Distributions are choice, uniform, log_uniform, integer, log_integer, normal and log_normal.");
    if (kind == "choice") {
      if (bounds.kind != Json::Kind::array) refuse("must have an array of choices");
      option.kind = Kind::choice;
      option.values = items_of(bounds);
    } else {
      option.kind = static_cast<Kind>(static_cast<int>(Kind::choice) + (found - std::begin(distributions)));
      option.values.clear();
      if (bounds.numbers.size() != 2 || !std::isfinite(bounds.numbers[0]) || !std::isfinite(bounds.numbers[1]))
        refuse(concat("must have two numbers for ", kind));
      option.a = bounds.numbers[0];
      option.b = bounds.numbers[1];
      const bool spread = option.kind == Kind::normal || option.kind == Kind::log_normal;
      if (spread ? option.b <= 0 : option.a >= option.b)
        refuse(spread ? concat("must have a deviation above 0 for ", kind, ", not ", option.b)
                      : concat("must have its lower bound first, not ", option.a, " and ", option.b));
      const bool log = option.kind == Kind::log_uniform || option.kind == Kind::log_integer;
      if (log && option.a <= 0) refuse(concat("must have bounds above 0 for ", kind, ", not ", option.a));
    }
  }
  if (option.kind == Kind::choice && option.values.empty()) refuse("has no values to choose from");
  return option;
}

bool Grid::finite() const {
  for (const Part& part : parts_)
    for (const Option& option : part.options)
      if (option.kind != Kind::fixed && option.kind != Kind::choice) return false;
  return true;
}

std::size_t Grid::size() const {
  std::size_t all = 0;
  for (const Part& part : parts_) {
    std::size_t size = 1;
    for (const Option& option : part.options) size = std::min(size * option.values.size(), most_settings + 1);
    all = std::min(all + size, most_settings + 1);
  }
  return all;
}

std::vector<Json> Grid::all() const {
  for (const Part& part : parts_)
    for (const Option& option : part.options)
      if (option.kind != Kind::fixed && option.kind != Kind::choice)
        throw InvalidInput(
            concat(function_, ": option \"", option.name, "\" of the grid has a distribution, not values"),
            R"(Say how many settings to draw with the option "n_iter".)");
  if (size() > most_settings)
    throw InvalidInput(concat(function_, ": the grid has more than ", most_settings, " settings"),
                       R"(Draw some of them with the option "n_iter".)", Fault::limit_exceeded);
  std::vector<Json> settings;
  for (const Part& part : parts_) {
    std::vector<Json> sofar{object()};
    for (const Option& option : part.options) {
      std::vector<Json> longer;
      for (const Json& setting : sofar)
        for (const Json& value : option.values) {
          longer.push_back(setting);
          longer.back().members.emplace_back(option.name, value);
        }
      sofar = std::move(longer);
    }
    settings.insert(settings.end(), sofar.begin(), sofar.end());
  }
  return settings;
}

std::size_t Grid::dimensions_of(const Option& option) {
  return option.kind == Kind::fixed ? 0 : option.kind == Kind::choice ? option.values.size() : 1;
}

// Which part is coordinate 0 if there are several.
std::size_t Grid::dimensions() const {
  std::size_t dimensions = parts_.size() > 1;
  for (const Part& part : parts_)
    for (const Option& option : part.options) dimensions += dimensions_of(option);
  return dimensions;
}

Json Grid::value_at(const Option& option, const double* point) {
  const double u = *point;
  const double clear = std::clamp(u, 0x1p-53, 1 - 0x1p-53);
  const double low =
      option.kind == Kind::log_uniform || option.kind == Kind::log_integer ? std::log(option.a) : option.a;
  const double high =
      option.kind == Kind::log_uniform || option.kind == Kind::log_integer ? std::log(option.b) : option.b;
  const auto quantile = [&] { return normal_quantile(clear); };
  switch (option.kind) {
    case Kind::fixed:
      return option.values[0];
    case Kind::choice:
      return option.values[static_cast<std::size_t>(std::max_element(point, point + option.values.size()) - point)];
    case Kind::uniform:
      return number(low + u * (high - low));
    case Kind::log_uniform:
      return number(std::clamp(std::exp(low + u * (high - low)), option.a, option.b));
    case Kind::integer:
      return number(std::min(std::floor(option.a + u * (option.b - option.a + 1)), option.b));
    case Kind::log_integer:
      return number(
          std::clamp(std::round(std::exp(low + u * (high - low))), std::ceil(option.a), std::floor(option.b)));
    case Kind::normal:
      return number(option.a + option.b * quantile());
    case Kind::log_normal:
      return number(std::exp(option.a + option.b * quantile()));
  }
  return {};
}

Json Grid::at(const std::vector<double>& point) const {
  std::size_t next = parts_.size() > 1;
  const std::size_t chosen =
      parts_.size() > 1
          ? std::min(static_cast<std::size_t>(point[0] * static_cast<double>(parts_.size())), parts_.size() - 1)
          : 0;
  Json setting = object();
  for (std::size_t p = 0; p < parts_.size(); ++p)
    for (const Option& option : parts_[p].options) {
      if (p == chosen) setting.members.emplace_back(option.name, value_at(option, point.data() + next));
      next += dimensions_of(option);
    }
  return setting;
}

std::vector<double> Grid::canonical(const std::vector<double>& point) const {
  std::vector<double> result = point;
  std::size_t next = parts_.size() > 1;
  if (next) {
    const double parts = static_cast<double>(parts_.size());
    result[0] = std::min(std::floor(point[0] * parts), parts - 1);
  }
  for (const Part& part : parts_)
    for (const Option& option : part.options) {
      const std::size_t n = dimensions_of(option);
      if (option.kind == Kind::choice) {
        const auto from = result.begin() + static_cast<std::ptrdiff_t>(next);
        const auto best = std::max_element(from, from + static_cast<std::ptrdiff_t>(n)) - from;
        std::fill_n(from, n, 0.0);
        from[best] = 1;
      } else if (option.kind == Kind::integer) {
        const double span = option.b - option.a + 1;
        result[next] = (std::min(std::floor(point[next] * span), span - 1) + 0.5) / span;
      }
      next += n;
    }
  return result;
}

}  // namespace quern
