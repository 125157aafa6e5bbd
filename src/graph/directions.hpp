// The lists that an algorithm needs of a graph, whatever is kept of it.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

// The lists the other way round: those of the graph if it keeps them or has no directions, else made here.
class InLists {
 public:
  explicit InLists(const Graph& graph) : graph_(graph) {
    if (graph.directed && !graph.keeps_in()) made_ = transpose(graph.out);
  }
  Csr view() const { return !graph_.directed ? graph_.out : graph_.keeps_in() ? graph_.in : made_.view(); }

 private:
  const Graph& graph_;
  Lists made_;
};

// Every edge in the lists of both its ends, a loop once: a graph as if it had no directions.
class BothWays {
 public:
  explicit BothWays(const Graph& graph);
  Csr view() const { return graph_.directed ? made_.view() : graph_.out; }

 private:
  const Graph& graph_;
  Lists made_;
};

// The same edges, each of weight 1.
inline Csr unweighted(const Csr& csr) { return {csr.offsets, csr.targets, {}}; }

}  // namespace quern::graph
