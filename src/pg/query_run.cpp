#include "pg/query_run.hpp"

#include <exception>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern::pg {

namespace {

void begin_rows(DestReceiver*, int, TupleDesc) {}
void end_rows(DestReceiver*) {}

bool pack_slot(TupleTableSlot* slot, DestReceiver* self) {
  auto* const receiver = static_cast<PackingReceiver*>(self);
  slot_getallattrs(slot);
  ++receiver->rows;
  receiver->packer->receive(slot->tts_values, slot->tts_isnull);
  return true;
}

bool keep_number(TupleTableSlot* slot, DestReceiver* self) {
  bool null;
  const Datum value = slot_getattr(slot, 1, &null);
  static_cast<NumberReceiver*>(self)->value = null ? 0 : DatumGetInt64(value);
  return true;
}

}  // namespace

PackingReceiver::PackingReceiver(RowPacker* packer)
    : DestReceiver{pack_slot, begin_rows, end_rows, end_rows, DestNone}, packer(packer) {}

NumberReceiver::NumberReceiver() : DestReceiver{keep_number, begin_rows, end_rows, end_rows, DestNone} {}

PlannedStmt* plan_query(const Query* tree, const char* sql, int cursor_options, const char* function) {
  PlannedStmt* const plan =
      call([&] { return pg_plan_query(static_cast<Query*>(copyObjectImpl(tree)), sql, cursor_options, nullptr); });
  bool locks = false;
  ListCell* cell;
  foreach (cell, plan->rowMarks) locks |= lfirst_node(PlanRowMark, cell)->strength != LCS_NONE;
  if (locks || plan->hasModifyingCTE || plan->commandType != CMD_SELECT)
    throw InvalidInput(
        concat(function, ": the query must be a SELECT that only reads, not one that locks or writes rows"),
        "Write to a table first, and SELECT from it.");
  call([&] { check_permissions(plan); });  // also for explain_train: what the planner expects tells of the rows
  return plan;
}

QueryRun::QueryRun(PlannedStmt* plan, const char* sql, DestReceiver* receiver)
    : exceptions_(std::uncaught_exceptions()) {
  call([&] {
    query_ = CreateQueryDesc(plan, sql, GetActiveSnapshot(), InvalidSnapshot, receiver, nullptr, nullptr, 0);
    ExecutorStart(query_, 0);
  });
}

QueryRun::~QueryRun() {
  if (std::uncaught_exceptions() > exceptions_) return;
  try {
    call([&] {
      ExecutorFinish(query_);
      ExecutorEnd(query_);
      FreeQueryDesc(query_);
    });
  } catch (const ServerError& error) {
    // A destructor must not throw; what failed to end, the transaction will end.
    call([&] { FreeErrorData(error.data); });
  }
}

void QueryRun::run_all() {
  call([&] { run_executor(query_, 0, true); });
}

void QueryRun::run(std::uint64_t rows) {
  call([&] { run_executor(query_, rows, false); });
}

FromFirstPage::FromFirstPage() {
  call([&] {
    level_ = NewGUCNestLevel();
    set_config_option("synchronize_seqscans", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
  });
}

FromFirstPage::~FromFirstPage() {
  try {
    call([&] { AtEOXact_GUC(true, level_); });
  } catch (...) {
  }
}

}  // namespace quern::pg
