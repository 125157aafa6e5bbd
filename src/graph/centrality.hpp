// Centralities by shortest paths: betweenness, closeness, harmonic.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

// Brandes, J. Math. Sociol. 25, 2001; with weights of above 0 by Dijkstra, without by breadth. Sums of pair
// dependencies: of an undirected graph each pair counts once. `sample` > 0: from so many sources, drawn by `seed`, and
// scaled to all (Brandes, Pich, Int. J. Bifurcation Chaos 17, 2007). `normalized`: divided by the number of pairs
// without the vertex. Parallel edges count as paths of their own. n m time.
struct BetweennessOptions {
  bool directed = true;
  bool normalized = false;
  std::int64_t sample = 0;
  std::uint64_t seed = 0;
};
Vec<double> betweenness_centrality(const Csr& out, const BetweennessOptions& options = {});
// What the paths from `sources` alone add, before all factors: in parts, of which each is added up by itself, and then
// the parts one after the other, so that processes that share them get the same bits.
Vec<double> betweenness_from(const Csr& out, std::span<const Vertex> sources);

inline constexpr std::size_t betweenness_parts = 8;
inline std::span<const Vertex> betweenness_part(std::span<const Vertex> sources, std::size_t part) {
  const std::size_t begin = sources.size() * part / betweenness_parts;
  return sources.subspan(begin, sources.size() * (part + 1) / betweenness_parts - begin);
}
// Adds what one part is to `to`, which has a number for each vertex.
void add_betweenness(const Csr& out, std::span<const Vertex> sources, std::span<double> to);

// The sources that the options ask for; throws what betweenness_centrality throws.
Vec<Vertex> betweenness_sources(const Csr& out, const BetweennessOptions& options);
void scale_betweenness(std::span<double> centrality, std::size_t sources, const BetweennessOptions& options);

// From the distances to each vertex, over the lists `in`: (r - 1) / sum of the distances from the r - 1 others that
// reach it, times (r - 1) / (n - 1) (Wasserman, Faust, Social Network Analysis, 1994, as NetworkX); 0 where none does.
Vec<double> closeness_centrality(const Csr& in);

// The sum of 1 / distance from every other vertex (Marchiori, Latora, Physica A 285, 2000), as NetworkX; igraph's is
// this divided by n - 1.
Vec<double> harmonic_centrality(const Csr& in);

// Those of some vertices, which follow each other.
enum class ByDistance { closeness, harmonic };
void require_distances(ByDistance centrality, const Csr& in);  // throws what the two throw
void centrality_by_distance(ByDistance centrality, const Csr& in, Vertex begin, std::span<double> to);

}  // namespace quern::graph
