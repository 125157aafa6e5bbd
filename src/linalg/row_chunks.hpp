// Rows of numbers gathered one by one and never copied again: chunks that double up to a few megabytes, so that a
// million states of one row stay small, and one state of a million rows wastes at most a chunk.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/features.hpp"
#include "base/vec.hpp"

namespace quern {

struct RowChunks {
  std::int64_t width = 0;  // numbers in a row; 0 until there is one
  std::int64_t rows = 0;
  Vec<Vec<double>> chunks;  // whole rows each, none empty

  // In numbers. A chunk holds at least one row.
  static constexpr std::size_t first_chunk = 16, largest_chunk = std::size_t{1} << 19;

  // A row of `width` numbers: `head`, then x.
  void append(double head, const Features& x) {
    Vec<double>& chunk = chunk_with_room(1);
    chunk.push_back(head);
    x.visit([&](auto values) { chunk.insert(chunk.end(), values.begin(), values.end()); });
    ++rows;
  }

  // `other` is another one, of the same width.
  void append(const RowChunks& other) {
    const auto row = static_cast<std::size_t>(width);
    for (const Vec<double>& from : other.chunks) {
      for (std::size_t done = 0; done < from.size();) {
        Vec<double>& chunk = chunk_with_room((from.size() - done) / row);
        const std::size_t room = (chunk.capacity() - chunk.size()) / row * row;
        const std::size_t taken = std::min(room, from.size() - done);
        chunk.insert(chunk.end(), from.data() + done, from.data() + done + taken);
        done += taken;
        rows += static_cast<std::int64_t>(taken / row);
      }
    }
  }

  bool valid() const {
    if (width < 0 || rows < 0 || (width == 0 && (rows > 0 || !chunks.empty()))) return false;
    std::size_t counted = 0;
    for (const Vec<double>& chunk : chunks) {
      if (chunk.empty() || chunk.size() % static_cast<std::size_t>(width) != 0) return false;
      counted += chunk.size() / static_cast<std::size_t>(width);
    }
    return counted == static_cast<std::size_t>(rows);
  }

  // The last chunk if it takes one more row, else a new one, for `wanted` rows if that is not too many.
  Vec<double>& chunk_with_room(std::size_t wanted) {
    const auto row = static_cast<std::size_t>(width);
    if (chunks.empty() || chunks.back().capacity() - chunks.back().size() < row) {
      const std::size_t doubling = std::max({first_chunk / row, wanted, static_cast<std::size_t>(rows)});
      chunks.emplace_back().reserve(std::max<std::size_t>(1, std::min(doubling, largest_chunk / row)) * row);
    }
    return chunks.back();
  }
};

}  // namespace quern
