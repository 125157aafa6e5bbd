#include "linalg/tall_factor.hpp"

#include <algorithm>
#include <memory>
#include <new>

#include "base/features.hpp"
#include "linalg/householder.hpp"

namespace quern {

namespace {

struct AlignedDelete {
  void operator()(double* block) const { ::operator delete[](block, std::align_val_t{64}); }
};

// Zeros.
std::unique_ptr<double[], AlignedDelete> new_block(std::size_t columns) {
  const std::size_t size = wide_block_rows * wide_block_stride(columns);
  auto* const block = static_cast<double*>(::operator new[](size * sizeof(double), std::align_val_t{64}));
  std::fill_n(block, size, 0.0);
  return std::unique_ptr<double[], AlignedDelete>(block);
}

}  // namespace

double* TallFactor::next_row(std::size_t numbers) {
  width = static_cast<std::int64_t>(numbers);
  if (waiting.capacity() - waiting.size() < numbers)
    waiting.reserve(std::min(2 * waiting.size() + numbers, wide_block_rows * numbers));
  waiting.resize(waiting.size() + numbers);
  return waiting.data() + waiting.size() - numbers;
}

void TallFactor::settle() {
  if (waiting_rows() >= static_cast<std::int64_t>(wide_block_rows)) fold();
}

void TallFactor::fold() {
  const std::int64_t count = waiting_rows();
  if (count == 0) return;
  const auto p = static_cast<std::size_t>(width);
  const std::size_t stride = wide_block_stride(p);
  const auto block = new_block(p);
  if (triangle.empty()) triangle.assign(triangle_size(p), 0);
  for (std::size_t r = 0; r < static_cast<std::size_t>(count); ++r)
    std::copy_n(waiting.data() + r * p, p, block.get() + r * stride);
  fold_rows(triangle, p, block.get());
  rows += count;
  waiting.clear();
}

std::vector<double> TallFactor::square() const {
  if (triangle.empty() && waiting_rows() < width) return {waiting.begin(), waiting.end()};
  TallFactor all = *this;
  all.fold();
  const auto p = static_cast<std::size_t>(width);
  std::vector<double> a(p * p);
  for (std::size_t i = 0; i < p; ++i) std::copy_n(&all.triangle[triangle_row(p, i) + i], p - i, a.data() + i * p + i);
  return a;
}

void TallFactor::merge(const TallFactor& other) {
  if (other.width == 0) return;
  width = other.width;
  const auto p = static_cast<std::size_t>(width);
  if (triangle.empty()) {
    triangle = other.triangle;
  } else if (!other.triangle.empty()) {
    const std::size_t stride = wide_block_stride(p);
    const auto block = new_block(p);
    for (std::size_t first = 0; first < p; first += wide_block_rows) {
      std::fill_n(block.get(), wide_block_rows * stride, 0.0);
      for (std::size_t i = first; i < std::min(first + wide_block_rows, p); ++i)
        std::copy_n(&other.triangle[triangle_row(p, i) + i], p - i, block.get() + (i - first) * stride + i);
      fold_rows(triangle, p, block.get(), first);
    }
  }
  rows += other.rows;
  for (std::size_t row = 0; row < other.waiting.size(); row += p) {
    std::copy_n(other.waiting.data() + row, p, next_row(p));
    settle();
  }
}

bool TallFactor::valid() const {
  if (width < 0 || width > (1 << 20) || rows < 0) return false;
  const auto p = static_cast<std::size_t>(width);
  if (p == 0) return rows == 0 && triangle.empty() && waiting.empty();
  return waiting.size() % p == 0 && waiting_rows() < static_cast<std::int64_t>(wide_block_rows) &&
         (rows == 0 ? triangle.empty() && !waiting.empty() : triangle.size() == triangle_size(p)) &&
         Features(std::span<const double>(waiting)).finite();
}

}  // namespace quern
