// Graphs that lie in shared memory under a name, for all sessions.
#pragma once

#include <span>
#include <string_view>

#include "pg/postgres.hpp"

namespace quern::pg {

// The bytes of the graph of that name (graph/packed.hpp), which stay where they are as long as the statement runs. An
// ERROR if there is none that the user may read. May ereport.
std::span<const std::byte> named_graph(std::string_view name);

}  // namespace quern::pg
