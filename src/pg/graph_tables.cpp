// What a graph consists of, as rows and as a matrix, and edges of random graphs.
#include "base/text.hpp"
#include "graph/edge_rows.hpp"
#include "graph/generators.hpp"
#include "graph/packed.hpp"
#include "graph/pulse.hpp"
#include "graph/summary.hpp"
#include "matrix/sparse_matrix.hpp"
#include "pg/entry.hpp"
#include "pg/graph.hpp"
#include "pg/smatrix.hpp"

namespace quern::pg {

namespace {

using graph::Graph;
using graph::Offset;
using graph::Vertex;

Datum vertices(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return filling_rows(fcinfo, [&] {
    GraphRows(fcinfo, graph.ids, 1).fill(graph.vertices(), [&](std::size_t v) {
      return std::tuple(AsId{static_cast<Vertex>(v)});
    });
  });
}

Datum edges(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return filling_rows(fcinfo, [&] {
    GraphRows(fcinfo, graph.ids, 3).fill([&](auto&& put) {
      for (Vertex v = 0; v < graph.vertices(); ++v)
        for (Offset e = graph.out.offsets[v]; e < graph.out.offsets[v + 1]; ++e)
          if (graph.directed || graph.out.targets[e] >= v)
            put(AsId{v}, AsId{graph.out.targets[e]}, graph.out.weight(e));
    });
  });
}

Datum degrees(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return filling_rows(fcinfo, [&] {
    const Vec<graph::Degree> degree = graph::degrees(graph);
    GraphRows(fcinfo, graph.ids, 4).fill(graph.vertices(), [&](std::size_t v) {
      return std::tuple(AsId{static_cast<Vertex>(v)}, degree[v].in, degree[v].out, degree[v].both);
    });
  });
}

Datum summary(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return filling_rows(fcinfo, [&] {
    const graph::Summary s = graph::summarize(graph);
    const auto n = static_cast<std::int64_t>(graph.vertices());
    const double pairs = static_cast<double>(n) * static_cast<double>(n - 1) / (graph.directed ? 1 : 2);
    const auto density = n > 1 ? std::optional(static_cast<double>(s.edges) / pairs) : std::nullopt;
    const auto bytes = static_cast<std::int64_t>(graph::packed_size(graph));
    GraphRows(fcinfo, graph.ids, 13).fill(1, [&](std::size_t) {
      return std::tuple(n, s.edges, graph.directed, graph.out.weighted(), s.loops, s.parallel_edges, s.isolated,
                        s.components, s.largest_component, s.min_degree, s.max_degree, density, bytes);
    });
  });
}

Datum adjacency(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return guarded([&] {
    RecyclingArena arena(CurrentMemoryContext);
    BornIn scope(arena);
    const auto n = static_cast<std::int64_t>(graph.vertices());
    SparseBuilder builder({n, n}, graph.out.edges());
    graph::Pulse pulse;
    for (Vertex v = 0; v < graph.vertices(); ++v) {
      const auto neighbors = graph.out.neighbors(v);
      for (std::size_t i = 0, next; i < neighbors.size(); i = next) {
        double sum = 0;
        for (next = i; next < neighbors.size() && neighbors[next] == neighbors[i]; ++next)
          sum += graph.out.weight(graph.out.offsets[v] + next);
        builder.append(neighbors[i], sum);
      }
      builder.end_row();
      pulse.count(neighbors.size());
    }
    const SparseMatrix matrix = builder.finish();
    return call([&] { return smatrix_datum(matrix.view()); });
  });
}

// The vertices are 1 to n. Elements of 1 alone make a graph without weights.
Datum graph_from_adjacency(FunctionCallInfo fcinfo) {
  Reader<CsrView> reader;
  const CsrView a = reader(fcinfo, 0);
  const bool directed = PG_GETARG_BOOL(1);
  return guarded([&] {
    RecyclingArena arena(CurrentMemoryContext);
    BornIn scope(arena);
    if (a.rows != a.columns)
      throw InvalidInput(concat("graph: an adjacency matrix must be square, not ", a.rows, " x ", a.columns));
    const bool weighted = std::any_of(a.values.begin(), a.values.end(), [](double w) { return w != 1; });
    graph::EdgeRows rows(weighted, false);
    for (std::int64_t i = 0; i < a.rows; ++i) {
      if ((i & 1023) == 0) checkpoint();
      rows.add_vertex(i + 1);
      for (std::uint32_t e = a.offsets[static_cast<std::size_t>(i)]; e < a.offsets[static_cast<std::size_t>(i) + 1];
           ++e) {
        const std::int64_t j = a.indices[e];
        if (!directed && j < i) continue;
        if (weighted)
          rows.add(i + 1, j + 1, a.values[e]);
        else
          rows.add(i + 1, j + 1);
      }
    }
    const auto built = rows.build({.directed = directed});
    const Graph graph = built.view();
    if (!directed) {  // what lies below the diagonal must be what lies above
      std::size_t entries = 0;
      bool same = graph.out.edges() == a.values.size();
      for (; same && entries < a.values.size(); ++entries)
        same = graph.out.targets[entries] == a.indices[entries] && graph.out.weight(entries) == a.values[entries];
      if (!same)
        throw InvalidInput("graph: the adjacency matrix of an undirected graph must be symmetric",
                           "Pass directed => true, or the sum of the matrix and its transpose.");
    }
    return graph_datum(graph);
  });
}

template <class Next>
void fill_edges(FunctionCallInfo fcinfo, std::int64_t edges, Next&& next) {
  const graph::Ids none;
  GraphRows(fcinfo, none, 2).fill(static_cast<std::size_t>(edges), [&](std::size_t) {
    const auto [source, target] = next();
    return std::tuple(source, target);
  });
}

Datum rmat_graph(FunctionCallInfo fcinfo) {
  const std::int64_t scale = PG_GETARG_INT32(0), edge_factor = PG_GETARG_INT32(1), seed = PG_GETARG_INT64(2);
  return filling_rows(fcinfo, [&] {
    if (scale < 0 || scale > 40) throw InvalidInput(concat("rmat_graph: scale must be between 0 and 40, not ", scale));
    if (edge_factor < 0) throw InvalidInput(concat("rmat_graph: edge_factor must be 0 or more, not ", edge_factor));
    if (edge_factor > (std::int64_t{1} << 40) >> scale)
      throw InvalidInput(concat("rmat_graph: ", edge_factor, " edges for each of 2^", scale,
                                " vertices, and 2^40 edges are the most"));
    graph::RmatEdges random(static_cast<int>(scale), static_cast<std::uint64_t>(seed));
    fill_edges(fcinfo, edge_factor << scale, [&] { return random.next(); });
  });
}

Datum uniform_graph(FunctionCallInfo fcinfo) {
  const std::int64_t vertices = PG_GETARG_INT64(0), edges = PG_GETARG_INT64(1), seed = PG_GETARG_INT64(2);
  return filling_rows(fcinfo, [&] {
    if (edges < 0 || vertices < 0 || (vertices == 0 && edges > 0))
      throw InvalidInput(concat("uniform_graph: there are no ", edges, " edges between ", vertices, " vertices"));
    graph::Random random(static_cast<std::uint64_t>(seed));
    const auto n = static_cast<std::uint64_t>(vertices);
    fill_edges(fcinfo, edges, [&] {
      const auto source = static_cast<std::int64_t>(random.below(n));
      return graph::RmatEdges::Pair{source, static_cast<std::int64_t>(random.below(n))};
    });
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(graph_vertices, quern::pg::vertices)
QUERN_EXPORT(graph_edges, quern::pg::edges)
QUERN_EXPORT(graph_degrees, quern::pg::degrees)
QUERN_EXPORT(graph_summary, quern::pg::summary)
QUERN_EXPORT(graph_adjacency, quern::pg::adjacency)
QUERN_EXPORT(graph_from_adjacency, quern::pg::graph_from_adjacency)
QUERN_EXPORT(rmat_graph, quern::pg::rmat_graph)
QUERN_EXPORT(uniform_graph, quern::pg::uniform_graph)
