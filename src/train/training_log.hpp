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
