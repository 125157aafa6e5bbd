// Edges of random graphs, for tests and benches; the same for the same seed on every machine.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "graph/random.hpp"

namespace quern::graph {

// A recursive matrix graph with 2^scale vertices (Chakrabarti, Zhan, Faloutsos, SDM 2004), with the chances of
// Graph500: 0.57, 0.19, 0.19, 0.05. Ids are scrambled, so that degree does not follow the id.
class RmatEdges {
 public:
  RmatEdges(int scale, std::uint64_t seed) : scale_(scale), random_(seed), scramble_(Random(seed ^ 0x5bd1e995)()) {}

  struct Pair {
    std::int64_t source, target;
  };
  Pair next() {
    std::uint64_t a = 0, b = 0;
    for (int level = 0; level < scale_; ++level) {
      const double at = random_.uniform();
      a = 2 * a + (at >= 0.76);
      b = 2 * b + ((at >= 0.57 && at < 0.76) || at >= 0.95);
    }
    return {scrambled(a), scrambled(b)};
  }

 private:
  // A bijection of the numbers below 2^scale: odd multiplications and xors of shifted bits.
  std::int64_t scrambled(std::uint64_t x) const {
    const std::uint64_t mask = (std::uint64_t{1} << scale_) - 1;
    x = (x + scramble_) & mask;
    for (const std::uint64_t factor : {0x9e3779b97f4a7c15u, 0xbf58476d1ce4e5b9u}) {
      x = (x * factor) & mask;
      x ^= x >> (scale_ / 2 + 1);
    }
    return static_cast<std::int64_t>(x);
  }

  int scale_;
  Random random_;
  std::uint64_t scramble_;
};

}  // namespace quern::graph
