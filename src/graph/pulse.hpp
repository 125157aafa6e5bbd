// A checkpoint every few milliseconds of work, counted in edges.
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/error.hpp"

namespace quern::graph {

class Pulse {
 public:
  void count(std::size_t edges) {
    if ((done_ += edges + 1) < piece) return;
    done_ = 0;
    checkpoint();
  }

 private:
  static constexpr std::size_t piece = std::size_t{1} << 18;

  std::size_t done_ = 0;
};

// f(begin, end) for all numbers below n in pieces, with a checkpoint before each.
template <class F>
void for_pieces(std::size_t n, F&& f) {
  constexpr std::size_t piece = std::size_t{1} << 18;
  for (std::size_t begin = 0; begin < n; begin += piece) {
    checkpoint();
    f(begin, std::min(n, begin + piece));
  }
}

}  // namespace quern::graph
