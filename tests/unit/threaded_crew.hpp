// A crew of threads, each with a job and a worker of its own as processes have: what a server would do, without one.
#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "training.hpp"

namespace quern {

class ThreadedCrew final : public Crew {
 public:
  ThreadedCrew(const JobSpec& spec, RowStore& store, std::span<double> board, std::size_t threads) : board_(board) {
    for (std::size_t t = 0; t < threads; ++t) {
      trainings_.push_back(make_training(spec, store));
      workers_.push_back(trainings_.back()->make_worker(store, board));
    }
  }

  void run(const Command& command, std::size_t tasks) override {
    std::atomic<std::size_t> next = 0;
    std::exception_ptr thrown;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (auto& worker : workers_)
      threads.emplace_back([&] {
        try {
          for (std::size_t task; (task = next++) < tasks;) worker->perform(command, task);
        } catch (...) {
          const std::lock_guard lock(mutex);
          thrown = std::current_exception();
        }
      });
    for (std::thread& thread : threads) thread.join();
    if (thrown) std::rethrow_exception(thrown);
  }

  // The first tasks by number do not count: they are the slowest.
  void run_some(const Command& command, std::size_t tasks, std::size_t enough, std::span<bool> done) override {
    run(command, tasks);
    for (std::size_t t = 0; t < tasks; ++t) done[t] = t >= tasks - enough;
  }
  std::span<double> board() override { return board_; }
  std::size_t processes() const override { return workers_.size(); }

 private:
  std::span<double> board_;
  std::vector<std::unique_ptr<Training>> trainings_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

inline Model train_in_threads(RowStore& store, std::string_view algorithm, std::string_view options,
                              std::size_t threads, const TrainingSetup& setup = {}, const Model* start = nullptr,
                              Observer* observer = nullptr) {
  const JobSpec spec{std::string(algorithm), std::string(options), setup.classes};
  const Job job(spec, store);
  std::vector<double> board(job.layout.size);
  for (std::size_t c = 0; c < setup.classes; ++c)
    board[job.layout.classes + c] = setup.class_map.empty() ? static_cast<double>(c) : setup.class_map[c];
  ThreadedCrew crew(spec, store, board, threads);
  SilentObserver silent;
  Description description;
  description.target = static_cast<std::int32_t>(setup.classes ? Target::number_class : Target::number);
  for (std::size_t c = 0; c < setup.classes; ++c) description.classes.push_back(std::to_string(c));
  return train(job, store, crew, observer ? *observer : silent, description, start);
}

inline Model train_technique_in_threads(RowStore& store, std::string_view algorithm, std::string_view options,
                                        std::size_t threads) {
  const JobSpec spec{std::string(algorithm), std::string(options), 0};
  const auto training = make_training(spec, store);
  std::vector<double> board(training->board_size());
  ThreadedCrew crew(spec, store, board, threads);
  SilentObserver silent;
  return training->train(store, crew, silent, {}, nullptr);
}

}  // namespace quern
