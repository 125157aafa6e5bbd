#include "pg/parallel_crew.hpp"

extern "C" {
#include <access/parallel.h>
#include <access/xact.h>
#include <optimizer/cost.h>
#include <optimizer/optimizer.h>
#include <pgstat.h>
#include <postmaster/bgworker.h>
#include <storage/condition_variable.h>
#include <storage/s_lock.h>
}

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstring>
#include <stdexcept>

#include "base/error.hpp"
#include "pg/guard.hpp"

namespace quern::pg {

namespace {

constexpr std::uint64_t shared_key = 1;
constexpr std::size_t most_tasks = 0xffff;
constexpr std::size_t command_words = (sizeof(Command) + 7) / 8;
constexpr int most_workers = 63;
constexpr long look_interval = 100;  // milliseconds between looks for workers that are gone
// What workers cost, at the usual parallel_setup_cost.
constexpr double arrival_seconds = 0.1;
constexpr double sharing_seconds = 1.5e-9;  // of a byte of rows

constexpr MakeWorker* makers[] = {make_scanner, make_trainer, make_searcher, make_graph_worker};
constexpr std::uint32_t openings_kept = 8;

// Is it so within 20 microseconds? A process that sleeps takes as long to wake up.
template <class Condition>
bool soon(Condition&& condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(20);
  do {
    for (int i = 0; i < 16; ++i) {
      if (condition()) return true;
      SPIN_DELAY();
    }
  } while (std::chrono::steady_clock::now() < until);
  return condition();
}

struct Ticket {
  Command command;
  std::size_t task = 0;
};

// What the leader writes before it opens a post, and nobody changes after.
struct Opening {
  Post post;
  dsa_pointer specification, board;
  std::size_t specification_size, board_size;
};

}  // namespace

// The claim word is generation << 32 | tasks << 16 | next task. The command of a generation is written while all tasks
// of the one before are claimed and ended, and a claim is an exchange of the whole word: who succeeds has copied the
// command that the word belongs to.
struct ParallelCrew::Shared {
  std::atomic<std::uint64_t> claim{0};
  std::atomic<std::uint64_t> command[command_words] = {};
  std::atomic<std::uint64_t> ended{0};       // tasks of this generation
  std::atomic<std::uint64_t> ended_mask{0};  // of the first 64
  std::atomic<std::uint64_t> enough{0};      // ended tasks that the leader waits for
  std::atomic<std::uint64_t> present{0};     // a bit for each worker that came
  std::atomic<std::uint64_t> performed{0};   // tasks, by workers
  std::atomic<std::uint32_t> opened{0};      // posts
  std::atomic<bool> closed{false};
  Opening openings[openings_kept] = {};  // of the last posts
  AreaHandle area;
  ConditionVariable work, progress;

  explicit Shared(AreaHandle area) : area(area) {
    ConditionVariableInit(&work);
    ConditionVariableInit(&progress);
  }

  bool available() const {
    const std::uint64_t word = claim.load(std::memory_order_acquire);
    return (word & most_tasks) < (word >> 16 & most_tasks);
  }

  // What was written before post number `post` was opened; false if that is long ago and overwritten.
  bool opening_of(std::uint32_t post, Opening& opening) const {
    opening = openings[(post - 1) % openings_kept];
    std::atomic_thread_fence(std::memory_order_acquire);
    return opened.load(std::memory_order_acquire) - post < openings_kept - 1;
  }

  // A task for a worker of post number `post`.
  bool take(std::uint32_t post, Ticket& ticket) {
    std::uint64_t word = claim.load(std::memory_order_acquire);
    for (;;) {
      if ((word & most_tasks) >= (word >> 16 & most_tasks) || opened.load(std::memory_order_acquire) != post)
        return false;
      std::uint64_t words[command_words];
      for (std::size_t i = 0; i < command_words; ++i) words[i] = command[i].load(std::memory_order_relaxed);
      if (!claim.compare_exchange_weak(word, word + 1, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
      std::memcpy(&ticket.command, words, sizeof ticket.command);
      ticket.task = word & most_tasks;
      return true;
    }
  }

  void end(const Ticket& ticket) {
    if (ticket.task < 64) ended_mask.fetch_or(std::uint64_t{1} << ticket.task);
    const std::uint64_t now = ended.fetch_add(1) + 1;
    if (now >= enough.load()) ConditionVariableSignal(&progress);
  }
};

// --- a worker
// ---------------------------------------------------------------------------------------------------------

namespace {

std::unique_ptr<Worker> make_worker(const Opening& opening, TrainingArea& area) {
  return makers[static_cast<std::size_t>(opening.post)](
      {area.at<const std::byte>(opening.specification), opening.specification_size},
      {opening.board_size ? area.at<double>(opening.board) : nullptr, opening.board_size}, area);
}

void serve(ParallelCrew::Shared& shared) {
  TrainingArea area(shared.area);
  std::unique_ptr<Worker> worker;
  std::uint32_t post = 0;
  const auto idle = [&] {
    return !shared.closed.load(std::memory_order_acquire) && shared.opened.load(std::memory_order_acquire) == post &&
           (post == 0 || !shared.available());
  };
  Ticket ticket;
  while (!shared.closed.load(std::memory_order_acquire)) {
    checkpoint();
    if (const std::uint32_t opened = shared.opened.load(std::memory_order_acquire); opened != post) {
      Opening opening;
      if (!shared.opening_of(opened, opening)) continue;
      worker.reset();
      worker = make_worker(opening, area);
      post = opened;
    } else if (post > 0 && shared.take(post, ticket)) {
      worker->perform(ticket.command, ticket.task);
      shared.performed.fetch_add(1, std::memory_order_relaxed);
      shared.end(ticket);
    } else if (!soon([&] { return !idle(); })) {
      call([&] {
        ConditionVariablePrepareToSleep(&shared.work);
        while (idle()) ConditionVariableSleep(&shared.work, PG_WAIT_EXTENSION);
        ConditionVariableCancelSleep();
      });
    }
  }
}

void worker_main(shm_toc* toc) {
  auto* const shared = static_cast<ParallelCrew::Shared*>(shm_toc_lookup(toc, shared_key, false));
  shared->present.fetch_or(std::uint64_t{1} << ParallelWorkerNumber);
  guarded([&] {
    serve(*shared);
    return Datum{0};
  });
}

}  // namespace

// --- the leader
// -------------------------------------------------------------------------------------------------------

bool may_have_workers() { return std::min(max_parallel_workers_per_gather, max_parallel_workers) > 0; }

CrewSize crew_size(double seconds, double bytes, std::size_t tasks) {
  if (!may_have_workers()) return {0, "max_parallel_workers_per_gather or max_parallel_workers is 0"};
  if (!IsUnderPostmaster || IsParallelWorker() || IsInParallelMode())
    return {0, "this session may not start parallel workers"};
  if (tasks <= 1) return {0, "the work is one task"};
  const double cost = arrival_seconds + sharing_seconds * bytes;
  if (seconds / 2 < cost * parallel_setup_cost / DEFAULT_PARALLEL_SETUP_COST)
    return {0, "half of the expected work takes less time than calling workers and sharing rows with them"};
  return {std::min({max_parallel_workers_per_gather, static_cast<int>(tasks) - 1, most_workers}),
          "max_parallel_workers_per_gather, and no more than there are tasks"};
}

ParallelCrew::ParallelCrew(TrainingArea& area, int workers) : area_(area) {
  if (workers <= 0 || !area.attachable()) return;
  const AreaHandle handle = area.handle();
  call([&] {
    EnterParallelMode();
    context_ = CreateParallelContext("$libdir/quern", "quern_train_worker", std::min(workers, most_workers));
    shm_toc_estimate_chunk(&context_->estimator, sizeof(Shared));
    shm_toc_estimate_keys(&context_->estimator, 1);
    InitializeParallelDSM(context_);
    if (!context_->seg) return;  // no segment is to be had
    shared_ = new (shm_toc_allocate(context_->toc, sizeof(Shared))) Shared(handle);
    shm_toc_insert(context_->toc, shared_key, shared_);
    LaunchParallelWorkers(context_);
  });
  if (workers_launched() == 0) finish();
}

ParallelCrew::~ParallelCrew() = default;

void ParallelCrew::finish() {
  if (!context_) return;
  call([&] {
    if (shared_) {
      shared_->closed.store(true, std::memory_order_release);
      ConditionVariableBroadcast(&shared_->work);
      WaitForParallelWorkersToFinish(context_);
      performed_ = shared_->performed.load();
    }
    DestroyParallelContext(context_);
    ExitParallelMode();
    context_ = nullptr;
    shared_ = nullptr;
  });
  alone_ = true;
}

int ParallelCrew::workers_launched() const { return context_ ? context_->nworkers_launched : 0; }

int ParallelCrew::workers_present() const {
  return shared_ ? std::popcount(shared_->present.load(std::memory_order_relaxed)) : 0;
}

std::uint64_t ParallelCrew::tasks_of_workers() const {
  return shared_ ? shared_->performed.load(std::memory_order_relaxed) : performed_;
}

std::size_t ParallelCrew::processes() const { return 1 + static_cast<std::size_t>(workers_launched()); }

namespace {

// Where there are many they lie in huge pages, which the kernel zeroes as they are met.
OwnNumbers own_zeros(std::size_t numbers) {
  constexpr std::size_t huge = 2 * 1024 * 1024;
  const std::size_t bytes = numbers * sizeof(double);
  if (bytes < 2 * huge) return OwnNumbers(new double[numbers](), {});
  const std::size_t size = bytes + huge;
  void* const start = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) throw std::bad_alloc();
  const auto aligned = (reinterpret_cast<std::uintptr_t>(start) + huge - 1) / huge * huge;
  (void)madvise(reinterpret_cast<void*>(aligned), bytes, MADV_HUGEPAGE);
  return OwnNumbers(reinterpret_cast<double*>(aligned), {start, size});
}

}  // namespace

void FreeNumbers::operator()(double* numbers) const {
  if (start)
    munmap(start, size);
  else
    delete[] numbers;
}

// A board that was made before is used again if it is large enough, and stays if it is not: a process may still be
// making the worker of an earlier post.
std::span<double> ParallelCrew::make_board(std::size_t numbers) {
  settle();
  numbers = std::max<std::size_t>(numbers, 1);
  if (shared_ && numbers > board_room_) {
    board_place_ = area_.allocate(sizeof(double) * numbers);
    board_room_ = DsaPointerIsValid(board_place_) ? numbers : 0;
  } else if (shared_) {
    std::fill_n(area_.at<double>(board_place_), numbers, 0.0);
  }
  const bool shares = shared_ && DsaPointerIsValid(board_place_);
  own_board_ = shares ? nullptr : own_zeros(numbers);
  return board_ = {shares ? area_.at<double>(board_place_) : own_board_.get(), numbers};
}

void ParallelCrew::open_alone(Worker& here) {
  settle();
  here_ = &here;
  alone_ = true;
}

void ParallelCrew::open(Post post, std::span<const std::byte> specification, Worker& here) {
  open_alone(here);
  if (!shared_ || own_board_) return;
  const std::uint32_t opened = shared_->opened.load();
  const dsa_pointer place = area_.allocate(std::max<std::size_t>(specification.size(), 1), false);
  if (!DsaPointerIsValid(place)) return;
  std::memcpy(area_.at<std::byte>(place), specification.data(), specification.size());
  shared_->openings[opened % openings_kept] = {post, place, board_place_, specification.size(), board_.size()};
  shared_->opened.store(opened + 1, std::memory_order_release);
  ConditionVariableBroadcast(&shared_->work);
  alone_ = false;
}

void ParallelCrew::run(const Command& command, std::size_t tasks) {
  if (alone_ || tasks > most_tasks) {
    for (std::size_t task = 0; task < tasks; ++task) here_->perform(command, task);
    return;
  }
  give(command, tasks, tasks);
  while (take_task()) {
  }
  wait_for(tasks);
}

void ParallelCrew::run_some(const Command& command, std::size_t tasks, std::size_t enough, std::span<bool> done) {
  if (alone_ || tasks > 64) {
    run(command, tasks);
    for (bool& d : done) d = true;
    return;
  }
  give(command, tasks, enough);
  while (shared_->ended.load() < enough && take_task()) {
  }
  wait_for(enough);
  const std::uint64_t mask = shared_->ended_mask.load();
  for (std::size_t task = 0; task < tasks; ++task) done[task] = mask >> task & 1;
}

void ParallelCrew::give(const Command& command, std::size_t tasks, std::size_t enough) {
  settle();
  std::uint64_t words[command_words] = {};
  std::memcpy(words, &command, sizeof command);
  for (std::size_t i = 0; i < command_words; ++i) shared_->command[i].store(words[i], std::memory_order_relaxed);
  shared_->ended.store(0);
  shared_->ended_mask.store(0);
  shared_->enough.store(enough);
  ++generation_;
  shared_->claim.store(std::uint64_t{generation_} << 32 | tasks << 16, std::memory_order_release);
  ConditionVariableBroadcast(&shared_->work);
}

// Nobody begins a task of the last command any more, and those begun have ended.
void ParallelCrew::settle() {
  if (alone_ || generation_ == 0) return;
  const std::uint64_t word = shared_->claim.exchange(std::uint64_t{generation_} << 32, std::memory_order_acq_rel);
  if (const std::size_t claimed = word & most_tasks; claimed > 0) wait_for(claimed);
}

// Performs one, if there is one and this process takes part.
bool ParallelCrew::take_task() {
  if (!parallel_leader_participation && workers_present() > 0) return false;
  Ticket ticket;
  if (!shared_->take(shared_->opened.load(std::memory_order_relaxed), ticket)) return false;
  here_->perform(ticket.command, ticket.task);
  shared_->end(ticket);
  return true;
}

void ParallelCrew::wait_for(std::size_t ended) {
  const auto so = [&] { return shared_->ended.load(std::memory_order_acquire) >= ended; };
  checkpoint();
  if (so() || soon(so)) return;
  call([&] {
    ConditionVariablePrepareToSleep(&shared_->progress);
    while (!so())
      if (ConditionVariableTimedSleep(&shared_->progress, look_interval, PG_WAIT_EXTENSION)) look_for_lost_workers();
    ConditionVariableCancelSleep();
  });
}

// Of those that came none goes before it is sent home. What it had to say of its end comes first. May ereport.
void ParallelCrew::look_for_lost_workers() {
  for (int i = 0; i < context_->nworkers_launched; ++i) {
    if (!(shared_->present.load() >> i & 1)) continue;
    pid_t pid;
    if (context_->worker[i].error_mqh && GetBackgroundWorkerPid(context_->worker[i].bgwhandle, &pid) != BGWH_STOPPED)
      continue;
    process_parallel_messages();
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("lost connection to parallel worker")));
  }
}

}  // namespace quern::pg

// The entry of parallel workers; not for SQL.
extern "C" {
PGDLLEXPORT void quern_train_worker(dsm_segment* segment, shm_toc* toc);

void quern_train_worker(dsm_segment*, shm_toc* toc) { quern::pg::worker_main(toc); }
}
