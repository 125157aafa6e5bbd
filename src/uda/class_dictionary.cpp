#include "uda/class_dictionary.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <tuple>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

const char* type_name(std::int32_t type) {
  switch (static_cast<ClassLabel::Type>(type)) {
    case ClassLabel::Type::boolean:
      return "boolean";
    case ClassLabel::Type::number:
      return "a number";
    case ClassLabel::Type::text:
      return "text";
  }
  return "unknown";
}

// Never NaN, which would have no place in an order.
double number_of(const Text& label) {
  double value = 0;
  std::from_chars(label.data(), label.data() + label.size(), value);
  return std::isnan(value) ? 0 : value;
}

}  // namespace

std::size_t ClassDictionary::search(std::string_view aggregate, std::string_view argument, ClassLabel label,
                                    std::size_t limit) {
  if (type != 0 && type != static_cast<std::int32_t>(label.type))
    throw InvalidInput(concat(aggregate, ": ", argument, " is ", type_name(static_cast<std::int32_t>(label.type)),
                              " in one row and ", type_name(type), " in another"));
  const auto less = [&](std::int32_t number, std::string_view text) {
    return labels[static_cast<std::size_t>(number)] < text;
  };
  const auto place = std::lower_bound(order.begin(), order.end(), label.text, less);
  if (place == order.end() || labels[static_cast<std::size_t>(*place)] != label.text) {
    if (labels.size() >= limit)
      throw InvalidInput(concat(aggregate, ": ", argument, " has more than ", limit, " classes"),
                         "A number to be predicted is no class: use a regression.", Fault::limit_exceeded);
    last = static_cast<std::int32_t>(labels.size());
    type = static_cast<std::int32_t>(label.type);
    const auto position = place - order.begin();
    labels.emplace_back(label.text);
    order.insert(order.begin() + position, last);
  } else {
    last = *place;
  }
  return static_cast<std::size_t>(last);
}

std::vector<std::size_t> ClassDictionary::sorted() const {
  std::vector<std::size_t> result(order.begin(), order.end());
  if (type == static_cast<std::int32_t>(ClassLabel::Type::number)) {
    std::vector<double> values(labels.size());
    std::transform(labels.begin(), labels.end(), values.begin(), number_of);
    std::sort(result.begin(), result.end(), [&](std::size_t a, std::size_t b) {
      return std::tie(values[a], labels[a]) < std::tie(values[b], labels[b]);
    });
  }
  return result;
}

bool ClassDictionary::valid() const {
  const std::size_t k = labels.size();
  if (k > max_classes || order.size() != k || type < 0 || type > 3 || (type == 0) != (k == 0)) return false;
  if (last < 0 || static_cast<std::size_t>(last) >= std::max<std::size_t>(k, 1)) return false;
  for (const std::int32_t number : order)
    if (number < 0 || static_cast<std::size_t>(number) >= k) return false;
  for (std::size_t i = 1; i < k; ++i)  // strictly ascending: no number and no label twice
    if (!(labels[static_cast<std::size_t>(order[i - 1])] < labels[static_cast<std::size_t>(order[i])])) return false;
  return true;
}

}  // namespace quern
