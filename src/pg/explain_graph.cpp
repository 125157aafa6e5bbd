// quern.graph_algorithms: how algorithms work; quern.explain_graph: how one would run on a graph, and why.
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "graph/methods.hpp"
#include "graph/packed.hpp"
#include "pg/entry.hpp"
#include "pg/graph.hpp"
#include "pg/graph_crew.hpp"
#include "pg/graph_registry.hpp"
#include "pg/rows.hpp"

namespace quern::pg {

namespace {

using graph::Graph;

using graph::Method;

const Method& method_named(std::string_view name) {
  if (const Method* found = graph::method_of(name)) return *found;
  std::string names;
  for (const Method& m : graph::methods()) names += concat(names.empty() ? "" : ", ", m.function);
  throw InvalidInput(concat("explain_graph: there is no algorithm \"", name, "\""), concat("There are ", names, "."));
}

// With the usual arguments, and the graph's weights.
CrewSize crew_of(const Graph& graph, std::string_view name) {
#define BY_WORKERS(function, work) \
  if (name == #function) return crew_for(graph, work);
#include "graph/registry.def"
  return {0, "this algorithm runs in one process"};
}

struct Item {
  std::string item, value;
};

std::string counted(double count) { return concat(static_cast<std::int64_t>(count)); }

std::vector<Item> explained(const Graph& graph, std::string_view name) {
  const Method& method = method_named(name);
  const CrewSize crew = crew_of(graph, name);
  return {
      {"graph", mapped_graph_with(graph.out.offsets.data()) ? "named, in shared memory" : "in this session's memory"},
      {"vertices", counted(static_cast<double>(graph.vertices()))},
      {"entries of lists", counted(static_cast<double>(graph.out.edges()))},
      {"bytes of the graph", counted(static_cast<double>(graph::packed_size(graph)))},
      {"kernel", method.how},
      {"lists made for the call", made_lists(graph, method.lists).what},
      {"bytes beside the graph", counted(bytes_beside(graph, method))},
      {"parallel workers", counted(crew.workers)},
      {"reason", crew.reason},
  };
}

Datum explain_graph(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  const char* const name = text_to_cstring(PG_GETARG_TEXT_PP(1));
  return guarded([&] { return return_rows(fcinfo, explained(graph, name)); });
}

struct ListedMethod {
  std::string algorithm, method, lists;
  double bytes_per_vertex, bytes_per_entry;
};

const char* name_of(graph::ListsRead lists) {
  switch (lists) {
    case graph::ListsRead::out:
      return "out";
    case graph::ListsRead::in:
    case graph::ListsRead::in_plain:
      return "in";
    case graph::ListsRead::simple:
      return "simple";
    default:
      return "both";
  }
}

Datum graph_algorithms(FunctionCallInfo fcinfo) {
  return guarded([&] {
    std::vector<ListedMethod> listed;
    for (const Method& m : graph::methods())
      listed.push_back({m.function, m.how, name_of(m.lists), m.per_vertex, m.per_entry});
    return return_rows(fcinfo, listed);
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_graph_algorithms, quern::pg::graph_algorithms)

QUERN_EXPORT(quern_explain_graph, quern::pg::explain_graph)
