// What ids are hashed by: FNV-1a (Fowler, Noll, Vo, 1991) and the finalizer of SplitMix64.
#pragma once

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

}  // namespace quern
