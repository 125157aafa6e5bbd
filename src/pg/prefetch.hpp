// Rows of a sequential scan are waited for, not computed on: two thirds of an aggregate's time goes by until the bytes
// of the tuple arrive. So while one row is read, the ones that the scan will reach next are asked for.
//
// A heap page is filled from its end, so the scan walks down in memory by one tuple length a row: the distance between
// the last two rows foretells the next ones. What lies below the page's tuples is guessed to be at the top of the next
// buffer, as it is when a table was read in order. A wrong guess costs a cache line, never a fault.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pg/postgres.hpp"

namespace quern::pg {

class Prefetcher {
 public:
  // `row` is where the bytes of the present row lie, `size` how many there are.
  void at(const void* row, std::size_t size) {
    constexpr std::intptr_t rows_ahead = 4;
    const auto address = reinterpret_cast<std::intptr_t>(row);
    const std::intptr_t step = previous_ - address;
    previous_ = address;
    if (step > 0 && step < BLCKSZ / 2) step_ = step;
    if (step_ == 0 || size > BLCKSZ / 4) return;
    std::intptr_t target = address - rows_ahead * step_;
    if (within_page(target) > within_page(address)) target += 2 * BLCKSZ;  // past the last tuple of the page
    for (std::size_t line = 0; line < size + 64; line += 64)
      __builtin_prefetch(reinterpret_cast<const char*>(target) + line);
  }

 private:
  static std::intptr_t within_page(std::intptr_t address) {
    return (address - reinterpret_cast<std::intptr_t>(BufferBlocks)) & (BLCKSZ - 1);
  }

  std::intptr_t previous_ = 0;
  std::intptr_t step_ = 0;  // from one row down to the next
};

}  // namespace quern::pg
