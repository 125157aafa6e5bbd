#include "base/name_dictionary.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/hash.hpp"

namespace quern {

namespace {

constexpr std::size_t least_slots = 8, most_names = std::numeric_limits<std::uint32_t>::max() / 4;

// Where `name` is, or would be put.
template <class Slots>
std::uint32_t& slot_of(const NameDictionary& names, Slots& slots, std::string_view name) {
  const std::size_t mask = slots.size() - 1;
  for (std::size_t slot = hash_of_id(name) & mask;; slot = (slot + 1) & mask)
    if (slots[slot] == 0 || names[slots[slot] - 1] == name) return slots[slot];
}

}  // namespace

std::uint32_t NameDictionary::find_or_add(std::string_view name) {
  if (2 * (size() + 1) > slots.size()) {
    if (size() >= most_names) throw InvalidInput("too many names", {}, Fault::limit_exceeded);
    Vec<std::uint32_t> more(std::max(2 * slots.size(), least_slots), slots.get_allocator());
    for (std::size_t i = 0; i < size(); ++i) slot_of(*this, more, (*this)[i]) = static_cast<std::uint32_t>(i + 1);
    slots = std::move(more);
  }
  std::uint32_t& slot = slot_of(*this, slots, name);
  if (slot == 0) {
    bytes.insert(bytes.end(), name.begin(), name.end());
    ends.push_back(static_cast<std::int64_t>(bytes.size()));
    slot = static_cast<std::uint32_t>(size());
  }
  return slot - 1;
}

// The table is what it becomes when the names are put into it in their order.
bool NameDictionary::valid() const {
  if (slots.empty()) return size() == 0 && bytes.empty();
  if ((slots.size() & (slots.size() - 1)) != 0 || 2 * size() > slots.size() ||
      slots.size() > 8 * (size() + least_slots))
    return false;
  std::int64_t before = 0;
  for (const std::int64_t end : ends) {
    if (end < before || end > static_cast<std::int64_t>(bytes.size())) return false;
    before = end;
  }
  if (before != static_cast<std::int64_t>(bytes.size())) return false;
  std::vector<std::uint32_t> expected(slots.size());
  for (std::size_t i = 0; i < size(); ++i) {
    std::uint32_t& slot = slot_of(*this, expected, (*this)[i]);
    if (slot != 0) return false;
    slot = static_cast<std::uint32_t>(i + 1);
  }
  return std::equal(expected.begin(), expected.end(), slots.begin());
}

}  // namespace quern
