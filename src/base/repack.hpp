// Packing values that are alike, such as the models of a million groups: their texts and the sizes of their vectors are
// the same, only numbers differ. The bytes of the last one are copied, and the numbers written over.
//
// The naive version, which it is tested against, is pack().
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/name.hpp"
#include "base/pack.hpp"
#include "base/vec.hpp"

namespace quern {

namespace detail {

template <class T>
inline constexpr bool is_text = false;
template <Sequence T>
inline constexpr bool is_text<T> = std::is_same_v<typename T::value_type, char>;

// Do a and b differ in numbers only? May say no where they do.
template <class T>
bool alike(const T& a, const T& b) noexcept {
  if constexpr (Scalar<T>) {
    return true;
  } else if constexpr (std::is_same_v<T, Name>) {
    return a.is_same(b);
  } else if constexpr (Sequence<T>) {
    if (a.size() != b.size()) return false;
    if constexpr (is_text<T>)
      return std::equal(a.begin(), a.end(), b.begin());
    else if constexpr (!Scalar<typename T::value_type>)
      for (std::size_t i = 0; i < a.size(); ++i)
        if (!alike(a[i], b[i])) return false;
    return true;
  } else {
    const auto fields_a = tie_fields(a), fields_b = tie_fields(b);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (alike(std::get<I>(fields_a), std::get<I>(fields_b)) && ...);
    }
    (std::make_index_sequence<std::tuple_size_v<decltype(fields_a)>>{});
  }
}

// put() where texts and sizes are there already.
template <class T>
std::byte* put_numbers(std::byte* to, const T& value) noexcept {
  if constexpr (Scalar<T>) {
    return put(to, value);
  } else if constexpr (Sequence<T>) {
    to += sizeof(std::uint64_t);
    if constexpr (is_text<T>)
      return to + value.size();
    else if constexpr (Scalar<typename T::value_type>)
      return put_bytes(to, value.data(), value.size() * sizeof(typename T::value_type));
    else
      for (const auto& element : value) to = put_numbers(to, element);
    return to;
  } else {
    std::apply([&](const auto&... field) { ((to = put_numbers(to, field)), ...); }, tie_fields(value));
    return to;
  }
}

}  // namespace detail

// Packs one value after the other. The memory resource is for what it keeps of one for the next.
template <class T>
class Repacker {
 public:
  explicit Repacker(std::pmr::memory_resource& memory) : memory_(&memory), bytes_(&memory) {}

  // Packs `value` into the place for `size` bytes that new_place(size) gives, which may throw. Were its texts and sizes
  // those of the value before?
  template <class NewPlace>
  bool pack(const T& value, const NewPlace& new_place) {
    if (!bytes_.empty() && detail::alike(*last_, value)) [[likely]] {
      std::byte* const to = new_place(bytes_.size());
      std::memcpy(to, bytes_.data(), bytes_.size());
      detail::put_numbers(to, value);
      chances_ = most_chances;
      return true;
    }
    const std::size_t size = packed_size(value);
    std::byte* const to = new_place(size);
    quern::pack(value, to);
    if (chances_ > 0 && size <= most_kept) keep(value, {to, size});
    return false;
  }

 private:
  static constexpr std::size_t most_kept = 4096;
  static constexpr int most_chances = 16;

  void keep(const T& value, Bytes bytes) {
    struct Default {  // what is kept is born in memory_
      std::pmr::memory_resource* const previous;
      ~Default() { std::pmr::set_default_resource(previous); }
    } const scope{std::pmr::set_default_resource(memory_)};
    --chances_;
    bytes_.clear();
    last_.emplace() = value;
    bytes_.assign(bytes.begin(), bytes.end());
  }

  std::pmr::memory_resource* memory_;
  std::optional<T> last_;
  Vec<std::byte> bytes_;        // of last_; empty without one
  int chances_ = most_chances;  // to keep another: in vain where each is unlike the one before
};

}  // namespace quern
