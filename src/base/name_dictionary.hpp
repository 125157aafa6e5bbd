// Texts numbered in the order they came, of which there may be millions, such as the features of sequences. A part of a
// state.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/vec.hpp"

namespace quern {

struct NameDictionary {
  Vec<char> bytes;           // of all of them
  Vec<std::int64_t> ends;    // of each
  Vec<std::uint32_t> slots;  // a hash table, open addressing: 0, or number + 1

  std::size_t size() const { return ends.size(); }
  std::string_view operator[](std::size_t number) const {
    const auto from = number > 0 ? static_cast<std::size_t>(ends[number - 1]) : 0;
    return {bytes.data() + from, static_cast<std::size_t>(ends[number]) - from};
  }

  // The number of `name`, which is added if it is new.
  std::uint32_t find_or_add(std::string_view name);

  bool valid() const;
};

}  // namespace quern
