// Rows of a sequential scan are waited for, not computed on: two thirds of an aggregate's time goes by until the bytes
// of the tuple arrive. So while one row is read, the ones that the scan will reach next are asked for.
//
// A heap page is filled from its end, so the scan walks down in memory by one tuple length a row: the distance between
// the last two rows foretells the next ones. What lies below the page's tuples is guessed to be at the top of the next
// buffer, as it is when a table was read in order. A wrong guess costs a cache line, never a fault.
#pragma once

#include <cstddef>

#include "pg/postgres.hpp"

namespace quern::pg {

class Prefetcher {
 public:
  // `row` is where the bytes of the present row lie, `size` how many there are.
  void at(const char* row, std::size_t size) {
    constexpr std::ptrdiff_t rows_ahead = 4;
    const std::ptrdiff_t step = previous_ - row;
    previous_ = row;
    if (step > 0 && step < BLCKSZ / 2) step_ = step;
    if (step_ == 0 || size > BLCKSZ / 4) return;
    const char* target = row - rows_ahead * step_;
    const auto in_page = [](const char* p) { return static_cast<std::size_t>(p - BufferBlocks) % BLCKSZ; };
    if (in_page(target) > in_page(row))  // past the oldest tuple of the page
      target += 2 * BLCKSZ;
    for (std::size_t line = 0; line < size + 64; line += 64) __builtin_prefetch(target + line);
  }

 private:
  const char* previous_ = nullptr;
  std::ptrdiff_t step_ = 0;
};

}  // namespace quern::pg
