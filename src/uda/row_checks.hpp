// What every learner asks of a row, each with one precise error. `learner` is the SQL name that messages start with.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/features.hpp"
#include "base/text.hpp"

namespace quern {

[[noreturn]] inline void refuse_widths(std::string_view learner, std::int64_t first, std::int64_t second) {
  throw InvalidInput(concat(learner, ": rows have different numbers of features (", first, ", then ", second, ")"),
                     "Every row needs the same features; write NULL for a row to be left out.");
}

// The width of the first row.
inline void check_width(std::string_view learner, std::size_t width, std::size_t most) {
  if (width == 0)
    throw InvalidInput(concat(learner, ": x has no features"),
                       "Give at least one number in each row, or leave the row out by a NULL.");
  if (width > most)
    throw InvalidInput(concat(learner, ": x has ", width, " features, and at most ", most, " are supported"),
                       "Use fewer features.", Fault::limit_exceeded);
}

[[gnu::noinline, noreturn]] inline void refuse_infinite(std::string_view learner, const Features& x) {
  std::size_t i = 0;
  while (std::isfinite(x[i])) ++i;
  throw InvalidInput(concat(learner, ": x must be finite, but x[", i + 1, "] is ", x[i]),
                     "Leave such rows out with WHERE or FILTER, or by a NULL.");
}

inline void check_finite(std::string_view learner, const Features& x) {
  if (!x.finite()) [[unlikely]]
    refuse_infinite(learner, x);
}

inline void check_weight(std::string_view learner, double weight) {
  if (!(weight >= 0) || std::isinf(weight))
    throw InvalidInput(concat(learner, ": weight must be finite and at least 0, not ", weight),
                       "Leave such rows out with WHERE or FILTER, or by a NULL.");
}

inline void check_feature_names(std::string_view learner, std::span<const std::string> names, std::size_t features) {
  if (!names.empty() && names.size() != features)
    throw InvalidInput(
        concat(learner, ": option \"feature_names\" must name all ", features, " features, not ", names.size()));
}

}  // namespace quern
