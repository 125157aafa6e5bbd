// The rows of a training, as one process sees them: blocks (row_format.hpp) in an order that depends on the data alone.
// Where they lie - shared memory, a temporary file, an aggregate's state, a query run again - is the store's affair.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "train/row_format.hpp"

namespace quern {

class RowStore {
 public:
  struct Block {
    std::uint32_t rows;
    std::uint32_t bytes;  // of room
  };

  virtual ~RowStore() = default;

  const RowFormat& format() const { return format_; }
  std::span<const Block> blocks() const { return blocks_; }
  std::uint64_t rows() const { return rows_; }

  // The block, where it lies or copied to `room`, which has its bytes. What is returned stays valid while the store and
  // `room` do. May throw (a file that cannot be read, a cancel).
  virtual const std::byte* load(std::size_t block, std::byte* room) = 0;

  // Blocks lie in memory that may be written by one process at a time, and load() never copies.
  virtual bool resident() const = 0;
  virtual std::byte* resident_block(std::size_t block) = 0;  // null unless resident()

  // Blocks can only be loaded in their order, again and again from the first.
  virtual bool sequential() const { return false; }

 protected:
  RowFormat format_;
  std::vector<Block> blocks_;
  std::uint64_t rows_ = 0;
};

// A store in memory of this process.
class MemoryStore final : public RowStore {
 public:
  explicit MemoryStore(const RowFormat& format) { format_ = format; }

  void append(double y, double weight, const FeatureRow& x, std::span<const double> tags = {});

  const std::byte* load(std::size_t block, std::byte*) override { return bytes_[block].get(); }
  bool resident() const override { return true; }
  std::byte* resident_block(std::size_t block) override { return bytes_[block].get(); }

 private:
  BlockWriter writer_;
  std::vector<std::unique_ptr<std::byte[]>> bytes_;
};

}  // namespace quern
