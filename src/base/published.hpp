// A value that one process writes and others read, in memory they share, without a lock: a seqlock. The writer never
// waits; a reader that met a write in progress, or one that died in its midst, is told to try again.
//
// Reference: Boehm, Can seqlocks get along with programming language memory models?, MSPC 2012.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace quern {

template <class T>
requires std::is_trivially_copyable_v<T> &&(sizeof(T) % sizeof(std::uint64_t) == 0) class Published {
 public:
  // One writer at a time.
  void store(const T& value) noexcept {
    Words words;
    std::memcpy(words.data(), &value, sizeof value);
    const std::uint64_t writing = version_.load(std::memory_order_relaxed) | 1;
    version_.store(writing, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    for (std::size_t i = 0; i < words.size(); ++i) words_[i].store(words[i], std::memory_order_relaxed);
    version_.store(writing + 1, std::memory_order_release);
  }

  // False if there was a write meanwhile; `value` is then as it was.
  [[nodiscard]] bool load(T& value) const noexcept {
    Words words;
    const std::uint64_t before = version_.load(std::memory_order_acquire);
    if (before % 2 != 0) return false;
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = words_[i].load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acquire);
    if (version_.load(std::memory_order_relaxed) != before) return false;
    std::memcpy(static_cast<void*>(&value), words.data(), sizeof value);
    return true;
  }

 private:
  using Words = std::array<std::uint64_t, sizeof(T) / sizeof(std::uint64_t)>;
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

  std::atomic<std::uint64_t> version_{0};  // odd during a write
  std::array<std::atomic<std::uint64_t>, sizeof(T) / sizeof(std::uint64_t)> words_{};
};

}  // namespace quern
