// Makes the k-th allocation from now fail, whoever asks: operator new and, through it, every standard container and the
// default memory resource. Included by one file of a test program.
#pragma once

#include <cstdlib>
#include <new>

namespace quern {

inline int allocations_left = -1;  // below 0: none fails

class FailingAllocations {
 public:
  explicit FailingAllocations(int k) { allocations_left = k; }
  ~FailingAllocations() { allocations_left = -1; }
  FailingAllocations(const FailingAllocations&) = delete;
};

// Null where it fails, for the forms that do not throw.
inline void* allocate_or_null(std::size_t size, std::size_t alignment = 0) {
  if (allocations_left > 0 && --allocations_left == 0) {
    allocations_left = -1;  // what handles the failure may allocate
    return nullptr;
  }
  return alignment ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
                   : std::malloc(size ? size : 1);
}

inline void* allocate_or_fail(std::size_t size, std::size_t alignment = 0) {
  void* const p = allocate_or_null(size, alignment);
  if (!p) throw std::bad_alloc();
  return p;
}

}  // namespace quern

[[gnu::noinline]] void* operator new(std::size_t size) { return quern::allocate_or_fail(size); }
[[gnu::noinline]] void* operator new[](std::size_t size) { return quern::allocate_or_fail(size); }
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return quern::allocate_or_null(size);
}
[[gnu::noinline]] void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return quern::allocate_or_null(size);
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return quern::allocate_or_fail(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void* operator new[](std::size_t size, std::align_val_t alignment) {
  return quern::allocate_or_fail(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, const std::nothrow_t&) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
