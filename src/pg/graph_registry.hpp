// Named graphs in memory that every session sees: which revisions there are, and the bytes of each.
//
// A graph is one pinned DSM segment, so it may be as large as memory; a shared table (shared_table.hpp) lists them. A
// revision has a random key of 128 bits, which stands in the row of its definition: who sees the row knows the key, so
// the visibility of rows decides which revision a transaction finds, and nobody finds one that is not committed. What a
// transaction made is freed if it aborts, subtransactions and terminated sessions included; what it replaced is freed
// if it commits. A segment stays mapped in a session until the session ends, or the graph has gone and a transaction
// ends; its memory is returned when the last session has let go.
//
// Where it breaks: without shared memory, which is an error for who makes a graph; and no more graphs at once than the
// table has entries, or the server segments (64 and 2 for each connection, trainings and parallel queries included).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "pg/postgres.hpp"

namespace quern::pg {

// quern.graph_memory, in kB.
inline constinit int graph_memory = 1024 * 1024;

struct GraphKey {
  Oid database = InvalidOid;
  Oid definitions = InvalidOid;  // the table: another one if the extension was created anew
  Oid owner = InvalidOid;        // a row that somebody forged, with the key of another graph, finds nothing
  std::uint32_t name_size = 0;
  std::uint64_t name_hash = 0;
  std::uint64_t revision[2] = {};

  bool operator==(const GraphKey&) const = default;
};

// What the rows of a graph were when it was made: which tables they came from, and how much had been written to them.
struct GraphSources {
  static constexpr std::size_t most = 24;

  std::uint32_t tables = 0;  // more than `most`: not known
  Oid relations[most] = {};
  std::uint64_t files = 0;        // a hash of their files' numbers
  std::int64_t written_rows = 0;  // in all of them
};

struct GraphFacts {
  std::int64_t vertices = 0, edges = 0;
  TimestampTz built_at = 0;
  GraphSources sources;
};

// Valid until the transaction ends.
struct MappedGraph {
  const std::byte* bytes = nullptr;
  std::size_t size = 0;
  dsm_handle segment = 0;  // of parallel workers; 0: they cannot map it
};

// All of these are to be called inside guarded().

// Nothing if it is not in memory.
std::optional<MappedGraph> find_graph(const GraphKey& key);
// The graph that this session has mapped where `within` points.
std::optional<MappedGraph> mapped_graph_with(const void* within);
std::optional<GraphFacts> facts_of_graph(const GraphKey& key);

// Memory for a graph that is being made. Others may have to go for it.
class NewGraph {
 public:
  // Throws InvalidInput (limit_exceeded) beyond quern.graph_memory, ServerError if there is no shared memory.
  NewGraph(const GraphKey& key, std::size_t size);
  // Frees it unless it was kept.
  ~NewGraph();
  NewGraph(const NewGraph&) = delete;

  std::byte* bytes() const { return bytes_; }
  // From now on it is found by its key: for good at once, or if the transaction commits.
  enum class Until { aborted, freed };
  MappedGraph keep(const GraphFacts& facts, Until until);

 private:
  void forget();

  std::uint32_t entry_ = 0;
  std::uint64_t generation_ = 0;
  dsm_segment* segment_ = nullptr;
  std::byte* bytes_ = nullptr;
  std::size_t size_;
  bool kept_ = false;
};

// The graph goes if the transaction commits: it has been replaced or dropped.
void free_at_commit(const GraphKey& key);

// All that are for good, in all databases; and how to be rid of one.
std::vector<GraphKey> published_graphs();
void free_graph(const GraphKey& key);

// A graph of this transaction's alone: which nobody else may see, or which there is no shared memory for. Found from
// keep_private() on, until the transaction or a subtransaction aborts or the transaction ends.
std::byte* make_private(std::size_t size);
MappedGraph keep_private(const GraphKey& key, const std::byte* bytes, std::size_t size);

}  // namespace quern::pg
