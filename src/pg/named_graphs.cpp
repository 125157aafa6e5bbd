#include "pg/named_graphs.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "graph/summary.hpp"
#include "graph/packed.hpp"
#include "pg/entry.hpp"
#include "pg/graph_definitions.hpp"
#include "pg/graph_query.hpp"

extern "C" {
#include <catalog/pg_authid.h>
#include <commands/dbcommands.h>
#include <tcop/utility.h>
#include <utils/acl.h>
#include <utils/timestamp.h>
}

namespace quern::pg {

namespace {

struct NameOptions {
  bool text_ids = false;

  static constexpr auto options = std::tuple{Option("text_ids", &NameOptions::text_ids)};
};

[[noreturn]] void refuse(int sqlstate, const std::string& message, const std::string& hint = "") {
  call([&] {
    ereport(ERROR, (errcode(sqlstate), errmsg("%s", message.c_str()), hint.empty() ? 0 : errhint("%s", hint.c_str())));
  });
  __builtin_unreachable();
}

[[noreturn]] void refuse_unknown(std::string_view name) {
  refuse(ERRCODE_UNDEFINED_OBJECT, concat("graph \"", name, "\" does not exist"),
         "The view quern.graphs lists those that there are; quern.graph_create(name, query) makes one.");
}

[[noreturn]] void refuse_rights(std::string_view name, bool to_read) {
  refuse(ERRCODE_INSUFFICIENT_PRIVILEGE,
         concat(to_read ? "permission denied for graph \"" : "must be owner of graph \"", name, "\""),
         to_read ? concat("Its owner can give it: quern.graph_grant('", name, "', role).") : "");
}

// --- the query of a graph --------------------------------------------------------------------------------------------

// The schemas that names are looked up in now, as a setting; temporary tables last. May ereport.
const char* current_path() {
  StringInfoData path;
  initStringInfo(&path);
  ListCell* cell;
  foreach (cell, fetch_search_path(false)) {
    const Oid schema = lfirst_oid(cell);
    const char* const name = isAnyTempNamespace(schema) ? nullptr : get_namespace_name(schema);
    if (name) appendStringInfo(&path, "%s, ", quote_identifier(name));
  }
  appendStringInfoString(&path, "pg_temp");
  return path.data;
}

// While this lives, names mean what they meant when the graph was created.
class UnderPath {
 public:
  explicit UnderPath(const char* path) {
    call([&] {
      level_ = NewGUCNestLevel();
      set_config_option("search_path", path, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    });
  }
  ~UnderPath() {
    try {
      call([&] { AtEOXact_GUC(true, level_); });
    } catch (const ServerError& error) {
      call([&] { FreeErrorData(error.data); });
    }
  }
  UnderPath(const UnderPath&) = delete;

 private:
  int level_ = 0;
};

// While this lives, errors tell which graph is being made.
class Making {
 public:
  explicit Making(const char* name) : callback_{error_context_stack, tell, const_cast<char*>(name)} {
    error_context_stack = &callback_;
  }
  ~Making() { error_context_stack = callback_.previous; }
  Making(const Making&) = delete;

 private:
  static void tell(void* name) { errcontext("making graph \"%s\"", static_cast<const char*>(name)); }

  ErrorContextCallback callback_;
};

// A temporary table among what the plan reads, or null. May ereport.
const char* temporary_table(const PlannedStmt* plan) {
  ListCell* cell;
  foreach (cell, plan->relationOids)
    if (get_rel_persistence(lfirst_oid(cell)) == RELPERSISTENCE_TEMP) return get_rel_name(lfirst_oid(cell));
  return nullptr;
}

struct Recipe {
  graph::GraphOptions graph;
  KeepOptions keep;
  NameOptions name;

  Recipe(const char* function, const char* text) { read_options(function, text, graph, keep, name); }
  IdKind ids() const { return name.text_ids ? IdKind::text : IdKind::number; }
};

// The graph of a definition, from what its query gives now.
class Remade {
 public:
  Remade(const char* function, const GraphDefinition& definition)
      : recipe_(function, definition.options),
        making_(definition.name),
        path_(definition.search_path),
        scan_(function, definition.query, recipe_.ids()) {
    facts_.sources = call([&] { return sources_of(scan_.plan()); });
    if (IsolationUsesXactSnapshot()) facts_.sources.tables = GraphSources::most + 1;  // the rows are older
    facts_.built_at = GetCurrentTimestamp();
  }

  // Runs the query.
  void make() {
    graph_.emplace(scan_, recipe_.graph.build_options(), recipe_.keep);
    size_ = graph::packed_size(graph_->view());
    facts_.vertices = static_cast<std::int64_t>(graph_->view().vertices());
    facts_.edges = graph::edge_count(graph_->view());
  }
  std::size_t size() const { return size_; }
  void pack(std::byte* to) const { graph::pack(graph_->view(), to); }

  MappedGraph share(const GraphKey& key, NewGraph::Until until) const {
    NewGraph shared(key, size_);
    pack(shared.bytes());
    return shared.keep(facts_, until);
  }

  PlannedStmt* plan() const { return scan_.plan(); }
  const GraphFacts& facts() const { return facts_; }

 private:
  Recipe recipe_;
  Making making_;
  UnderPath path_;
  EdgeScan scan_;
  std::optional<MadeGraph> graph_;
  std::size_t size_ = 0;
  GraphFacts facts_;
};

// --- making it again -------------------------------------------------------------------------------------------------

// A definition that was replaced meanwhile is that of this transaction's snapshot alone.
bool is_current(const GraphDefinition& definition) {
  GraphDefinition now;
  return read_definition(definition.name, AsOf::now, now) && now.key == definition.key;
}

MappedGraph make_again(const GraphDefinition& definition) {
  RecyclingArena arena(CurrentMemoryContext);
  BornIn scope(arena);
  Remade remade("graph_refresh", definition);
  const bool for_all = call([&] {
    return !IsParallelWorker() && !TransactionIdIsValid(GetTopTransactionIdIfAny()) &&
           !temporary_table(remade.plan()) && GetUserId() == definition.owner;
  });
  remade.make();
  if (for_all && is_current(definition)) return remade.share(definition.key, NewGraph::Until::freed);
  std::byte* const bytes = make_private(remade.size());
  remade.pack(bytes);
  return keep_private(definition.key, bytes, remade.size());
}

// --- functions -------------------------------------------------------------------------------------------------------

// Those of databases that are gone, and of this one that no definition names any more.
void sweep() {
  const std::vector<GraphKey> keys = published_graphs();
  if (keys.empty()) return;
  const std::vector<GraphDefinition> known = all_definitions(AsOf::now);
  const Oid table = definitions_table();
  for (const GraphKey& key : keys) {
    const bool gone =
        key.database != MyDatabaseId ? call([&] { return get_database_name(key.database) == nullptr; })
        : key.definitions != table
            ? true
            : std::none_of(known.begin(), known.end(), [&](const GraphDefinition& row) { return row.key == key; });
    if (gone) free_graph(key);
  }
}

void refuse_temporary(const char* function, const PlannedStmt* plan) {
  if (const char* const table = call([&] { return temporary_table(plan); }))
    throw InvalidInput(
        concat(function, ": the query reads the temporary table \"", table, "\", which other sessions do not have"),
        "Name a permanent table, or make a value: quern.graph_of(query).");
}

// Makes the graph of the definition under a new key, and says so in it.
void make_new(const char* function, GraphDefinition& definition) {
  RecyclingArena arena(CurrentMemoryContext);
  BornIn scope(arena);
  sweep();
  set_new_key(definition);
  Remade remade(function, definition);
  refuse_temporary(function, remade.plan());
  remade.make();
  remade.share(definition.key, NewGraph::Until::aborted);
  definition.built_at = remade.facts().built_at;
  definition.vertices = remade.facts().vertices;
  definition.edges = remade.facts().edges;
  definition.bytes = static_cast<std::int64_t>(remade.size());
}

// May ereport.
void prevent_where_nothing_is_written(const char* function) {
  PreventCommandIfReadOnly(function);
  PreventCommandIfParallelMode(function);
}

const char* text_argument(FunctionCallInfo fcinfo, int arg) { return text_to_cstring(PG_GETARG_TEXT_PP(arg)); }

// That the caller may change, and nobody else does until the transaction ends.
GraphDefinition locked(const char* name) {
  GraphDefinition definition;
  if (!lock_definition(name, definition)) refuse_unknown(name);
  if (!owns(definition)) refuse_rights(name, false);
  return definition;
}

Datum graph_create(FunctionCallInfo fcinfo) {
  prevent_where_nothing_is_written("quern.graph_create()");
  GraphDefinition definition;
  definition.name = text_argument(fcinfo, 0);
  definition.query = text_argument(fcinfo, 1);
  Jsonb* const json = PG_GETARG_JSONB_P(2);
  definition.options = JsonbToCString(nullptr, &json->root, VARSIZE(json));
  definition.owner = GetUserId();
  definition.search_path = current_path();
  return guarded([&] {
    const std::string_view name = definition.name;
    const std::size_t begin = name.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || name[begin] == '{' || name.size() > 200)
      throw InvalidInput(concat("graph_create: \"", name.substr(0, 200), "\" is no name of a graph"),
                         "A name has 1 to 200 bytes, and does not begin with {, as the text form of a graph does.");
    if (GraphDefinition other; read_definition(name, AsOf::now, other))
      refuse(ERRCODE_DUPLICATE_OBJECT, concat("graph \"", name, "\" already exists"),
             "quern.graph_refresh(name) makes it anew, quern.graph_drop(name) removes it.");
    make_new("graph_create", definition);
    insert_definition(definition);
    return Int64GetDatum(definition.edges);
  });
}

Datum graph_refresh(FunctionCallInfo fcinfo) {
  prevent_where_nothing_is_written("quern.graph_refresh()");
  const char* const name = text_argument(fcinfo, 0);
  return guarded([&] {
    GraphDefinition definition = locked(name);
    // Rows read with the rights of others would be the owner's from then on.
    if (definition.owner != GetUserId())
      refuse(ERRCODE_INSUFFICIENT_PRIVILEGE, concat("must be owner of graph \"", name, "\" to make it anew"),
             "Its rows would be read with your rights and be the owner's from then on. SET ROLE to the owner.");
    const GraphKey old = definition.key;
    make_new("graph_refresh", definition);
    update_revision(definition);
    free_at_commit(old);
    return Int64GetDatum(definition.edges);
  });
}

Datum graph_drop(FunctionCallInfo fcinfo) {
  prevent_where_nothing_is_written("quern.graph_drop()");
  const char* const name = text_argument(fcinfo, 0);
  return guarded([&] {
    const GraphDefinition definition = locked(name);
    delete_definition(name);
    free_at_commit(definition.key);
    return Datum{0};
  });
}

template <auto change>
Datum change_reader(FunctionCallInfo fcinfo) {
  prevent_where_nothing_is_written("quern.graph_grant()");
  const char* const name = text_argument(fcinfo, 0);
  const char* const role = text_argument(fcinfo, 1);
  return guarded([&] {
    locked(name);
    const Oid reader =
        std::string_view(role) == "public" ? InvalidOid : call([&] { return get_role_oid(role, false); });
    change(name, reader);
    return Datum{0};
  });
}

}  // namespace

MappedGraph find_named_graph(std::string_view name) {
  GraphDefinition definition;
  if (!read_definition(name, AsOf::statement, definition)) refuse_unknown(name);
  if (!may_read(definition)) refuse_rights(name, true);
  if (const auto found = find_graph(definition.key)) return *found;
  return make_again(definition);
}

std::span<const std::byte> named_graph(std::string_view name) {
  MappedGraph graph;
  guarded([&] {
    graph = find_named_graph(name);
    return Datum{0};
  });
  return {graph.bytes, graph.size};
}

}  // namespace quern::pg

QUERN_EXPORT(quern_graph_create, quern::pg::graph_create)
QUERN_EXPORT(quern_graph_refresh, quern::pg::graph_refresh)
QUERN_EXPORT(quern_graph_drop, quern::pg::graph_drop)
QUERN_EXPORT(quern_graph_grant, quern::pg::change_reader<quern::pg::add_reader>)
QUERN_EXPORT(quern_graph_revoke, quern::pg::change_reader<quern::pg::remove_reader>)
