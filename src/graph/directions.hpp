// The lists that an algorithm needs of a graph, whatever is kept of it.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

// The same edges, each of weight 1.
inline Csr unweighted(const Csr& csr) { return {csr.offsets, csr.targets, {}}; }

// The lists the other way round, with the graph's weights or without: those of the graph if it keeps them or has no
// directions, else made here.
class InLists {
 public:
  explicit InLists(const Graph& graph, bool weighted = true) : graph_(graph), weighted_(weighted) {
    if (graph.directed && !graph.keeps_in()) made_ = transpose(weighted ? graph.out : unweighted(graph.out));
  }
  Csr view() const {
    const Csr lists = !graph_.directed ? graph_.out : graph_.keeps_in() ? graph_.in : made_.view();
    return weighted_ ? lists : unweighted(lists);
  }

 private:
  const Graph& graph_;
  bool weighted_;
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

// Neighbours, whichever way edges lead: without loops and parallel edges.
Lists simple_lists(const Graph& graph);

}  // namespace quern::graph
