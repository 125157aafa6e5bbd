// Named graphs among many sessions: who sees which revision when, what the end of a transaction, a cancel, a
// termination or DROP leaves behind (nothing), who may rebuild what for whom, and that a graph in memory never holds
// rows that were not committed.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "session.hpp"

using namespace quern::client;

namespace {

void sleep_milliseconds(double ms) { std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(ms)); }

int segments() {
  int count = 0;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm", none))
    count += entry.path().filename().string().starts_with("PostgreSQL.");
  return count;
}

template <class F>
bool soon(F&& condition) {
  for (int wait = 0; wait < 100; ++wait) {
    if (condition()) return true;
    sleep_milliseconds(20);
  }
  return false;
}

bool in_memory(Session& session, const std::string& name) {
  return session.text("SELECT in_memory FROM graphs WHERE name = '" + name + "'") == "t";
}

// Makes all other graphs go: it takes 65524 bytes of 65536.
void evict(Session& session) {
  session.require("BEGIN; SET LOCAL quern.graph_memory = '64kB'");
  session.require("SELECT graph_create('evictor', 'SELECT i, i + 1 FROM generate_series(1, 3273) AS i')");
  session.require("ROLLBACK");
}

std::string edges_of(Session& session, const std::string& name) {
  const Result result = session.run("SELECT count(*) FROM edges('" + name + "')");
  return result.ok() ? result.value() : result.sqlstate();
}

void check_visibility(Report& report, Session& a) {
  Session b;
  a.require("CREATE TABLE line AS SELECT i AS src, i + 1 AS dst FROM generate_series(1, 100) AS i");
  const int before = segments();
  a.require("BEGIN");
  a.require("SELECT graph_create('line', 'SELECT src, dst FROM line')");
  report.check("who made a graph sees it", edges_of(a, "line") == "100");
  report.check("others do not before the commit", edges_of(b, "line") == "42704");
  a.require("ROLLBACK");
  report.check("a rollback leaves no graph", edges_of(a, "line") == "42704");
  report.check("and no memory", segments() == before, concat(segments() - before, " segments"));
  a.require("SELECT graph_create('line', 'SELECT src, dst FROM line')");
  report.check("after the commit others see it", edges_of(b, "line") == "100");
  report.check("without making it again", segments() == before + 1, concat(segments() - before, " segments"));

  b.require("BEGIN ISOLATION LEVEL REPEATABLE READ");
  report.check("a snapshot", edges_of(b, "line") == "100");
  a.require("INSERT INTO line VALUES (200, 201); SELECT graph_refresh('line')");
  report.check("a refreshed graph is seen", edges_of(a, "line") == "101");
  report.check("an older snapshot sees the old one", edges_of(b, "line") == "100");
  b.require("COMMIT");
  report.check("and then the new one", edges_of(b, "line") == "101");
  report.check("the old one is gone from memory", soon([&] { return segments() == before + 1; }),
               concat(segments() - before, " segments"));

  // A snapshot that had not yet mapped the graph that was replaced.
  b.require("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM line");
  a.require("DELETE FROM line WHERE src = 200; SELECT graph_refresh('line')");
  report.check("a graph that is gone is made again as the snapshot sees it", edges_of(b, "line") == "101");
  b.require("COMMIT");
  report.check("for that transaction alone", edges_of(b, "line") == "100");

  a.require("BEGIN; SELECT graph_drop('line')");
  report.check("a dropped graph is there until the commit", edges_of(b, "line") == "100");
  a.require("COMMIT");
  report.check("and then is not", edges_of(b, "line") == "42704");
  report.check("its memory is returned", soon([&] { return segments() == before; }),
               concat(segments() - before, " segments"));

  a.require("BEGIN; SELECT graph_create('line', 'SELECT src, dst FROM line'); SAVEPOINT s");
  a.require("SELECT graph_refresh('line'); SELECT graph_create('other', 'SELECT src, dst FROM line'); ROLLBACK TO s");
  report.check("a subtransaction that is rolled back leaves what was before",
               edges_of(a, "line") == "100" && edges_of(a, "other") != "100");
  a.run("ROLLBACK");
  a.require("BEGIN; SELECT graph_create('line', 'SELECT src, dst FROM line'); SAVEPOINT s");
  a.require("SELECT graph_refresh('line'); RELEASE s; COMMIT");
  report.check("one that is released keeps what it made", edges_of(b, "line") == "100");
  report.check("and one graph", soon([&] {
                 edges_of(a, "line");
                 return segments() == before + 1;
               }),
               concat(segments() - before, " segments"));
  a.require("BEGIN; SELECT graph_refresh('line')");
  const Result prepared = a.run("PREPARE TRANSACTION 'graph'");
  report.check("such a transaction cannot be prepared", prepared.sqlstate() == "0A000", prepared.message());
  a.run("ROLLBACK");
  a.require("SELECT graph_drop('line')");
}

// Every version of the table has one weight, and that many edges.
void check_refresh(Report& report, Session& a) {
  a.require("CREATE TABLE version AS SELECT i AS src, i + 1 AS dst, 1000 AS w FROM generate_series(1, 1000) AS i");
  a.require("SELECT graph_create('version', 'SELECT src, dst, w FROM version')");
  std::atomic<bool> over{false};
  std::atomic<int> reads{0}, mixed{0}, backwards{0}, failed{0};
  std::vector<std::thread> readers;
  for (int r = 0; r < 3; ++r)
    readers.emplace_back([&, r] {
      Session session;
      double last = 0;
      while (!over) {
        if (r == 2) session.require("BEGIN ISOLATION LEVEL REPEATABLE READ");
        const Result seen = session.run("SELECT min(weight), max(weight), count(*) FROM edges('version')");
        if (!seen.ok()) {
          ++failed;
          std::printf("# %s", seen.message().c_str());
        }
        mixed += seen.value(0, 0) != seen.value(0, 1) || seen.value(0, 0) != seen.value(0, 2);
        backwards += seen.number() < last;
        last = seen.number();
        ++reads;
        if (r == 2) session.require("COMMIT");
      }
    });
  int refreshes = 0;
  for (const auto start = Clock::now(); milliseconds_since(start) < 2000; ++refreshes) {
    a.require("BEGIN; UPDATE version SET w = w + 1");
    a.require(
        "INSERT INTO version SELECT max(src) + 1, max(src) + 2, max(w) FROM version; SELECT graph_refresh('version')");
    a.require(refreshes % 3 == 2 ? "ROLLBACK" : "COMMIT");
  }
  over = true;
  for (std::thread& reader : readers) reader.join();
  report.check(concat(reads, " reads beside ", refreshes, " refreshes: old or new, no mix"), mixed == 0 && reads > 50,
               concat(mixed, " of a mix"));
  report.check("never an older one again", backwards == 0, concat(backwards));
  report.check("and no errors", failed == 0, concat(failed));
  a.require("SELECT graph_drop('version')");
}

// What is not committed stays with who wrote it, and leaves with it.
void check_uncommitted(Report& report, Session& a) {
  Session b;
  a.require("CREATE TABLE open AS SELECT 1 AS src, 2 AS dst");
  a.require("SELECT graph_create('open', 'SELECT src, dst FROM open')");
  evict(a);
  report.check("a graph goes for another", !in_memory(a, "open"));
  a.require("BEGIN; INSERT INTO open VALUES (3, 4)");
  report.check("who makes it again in a transaction that has written sees its rows", edges_of(a, "open") == "2");
  report.check("nobody else does", edges_of(b, "open") == "1");
  a.require("ROLLBACK");
  report.check("nor itself after the rollback", edges_of(a, "open") == "1");
  evict(a);
  a.require("BEGIN; SAVEPOINT s; INSERT INTO open VALUES (3, 4)");
  const bool with = edges_of(a, "open") == "2";
  a.require("ROLLBACK TO s");
  report.check("nor after that of a subtransaction", with && edges_of(a, "open") == "1");
  a.require("COMMIT");
  evict(a);
  report.check("who only reads makes it for all", edges_of(b, "open") == "1" && in_memory(a, "open"));
  evict(a);
  b.require("SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0");
  b.require("CREATE TABLE rows AS SELECT 1 AS a FROM generate_series(1, 50000)");
  const Result beside = b.run("SELECT (SELECT count(*) FROM edges('open')), count(*) FROM rows");
  report.check("also beside parallel workers", beside.value() == "1" && in_memory(a, "open"), beside.message());
  a.require("SELECT graph_drop('open')");
}

void check_rights(Report& report, Session& a) {
  a.run("DROP OWNED BY quern_graph_maker, quern_graph_other; DROP ROLE quern_graph_maker, quern_graph_other");
  a.run("DROP ROLE IF EXISTS quern_graph_maker; DROP ROLE IF EXISTS quern_graph_other");
  a.require("CREATE ROLE quern_graph_maker; CREATE ROLE quern_graph_other");
  a.require("GRANT USAGE ON SCHEMA quern TO quern_graph_maker, quern_graph_other");
  a.require("CREATE TABLE mine AS SELECT i AS src, i + 1 AS dst FROM generate_series(1, 10) AS i");
  a.require("GRANT SELECT ON mine TO quern_graph_maker; ALTER TABLE mine ENABLE ROW LEVEL SECURITY");
  a.require("CREATE POLICY low ON mine USING (src <= 5 AND current_user = 'quern_graph_maker' OR src = 10)");
  Session maker, other;
  maker.require("SET ROLE quern_graph_maker");
  other.require("SET ROLE quern_graph_other");
  maker.require("SELECT graph_create('mine', 'SELECT src, dst FROM mine')");
  maker.require("SELECT graph_grant('mine', 'quern_graph_other')");
  report.check("who was granted a graph reads what its owner gathered", edges_of(other, "mine") == "6");
  const std::string database = a.text("SELECT quote_ident(current_database())");
  a.require(concat("ALTER DATABASE ", database, " OWNER TO quern_graph_other"));
  other.require(
      "INSERT INTO graph_definitions SELECT 'stolen', 'quern_graph_other'::regrole, query, options, search_path, "
      "readers, revision, built_at, vertices, edges, bytes FROM graph_definitions WHERE name = 'mine'");
  report.check("the owner of the database dumps and restores definitions, and gains no graph by it",
               edges_of(other, "stolen") == "42501");
  other.require("SELECT graph_drop('stolen')");
  report.check("nor harms it", edges_of(maker, "mine") == "6" && in_memory(a, "mine"));
  a.require(concat("ALTER DATABASE ", database, " OWNER TO CURRENT_USER"));
  evict(a);
  report.check("but does not make it again without rights on the table", edges_of(other, "mine") == "42501");
  a.require("GRANT SELECT ON mine TO quern_graph_other");
  report.check("with rights sees what it may see", edges_of(other, "mine") == "1");
  report.check("alone", edges_of(maker, "mine") == "6" && edges_of(other, "mine") == "6");
  evict(a);
  report.check("a superuser, whom no policy binds, sees all rows", edges_of(a, "mine") == "10");
  report.check("and does not make them the graph of others", edges_of(maker, "mine") == "6");
  maker.require("SELECT graph_revoke('mine', 'quern_graph_other')");
  report.check("revoked", edges_of(other, "mine") == "42501");
  maker.require("SELECT graph_drop('mine')");
  a.require("DROP TABLE mine; REVOKE ALL ON SCHEMA quern FROM quern_graph_maker, quern_graph_other");
  a.require("DROP ROLE quern_graph_maker, quern_graph_other");
}

void check_interrupts(Report& report, Session& a) {
  a.require("CREATE TABLE much AS SELECT * FROM rmat_graph(15)");
  a.require("SELECT graph_create('much', 'SELECT src, dst FROM much')");
  const std::string edges = edges_of(a, "much");
  const int before = segments();
  auto random = seeded_random();
  std::vector<double> waits;
  int cancelled = 0, wrong = 0;
  const char* const calls[] = {
      "SELECT graph_refresh('much')", "SELECT graph_create('more', 'SELECT src + 0, dst FROM much')",
      "BEGIN; SELECT graph_drop('much'); SELECT graph_create('much', 'SELECT a.src, b.dst FROM "
      "much a JOIN much b ON a.dst = b.src WHERE a.src < 50')"};
  for (int trial = 0; trial < 60; ++trial) {
    Session session;
    PQsendQuery(session.connection(), calls[trial % 3]);
    sleep_milliseconds(random_between(random, 0, 60));
    const bool terminates = trial % 2 == 1;
    const auto start = Clock::now();
    if (terminates) {
      a.require(concat("SELECT pg_terminate_backend(", session.pid(), ")"));
    } else {
      char error[256];
      PGcancel* const cancel = PQgetCancel(session.connection());
      PQcancel(cancel, error, sizeof error);
      PQfreeCancel(cancel);
    }
    while (PGresult* const raw = PQgetResult(session.connection())) {
      const Result result(raw);
      cancelled += result.sqlstate() == "57014" || result.sqlstate() == "57P01";
      if (!session.alive()) break;
    }
    waits.push_back(milliseconds_since(start));
    if (!terminates) session.run("ROLLBACK");
    a.run("SELECT graph_drop('more')");
    wrong += edges_of(a, "much") != edges;
  }
  std::sort(waits.begin(), waits.end());
  const double half = waits[waits.size() / 2], slowest = waits.back();
  report.check(concat(cancelled, " calls stopped in their midst, half within ", half, " ms, all within ", slowest),
               cancelled > 10 && half < 100 && slowest < 1000, "too few, or too slowly");
  report.check("the graph is as it was", wrong == 0, concat(wrong, " times not"));
  report.check("and nothing is left behind", soon([&] {
                 edges_of(a, "much");
                 return segments() <= before;
               }),
               concat(segments() - before, " segments"));
  a.require("SELECT graph_drop('much')");
}

void check_drop(Report& report, Session& a) {
  const std::string second = a.text("SELECT current_database() || '_second'");
  a.require("DROP DATABASE IF EXISTS " + second);
  a.require("CREATE DATABASE " + second);
  const int before = segments();
  {
    Session other("dbname=" + second);
    other.require("CREATE EXTENSION quern");
    other.require("SELECT graph_create('g', 'SELECT 1, 2')");
    report.check("a graph is of its database", edges_of(a, "g") == "42704");
    other.require("DROP EXTENSION quern CASCADE");
    other.require("CREATE EXTENSION quern");
    report.check("another extension has no graphs", other.number("SELECT count(*) FROM graphs") == 0);
    other.require("SELECT graph_create('g', 'SELECT 1, 2')");
    report.check("and sweeps those of the one before", soon([&] {
                   edges_of(other, "g");
                   return segments() == before + 1;
                 }),
                 concat(segments() - before, " segments"));
  }
  a.require("DROP DATABASE " + second);
  a.require("SELECT graph_create('sweeper', 'SELECT 1, 2')");
  report.check("graphs of a database that was dropped go", soon([&] { return segments() == before + 1; }),
               concat(segments() - before, " segments"));
  a.require("SELECT graph_drop('sweeper')");
}

}  // namespace

int main() {
  Report report;
  report.attempt("named graphs", [&] {
    Session a;
    a.require("SET client_min_messages = 'error'");
    a.require("SELECT graph_create('first', 'SELECT 1, 2')");  // makes the table of graphs
    a.require("SELECT graph_drop('first')");
    report.attempt("visibility", [&] { check_visibility(report, a); });
    report.attempt("refresh", [&] { check_refresh(report, a); });
    report.attempt("uncommitted rows", [&] { check_uncommitted(report, a); });
    report.attempt("rights", [&] { check_rights(report, a); });
    report.attempt("interrupts", [&] { check_interrupts(report, a); });
    report.attempt("drop", [&] { check_drop(report, a); });
  });
  return report.finish();
}
