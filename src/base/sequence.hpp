// A sequence of positions, each with features that have a name or a number, as one list: an entry that opens a
// position, the entries of its features, the next position. Names are valid as long as the list is.
#pragma once

#include <cstddef>
#include <cstdint>

namespace quern {

struct SequenceEntry {
  enum : std::int32_t { position = -1, id = -2 };
  const char* name;
  std::int32_t size;    // of the name, or one of these
  std::int64_t number;  // an id
  double value;
};

}  // namespace quern
