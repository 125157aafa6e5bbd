#include "pg/arena.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <utility>

namespace quern::pg {

void advise_huge_pages(void* p, std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr std::uintptr_t page = 4096;
  const std::uintptr_t from = (reinterpret_cast<std::uintptr_t>(p) + page - 1) & ~(page - 1);
  const std::uintptr_t to = (reinterpret_cast<std::uintptr_t>(p) + bytes) & ~(page - 1);
  (void)madvise(reinterpret_cast<void*>(from), to - from, MADV_HUGEPAGE);
#endif
}

RecyclingArena::~RecyclingArena() { give_back(); }

bool RecyclingArena::give_back() {
  bool any = false;
  for (Piece& piece : kept_)
    if (void* const at = std::exchange(piece.at, nullptr)) {
      pfree(at);
      any = true;
    }
  return any;
}

// The least of those that are large enough.
void* RecyclingArena::do_allocate(std::size_t bytes, std::size_t alignment) {
  Piece* best = nullptr;
  for (Piece& piece : kept_)
    if (bytes >= worth_huge_pages && alignment <= MAXIMUM_ALIGNOF && piece.at && piece.bytes >= bytes &&
        piece.bytes / most_waste <= bytes && (!best || piece.bytes < best->bytes))
      best = &piece;
  if (best) return std::exchange(best->at, nullptr);
  try {
    return allocate_in(context_, bytes, alignment);
  } catch (const std::bad_alloc&) {
    if (!give_back()) throw;
    return allocate_in(context_, bytes, alignment);
  }
}

// Takes the place of the smallest piece, if all places are taken. Pieces of a vector that grows are too small to be of
// use to it: hence the limit.
void RecyclingArena::do_deallocate(void* p, std::size_t bytes, std::size_t) {
  if (bytes < worth_huge_pages) return pfree(p);
  constexpr std::size_t most_overhead = 64;  // of a chunk, in any version of the server
  Piece freed{p, std::max(bytes, GetMemoryChunkSpace(p) - most_overhead)};
  Piece* const least = std::min_element(std::begin(kept_), std::end(kept_), [](const Piece& a, const Piece& b) {
    return (a.at ? a.bytes : 0) < (b.at ? b.bytes : 0);
  });
  std::size_t kept = 0;
  for (const Piece& piece : kept_)
    if (piece.at && &piece != least) kept += piece.bytes;
  if (kept + freed.bytes <= most_kept && (!least->at || least->bytes < freed.bytes)) std::swap(*least, freed);
  if (freed.at) pfree(freed.at);
}

}  // namespace quern::pg
