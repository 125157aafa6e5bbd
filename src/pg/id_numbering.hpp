// The texts of one column of ids, numbered in the order that one process meets them, and left in the area for the
// leader to read when the process is gone: no process needs to know what others have met
// (train/techniques/row_ids.hpp).
//
// Memory: the texts in the area, once for each process that met them, and 8 bytes or a little more for each in the
// process. They are not counted against quern.train_memory.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pg/row_blocks.hpp"
#include "train/techniques/row_ids.hpp"

namespace quern::pg {

// To be used inside guarded().
class IdNumbering {
 public:
  // Both outlive it.
  IdNumbering(TrainingArea& area, RowTarget& target, std::size_t column)
      : area_(area), target_(target), column_(column) {}

  // The code of a text, which is new or was met before. Throws InvalidInput, std::bad_alloc.
  std::uint64_t code_of(std::string_view text);

 private:
  struct Slot {
    std::uint32_t hash = 0, number = 0;  // number + 1; 0: free
  };

  std::uint64_t add(std::string_view text);
  void grow();

  TrainingArea& area_;
  RowTarget& target_;
  const std::size_t column_;
  IdPiece* piece_ = nullptr;        // the last
  std::vector<const char*> texts_;  // each behind its length
  std::vector<Slot> slots_;
};

// What the processes left of one column, by their numbers.
IdTexts id_texts_in(TrainingArea& area, std::size_t column);

}  // namespace quern::pg
