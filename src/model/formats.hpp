// Every layout a stored model has ever had, oldest first, and the way from each to the present. A layout here is never
// changed or removed: tables hold values of it. To change Model: copy the present one here under the number of its
// format, add a reader in model.cpp, and a stored value of it to sql/upgrade.sql.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/label.hpp"
#include "model/model.hpp"

namespace quern {

// Version 0.0.1: the kind of target was not stored, nor how many rows were skipped.
struct ModelFormat1 {
  Name algorithm;
  Text options;
  std::int64_t rows = 0, features = 0;
  Vec<Text> feature_names, classes;
  Vec<Metric> metrics;
  Vec<Parameter> parameters;
};

template <>
inline constexpr std::string_view registered_name<Model> = "model";
template <>
inline constexpr std::string_view registered_name<ModelFormat1> = "model";

inline std::int32_t target_of_classes(const Vec<Text>& classes) {
  const auto is_number = [](const Text& text) {
    double value;
    return std::from_chars(text.data(), text.data() + text.size(), value).ptr == text.data() + text.size();
  };
  const bool booleans = classes.size() == 2 && classes[0] == "false" && classes[1] == "true";
  const Target target = classes.empty()                                          ? Target::number
                        : booleans                                               ? Target::boolean_class
                        : std::all_of(classes.begin(), classes.end(), is_number) ? Target::number_class
                                                                                 : Target::text_class;
  return static_cast<std::int32_t>(target);
}

inline void upgrade(const ModelFormat1& old, Model& model) {
  model = {old.algorithm,     old.options, target_of_classes(old.classes),
           old.rows,          0,           old.features,
           old.feature_names, old.classes, old.metrics,
           old.parameters};
}

}  // namespace quern
