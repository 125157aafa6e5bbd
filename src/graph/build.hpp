// A graph from a list of edges: ids become numbers, edges become lists.
//
// Numbers of ids: where the ids lie within a range of some times their count, a table with a place for every id of the
// range, else an open hash table (linear probing); then numbers in the order of the ids. Lists: two counting sorts, by
// target and then by source, so that each list comes out sorted (a transposition is a counting sort; Gustavson, ACM
// TOMS 4, 1978).
//
// Time is linear in edges, but for sorting the ids that a hash table found. Memory while building: 16 bytes an edge (24
// with weights) as they came, 8 more for the sorts (24 with weights), and 8 to 32 bytes a vertex.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

struct EdgeList {
  Vec<std::int64_t> sources, targets;
  Vec<double> weights;         // as many, or none
  Vec<std::int64_t> isolated;  // vertices that are there whether or not an edge names them

  std::size_t size() const { return sources.size(); }
};

// What becomes of edges between the same vertices.
enum class Multi { keep, sum, min, max };

struct BuildOptions {
  bool directed = true;
  Multi multi = Multi::keep;
  bool loops = true;  // keep edges from a vertex to itself
};

struct Built {
  Vec<std::int64_t> ids;  // ascending
  Lists out;
};

// `edges` is used up. Of an undirected graph, an edge named both ways is two parallel edges. With multi other than
// keep, unweighted edges weigh 1 each and sum counts them.
Built build(EdgeList edges, const BuildOptions& options = {});

// Do offsets, targets and weights make lists of `vertices` vertices, sorted, without NaN? For what comes from outside.
bool is_sound(const Csr& csr, std::size_t vertices);

}  // namespace quern::graph
