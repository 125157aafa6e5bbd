// A plan that is a lone scan of a heap, run over ranges of its pages: in the order of the table, whichever process has
// which range. Filters, expressions and row security are the plan's, evaluated by the executor.
//
// The scan descriptor that the plan's node would open is opened here, without synchronised scans, and limited to the
// pages of the task (heap_setscanlimits, as index builds do).
#include "base/error.hpp"
#include <algorithm>
#include <optional>

#include "pg/query_run.hpp"
#include "pg/training_rows.hpp"

namespace quern::pg {

namespace {

class ScanWorker final : public Worker {
 public:
  explicit ScanWorker(TrainingArea& area) : area_(area), blocks_(area), packer_(area, blocks_), receiver_(&packer_) {
    auto* const plan = call([&] { return static_cast<PlannedStmt*>(stringToNode(area_.at<char>(area_.rows().plan))); });
    run_.emplace(plan, "", &receiver_);
  }

  void perform(const Command& command, std::size_t task) override {
    if (command.operation != Operation::scan) throw InvalidInput("train: a worker that scans was asked for more");
    const RowsControl& rows = area_.rows();
    const auto from = static_cast<BlockNumber>(task * rows.pages_in_task);
    const BlockNumber pages = std::min(rows.pages_in_task, rows.pages - from);
    blocks_.start_range(std::uint64_t{task} << 24);
    call([&] { scan(from, pages); });
  }

 private:
  // A frame of the server's: an ERROR may pass.
  void scan(BlockNumber from, BlockNumber pages) {
    auto* const node = reinterpret_cast<ScanState*>(run_->plan_state());
    EState* const state = run_->executor_state();
    MemoryContext const previous = MemoryContextSwitchTo(state->es_query_cxt);
    if (!node->ss_currentScanDesc)
      node->ss_currentScanDesc =
          table_beginscan_strat(node->ss_currentRelation, state->es_snapshot, 0, nullptr, true, false);
    else
      table_rescan(node->ss_currentScanDesc, nullptr);
    heap_setscanlimits(node->ss_currentScanDesc, from, pages);
    for (;;) {
      TupleTableSlot* const slot = ExecProcNode(&node->ps);
      if (TupIsNull(slot)) break;
      prefetch(node->ss_ScanTupleSlot);
      slot_getallattrs(slot);
      packer_.receive(slot->tts_values, slot->tts_isnull);
    }
    MemoryContextSwitchTo(previous);
  }

  void prefetch(TupleTableSlot* slot) {
    if (!TTS_IS_BUFFERTUPLE(slot)) return;
    const HeapTuple tuple = reinterpret_cast<HeapTupleTableSlot*>(slot)->tuple;
    prefetcher_.at(tuple->t_data, tuple->t_len);
  }

  TrainingArea& area_;
  BlockPacker blocks_;
  RowPacker packer_;
  PackingReceiver receiver_;
  Prefetcher prefetcher_;
  std::optional<QueryRun> run_;
};

}  // namespace

std::unique_ptr<Worker> make_scan_worker(TrainingArea& area) { return std::make_unique<ScanWorker>(area); }

}  // namespace quern::pg
