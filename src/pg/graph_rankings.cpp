// Centralities as set-returning functions.
#include "base/text.hpp"
#include "graph/centrality.hpp"
#include "graph/directions.hpp"
#include "graph/ranking.hpp"
#include "pg/entry.hpp"
#include "pg/graph.hpp"
#include "pg/graph_crew.hpp"

namespace quern::pg {

namespace {

using graph::Csr;
using graph::Graph;
using graph::Vertex;

void fill_values(FunctionCallInfo fcinfo, const Graph& graph, const Vec<double>& values) {
  GraphRows(fcinfo, graph.ids, 2).fill(graph.vertices(), [&](std::size_t v) {
    return std::tuple(AsId{static_cast<Vertex>(v)}, values[v]);
  });
}

Vec<double> lead_centrality(const graph::CrewJob& job, Crew& crew) { return job.lead_centrality(crew); }

void warn_of_limit(const char* function, bool converged, std::int64_t iterations) {
  if (!converged) warn(concat(function, ": not converged after ", iterations, " iterations"));
}

// From vertices, and weights if there are any, to a number for each vertex.
Vec<double> personalization_of(const Graph& graph, std::span<const Vertex> vertices, std::span<const double> weights) {
  Vec<double> personalization;
  if (vertices.empty() && weights.empty()) return personalization;
  if (!weights.empty() && weights.size() != vertices.size())
    throw InvalidInput(
        concat("pagerank: personalization has ", vertices.size(), " vertices and ", weights.size(), " weights"));
  personalization.assign(graph.vertices(), 0);
  for (std::size_t i = 0; i < vertices.size(); ++i)
    if (vertices[i] != graph::no_vertex) personalization[vertices[i]] += weights.empty() ? 1 : weights[i];
  return personalization;
}

Datum pagerank(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  graph::PageRankOptions options;
  options.damping = PG_GETARG_FLOAT8(1);
  options.tol = PG_GETARG_FLOAT8(2);
  options.max_iter = PG_GETARG_INT64(3);
  const bool weighted = PG_GETARG_BOOL(4);
  const std::span<const Vertex> vertices = read_vertices(fcinfo, 5, graph, "pagerank");
  Reader<std::span<const double>> reader;
  const std::span<const double> weights = reader(fcinfo, 6);
  if (reader.null())
    ereport(ERROR,
            (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("pagerank: personalization_weights must not hold NULL")));
  return filling_rows(fcinfo, [&] {
    const Vec<double> personalization = personalization_of(graph, vertices, weights);
    options.personalization = personalization;
    const graph::InLists lists(graph, weighted);
    const Csr out = weighted ? graph.out : graph::unweighted(graph.out), in = lists.view();
    const graph::CrewLists both{out, in};
    const graph::Ranking ranking = by_crew(
        graph, weighted, pagerank_work(graph, options.damping, options.tol, options.max_iter),
        [&] { return graph::CrewJob::pagerank(both, options); },
        [](const auto& job, Crew& crew) { return job.lead_pagerank(crew); },
        [&] { return graph::pagerank(out, in, options); });
    warn_of_limit("pagerank", ranking.converged || options.tol == 0, ranking.iterations);
    fill_values(fcinfo, graph, ranking.values);
  });
}

Datum hits(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const double tol = PG_GETARG_FLOAT8(1);
  const std::int64_t max_iter = PG_GETARG_INT64(2);
  return filling_rows(fcinfo, [&] {
    const graph::InLists in(graph);
    const graph::Hits found = graph::hits(graph.out, in.view(), tol, max_iter);
    warn_of_limit("hits", found.converged, found.iterations);
    GraphRows(fcinfo, graph.ids, 3).fill(graph.vertices(), [&](std::size_t v) {
      return std::tuple(AsId{static_cast<Vertex>(v)}, found.hubs[v], found.authorities[v]);
    });
  });
}

Datum eigenvector_centrality(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const double tol = PG_GETARG_FLOAT8(1);
  const std::int64_t max_iter = PG_GETARG_INT64(2);
  return filling_rows(fcinfo, [&] {
    const graph::InLists in(graph);
    const graph::Ranking ranking = graph::eigenvector_centrality(in.view(), tol, max_iter);
    warn_of_limit("eigenvector_centrality", ranking.converged, ranking.iterations);
    fill_values(fcinfo, graph, ranking.values);
  });
}

Datum katz_centrality(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const graph::KatzOptions options{PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3), PG_GETARG_INT64(4),
                                   PG_GETARG_BOOL(5)};
  return filling_rows(fcinfo, [&] {
    const graph::InLists in(graph);
    const graph::Ranking ranking = graph::katz_centrality(in.view(), options);
    warn_of_limit("katz_centrality", ranking.converged, ranking.iterations);
    fill_values(fcinfo, graph, ranking.values);
  });
}

Datum betweenness_centrality(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const graph::BetweennessOptions options{graph.directed, PG_GETARG_BOOL(1), PG_GETARG_INT64(2),
                                          static_cast<std::uint64_t>(PG_GETARG_INT64(3))};
  const bool weighted = PG_GETARG_BOOL(4);
  return filling_rows(fcinfo, [&] {
    const Csr out = weighted ? graph.out : graph::unweighted(graph.out);
    fill_values(fcinfo, graph,
                by_crew(
                    graph, weighted, betweenness_work(graph, options.sample, weighted),
                    [&] {
                      return graph::CrewJob::betweenness({out, {}}, options);
                    },
                    lead_centrality, [&] { return graph::betweenness_centrality(out, options); }));
  });
}

template <graph::ByDistance centrality>
Datum centrality_by_distance(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const bool weighted = PG_GETARG_BOOL(1);
  return filling_rows(fcinfo, [&] {
    constexpr bool closeness = centrality == graph::ByDistance::closeness;
    const graph::InLists lists(graph, weighted);
    const Csr in = lists.view();
    fill_values(fcinfo, graph,
                by_crew(
                    graph, weighted,
                    by_distance_work(graph, closeness ? "closeness_centrality" : "harmonic_centrality", weighted),
                    [&] {
                      return graph::CrewJob::by_distance({graph.out, in}, centrality);
                    },
                    lead_centrality,
                    [&] { return closeness ? graph::closeness_centrality(in) : graph::harmonic_centrality(in); }));
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(graph_pagerank, quern::pg::pagerank)
QUERN_EXPORT(graph_hits, quern::pg::hits)
QUERN_EXPORT(graph_eigenvector_centrality, quern::pg::eigenvector_centrality)
QUERN_EXPORT(graph_katz_centrality, quern::pg::katz_centrality)
QUERN_EXPORT(graph_betweenness_centrality, quern::pg::betweenness_centrality)
QUERN_EXPORT(graph_closeness_centrality, quern::pg::centrality_by_distance<quern::graph::ByDistance::closeness>)
QUERN_EXPORT(graph_harmonic_centrality, quern::pg::centrality_by_distance<quern::graph::ByDistance::harmonic>)
