// Eight sessions that train, merge, score and store at the same time get the answers of one session alone; prepared
// statements through custom and generic plans; two databases; a savepoint rolled back in the midst of it.
#include <thread>

#include "session.hpp"

using namespace quern::client;

namespace {

constexpr int workers = 8, rounds = 6;

struct Question {
  std::string name, sql;
};

std::vector<Question> questions() {
  std::vector<Question> all;
  for (const Aggregate& a : aggregates) {
    all.push_back({a.call(), concat("SELECT (", a.call(), ")::text FROM rows")});
    all.push_back({a.name + "_merge", concat("SELECT (", a.name, "_merge(s))::text FROM (SELECT ", a.call("_state"),
                                             " AS s FROM rows GROUP BY i % 9 ORDER BY i % 9) g")});
  }
  for (const char* score :
       {"predict(logistic, x)", "predict_proba(bayes, x)", "predict_label(bayes, x)", "predict(linear, x)"})
    all.push_back({score, concat("SELECT md5(string_agg(", score, "::text, ',' ORDER BY i)) FROM rows, models")});
  return all;
}

std::vector<std::string> answers(Session& session) {
  std::vector<std::string> all;
  for (const Question& q : questions()) all.push_back(session.text(q.sql));
  return all;
}

// The first difference from what one session alone got, or "".
std::string work(const std::vector<std::string>& expected, int worker) {
  const std::vector<Question> asked = questions();
  Session session;
  session.require("SET client_min_messages = 'error'");
  session.require("SET max_parallel_workers_per_gather = 0");
  session.require("PREPARE score(model, features) AS SELECT predict($1, $2)");
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const std::size_t q = (i + static_cast<std::size_t>(worker) * 3) % asked.size();
      if (session.text(asked[q].sql) != expected[q]) return asked[q].name + ": another answer";
    }
    session.require("BEGIN; SAVEPOINT before");
    if (session.run("SELECT linear_regression(y, x, '{\"no\": 1}') FROM rows").sqlstate() != "22023")
      return "an error did not come";
    session.require("ROLLBACK TO before");
    session.require(concat("INSERT INTO kept SELECT ", worker,
                           ", linear_regression_state(y, x) FROM rows WHERE i % 8 = ", worker, " AND i % ", rounds,
                           " = ", round, "; COMMIT"));
  }
  return "";
}

void check_workers(Report& report, Session& session) {
  session.require("CREATE UNLOGGED TABLE kept (worker integer, state state)");
  session.require("SET max_parallel_workers_per_gather = 0");
  const std::vector<std::string> expected = answers(session);
  std::vector<std::thread> threads;
  std::vector<std::string> wrong(workers);
  for (int w = 0; w < workers; ++w)
    threads.emplace_back([&, w] {
      try {
        wrong[static_cast<std::size_t>(w)] = work(expected, w);
      } catch (const std::exception& e) {
        wrong[static_cast<std::size_t>(w)] = e.what();
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (int w = 0; w < workers; ++w)
    report.check(concat("session ", w, " of ", workers, " gets the answers of one alone"),
                 wrong[static_cast<std::size_t>(w)].empty(), wrong[static_cast<std::size_t>(w)]);
  const Result merged = session.require(
      "SELECT count(*), max(abs(a.estimate - b.estimate) / (1 + abs(b.estimate))) FROM coefficients((SELECT "
      "linear_regression_merge(state) FROM kept)) a, coefficients((SELECT linear_regression(y, x) FROM rows)) b WHERE "
      "a.term = b.term");
  report.check(concat("the states they stored merge to the whole, to ", merged.number(0, 1)),
               merged.number() == 5 && merged.number(0, 1) < 1e-10, "1e-10 or more");
}

void check_prepared(Report& report, Session& session) {
  for (const char* mode : {"force_custom_plan", "force_generic_plan"}) {
    session.require(concat("SET plan_cache_mode = '", mode, "'"));
    session.require("PREPARE score(model, double precision[]) AS SELECT predict($1, $2)");
    session.require(
        "PREPARE train(double precision) AS SELECT linear_regression(y, x, jsonb_build_object('l2', $1)) FROM rows");
    std::string wrong;
    for (int round = 0; round < 12 && wrong.empty(); ++round) {
      const std::string l2 = concat(round % 3);
      const std::string model = session.text("EXECUTE train(" + l2 + ")");
      if (model != session.text(concat("SELECT linear_regression(y, x, '{\"l2\": ", l2, "}') FROM rows")))
        wrong = "another model";
      // Another model through the same plan, after the last one was decoded.
      const std::string x = concat("'{", round, ",2,3,4}'");
      if (session.text(concat("EXECUTE score('", model, "', ", x, ")")) !=
          session.text(concat("SELECT predict('", model, "'::model, ", x, ")")))
        wrong = "another score";
    }
    session.require("DEALLOCATE ALL; RESET plan_cache_mode");
    report.check(concat("prepared statements, ", mode), wrong.empty(), wrong);
  }
}

// More models than a call site remembers, in an order that turns them over, and one that changes under the same key.
void check_many_models(Report& report, Session& session) {
  session.require(
      "CREATE TEMP TABLE many AS SELECT m, linear_regression(y + m, x) AS model FROM rows, generate_series(1, 40) m "
      "WHERE i <= 50 "
      "GROUP BY m");
  const double off = session.number(
      "SELECT max(abs(predict(model, x) - predict((SELECT model FROM many WHERE m = 1), x) - (m - 1))) FROM many, rows "
      "WHERE i <= 200");
  report.check("forty models turn over at one call site", off < 1e-9, concat("off by ", off));
  session.require("UPDATE many SET model = (SELECT model FROM many WHERE m = 2) WHERE m = 1");
  const double same = session.number(
      "SELECT max(abs(predict(a.model, x) - predict(b.model, x))) FROM many a, many b, rows WHERE a.m = 1 AND b.m = 2 "
      "AND i <= 50");
  report.check("a model that was updated is the new one", same == 0, concat("off by ", same));
}

void check_two_databases(Report& report, Session& session) {
  const std::string second = session.text("SELECT current_database() || '_second'");
  session.require("DROP DATABASE IF EXISTS " + second);
  session.require("CREATE DATABASE " + second);
  {
    Session other("dbname=" + second);
    other.require("CREATE EXTENSION quern");
    create_rows(other, "rows", 3000, 4);
    const std::string sql = "SELECT linear_regression(y, x) FROM rows",
                      state = "SELECT linear_regression_state(y, x) FROM rows";
    session.require("SET max_parallel_workers_per_gather = 0");
    other.require("SET max_parallel_workers_per_gather = 0");
    report.check("two databases give the same model", session.text(sql) == other.text(sql), "they differ");
    const Result merged =
        other.run("SELECT n FROM (SELECT value AS n FROM metrics(linear_regression_final($1)) WHERE metric = 'n') s",
                  {{session.text(state), false, 0}});
    report.check("a state goes from one database to the other", merged.value() == "3000", merged.message());
    other.require("DROP EXTENSION quern");
    report.check("the extension is dropped from the other alone", session.run(sql).ok() && !other.run(sql).ok());
  }
  session.require("DROP DATABASE " + second);
}

}  // namespace

int main() {
  Report report;
  report.attempt("sessions", [&] {
    Session session;
    session.require("SET client_min_messages = 'error'");
    create_rows(session, "rows", 3000, 4);
    session.require(
        "CREATE UNLOGGED TABLE models AS SELECT linear_regression(y, x) AS linear, logistic_regression(b, x) AS "
        "logistic, "
        "gaussian_naive_bayes(c, x) AS bayes FROM rows");
    report.attempt("eight sessions", [&] { check_workers(report, session); });
    report.attempt("prepared statements", [&] { check_prepared(report, session); });
    report.attempt("many models", [&] { check_many_models(report, session); });
    report.attempt("two databases", [&] { check_two_databases(report, session); });
  });
  return report.finish();
}
