#include "pg/graph_definitions.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>
#include <string>

#include "base/hash.hpp"
#include "pg/guard.hpp"

extern "C" {
#include <access/genam.h>
#include <access/stratnum.h>
#include <executor/spi.h>
#include <utils/acl.h>
#include <utils/fmgroids.h>
#include <utils/timestamp.h>
#include <utils/uuid.h>
}

namespace quern::pg {

namespace {

enum Column { name = 1, owner, query, options, search_path, readers, revision, built_at, vertices, edges, bytes };
constexpr Oid column_types[] = {TEXTOID, REGROLEOID,     TEXTOID, TEXTOID, TEXTOID, REGROLEARRAYOID,
                                UUIDOID, TIMESTAMPTZOID, INT8OID, INT8OID, INT8OID};
constexpr int columns = static_cast<int>(std::size(column_types));

// May ereport.
Oid schema_of_quern() { return get_namespace_oid("quern", false); }

Relation open_definitions() {
  const Oid table = get_relname_relid("graph_definitions", schema_of_quern());
  if (table == InvalidOid)
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("the table quern.graph_definitions is not there"),
                    errhint("Create the extension anew, or update it.")));
  Relation const relation = table_open(table, AccessShareLock);
  const TupleDesc row = RelationGetDescr(relation);
  bool fits = row->natts == columns;
  for (int i = 0; fits && i < columns; ++i)
    fits = !TupleDescAttr(row, i)->attisdropped && TupleDescAttr(row, i)->atttypid == column_types[i];
  if (!fits)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("the table quern.graph_definitions is not as this version of quern made it")));
  return relation;
}

// Without the revision.
GraphKey key_of(const GraphDefinition& definition, Oid table) {
  const std::string_view name = definition.name;
  return {MyDatabaseId, table, definition.owner, static_cast<std::uint32_t>(name.size()), hash_of_id(name), {}};
}

// May ereport.
GraphDefinition definition_of(HeapTuple row, TupleDesc type, Oid table) {
  Datum values[columns];
  bool nulls[columns];
  heap_deform_tuple(row, type, values, nulls);
  const auto string = [&](Column column) { return TextDatumGetCString(values[column - 1]); };
  GraphDefinition definition;
  definition.name = string(name);
  definition.owner = DatumGetObjectId(values[owner - 1]);
  definition.key = key_of(definition, table);
  std::memcpy(definition.key.revision, DatumGetUUIDP(values[revision - 1])->data, UUID_LEN);
  definition.query = string(query);
  definition.options = string(options);
  definition.search_path = string(search_path);
  Datum* elements;
  bool* element_nulls;
  deconstruct_array(DatumGetArrayTypeP(values[readers - 1]), REGROLEOID, sizeof(Oid), true, TYPALIGN_INT, &elements,
                    &element_nulls, &definition.reader_count);
  auto* const roles = static_cast<Oid*>(palloc(sizeof(Oid) * static_cast<std::size_t>(definition.reader_count + 1)));
  int n = 0;
  for (int i = 0; i < definition.reader_count; ++i)
    if (!element_nulls[i]) roles[n++] = DatumGetObjectId(elements[i]);
  definition.readers = roles;
  definition.reader_count = n;
  definition.built_at = DatumGetTimestampTz(values[built_at - 1]);
  definition.vertices = DatumGetInt64(values[vertices - 1]);
  definition.edges = DatumGetInt64(values[edges - 1]);
  definition.bytes = DatumGetInt64(values[bytes - 1]);
  return definition;
}

// f for each row, of that name if there is one. May ereport.
template <class F>
void scan_definitions(const text* only, AsOf as_of, F&& f) {
  Relation const table = open_definitions();
  const bool now = as_of == AsOf::now || !ActiveSnapshotSet();
  Snapshot const snapshot = !now                 ? RegisterSnapshot(GetActiveSnapshot())
                            : IsInParallelMode() ? SnapshotSelf  // no other can be had then
                                                 : RegisterSnapshot(GetLatestSnapshot());
  ScanKeyData key;
  if (only) ScanKeyInit(&key, name, BTEqualStrategyNumber, F_TEXTEQ, PointerGetDatum(only));
  const Oid index = only ? get_relname_relid("graph_definitions_pkey", schema_of_quern()) : InvalidOid;
  SysScanDesc const scan = systable_beginscan(table, index, index != InvalidOid, snapshot, only ? 1 : 0, &key);
  while (HeapTuple const row = systable_getnext(scan))
    f(definition_of(row, RelationGetDescr(table), RelationGetRelid(table)));
  systable_endscan(scan);
  if (snapshot != SnapshotSelf) UnregisterSnapshot(snapshot);
  table_close(table, AccessShareLock);
}

const text* text_of(std::string_view name) {
  return cstring_to_text_with_len(name.data(), static_cast<int>(name.size()));
}

struct Argument {
  Oid type;
  Datum value;
};

// Runs a statement as the owner of the table; true if it gave or changed a row, the first of which f sees. May ereport.
template <std::size_t n, class F>
bool run_as_owner(const char* statement, const Argument (&arguments)[n], F&& f) {
  Relation const table = open_definitions();
  const Oid table_owner = table->rd_rel->relowner, table_id = RelationGetRelid(table);
  table_close(table, NoLock);
  Oid types[n];
  Datum values[n];
  for (std::size_t i = 0; i < n; ++i) {
    types[i] = arguments[i].type;
    values[i] = arguments[i].value;
  }
  Oid user;
  int context;
  GetUserIdAndSecContext(&user, &context);
  MemoryContext const outer = CurrentMemoryContext;
  SPI_connect();
  SetUserIdAndSecContext(table_owner, context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
  const int result = SPI_execute_with_args(statement, static_cast<int>(n), types, values, nullptr, false, 0);
  SetUserIdAndSecContext(user, context);
  if (result < 0) elog(ERROR, "quern.graph_definitions: %s", SPI_result_code_string(result));
  const bool any = SPI_processed > 0;
  if (any && SPI_tuptable) {
    MemoryContext const inner = MemoryContextSwitchTo(outer);
    f(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, table_id);
    MemoryContextSwitchTo(inner);
  }
  SPI_finish();
  MemoryContextSwitchTo(outer);
  return any;
}

template <std::size_t n>
bool run_as_owner(const char* statement, const Argument (&arguments)[n]) {
  return run_as_owner(statement, arguments, [](HeapTuple, TupleDesc, Oid) {});
}

pg_uuid_t uuid_of(const GraphKey& key) {
  pg_uuid_t uuid;
  static_assert(sizeof key.revision == UUID_LEN);
  std::memcpy(uuid.data, key.revision, UUID_LEN);
  return uuid;
}

void change_readers(const char* statement, std::string_view graph, Oid role) {
  call([&] {
    run_as_owner(statement, {{TEXTOID, PointerGetDatum(text_of(graph))}, {REGROLEOID, ObjectIdGetDatum(role)}});
  });
}

}  // namespace

bool read_definition(std::string_view graph, AsOf as_of, GraphDefinition& definition) {
  bool found = false;
  call([&] {
    scan_definitions(text_of(graph), as_of, [&](const GraphDefinition& row) {
      definition = row;
      found = true;
    });
  });
  return found;
}

std::vector<GraphDefinition> all_definitions(AsOf as_of) {
  struct Rows {
    GraphDefinition* first = nullptr;
    std::size_t count = 0, room = 0;
  } rows;
  call([&] {
    scan_definitions(nullptr, as_of, [&](const GraphDefinition& row) {
      if (rows.count == rows.room) {
        auto* const more = static_cast<GraphDefinition*>(palloc(sizeof row * (rows.room = 2 * rows.room + 16)));
        std::copy(rows.first, rows.first + rows.count, more);
        rows.first = more;
      }
      new (rows.first + rows.count++) GraphDefinition(row);
    });
  });
  return {rows.first, rows.first + rows.count};
}

bool lock_definition(std::string_view graph, GraphDefinition& definition) {
  return call([&] {
    return run_as_owner(
        "SELECT name, owner, query, options, search_path, readers, revision, built_at, vertices, edges, bytes "
        "FROM quern.graph_definitions WHERE name OPERATOR(pg_catalog.=) $1 FOR UPDATE",
        {{TEXTOID, PointerGetDatum(text_of(graph))}},
        [&](HeapTuple row, TupleDesc type, Oid table) { definition = definition_of(row, type, table); });
  });
}

void insert_definition(const GraphDefinition& definition) {
  call([&] {
    pg_uuid_t uuid = uuid_of(definition.key);
    run_as_owner(
        "INSERT INTO quern.graph_definitions (name, owner, query, options, search_path, readers, revision, built_at, "
        "vertices, edges, bytes) VALUES ($1, $2, $3, $4, $5, '{}', $6, $7, $8, $9, $10)",
        {{TEXTOID, CStringGetTextDatum(definition.name)},
         {REGROLEOID, ObjectIdGetDatum(definition.owner)},
         {TEXTOID, CStringGetTextDatum(definition.query)},
         {TEXTOID, CStringGetTextDatum(definition.options)},
         {TEXTOID, CStringGetTextDatum(definition.search_path)},
         {UUIDOID, UUIDPGetDatum(&uuid)},
         {TIMESTAMPTZOID, TimestampTzGetDatum(definition.built_at)},
         {INT8OID, Int64GetDatum(definition.vertices)},
         {INT8OID, Int64GetDatum(definition.edges)},
         {INT8OID, Int64GetDatum(definition.bytes)}});
  });
}

void update_revision(const GraphDefinition& definition) {
  call([&] {
    pg_uuid_t uuid = uuid_of(definition.key);
    run_as_owner(
        "UPDATE quern.graph_definitions SET revision = $2, built_at = $3, vertices = $4, edges = $5, bytes = $6 "
        "WHERE name OPERATOR(pg_catalog.=) $1",
        {{TEXTOID, CStringGetTextDatum(definition.name)},
         {UUIDOID, UUIDPGetDatum(&uuid)},
         {TIMESTAMPTZOID, TimestampTzGetDatum(definition.built_at)},
         {INT8OID, Int64GetDatum(definition.vertices)},
         {INT8OID, Int64GetDatum(definition.edges)},
         {INT8OID, Int64GetDatum(definition.bytes)}});
  });
}

void delete_definition(std::string_view graph) {
  call([&] {
    run_as_owner("DELETE FROM quern.graph_definitions WHERE name OPERATOR(pg_catalog.=) $1",
                 {{TEXTOID, PointerGetDatum(text_of(graph))}});
  });
}

void add_reader(std::string_view graph, Oid role) {
  change_readers(
      "UPDATE quern.graph_definitions SET readers = pg_catalog.array_append(pg_catalog.array_remove(readers, $2), $2) "
      "WHERE name OPERATOR(pg_catalog.=) $1",
      graph, role);
}

void remove_reader(std::string_view graph, Oid role) {
  change_readers(
      "UPDATE quern.graph_definitions SET readers = pg_catalog.array_remove(readers, $2) "
      "WHERE name OPERATOR(pg_catalog.=) $1",
      graph, role);
}

Oid definitions_table() {
  return call([&] {
    Relation const table = open_definitions();
    const Oid id = RelationGetRelid(table);
    table_close(table, AccessShareLock);
    return id;
  });
}

void set_new_key(GraphDefinition& definition) {
  definition.key = key_of(definition, definitions_table());
  call([&] {
    if (!pg_strong_random(definition.key.revision, sizeof definition.key.revision))
      ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not generate random values")));
  });
}

bool owns(const GraphDefinition& definition) {
  return call([&] { return has_privs_of_role(GetUserId(), definition.owner); });
}

bool may_read(const GraphDefinition& definition) {
  return call([&] {
    const Oid user = GetUserId();
    return has_privs_of_role(user, definition.owner) ||
           std::any_of(definition.readers, definition.readers + definition.reader_count,
                       [&](Oid role) { return role == InvalidOid || has_privs_of_role(user, role); });
  });
}

}  // namespace quern::pg
