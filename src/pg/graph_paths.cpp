// Searches, shortest paths, components and flows as set-returning functions.
#include "base/text.hpp"
#include "graph/directions.hpp"
#include "graph/shortest_paths.hpp"
#include "graph/traversal.hpp"
#include "graph/trees_and_flows.hpp"
#include "pg/entry.hpp"
#include "pg/graph.hpp"
#include "pg/graph_crew.hpp"

namespace quern::pg {

namespace {

using graph::Csr;
using graph::Graph;
using graph::Vertex;

Csr lists(const Graph& graph, bool weighted) { return weighted ? graph.out : graph::unweighted(graph.out); }

Datum bfs(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const Vertex source = read_vertex(fcinfo, 1, graph, "bfs");
  return filling_rows(fcinfo, [&] {
    const graph::InLists in(graph, false);
    const graph::BreadthFirst found = graph::bfs(graph.out, in.view(), source);
    GraphRows(fcinfo, graph.ids, 3).fill([&](auto&& put) {
      for (Vertex v = 0; v < graph.vertices(); ++v)
        if (found.depth[v] != graph::no_vertex) put(AsId{v}, std::int64_t{found.depth[v]}, AsId{found.parent[v]});
    });
  });
}

Datum shortest_paths(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const Vertex source = read_vertex(fcinfo, 1, graph, "shortest_paths");
  const bool weighted = PG_GETARG_BOOL(2);
  return filling_rows(fcinfo, [&] {
    const graph::ShortestPaths found = graph::shortest_paths(lists(graph, weighted), source);
    GraphRows(fcinfo, graph.ids, 3).fill([&](auto&& put) {
      for (Vertex v = 0; v < graph.vertices(); ++v)
        if (!std::isinf(found.distance[v])) put(AsId{v}, found.distance[v], AsId{found.parent[v]});
    });
  });
}

Datum shortest_path(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const Vertex source = read_vertex(fcinfo, 1, graph, "shortest_path");
  const Vertex target = read_vertex(fcinfo, 2, graph, "shortest_path");
  const bool weighted = PG_GETARG_BOOL(3);
  return filling_rows(fcinfo, [&] {
    const graph::Path path = graph::shortest_path(lists(graph, weighted), source, target);
    GraphRows(fcinfo, graph.ids, 4).fill(path.vertices.size(), [&](std::size_t i) {
      return std::tuple(static_cast<std::int64_t>(i + 1), AsId{path.vertices[i]},
                        i > 0 ? std::optional(path.costs[i] - path.costs[i - 1]) : std::nullopt, path.costs[i]);
    });
  });
}

Datum all_pairs(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const double cutoff = PG_GETARG_FLOAT8(1);
  const bool weighted = PG_GETARG_BOOL(2);
  const std::int64_t most = PG_GETARG_INT64(3);
  return filling_rows(fcinfo, [&] {
    if (std::isnan(cutoff)) throw InvalidInput("all_pairs_shortest_paths: cutoff must be a number, not NaN");
    if (most < 0) throw InvalidInput(concat("all_pairs_shortest_paths: max_rows must be 0 or more, not ", most));
    GraphRows rows(fcinfo, graph.ids, 3);
    std::int64_t pairs = 0;
    for (Vertex source = 0; source < graph.vertices(); ++source) {
      checkpoint();
      const graph::ShortestPaths found =
          graph::shortest_paths(lists(graph, weighted), source, "all_pairs_shortest_paths");
      const auto counts = [&](Vertex v) {
        return v != source && !std::isinf(found.distance[v]) && found.distance[v] <= cutoff;
      };
      for (Vertex v = 0; v < graph.vertices(); ++v) pairs += counts(v);
      if (pairs > most)
        throw InvalidInput(concat("all_pairs_shortest_paths: more than ", most, " pairs"),
                           "Set cutoff, or max_rows to more.", Fault::limit_exceeded);
      rows.fill([&](auto&& put) {
        for (Vertex v = 0; v < graph.vertices(); ++v)
          if (counts(v)) put(AsId{source}, AsId{v}, found.distance[v]);
      });
    }
  });
}

void fill_components(FunctionCallInfo fcinfo, const Graph& graph, const Vec<Vertex>& component) {
  GraphRows(fcinfo, graph.ids, 2).fill(graph.vertices(), [&](std::size_t v) {
    return std::tuple(AsId{static_cast<Vertex>(v)}, AsId{component[v]});
  });
}

// Of a directed graph the lists in are not worth making: one pass over the edges takes less.
Datum connected_components(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return filling_rows(fcinfo, [&] {
    const Csr in = graph.directed ? graph.in : graph.out;  // if they are kept
    fill_components(fcinfo, graph,
                    by_crew(
                        graph, false, components_work(graph),
                        [&] {
                          return graph::CrewJob::connected_components({graph.out, in});
                        },
                        [](const auto& job, Crew& crew) { return job.lead_components(crew); },
                        [&] { return graph::connected_components(graph.out, in); }));
  });
}

Datum strongly_connected_components(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return filling_rows(fcinfo, [&] { fill_components(fcinfo, graph, graph::strongly_connected_components(graph.out)); });
}

Datum minimum_spanning_tree(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return filling_rows(fcinfo, [&] {
    const graph::BothWays undirected(graph);
    const Vec<graph::Edge> tree = graph::minimum_spanning_tree(undirected.view());
    GraphRows(fcinfo, graph.ids, 3).fill(tree.size(), [&](std::size_t i) {
      return std::tuple(AsId{tree[i].source}, AsId{tree[i].target}, tree[i].weight);
    });
  });
}

std::string written(const graph::Ids& ids, Vertex v) {
  return ids.are_text() ? concat("\"", ids.text(v), "\"") : concat(ids.numbers[v]);
}

Datum topological_sort(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return filling_rows(fcinfo, [&] {
    const graph::Order order = graph::topological_sort(graph.out);
    if (order.on_cycle != graph::no_vertex)
      throw InvalidInput(
          concat("topological_sort: the graph has a cycle, through vertex ", written(graph.ids, order.on_cycle)),
          graph.directed ? "" : "Every edge of an undirected graph is a cycle.");
    GraphRows(fcinfo, graph.ids, 2).fill(order.vertices.size(), [&](std::size_t i) {
      return std::tuple(static_cast<std::int64_t>(i + 1), AsId{order.vertices[i]});
    });
  });
}

Datum max_flow(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const Vertex source = read_vertex(fcinfo, 1, graph, "max_flow");
  const Vertex target = read_vertex(fcinfo, 2, graph, "max_flow");
  return filling_rows(fcinfo, [&] {
    const graph::Flow flow = graph::max_flow(graph.out, source, target);
    GraphRows(fcinfo, graph.ids, 4).fill([&](auto&& put) {
      for (Vertex v = 0; v < graph.vertices(); ++v)
        for (graph::Offset e = graph.out.offsets[v]; e < graph.out.offsets[v + 1]; ++e)
          if (flow.flows[e] > 0) put(AsId{v}, AsId{graph.out.targets[e]}, flow.flows[e], graph.out.weight(e));
    });
  });
}

Datum max_flow_value(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const Vertex source = read_vertex(fcinfo, 1, graph, "max_flow_value");
  const Vertex target = read_vertex(fcinfo, 2, graph, "max_flow_value");
  return guarded([&] {
    Arena arena(CurrentMemoryContext);
    BornIn scope(arena);
    return Float8GetDatum(graph::max_flow(graph.out, source, target).value);
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(graph_bfs, quern::pg::bfs)
QUERN_EXPORT(graph_shortest_paths, quern::pg::shortest_paths)
QUERN_EXPORT(graph_shortest_path, quern::pg::shortest_path)
QUERN_EXPORT(graph_all_pairs, quern::pg::all_pairs)
QUERN_EXPORT(graph_connected_components, quern::pg::connected_components)
QUERN_EXPORT(graph_strongly_connected_components, quern::pg::strongly_connected_components)
QUERN_EXPORT(graph_minimum_spanning_tree, quern::pg::minimum_spanning_tree)
QUERN_EXPORT(graph_topological_sort, quern::pg::topological_sort)
QUERN_EXPORT(graph_max_flow, quern::pg::max_flow)
QUERN_EXPORT(graph_max_flow_value, quern::pg::max_flow_value)
