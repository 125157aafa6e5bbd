// quern.pregel and quern.pregel_trace.
#include "graph/pregel.hpp"

#include "base/text.hpp"
#include "pg/computed.hpp"
#include "pg/graph.hpp"
#include "pg/prepared_expression.hpp"

namespace quern::pg {

namespace {

using graph::Graph;
using graph::Vertex;

struct Arguments {
  Graph graph;
  pregel::Program program;
  std::string_view options;
};

// May ereport.
Arguments read_arguments(FunctionCallInfo fcinfo) {
  const Graph graph = read_graph(fcinfo, 0);
  Reader<std::string_view> text;
  const pregel::Program program{text(fcinfo, 1), text(fcinfo, 2), text(fcinfo, 3), text(fcinfo, 4)};
  Jsonb* const json = PG_GETARG_JSONB_P(5);
  return {graph, program, JsonbToCString(nullptr, &json->root, VARSIZE(json))};
}

// Inside guarded().
pregel::Outcome run(const Arguments& arguments, pregel::Keep keep) {
  const auto options = parse_options<pregel::Options>("pregel", arguments.options);
  const auto elsewhere = [&](const pregel::Source& source) { return prepare(source, arguments.graph.ids); };
  pregel::Outcome outcome = pregel::run(arguments.graph, arguments.program, options, elsewhere, keep);
  if (!outcome.halted && options.halt != "never")
    call([&] {
      ereport(WARNING,
              (errmsg("pregel: %lld vertices have not voted to halt after %lld supersteps",
                      static_cast<long long>(outcome.supersteps.back().active),
                      static_cast<long long>(options.max_supersteps)),
               errhint("Raise max_supersteps, or say \"halt\": \"never\" where the number of supersteps is the end.")));
    });
  return outcome;
}

Datum pregel_values(FunctionCallInfo fcinfo) {
  const Arguments arguments = read_arguments(fcinfo);
  return filling_rows(fcinfo, [&] {
    const pregel::Outcome outcome = run(arguments, pregel::Keep::last_superstep);
    GraphRows(fcinfo, arguments.graph.ids, 2).fill(outcome.values.size(), [&](std::size_t v) {
      return std::tuple(AsId{static_cast<Vertex>(v)},
                        outcome.nulls[v] ? std::optional<double>() : std::optional<double>(outcome.values[v]));
    });
  });
}

Datum pregel_trace(FunctionCallInfo fcinfo) {
  const Arguments arguments = read_arguments(fcinfo);
  return filling_rows(fcinfo, [&] {
    const pregel::Outcome outcome = run(arguments, pregel::Keep::all_supersteps);
    GraphRows(fcinfo, arguments.graph.ids, 5).fill(outcome.supersteps.size(), [&](std::size_t i) {
      const pregel::Superstep& row = outcome.supersteps[i];
      return std::tuple(row.superstep, row.computed, row.active, row.messages, row.seconds);
    });
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(graph_pregel, quern::pg::pregel_values)
QUERN_EXPORT(graph_pregel_trace, quern::pg::pregel_trace)
