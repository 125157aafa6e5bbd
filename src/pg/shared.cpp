#include "pg/shared.hpp"

extern "C" {
#include <access/parallel.h>
#include <storage/proc.h>
#include <storage/procarray.h>
#include <utils/resowner.h>
#include <utils/timestamp.h>
}

#include <limits>
#include <new>

#include "base/error.hpp"
#include "base/published.hpp"
#include "pg/guard.hpp"
#include "pg/shared_table.hpp"

namespace quern::pg {

namespace {

constexpr char root_name[] = "quern trainings 1";  // another layout of Table needs another name

struct alignas(64) Slot {
  std::atomic<std::int32_t> owner{0};  // pid; 0 if free
  Published<TrainingStatus> status;
};

struct Table {
  Slot slots[128];
};
static_assert(std::atomic<std::int32_t>::is_always_lock_free);

constinit Table* attached = nullptr;

// Null if it cannot be had, or is not there and need not be made.
Table* table(bool make) {
  if (attached) return attached;
  attached = static_cast<Table*>(
      attach_shared_table(root_name, sizeof(Table), make, [](void* memory) { new (memory) Table(); }));
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
