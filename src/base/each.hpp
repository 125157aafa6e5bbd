// A function of the numbers of arrays, one by one, in a loop that becomes vector instructions. An operand that does not
// step is one number. `to` may be an operand.
#pragma once

#include <cstddef>

#include "base/clones.hpp"

namespace quern {

template <class F>
QUERN_INLINE inline void each(F f, const double* a, bool a_steps, double* to, std::size_t n) {
  if (a_steps) {
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) to[i] = f(a[i]);
  } else if (n > 0) {
    const double value = f(*a);
    for (std::size_t i = 0; i < n; ++i) to[i] = value;
  }
}

template <class F>
QUERN_INLINE inline void each(F f, const double* a, bool a_steps, const double* b, bool b_steps, double* to,
                              std::size_t n) {
  if (a_steps && b_steps) {
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) to[i] = f(a[i], b[i]);
  } else if (a_steps) {
    const double y = *b;
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) to[i] = f(a[i], y);
  } else if (b_steps) {
    const double x = *a;
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) to[i] = f(x, b[i]);
  } else if (n > 0) {
    const double value = f(*a, *b);
    for (std::size_t i = 0; i < n; ++i) to[i] = value;
  }
}

}  // namespace quern
