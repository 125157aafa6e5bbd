#include "pg/graph_registry.hpp"

#include <algorithm>
#include <atomic>
#include <new>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/guard.hpp"
#include "pg/shared_table.hpp"

extern "C" {
#include <storage/procarray.h>
#include <utils/timestamp.h>
}

namespace quern::pg {

namespace {

constexpr char table_name[] = "quern graphs 1";  // another layout of Table needs another name

enum class Stage : std::int32_t {
  none,
  provisional,  // of a transaction in progress
  published,
  gone,  // its segment is unpinned; sessions may still have it mapped
};

struct Entry {
  GraphKey key;
  Stage stage = Stage::none;
  std::int32_t pid = 0;          // of a provisional one
  std::uint64_t generation = 0;  // how often the entry was taken
  dsm_handle segment = 0;        // 0: not there yet
  std::uint64_t bytes = 0;
  std::atomic<std::int32_t> users{0};  // sessions that have it mapped
  std::atomic<TimestampTz> last_used{0};
  GraphFacts facts;

  // Nobody has it mapped any more, or ever had.
  bool is_free() const { return stage == Stage::none || (stage == Stage::gone && users == 0); }
  bool is_there() const { return (stage == Stage::provisional || stage == Stage::published) && segment != 0; }
};

struct Table {
  LWLock lock;  // of all but `users` and `last_used`
  Entry entries[512];

  // The waits for it show in pg_stat_activity under this name.
  Table() { LWLockInitialize(&lock, LWTRANCHE_PARALLEL_QUERY_DSA); }
};

struct Mapping {
  GraphKey key;
  std::uint32_t entry = 0;
  std::uint64_t generation = 0;
  dsm_segment* segment = nullptr;
  MappedGraph graph;
  bool in_use = true;  // in this transaction
};

// What the end of a transaction decides.
struct Pending {
  std::uint32_t entry = 0;
  std::uint64_t generation = 0;
  SubTransactionId made_in = InvalidSubTransactionId;
  bool made = false;  // else it goes
};

struct PrivateGraph {
  GraphKey key;
  Oid user;  // with whose rights it was made
  MappedGraph graph;
};

struct Session {
  Table* table = nullptr;
  std::vector<Mapping> mappings;
  std::vector<Pending> pending;
  std::vector<PrivateGraph> private_graphs;
};
constinit Session* session = nullptr;

// Between these no error can be raised and no exception thrown.
class Locked {
 public:
  Locked(LWLock& lock, LWLockMode mode) : lock_(lock) { LWLockAcquire(&lock_, mode); }
  ~Locked() { LWLockRelease(&lock_); }
  Locked(const Locked&) = delete;

 private:
  LWLock& lock_;
};

// To be called under the lock. A segment that is not pinned was never made.
void let_go(Entry& entry) {
  if (entry.stage != Stage::provisional && entry.stage != Stage::published) return;
  entry.stage = Stage::gone;
  if (entry.segment != 0) dsm_unpin_segment(entry.segment);
}

// --- the end of a transaction ----------------------------------------------------------------------------------------

// What has gone is unmapped, but not what this transaction still reads.
void unmap_gone() {
  std::erase_if(session->mappings, [](const Mapping& mapping) {
    const Entry& entry = session->table->entries[mapping.entry];
    if (mapping.in_use || (entry.generation == mapping.generation && entry.stage != Stage::gone)) return false;
    dsm_detach(mapping.segment);
    return true;
  });
}

void settle(const Pending& pending, bool committed) {
  Entry& entry = session->table->entries[pending.entry];
  if (entry.generation != pending.generation) return;
  if (!pending.made) {
    if (committed) let_go(entry);
  } else if (!committed) {
    let_go(entry);
  } else if (entry.stage == Stage::provisional) {
    entry.stage = Stage::published;
  }
}

void end_transaction(XactEvent event, void*) {
  if (!session) return;
  if (event == XACT_EVENT_PRE_PREPARE && !session->pending.empty())
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("cannot PREPARE a transaction that has made, refreshed or dropped a named graph")));
  const bool committed = event == XACT_EVENT_COMMIT || event == XACT_EVENT_PARALLEL_COMMIT;
  if (!committed && event != XACT_EVENT_ABORT && event != XACT_EVENT_PARALLEL_ABORT && event != XACT_EVENT_PREPARE)
    return;
  session->private_graphs.clear();
  if (!session->table) return;
  if (!session->pending.empty()) {
    const Locked locked(session->table->lock, LW_EXCLUSIVE);
    // What was made and replaced in the same transaction goes, whichever comes first here.
    for (const Pending& pending : session->pending)
      if (pending.made) settle(pending, committed);
    for (const Pending& pending : session->pending)
      if (!pending.made) settle(pending, committed);
  }
  session->pending.clear();
  for (Mapping& mapping : session->mappings) mapping.in_use = false;
  unmap_gone();
}

void end_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void*) {
  if (!session) return;
  if (event == SUBXACT_EVENT_COMMIT_SUB) {
    for (Pending& pending : session->pending)
      if (pending.made_in == mine) pending.made_in = parent;
  } else if (event == SUBXACT_EVENT_ABORT_SUB) {
    session->private_graphs.clear();  // they may be of rows that are no more
    if (session->pending.empty()) return;
    const Locked locked(session->table->lock, LW_EXCLUSIVE);
    std::erase_if(session->pending, [&](const Pending& pending) {
      if (pending.made_in != mine) return false;
      settle(pending, false);
      return true;
    });
  }
}

// As a segment is unmapped, which the end of a process does too.
void leave(dsm_segment*, Datum entry) { session->table->entries[DatumGetUInt32(entry)].users.fetch_sub(1); }

// --- the table -------------------------------------------------------------------------------------------------------

Session& this_session() {
  if (!session) {
    call([] {
      RegisterXactCallback(end_transaction, nullptr);
      RegisterSubXactCallback(end_subtransaction, nullptr);
    });
    session = new Session;
  }
  return *session;
}

// Null if there is none.
Table* table(bool make) {
  Session& mine = this_session();
  if (!mine.table)
    mine.table = static_cast<Table*>(
        attach_shared_table(table_name, sizeof(Table), make, [](void* memory) { new (memory) Table(); }));
  return mine.table;
}

// That has the key and is there; to be called under the lock.
Entry* find_entry(Table& table, const GraphKey& key) {
  const auto found = std::find_if(std::begin(table.entries), std::end(table.entries),
                                  [&](const Entry& entry) { return entry.is_there() && entry.key == key; });
  return found == std::end(table.entries) ? nullptr : found;
}

// Counts one more user of an entry as long as this object lives, or for good.
struct Use {
  Entry* entry;

  ~Use() {
    if (entry) entry->users.fetch_sub(1);
  }
};

// The mapping of a segment that this session has just mapped or made, with a user who is counted.
MappedGraph remember(Session& mine, const GraphKey& key, Entry& entry, dsm_segment* segment, Use& use) {
  const auto index = static_cast<std::uint32_t>(&entry - mine.table->entries);
  mine.mappings.reserve(mine.mappings.size() + 1);
  call([&] { on_dsm_detach(segment, leave, UInt32GetDatum(index)); });
  use.entry = nullptr;
  call([&] { dsm_pin_mapping(segment); });
  const MappedGraph graph{static_cast<const std::byte*>(dsm_segment_address(segment)), entry.bytes, entry.segment};
  mine.mappings.push_back({key, index, entry.generation, segment, graph, true});
  return graph;
}

}  // namespace

std::optional<MappedGraph> find_graph(const GraphKey& key) {
  Session& mine = this_session();
  for (const PrivateGraph& graph : mine.private_graphs)
    if (graph.key == key && graph.user == GetUserId()) return graph.graph;
  call([] { unmap_gone(); });
  for (Mapping& mapping : mine.mappings)
    if (mapping.key == key) {
      mapping.in_use = true;
      mine.table->entries[mapping.entry].last_used = GetCurrentTimestamp();
      return mapping.graph;
    }
  Table* const shared = table(false);
  if (!shared) return {};
  Use use{nullptr};
  dsm_handle handle = 0;
  {
    const Locked locked(shared->lock, LW_SHARED);
    use.entry = find_entry(*shared, key);
    if (!use.entry) return {};
    use.entry->users.fetch_add(1);
    handle = use.entry->segment;
  }
  Entry& entry = *use.entry;
  dsm_segment* const segment = call([&] { return dsm_attach(handle); });
  if (!segment) return {};  // gone meanwhile
  entry.last_used = GetCurrentTimestamp();
  return remember(mine, key, entry, segment, use);
}

std::optional<MappedGraph> mapped_graph_with(const void* within) {
  if (!session) return {};
  const auto at = reinterpret_cast<std::uintptr_t>(within);
  for (const Mapping& mapping : session->mappings) {
    const auto begin = reinterpret_cast<std::uintptr_t>(mapping.graph.bytes);
    if (at >= begin && at < begin + mapping.graph.size) return mapping.graph;
  }
  return {};
}

std::optional<GraphFacts> facts_of_graph(const GraphKey& key) {
  Table* const shared = table(false);
  if (!shared) return {};
  const Locked locked(shared->lock, LW_SHARED);
  const Entry* const entry = find_entry(*shared, key);
  return entry ? std::optional(entry->facts) : std::nullopt;
}

NewGraph::NewGraph(const GraphKey& key, std::size_t size) : size_(size) {
  const std::uint64_t budget = std::uint64_t{1024} * static_cast<std::uint64_t>(graph_memory);
  if (size > budget)
    throw InvalidInput(concat("named graph: it takes ", (size + 1023) / 1024, " kB, more than quern.graph_memory, ",
                              graph_memory, " kB, allows"),
                       "Ask for more quern.graph_memory, or leave out weights and the option \"transpose\".",
                       Fault::limit_exceeded);
  Table* const shared = table(true);
  if (!shared)
    throw InvalidInput("named graph: there is no shared memory for it", "See dynamic_shared_memory_type.",
                       Fault::limit_exceeded);
  std::vector<std::int32_t> makers;
  {
    const Locked locked(shared->lock, LW_SHARED);
    for (const Entry& entry : shared->entries)
      if (entry.stage == Stage::provisional && entry.pid != MyProcPid) makers.push_back(entry.pid);
  }
  std::erase_if(makers, [](std::int32_t pid) { return call([&] { return BackendPidGetProc(pid) != nullptr; }); });
  this_session().pending.reserve(this_session().pending.size() + 1);

  Entry* taken = nullptr;
  {
    const Locked locked(shared->lock, LW_EXCLUSIVE);
    std::uint64_t used = size, fixed = size;
    for (Entry& entry : shared->entries) {
      if (entry.stage == Stage::provisional && std::find(makers.begin(), makers.end(), entry.pid) != makers.end())
        let_go(entry);
      if (entry.stage == Stage::provisional || entry.stage == Stage::published) used += entry.bytes;
      if (entry.stage == Stage::provisional) fixed += entry.bytes;
    }
    const auto goes_before = [](const Entry& a, const Entry& b) {
      const bool a_used = a.users > 0, b_used = b.users > 0;
      return a_used != b_used ? b_used : a.last_used < b.last_used;
    };
    while (fixed <= budget) {  // else nothing need go: it would not do
      Entry* first = nullptr;
      taken = nullptr;
      for (Entry& entry : shared->entries) {
        if (entry.is_free()) taken = &entry;
        if (entry.stage != Stage::published || (used <= budget && entry.users > 0)) continue;  // would free no entry
        if (!first || goes_before(entry, *first)) first = &entry;
      }
      if ((used <= budget && taken) || !first) break;
      used -= first->bytes;
      let_go(*first);
    }
    if (used > budget) taken = nullptr;
    if (taken) {
      const std::uint64_t generation = taken->generation + 1;
      taken->key = key;
      taken->stage = Stage::provisional;
      taken->pid = MyProcPid;
      taken->generation = generation_ = generation;
      taken->segment = 0;
      taken->bytes = size;
      taken->last_used = GetCurrentTimestamp();
      taken->facts = {};
      entry_ = static_cast<std::uint32_t>(taken - shared->entries);
      session->pending.push_back({entry_, generation_, GetCurrentSubTransactionId(), true});
    }
  }
  if (!taken)
    throw InvalidInput("named graph: graphs that are being made take all of quern.graph_memory",
                       "Try again when their transactions have ended, or ask for more quern.graph_memory.",
                       Fault::limit_exceeded);
  try {
    segment_ = call([&] { return dsm_create(size, DSM_CREATE_NULL_IF_MAXSEGMENTS); });
  } catch (...) {
    const Locked locked(shared->lock, LW_EXCLUSIVE);
    let_go(*taken);
    throw;
  }
  if (!segment_) {
    const Locked locked(shared->lock, LW_EXCLUSIVE);
    let_go(*taken);
  }
  if (!segment_)
    throw InvalidInput("named graph: the server has no segment of shared memory left",
                       "It has some for each of max_connections.", Fault::limit_exceeded);
  bytes_ = static_cast<std::byte*>(dsm_segment_address(segment_));
}

NewGraph::~NewGraph() {
  if (kept_) return;
  {
    const Locked locked(session->table->lock, LW_EXCLUSIVE);
    let_go(session->table->entries[entry_]);
  }
  forget();
  // An error on its way has the transaction's end, or the subtransaction's, unmap the segment.
}

// The end of the transaction has nothing to decide any more.
void NewGraph::forget() {
  std::erase_if(session->pending, [&](const Pending& p) { return p.entry == entry_ && p.generation == generation_; });
}

MappedGraph NewGraph::keep(const GraphFacts& facts, Until until) {
  Session& mine = this_session();
  Entry& entry = mine.table->entries[entry_];
  Use use{&entry};
  entry.users.fetch_add(1);
  call([&] { dsm_pin_segment(segment_); });
  {
    const Locked locked(mine.table->lock, LW_EXCLUSIVE);
    const bool another = until == Until::freed && find_entry(*mine.table, entry.key);  // made by another session
    entry.facts = facts;
    entry.segment = dsm_segment_handle(segment_);
    if (until == Until::freed) entry.stage = Stage::published;
    if (another) let_go(entry);
  }
  kept_ = true;
  if (until == Until::freed) forget();
  return remember(mine, entry.key, entry, segment_, use);
}

void free_at_commit(const GraphKey& key) {
  Session& mine = this_session();
  Table* const shared = table(false);
  if (!shared) return;
  mine.pending.reserve(mine.pending.size() + 1);
  const SubTransactionId now = GetCurrentSubTransactionId();
  const Locked locked(shared->lock, LW_SHARED);
  if (const Entry* const entry = find_entry(*shared, key))
    mine.pending.push_back({static_cast<std::uint32_t>(entry - shared->entries), entry->generation, now, false});
}

namespace {

// Has this transaction replaced or dropped it? Then others read it until the end.
bool goes_at_commit(const Table& table, const Entry& entry) {
  const auto index = static_cast<std::uint32_t>(&entry - table.entries);
  return session && std::any_of(session->pending.begin(), session->pending.end(), [&](const Pending& pending) {
           return !pending.made && pending.entry == index && pending.generation == entry.generation;
         });
}

}  // namespace

std::vector<GraphKey> published_graphs() {
  std::vector<GraphKey> keys;
  Table* const shared = table(false);
  if (!shared) return keys;
  keys.reserve(std::size(shared->entries));
  const Locked locked(shared->lock, LW_SHARED);
  for (const Entry& entry : shared->entries)
    if (entry.stage == Stage::published && !goes_at_commit(*shared, entry)) keys.push_back(entry.key);
  return keys;
}

void free_graph(const GraphKey& key) {
  Table* const shared = table(false);
  if (!shared) return;
  const Locked locked(shared->lock, LW_EXCLUSIVE);
  for (Entry& entry : shared->entries)
    if (entry.stage == Stage::published && entry.key == key) let_go(entry);
}

std::byte* make_private(std::size_t size) {
  return call([&] { return static_cast<std::byte*>(MemoryContextAllocHuge(CurTransactionContext, size)); });
}

MappedGraph keep_private(const GraphKey& key, const std::byte* bytes, std::size_t size) {
  const MappedGraph graph{bytes, size, 0};
  this_session().private_graphs.push_back({key, GetUserId(), graph});
  return graph;
}

}  // namespace quern::pg
