// The rows of quern.graphs, and how much was written to the tables of a graph since it was made.
//
// Rows written are those that the server's statistics count: this session's own at once, those of others when they have
// reported, which they do within seconds; rolled back ones too. A table whose file is another (TRUNCATE, VACUUM FULL,
// CLUSTER) has changed by an unknown number of rows.
#include <optional>
#include <string>

#include "base/split_mix.hpp"
#include "pg/entry.hpp"
#include "pg/graph_definitions.hpp"
#include "pg/named_graphs.hpp"
#include "pg/rows.hpp"

extern "C" {
#include <utils/fmgrprotos.h>
}

namespace quern::pg {

namespace {

struct ListRow {
  std::string name;
  std::optional<std::string> owner;
  std::string query, options, readers;
  std::int64_t vertices = 0, edges = 0, bytes = 0, built_at = 0;  // timestamptz
  bool in_memory = false;
  std::optional<std::int64_t> changed_rows;
  std::optional<bool> stale;

  static constexpr std::array columns{"name",  "owner", "query",    "options",   "readers",      "vertices",
                                      "edges", "bytes", "built_at", "in_memory", "changed_rows", "stale"};
};

// May ereport.
std::int64_t written_rows(Oid table) {
  std::int64_t rows = 0;
  for (const PGFunction counter :
       {pg_stat_get_tuples_inserted, pg_stat_get_tuples_updated, pg_stat_get_tuples_deleted,
        pg_stat_get_xact_tuples_inserted, pg_stat_get_xact_tuples_updated, pg_stat_get_xact_tuples_deleted})
    rows += DatumGetInt64(DirectFunctionCall1(counter, ObjectIdGetDatum(table)));
  return rows;
}

void add_source(GraphSources& sources, Oid table) {
  HeapTuple const row = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
  if (row) {
    sources.files +=
        split_mix((std::uint64_t{table} << 32) | reinterpret_cast<Form_pg_class>(GETSTRUCT(row))->relfilenode);
    ReleaseSysCache(row);
  }
  sources.written_rows += written_rows(table);
}

ListRow row_of(const GraphDefinition& definition) {
  ListRow row;
  row.name = definition.name;
  const auto role_name = [](Oid role) { return call([&] { return GetUserNameFromId(role, true); }); };
  if (const char* const owner = role_name(definition.owner)) row.owner = owner;
  row.query = definition.query;
  row.options = definition.options;
  for (int i = 0; i < definition.reader_count; ++i) {
    const char* const reader = definition.readers[i] == InvalidOid ? "public" : role_name(definition.readers[i]);
    if (!reader) continue;
    if (!row.readers.empty()) row.readers += ", ";
    row.readers += reader;
  }
  row.vertices = definition.vertices;
  row.edges = definition.edges;
  row.bytes = definition.bytes;
  row.built_at = definition.built_at;
  const auto facts = facts_of_graph(definition.key);
  if (!facts) return row;
  row.in_memory = true;
  row.vertices = facts->vertices;
  row.edges = facts->edges;
  row.built_at = facts->built_at;
  const GraphSources& then = facts->sources;
  const GraphSources now = call([&] { return sources_now(then); });
  const std::int64_t changed = now.written_rows - then.written_rows;
  if (then.tables == 0 || then.tables > GraphSources::most) return row;
  if (now.files != then.files) {
    row.stale = true;
  } else if (changed >= 0) {  // else the counters were reset
    row.changed_rows = changed;
    row.stale = changed > 0;
  }
  return row;
}

Datum graph_list(FunctionCallInfo fcinfo) {
  return guarded([&] {
    std::vector<ListRow> rows;
    for (const GraphDefinition& definition : all_definitions(AsOf::statement))
      if (may_read(definition)) rows.push_back(row_of(definition));
    return return_rows(fcinfo, rows);
  });
}

}  // namespace

GraphSources sources_of(const PlannedStmt* plan) {
  GraphSources sources;
  ListCell* cell;
  foreach (cell, plan->relationOids) {
    const Oid table = lfirst_oid(cell);
    if (sources.tables < GraphSources::most) sources.relations[sources.tables] = table;
    ++sources.tables;
    add_source(sources, table);
  }
  return sources;
}

GraphSources sources_now(const GraphSources& then) {
  GraphSources now = then;
  now.files = 0;
  now.written_rows = 0;
  for (std::uint32_t i = 0; i < std::min<std::uint32_t>(then.tables, GraphSources::most); ++i)
    add_source(now, then.relations[i]);
  return now;
}

}  // namespace quern::pg

QUERN_EXPORT(quern_graph_list, quern::pg::graph_list)
