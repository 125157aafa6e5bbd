#include "pg/id_numbering.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

#include "base/error.hpp"
#include "model/ids.hpp"

namespace quern::pg {

namespace {

constexpr std::size_t first_piece = 16 << 10, largest_piece = 1 << 20, first_slots = 1024;

std::string_view text_behind(const char* length) {
  std::uint32_t size;
  std::memcpy(&size, length, sizeof size);
  return {length + sizeof size, size};
}

}  // namespace

std::uint64_t IdNumbering::code_of(std::string_view text) {
  if (slots_.empty()) slots_.resize(first_slots);
  const std::uint64_t hash = hash_of_id(text);
  const auto high = static_cast<std::uint32_t>(hash >> 32);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.number == 0) {
      const std::uint64_t code = add(text);
      slot = {high, static_cast<std::uint32_t>(texts_.size())};
      if (2 * texts_.size() > slots_.size()) grow();
      return code;
    }
    if (slot.hash == high && text_behind(texts_[slot.number - 1]) == text)
      return text_code(target_.process()->number, slot.number - 1);
  }
}

std::uint64_t IdNumbering::add(std::string_view text) {
  PackingProcess* const process = target_.process();
  if (!process) throw InvalidInput("train: the texts of ids need rows that are kept");
  if (texts_.size() >= std::numeric_limits<std::uint32_t>::max() - 1 || text.size() >= (std::size_t{1} << 30))
    throw InvalidInput("train: too many ids, or too long ones", {}, Fault::limit_exceeded);
  const std::size_t bytes = sizeof(std::uint32_t) + text.size();
  if (!piece_ || piece_->size - piece_->used < bytes) {
    const std::size_t size =
        std::max(bytes, std::min(largest_piece, piece_ ? std::size_t{2} * piece_->size : first_piece));
    const dsa_pointer where = area_.allocate(sizeof(IdPiece) + size, false);
    if (where == 0) throw std::bad_alloc();
    auto* const piece = new (area_.at<void>(where)) IdPiece{0, 0, static_cast<std::uint32_t>(size)};
    (piece_ ? piece_->next : process->ids[column_]) = where;
    piece_ = piece;
  }
  char* const to = reinterpret_cast<char*>(piece_ + 1) + piece_->used;
  const auto length = static_cast<std::uint32_t>(text.size());
  std::memcpy(to, &length, sizeof length);
  std::memcpy(to + sizeof length, text.data(), text.size());
  piece_->used += static_cast<std::uint32_t>(bytes);
  texts_.push_back(to);
  return text_code(process->number, static_cast<std::uint32_t>(texts_.size() - 1));
}

void IdNumbering::grow() {
  slots_.assign(4 * slots_.size(), {});
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    const std::uint64_t hash = hash_of_id(text_behind(texts_[i]));
    std::size_t at = hash & mask;
    while (slots_[at].number != 0) at = (at + 1) & mask;
    slots_[at] = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(i + 1)};
  }
}

IdTexts id_texts_in(TrainingArea& area, std::size_t column) {
  IdTexts texts(area.rows().processes);
  for (dsa_pointer at = area.rows().last_process; at != 0;) {
    const auto& process = *area.at<PackingProcess>(at);
    for (dsa_pointer where = process.ids[column]; where != 0;) {
      const auto* const piece = area.at<IdPiece>(where);
      const char* from = reinterpret_cast<const char*>(piece + 1);
      for (std::uint32_t used = 0; used < piece->used;) {
        texts[process.number].push_back(text_behind(from + used));
        used += static_cast<std::uint32_t>(sizeof(std::uint32_t) + texts[process.number].back().size());
      }
      where = piece->next;
    }
    at = process.previous;
  }
  return texts;
}

}  // namespace quern::pg
