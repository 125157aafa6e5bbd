// Random numbers that are the same on every machine: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
#pragma once

#include <cstdint>

#include "base/split_mix.hpp"

namespace quern::graph {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t operator()() { return split_mix(state_ += split_mix_step); }
  double uniform() { return static_cast<double>((*this)() >> 11) * 0x1p-53; }  // at least 0, below 1
  // Below n, which is above 0: the high half of a product (Lemire, ACM TOMACS 29, 2019; its bias is below n / 2^64).
  std::uint64_t below(std::uint64_t n) {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>((*this)()) * n) >> 64);
  }

 private:
  std::uint64_t state_;
};

}  // namespace quern::graph
