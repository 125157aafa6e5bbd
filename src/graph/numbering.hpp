// Numbers of vertices for the ids of edges, in the order of the ids.
//
// Where the ids lie within a range of some times their count, a map of a bit for each id of the range, with the count
// of all bits before each word: the number of an id is the count of smaller ones (16 bytes for 64 ids of the range; ids
// without gaps need no map). Else an open hash table (linear probing, Fibonacci hashing; 32 to 128 bytes a vertex)
// gives each id a number as it comes, and the ids are sorted in the end.
//
// Memory at the peak: the ids, 4 bytes an edge and the table, of at most 4 bytes an edge where the ids lie close.
#pragma once

#include "graph/build.hpp"
#include "graph/room.hpp"

namespace quern::graph {

struct NumberedEdges {
  Room<Vertex> sources, targets;
  Vec<double> weights;
};

// Uses up `edges`; `ids` become ascending.
NumberedEdges number_vertices(EdgeList& edges, Vec<std::int64_t>& ids);

}  // namespace quern::graph
