// Numbers for texts of which there may be millions, in the order in which they are first met, the same in all processes
// of a training. Each process keeps a hash table of those that it knows and asks the shared list only for a new one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pg/training_area.hpp"

namespace quern::pg {

// In RowsControl.
struct SharedNameList {
  dsa_pointer first = 0, last = 0;
  std::uint32_t count = 0;
};

// To be used inside guarded().
class SharedNames {
 public:
  // Both outlive it; `lock` guards the list.
  SharedNames(TrainingArea& area, SharedNameList& list, LWLock& lock) : area_(area), list_(list), lock_(lock) {}

  // Found or added.
  std::uint32_t number_of(std::string_view name);
  std::uint32_t number_of(std::int64_t id);  // of its digits

 private:
  struct Entry {
    dsa_pointer next = 0;
    std::uint32_t size = 0;  // of the text behind this
  };

  friend std::vector<std::string> names_in(TrainingArea& area, const SharedNameList& list);

  std::uint32_t& slot_of(std::string_view name);
  void know(dsa_pointer where);
  dsa_pointer make_entry(std::string_view name);

  TrainingArea& area_;
  SharedNameList& list_;
  LWLock& lock_;
  dsa_pointer last_known_ = 0;
  std::vector<std::string_view> names_;  // in the area
  std::vector<std::uint32_t> slots_;     // 0: empty, else number + 1
  std::unordered_map<std::int64_t, std::uint32_t> ids_;
  dsa_pointer chunk_ = 0;  // what is left of memory for entries
  std::size_t chunk_left_ = 0;
};

// All of them, by their numbers.
std::vector<std::string> names_in(TrainingArea& area, const SharedNameList& list);

}  // namespace quern::pg
