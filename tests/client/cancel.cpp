// Cancelled and terminated at random moments: the query ends soon, the session goes on, nothing stays behind.
//
// statement_timeout in the midst of Newton's method over 300,000 rows of 50 features takes effect at once too; what is
// measured is the time from the deadline to the error in the client's hands, with all memory freed.
#include <algorithm>
#include <optional>
#include <thread>

#include "session.hpp"

using namespace quern::client;

namespace {

void sleep_milliseconds(double ms) { std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(ms)); }

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

double greatest(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

constexpr const char* forms[] = {"serial", "parallel", "hashed groups", "window", "states merged"};

// A query of several seconds.
std::string long_query(const Aggregate& a, const std::string& form) {
  const std::string many = "FROM rows, generate_series(1, 200) repeat";
  if (form == "hashed groups")
    return concat("SELECT count(r::text) FROM (SELECT ", a.call("_state"), " AS r ", many,
                  " GROUP BY i, repeat % 10) s");
  if (form == "window")
    return concat("SELECT count(r::text) FROM (SELECT ", a.call("_state"),
                  " OVER (ORDER BY i ROWS BETWEEN 2000 PRECEDING AND 1 FOLLOWING) AS r FROM rows) s");
  if (form == "states merged")
    return concat("SELECT ", a.name, "_merge(s) FROM (SELECT ", a.call("_state"), " AS s ", many,
                  " GROUP BY i, repeat) s");
  return concat("SELECT ", a.call(), " ", many);
}

void set_form(Session& session, const std::string& form) {
  session.require(concat("SET max_parallel_workers_per_gather = ", form == "parallel" ? 2 : 0));
  session.require(concat("SET enable_sort = ", form == "hashed groups" ? "off" : "on"));
}

// Of the session before it runs long queries: what its memory contexts and the process hold.
struct Memory {
  double contexts, process;
  explicit Memory(Session& session)
      : contexts(session.number("SELECT sum(total_bytes) FROM pg_backend_memory_contexts") / 1e6),
        process(private_memory(session.pid())) {}
};

void check_memory(Report& report, const Memory& before, Session& session) {
  const Memory after(session);
  const double contexts = after.contexts - before.contexts, process = after.process - before.process;
  report.check(concat("after that memory contexts hold ", contexts, " MB more, the process ", process, " MB"),
               contexts < 2 && process < 50, "too much");
}

struct Ended {
  std::string sqlstate, message;
  double milliseconds;  // from when `stop` was called to when the answer was there
};

// Starts `sql`, calls stop after `delay` ms and waits for the end.
template <class Stop>
Ended run_and_stop(Session& session, const std::string& sql, double delay, Stop&& stop) {
  if (!PQsendQuery(session.connection(), sql.c_str())) throw std::runtime_error(PQerrorMessage(session.connection()));
  sleep_milliseconds(delay);
  const Clock::time_point start = Clock::now();
  stop();
  Ended ended{"00000", "", 0};
  while (PGresult* const next = PQgetResult(session.connection())) {
    const Result result(next);
    if (!result.ok()) ended = {result.sqlstate(), result.message(), 0};
  }
  ended.milliseconds = milliseconds_since(start);
  return ended;
}

bool no_workers_left(Session& watcher) {
  for (int wait = 0; wait < 100; ++wait) {
    if (watcher.number("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'") == 0)
      return true;
    sleep_milliseconds(20);
  }
  return false;
}

void check_cancel(Report& report, Session& watcher, std::mt19937_64& random) {
  Session session;
  session.require("SET client_min_messages = 'error'");
  // What the catalog caches of a session take, that only grows.
  for (const Aggregate& a : aggregates)
    for (const char* form : forms) session.run("EXPLAIN " + long_query(a, form));
  for (const Aggregate& a : aggregates) session.require(concat("SELECT ", a.call("_state"), " FROM rows"));
  std::optional<Memory> before;  // after the first: malloc keeps part of what it has had
  std::vector<double> waits;
  std::string wrong, slowest;
  int cancelled = 0;
  for (int i = 0; i < 80 && wrong.empty(); ++i) {
    if (i == 20) before.emplace(session);
    const Aggregate& a = aggregates[static_cast<std::size_t>(i) % aggregates.size()];
    const std::string form = forms[static_cast<std::size_t>(random_between(random, 0, 4))];
    const double delay = random_between(random, 1, 200);
    set_form(session, form);
    PGcancel* const cancel = PQgetCancel(session.connection());
    char why[256];
    const Ended ended = run_and_stop(session, long_query(a, form), delay, [&] { PQcancel(cancel, why, sizeof why); });
    PQfreeCancel(cancel);
    if (ended.milliseconds > greatest(waits)) slowest = concat(a.name, ", ", form, ", after ", delay, " ms");
    waits.push_back(ended.milliseconds);
    cancelled += ended.sqlstate == "57014";
    if (ended.sqlstate != "57014" && ended.sqlstate != "00000")
      wrong = concat(a.name, ", ", form, ", after ", delay, " ms: ", ended.sqlstate, " ", ended.message);
    else if (ended.milliseconds > 2000)
      wrong = concat(a.name, ", ", form, ", after ", delay, " ms: it took ", ended.milliseconds, " ms");
    else if (session.run("SELECT describe(1.0)").sqlstate() != "00000")
      wrong = concat(a.name, ", ", form, ": the session no longer works");
  }
  report.check(concat(cancelled, " of ", waits.size(), " queries cancelled, in ", median(waits), " ms (median), ",
                      greatest(waits), " ms at most (", slowest, ")"),
               wrong.empty() && cancelled > 40, wrong.empty() ? "too few" : wrong);
  check_memory(report, before.value(), session);
  report.check("no parallel worker is left", no_workers_left(watcher), "some are after 2 s");
}

void check_terminate(Report& report, Session& watcher, std::mt19937_64& random) {
  std::vector<double> waits;
  std::string wrong;
  for (int i = 0; i < 16 && wrong.empty(); ++i) {
    const Aggregate& a = aggregates[static_cast<std::size_t>(i) % aggregates.size()];
    const std::string form = forms[static_cast<std::size_t>(random_between(random, 0, 4))];
    Session session;
    set_form(session, form);
    const Ended ended = run_and_stop(session, long_query(a, form), random_between(random, 1, 200), [&] {
      watcher.require(concat("SELECT pg_terminate_backend(", session.pid(), ")"));
    });
    waits.push_back(ended.milliseconds);
    if (ended.sqlstate != "57P01" && ended.sqlstate != "08006")
      wrong = concat(a.name, ", ", form, ": ", ended.sqlstate, " ", ended.message);
    else if (ended.milliseconds > 2000)
      wrong = concat(a.name, ", ", form, ": it took ", ended.milliseconds, " ms");
  }
  report.check(concat(waits.size(), " sessions terminated, in ", median(waits), " ms (median), ", greatest(waits),
                      " ms at most"),
               wrong.empty(), wrong);
  report.check("no parallel worker is left after that", no_workers_left(watcher), "some are after 2 s");
}

// The client goes away in the midst of a query and never reads the answer.
void check_dropped(Report& report, Session& watcher, std::mt19937_64& random) {
  std::vector<int> pids;
  for (const Aggregate& a : aggregates) {
    Session session;
    session.require("SET client_connection_check_interval = 50");
    pids.push_back(session.pid());
    PQsendQuery(session.connection(), long_query(a, "serial").c_str());
    sleep_milliseconds(random_between(random, 1, 60));
  }
  std::string list;
  for (int pid : pids) list += concat(list.empty() ? "" : ", ", pid);
  double left = 1;
  for (int wait = 0; wait < 100 && left > 0; ++wait) {
    left = watcher.number(concat("SELECT count(*) FROM pg_stat_activity WHERE pid IN (", list, ")"));
    if (left > 0) sleep_milliseconds(20);
  }
  report.check("sessions whose client is gone end", left == 0, concat(left, " are left after 2 s"));
}

// Timeouts between the end of gathering the rows and the end of the fit.
void check_finalize(Report& report, std::mt19937_64& random) {
  Session session;
  session.require("SET client_min_messages = 'error'");
  session.require("SET max_parallel_workers_per_gather = 0");
  const std::string fit = "SELECT logistic_regression(b, x, '{\"tol\": 1e-14}') FROM wide";
  auto time_of = [&](const std::string& sql) {
    const Clock::time_point start = Clock::now();
    session.require(sql);
    return milliseconds_since(start);
  };
  const std::string begun = "SELECT logistic_regression(b, x, '{\"max_iter\": 1}') FROM wide";
  time_of(fit);
  const double early = 0.8 * std::min(time_of(begun), time_of(begun)),
               late = 0.95 * std::min(time_of(fit), time_of(fit));
  std::printf("# timeouts between %.0f and %.0f ms\n", early, late);
  std::vector<double> waits;
  std::string wrong;
  std::optional<Memory> before;  // after the first: malloc keeps part of what it has had
  for (int i = 0; i < 30 && waits.size() < 12 && wrong.empty(); ++i) {
    if (!waits.empty() && !before) before.emplace(session);
    const int timeout = static_cast<int>(early + (late - early) * random_between(random, 0, 100) / 100.0);
    session.require(concat("SET statement_timeout = ", timeout));
    const Clock::time_point start = Clock::now();
    const Result result = session.run(fit);
    const double took = milliseconds_since(start);
    for (int tries = 0; !session.run("SET statement_timeout = 0").ok() && tries < 10;) ++tries;  // under the old one
    if (result.sqlstate() == "57014") waits.push_back(took - timeout);
    if (!result.ok() && result.sqlstate() != "57014") wrong = result.sqlstate() + " " + result.message();
  }
  std::sort(waits.begin(), waits.end());
  // The machine may be busy: one of them may be late.
  const bool soon = waits.size() >= 4 && waits[waits.size() - 2] <= 300;
  report.check(concat(waits.size(), " timeouts inside Finalize took effect in ", median(waits), " ms (median), ",
                      greatest(waits), " ms at most"),
               wrong.empty() && soon, wrong.empty() ? "later than 300 ms" : wrong);
  check_memory(report, before.value(), session);
}

}  // namespace

int main() {
  Report report;
  std::mt19937_64 random = seeded_random();
  report.attempt("cancel", [&] {
    Session watcher;
    const std::string started = watcher.text("SELECT pg_postmaster_start_time()");
    create_rows(watcher, "rows", 20'000, 5);
    create_rows(watcher, "wide", 300'000, 50);
    report.attempt("cancel", [&] { check_cancel(report, watcher, random); });
    report.attempt("terminate", [&] { check_terminate(report, watcher, random); });
    report.attempt("a dropped connection", [&] { check_dropped(report, watcher, random); });
    report.attempt("timeout in Finalize", [&] { check_finalize(report, random); });
    // A crash of any backend would have ended this session.
    report.check("the server never went down",
                 watcher.run("SELECT 1").ok() && watcher.text("SELECT pg_postmaster_start_time()") == started,
                 "it did");
  });
  return report.finish();
}
