#include "graph/directions.hpp"

#include "graph/pulse.hpp"
#include "graph/structure.hpp"

namespace quern::graph {

BothWays::BothWays(const Graph& graph) : graph_(graph) {
  if (!graph.directed) return;
  const InLists turned(graph);
  const Csr out = graph.out, in = turned.view();
  made_.offsets.reserve(out.vertices() + 1);
  made_.offsets.push_back(0);
  made_.targets.reserve(2 * out.edges());
  if (out.weighted()) made_.weights.reserve(2 * out.edges());
  const auto take = [&](const Csr& from, Offset e) {
    made_.targets.push_back(from.targets[e]);
    if (from.weighted()) made_.weights.push_back(from.weights[e]);
  };
  Pulse pulse;
  for (Vertex v = 0; v < out.vertices(); ++v) {
    Offset a = out.offsets[v], b = in.offsets[v];
    const Offset a_end = out.offsets[v + 1], b_end = in.offsets[v + 1];
    pulse.count((a_end - a) + (b_end - b));
    while (a < a_end || b < b_end) {
      if (b < b_end && in.targets[b] == v)
        ++b;  // a loop, which is in the other list too
      else if (b == b_end || (a < a_end && out.targets[a] <= in.targets[b]))
        take(out, a++);
      else
        take(in, b++);
    }
    made_.offsets.push_back(made_.targets.size());
  }
}

Lists simple_lists(const Graph& graph) {
  const InLists in(graph, false);
  return simple_neighbors(graph.out, in.view());
}

}  // namespace quern::graph
