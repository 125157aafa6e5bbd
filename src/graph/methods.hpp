// How each function of a graph works and the memory that it takes, as registry.def says; measured by
// tests/unit/graph_methods_test.cpp.
#pragma once

#include <span>
#include <string_view>

#include "graph/graph.hpp"

namespace quern::graph {

// The lists of a graph that a function reads, which are made for the call unless the graph keeps them: those of outgoing
// edges, of incoming ones (with or without their weights), of neighbours without directions, loops and parallel edges,
// of edges both ways.
enum class ListsRead { out, in, in_plain, simple, both };

// Bytes beside the graph and the lists that are made, the result included: for each vertex, and each entry of the lists
// that are read.
struct Method {
  const char* function;
  ListsRead lists;
  double per_vertex, per_entry;
  const char* how;
};

std::span<const Method> methods();  // by the names of functions
const Method* method_of(std::string_view function);

// "incoming edges", or "none"; the entries of the lists that are read, made or not, at most; what those that are made
// take, and how much more while they are made.
struct MadeLists {
  const char* what = "none";
  double entries = 0, bytes = 0, more_at_first = 0;
};
MadeLists made_lists(const Graph& graph, ListsRead lists);

// At the peak, the lists that are made included.
double bytes_beside(const Graph& graph, const Method& method);

}  // namespace quern::graph
