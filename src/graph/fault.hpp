// What is wrong with a graph that comes from outside.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

// Null if nothing is: ids ascend (texts end within their bytes, which are `texts` in all), lists are sorted and name
// vertices that there are, weights are finite, and those of an undirected graph are the same both ways.
const char* fault_of(const Graph& graph);

}  // namespace quern::graph
