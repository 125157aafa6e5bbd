// Graphs that lie in shared memory under a name, for all sessions.
//
// A row of quern.graph_definitions says what the graph is made of, and by its key which bytes are the graph; so a
// transaction finds the graph of the row that it sees. A graph that is not in memory (the server was restarted, others
// needed the memory) is made again from its query, with the rights of who asks for it: for all sessions if that is the
// owner, in a transaction that has written nothing; else for the transaction alone, since others may see rows that the
// owner may not, and a transaction rows that are never committed.
#pragma once

#include <span>
#include <string_view>

#include "pg/graph_registry.hpp"
#include "pg/postgres.hpp"

namespace quern::pg {

// The bytes of the graph of that name (graph/packed.hpp), which stay where they are as long as the transaction runs.
// Throws ServerError if there is none, or none that the user may read. To be called inside guarded().
MappedGraph find_named_graph(std::string_view name);

// The same. May ereport.
std::span<const std::byte> named_graph(std::string_view name);

// How much has been written to the tables that the plan reads. May ereport.
GraphSources sources_of(const PlannedStmt* plan);
GraphSources sources_now(const GraphSources& then);

}  // namespace quern::pg
