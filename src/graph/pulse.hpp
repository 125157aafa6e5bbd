// A checkpoint every few milliseconds of work, counted in edges.
#pragma once

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

}  // namespace quern::graph
