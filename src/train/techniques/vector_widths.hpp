// A loop over numbers, written once as a template over a vector (linalg/vector_types.hpp), for the widest vectors that
// the processor has:
//
//   QUERN_WIDTHS(run, Argument, body)
//
// makes run<T>(const Argument<T>&), for T float and double, which calls body<V>() for a vector V of T. The body must
// not throw, and is inlined.
#pragma once

#include "linalg/vector_types.hpp"

#define QUERN_WIDTHS(name, Argument, body)                                                               \
  [[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void name##_512(const Argument<float>& p) {  \
    body<F16>(p);                                                                                        \
  }                                                                                                      \
  [[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void name##_512(const Argument<double>& p) { \
    body<V8>(p);                                                                                         \
  }                                                                                                      \
  [[gnu::target("arch=x86-64-v3")]] void name##_256(const Argument<float>& p) { body<F8>(p); }           \
  [[gnu::target("arch=x86-64-v3")]] void name##_256(const Argument<double>& p) { body<V4>(p); }          \
  void name##_128(const Argument<float>& p) { body<F4>(p); }                                             \
  void name##_128(const Argument<double>& p) { body<V2>(p); }                                            \
  template <class T>                                                                                     \
  void name(const Argument<T>& p) {                                                                      \
    const int bits = best_vector_bits();                                                                 \
    bits == 512 ? name##_512(p) : bits == 256 ? name##_256(p) : name##_128(p);                           \
  }
