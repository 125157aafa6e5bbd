// The rows of a query, gathered for training, and the processes that will work on them: what quern.train and
// quern.search begin with. A table that is scanned page by page is scanned by the crew, which then stays; after any
// other gathering the crew is called if the work alone is worth its coming.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "pg/parallel_crew.hpp"
#include "pg/shared.hpp"
#include "pg/training_rows.hpp"
#include "train/training.hpp"

namespace quern::pg {

// For a scan and the training after it; for a training over rows that are there.
CrewSize crew_for_scan(const TrainingRows& rows, const TrainingPlan& plan);
CrewSize crew_for_seconds(const RowStore& store, double seconds, std::size_t tasks);
double bytes_of(const RowStore& store);

// To be used inside guarded().
class GatheredRows {
 public:
  // Analyses and plans the query. Everything outlives it.
  GatheredRows(const char* function, std::string_view algorithm, const TrainingPlan& plan, std::string_view sql,
               TrainingSlot& slot);

  // Runs it. False, with a warning, if it gives no rows.
  bool gather();

  TrainingRows& rows() { return rows_; }
  TrainingArea& area() { return area_; }
  // The crew of the scan, or one of so many workers.
  ParallelCrew& crew(int workers);

 private:
  const std::string algorithm_;
  const TrainingPlan& plan_;
  TrainingSlot& slot_;
  const TrainingQuery query_;
  TrainingArea area_;
  TrainingRows rows_;
  std::optional<ParallelCrew> crew_;
  std::unique_ptr<Worker> scanner_;
};

// Tells quern.progress of iterations.
class ProgressObserver final : public Observer {
 public:
  explicit ProgressObserver(TrainingSlot& slot) : slot_(slot) {}

  void report(const LogEntry& entry) override {
    const double now = seconds();
    slot_.report("solve", entry.epoch, static_cast<std::int64_t>(entry.rows), entry.rows / (now - last_), entry.loss);
    last_ = now;
  }
  double seconds() override { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  TrainingSlot& slot_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double last_ = 0;
};

}  // namespace quern::pg
