#include "pg/graph_query.hpp"

#include "pg/entry.hpp"
#include "pg/graph.hpp"

namespace quern::pg {

MadeGraph::MadeGraph(const EdgeScan& scan, const graph::BuildOptions& options, const KeepOptions& keep)
    : made_(scan.read().build(options)), keeps_in_(keep.transpose && options.directed) {
  if (keeps_in_) in_ = graph::transpose(made_.out.view());
}

graph::Graph MadeGraph::view() const {
  graph::Graph graph = made_.view();
  if (keeps_in_) graph.in = in_.view();
  return graph;
}

namespace {

template <IdKind ids>
Datum graph_of(FunctionCallInfo fcinfo) {
  const char* const function = ids == IdKind::text ? "text_graph_of" : "graph_of";
  const char* const query = text_to_cstring(PG_GETARG_TEXT_PP(0));
  Jsonb* const json = PG_GETARG_JSONB_P(1);
  const char* const text = JsonbToCString(nullptr, &json->root, VARSIZE(json));
  return guarded([&] {
    RecyclingArena arena(CurrentMemoryContext);
    BornIn scope(arena);
    graph::GraphOptions options;
    KeepOptions keep;
    read_options(function, text, options, keep);
    const EdgeScan scan(function, query, ids);
    return graph_datum(MadeGraph(scan, options.build_options(), keep).view());
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_graph_of, quern::pg::graph_of<quern::pg::IdKind::number>)
QUERN_EXPORT(quern_text_graph_of, quern::pg::graph_of<quern::pg::IdKind::text>)
