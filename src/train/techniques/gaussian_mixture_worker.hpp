// Passes of a Gaussian mixture over the rows of a shard.
#pragma once

#include <vector>

#include "linalg/row_products.hpp"
#include "train/row_batches.hpp"
#include "train/techniques/gaussian_mixture.hpp"

namespace quern {

class MixtureWorker final : public Worker {
 public:
  // All outlive the worker.
  MixtureWorker(const MixtureJob& job, RowStore& store, std::span<double> board);
  void perform(const Command& command, std::size_t task) override;

 private:
  struct alignas(64) Line {
    double values[8];
  };
  struct Tables {
    RowProducts scores;                // of all components
    std::vector<RowProducts> factors;  // L^-1 z less its mean
    std::vector<Line> sums;
    std::vector<double> triangles;
    double log_likelihood, weight;
  };

  void read_tables(std::size_t run);
  void read_rows(const Batch& batch);
  void score(Tables& tables, std::size_t run);
  void add_sums(Tables& tables);
  double* row(std::size_t i) { return z_.data()->values + i * stride_; }

  const MixtureJob& job_;
  RowStore& store_;
  std::span<double> board_;
  RowReader reader_;
  std::vector<Tables> tables_;
  std::size_t stride_;    // of them, in numbers
  std::size_t f_stride_;  // of scores
  std::vector<Line> z_, f_;
  std::vector<double> wide_;
  const double* z_rows_[largest_batch];
  std::size_t count_ = 0;
  double v_[largest_batch], square_[largest_batch];
};

}  // namespace quern
