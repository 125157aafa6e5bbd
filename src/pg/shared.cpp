#include "pg/shared.hpp"

extern "C" {
#include <access/parallel.h>
#include <storage/dsm.h>
#include <storage/lwlock.h>
#include <storage/proc.h>
#include <storage/procarray.h>
#include <storage/shmem.h>
#include <utils/resowner.h>
#include <utils/timestamp.h>
}

#include <limits>
#include <new>

#include "base/error.hpp"
#include "base/published.hpp"
#include "pg/guard.hpp"

namespace quern::pg {

namespace {

constexpr char root_name[] = "quern trainings 1";  // another layout of Root or Table needs another name

struct Root {
  dsm_handle table;
};

struct alignas(64) Slot {
  std::atomic<std::int32_t> owner{0};  // pid; 0 if free
  Published<TrainingStatus> status;
};

struct Table {
  Slot slots[128];
};
static_assert(std::atomic<std::int32_t>::is_always_lock_free && sizeof(Root) <= 1024);

constinit Table* attached = nullptr;

// Runs f, which calls the server, under AddinShmemInitLock. An error in it is no error of the transaction's, which goes
// on: what f had taken till then belongs to a resource owner that is released here.
template <class F>
void attempt(F&& f) {
  ResourceOwner const outer = CurrentResourceOwner;
  const uint32 holdoff = InterruptHoldoffCount;
  ResourceOwner const own = call([&] { return ResourceOwnerCreate(outer, "quern trainings"); });
  try {
    call([&] {
      CurrentResourceOwner = own;
      LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
      f();
      LWLockRelease(AddinShmemInitLock);
    });
  } catch (const ServerError& error) {
    if (LWLockHeldByMe(AddinShmemInitLock)) {
      HOLD_INTERRUPTS();  // errfinish had set the count to 0; releasing a lock takes one off
      LWLockRelease(AddinShmemInitLock);
    }
    InterruptHoldoffCount = holdoff;
    call([&] {
      elog(DEBUG1, "quern: trainings of this session are not shown: %s", error.data->message);
      FreeErrorData(error.data);
    });
  }
  CurrentResourceOwner = outer;
  call([&] {
    for (const ResourceReleasePhase phase :
         {RESOURCE_RELEASE_BEFORE_LOCKS, RESOURCE_RELEASE_LOCKS, RESOURCE_RELEASE_AFTER_LOCKS})
      ResourceOwnerRelease(own, phase, false, false);
    ResourceOwnerDelete(own);
  });
}

// Null if it cannot be had, or is not there and need not be made.
Table* table(bool make) {
  if (attached) return attached;
  attempt([&] {
    bool found;
    auto* const root = static_cast<Root*>(ShmemInitStruct(root_name, sizeof(Root), &found));
    if (!found) root->table = DSM_HANDLE_INVALID;
    dsm_segment* segment = nullptr;
    if (root->table != DSM_HANDLE_INVALID) {
      segment = dsm_attach(root->table);
    } else if (make && (segment = dsm_create(sizeof(Table), DSM_CREATE_NULL_IF_MAXSEGMENTS))) {
      new (dsm_segment_address(segment)) Table();
      dsm_pin_segment(segment);
      root->table = dsm_segment_handle(segment);
    }
    if (!segment) return;
    dsm_pin_mapping(segment);
    attached = static_cast<Table*>(dsm_segment_address(segment));
  });
  if (attached)
    for (Slot& slot : attached->slots) {  // of an earlier process of this id
      std::int32_t pid = MyProcPid;
      slot.owner.compare_exchange_strong(pid, 0);
    }
  return attached;
}

bool lives(std::int32_t pid) {
  return call([&] { return BackendPidGetProc(pid) != nullptr; });
}

Slot* claim(Table& table) {
  for (Slot& slot : table.slots)
    if (std::int32_t none = 0; slot.owner.compare_exchange_strong(none, MyProcPid)) return &slot;
  for (Slot& slot : table.slots) {
    std::int32_t pid = slot.owner.load();
    if (pid != 0 && lives(pid)) continue;
    if (slot.owner.compare_exchange_strong(pid, MyProcPid)) return &slot;
  }
  return nullptr;
}

// The trainings of this session, each inside the one before. `object` is only compared: its frame may be gone.
struct Level {
  TrainingSlot* object;
  Slot* slot;  // null if none was to be had
  ResourceOwner owner;
};
constinit Level levels[16]{};
constinit int depth = 0;
constinit bool callback_registered = false;

void leave(int level) {
  if (Slot* const slot = levels[level].slot) {
    slot->status.store(TrainingStatus{});
    slot->owner.store(0);
  }
  for (depth -= 1; level < depth; ++level) levels[level] = levels[level + 1];
}

// Also at the end of a process in midst of a training, which aborts its transaction before it lets go of shared memory.
void leave_with_owner(ResourceReleasePhase phase, bool, bool, void*) {
  if (phase != RESOURCE_RELEASE_BEFORE_LOCKS) return;
  for (int level = depth; level-- > 0;)
    if (levels[level].owner == CurrentResourceOwner) leave(level);
}

int level_of(const TrainingSlot* object) {
  int level = depth;
  while (level-- > 0 && levels[level].object != object) {
  }
  return level;
}

// Bytes beyond ASCII would mean something else in a database of another encoding.
template <std::size_t n>
void copy_ascii(std::string_view from, char (&to)[n]) {
  std::size_t i = 0;
  for (; i < n - 1 && i < from.size(); ++i) to[i] = static_cast<unsigned char>(from[i]) < 128 ? from[i] : '?';
  for (; i < n; ++i) to[i] = '\0';
}

// A writer is at it for nanoseconds, unless it lost the processor meanwhile.
bool read(const Slot& slot, std::int32_t pid, TrainingStatus& training) {
  for (int i = 0; i < 1000 && slot.owner.load() == pid; ++i) {
    if (slot.status.load(training)) return training.pid == pid;  // no report yet if it is another's
    pg_usleep(i < 10 ? 1 : 1000);
    checkpoint();
  }
  return false;
}

}  // namespace

TrainingSlot::TrainingSlot(std::string_view algorithm, std::int64_t max_epochs) {
  if (depth == std::ssize(levels))
    throw InvalidInput("train: trainings run inside each other, " + std::to_string(depth) + " deep", {},
                       Fault::limit_exceeded);
  if (!callback_registered) {
    call([] { RegisterResourceReleaseCallback(leave_with_owner, nullptr); });
    callback_registered = true;
  }
  copy_ascii(algorithm, status_.algorithm);
  status_.max_epochs = max_epochs;
  status_.rows_per_second = status_.loss = std::numeric_limits<double>::quiet_NaN();
  status_.started_at = GetCurrentTimestamp();
  status_.pid = MyProcPid;
  status_.depth = depth;
  status_.database = MyDatabaseId;
  status_.role = MyProc->roleId;
  Table* const shared = table(true);
  levels[depth++] = {this, shared ? claim(*shared) : nullptr, CurrentResourceOwner};
  publish();
}

TrainingSlot::~TrainingSlot() {
  if (const int level = level_of(this); level >= 0) leave(level);
}

TrainingSlot* TrainingSlot::current() noexcept { return depth ? levels[depth - 1].object : nullptr; }

void TrainingSlot::report(std::string_view phase, std::int64_t epoch, std::int64_t rows, double rows_per_second,
                          double loss) noexcept {
  copy_ascii(phase, status_.phase);
  status_.epoch = epoch;
  status_.rows = rows;
  status_.rows_per_second = rows_per_second;
  status_.loss = loss;
  publish();
}

void TrainingSlot::set_max_epochs(std::int64_t max_epochs) noexcept {
  status_.max_epochs = max_epochs;
  publish();
}

void TrainingSlot::set_workers(int workers) noexcept {
  status_.workers = workers;
  publish();
}

bool TrainingSlot::publish_gather(const GatherHandle& gather) noexcept {
  status_.gather = gather;
  return publish();
}

bool TrainingSlot::publish() noexcept {
  const int level = level_of(this);
  if (level < 0 || !levels[level].slot) return false;
  levels[level].slot->status.store(status_);
  return true;
}

GatherHandle find_gather_of_leader() {
  if (!IsParallelWorker()) return depth ? levels[depth - 1].object->gather() : GatherHandle{};
  const std::int32_t leader = MyProc->lockGroupLeader ? MyProc->lockGroupLeader->pid : 0;
  Table* const shared = leader == 0 ? nullptr : table(false);
  if (!shared) return {};
  TrainingStatus innermost, training;
  innermost.depth = -1;
  for (const Slot& slot : shared->slots)
    if (read(slot, leader, training) && training.depth > innermost.depth) innermost = training;
  return innermost.gather;
}

std::vector<TrainingStatus> running_trainings() {
  std::vector<TrainingStatus> running;
  Table* const shared = table(false);
  if (!shared) return running;
  TrainingStatus training;
  for (const Slot& slot : shared->slots)
    if (const std::int32_t pid = slot.owner.load(); pid != 0 && read(slot, pid, training) && lives(pid))
      running.push_back(training);
  return running;
}

}  // namespace quern::pg
