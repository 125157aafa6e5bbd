#include "pg/streaming_store.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern::pg {

StreamingStore::StreamingStore(TrainingArea& area, PlannedStmt* plan, const char* sql, const char* function)
    : area_(area), packer_(area, *this), receiver_(&packer_), plan_(plan), sql_(sql), function_(function) {
  run_.emplace(plan_, sql_, &receiver_);
  run_->run_all();
  run_.reset();
  if (!blocks_.empty()) blocks_.back().rows = writer_.rows();
  starts_.push_back(receiver_.rows);
  for (const Block& block : blocks_) rows_ += block.rows;
  next_ = blocks_.size();
  classes_ = area_.rows().classes + area_.rows().names.count;
  surveyed_ = true;
}

StreamingStore::~StreamingStore() = default;

// Called while the query runs. A block's room is as large in a later pass as in the first.
void StreamingStore::append(double y, double weight, const FeatureRow& x, std::span<const double> tags) {
  if (surveyed_) {
    if (area_.rows().classes + area_.rows().names.count != classes_ || !writer_.append(y, weight, x, tags))
      refuse_changed_rows();
    return;
  }
  if (!blocks_.empty() && writer_.append(y, weight, x, tags)) return;
  if (!blocks_.empty()) blocks_.back().rows = writer_.rows();
  const std::size_t bytes = block_bytes_for(format_, x);
  if (room_.size() < bytes) room_.resize(bytes);
  writer_ = BlockWriter(format_, {room_.data(), bytes});
  writer_.append(y, weight, x, tags);
  starts_.push_back(blocks_.empty() ? 0 : receiver_.rows - 1);
  blocks_.push_back({0, static_cast<std::uint32_t>(bytes)});
}

const std::byte* StreamingStore::load(std::size_t block, std::byte* room) {
  if (block < next_ || !run_) {
    run_.reset();
    run_.emplace(plan_, sql_, &receiver_);
    next_ = 0;
  }
  for (; next_ <= block; ++next_) {
    const std::size_t bytes = blocks_[next_].bytes;
    std::byte* const to = next_ == block ? room : room_.data();
    writer_ = BlockWriter(format_, {to, bytes});
    const bool last = next_ + 1 == blocks_.size();
    run_->run(last ? 0 : starts_[next_ + 1] - starts_[next_]);
    if (writer_.rows() != blocks_[next_].rows) refuse_changed_rows();
  }
  return room;
}

void StreamingStore::refuse_changed_rows() const {
  throw InvalidInput(concat(function_, ": the query gives other rows each time it runs"),
                     "Leave out the option \"store\": \"none\", or what is random in the query.");
}

}  // namespace quern::pg
