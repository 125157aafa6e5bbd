// What a row's y is. `learner` is the name that messages start with.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

// What y may be, and what a stored row's y holds.
enum class TargetKind {
  number,        // any finite number
  binary,        // two classes: y is -1 or +1
  classes,       // two or more classes: y is the index of the class
  non_negative,  // numbers of 0 and more
  positive,      // numbers above 0
  survival,      // times of 0 and more; with the sign bit where the event was not seen by then
  none,          // there is no y: it is 0
  sequence,      // the labels of a sequence, which lie with its features (crf_layout.hpp); y is 0
  either,        // classes if the column is text or boolean, else a number
};

inline bool is_classifier(TargetKind kind) { return kind == TargetKind::binary || kind == TargetKind::classes; }

// Of a regression.
inline void check_target(std::string_view learner, TargetKind kind, double y) {
  constexpr const char* hint = "Leave such rows out with WHERE or FILTER, or by a NULL.";
  if (!std::isfinite(y)) throw InvalidInput(concat(learner, ": y must be finite, not ", y), hint);
  if (kind == TargetKind::non_negative && y < 0)
    throw InvalidInput(concat(learner, ": y must be 0 or more, not ", y), hint);
  if (kind == TargetKind::positive && y <= 0) throw InvalidInput(concat(learner, ": y must be above 0, not ", y), hint);
}

// The numbers of the labels, sorted, in the order that the option "classes" gives them. Throws InvalidInput if it does
// not have them all, or has one twice.
template <class Label>
void order_as_asked(std::string_view learner, std::span<const Label> labels, std::span<const std::string> classes,
                    std::vector<std::size_t>& numbers) {
  if (classes.empty()) return;
  for (std::size_t i = 0; i < classes.size(); ++i)
    if (std::find(classes.begin(), classes.begin() + static_cast<std::ptrdiff_t>(i), classes[i]) !=
        classes.begin() + static_cast<std::ptrdiff_t>(i))
      throw InvalidInput(concat(learner, ": option \"classes\" has \"", classes[i], "\" more than once"));
  std::vector<std::size_t> places(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::string_view label = labels[i];
    const auto found = std::find(classes.begin(), classes.end(), label);
    if (found == classes.end())
      throw InvalidInput(concat(learner, ": option \"classes\" has no \"", label, "\", which is a class of the rows"),
                         "It must list all classes, in their order.");
    places[i] = static_cast<std::size_t>(found - classes.begin());
  }
  std::sort(numbers.begin(), numbers.end(), [&](std::size_t a, std::size_t b) { return places[a] < places[b]; });
}

}  // namespace quern
