#include "model/feature_names.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"

namespace quern {

namespace {

struct Elements {  // of an array column, from 1
  std::string_view column;
  std::uint64_t first, last;

  std::uint64_t count() const { return last - first + 1; }
};

// A whole number from 1 to 2^53, without leading zeros.
std::optional<std::uint64_t> read_index(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || digits[0] == '0') return {};
  return value <= std::uint64_t{1} << 53 ? std::optional(value) : std::nullopt;
}

// "x[3]" or "x[3:7]".
std::optional<Elements> read_elements(std::string_view name) {
  const std::size_t open = name.rfind('[');
  if (open == std::string_view::npos || open == 0 || name.back() != ']') return {};
  const std::string_view inside = name.substr(open + 1, name.size() - open - 2);
  const std::size_t colon = inside.find(':');
  const auto first = read_index(inside.substr(0, colon));
  const auto last = colon == std::string_view::npos ? first : read_index(inside.substr(colon + 1));
  if (!first || !last || *first > *last) return {};
  return Elements{name.substr(0, open), *first, *last};
}

}  // namespace

FeatureNames::FeatureNames(std::span<const std::pmr::string> names, std::uint64_t features) {
  const bool runs = names.size() != features;
  std::uint64_t next = 0;
  for (const std::string_view name : names) {
    const auto elements = read_elements(name);
    FeatureColumn column{name, next};
    if (elements && (runs || elements->count() == 1))
      column = {elements->column, next, elements->count(), elements->first};
    next += column.count;
    if (column.is_array() && !columns_.empty()) {
      FeatureColumn& before = columns_.back();
      if (before.is_array() && before.name == column.name && before.element + before.count == column.element) {
        before.count += column.count;
        continue;
      }
    }
    columns_.push_back(column);
  }
}

std::string FeatureNames::operator[](std::uint64_t i) const {
  const auto after = std::upper_bound(columns_.begin(), columns_.end(), i,
                                      [](std::uint64_t at, const FeatureColumn& c) { return at < c.first; });
  if (after == columns_.begin() || i - after[-1].first >= after[-1].count) return concat("x", i + 1);
  const FeatureColumn& column = after[-1];
  if (!column.is_array()) return std::string(column.name);
  return concat(column.name, "[", column.element + (i - column.first), "]");
}

bool names_stand_for(std::span<const std::pmr::string> names, std::uint64_t features) {
  if (names.size() == features) return true;
  std::uint64_t left = features;
  for (const std::string_view name : names) {
    const auto elements = read_elements(name);
    const std::uint64_t count = elements ? elements->count() : 1;
    if (count > left) return false;
    left -= count;
  }
  return left == 0;
}

std::string name_of_array(std::string_view column, std::uint64_t n) { return concat(column, "[1:", n, "]"); }

}  // namespace quern
