// A stable merge sort with a checkpoint() every few milliseconds: the standard one would keep the server waiting.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "base/pace.hpp"

namespace quern {

template <class T, class Less>
void paced_stable_sort(std::span<T> items, Less less) {
  constexpr std::size_t run = std::size_t{1} << 15;
  const std::size_t n = items.size();
  if (std::is_sorted(items.begin(), items.end(), less)) return;
  for (std::size_t from = 0; from < n; from += run) {
    checkpoint();
    const auto part = items.subspan(from, std::min(run, n - from));
    std::stable_sort(part.begin(), part.end(), less);
  }
  if (n <= run) return;
  std::vector<T> room(n);
  std::span<T> from = items, to = room;
  Pace pace;
  for (std::size_t width = run; width < n; width *= 2) {
    for (std::size_t left = 0; left < n; left += 2 * width) {
      const std::size_t middle = std::min(left + width, n), end = std::min(left + 2 * width, n);
      std::size_t i = left, j = middle;
      for (std::size_t k = left; k < end; ++k) {
        const bool second = i == middle || (j < end && less(from[j], from[i]));
        to[k] = from[second ? j++ : i++];
        pace.spend(4);
      }
    }
    std::swap(from, to);
  }
  if (from.data() != items.data()) std::copy(from.begin(), from.end(), items.begin());
}

}  // namespace quern
