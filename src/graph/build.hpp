// A graph from a list of edges: ids become numbers (numbering.hpp), edges become lists.
//
// Lists: the entries are cut by list into buckets of which a cache holds one, and a bucket is sorted by radix, first by
// target, then by list (Rahman, Raman, Inf. Process. Lett. 2001, on sorting in two steps). Linear time in edges
// whatever their order, but for hash tables and the ids they find.
//
// Memory at the peak: 20 bytes an edge of a directed graph, 24 of an undirected one (with weights 28 and 48), of which
// 16 (24) are the edges as they came, and 25 bytes a vertex; besides, what numbering takes.
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
