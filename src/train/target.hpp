// What a row's y is. `learner` is the name that messages start with.
#pragma once

#include <cmath>
#include <string_view>

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

}  // namespace quern
