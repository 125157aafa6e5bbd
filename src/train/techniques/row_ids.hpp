// Rows whose features are ids - of a user, of an item - rather than numbers to multiply.
//
// A stored feature is then not a double but the bits of one: of a whole number the number itself, 64 bits of it; of a
// text a code that whoever packed the row gave it, (process, number), so that processes need not agree on anything
// while they pack. When all rows are there, RowIds sorts the ids and tells of each row their places: the same places
// whoever packed the rows in whatever order.
//
// Memory: 4 bytes for each id in a row, while a training makes its own index, and the distinct ids themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "train/row_store.hpp"

namespace quern {

// Of each process the texts of one column, in the order of their numbers. The views outlive the making of RowIds.
using IdTexts = std::vector<std::vector<std::string_view>>;

inline constexpr std::uint64_t text_code(std::uint32_t process, std::uint32_t number) {
  return std::uint64_t{process} << 32 | number;
}

class RowIds {
 public:
  struct Column {
    bool texts = false;
    std::vector<std::int64_t> numbers;  // sorted, or
    std::vector<std::string> names;     // sorted
    std::vector<std::uint32_t> places;  // of each row, in the order of the store

    std::size_t size() const { return texts ? names.size() : numbers.size(); }
  };

  // For each feature of the rows its texts, or null if they are numbers. Throws InvalidInput for more than 2^32 - 2
  // rows.
  RowIds(RowStore& store, const std::vector<const IdTexts*>& texts);

  std::vector<Column> columns;
};

}  // namespace quern
