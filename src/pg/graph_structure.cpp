// Communities, triangles, cores, similarity and walks as set-returning functions.
#include <cmath>

#include "base/text.hpp"
#include "graph/communities.hpp"
#include "graph/directions.hpp"
#include "graph/similarity.hpp"
#include "graph/structure.hpp"
#include "pg/entry.hpp"
#include "pg/graph.hpp"
#include "pg/graph_crew.hpp"

namespace quern::pg {

namespace {

using graph::Csr;
using graph::Graph;
using graph::Lists;
using graph::Vertex;

void fill_labels(FunctionCallInfo fcinfo, const Graph& graph, const Vec<Vertex>& labels) {
  GraphRows(fcinfo, graph.ids, 2).fill(graph.vertices(), [&](std::size_t v) {
    return std::tuple(AsId{static_cast<Vertex>(v)}, AsId{labels[v]});
  });
}

template <class T>
void fill_numbers(FunctionCallInfo fcinfo, const Graph& graph, const Vec<T>& numbers) {
  GraphRows(fcinfo, graph.ids, 2).fill(graph.vertices(), [&](std::size_t v) {
    return std::tuple(AsId{static_cast<Vertex>(v)}, numbers[v]);
  });
}

Datum label_propagation(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const std::int64_t max_iter = PG_GETARG_INT64(1);
  return filling_rows(fcinfo, [&] {
    const graph::InLists in(graph, false);
    const auto one = [&] { return graph::label_propagation(graph.out, in.view(), graph.directed, max_iter); };
    const graph::Labels found = by_crew(
        graph, false, label_propagation_work(graph, max_iter),
        [&] {
          return graph::CrewJob::label_propagation({graph.out, in.view()}, graph.directed, max_iter);
        },
        [](const auto& job, Crew& crew) { return job.lead_labels(crew); }, one);
    fill_labels(fcinfo, graph, found.labels);
  });
}

template <graph::Communities communities(const Csr&, const graph::CommunityOptions&)>
Datum communities_of(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const graph::CommunityOptions options{PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), PG_GETARG_INT64(3),
                                        static_cast<std::uint64_t>(PG_GETARG_INT64(4))};
  return filling_rows(fcinfo, [&] {
    const graph::BothWays undirected(graph);
    fill_labels(fcinfo, graph, communities(undirected.view(), options).labels);
  });
}

Datum modularity(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const std::span<const Vertex> vertices = read_vertices(fcinfo, 1, graph, "modularity");
  const std::span<const Vertex> communities = read_vertices(fcinfo, 2, graph, "modularity");
  const double resolution = PG_GETARG_FLOAT8(3);
  return guarded([&] {
    Arena arena(CurrentMemoryContext);
    BornIn scope(arena);
    if (vertices.size() != graph.vertices() || communities.size() != vertices.size())
      throw InvalidInput(concat("modularity: ", vertices.size(), " vertices, ", communities.size(),
                                " communities, and the graph has ", graph.vertices(), " vertices"));
    Vec<Vertex> community(graph.vertices(), graph::no_vertex);
    for (std::size_t i = 0; i < vertices.size(); ++i) {
      if (vertices[i] == graph::no_vertex || communities[i] == graph::no_vertex)
        throw InvalidInput("modularity: vertices and communities must not be NULL");
      if (community[vertices[i]] != graph::no_vertex) throw InvalidInput("modularity: a vertex comes twice");
      community[vertices[i]] = communities[i];
    }
    const graph::BothWays undirected(graph);
    const double value = graph::modularity(undirected.view(), community, resolution);
    fcinfo->isnull = std::isnan(value);
    return Float8GetDatum(value);
  });
}

template <auto numbers>
Datum of_simple(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return filling_rows(fcinfo, [&] {
    const Lists simple = graph::simple_lists(graph);
    fill_numbers(fcinfo, graph, numbers(simple.view()));
  });
}

Datum triangle_count(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return filling_rows(fcinfo, [&] {
    const Lists simple = graph::simple_lists(graph);
    fill_numbers(fcinfo, graph,
                 by_crew(
                     graph, false, triangles_work(graph),
                     [&] {
                       return graph::CrewJob::triangle_counts({graph.out, {}}, simple.view());
                     },
                     [](const auto& job, Crew& crew) { return job.lead_triangles(crew); },
                     [&] { return graph::triangle_counts(simple.view()); }));
  });
}

Datum local_clustering(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return filling_rows(fcinfo, [&] {
    const Lists simple = graph::simple_lists(graph);
    fill_numbers(fcinfo, graph,
                 graph.directed ? graph::local_clustering_directed(simple.view(), graph.out)
                                : graph::local_clustering(simple.view()));
  });
}

Datum k_truss(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  return filling_rows(fcinfo, [&] {
    const Lists simple = graph::simple_lists(graph);
    const Vec<std::int64_t> truss = graph::truss_numbers(simple.view());
    GraphRows(fcinfo, graph.ids, 3).fill([&](auto&& put) {
      for (Vertex v = 0; v < graph.vertices(); ++v)
        for (graph::Offset e = simple.offsets[v]; e < simple.offsets[v + 1]; ++e)
          if (v < simple.targets[e]) put(AsId{v}, AsId{simple.targets[e]}, truss[e]);
    });
  });
}

Datum jaccard_similarity(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const Vertex a = read_vertex(fcinfo, 1, graph, "jaccard_similarity");
  const Vertex b = read_vertex(fcinfo, 2, graph, "jaccard_similarity");
  return guarded([&] {
    Arena arena(CurrentMemoryContext);
    BornIn scope(arena);
    const Lists simple = graph::simple_lists(graph);
    return Float8GetDatum(graph::shared_neighbors(simple.view(), a, b).jaccard());
  });
}

Datum jaccard_pairs(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const double least = PG_GETARG_FLOAT8(1);
  return filling_rows(fcinfo, [&] {
    if (std::isnan(least)) throw InvalidInput("jaccard_similarity: min_similarity must be a number, not NaN");
    const Lists simple = graph::simple_lists(graph);
    graph::SimilarVertices similar(simple.view());
    GraphRows rows(fcinfo, graph.ids, 4);
    for (Vertex a = 0; a < graph.vertices(); ++a) {
      const auto found = similar.of(a);
      rows.fill([&](auto&& put) {
        for (const auto& [b, shared] : found)
          if (shared.jaccard() >= least) put(AsId{a}, AsId{b}, shared.common, shared.jaccard());
      });
    }
  });
}

Datum common_neighbors(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const Vertex a = read_vertex(fcinfo, 1, graph, "common_neighbors");
  const Vertex b = read_vertex(fcinfo, 2, graph, "common_neighbors");
  return filling_rows(fcinfo, [&] {
    const Lists simple = graph::simple_lists(graph);
    const auto of_a = simple.view().neighbors(a), of_b = simple.view().neighbors(b);
    Vec<Vertex> common;
    std::set_intersection(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), std::back_inserter(common));
    GraphRows(fcinfo, graph.ids, 1).fill(common.size(), [&](std::size_t i) { return std::tuple(AsId{common[i]}); });
  });
}

Datum random_walks(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const graph::WalkOptions options{PG_GETARG_INT64(1), PG_GETARG_INT64(2), PG_GETARG_FLOAT8(3), PG_GETARG_FLOAT8(4),
                                   static_cast<std::uint64_t>(PG_GETARG_INT64(5))};
  return filling_rows(fcinfo, [&] {
    const graph::Walker walker(graph.out, options);
    GraphRows rows(fcinfo, graph.ids, 3);
    Vec<Vertex> walk;
    std::int64_t number = 0;
    for (Vertex start = 0; start < graph.vertices(); ++start)
      for (std::int64_t w = 0; w < options.walks; ++w) {
        if ((++number & 63) == 0) checkpoint();
        walker.walk(start, w, walk);
        rows.fill(walk.size(),
                  [&](std::size_t i) { return std::tuple(number, static_cast<std::int64_t>(i + 1), AsId{walk[i]}); });
      }
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(graph_label_propagation, quern::pg::label_propagation)
QUERN_EXPORT(graph_louvain, quern::pg::communities_of<quern::graph::louvain>)
QUERN_EXPORT(graph_leiden, quern::pg::communities_of<quern::graph::leiden>)
QUERN_EXPORT(graph_modularity, quern::pg::modularity)
QUERN_EXPORT(graph_triangle_count, quern::pg::triangle_count)
QUERN_EXPORT(graph_k_core, quern::pg::of_simple<quern::graph::core_numbers>)
QUERN_EXPORT(graph_local_clustering, quern::pg::local_clustering)
QUERN_EXPORT(graph_k_truss, quern::pg::k_truss)
QUERN_EXPORT(graph_jaccard_similarity, quern::pg::jaccard_similarity)
QUERN_EXPORT(graph_jaccard_pairs, quern::pg::jaccard_pairs)
QUERN_EXPORT(graph_common_neighbors, quern::pg::common_neighbors)
QUERN_EXPORT(graph_random_walks, quern::pg::random_walks)
