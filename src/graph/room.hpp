// Memory for numbers that are written before they are read: a Vec would set each to 0 first.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <type_traits>
#include <utility>

namespace quern::graph {

template <class T>
class Room {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  Room() = default;
  explicit Room(std::size_t size)
      : memory_(std::pmr::get_default_resource()), size_(size), data_(static_cast<T*>(allocate())) {}
  Room(Room&& other) noexcept { swap(other); }
  Room& operator=(Room&& other) noexcept {
    Room(std::move(other)).swap(*this);
    return *this;
  }
  ~Room() {
    if (data_) memory_->deallocate(data_, size_ * sizeof(T), alignof(T));
  }

  T* data() const { return data_; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) const { return data_[i]; }

 private:
  void* allocate() { return size_ > 0 ? memory_->allocate(size_ * sizeof(T), alignof(T)) : nullptr; }
  void swap(Room& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(size_, other.size_);
    std::swap(data_, other.data_);
  }

  std::pmr::memory_resource* memory_ = nullptr;
  std::size_t size_ = 0;
  T* data_ = nullptr;
};

}  // namespace quern::graph
