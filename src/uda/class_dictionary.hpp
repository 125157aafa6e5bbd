// The classes that an aggregate has met, numbered in the order they came, and their common type.
//
// A part of a state. Lookup asks the last class met first, then bisects; classes are few (10,000 at most).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/model.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct ClassDictionary {
  static constexpr std::size_t max_classes = 10000;

  std::int32_t type = 0;  // ClassLabel::Type; 0 before the first
  std::int32_t last = 0;  // the one found last
  Vec<Text> labels;
  Vec<std::int32_t> order;  // the numbers of the labels, sorted by bytes

  std::size_t size() const { return labels.size(); }

  // The number of `label`, which is added if it is new. Errors start with "`aggregate`: `argument`".
  std::size_t find_or_add(std::string_view aggregate, std::string_view argument, ClassLabel label,
                          std::size_t limit = max_classes) {
    if (static_cast<std::size_t>(last) < labels.size() && static_cast<std::int32_t>(label.type) == type &&
        labels[static_cast<std::size_t>(last)] == label.text)
      return static_cast<std::size_t>(last);
    return search(aggregate, argument, label, limit);
  }

  // The numbers of the labels in the order of a user: numbers by value, booleans false first, text by bytes.
  std::vector<std::size_t> sorted() const;

  ClassLabel label(std::size_t number) const { return {labels[number], static_cast<ClassLabel::Type>(type)}; }

  bool valid() const;

 private:
  std::size_t search(std::string_view aggregate, std::string_view argument, ClassLabel label, std::size_t limit);
};

}  // namespace quern
