// Trainings that run, as rows for quern.progress. Who may see what is as in pg_stat_progress_*: process and database
// everybody, the rest those who have the privileges of the session's role, or of pg_read_all_stats.
#include <cmath>
#include <optional>
#include <string>

#include "pg/entry.hpp"
#include "pg/rows.hpp"
#include "pg/shared.hpp"

extern "C" {
#include <catalog/pg_authid.h>
#include <commands/dbcommands.h>
#include <utils/acl.h>
#include <utils/timestamp.h>
}

namespace quern::pg {

namespace {

struct ProgressRow {
  std::int32_t pid = 0;
  std::optional<std::string> database, role, algorithm, phase;
  std::optional<std::int64_t> epoch, max_epoch, rows;
  std::optional<double> rows_per_second, loss;
  std::optional<std::int32_t> workers;
  std::optional<std::int64_t> started_at;  // timestamptz
  std::optional<double> seconds;

  static constexpr std::array columns{"pid",     "database",   "role",   "algorithm",       "phase",
                                      "epoch",   "max_epoch",  "rows",   "rows_per_second", "loss",
                                      "workers", "started_at", "seconds"};
};

std::optional<std::string> unless_null(const char* text) {
  return text ? std::optional<std::string>(text) : std::nullopt;
}
std::optional<std::int64_t> unless_zero(std::int64_t n) { return n ? std::optional(n) : std::nullopt; }
std::optional<double> unless_nan(double value) { return std::isnan(value) ? std::nullopt : std::optional(value); }

ProgressRow row_of(const TrainingStatus& training) {
  const struct {
    const char *database, *role;
    bool may_see;
  } names = call([&] {
    return std::remove_const_t<decltype(names)>{
        get_database_name(training.database), GetUserNameFromId(training.role, true),
        has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS) || has_privs_of_role(GetUserId(), training.role)};
  });
  ProgressRow row;
  row.pid = training.pid;
  row.database = unless_null(names.database);
  if (!names.may_see) return row;
  row.role = unless_null(names.role);
  row.algorithm = training.algorithm;
  if (training.phase[0]) row.phase = training.phase;
  row.epoch = unless_zero(training.epoch);
  row.max_epoch = unless_zero(training.max_epochs);
  row.rows = training.rows;
  row.rows_per_second = unless_nan(training.rows_per_second);
  row.loss = unless_nan(training.loss);
  row.workers = training.workers;
  row.started_at = training.started_at;
  row.seconds = static_cast<double>(GetCurrentTimestamp() - training.started_at) / USECS_PER_SEC;
  return row;
}

Datum training_progress(FunctionCallInfo fcinfo) {
  return guarded([&] {
    std::vector<ProgressRow> rows;
    for (const TrainingStatus& training : running_trainings()) rows.push_back(row_of(training));
    return return_rows(fcinfo, rows);
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_training_progress, quern::pg::training_progress)
