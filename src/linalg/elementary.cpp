#include "linalg/elementary.hpp"

namespace quern {

namespace {

template <class V>
[[gnu::always_inline]] inline void replace(std::span<double> x) {
  std::size_t i = 0;
  for (; i + lanes<V> <= x.size(); i += lanes<V>) store_unaligned<V>(&x[i], exponential<V>(load_unaligned<V>(&x[i])));
  for (; i < x.size(); ++i) x[i] = exponential<double>(x[i]);
}

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512"), gnu::optimize("fp-contract=fast")]] void replace_512(
    std::span<double> x) {
  replace<V8>(x);
}

[[gnu::target("arch=x86-64-v3"), gnu::optimize("fp-contract=fast")]] void replace_256(std::span<double> x) {
  replace<V4>(x);
}

void replace_128(std::span<double> x) { replace<V2>(x); }

}  // namespace

void exponentials(std::span<double> x) {
  const int bits = best_vector_bits();
  bits == 512 ? replace_512(x) : bits == 256 ? replace_256(x) : replace_128(x);
}

}  // namespace quern
