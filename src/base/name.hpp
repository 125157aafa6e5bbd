// Text that is almost always a literal of the program: the name of a metric, a parameter or an algorithm. A literal is
// kept by its address, so that a model of twenty metrics is made, copied and destroyed without touching their names;
// any other text is copied, as std::pmr::string would.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace quern {

struct Literal {
  template <std::size_t N>
  consteval Literal(const char (&literal)[N]) : data(literal), size(N - 1) {}

  const char* data;
  std::size_t size;
};

class Name {
 public:
  using value_type = char;

  constexpr Name() = default;
  template <std::size_t N>
  consteval Name(const char (&literal)[N]) : Name(Literal(literal)) {}
  constexpr Name(Literal literal) : data_(literal.data), size_(literal.size) {}
  Name(std::string_view text) {
    resize(text.size());
    if (size_) std::memcpy(data(), text.data(), size_);
  }
  Name(const std::string& text) : Name(std::string_view(text)) {}
  Name(const Name& other) : data_(other.data_), size_(other.size_) {
    if (other.memory_) *this = Name(std::string_view(other));
  }
  constexpr Name(Name&& other) noexcept
      : data_(other.data_), size_(other.size_), memory_(std::exchange(other.memory_, nullptr)) {}
  Name& operator=(Name other) noexcept {
    swap(other);
    return *this;
  }
  constexpr ~Name() {
    if (memory_) memory_->deallocate(data(), size_, 1);
  }

  constexpr const char* data() const { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr operator std::string_view() const { return {data_, size_}; }
  template <class S>
  requires(std::is_convertible_v<const S&, std::string_view> && !std::is_same_v<S, Name>) friend constexpr bool
  operator==(const Name& a, const S& b) {
    return std::string_view(a) == std::string_view(b);
  }
  friend constexpr bool operator==(const Name& a, const Name& b) { return std::string_view(a) == std::string_view(b); }

  // Is this the same text in the same place? False says nothing: the compiler may keep equal literals apart.
  bool is_same(const Name& other) const { return data_ == other.data_ && size_ == other.size_; }

  // For unpack(): a text of its own, in the default memory resource, to be written through data().
  void resize(std::size_t size) {
    Name fresh;
    if (size > 0) {
      std::pmr::memory_resource* const memory = std::pmr::get_default_resource();
      fresh.data_ = static_cast<char*>(memory->allocate(size, 1));
      fresh.size_ = size;
      fresh.memory_ = memory;
    }
    swap(fresh);
  }
  constexpr char* data() { return const_cast<char*>(data_); }

 private:
  constexpr void swap(Name& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(memory_, other.memory_);
  }

  const char* data_ = "";
  std::size_t size_ = 0;
  std::pmr::memory_resource* memory_ = nullptr;  // of a text of its own
};

}  // namespace quern
