// A memory context as a C++ memory resource: what states and models grow is counted against work_mem and freed
// like the server's own. Not thread-safe, as palloc is not.
#pragma once

#include <memory_resource>

#include "pg/postgres.hpp"

namespace quern::pg {

// quern.debug_fail_allocation: when above 0, the allocation of that number from now fails, for tests.
inline constinit int fail_allocation = 0;

class Arena final : public std::pmr::memory_resource {
 public:
  explicit Arena(MemoryContext context) : context_(context) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    // NO_OOM: a null pointer instead of a longjmp out of the caller's frame.
    const bool fails = fail_allocation > 0 && --fail_allocation == 0;
    void* p = !fails && alignment <= MAXIMUM_ALIGNOF && bytes <= MaxAllocHugeSize
                  ? MemoryContextAllocExtended(context_, bytes, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE)
                  : nullptr;
    if (!p) throw std::bad_alloc();
    return p;
  }
  void do_deallocate(void* p, std::size_t, std::size_t) override { pfree(p); }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  MemoryContext context_;
};

// For the lifetime of the scope, vectors are born in `arena`.
class BornIn {
 public:
  explicit BornIn(Arena& arena) : previous_(std::pmr::set_default_resource(&arena)) {}
  ~BornIn() { std::pmr::set_default_resource(previous_); }
  BornIn(const BornIn&) = delete;

 private:
  std::pmr::memory_resource* previous_;
};

}  // namespace quern::pg
