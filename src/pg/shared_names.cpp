#include "pg/shared_names.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/guard.hpp"

namespace quern::pg {

namespace {

constexpr std::size_t chunk_bytes = 64 * 1024;
constexpr std::uint32_t most_names = std::numeric_limits<std::uint32_t>::max() - 2;

}  // namespace

// Where the name is, or the empty slot where it would be. There is always one.
std::uint32_t& SharedNames::slot_of(std::string_view name) {
  const std::size_t last = slots_.size() - 1;
  std::size_t slot = std::hash<std::string_view>()(name) & last;
  while (slots_[slot] != 0 && names_[slots_[slot] - 1] != name) slot = (slot + 1) & last;
  return slots_[slot];
}

// The next entry of the list.
void SharedNames::know(dsa_pointer where) {
  const auto* const entry = area_.at<Entry>(where);
  if (2 * (names_.size() + 1) > slots_.size()) {
    slots_.assign(std::max<std::size_t>(2 * slots_.size(), 1024), 0);
    for (std::size_t i = 0; i < names_.size(); ++i) slot_of(names_[i]) = static_cast<std::uint32_t>(i + 1);
  }
  names_.emplace_back(reinterpret_cast<const char*>(entry + 1), entry->size);
  slot_of(names_.back()) = static_cast<std::uint32_t>(names_.size());
  last_known_ = where;
}

dsa_pointer SharedNames::make_entry(std::string_view name) {
  const std::size_t size = (sizeof(Entry) + name.size() + 7) / 8 * 8;
  if (size > chunk_left_) {
    const std::size_t bytes = std::max(chunk_bytes, size);
    chunk_ = area_.allocate(bytes, false);
    if (chunk_ == 0) throw std::bad_alloc();
    chunk_left_ = bytes;
  }
  auto* const entry = new (area_.at<Entry>(chunk_)) Entry{0, static_cast<std::uint32_t>(name.size())};
  std::memcpy(entry + 1, name.data(), name.size());
  return chunk_;
}

std::uint32_t SharedNames::number_of(std::string_view name) {
  if (!slots_.empty())
    if (const std::uint32_t known = slot_of(name)) return known - 1;
  dsa_pointer mine = 0;
  for (;;) {
    dsa_pointer end = 0;
    bool added = false;
    dsa_pointer* const next = last_known_ ? &area_.at<Entry>(last_known_)->next : &list_.first;
    call([&] {
      LWLockAcquire(&lock_, mine ? LW_EXCLUSIVE : LW_SHARED);
      if (mine && list_.last == last_known_) {
        *next = list_.last = mine;
        ++list_.count;
        added = true;
      }
      end = list_.last;
      LWLockRelease(&lock_);
    });
    while (last_known_ != end) know(last_known_ ? area_.at<Entry>(last_known_)->next : list_.first);
    if (added) {
      const std::size_t size = (sizeof(Entry) + name.size() + 7) / 8 * 8;
      chunk_ += size;
      chunk_left_ -= size;
    }
    if (!slots_.empty())
      if (const std::uint32_t known = slot_of(name)) return known - 1;
    if (names_.size() >= most_names)
      throw InvalidInput(concat("train: more than ", most_names, " names of features"), {}, Fault::limit_exceeded);
    if (mine == 0) mine = make_entry(name);
  }
}

std::uint32_t SharedNames::number_of(std::int64_t id) {
  if (const auto known = ids_.find(id); known != ids_.end()) return known->second;
  return ids_[id] = number_of(std::string_view(concat(id)));
}

std::vector<std::string> names_in(TrainingArea& area, const SharedNameList& list) {
  std::vector<std::string> names;
  for (dsa_pointer at = list.first; at != 0;) {
    const auto* const entry = area.at<SharedNames::Entry>(at);
    names.emplace_back(reinterpret_cast<const char*>(entry + 1), entry->size);
    at = entry->next;
  }
  return names;
}

}  // namespace quern::pg
