// The narrowest, the widest and the most extreme arrays, and arrays and models wherever the server may keep them: the
// right answer, or a clear error.
#include <cmath>

#include "session.hpp"

using namespace quern::client;

namespace {

// Runs `sql`: it has to succeed, or fail for a reason that is the caller's.
void check_answer_or_error(Report& report, Session& session, const std::string& name, const std::string& sql) {
  const Clock::time_point start = Clock::now();
  const Result result = session.run(sql);
  const double took = milliseconds_since(start);
  const std::string sqlstate = result.sqlstate();
  const bool clear = result.ok() || sqlstate.starts_with("22") || sqlstate.starts_with("54") || sqlstate == "53200";
  report.check(
      concat(name, result.ok() ? "" : " is refused with " + result.message().substr(0, result.message().find('\n'))),
      clear && took < 20'000, clear ? concat("it took ", took, " ms") : concat(sqlstate, " ", result.message()));
}

const std::vector<Aggregate> of_features{{"moments", "x"},
                                         {"linear_regression", "y, x"},
                                         {"logistic_regression", "y > 0, x"},
                                         {"gaussian_naive_bayes", "y > 0, x"}};

void check_widths(Report& report, Session& session) {
  for (int width : {0, 1, 1600, 100'000}) {
    session.require("DROP TABLE IF EXISTS wide");
    session.require(
        concat("CREATE TEMP TABLE wide AS SELECT i, sin(i) AS y, ARRAY(SELECT u(i, j) FROM generate_series(1, ", width,
               ") j) AS x FROM generate_series(1, 40) i"));
    for (const Aggregate& a : of_features) {
      const std::string name = concat(a.name, " of ", width, " features");
      check_answer_or_error(report, session, name, concat("SELECT length((", a.call(), ")::text) FROM wide"));
      check_answer_or_error(report, session, name + " by stored states",
                            concat("SELECT length((", a.name, "_merge(s))::text) FROM (SELECT ", a.call("_state"),
                                   " AS s FROM wide GROUP BY i % 3) t"));
    }
  }
  // A column is x[i] here, so sums are known whatever the width.
  const Result moments = session.require(
      "SELECT mean(m), n(m), array_dims(covariance(m)) FROM (SELECT moments(ARRAY(SELECT i + j FROM generate_series(1, "
      "1600) j)) AS m FROM "
      "generate_series(1, 3) i) s");
  report.check(
      "moments of 1600 columns",
      moments.value().starts_with("{3,4,5,") && moments.number(0, 1) == 3 && moments.value(0, 2) == "[1:1600][1:1600]",
      moments.value().substr(0, 60));
  const Result fit = session.require(
      "SELECT predict(linear_regression(i, ARRAY(SELECT CASE WHEN i = j THEN 1 ELSE 0 END FROM generate_series(1, 400) "
      "j)), "
      "ARRAY(SELECT CASE WHEN j = 77 THEN 1 ELSE 0 END FROM generate_series(1, 400) j)) FROM generate_series(1, 401) "
      "i");
  report.check("linear_regression of 400 columns", std::abs(fit.number() - 77) < 1e-9, fit.value());
}

void check_magnitudes(Report& report, Session& session) {
  for (const char* scale : {"1e308", "-1e308", "1e154", "1e-154", "1e-308", "1e-320", "0"}) {
    const std::string from = concat(" FROM (SELECT u(i, 0) AS y, ARRAY[round(8 * u(i, 1)) / 8 * ", scale,
                                    "::float8, u(i, 2)] AS x FROM generate_series(1, 300) i) s");
    for (const Aggregate& a : of_features) {
      check_answer_or_error(report, session, concat(a.name, " of x about ", scale), concat("SELECT ", a.call(), from));
      check_answer_or_error(report, session, concat(a.name, " of x about ", scale, ", scored"),
                            a.name == "moments" ? concat("SELECT correlation(moments(x))", from)
                                                : concat("SELECT predict(", a.call(), ", '{1e308,-1e308}')", from));
    }
    const std::string numbers =
        concat(" FROM (SELECT round(8 * u(i, 0)) / 8 * ", scale, "::float8 AS y FROM generate_series(1, 300) i) s");
    check_answer_or_error(report, session, concat("describe of about ", scale), "SELECT describe(y)" + numbers);
    check_answer_or_error(report, session, concat("linear_regression of y about ", scale),
                          "SELECT linear_regression(y, ARRAY[y])" + numbers);
    check_answer_or_error(report, session, concat("regression_metrics of about ", scale),
                          "SELECT regression_metrics(y, -y)" + numbers);
    check_answer_or_error(report, session, concat("weights of about ", scale),
                          concat("SELECT linear_regression(y, ARRAY[u(1, i)], abs(u(i, 3) * ", scale,
                                 "::float8), '{}') FROM (SELECT i, u(i, 0) AS y FROM generate_series(1, 300) i) s"));
  }
}

// The same rows and models as the server may keep them: in the tuple, compressed, out of line, or both.
void check_storage(Report& report, Session& session) {
  // Half of each array is a run of zeros, which compresses.
  session.require(
      "CREATE TEMP TABLE plain AS SELECT i, u(i, 0) + u(i, 1) AS y, u(i, 0) > 0 AS b, ARRAY(SELECT CASE WHEN j <= 40 "
      "THEN u(i, j) ELSE 0 END FROM "
      "generate_series(1, 400) j) AS x FROM generate_series(1, 200) i");
  session.require("SET max_parallel_workers_per_gather = 0");
  std::string expected_fit, expected_score;
  for (const char* storage : {"plain", "main", "extended", "external"}) {
    session.require("DROP TABLE IF EXISTS stored, scorers");
    session.require("CREATE TEMP TABLE stored (LIKE plain)");
    session.require(concat("ALTER TABLE stored ALTER x SET STORAGE ", storage));
    session.require("INSERT INTO stored SELECT * FROM plain ORDER BY i");
    session.require("CREATE TEMP TABLE scorers (name text, model model)");
    session.require(concat("ALTER TABLE scorers ALTER model SET STORAGE ", storage));
    if (std::string_view(storage) != "plain") session.require("ALTER TABLE scorers SET (toast_tuple_target = 128)");
    session.require("INSERT INTO scorers SELECT 'linear', linear_regression(y, x, '{\"l2\": 0.1}') FROM stored");
    session.require("INSERT INTO scorers SELECT 'bayes', gaussian_naive_bayes(b, x[1:40]) FROM stored");
    const std::string fit = session.text(
        "SELECT md5(concat(moments(x), linear_regression(y, x, '{\"l2\": 1}'), logistic_regression(b, x, '{\"l2\": "
        "1}'), "
        "gaussian_naive_bayes(b, x))) FROM stored");
    const std::string score = session.text(
        "SELECT md5(string_agg(concat(predict(l.model, x), ' ', predict_proba(n.model, x[1:40])), ',' ORDER BY i)) "
        "FROM stored, "
        "scorers l, scorers n WHERE l.name = 'linear' AND n.name = 'bayes'");
    if (expected_fit.empty()) {
      expected_fit = fit;
      expected_score = score;
    }
    report.check(concat("trained on arrays of storage ", storage), fit == expected_fit, "another model");
    report.check(concat("scored from a model of storage ", storage), score == expected_score, "other scores");
  }
}

void check_shapes(Report& report, Session& session) {
  const std::pair<const char*, const char*> shapes[] = {
      {"'{{1,2},{3,4}}'", "2202E"}, {"'{}'", "22023"},           {"'{1,NULL}'", "00000"},   {"'[5:6]={1,2}'", "00000"},
      {"'{1,2,3}'", "22023"},       {"'{1,x}'", "22P02"},        {"'{1,2'", "22P02"},       {"'{NaN,1}'", nullptr},
      {"'{1e400,1}'", "22003"},     {"ARRAY[1,2]", "00000"},     {"ARRAY[1.5,2]", "00000"}, {"ARRAY['a','b']", "42883"},
      {"'{1,2}'::int[]", "00000"},  {"'{1,2}'::text[]", "42883"}};
  session.require(
      "CREATE TEMP TABLE one AS SELECT linear_regression(i, ARRAY[sin(i), cos(i)]) AS model FROM generate_series(1, 9) "
      "i");
  for (const auto& [array, expected] : shapes) {
    const std::string seen = session.run(concat("SELECT predict(model, ", array, ") FROM one")).sqlstate();
    report.check(concat("predict of ", array, " ends in ", seen), !expected || seen == expected,
                 expected ? expected : "");
  }
}

// Long texts: read in a time and a memory that grow as they do.
void check_large_text(Report& report, Session& session) {
  const std::string keys = "(SELECT string_agg(format('\"k%s\": 1', i), ', ') FROM generate_series(1, 20000) i)";
  check_answer_or_error(report, session, "options of 20000 keys",
                        concat("SELECT linear_regression(1, ARRAY[1], ('{' || ", keys, " || '}')::jsonb)"));
  check_answer_or_error(report, session, "a model with 20000 metrics",
                        concat("SELECT length((replace(linear_regression(i, ARRAY[i])::text, '\"rank\"', ", keys,
                               " || ', \"rank\"')::model)::text) FROM generate_series(1, 9) i"));
  check_answer_or_error(report, session, "a model nested 100000 deep", "SELECT repeat('[', 100000)::model");
  check_answer_or_error(report, session, "a model of 20 MB of text", "SELECT (repeat(' ', 20000000) || '{')::model");
  check_answer_or_error(report, session, "a state of 20 MB of text", "SELECT repeat('QUFB', 5000000)::state");
  check_answer_or_error(
      report, session, "100000 classes",
      "SELECT length(gaussian_naive_bayes(i::text, ARRAY[sin(i)])::text) FROM generate_series(1, 100000) i");
  check_answer_or_error(
      report, session, "a class of 10 MB",
      "SELECT length(gaussian_naive_bayes(repeat('c', 10000000), ARRAY[sin(i)])::text) FROM generate_series(1, 3) i");
  check_answer_or_error(
      report, session, "3000 classes against each other",
      "SELECT count(*) FROM unnest((SELECT confusion_matrix(i, (7 * i) % 3001) FROM generate_series(1, 3000) i))");
}

// Runs in a session of its own, whose peak is that of the statement.
void check_growth(Report& report, const std::string& name, const std::string& sql, double megabytes) {
  Session session;
  session.require("SELECT '{}'::jsonb, quern.null_score('{1}')");
  const double before = peak_memory(session.pid());
  session.require("SET statement_timeout = 500");
  const Clock::time_point start = Clock::now();
  session.run(sql);
  const double took = milliseconds_since(start), grew = peak_memory(session.pid()) - before;
  report.check(concat(name, ": read or cancelled within ", took, " ms and ", grew, " MB"),
               took < 1000 && grew < megabytes, concat("more than 1000 ms or ", megabytes, " MB"));
}

void check_text_growth(Report& report) {
  check_growth(
      report, "a model of 40000 keys",
      "SELECT ('{' || string_agg(format('\"k%s\": 1', i), ',') || '}')::model FROM generate_series(1, 40000) i", 100);
  check_growth(report, "options of 40000 keys",
               "SELECT linear_regression(1, ARRAY[1], (SELECT ('{' || string_agg(format('\"k%s\": 1', i), ',') || "
               "'}')::jsonb FROM "
               "generate_series(1, 40000) i))",
               200);
  check_growth(report, "a model of 2 MB of numbers", "SELECT ('[' || repeat('0,', 1000000) || '0]')::model", 150);
  check_growth(report, "moments of 2 MB of numbers", "SELECT ('[' || repeat('0,', 1000000) || '0]')::comoments", 150);
  check_growth(report, "a model of 2 MB of empty arrays", "SELECT ('[' || repeat('[],', 700000) || '0]')::model", 150);
}

}  // namespace

int main() {
  Report report;
  report.attempt("limits", [&] {
    Session session;
    session.require("SET client_min_messages = 'error'");
    create_rows(session, "few", 10, 2);
    report.attempt("widths", [&] { check_widths(report, session); });
    report.attempt("magnitudes", [&] { check_magnitudes(report, session); });
    report.attempt("storage", [&] { check_storage(report, session); });
    report.attempt("shapes", [&] { check_shapes(report, session); });
    report.attempt("large text", [&] { check_large_text(report, session); });
    report.attempt("growth of text", [&] { check_text_growth(report); });
    const double peak = peak_memory(session.pid());
    report.check(concat("the session never had more than ", peak, " MB"), peak < 3000, "too much");
  });
  return report.finish();
}
