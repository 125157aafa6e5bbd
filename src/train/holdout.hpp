// Which rows are held out of a training, for validation: by their place, the same in every process and at every pass.
#pragma once

#include <cstddef>
#include <cstdint>

namespace quern {

struct Holdout {
  double share = 0;  // of rows
  std::uint64_t seed = 0;

  // Of row `i` of block `block`.
  bool contains(std::size_t block, std::size_t i) const {
    if (share == 0) return false;
    std::uint64_t z = seed * 0x9e3779b97f4a7c15 + block * 0x100000001b3 + i;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;  // the finalizer of SplitMix64
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53 < share;
  }
};

}  // namespace quern
