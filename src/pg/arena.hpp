// A memory context as a C++ memory resource: what states and models grow is counted against work_mem and freed
// like the server's own. Not thread-safe, as palloc is not.
#pragma once

#include <memory_resource>

#include "pg/postgres.hpp"

namespace quern::pg {

// quern.debug_fail_allocation: when above 0, the allocation of that number from now fails, for tests.
inline constinit int fail_allocation = 0;

//
// A context whose first child is a dense one (see state.cpp) has its smallest pieces there: those of a state with few
// rows lie beside it, which saves a cache miss for each group.
class Arena final : public std::pmr::memory_resource {
 public:
  explicit Arena(MemoryContext context) : context_(context) {}

 private:
  static constexpr std::size_t smallest = 64;

  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    // NO_OOM: a null pointer instead of a longjmp out of the caller's frame.
    const bool fails = fail_allocation > 0 && --fail_allocation == 0;
    void* p = !fails && alignment <= MAXIMUM_ALIGNOF && bytes <= MaxAllocHugeSize
                  ? MemoryContextAllocExtended(context_for(bytes), bytes, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE)
                  : nullptr;
    if (!p) throw std::bad_alloc();
    return p;
  }
  void do_deallocate(void* p, std::size_t, std::size_t) override { pfree(p); }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  MemoryContext context_for(std::size_t bytes) const {
    return bytes <= smallest && context_->firstchild ? context_->firstchild : context_;
  }

  MemoryContext context_;
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
