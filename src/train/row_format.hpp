// How training keeps rows: packed records in position-independent blocks, the same bytes in shared memory, in a file
// and in an aggregate's state.
//
//   record   double y | double weight, if weighted | double tag[tags] | x | padding to 8
//   x dense  features numbers of float8 or float4
//   x sparse uint32 entries, uint32 0 | uint32 index[entries], padding to 8 | entries numbers
//   block    uint32 rows, uint32 bytes used | records | ... free ... | sparse: uint32 offset of row rows-1, ..., 1, 0
//
// y is the target, for a classifier the index of the class. Tags are numbers that a row carries and no solver
// multiplies: its stratum, its group, its time. A block takes rows until its room is used up; a sparse row larger than
// a block gets a block of its own size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/features.hpp"

namespace quern {

struct RowFormat {
  std::uint32_t features = 0;
  bool sparse = false;
  bool narrow = false;    // numbers of x are float4
  bool weighted = false;  // else every weight is 1
  std::uint32_t tags = 0;

  std::size_t number_size() const { return narrow ? sizeof(float) : sizeof(double); }
  std::size_t tag_offset() const { return weighted ? 2 * sizeof(double) : sizeof(double); }
  std::size_t head_size() const { return tag_offset() + tags * sizeof(double); }
  std::size_t dense_row_size() const { return head_size() + (features * number_size() + 7) / 8 * 8; }
  std::size_t sparse_row_size(std::size_t entries) const {
    return head_size() + 8 + (entries * sizeof(std::uint32_t) + 7) / 8 * 8 + (entries * number_size() + 7) / 8 * 8;
  }

  bool operator==(const RowFormat&) const = default;
};

struct BlockHeader {
  std::uint32_t rows = 0;
  std::uint32_t bytes = 0;  // of header and records
};

// What a block is made for: enough blocks to shuffle, few enough to list.
inline constexpr std::size_t usual_block_bytes = 32 * 1024;

inline double target_of(const std::byte* row) {
  double y;
  std::memcpy(&y, row, sizeof y);
  return y;
}

inline double weight_of(const RowFormat& format, const std::byte* row) {
  double weight = 1;
  if (format.weighted) std::memcpy(&weight, row + sizeof(double), sizeof weight);
  return weight;
}

// Of format.tags > i.
inline double tag_of(const RowFormat& format, const std::byte* row, std::size_t i = 0) {
  double tag;
  std::memcpy(&tag, row + format.tag_offset() + i * sizeof tag, sizeof tag);
  return tag;
}

// T is double, or float in a narrow format.
template <class T>
std::span<const T> dense_values(const RowFormat& format, const std::byte* row) {
  return {reinterpret_cast<const T*>(row + format.head_size()), format.features};
}

template <class T>
struct SparseValues {
  std::uint32_t entries;
  const std::uint32_t* indices;
  const T* values;
};

template <class T>
SparseValues<T> sparse_values(const RowFormat& format, const std::byte* row) {
  const std::byte* at = row + format.head_size();
  std::uint32_t entries;
  std::memcpy(&entries, at, sizeof entries);
  at += 8;
  return {entries, reinterpret_cast<const std::uint32_t*>(at),
          reinterpret_cast<const T*>(at + (entries * sizeof(std::uint32_t) + 7) / 8 * 8)};
}

// Reads a block of `size` bytes of room.
class BlockView {
 public:
  BlockView(const RowFormat& format, const std::byte* block, std::size_t size)
      : block_(block), end_(block + size), row_size_(format.sparse ? 0 : format.dense_row_size()) {}

  std::uint32_t rows() const {
    BlockHeader header;
    std::memcpy(&header, block_, sizeof header);
    return header.rows;
  }
  const std::byte* row(std::size_t i) const {
    if (row_size_ > 0) return block_ + sizeof(BlockHeader) + i * row_size_;
    std::uint32_t offset;
    std::memcpy(&offset, end_ - (i + 1) * sizeof offset, sizeof offset);
    return block_ + offset;
  }

 private:
  const std::byte* block_;
  const std::byte* end_;
  std::size_t row_size_;
};

// Fills a block. Every append leaves it readable.
class BlockWriter {
 public:
  BlockWriter() = default;
  // `room` is aligned to 8 and of a size that is a multiple of 8; it becomes an empty block.
  BlockWriter(const RowFormat& format, std::span<std::byte> room);
  // Goes on with a block that has rows already.
  static BlockWriter resume(const RowFormat& format, std::span<std::byte> room);

  // False if the row does not fit. A sparse row may be given to a dense format and is expanded, a dense row to a sparse
  // one and loses its zeros. x has format.features numbers; tags beyond those given are 0.
  bool append(double y, double weight, const FeatureRow& x, std::span<const double> tags = {});

  std::uint32_t rows() const { return header_.rows; }

 private:
  RowFormat format_;
  std::span<std::byte> room_;
  BlockHeader header_;
};

// The room that a block needs to take this row alone, at least usual_block_bytes.
std::size_t block_bytes_for(const RowFormat& format, const FeatureRow& x);

}  // namespace quern
