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
#include "train/crew.hpp"

struct dsa_area;
struct ParallelContext;

namespace quern::pg {

// What the processes of a crew do, one after the other.
enum class Post : std::uint32_t { scan, train };

// Makes the worker of a post in another process, from what the leader wrote for it. `area` is the crew's. Called inside
// guarded(), as is all that the worker performs.
using MakeWorker = std::unique_ptr<Worker>(std::span<const std::byte> specification, std::span<double> board,
                                           dsa_area* area);
MakeWorker make_scan_worker, make_training_worker;

// How many workers a training should have beside the leader, and why: a sentence for explain_train.
struct CrewSize {
  int workers = 0;
  const char* reason = "";
};
// `seconds`: what the work would take one process, roughly.
CrewSize crew_size(double seconds, std::size_t tasks);

class ParallelCrew final : public Crew {
 public:
  // Asks for so many workers and does not wait for them. To be called inside guarded(), as all members.
  explicit ParallelCrew(int workers);
  // After an error it leaves everything to the end of the transaction; otherwise finish() must have been called.
  ~ParallelCrew() override;
  ParallelCrew(const ParallelCrew&) = delete;
  ParallelCrew& operator=(const ParallelCrew&) = delete;

  // From now on commands are performed by `here` in this process, and by what MakeWorker makes of `specification` in
  // the others. The board before is gone. At most 4 posts in the life of a crew.
  std::span<double> make_board(std::size_t numbers);
  void open(Post post, std::span<const std::byte> specification, Worker& here);

  void run(const Command& command, std::size_t tasks) override;
  void run_some(const Command& command, std::size_t tasks, std::size_t enough, std::span<bool> done) override;
  std::span<double> board() override { return board_; }
  std::size_t processes() const override;

  // Sends the workers home and waits until they are gone.
  void finish();

  // Where workers find what is shared with them beyond the board; null without workers.
  dsa_area* area() const { return area_; }
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

  ParallelContext* context_ = nullptr;
  Shared* shared_ = nullptr;
  dsa_area* area_ = nullptr;
  Worker* here_ = nullptr;
  std::span<double> board_;
  std::uint64_t board_place_ = 0;        // dsa_pointer
  std::unique_ptr<double[]> own_board_;  // without workers
  std::uint64_t performed_ = 0;
  std::uint32_t generation_ = 0;  // of the last command
};

}  // namespace quern::pg
