// The finalizer of SplitMix64, a bijection after which every bit depends on every other, and the step of its states.
// Steele, Lea and Flood, OOPSLA 2014.
#pragma once

#include <cstdint>

namespace quern {

inline constexpr std::uint64_t split_mix_step = 0x9e3779b97f4a7c15;

constexpr std::uint64_t split_mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace quern
