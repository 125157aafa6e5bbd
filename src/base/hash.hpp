// What ids are hashed by: FNV-1a (Fowler, Noll, Vo, 1991) and the finalizer of SplitMix64.
#pragma once

#include <bit>
#include <cmath>
#include <limits>
#include <string_view>

#include "base/split_mix.hpp"

namespace quern {

constexpr std::uint64_t hash_of_id(std::int64_t id) {
  return split_mix(static_cast<std::uint64_t>(id) + split_mix_step);
}

constexpr std::uint64_t hash_of_id(std::string_view id) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return split_mix(hash);
}

// Of words one after the other; numbers that compare equal hash alike, as do all NaNs.
class NumberHash {
 public:
  explicit NumberHash(std::uint64_t seed) : value_(seed) {}

  void add(std::uint64_t word) { value_ = split_mix((value_ ^ word) + split_mix_step); }
  void add(double number) {
    add(std::bit_cast<std::uint64_t>(std::isnan(number) ? std::numeric_limits<double>::quiet_NaN() : number + 0.0));
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_;
};

}  // namespace quern
