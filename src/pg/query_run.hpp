// Plans and runs of the query of a training, as the caller, on the snapshot of the calling statement.
#pragma once

#include <cstdint>

#include "pg/guard.hpp"
#include "pg/row_packer.hpp"

namespace quern::pg {

// A plan of a copy of `tree`, to be called inside guarded(). Refuses what would lock or write rows,
// or what the user may not read.
PlannedStmt* plan_query(const Query* tree, const char* sql, int cursor_options, const char* function);

// Hands rows to a packer.
struct PackingReceiver : DestReceiver {
  RowPacker* packer = nullptr;
  std::uint64_t rows = 0;

  explicit PackingReceiver(RowPacker* packer);
};

// Keeps the one number that a query returns.
struct NumberReceiver : DestReceiver {
  std::int64_t value = 0;

  NumberReceiver();
};

// A query that runs. To be used inside guarded(); plan, text and receiver outlive it.
class QueryRun {
 public:
  QueryRun(PlannedStmt* plan, const char* sql, DestReceiver* receiver);
  // Ends the query in order, unless an exception is on its way: then the transaction ends it.
  ~QueryRun();
  QueryRun(const QueryRun&) = delete;

  // To the end, with parallel workers if the plan has them.
  void run_all();
  // So many rows further, or 0 for all that are left, without workers.
  void run(std::uint64_t rows);

  PlanState* plan_state() const { return query_->planstate; }
  EState* executor_state() const { return query_->estate; }

 private:
  QueryDesc* query_ = nullptr;
  int exceptions_;
};

// While this lives, a sequential scan begins at the first page, not where another one is.
class FromFirstPage {
 public:
  FromFirstPage();
  ~FromFirstPage();
  FromFirstPage(const FromFirstPage&) = delete;

 private:
  int level_;
};

}  // namespace quern::pg
