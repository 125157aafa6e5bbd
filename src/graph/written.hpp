// A graph as text, which is JSON:
//
//   {"directed": true, "edges": [[1, 2], [1, 3, 0.5]], "isolated": [7]}
//
// Edges are of two ids and a weight, which is 1 where it is missing; "isolated" are vertices that no edge names. Ids
// are all whole numbers or all strings. An edge of an undirected graph is written once. The reader is strict and takes
// no other keys.
#pragma once

#include <string>
#include <string_view>

#include "graph/edge_rows.hpp"

namespace quern::graph {

// `texts`: what ids have to be. Throws InvalidInput (malformed_text) with the position, counted in bytes from 1.
EdgeRows::Result parse_graph(std::string_view text, bool texts);

std::string print_graph(const Graph& graph);

}  // namespace quern::graph
