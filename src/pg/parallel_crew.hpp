// A crew of this session and PostgreSQL's parallel workers, over one ParallelContext.
//
// A command is a record in shared memory; tasks are claimed one by one, by whoever is free, so that a worker that comes
// late joins at the next task and one that never comes is not missed. Who waits looks at the record for 20 microseconds
// before going to sleep: stochastic descent gives commands by the thousand.
//
// Workers run as the caller, with his settings and snapshot. What goes wrong in one is raised here, as the same error;
// the end of a transaction that failed ends the workers. Nothing is left behind either way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "pg/postgres.hpp"
#include "pg/training_area.hpp"
#include "pg/training_posts.hpp"
#include "train/crew.hpp"

struct ParallelContext;

namespace quern::pg {

// Do the settings allow any?
bool may_have_workers();

// How many workers a training should have beside the leader, and why: a phrase for explain_train. They arrive 60 to 75
// ms late, and rows that processes share lie in pages of 4 kB, which cost 1.5 s a GB to make, map and free where a
// process of its own has huge pages. So they are called for work of which a half is more than that; parallel_setup_cost
// scales it, and 0 calls them for anything.
struct CrewSize {
  int workers = 0;
  const char* reason = "";
};
// `seconds`: what the work would take one process, roughly; `bytes`: of the rows, if they are not in shared memory yet.
CrewSize crew_size(double seconds, double bytes, std::size_t tasks);

// Of this process alone, mapped or from the heap.
struct FreeNumbers {
  void* start = nullptr;
  std::size_t size = 0;
  void operator()(double* numbers) const;
};
using OwnNumbers = std::unique_ptr<double[], FreeNumbers>;

class ParallelCrew final : public Crew {
 public:
  // Asks for so many workers and does not wait for them; `area` outlives the crew. The session is in parallel mode
  // until finish(), so nothing may be written. To be called inside guarded(), as all members.
  ParallelCrew(TrainingArea& area, int workers);
  // After an error it leaves everything to the end of the transaction; otherwise finish() must have been called.
  ~ParallelCrew() override;
  ParallelCrew(const ParallelCrew&) = delete;
  ParallelCrew& operator=(const ParallelCrew&) = delete;

  // A board of zeros, in the place of the last one. Where shared memory is not to be had it is this process's own, and
  // the workers remain idle.
  std::span<double> make_board(std::size_t numbers);
  // From now on commands are performed by `here` in this process, and by what MakeWorker makes of `specification` in
  // the others. To be called after the board is made, on which MakeWorker must not rely; a worker learns from it when
  // it performs.
  void open(Post post, std::span<const std::byte> specification, Worker& here);

  // The same without the others.
  void open_alone(Worker& here);

  void run(const Command& command, std::size_t tasks) override;
  void run_some(const Command& command, std::size_t tasks, std::size_t enough, std::span<bool> done) override;
  std::span<double> board() override { return board_; }
  std::size_t processes() const override;

  // Sends the workers home and waits until they are gone.
  void finish();

  int workers_launched() const;
  // That have come so far.
  int workers_present() const;
  // Tasks performed by workers.
  std::uint64_t tasks_of_workers() const;

  struct Shared;

 private:
  void give(const Command& command, std::size_t tasks, std::size_t enough);
  void settle();
  bool take_task();
  void wait_for(std::size_t ended);
  void look_for_lost_workers();

  TrainingArea& area_;
  ParallelContext* context_ = nullptr;
  Shared* shared_ = nullptr;
  Worker* here_ = nullptr;
  std::span<double> board_;
  dsa_pointer board_place_ = 0;
  std::size_t board_room_ = 0;
  OwnNumbers own_board_;  // where it is not shared
  bool alone_ = true;     // no other process takes part
  std::uint64_t performed_ = 0;
  std::uint32_t generation_ = 0;  // of the last command
};

}  // namespace quern::pg
