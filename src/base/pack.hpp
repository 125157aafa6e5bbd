// A plain struct as bytes: its fields in order, native byte order, sequences length-prefixed.
//
// The bytes may come from anywhere. unpack never reads past them, never allocates much more than they hold, and
// then asks the value itself: a struct whose fields must agree with each other says so in `bool valid() const`.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "base/error.hpp"
#include "base/reflect.hpp"

namespace quern {

using Bytes = std::span<const std::byte>;

template <class T>
concept Scalar = std::is_arithmetic_v<T>;

template <class T>
concept Sequence = requires(T& t, std::size_t n) {
  typename T::value_type;
  t.resize(n);
  t.data();
};

template <class T>
bool is_valid(const T& value) {
  if constexpr (requires { value.valid(); })
    return value.valid();
  else
    return true;
}

namespace detail {

// The fewest bytes a packed T takes: bounds how many elements a claimed length may make us allocate.
template <class T>
constexpr std::size_t least_packed_size() {
  if constexpr (Scalar<T>) {
    return sizeof(T);
  } else if constexpr (Sequence<T>) {
    return sizeof(std::uint64_t);
  } else {
    return []<class... F>(std::tuple<F&...>*) {
      return (least_packed_size<F>() + ...);
    }(static_cast<decltype(tie_fields(std::declval<T&>()))*>(nullptr));
  }
}

[[noreturn]] inline void refuse_bytes(const char* why) { throw InvalidInput(why, {}, Fault::malformed_binary); }

// Most sequences of a model are names, shorter than a call of memcpy.
inline std::byte* put_bytes(std::byte* to, const void* from, std::size_t n) noexcept {
  if (n - 8 <= 8) {
    std::uint64_t first, last;
    std::memcpy(&first, from, 8);
    std::memcpy(&last, static_cast<const std::byte*>(from) + n - 8, 8);
    std::memcpy(to, &first, 8);
    std::memcpy(to + n - 8, &last, 8);
  } else if (n - 1 < 7) {
    const auto* const bytes = static_cast<const std::byte*>(from);
    if (n >= 4) {
      std::uint32_t first, last;
      std::memcpy(&first, bytes, 4);
      std::memcpy(&last, bytes + n - 4, 4);
      std::memcpy(to, &first, 4);
      std::memcpy(to + n - 4, &last, 4);
    } else {
      to[0] = bytes[0];
      to[n / 2] = bytes[n / 2];
      to[n - 1] = bytes[n - 1];
    }
  } else if (n) {
    std::memcpy(to, from, n);
  }
  return to + n;
}

// Returns where the next value goes.
template <class T>
std::byte* put(std::byte* to, const T& value) noexcept {
  if constexpr (Scalar<T>) {
    std::memcpy(to, &value, sizeof value);
    return to + sizeof value;
  } else if constexpr (Sequence<T>) {
    to = put(to, std::uint64_t{value.size()});
    if constexpr (Scalar<typename T::value_type>)
      return put_bytes(to, value.data(), value.size() * sizeof(typename T::value_type));
    else
      for (const auto& element : value) to = put(to, element);
    return to;
  } else {
    static_assert(Record<T>, "fields are numbers, vectors and plain structs of those");
    std::apply([&](const auto&... field) { ((to = put(to, field)), ...); }, tie_fields(value));
    return to;
  }
}

struct Source {
  Bytes rest;

  void operator()(void* to, std::size_t n) {
    if (n > rest.size()) refuse_bytes("packed value is truncated");
    if (n) std::memcpy(to, rest.data(), n);
    rest = rest.subspan(n);
  }
};

template <class T>
void get(Source& source, T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    unsigned char byte;
    source(&byte, 1);
    value = byte != 0;
  } else if constexpr (Scalar<T>) {
    source(&value, sizeof value);
  } else if constexpr (Sequence<T>) {
    using Element = typename T::value_type;
    constexpr std::size_t least = least_packed_size<Element>();
    std::uint64_t size;
    get(source, size);
    if (size > source.rest.size() / least) refuse_bytes("packed value is truncated");
    value.resize(size);
    if constexpr (Scalar<Element>)
      source(value.data(), size * sizeof(Element));
    else
      for (auto& element : value) get(source, element);
  } else {
    std::apply([&](auto&... field) { (get(source, field), ...); }, tie_fields(value));
    if (!is_valid(value)) refuse_bytes("packed value is inconsistent");
  }
}

}  // namespace detail

template <class T>
std::size_t packed_size(const T& value) noexcept {
  if constexpr (Scalar<T>) {
    return sizeof value;
  } else if constexpr (Sequence<T>) {
    std::size_t size = sizeof(std::uint64_t);
    if constexpr (Scalar<typename T::value_type>)
      size += value.size() * sizeof(typename T::value_type);
    else
      for (const auto& element : value) size += packed_size(element);
    return size;
  } else {
    return std::apply([](const auto&... field) { return (packed_size(field) + ...); }, tie_fields(value));
  }
}

// `to` holds packed_size(value) bytes.
template <class T>
void pack(const T& value, std::byte* to) noexcept {
  detail::put(to, value);
}

template <class T>
void unpack(Bytes from, T& value) {
  detail::Source source{from};
  detail::get(source, value);
  if (!source.rest.empty()) detail::refuse_bytes("packed value is too long");
}

}  // namespace quern
