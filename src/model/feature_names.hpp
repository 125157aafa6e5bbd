// The names of a model's features, and the columns of a row that they come from.
//
// A number column `age` is the feature "age"; an array column `x` of n elements is the features "x[1]" ... "x[n]". A
// model holds those n as one name, "x[1:n]": a run, which stands for as many features as it spans. Where a model holds
// as many names as it has features, each is the name of one feature, whatever it looks like.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/vec.hpp"

namespace quern {

// Consecutive features that come from one column of a row.
struct FeatureColumn {
  std::string_view name;      // of the column
  std::uint64_t first = 0;    // index of its first feature, from 0
  std::uint64_t count = 1;    // of features
  std::uint64_t element = 0;  // which element of an array, from 1, the first feature is; 0 if the column is a number

  bool is_array() const { return element > 0; }
};

class FeatureNames {
 public:
  // `names` outlives this; it is empty or stands for `features` features.
  FeatureNames(std::span<const std::pmr::string> names, std::uint64_t features);

  // The name of feature i; x1, x2, ... without names.
  std::string operator[](std::uint64_t i) const;

  // In the order of the features, adjacent elements of an array together. Empty without names.
  std::span<const FeatureColumn> columns() const { return columns_; }

 private:
  Vec<FeatureColumn> columns_;
};

// Do the names stand for that many features?
bool names_stand_for(std::span<const std::pmr::string> names, std::uint64_t features);

// What the intercept is called among the terms of a model.
inline constexpr std::string_view intercept_name = "(intercept)";

// Throws InvalidInput if one of the names is that of the intercept.
template <class Names>
void refuse_intercept_name(std::string_view learner, const Names& names) {
  for (const std::string_view name : names)
    if (name == intercept_name)
      throw InvalidInput(
          concat(learner, ": no feature may be named \"", intercept_name, "\", which is the intercept's name"),
          "Give the feature another name, or set the option fit_intercept to false.");
}

// The name that stands for n features, the elements of an array column: "x[1:n]".
std::string name_of_array(std::string_view column, std::uint64_t n);

}  // namespace quern
