// Vectors of doubles, and of floats, as GCC and Clang have them, for code that is compiled once for each width: a
// template over V, called from functions with the attribute target. All of it is inlined: how a vector of 512 bits
// meets a call depends on the target, hence the silenced warning. V may be double itself, a vector of one.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#pragma GCC diagnostic ignored "-Wpsabi"

namespace quern {

using V8 [[gnu::vector_size(64)]] = double;
using V4 [[gnu::vector_size(32)]] = double;
using V2 [[gnu::vector_size(16)]] = double;

using F16 [[gnu::vector_size(64)]] = float;
using F8 [[gnu::vector_size(32)]] = float;
using F4 [[gnu::vector_size(16)]] = float;

// The integers of the same width.
template <class V>
struct BitsOf;
template <>
struct BitsOf<V8> {
  using Type [[gnu::vector_size(64)]] = std::int64_t;
};
template <>
struct BitsOf<V4> {
  using Type [[gnu::vector_size(32)]] = std::int64_t;
};
template <>
struct BitsOf<V2> {
  using Type [[gnu::vector_size(16)]] = std::int64_t;
};
template <>
struct BitsOf<F16> {
  using Type [[gnu::vector_size(64)]] = std::int32_t;
};
template <>
struct BitsOf<F8> {
  using Type [[gnu::vector_size(32)]] = std::int32_t;
};
template <>
struct BitsOf<F4> {
  using Type [[gnu::vector_size(16)]] = std::int32_t;
};
template <>
struct BitsOf<double> {
  using Type = std::int64_t;
};
template <class V>
using Bits = typename BitsOf<V>::Type;

template <class V>
struct ElementOf {
  using Type = std::remove_cvref_t<decltype(V{}[0])>;
};
template <>
struct ElementOf<double> {
  using Type = double;
};
template <class V>
using Element = typename ElementOf<V>::Type;

template <class V>
inline constexpr std::size_t lanes = sizeof(V) / sizeof(Element<V>);

// From and to anywhere.
template <class V>
[[gnu::always_inline]] inline V load_unaligned(const Element<V>* from) {
  V value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}
template <class V>
[[gnu::always_inline]] inline void store_unaligned(Element<V>* to, const V& value) {
  __builtin_memcpy(to, &value, sizeof value);
}

// Doubles from doubles or floats, or floats from floats. __builtin_convertvector goes through the stack in GCC 12.
template <class V, class T>
[[gnu::always_inline]] inline V load_numbers(const T* from) {
  if constexpr (sizeof(T) == sizeof(Element<V>)) {
    return load_unaligned<V>(from);
  } else if constexpr (sizeof(V) == sizeof(V2)) {
    return V{from[0], from[1]};
  } else {
    using Narrow [[gnu::vector_size(sizeof(V) / 2)]] = float;
    Narrow narrow;
    __builtin_memcpy(&narrow, from, sizeof narrow);
    V value;
    asm("vcvtps2pd %1, %0" : "=v"(value) : "v"(narrow));
    return value;
  }
}

// From and to where a whole vector is aligned.
template <class V>
[[gnu::always_inline]] inline V load(const Element<V>* from) {
  return load_unaligned<V>(static_cast<const Element<V>*>(__builtin_assume_aligned(from, sizeof(V))));
}
template <class V>
[[gnu::always_inline]] inline void store(Element<V>* to, const V& value) {
  __builtin_memcpy(__builtin_assume_aligned(to, sizeof value), &value, sizeof value);
}

// Halves are added until one number is left.
template <class V>
[[gnu::always_inline]] inline Element<V> sum_of(const V& v) {
  if constexpr (lanes<V> == 1) {
    return v;
  } else if constexpr (sizeof(V) == sizeof(V2)) {
    if constexpr (lanes<V> == 2)
      return v[0] + v[1];
    else
      return (v[0] + v[2]) + (v[1] + v[3]);
  } else {
    using Half [[gnu::vector_size(sizeof(V) / 2)]] = Element<V>;
    Half halves[2];
    __builtin_memcpy(halves, &v, sizeof v);
    return sum_of<Half>(halves[0] + halves[1]);
  }
}

// The width that suits this processor: 512, 256 or 128. Zen 4 (family 19h) runs 512-bit instructions as two of 256, so
// it gains more from finer tiles.
inline int best_vector_bits() {
  if (__builtin_cpu_supports("x86-64-v4") && !__builtin_cpu_is("amdfam19h")) return 512;
  return __builtin_cpu_supports("x86-64-v3") ? 256 : 128;
}

}  // namespace quern
