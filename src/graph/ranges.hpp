// Vertices cut into ranges of about equal work, so that sums by range are the same however many processes share them.
#pragma once

#include <algorithm>

#include "graph/graph.hpp"

namespace quern::graph {

// Where ranges begin, and the end of the last: by lists and their entries. They depend on the graph alone: about 2^17
// entries each, and at most `most`.
inline Vec<Vertex> ranges_of(const Csr& csr, std::size_t most = 64) {
  const std::size_t n = csr.vertices(), work = csr.edges() + n;
  const std::size_t ranges = std::clamp<std::size_t>(work >> 17, 1, most);
  Vec<Vertex> starts{0};
  for (std::size_t r = 1; r < ranges; ++r) {
    // The first vertex before which at least r / ranges of the work lie.
    const std::size_t wanted = work / ranges * r;
    Vertex low = starts.back(), high = static_cast<Vertex>(n);
    while (low < high) {
      const Vertex middle = low + (high - low) / 2;
      if (csr.offsets[middle] + middle < wanted)
        low = middle + 1;
      else
        high = middle;
    }
    if (low > starts.back() && low < n) starts.push_back(low);
  }
  starts.push_back(static_cast<Vertex>(n));
  return starts;
}

}  // namespace quern::graph
