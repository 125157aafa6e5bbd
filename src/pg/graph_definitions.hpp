// The rows of quern.graph_definitions: what named graphs are made of, and who may do what.
//
// Nobody but the owner of the extension has rights on the table. It is read here by scans that ask for none, and
// written by a few fixed statements as the table's owner, as triggers of foreign keys do; what the caller may do is
// checked by who calls.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pg/graph_registry.hpp"
#include "pg/postgres.hpp"

namespace quern::pg {

// Texts and readers lie in the memory context that was current as it was read.
struct GraphDefinition {
  GraphKey key;
  const char* name = nullptr;
  Oid owner = InvalidOid;
  const char *query = nullptr, *options = nullptr, *search_path = nullptr;
  const Oid* readers = nullptr;  // InvalidOid: everybody
  int reader_count = 0;
  TimestampTz built_at = 0;
  std::int64_t vertices = 0, edges = 0, bytes = 0;
};

// All of these are to be called inside guarded().

// As of the calling statement's snapshot, or as of now: what is committed, and this transaction's own. False if there
// is none.
enum class AsOf { statement, now };
bool read_definition(std::string_view name, AsOf as_of, GraphDefinition& definition);
std::vector<GraphDefinition> all_definitions(AsOf as_of);

// The same as read_definition(now), and nobody else changes it until the transaction ends.
bool lock_definition(std::string_view name, GraphDefinition& definition);

// Throws ServerError if there is one of that name.
void insert_definition(const GraphDefinition& definition);
// Another revision, and what is said of it.
void update_revision(const GraphDefinition& definition);
void delete_definition(std::string_view name);
void add_reader(std::string_view name, Oid role);
void remove_reader(std::string_view name, Oid role);

// The table, and a key of a new revision that nobody can guess.
Oid definitions_table();
void set_new_key(GraphDefinition& definition);

// May the current user change it; may he read it?
bool owns(const GraphDefinition& definition);
bool may_read(const GraphDefinition& definition);

}  // namespace quern::pg
