// Which rows are held out of a training, for validation: by their place, the same in every process and at every pass.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/split_mix.hpp"

namespace quern {

struct Holdout {
  double share = 0;  // of rows
  std::uint64_t seed = 0;

  // Of row `i` of block `block`.
  bool contains(std::size_t block, std::size_t i) const {
    if (share == 0) return false;
    const std::uint64_t z = split_mix(seed * split_mix_step + block * 0x100000001b3 + i);
    return static_cast<double>(z >> 11) * 0x1p-53 < share;
  }
};

}  // namespace quern
