// Processes that work together. Each holds a Worker that was made from the same job, over the same data; the crew runs
// a command on all tasks of a step, wherever there is a process free. What processes tell each other lies on a board of
// numbers that all of them see: a step writes only where its own task may.
//
// Work is cut into tasks that depend on the data, never on the number of processes, and what tasks leave on the board
// is added in their order: the same bits come out whoever did the work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace quern {

enum class Operation : std::int32_t;  // of a training: train/crew.hpp

struct Command {
  Operation operation = {};
  std::int64_t epoch = 0;
  std::int64_t step = 0;
  double numbers[4] = {};  // what the operation needs beyond the board
};

class Crew {
 public:
  virtual ~Crew() = default;

  // Runs tasks 0 .. tasks-1 and returns when all are done. Throws what a task threw.
  virtual void run(const Command& command, std::size_t tasks) = 0;
  // The same, but returns once `enough` tasks are done; the others must not be relied on, and have ended when the next
  // command runs. Sets done[t] for the tasks that count.
  virtual void run_some(const Command& command, std::size_t tasks, std::size_t enough, std::span<bool> done) = 0;

  virtual std::span<double> board() = 0;
  virtual std::size_t processes() const = 0;  // that may be at work at once
};

class Worker {
 public:
  virtual ~Worker() = default;
  virtual void perform(const Command& command, std::size_t task) = 0;
};

// One process.
class SerialCrew final : public Crew {
 public:
  SerialCrew(Worker& worker, std::span<double> board) : worker_(worker), board_(board) {}

  void run(const Command& command, std::size_t tasks) override {
    for (std::size_t task = 0; task < tasks; ++task) worker_.perform(command, task);
  }
  void run_some(const Command& command, std::size_t tasks, std::size_t, std::span<bool> done) override {
    run(command, tasks);
    for (bool& d : done) d = true;
  }
  std::span<double> board() override { return board_; }
  std::size_t processes() const override { return 1; }

 private:
  Worker& worker_;
  std::span<double> board_;
};

}  // namespace quern
