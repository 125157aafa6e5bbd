// The log of a training, of a bounded size however long it goes on: every entry at first; when there are too many,
// every other one goes, and from then on only every second, fourth, ... entry is taken. So what is kept is evenly
// spaced, from the first entry on, and the last one always comes with it.
#pragma once

#include <cstdint>
#include <vector>

#include "train/train.hpp"

namespace quern {

class TrainingLog {
 public:
  static constexpr std::size_t most = 1000;  // entries, and the last

  void add(const LogEntry& entry) {
    last_ = entry;
    if (count_++ % stride_ != 0) return;
    kept_.push_back(entry);
    if (kept_.size() <= most) return;
    for (std::size_t i = 0; 2 * i < kept_.size(); ++i) kept_[i] = kept_[2 * i];
    kept_.resize((kept_.size() + 1) / 2);
    stride_ *= 2;
  }

  // As the model keeps it: parameter "training_log", n x 6: epoch, seconds, loss, validation_loss, step_size, rows.
  void add_to(Model& model) const {
    std::vector<double> numbers;
    const std::vector<LogEntry> kept = entries();
    for (const LogEntry& e : kept)
      numbers.insert(numbers.end(),
                     {static_cast<double>(e.epoch), e.seconds, e.loss, e.validation_loss, e.step_size, e.rows});
    if (!kept.empty()) model.add_parameter("training_log", numbers, static_cast<std::int64_t>(kept.size()));
  }

  std::int64_t count() const { return count_; }
  const LogEntry& last() const { return last_; }

  std::vector<LogEntry> entries() const {
    std::vector<LogEntry> all = kept_;
    if (count_ > 0 && (count_ - 1) % stride_ != 0) all.push_back(last_);
    return all;
  }

 private:
  std::vector<LogEntry> kept_;
  LogEntry last_;
  std::int64_t count_ = 0, stride_ = 1;
};

}  // namespace quern
