// A memory context as a C++ memory resource: what states and models grow is counted against work_mem and freed
// like the server's own. Not thread-safe, as palloc is not.
#pragma once

#include <memory_resource>

#include "pg/postgres.hpp"

namespace quern::pg {

// quern.debug_fail_allocation: when above 0, the allocation of that number from now fails, for tests.
inline constinit int fail_allocation = 0;

// Of large pieces the kernel is asked for huge pages: a page fault for each 4 kB costs more than to compute on them.
void advise_huge_pages(void* p, std::size_t bytes);
inline constexpr std::size_t worth_huge_pages = std::size_t{4} << 20;

// NO_OOM: a null pointer instead of a longjmp out of the caller's frame.
inline void* allocate_in(MemoryContext context, std::size_t bytes, std::size_t alignment) {
  const bool fails = fail_allocation > 0 && --fail_allocation == 0;
  void* const p = !fails && alignment <= MAXIMUM_ALIGNOF && bytes <= MaxAllocHugeSize
                      ? MemoryContextAllocExtended(context, bytes, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE)
                      : nullptr;
  if (!p) throw std::bad_alloc();
  if (bytes >= worth_huge_pages) [[unlikely]]
    advise_huge_pages(p, bytes);
  return p;
}

class Arena final : public std::pmr::memory_resource {
 public:
  explicit Arena(MemoryContext context) : context_(context) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    return allocate_in(context_, bytes, alignment);
  }
  void do_deallocate(void* p, std::size_t, std::size_t) override { pfree(p); }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  MemoryContext context_;
};

// The same for a call that frees large pieces and asks for others, as a graph does that is built: they are used again.
// What the kernel gives is cleared first, at 0.1 ns a byte, and a virtual machine may have to find it.
class RecyclingArena final : public std::pmr::memory_resource {
 public:
  explicit RecyclingArena(MemoryContext context) : context_(context) {}
  ~RecyclingArena() override;
  RecyclingArena(const RecyclingArena&) = delete;

 private:
  struct Piece {
    void* at = nullptr;
    std::size_t bytes = 0;
  };
  static constexpr std::size_t most_pieces = 8, most_kept = std::size_t{256} << 20;
  static constexpr std::size_t most_waste = 2;  // a piece may be so many times what is asked

  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* p, std::size_t bytes, std::size_t) override;
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
  bool give_back();  // false: there was nothing

  MemoryContext context_;
  Piece kept_[most_pieces];
};

// The same as Arena, with a pocket for the first small pieces: those of a state with few rows lie in the state itself,
// which saves a cache miss and the head of a piece for each group. What is freed there is not used again.
template <std::size_t Room>
class PocketArena final : public std::pmr::memory_resource {
 public:
  static constexpr std::size_t overhead = 24;  // sizeof(PocketArena) - Room

  explicit PocketArena(MemoryContext context) : context_(context) {}  // leaves the pocket as it is

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    const std::size_t padded = MAXALIGN(bytes);
    if (padded > Room - used_ || alignment > MAXIMUM_ALIGNOF) return allocate_in(context_, bytes, alignment);
    used_ += padded;
    return pocket_ + (used_ - padded);
  }
  void do_deallocate(void* p, std::size_t, std::size_t) override {
    if (reinterpret_cast<std::uintptr_t>(p) - reinterpret_cast<std::uintptr_t>(pocket_) >= Room) pfree(p);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  MemoryContext context_;
  std::size_t used_ = 0;
  alignas(MAXIMUM_ALIGNOF) std::byte pocket_[Room];
};

// Memory for the length of a call: a little on the stack, the rest from the heap. Not thread-safe.
class Scratch final : public std::pmr::memory_resource {
 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    const std::size_t start = (used_ + alignment - 1) & ~(alignment - 1);
    if (start + bytes > sizeof stack_) return heap().allocate(bytes, alignment);
    used_ = start + bytes;
    return stack_ + start;
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    const auto at = reinterpret_cast<std::uintptr_t>(p) - reinterpret_cast<std::uintptr_t>(stack_);
    if (at >= sizeof stack_) heap().deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
  static std::pmr::memory_resource& heap() { return *std::pmr::new_delete_resource(); }

  alignas(MAXIMUM_ALIGNOF) std::byte stack_[4096];
  std::size_t used_ = 0;
};

// For the lifetime of the scope, vectors are born in `memory`.
class BornIn {
 public:
  explicit BornIn(std::pmr::memory_resource& memory) : previous_(std::pmr::set_default_resource(&memory)) {}
  ~BornIn() { std::pmr::set_default_resource(previous_); }
  BornIn(const BornIn&) = delete;

 private:
  std::pmr::memory_resource* previous_;
};

}  // namespace quern::pg
