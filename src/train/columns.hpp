// The rows of a training, column after column, in the memory of one process: what descent over the weights of wide rows
// goes through. 12 bytes for each entry of sparse rows, 8 for each number of dense ones (8 and 4 where rows are
// float4), and 16 for each row.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/job.hpp"
#include "train/row_store.hpp"

namespace quern {

class Columns {
 public:
  // Of the rows trained on, transformed as the board says. Throws InvalidInput where they are too many.
  Columns(const Job& job, RowStore& store, std::span<const double> board);

  std::size_t rows() const { return y_.size(); }
  std::span<const double> y() const { return y_; }  // -1 and +1 of two classes
  std::span<const double> v() const { return v_; }

  double dot(std::size_t j, const double* r) const;                              // sum of x_ij r_i
  void add(std::size_t j, double c, double* r) const;                            // r_i += c x_ij
  void add_weighted(std::size_t j, double c, const double* h, double* r) const;  // r_i += c h_i x_ij
  double weighted_square(std::size_t j, const double* h) const;                  // sum of h_i x_ij^2

 private:
  template <class F>
  decltype(auto) visit(std::size_t j, F&& f) const;

  bool sparse_, narrow_;
  std::size_t features_;
  std::vector<double> y_, v_;
  std::vector<std::uint64_t> start_;  // sparse: of each column, and the end
  std::vector<std::uint32_t> row_;
  std::vector<double> wide_value_;
  std::vector<float> narrow_value_;
};

}  // namespace quern
