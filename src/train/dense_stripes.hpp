// How kernels for dense rows read a row: whole vectors, the last of which ends at the last feature.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "linalg/vector_types.hpp"

namespace quern::dense {

// Keeps the last `count` lanes, 1 to all of them.
template <class V>
[[gnu::always_inline]] inline V keep_last(std::size_t count, const V& v) {
  static constexpr std::int64_t zeros_then_ones[16] = {0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1};
  Bits<V> bits;
  const auto* const middle = reinterpret_cast<const char*>(zeros_then_ones + 8);
  __builtin_memcpy(&bits, middle - sizeof bits + count * sizeof(Element<V>), sizeof bits);
  return std::bit_cast<V>(std::bit_cast<Bits<V>>(v) & bits);
}

// A stripe of `columns` vectors of a row of features: the last one may overlap its neighbour.
template <class V>
struct Stripe {
  std::size_t first, last;  // where the first and the last vector start
  std::size_t kept;         // lanes of the last that are not its neighbour's

  [[gnu::always_inline]] Stripe(std::size_t features, std::size_t vector, std::size_t columns)
      : first(vector * lanes<V>) {
    const std::size_t end = std::min(first + columns * lanes<V>, features);
    last = end - lanes<V>;
    kept = end - (vector + columns - 1) * lanes<V>;
  }
};

template <class V>
[[gnu::always_inline]] inline std::size_t vectors_of(std::size_t features) {
  return (features + lanes<V> - 1) / lanes<V>;
}

// The first `count` of these rows, or all.
[[gnu::always_inline]] inline void prefetch_rows(std::span<const std::byte* const> rows, std::size_t count,
                                                 std::size_t bytes) {
  for (std::size_t r = 0; r < std::min(count, rows.size()); ++r)
    for (std::size_t at = 0; at < bytes; at += 64) __builtin_prefetch(rows[r] + at, 0, 2);
}

}  // namespace quern::dense
