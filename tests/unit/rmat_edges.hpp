// Edges of a recursive matrix graph as a list.
#pragma once

#include "graph/build.hpp"
#include "graph/generators.hpp"

namespace quern::graph {

inline EdgeList rmat_edges(int scale, std::uint64_t seed, std::size_t edges, bool weighted) {
  RmatEdges pairs(scale, seed);
  EdgeList list;
  for (std::size_t e = 0; e < edges; ++e) {
    const auto [s, t] = pairs.next();
    list.sources.push_back(s);
    list.targets.push_back(t);
    if (weighted) list.weights.push_back(1 + static_cast<double>((s * 7 + t) % 13));
  }
  return list;
}

}  // namespace quern::graph
