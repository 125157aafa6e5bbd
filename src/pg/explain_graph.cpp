// quern.explain_graph: how an algorithm would run on a graph, and why.
#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "graph/packed.hpp"
#include "pg/entry.hpp"
#include "pg/graph.hpp"
#include "pg/graph_crew.hpp"
#include "pg/graph_registry.hpp"
#include "pg/rows.hpp"

namespace quern::pg {

namespace {

using graph::Graph;

// Lists that an algorithm reads beside those of outgoing edges.
enum class Needs { nothing, in, simple, both_ways };

// Memory beside the graph and the lists: bytes for each vertex, and each entry of the lists that it reads.
struct Algorithm {
  const char* name;
  const char* kernel;
  double per_vertex, per_entry;
  Needs needs = Needs::nothing;
};

constexpr Algorithm algorithms[] = {
    {"all_pairs_shortest_paths", "breadth first or delta-stepping from each vertex", 28, 0},
    {"betweenness_centrality", "Brandes, breadth first or by Dijkstra; sources in 8 parts", 48, 4},
    {"bfs", "direction-optimising breadth-first search", 9, 0, Needs::in},
    {"closeness_centrality", "breadth first or delta-stepping from each vertex", 28, 0, Needs::in},
    {"common_neighbors", "merge of two lists", 0, 0, Needs::simple},
    {"connected_components", "union-find over a sample of edges, then the rest (Afforest)", 4, 0},
    {"eigenvector_centrality", "power iteration, pulling", 16, 0, Needs::in},
    {"harmonic_centrality", "breadth first or delta-stepping from each vertex", 28, 0, Needs::in},
    {"hits", "power iteration, pulling both ways", 24, 0, Needs::in},
    {"jaccard_similarity", "lists of neighbours of neighbours", 12, 0, Needs::simple},
    {"k_core", "peeling by degree (Batagelj, Zaversnik)", 24, 0, Needs::simple},
    {"k_truss", "peeling by triangles (Wang, Cheng)", 0, 28, Needs::simple},
    {"katz_centrality", "fixed-point iteration, pulling", 16, 0, Needs::in},
    {"label_propagation", "synchronous rounds, counts by label", 12, 0, Needs::in},
    {"leiden", "local moves, refinement, contraction", 64, 12, Needs::both_ways},
    {"local_clustering", "triangles at lists cut by degree", 36, 4, Needs::simple},
    {"louvain", "local moves, contraction", 64, 12, Needs::both_ways},
    {"max_flow", "Dinic", 16, 33},
    {"minimum_spanning_tree", "Kruskal", 12, 16},
    {"modularity", "one pass over the edges", 12, 0, Needs::both_ways},
    {"pagerank", "pulling, by ranges of equal work", 40, 0, Needs::in},
    {"random_walks", "rejection sampling by second order", 0, 0},
    {"shortest_path", "Dijkstra until the target is reached; Bellman and Ford with weights below 0", 20, 0},
    {"shortest_paths", "delta-stepping; breadth first without weights, Bellman and Ford with some below 0", 28, 0},
    {"strongly_connected_components", "Tarjan without recursion", 24, 0},
    {"topological_sort", "Kahn with a heap", 12, 0},
    {"triangle_count", "lists cut by degree, bit maps", 36, 4, Needs::simple},
};

const Algorithm& algorithm_named(std::string_view name) {
  const auto found =
      std::find_if(std::begin(algorithms), std::end(algorithms), [&](const Algorithm& a) { return name == a.name; });
  if (found != std::end(algorithms)) return *found;
  std::string names;
  for (const Algorithm& a : algorithms) names += concat(names.empty() ? "" : ", ", a.name);
  throw InvalidInput(concat("explain_graph: there is no algorithm \"", name, "\""), concat("There are ", names, "."));
}

struct MadeLists {
  const char* what = "none";
  double entries = 0, weights = 0;
};

// Lists that are made for the call, as far as the graph does not keep them.
MadeLists made_lists(const Graph& graph, Needs needs) {
  const auto entries = static_cast<double>(graph.out.edges());
  const double weights = graph.out.weighted() ? 1 : 0;
  const bool keeps_in = !graph.directed || graph.keeps_in();
  switch (needs) {
    case Needs::nothing:
      return {};
    case Needs::in:
      return keeps_in ? MadeLists{} : MadeLists{"incoming edges", entries, weights};
    case Needs::simple:
      return {"neighbours without directions, loops and parallel edges", graph.directed ? 2 * entries : entries, 0};
    default:
      return graph.directed ? MadeLists{"edges both ways", 2 * entries, weights} : MadeLists{};
  }
}

double bytes_of(const Graph& graph, const Algorithm& algorithm) {
  const auto vertices = static_cast<double>(graph.vertices());
  const MadeLists made = made_lists(graph, algorithm.needs);
  const double read = made.entries > 0 ? made.entries : static_cast<double>(graph.out.edges());
  return (made.entries > 0 ? 8 * vertices : 0) + made.entries * (4 + 8 * made.weights) +
         algorithm.per_vertex * vertices + algorithm.per_entry * read;
}

// With the usual arguments, and the graph's weights.
CrewSize crew_of(const Graph& graph, std::string_view name) {
  if (name == "pagerank") return crew_for(graph, pagerank_work(graph, 0.85, 1e-9, 200));
  if (name == "connected_components") return crew_for(graph, components_work(graph));
  if (name == "triangle_count") return crew_for(graph, triangles_work(graph));
  if (name == "betweenness_centrality") return crew_for(graph, betweenness_work(graph, 0, true));
  if (name == "closeness_centrality" || name == "harmonic_centrality")
    return crew_for(graph, by_distance_work(graph, "", true));
  if (name == "label_propagation") return crew_for(graph, label_propagation_work(graph, 10));
  return {0, "this algorithm runs in one process"};
}

struct Item {
  std::string item, value;
};

std::string counted(double count) { return concat(static_cast<std::int64_t>(count)); }

std::vector<Item> explained(const Graph& graph, std::string_view name) {
  const Algorithm& algorithm = algorithm_named(name);
  const auto mapped = mapped_graph_with(graph.out.offsets.data());
  const CrewSize crew = crew_of(graph, name);
  return {
      {"graph", !mapped                ? "a value in this session's memory"
                : mapped->segment == 0 ? "named, in this session's memory"
                                       : "named, in shared memory"},
      {"vertices", counted(static_cast<double>(graph.vertices()))},
      {"entries of lists", counted(static_cast<double>(graph.out.edges()))},
      {"bytes of the graph", counted(static_cast<double>(graph::packed_size(graph)))},
      {"kernel", algorithm.kernel},
      {"lists made for the call", made_lists(graph, algorithm.needs).what},
      {"bytes beside the graph", counted(bytes_of(graph, algorithm))},
      {"parallel workers", counted(crew.workers)},
      {"reason", crew.reason},
  };
}

Datum explain_graph(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const char* const name = text_to_cstring(PG_GETARG_TEXT_PP(1));
  return guarded([&] { return return_rows(fcinfo, explained(graph, name)); });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_explain_graph, quern::pg::explain_graph)
