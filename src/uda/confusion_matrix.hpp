// How often each class was predicted as each: every pair of the classes met, on either side, zeros included.
//
// Counts lie in shells, so that a new class appends to them: the pairs whose larger number is m begin at m * m, first
// (m, 0) to (m, m), then (0, m) to (m - 1, m).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "model/model.hpp"
#include "uda/aggregate.hpp"
#include "uda/class_dictionary.hpp"

namespace quern {

struct ConfusionCell {
  Text actual, predicted;
  std::int64_t n = 0;

  static constexpr std::array columns{"actual", "predicted", "n"};
};

struct ConfusionMatrix {
  static constexpr std::size_t max_classes = 1000;

  std::int64_t skipped = 0;
  ClassDictionary classes;
  Vec<std::int64_t> counts;  // classes^2

  void accumulate(ClassLabel actual, ClassLabel predicted);
  void skip() { skipped += 1; }
  void merge(const ConfusionMatrix& other);
  bool valid() const;

  // Sorted by actual, then predicted: numbers by value, booleans false first, text by bytes.
  std::optional<Vec<ConfusionCell>> cells() const;

 private:
  static std::size_t position(std::size_t actual, std::size_t predicted) {
    return actual >= predicted ? actual * actual + predicted : predicted * predicted + predicted + 1 + actual;
  }
  std::size_t number_of(std::string_view argument, ClassLabel label);
};

}  // namespace quern
