// Rows that are not kept: each pass runs the query again and packs one block at a time. For memory that is scarce, and
// for comparison: a pass costs a run of the query.
//
// The query must give the same rows in the same order each time, as it does on one snapshot unless it calls volatile
// functions; that the numbers of rows and the classes agree is checked.
#pragma once

#include <optional>
#include <vector>

#include "pg/query_run.hpp"
#include "train/row_store.hpp"

namespace quern::pg {

class StreamingStore final : public RowStore, private RowTarget {
 public:
  // Runs the query once, to learn of its blocks and classes. All arguments outlive it; `function` is what messages
  // start with.
  StreamingStore(TrainingArea& area, PlannedStmt* plan, const char* sql, const char* function);
  ~StreamingStore() override;

  const std::byte* load(std::size_t block, std::byte* room) override;
  bool resident() const override { return false; }
  std::byte* resident_block(std::size_t) override { return nullptr; }
  bool sequential() const override { return true; }

  std::int64_t skipped() const { return skipped_; }
  std::int64_t weightless() const { return weightless_; }

 private:
  void open(const RowFormat& format) override { format_ = format; }
  void append(double y, double weight, const FeatureRow& x, std::span<const double> tags) override;
  void skip() override { ++skipped_; }
  void leave_out() override { ++weightless_; }
  [[noreturn]] void refuse_changed_rows() const;

  FromFirstPage from_first_page_;
  TrainingArea& area_;
  RowPacker packer_;
  PackingReceiver receiver_;
  PlannedStmt* plan_;
  const char* sql_;
  const char* function_;
  std::optional<QueryRun> run_;

  bool surveyed_ = false;
  std::uint32_t classes_ = 0;  // that the survey met, and names of features
  std::int64_t skipped_ = 0, weightless_ = 0;
  std::vector<std::uint64_t> starts_;  // the number of the query's row that each block starts with, and of the end
  std::size_t next_ = 0;               // block of the present run
  BlockWriter writer_;
  std::vector<std::byte> room_;
};

}  // namespace quern::pg
