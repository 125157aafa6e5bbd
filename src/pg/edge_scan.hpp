// The edges that a query gives: its columns are, by their places, source, target and, if there is a third, weight.
//
// Two ways. A table from which plain columns are read, and nothing else, is walked page by page: the visible tuples of
// each, the lines of the next page asked for meanwhile, ids read where they lie if all columns before them are of fixed
// width: to a graph it takes less than half of the time of the other way. Any other query runs in the executor, which
// hands over its rows one by one. Parallel workers do not scan here: reading is a third of the time that a graph takes,
// of which they would save a half less what it takes to call them and to make the memory that they fill.
//
// Rows are read with the rights of the current user, on the active snapshot, and nothing is written meanwhile.
#pragma once

#include <string_view>

#include "graph/edge_rows.hpp"
#include "pg/postgres.hpp"
#include "pg/read_query.hpp"

namespace quern::pg {

enum class IdKind { number, text };

// How a column is read.
enum class EdgeValue { int2, int4, int8, float4, float8, numeric, text, printable };

struct EdgeColumn {
  EdgeValue value = EdgeValue::int8;
  Oid output = InvalidOid;  // of a printable one: its output function
};

// To be used inside guarded().
class EdgeScan {
 public:
  // Parses, analyses and plans; runs nothing. Throws InvalidInput or ServerError: no single SELECT, other columns, no
  // right to read. `function` is what messages start with.
  EdgeScan(const char* function, std::string_view sql, IdKind ids);

  // The rows, in memory where vectors are born. Weights that are NaN or infinite are an error.
  graph::EdgeRows read() const;

  PlannedStmt* plan() const { return plan_; }
  bool paged() const { return paged_; }

 private:
  void take_columns();
  void choose_way();
  void walk(graph::EdgeRows& rows) const;
  void run(graph::EdgeRows& rows) const;
  void run_texts(graph::EdgeRows& rows) const;

  const char* function_;
  IdKind ids_;
  ReadQuery query_;
  PlannedStmt* plan_ = nullptr;
  bool weighted_ = false, paged_ = false;
  EdgeColumn columns_[3];
  int places_[3] = {};  // in the table that is walked, from 1
};

}  // namespace quern::pg
