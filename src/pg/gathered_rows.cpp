#include "pg/gathered_rows.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/guard.hpp"

namespace quern::pg {

namespace {

constexpr double scan_speed = 1e9;  // bytes a second that a scan packs

void warn_of_no_rows(const std::string& algorithm, std::int64_t skipped) {
  call([&] {
    ereport(WARNING,
            (errmsg("%s: the query gives no rows to train on", algorithm.c_str()),
             skipped ? errdetail("%lld rows with a NULL in them were left out.", static_cast<long long>(skipped)) : 0));
  });
}

}  // namespace

double bytes_of(const RowStore& store) {
  double bytes = 0;
  for (const RowStore::Block& block : store.blocks()) bytes += block.bytes;
  return bytes;
}

CrewSize crew_for_scan(const TrainingRows& rows, const TrainingPlan& plan) {
  const double bytes = rows.expected_bytes();
  const double training =
      std::min(plan.passes * bytes / pass_speed, plan.max_seconds > 0 ? plan.max_seconds : HUGE_VAL);
  return crew_size(bytes / scan_speed + training, bytes, rows.scan_tasks());
}

CrewSize crew_for_seconds(const RowStore& store, double seconds, std::size_t tasks) {
  if (store.sequential()) return {0, "rows are not kept, and one process runs the query"};
  return crew_size(seconds, 0, tasks);
}

GatheredRows::GatheredRows(const char* function, std::string_view algorithm, const TrainingPlan& plan,
                           std::string_view sql, TrainingSlot& slot)
    : algorithm_(algorithm),
      plan_(plan),
      slot_(slot),
      query_((slot.report("plan", 0, 0, NAN, NAN), function), algorithm, plan, sql),
      area_(std::uint64_t{1024} * static_cast<std::uint64_t>(train_memory)),
      rows_(query_, area_) {}

bool GatheredRows::gather() {
  slot_.report("gather", 0, 0, NAN, NAN);
  if (rows_.way() == GatherWay::paged) {
    crew_.emplace(area_, crew_for_scan(rows_, plan_).workers);
    if (crew_->workers_launched() == 0) area_.keep_private();
    scanner_ = make_scan_worker(area_);
    crew_->open(Post::scan, {}, *scanner_);
    slot_.set_workers(crew_->workers_launched());
  } else if (rows_.way() == GatherWay::leader && !may_have_workers()) {
    area_.keep_private();
  }
  rows_.gather(crew_ ? &*crew_ : nullptr);
  if (rows_.store().rows() > 0) return true;
  if (rows_.weightless() > 0)
    throw InvalidInput(concat(algorithm_, ": all rows have weight 0 (column \"", plan_.rows.weight, "\")"),
                       "A row of weight 0 counts as none: give some rows a weight above 0.");
  if (crew_) crew_->finish();
  warn_of_no_rows(algorithm_, rows_.skipped());
  return false;
}

ParallelCrew& GatheredRows::crew(int workers) {
  if (!crew_) crew_.emplace(area_, workers);
  slot_.set_workers(crew_->workers_launched());
  return *crew_;
}

}  // namespace quern::pg
