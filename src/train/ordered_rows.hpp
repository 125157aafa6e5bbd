// Passes over rows in an order of their own, for losses that couple them: all rows at once, in one process, sorted by
// stratum (the first tag), within it by falling |y|, events (y without sign bit) before censored rows.
//
// Sorted once: an index of pointers where the store is resident, else over a copy of all rows. 64 bytes a row beside.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "train/crew.hpp"
#include "train/job.hpp"
#include "train/kernels.hpp"
#include "train/row_reader.hpp"

namespace quern {

class OrderedRows {
 public:
  struct Stratum {
    std::size_t from, to;
    std::size_t label;
  };

  // All arguments outlive it.
  OrderedRows(const Job& job, RowStore& store, const RowTransform& transform, Rows which);

  std::size_t size() const { return rows_.size(); }
  const RowFormat& format() const { return store_.format(); }
  std::span<const std::byte* const> rows() const { return rows_; }
  std::span<const Stratum> strata() const { return strata_; }

  // visit(first row, batch), in order.
  template <class Visit>
  void each_batch(Visit&& visit) const {
    const std::span<const std::byte* const> all(rows_);
    for (std::size_t from = 0; from < all.size(); from += largest_batch) {
      checkpoint();
      const std::size_t n = std::min(largest_batch, all.size() - from), after = from + n;
      visit(from,
            Batch{&format(), all.subspan(from, n), all.subspan(after, std::min(largest_batch, all.size() - after))});
    }
  }

  std::vector<double> y, v;

 private:
  RowStore& store_;
  RowReader reader_;
  std::vector<const std::byte*> rows_;
  std::vector<Stratum> strata_;
};

// Performs value, gradient, hessian and validate of an ordered objective, as BatchWorker does of others.
class OrderedWorker {
 public:
  OrderedWorker(const Job& job, RowStore& store, std::span<double> board);
  void evaluate(const Command& command, double* slot);

 private:
  OrderedRows& rows(Rows which);
  void add_hessian(const OrderedRows& rows, double* hessian);
  void note_margins(const OrderedRows& rows, double* head) const;

  const Job& job_;
  RowStore& store_;
  std::span<double> board_;
  const PredictorShape shape_;
  std::optional<OrderedRows> trained_on_, held_out_;
  std::vector<double> f_, g_;
};

}  // namespace quern
