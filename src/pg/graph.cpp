// The types quern.graph and quern.text_graph: text, binary, JSON and names.
#include "pg/graph.hpp"

extern "C" {
#include <mb/pg_wchar.h>
#include <port/pg_bswap.h>
}

#include <bit>

#include "base/text.hpp"
#include "graph/fault.hpp"
#include "graph/packed.hpp"
#include "graph/written.hpp"
#include "pg/computed.hpp"
#include "pg/large_values.hpp"
#include "pg/named_graphs.hpp"

namespace quern::pg {

namespace {

using graph::Graph;
using graph::Vertex;

std::span<const std::byte> whole(const void* datum) { return {static_cast<const std::byte*>(datum), VARSIZE(datum)}; }

// From C++ to an ERROR, where nothing has a destructor.
template <class F>
auto checked(F&& f) {
  decltype(f()) result{};
  guarded([&] {
    result = f();
    return Datum{0};
  });
  return result;
}

// Of the type that argument `arg` is declared as.
bool takes_texts(FunctionCallInfo fcinfo, int arg) {
  const Oid type = get_fn_expr_argtype(fcinfo->flinfo, arg);
  HeapTuple const tuple = type == InvalidOid ? nullptr : SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
  if (!tuple) return false;
  const bool texts = std::strcmp(NameStr(reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple))->typname), "text_graph") == 0;
  ReleaseSysCache(tuple);
  return texts;
}

const char* kind_of_ids(bool texts) { return texts ? "texts" : "numbers"; }

[[noreturn]] void refuse_ids(std::string_view name, bool texts) {
  const char* const copy = pnstrdup(name.data(), name.size());
  ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                  errmsg("the ids of graph \"%s\" are %s, not %s", copy, kind_of_ids(texts), kind_of_ids(!texts)),
                  errhint("Write %s::quern.%s.", quote_literal_cstr(copy), texts ? "text_graph" : "graph")));
  pg_unreachable();
}

// A value of the bytes that fill(to) writes, in memory of the context of the call. Inside guarded().
template <class F>
Datum varlena_of(std::pmr::memory_resource& memory, std::size_t size, const char* hint, F&& fill) {
  if (size > MaxAllocSize)
    throw InvalidInput(concat("graph: a value of ", size, " bytes is larger than PostgreSQL can hold, which is 1 GB"),
                       hint, Fault::limit_exceeded);
  auto* const datum = static_cast<std::byte*>(memory.allocate(size, MAXIMUM_ALIGNOF));
  SET_VARSIZE(datum, size);
  fill(datum);
  return PointerGetDatum(datum);
}

Datum name_datum(std::string_view name, bool texts) {
  Arena arena(CurrentMemoryContext);
  return varlena_of(arena, graph::packed_size(name), "", [&](std::byte* to) { graph::pack(name, texts, to); });
}

// JSON, or a name.
Datum graph_of_text(std::string_view text, bool texts) {
  return guarded([&] {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
      throw InvalidInput(
          "invalid text of quern.graph: nothing but white space",
          "A graph is written as {\"directed\": true, \"edges\": [[1, 2]]}, or as the name of a named graph.",
          Fault::malformed_text);
    if (text[begin] != '{') return name_datum(text, texts);
    RecyclingArena arena(CurrentMemoryContext);
    BornIn scope(arena);
    return graph_datum(graph::parse_graph(text, texts).view());
  });
}

template <bool texts>
Datum graph_in(FunctionCallInfo fcinfo) {
  return graph_of_text(PG_GETARG_CSTRING(0), texts);
}

template <bool texts>
Datum graph_from_text(FunctionCallInfo fcinfo) {
  const Bytes bytes = bytes_of(PG_GETARG_TEXT_PP(0));
  return graph_of_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, texts);
}

Datum graph_out(FunctionCallInfo fcinfo) {
  const auto bytes = whole(large_value(PG_GETARG_DATUM(0)));
  return guarded([&] {
    if (const auto name = graph::name_in(bytes)) return text_datum("quern.graph", std::string(*name));
    return text_datum("quern.graph", graph::print_graph(graph::unpacked(bytes)));
  });
}

// --- binary form -----------------------------------------------------------------------------------------------------
//
// In network byte order: int32 flags (packed_directed and so on). Of a name: its text. Of a graph: int64 vertices,
// int64 entries of lists; of each vertex its id (int64, or int32 length and text) and int64 number of neighbours; of
// each entry int32 its vertex, from 0; of each entry its float8 weight, if there are weights. The lists in are not
// sent.

Datum graph_send(FunctionCallInfo fcinfo) {
  const auto bytes = whole(large_value(PG_GETARG_DATUM(0)));
  StringInfoData message;
  pq_begintypsend(&message);
  const auto name = checked([&] { return graph::name_in(bytes); });
  if (name) {
    pq_sendint32(&message, graph::packed_name | (graph::packed_with_texts(bytes) ? graph::packed_text : 0));
    pq_sendtext(&message, name->data(), static_cast<int>(name->size()));
    PG_RETURN_BYTEA_P(pq_endtypsend(&message));
  }
  const Graph graph = checked([&] { return graph::unpacked(bytes); });
  const bool weighted = graph.out.weighted(), texts = graph.ids.are_text();
  pq_sendint32(&message, (graph.directed ? graph::packed_directed : 0u) | (weighted ? graph::packed_weighted : 0u) |
                             (texts ? graph::packed_text : 0u));
  pq_sendint64(&message, graph.vertices());
  pq_sendint64(&message, graph.out.edges());
  for (Vertex v = 0; v < graph.vertices(); ++v) {
    if (texts) {
      const std::string_view text = graph.ids.text(v);
      pq_sendcountedtext(&message, text.data(), static_cast<int>(text.size()), false);
    } else {
      pq_sendint64(&message, static_cast<std::uint64_t>(graph.ids.numbers[v]));
    }
    pq_sendint64(&message, graph.out.degree(v));
    if (v % 65536 == 0) CHECK_FOR_INTERRUPTS();
  }
  for (std::size_t e = 0; e < graph.out.edges(); ++e) {
    pq_sendint32(&message, graph.out.targets[e]);
    if (e % 65536 == 0) CHECK_FOR_INTERRUPTS();
  }
  for (std::size_t e = 0; e < graph.out.weights.size(); ++e) {
    pq_sendfloat8(&message, graph.out.weights[e]);
    if (e % 65536 == 0) CHECK_FOR_INTERRUPTS();
  }
  PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

[[noreturn]] void refuse_binary(const char* what) {
  ereport(ERROR,
          (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("invalid binary form of quern.graph: %s", what)));
  pg_unreachable();
}

struct Received {
  std::uint64_t vertices, entries;
  std::int64_t* numbers;
  std::uint64_t* text_ends;
  graph::Offset* offsets;
  Vertex* targets;
  double* weights;
  StringInfoData texts;
};

template <class T>
T* room_for(std::uint64_t count) {
  return static_cast<T*>(MemoryContextAllocExtended(CurrentMemoryContext, (count + 1) * sizeof(T), MCXT_ALLOC_HUGE));
}

// May ereport. Sizes are bounded by what is left of the message before there is memory for them.
Received receive(StringInfo message, bool weighted, bool texts) {
  Received r{};
  const auto left = [&] { return static_cast<std::uint64_t>(message->len - message->cursor); };
  if (left() < 16) refuse_binary("it is cut short");
  r.vertices = static_cast<std::uint64_t>(pq_getmsgint64(message));
  r.entries = static_cast<std::uint64_t>(pq_getmsgint64(message));
  if (r.vertices > left() / (texts ? 12 : 16) || r.entries > left() / (weighted ? 12 : 4))
    refuse_binary("it is cut short");
  r.numbers = room_for<std::int64_t>(texts ? 0 : r.vertices);
  r.text_ends = room_for<std::uint64_t>(texts ? r.vertices : 0);
  r.offsets = room_for<graph::Offset>(r.vertices + 1);
  r.targets = room_for<Vertex>(r.entries);
  r.weights = room_for<double>(weighted ? r.entries : 0);
  initStringInfo(&r.texts);
  r.offsets[0] = 0;
  for (std::uint64_t v = 0; v < r.vertices; ++v) {
    if (texts) {
      int size;
      if (left() < 4) refuse_binary("it is cut short");
      const int length = static_cast<int>(pq_getmsgint(message, 4));
      if (length < 0 || static_cast<std::uint64_t>(length) + 8 > left()) refuse_binary("it is cut short");
      const char* const text = pq_getmsgtext(message, length, &size);
      appendBinaryStringInfo(&r.texts, text, size);
      r.text_ends[v] = static_cast<std::uint64_t>(r.texts.len);
    } else {
      r.numbers[v] = pq_getmsgint64(message);
    }
    const auto degree = static_cast<std::uint64_t>(pq_getmsgint64(message));
    if (degree > r.entries - r.offsets[v]) refuse_binary("lists are longer than all entries");
    r.offsets[v + 1] = r.offsets[v] + degree;
    if (v % 65536 == 0) CHECK_FOR_INTERRUPTS();
  }
  if (r.offsets[r.vertices] != r.entries || left() != r.entries * (weighted ? 12 : 4))
    refuse_binary("the number of bytes does not fit the lists");
  for (std::uint64_t e = 0; e < r.entries; ++e) {
    r.targets[e] = pq_getmsgint(message, 4);
    if (e % 65536 == 0) CHECK_FOR_INTERRUPTS();
  }
  for (std::uint64_t e = 0; weighted && e < r.entries; ++e) {
    r.weights[e] = pq_getmsgfloat8(message);
    if (e % 65536 == 0) CHECK_FOR_INTERRUPTS();
  }
  return r;
}

template <bool texts>
Datum graph_recv(FunctionCallInfo fcinfo) {
  auto* const message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  if (message->len - message->cursor < 4) refuse_binary("it is cut short");
  const std::uint32_t flags = pq_getmsgint(message, 4);
  if (static_cast<bool>(flags & graph::packed_text) != texts)
    refuse_binary(texts ? "its ids are numbers" : "its ids are texts");
  if ((flags & ~graph::packed_text) == graph::packed_name) {
    int size;
    const char* const name = pq_getmsgtext(message, message->len - message->cursor, &size);
    return guarded([&] { return name_datum({name, static_cast<std::size_t>(size)}, texts); });
  }
  constexpr std::uint32_t known = graph::packed_directed | graph::packed_weighted | graph::packed_text;
  if (flags & ~known) refuse_binary("unknown flags");
  const Received r = receive(message, flags & graph::packed_weighted, texts);
  return guarded([&] {
    RecyclingArena arena(CurrentMemoryContext);
    BornIn scope(arena);
    Graph graph;
    graph.directed = flags & graph::packed_directed;
    graph.out = {{r.offsets, r.vertices + 1}, {r.targets, r.entries}, {}};
    if (flags & graph::packed_weighted) graph.out.weights = {r.weights, r.entries};
    graph.ids.of_texts = texts;
    if (texts) {
      graph.ids.text_ends = {r.text_ends, r.vertices};
      graph.ids.texts = {r.texts.data, static_cast<std::size_t>(r.texts.len)};
    } else {
      graph.ids.numbers = {r.numbers, r.vertices};
    }
    if (const char* const fault = graph::fault_of(graph))
      throw InvalidInput(concat("invalid binary form of quern.graph: ", fault), {}, Fault::malformed_binary);
    return graph_datum(graph);
  });
}

}  // namespace

graph::Graph read_graph(FunctionCallInfo fcinfo, int arg) {
  auto bytes = whole(large_argument(fcinfo, arg));
  const bool texts = takes_texts(fcinfo, arg);
  const auto name = checked([&] { return graph::name_in(bytes); });
  if (name) bytes = named_graph(*name);
  const Graph graph = checked([&] { return graph::unpacked(bytes); });
  const bool has_texts = graph::packed_with_texts(bytes);
  if (name && has_texts != texts) refuse_ids(*name, has_texts);
  return graph;
}

Datum graph_datum(const Graph& graph) {
  const std::size_t size = graph::packed_size(graph);
  return varlena_of(*std::pmr::get_default_resource(), size,
                    "Keep it in shared memory: quern.graph_create(name, query).",
                    [&](std::byte* to) { graph::pack(graph, to); });
}

Datum id_datum(const graph::Ids& ids, Vertex v) {
  if (!ids.are_text()) return Int64GetDatum(ids.numbers[v]);
  const std::string_view text = ids.text(v);
  return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
}

namespace {

[[noreturn]] void refuse_vertex(const char* function, const char* id) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s: the graph has no vertex %s", function, id),
                  errhint("quern.vertices(graph) lists those that it has.")));
  pg_unreachable();
}

Vertex vertex_of(Datum id, bool texts, const Graph& graph, const char* function) {
  if (!texts) {
    const Vertex v = graph.ids.find(DatumGetInt64(id));
    if (v == graph::no_vertex) refuse_vertex(function, psprintf(INT64_FORMAT, DatumGetInt64(id)));
    return v;
  }
  const Bytes bytes = bytes_of(PG_DETOAST_DATUM_PACKED(id));
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  const Vertex v = graph.ids.find(text);
  if (v == graph::no_vertex)
    refuse_vertex(function,
                  psprintf("\"%.*s\"", static_cast<int>(std::min<std::size_t>(text.size(), 100)), text.data()));
  return v;
}

}  // namespace

Vertex read_vertex(FunctionCallInfo fcinfo, int arg, const Graph& graph, const char* function) {
  return vertex_of(PG_GETARG_DATUM(arg), get_fn_expr_argtype(fcinfo->flinfo, arg) == TEXTOID, graph, function);
}

std::span<const Vertex> read_vertices(FunctionCallInfo fcinfo, int arg, const Graph& graph, const char* function) {
  ArrayType* const array = PG_GETARG_ARRAYTYPE_P(arg);
  if (ARR_NDIM(array) > 1)
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                    errmsg("%s: arrays of vertices must be one-dimensional", function)));
  const bool texts = ARR_ELEMTYPE(array) == TEXTOID;
  Datum* elements;
  bool* nulls;
  int n;
  deconstruct_array(array, ARR_ELEMTYPE(array), texts ? -1 : 8, !texts && FLOAT8PASSBYVAL,
                    texts ? TYPALIGN_INT : TYPALIGN_DOUBLE, &elements, &nulls, &n);
  auto* const vertices = room_for<Vertex>(static_cast<std::uint64_t>(n));
  for (int i = 0; i < n; ++i)
    vertices[i] = nulls[i] ? graph::no_vertex : vertex_of(elements[i], texts, graph, function);
  return {vertices, static_cast<std::size_t>(n)};
}

GraphRows::GraphRows(FunctionCallInfo fcinfo, const graph::Ids& ids, std::size_t columns) : ids_(ids) {
  call([&] {
    sink_ = open_rows(fcinfo, columns);
    scratch_ = AllocSetContextCreate(CurrentMemoryContext, "quern rows", ALLOCSET_DEFAULT_SIZES);
  });
}

void GraphRows::rest() {
  MemoryContextReset(scratch_);
  CHECK_FOR_INTERRUPTS();
}

}  // namespace quern::pg

QUERN_EXPORT(graph_in, quern::pg::graph_in<false>)
QUERN_EXPORT(text_graph_in, quern::pg::graph_in<true>)
QUERN_EXPORT(graph_out, quern::pg::graph_out)
QUERN_EXPORT(graph_send, quern::pg::graph_send)
QUERN_EXPORT(graph_recv, quern::pg::graph_recv<false>)
QUERN_EXPORT(text_graph_recv, quern::pg::graph_recv<true>)
QUERN_EXPORT(graph_from_text, quern::pg::graph_from_text<false>)
QUERN_EXPORT(text_graph_from_text, quern::pg::graph_from_text<true>)
