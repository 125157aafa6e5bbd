// Trainings that run, in memory that every session sees: what quern.progress shows, and where a parallel worker finds
// what its leader made for it. No library need be preloaded.
//
// A shared table (shared_table.hpp) has one slot for each training.
//
// Where it breaks: without memory (main or /dev/shm), or beyond 128 trainings at once. Nothing fails then: the training
// runs, is not shown, and publish_gather() says that workers will not find it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pg/postgres.hpp"

namespace quern::pg {

// What a leader hands to its parallel workers; its own to interpret. All zero is none.
struct GatherHandle {
  std::uint64_t area = 0;  // the segment of an AreaHandle

  explicit operator bool() const { return area != 0; }
};

// What one training says of itself.
struct TrainingStatus {
  char algorithm[64] = {};
  char phase[32] = {};
  std::int64_t epoch = 0, max_epochs = 0;  // 0: not known
  std::int64_t rows = 0;                   // of this phase
  double rows_per_second = 0, loss = 0;    // NaN: not known
  TimestampTz started_at = 0;
  GatherHandle gather;
  std::int32_t pid = 0;    // 0: no training
  std::int32_t depth = 0;  // a query inside a training may train
  std::int32_t workers = 0;
  Oid database = InvalidOid;
  Oid role = InvalidOid;  // of the session, as in pg_stat_activity
  std::uint32_t unused = 0;
};

// The slot of a training, for as long as this object lives, but no longer than the resource owner it was born under: an
// error, a cancel, a termination or a longjmp over this frame frees the slot too. Trainings nest: a later one must end
// first.
class TrainingSlot {
 public:
  // To be called inside guarded(). Throws InvalidInput for more than 16 trainings inside each other, and ServerError if
  // the session itself is out of memory; never because there is no slot to be had.
  explicit TrainingSlot(std::string_view algorithm, std::int64_t max_epochs = 0);
  ~TrainingSlot();
  TrainingSlot(const TrainingSlot&) = delete;
  TrainingSlot& operator=(const TrainingSlot&) = delete;

  // The innermost training of this session, or null.
  static TrainingSlot* current() noexcept;

  // Costs some tens of nanoseconds. Texts are ASCII, and cut at the size of their fields.
  void report(std::string_view phase, std::int64_t epoch, std::int64_t rows, double rows_per_second,
              double loss) noexcept;
  void set_max_epochs(std::int64_t max_epochs) noexcept;
  void set_workers(int workers) noexcept;

  // False if other processes will not find it: then this process must do the work alone.
  [[nodiscard]] bool publish_gather(const GatherHandle& gather) noexcept;
  const GatherHandle& gather() const noexcept { return status_.gather; }

 private:
  bool publish() noexcept;

  TrainingStatus status_;
};

// What the innermost training of this session published; in a parallel worker, that of its leader. Leaders are told
// apart by their process, so a training must not begin in parallel mode: PreventCommandIfParallelMode sees to that.
GatherHandle find_gather_of_leader();

// All trainings of the server, for those who may see them and those who may not. To be called inside guarded().
std::vector<TrainingStatus> running_trainings();

}  // namespace quern::pg
