// quern.graph and quern.text_graph: the bytes of graph/packed.hpp as a varlena, read where they lie or where they were
// detoasted. A value may be but the name of a named graph, which is looked up when a function reads it.
#pragma once

#include <optional>
#include <tuple>

#include "graph/graph.hpp"
#include "pg/arena.hpp"
#include "pg/datum.hpp"
#include "pg/guard.hpp"
#include "pg/rows.hpp"

namespace quern::pg {

// The graph in argument `arg`, which is not NULL, as views that live as long as the call. An ERROR if ids are not of
// the kind that the type of the argument says.
graph::Graph read_graph(FunctionCallInfo fcinfo, int arg);

// A value of its own, in the memory where vectors are born, which is of the context of the call and may be up to twice the value. More than 1 GB is an
// error that names graph_create. Inside guarded().
Datum graph_datum(const graph::Graph& graph);

// The vertex whose id argument `arg` is, which is not NULL; an ERROR if there is none.
graph::Vertex read_vertex(FunctionCallInfo fcinfo, int arg, const graph::Graph& graph, const char* function);

// The vertices whose ids are in the array that argument `arg` is; NULLs are no vertices. An ERROR if one is not there.
std::span<const graph::Vertex> read_vertices(FunctionCallInfo fcinfo, int arg, const graph::Graph& graph,
                                             const char* function);

// May ereport.
Datum id_datum(const graph::Ids& ids, graph::Vertex v);

// Columns of a row. A vertex is written as its id, no_vertex as NULL.
struct AsId {
  graph::Vertex vertex;
};

namespace detail {

inline NullableDatum cell(const graph::Ids& ids, AsId id) {
  if (id.vertex == graph::no_vertex) return {0, true};
  return {id_datum(ids, id.vertex), false};
}
inline NullableDatum cell(const graph::Ids&, double value) { return {Float8GetDatum(value), false}; }
inline NullableDatum cell(const graph::Ids&, std::int64_t value) { return {Int64GetDatum(value), false}; }
inline NullableDatum cell(const graph::Ids&, bool value) { return {BoolGetDatum(value), false}; }
template <class T>
NullableDatum cell(const graph::Ids& ids, const std::optional<T>& optional) {
  return optional ? cell(ids, *optional) : NullableDatum{0, true};
}

}  // namespace detail

// Where rows of the function called go, one at a time. To be used inside guarded().
class GraphRows {
 public:
  GraphRows(FunctionCallInfo fcinfo, const graph::Ids& ids, std::size_t columns);
  ~GraphRows() = default;

  // put(row...) for whatever rows f gives it, in one crossing to the server. f must not throw and holds nothing with a
  // destructor.
  template <class F>
  void fill(F&& f) {
    call([&] {
      f([this](const auto&... cells) { put(cells...); });
      return 0;
    });
  }

  // f(i), a tuple of cells, for all i below n.
  template <class F>
  void fill(std::size_t n, F&& f) {
    fill([&](auto&& put) {
      for (std::size_t i = 0; i < n; ++i) std::apply(put, f(i));
    });
  }

 private:
  template <class... Cell>
  void put(const Cell&... cells) {
    if ((++rows_ & 1023) == 0) rest();
    MemoryContext const previous = MemoryContextSwitchTo(scratch_);
    const NullableDatum data[] = {detail::cell(ids_, cells)...};
    Datum values[sizeof...(Cell)];
    bool nulls[sizeof...(Cell)];
    for (std::size_t i = 0; i < sizeof...(Cell); ++i) {
      values[i] = data[i].value;
      nulls[i] = data[i].isnull;
    }
    MemoryContextSwitchTo(previous);
    tuplestore_putvalues(sink_.store, sink_.columns, values, nulls);
  }
  void rest();

  RowSink sink_{};
  const graph::Ids& ids_;
  MemoryContext scratch_ = nullptr;
  std::size_t rows_ = 0;
};

// f(), which fills the rows of a set-returning function, inside guarded(); vectors are born in the memory of the call.
template <class F>
Datum filling_rows(FunctionCallInfo fcinfo, F&& f) {
  fcinfo->isnull = true;
  return guarded([&] {
    RecyclingArena arena(CurrentMemoryContext);
    BornIn scope(arena);
    f();
    return Datum{0};
  });
}

}  // namespace quern::pg
