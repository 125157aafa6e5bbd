// Entries (index, value) in any order, the values of one index added up. A part of a state.
//
// Entries in the order of their index are appended to a sorted part. Others wait behind it until they are as many as it
// has, and are then sorted and merged into it: n entries cost O(n log n) in any order, and each index is kept once or
// twice.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/paced_sort.hpp"
#include "base/text.hpp"
#include "base/vec.hpp"

namespace quern {

template <class Index>
struct SummedEntries {
  std::int64_t sorted = 0;  // so many entries increase in their index; the others wait
  Vec<Index> indices;
  Vec<double> values;

  // More than `most` entries are an error.
  void append(std::string_view function, std::size_t most, Index index, double value) {
    constexpr std::size_t least_waiting = 1024;
    const auto in_order = static_cast<std::size_t>(sorted);
    const bool next = in_order == indices.size() && (in_order == 0 || indices.back() < index);
    if (indices.size() - in_order >= std::max(in_order, least_waiting)) settle(function);
    if (indices.size() >= most)
      throw InvalidInput(concat(function, ": more than ", most, " entries"), {}, Fault::limit_exceeded);
    indices.push_back(index);
    values.push_back(value);
    if (next) sorted += 1;
  }

  // Merges what waits.
  void settle(std::string_view function) {
    struct Entry {
      Index index;
      double value;
    };
    std::size_t left = static_cast<std::size_t>(sorted), right = indices.size() - left, to = indices.size();
    if (right == 0) return;
    std::vector<Entry> waiting(right);
    for (std::size_t i = 0; i < right; ++i) waiting[i] = {indices[left + i], values[left + i]};
    paced_stable_sort(std::span(waiting), [](const Entry& a, const Entry& b) { return a.index < b.index; });
    Pace pace;
    while (right > 0) {  // from the end, where there is room
      --to;
      if (left > 0 && indices[left - 1] > waiting[right - 1].index) {
        indices[to] = indices[left - 1];
        values[to] = values[--left];
      } else {
        indices[to] = waiting[right - 1].index;
        values[to] = waiting[--right].value;
      }
      pace.spend(4);
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      if (kept > 0 && indices[kept - 1] == indices[i]) {
        const double a = values[kept - 1], b = values[i];
        values[kept - 1] = a + b;
        if (!std::isfinite(a + b) && std::isfinite(a) && std::isfinite(b))
          throw InvalidInput(concat(function, ": the sum of the values of an index is out of range"), {},
                             Fault::out_of_range);
      } else {
        indices[kept] = indices[i];
        values[kept++] = values[i];
      }
      pace.spend(2);
    }
    indices.resize(kept);
    values.resize(kept);
    sorted = static_cast<std::int64_t>(kept);
  }

  bool valid() const {
    if (values.size() != indices.size() || sorted < 0 || static_cast<std::size_t>(sorted) > indices.size())
      return false;
    for (std::size_t i = 1; i < static_cast<std::size_t>(sorted); ++i)
      if (indices[i - 1] >= indices[i]) return false;
    return true;
  }
};

}  // namespace quern
