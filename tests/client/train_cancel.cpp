// Training held together: workers really work and change nothing in the answer; sessions and workers cancelled and
// terminated at 200 random moments leave no segment, no file and no process, and the next training works.
#include <poll.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include "session.hpp"

using namespace quern::client;

namespace {

void sleep_milliseconds(double ms) { std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(ms)); }

struct Training {
  std::string name, call, settings;
  bool same_bits = true;  // whoever does the work
};

std::string sgd(const std::string& more) { return concat(R"('{"solver": "sgd", "tol": 1e-300)", more, "}'"); }

// A query of many trainings: some of them come to their optimum soon.
std::string long_query(const Training& training) {
  return concat("SELECT count((", training.call, ")::text) FROM generate_series(1, 1000)");
}

std::vector<Training> trainings(int iterations) {
  const std::string max = concat(R"(, "max_iter": )", iterations);
  return {
      {"newton", concat("train('logistic_regression', 'SELECT b, x FROM rows', '{\"tol\": 1e-300", max, "}')"), ""},
      {"lbfgs",
       concat("train('linear_svm', 'SELECT c, x FROM rows', '{\"solver\": \"lbfgs\", \"loss\": \"squared_hinge\", "
              "\"tol\": 1e-300",
              max, "}')"),
       ""},
      {"average", "train('logistic_regression', 'SELECT b, x FROM rows', " + sgd(max) + ")", ""},
      {"bsp",
       "train('linear_regression', 'SELECT y, x FROM rows', " + sgd(max + R"(, "parallel": "bsp", "batch_size": 64)") +
           ")",
       ""},
      {"hogwild",
       "train('logistic_regression', 'SELECT b, x FROM rows', " + sgd(max + R"(, "parallel": "hogwild")") + ")", "",
       false},
      {"lock", "train('logistic_regression', 'SELECT b, x FROM rows', " + sgd(max + R"(, "parallel": "lock")") + ")",
       "", false},
      {"ordered", "train('linear_svm', 'SELECT c, x FROM rows ORDER BY i', " + sgd(max) + ")", ""},
      {"from files", "train('logistic_regression', 'SELECT b, x FROM rows', " + sgd(max) + ")",
       "SET quern.train_memory = '1MB'"},
      {"joined", "train('logistic_regression', 'SELECT b, x, z FROM rows JOIN other USING (i)', " + sgd(max) + ")", "",
       false},
      {"streamed",
       concat("train('logistic_regression', 'SELECT b, x FROM rows', '{\"store\": \"none\", \"tol\": 1e-300", max,
              "}')"),
       ""},
  };
}

void prepare(Session& session, const Training& training, int workers) {
  session.require("SET client_min_messages = 'error'");
  session.require("SET parallel_setup_cost = 0");
  session.require("SET parallel_tuple_cost = 0");
  session.require("SET min_parallel_table_scan_size = 0");
  session.require(concat("SET max_parallel_workers_per_gather = ", workers));
  session.require("RESET quern.train_memory");
  if (!training.settings.empty()) session.require(training.settings);
}

std::string bits(Session& session, const std::string& call) {
  return session.text(concat("SELECT string_agg(float8send(estimate)::text, ' ') FROM coefficients(", call, ")"));
}

// "...: 2 parallel workers came and performed 17 tasks", a message of level DEBUG1
struct WorkersSeen {
  int workers = 0, tasks = 0;
};
WorkersSeen train_and_watch(Session& session, const std::string& call) {
  WorkersSeen seen;
  PQsetNoticeProcessor(
      session.connection(),
      [](void* to, const char* message) {
        auto* const seen = static_cast<WorkersSeen*>(to);
        const std::string text = message;
        const std::size_t at = text.find(" parallel workers came");
        if (at == std::string::npos) return;
        const std::size_t number = text.rfind(' ', at - 1);
        std::sscanf(text.c_str() + number, " %d parallel workers came and performed %d tasks", &seen->workers,
                    &seen->tasks);
      },
      &seen);
  session.require("SET client_min_messages = 'debug1'");
  session.require("SELECT " + call);
  session.require("SET client_min_messages = 'error'");
  PQsetNoticeProcessor(
      session.connection(), [](void*, const char*) {}, nullptr);
  return seen;
}

void check_workers(Report& report) {
  Session session;
  for (const Training& training : trainings(30)) {
    prepare(session, training, 0);
    const std::string alone = bits(session, training.call);
    prepare(session, training, 2);
    int tasks = 0;
    for (int tries = 0; tries < 5 && tasks == 0; ++tries) tasks = train_and_watch(session, training.call).tasks;
    if (training.name == "streamed")
      report.check("streamed: no workers", tasks == 0, "some");
    else
      report.check(concat(training.name, ": workers perform tasks"), tasks > 0, "none in five trainings");
    if (training.same_bits)
      report.check(concat(training.name, ": the same bits with workers"), bits(session, training.call) == alone,
                   "others");
  }
}

// What a training could leave behind, by name.
std::set<std::string> segments() {
  std::set<std::string> names;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm", none))
    if (entry.path().filename().string().starts_with("PostgreSQL.")) names.insert(entry.path().filename());
  return names;
}

double temporary_files(Session& watcher) { return watcher.number("SELECT count(*) FROM pg_ls_tmpdir()"); }

double workers_left(Session& watcher) {
  return watcher.number("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'");
}

double mapped_segments(Session& watcher) { return watcher.number("SELECT count(*) FROM pg_ls_dir('pg_dynshmem')"); }

template <class F>
bool soon(F&& condition) {
  for (int wait = 0; wait < 100; ++wait) {
    if (condition()) return true;
    sleep_milliseconds(20);
  }
  return false;
}

void wait_for_answer(Session& session, int most_milliseconds) {
  pollfd socket{PQsocket(session.connection()), POLLIN, 0};
  poll(&socket, 1, most_milliseconds);
}

// Cancel, terminate and deadlines: within this time, unless the machine is busy. The median says so of the code.
constexpr double bound_milliseconds = 100;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Ended {
  std::string sqlstate = "00000", message;
  double milliseconds = 0;
};

template <class Stop>
Ended run_and_stop(Session& session, const std::string& sql, double delay, Stop&& stop) {
  if (!PQsendQuery(session.connection(), sql.c_str())) throw std::runtime_error(PQerrorMessage(session.connection()));
  sleep_milliseconds(delay);
  const Clock::time_point start = Clock::now();
  stop();
  Ended ended;
  while (PGresult* const next = PQgetResult(session.connection())) {
    const Result result(next);
    if (!result.ok()) ended = {result.sqlstate(), result.message(), 0};
  }
  ended.milliseconds = milliseconds_since(start);
  return ended;
}

constexpr const char* manners[] = {"cancel the session", "terminate the session", "cancel a worker",
                                   "terminate a worker"};

void check_stopped(Report& report, Session& watcher, std::mt19937_64& random) {
  {
    Session first;  // what stays between trainings is there from now on
    prepare(first, {}, 2);
    first.require("SELECT train('linear_regression', 'SELECT y, x FROM rows')");
  }
  const std::set<std::string> before = segments();
  const double mapped = mapped_segments(watcher);
  const std::vector<Training> all = trainings(1000);
  std::optional<Session> session;
  std::map<std::string, int> ends;
  std::vector<double> waits;
  std::string wrong, slowest;
  for (int i = 0; i < 200 && wrong.empty(); ++i) {
    if (!session) session.emplace();
    const Training& training =
        all[static_cast<std::size_t>(random_between(random, 0, static_cast<int>(all.size()) - 1))];
    const char* const manner = manners[i % 4];
    prepare(*session, training, 2);
    const int pid = session->pid();
    const char* const function = i % 2 ? "pg_terminate_backend" : "pg_cancel_backend";
    const double delay = random_between(random, 0, 3) ? random_between(random, 1, 150) : random_between(random, 1, 20);
    const Ended ended = run_and_stop(*session, long_query(training), delay, [&] {
      bool done = false;
      if (i % 4 >= 2)
        done = watcher
                   .require(concat("SELECT ", function, "(pid) FROM pg_stat_activity WHERE leader_pid = ", pid,
                                   " AND backend_type = 'parallel worker' ORDER BY random() LIMIT 1"))
                   .rows() > 0;
      if (done) wait_for_answer(*session, 100);  // the leader hears of it, unless the worker had not begun
      if (i % 4 < 2)
        watcher.require(concat("SELECT ", function, "(", pid, ")"));
      else
        watcher.require(concat("SELECT pg_cancel_backend(", pid,
                               ") WHERE EXISTS (SELECT FROM pg_stat_activity WHERE pid = ", pid,
                               " AND state = 'active')"));
    });
    const std::string where = concat(training.name, ", ", manner, " after ", delay, " ms: ");
    ++ends[ended.sqlstate];
    waits.push_back(ended.milliseconds);
    if (ended.milliseconds >= *std::max_element(waits.begin(), waits.end())) slowest = where;
    // 55000: a worker was ended before it could say hello.
    if (ended.sqlstate != "57014" && ended.sqlstate != "57P01" && ended.sqlstate != "08006" &&
        !(ended.sqlstate == "55000" && i % 4 >= 2))
      wrong = concat(where, ended.sqlstate, " ", ended.message);
    else if (ended.milliseconds > 2000)
      wrong = concat(where, "it took ", ended.milliseconds, " ms");
    if (!session->alive())
      session.reset();
    else if (!session->run("SELECT 1").ok())
      wrong = concat(where, "the session no longer works");
  }
  std::string counts;
  for (const auto& [state, n] : ends) counts += concat(" ", n, " x ", state);
  report.check(concat(waits.size(), " trainings stopped:", counts), wrong.empty() && waits.size() == 200, wrong);
  report.check(concat("stopped in ", median(waits), " ms (median), ", *std::max_element(waits.begin(), waits.end()),
                      " ms at most (", slowest, ")"),
               median(waits) <= bound_milliseconds, concat("the median is above ", bound_milliseconds, " ms"));
  session.reset();
  report.check("no worker is left", soon([&] { return workers_left(watcher) == 0; }), "some are after 2 s");
  report.check("no segment is left in /dev/shm", soon([&] {
                 const std::set<std::string> after = segments();
                 return std::includes(before.begin(), before.end(), after.begin(), after.end());
               }),
               concat(segments().size(), " after ", before.size(), " before"));
  report.check("no segment is left in pg_dynshmem", mapped_segments(watcher) == mapped, "some are");
  report.check("no temporary file is left", soon([&] { return temporary_files(watcher) == 0; }), "some are");
  report.check("no training is shown", watcher.number("SELECT count(*) FROM progress") == 0, "some are");
}

// The statement's deadline, at ten moments of each training: the time from it to the error in the client's hands.
void check_deadline(Report& report, std::mt19937_64& random) {
  std::vector<double> waits;
  std::string wrong;
  for (const Training& training : trainings(1000))
    for (int i = 0; i < 4 && wrong.empty(); ++i) {
      Session session;
      prepare(session, training, i % 2 ? 2 : 0);
      const int timeout = random_between(random, 20, 250);
      session.require(concat("SET statement_timeout = ", timeout));
      const Clock::time_point start = Clock::now();
      const Result result = session.run(long_query(training));
      waits.push_back(milliseconds_since(start) - timeout);
      if (result.sqlstate() != "57014") wrong = concat(training.name, ": ", result.sqlstate(), " ", result.message());
    }
  report.check(concat(waits.size(), " deadlines took effect in ", median(waits), " ms (median), ",
                      *std::max_element(waits.begin(), waits.end()), " ms at most"),
               wrong.empty() && median(waits) <= bound_milliseconds,
               wrong.empty() ? concat("the median is above ", bound_milliseconds, " ms") : wrong);
}

}  // namespace

int main() {
  Report report;
  std::mt19937_64 random = seeded_random();
  report.attempt("training", [&] {
    Session watcher;
    const std::string started = watcher.text("SELECT pg_postmaster_start_time()");
    create_rows(watcher, "rows", 60'000, 10);
    watcher.require("CREATE TABLE other AS SELECT i, u(i, 77) AS z FROM rows");
    watcher.require("ANALYZE other");
    Session session;
    prepare(session, {}, 2);
    const std::string call =
        "train('logistic_regression', 'SELECT b, x FROM rows', '{\"solver\": \"sgd\", \"max_iter\": 5}')";
    const std::string reference = bits(session, call);
    report.attempt("workers", [&] { check_workers(report); });
    report.attempt("stopped", [&] { check_stopped(report, watcher, random); });
    report.attempt("deadline", [&] { check_deadline(report, random); });
    report.check("the next training works", bits(session, call) == reference, "with other bits");
    // A crash of any backend would have ended this session.
    report.check("the server never went down",
                 watcher.run("SELECT 1").ok() && watcher.text("SELECT pg_postmaster_start_time()") == started,
                 "it did");
  });
  return report.finish();
}
