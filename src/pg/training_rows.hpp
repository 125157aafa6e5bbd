// From a query to a RowStore: how the rows of a training are gathered, in the leader and in its workers.
//
//   paged      a lone scan of a heap: ranges of its pages are tasks of Operation::scan, for any process of a crew. Rows
//              are kept in the order of the table, whoever read them.
//   parallel   any other plan that PostgreSQL runs in parallel: each process packs the rows that it computes, in an
//              aggregate function (quern.gather_rows) that finds the area through the leader's slot.
//   leader     ordered and limited queries, and whatever must not or need not run in parallel.
//   streamed   option store "none": nothing is kept, the query runs again for each pass. One process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pg/training_area.hpp"
#include "pg/training_query.hpp"
#include "train/crew.hpp"
#include "train/row_store.hpp"
#include "train/train.hpp"

namespace quern::pg {

enum class GatherWay { paged, parallel, leader, streamed };

// The leader's. To be used inside guarded(); query and area outlive it. Call everything in this order.
class TrainingRows {
 public:
  // Plans, and leaves in the area what workers need.
  TrainingRows(const TrainingQuery& query, TrainingArea& area);
  ~TrainingRows();

  // What will be done and what it will take, before it is done: for explain_train.
  GatherWay way() const;
  std::string_view how() const;  // one sentence
  double expected_rows() const;
  double expected_bytes() const;
  std::size_t scan_tasks() const;  // of Operation::scan, if the way is paged; else 0

  // Runs the query and packs its rows. `crew`'s processes hold a make_scan_worker() of this area, or null: this process
  // alone. It is used only if the way is paged.
  void gather(Crew* crew);

  // Afterwards.
  void check_classes() const;  // throws InvalidInput if a new model cannot have so many
  RowStore& store();           // this process's view
  std::int64_t skipped() const;
  std::int64_t weightless() const;               // rows of weight 0, which are not in the store
  Description description() const;               // names and classes in the order of the model
  bool stratified() const;                       // description().classes are strata
  const std::vector<double>& class_map() const;  // Job::Layout::classes: provisional number -> index in the model

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// In any process of a crew: performs Operation::scan.
std::unique_ptr<Worker> make_scan_worker(TrainingArea& area);

// In any process once all rows are gathered: its view of them, in the same order everywhere.
std::unique_ptr<RowStore> attach_rows(TrainingArea& area);

}  // namespace quern::pg
