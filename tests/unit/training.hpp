// Rows in memory, and a training over them, for the tests of the training engine.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "train/batch_worker.hpp"
#include "train/job.hpp"
#include "train/objectives.hpp"
#include "train/row_store.hpp"
#include "train/train.hpp"
#include "train/training.hpp"

namespace quern {

struct TrainingRow {
  double y;
  std::vector<double> x;
  double weight = 1;
};
using TrainingRows = std::vector<TrainingRow>;

class SilentObserver final : public Observer {
 public:
  void report(const LogEntry& entry) override {
    log.push_back(entry);
    time += seconds_each;
  }
  double seconds() override { return time; }

  std::vector<LogEntry> log;
  double seconds_each = 0.01, time = 0;
};

// How rows are stored; classes in y are indices from 0.
struct TrainingSetup {
  std::size_t classes = 0;
  bool sparse = false, narrow = false, weighted = false;
  std::vector<double> class_map = {};  // empty: as they are
};

inline MemoryStore store_of(const TrainingRows& rows, const TrainingSetup& setup = {}) {
  RowFormat format;
  format.features = rows.empty() ? 1 : static_cast<std::uint32_t>(rows[0].x.size());
  format.sparse = setup.sparse;
  format.narrow = setup.narrow;
  format.weighted = setup.weighted;
  MemoryStore store(format);
  for (const TrainingRow& row : rows) store.append(row.y, row.weight, Features(std::span<const double>(row.x)));
  return store;
}

// A store whose blocks are copied at each load, as from a file.
class CopyingStore : public RowStore {
 public:
  explicit CopyingStore(MemoryStore& from) : from_(from) {
    format_ = from.format();
    blocks_.assign(from.blocks().begin(), from.blocks().end());
    rows_ = from.rows();
  }
  const std::byte* load(std::size_t block, std::byte* room) override {
    std::memcpy(room, from_.load(block, nullptr), blocks_[block].bytes);
    return room;
  }
  bool resident() const override { return false; }
  std::byte* resident_block(std::size_t) override { return nullptr; }

 private:
  MemoryStore& from_;
};

inline Model train_on(RowStore& store, std::string_view algorithm, std::string_view options,
                      const TrainingSetup& setup = {}, const Model* start = nullptr, Observer* observer = nullptr) {
  const Job job({std::string(algorithm), std::string(options), setup.classes}, store);
  std::vector<double> board(job.layout.size);
  for (std::size_t c = 0; c < setup.classes; ++c)
    board[job.layout.classes + c] = setup.class_map.empty() ? static_cast<double>(c) : setup.class_map[c];
  const std::unique_ptr<Worker> worker = make_worker(job, store, board);
  SerialCrew crew(*worker, board);
  SilentObserver silent;
  Description description;
  description.target = static_cast<std::int32_t>(setup.classes ? Target::number_class : Target::number);
  for (std::size_t c = 0; c < setup.classes; ++c) description.classes.push_back(std::to_string(c));
  return train(job, store, crew, observer ? *observer : silent, description, start);
}

// Of any algorithm without classes.
inline Model train_technique(RowStore& store, std::string_view algorithm, std::string_view options,
                             const Model* start = nullptr, Observer* observer = nullptr) {
  const auto training = make_training({std::string(algorithm), std::string(options), 0}, store);
  std::vector<double> board(training->board_size());
  const std::unique_ptr<Worker> worker = training->make_worker(store, board);
  SerialCrew crew(*worker, board);
  SilentObserver silent;
  return training->train(store, crew, observer ? *observer : silent, {}, start);
}

inline Model train_on(const TrainingRows& rows, std::string_view algorithm, std::string_view options = "",
                      const TrainingSetup& setup = {}, const Model* start = nullptr) {
  MemoryStore store = store_of(rows, setup);
  return train_on(store, algorithm, options, setup, start);
}

inline std::vector<double> values_of(const Model& model, std::string_view name) {
  const Parameter* const found = model.find_parameter(name);
  return found ? std::vector<double>(found->values.begin(), found->values.end()) : std::vector<double>();
}

}  // namespace quern
