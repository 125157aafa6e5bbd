// Some rows of a store, copied, and the arithmetic on single rows that a start needs: what methods that begin with a
// guess begin with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "train/order.hpp"
#include "train/row_store.hpp"

namespace quern {

// x of a record, written out; `to` holds the features of the format.
void write_row(const RowFormat& format, const std::byte* row, std::span<double> to);

class RowSample {
 public:
  // One row of each of `wanted` equal stretches of the store, or all rows; fewer, but at least `least`, if they would
  // take more than 256 MB. Reads the store once, in its order.
  RowSample(RowStore& store, std::size_t wanted, std::size_t least, std::uint64_t seed);

  std::size_t size() const { return starts_.size(); }
  const RowFormat& format() const { return format_; }
  const std::byte* row(std::size_t i) const { return reinterpret_cast<const std::byte*>(bytes_.data()) + starts_[i]; }
  double weight(std::size_t i) const { return weight_of(format_, row(i)); }

  // |x_i - c|^2, free of cancellation where rows are dense; `square` is |c|^2.
  double squared_distance(std::size_t i, std::span<const double> c, double square) const;
  // sums += weight x_i
  void add_to(std::size_t i, double weight, std::span<double> sums) const;

  // Weighted, over all rows of the sample, as the next.
  void write_mean(std::span<double> mean) const;
  // What a column varies by, on average over the columns.
  double mean_variance() const;

 private:
  const RowFormat format_;
  std::vector<double> bytes_;  // in words
  std::vector<std::size_t> starts_;
};

double square_of(std::span<const double> c);
// |x - c|^2 of two dense rows, and of a record of sparse ones; `square` is |c|^2.
double squared_distance(std::span<const double> x, std::span<const double> c);
double sparse_squared_distance(const RowFormat& format, const std::byte* row, std::span<const double> c, double square);

}  // namespace quern
