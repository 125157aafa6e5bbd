// quern.graph(src, dst [, weight] [, options]): edges, gathered in the memory of the aggregate, become a graph.
//
// The state is `internal`, unlike that of other aggregates: there is nothing to combine. Shipping edges from workers to
// the leader takes longer than to gather all of them in one process (measured: 18.5 M rows/s against 27), and a graph
// that is kept is a value of its own, whose quern.edges() go into another.
#include "base/options.hpp"
#include "graph/edge_rows.hpp"
#include "graph/graph_options.hpp"
#include "pg/arena.hpp"
#include "pg/entry.hpp"
#include "pg/graph.hpp"

namespace quern::pg {

namespace {

using graph::EdgeRows;

struct Gathered {
  Arena arena;
  std::optional<EdgeRows> rows;
  graph::BuildOptions options;

  explicit Gathered(MemoryContext context) : arena(context) {}
};

// Freed with the context of the aggregate, whose memory is all it has.
Gathered* new_state(FunctionCallInfo fcinfo, bool weighted, bool texts, std::string_view options) {
  MemoryContext aggregate;
  if (!AggCheckCallContext(fcinfo, &aggregate))
    elog(ERROR, "graph_accumulate called in a context that is no aggregate");
  auto* const state = new (MemoryContextAlloc(aggregate, sizeof(Gathered))) Gathered(aggregate);
  guarded([&] {
    BornIn scope(state->arena);
    state->rows.emplace(weighted, texts);
    state->options = graph::parse_build_options("graph", options);
    return Datum{0};
  });
  return state;
}

template <bool texts>
std::int64_t id_of(EdgeRows& rows, Datum value) {
  if constexpr (!texts) return DatumGetInt64(value);
  const Bytes bytes = bytes_of(DatumGetPointer(value));
  return rows.number_of({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// jsonb, or text, which is what a literal is where it might be a weight too.
std::string_view options_in(FunctionCallInfo fcinfo, int arg) {
  if (get_fn_expr_argtype(fcinfo->flinfo, arg) == TEXTOID) return text_to_cstring(PG_GETARG_TEXT_PP(arg));
  Jsonb* const json = PG_GETARG_JSONB_P(arg);
  return JsonbToCString(nullptr, &json->root, VARSIZE(json));
}

// (state, src, dst [, weight] [, options])
template <bool texts, bool weighted>
Datum graph_accumulate(FunctionCallInfo fcinfo) {
  Gathered* state = PG_ARGISNULL(0) ? nullptr : reinterpret_cast<Gathered*>(PG_GETARG_POINTER(0));
  if (!state) [[unlikely]] {
    constexpr int options = weighted ? 4 : 3;
    std::string_view text;
    if (PG_NARGS() > options && !PG_ARGISNULL(options)) text = options_in(fcinfo, options);
    state = new_state(fcinfo, weighted, texts, text);
  }
  const bool has_source = !PG_ARGISNULL(1), has_target = !PG_ARGISNULL(2);
  if (texts) {
    for (const int arg : {1, 2})
      if (!PG_ARGISNULL(arg)) fcinfo->args[arg].value = PointerGetDatum(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(arg)));
  }
  return guarded([&] {
    EdgeRows& rows = *state->rows;
    if (has_source && has_target) [[likely]] {
      if constexpr (weighted) {
        if (!PG_ARGISNULL(3)) {
          const std::int64_t source = id_of<texts>(rows, PG_GETARG_DATUM(1));
          rows.add(source, id_of<texts>(rows, PG_GETARG_DATUM(2)), PG_GETARG_FLOAT8(3));
        }
      } else {
        const std::int64_t source = id_of<texts>(rows, PG_GETARG_DATUM(1));
        rows.add(source, id_of<texts>(rows, PG_GETARG_DATUM(2)));
      }
    } else if (has_source || has_target) {
      rows.add_vertex(id_of<texts>(rows, PG_GETARG_DATUM(has_source ? 1 : 2)));
    }
    return PointerGetDatum(state);
  });
}

// The rows are used up: the aggregate is declared FINALFUNC_MODIFY = READ_WRITE.
Datum graph_final(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  auto* const state = reinterpret_cast<Gathered*>(PG_GETARG_POINTER(0));
  return guarded([&] {
    RecyclingArena arena(CurrentMemoryContext);
    BornIn scope(arena);
    return graph_datum(state->rows->build(state->options).view());
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(graph_accumulate, (quern::pg::graph_accumulate<false, false>))
QUERN_EXPORT(weighted_graph_accumulate, (quern::pg::graph_accumulate<false, true>))
QUERN_EXPORT(text_graph_accumulate, (quern::pg::graph_accumulate<true, false>))
QUERN_EXPORT(weighted_text_graph_accumulate, (quern::pg::graph_accumulate<true, true>))
QUERN_EXPORT(graph_final, quern::pg::graph_final)
