// 100,000 errors in one session leave no memory behind: through PL/pgSQL exception blocks (subtransactions) and as
// plain failed statements.
#include <iterator>

#include "session.hpp"

using namespace quern::client;

namespace {

struct Mistake {
  const char* sqlstate;
  const char* sql;  // after SELECT or PERFORM
};

constexpr Mistake mistakes[] = {
    {"22023", "linear_regression(y, x, '{\"lambda\": 1}') FROM small"},
    {"22023", "linear_regression(y, x, '{\"l2\": -1}') FROM small"},
    {"22023", "logistic_regression(b, x, '{\"tol\": \"small\"}') FROM small"},
    {"22023", "gaussian_naive_bayes(c, x, '[1]') FROM small"},
    {"22023", "linear_regression(y, CASE i WHEN 9 THEN ARRAY['NaN'::float8, 1, 2] ELSE x END) FROM small"},
    {"22023", "logistic_regression(b, CASE i WHEN 9 THEN ARRAY['Infinity'::float8, 1, 2] ELSE x END) FROM small"},
    {"22023", "moments(CASE i WHEN 9 THEN ARRAY['NaN'::float8, 1, 2] ELSE x END) FROM small"},
    {"22023", "gaussian_naive_bayes(c, CASE i WHEN 9 THEN ARRAY['NaN'::float8, 1, 2] ELSE x END) FROM small"},
    {"22023", "linear_regression(CASE i WHEN 9 THEN 'NaN' ELSE y END, x) FROM small"},
    {"22023", "linear_regression(y, CASE i WHEN 9 THEN ARRAY[1.0::float8] ELSE x END) FROM small"},
    {"22023", "logistic_regression(b, CASE i WHEN 9 THEN ARRAY[1.0::float8] ELSE x END) FROM small"},
    {"22023", "gaussian_naive_bayes(c, CASE i WHEN 9 THEN ARRAY[1.0::float8] ELSE x END) FROM small"},
    {"22023", "moments(CASE i WHEN 9 THEN ARRAY[1.0::float8] ELSE x END) FROM small"},
    {"22023", "logistic_regression(i::float8, x) FROM small"},
    {"22023", "logistic_regression(0.5, x) FROM small"},
    {"22023", "linear_regression(y, x, -1, '{}') FROM small"},
    {"22023", "classification_metrics(b, 1.5) FROM small"},
    {"22P03", "linear_regression_final(state) FROM forged"},
    {"22023", "moments_merge(state) FROM forged"},
    {"22023", "describe_merge(state) FROM states"},
    {"22P02", "'{\"format\": 2}'::text::model"},
    {"22P02", "'{\"format\": 2, \"algorithm\": [[[['::text::model"},
    {"22P02", "'no base64!'::text::state"},
    {"22P03", "'AAAA'::text::state"},
    {"22023", "predict(model, ARRAY[1, 2]) FROM models"},
    {"22023", "predict(model, x) FROM models, small WHERE name = 'text classes'"},
    {"22023", "predict_proba(model, ARRAY[1, 2, 3]) FROM models WHERE name = 'regressor'"},
    {"22023", "predict_label(model, ARRAY[1, 2, 3]) FROM models WHERE name = 'regressor'"},
    {"2202E", "predict(model, ARRAY[[1, 2, 3]]) FROM models"},
    {"22P02", "'{\"n\": 1, \"mean\": [}'::text::comoments"},
    {"22023", "moments(x) - moments(ARRAY[1, 2]) FROM small"},
};

void create_tables(Session& session) {
  create_rows(session, "small", 20, 3);
  session.require("CREATE TEMP TABLE states AS SELECT linear_regression_state(y, x) AS state FROM small");
  session.require(
      "CREATE TEMP TABLE forged AS SELECT substr(state::text, 1, 80)::state AS state FROM states UNION ALL SELECT "
      "moments_state(x) FROM small");
  session.require(
      "CREATE TEMP TABLE models AS SELECT 'regressor' AS name, linear_regression(y, x) AS model FROM small UNION ALL "
      "SELECT 'text classes', gaussian_naive_bayes(c, x) FROM small");
}

// A function of n rounds of every mistake, each in a block of its own; returns the first unexpected SQLSTATE, or NULL.
void create_blocks(Session& session) {
  std::string body;
  for (const Mistake& m : mistakes)
    body += concat("BEGIN PERFORM ", m.sql, "; RAISE 'accepted: %', $q$", m.sql,
                   "$q$ USING ERRCODE = 'P0001'; EXCEPTION WHEN OTHERS THEN IF SQLSTATE <> '", m.sqlstate,
                   "' THEN RETURN SQLSTATE || ' ' || SQLERRM || $q$ in ", m.sql, "$q$; END IF; END;\n");
  session.require(
      concat("CREATE FUNCTION pg_temp.make_mistakes(n integer) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN FOR k IN "
             "1..n LOOP\n",
             body, "END LOOP; RETURN NULL; END $f$"));
}

std::string make_plain_mistakes(Session& session, int n) {
  for (int k = 0; k < n; ++k) {
    const Mistake& m = mistakes[static_cast<std::size_t>(k) % std::size(mistakes)];
    const std::string seen = session.run(concat("SELECT ", m.sql)).sqlstate();
    if (seen != m.sqlstate) return concat(seen, " in ", m.sql);
  }
  return "";
}

}  // namespace

int main() {
  Report report;
  report.attempt("errors", [&] {
    Session session;
    session.require("SET log_min_messages = 'panic'");
    create_tables(session);
    create_blocks(session);
    const int kinds = static_cast<int>(std::size(mistakes));

    for (const Mistake& m : mistakes) {
      const Result result = session.run(concat("SELECT ", m.sql));
      report.check(concat("error ", m.sqlstate, " ", m.sql), result.sqlstate() == m.sqlstate,
                   concat(result.sqlstate(), " ", result.message()));
    }
    session.require("SELECT pg_temp.make_mistakes(100)");
    make_plain_mistakes(session, 1000);

    const double before = private_memory(session.pid());
    std::string unexpected;
    int errors = 0;
    while (errors < 80'000 && unexpected.empty()) {
      unexpected = session.text("SELECT pg_temp.make_mistakes(100)");
      errors += 100 * kinds;
    }
    const double between = private_memory(session.pid());
    report.check(concat(errors, " errors in exception blocks are the expected ones"), unexpected.empty(), unexpected);
    report.check(concat("they left ", between - before, " MB"), between - before < 5, "5 MB or more");

    unexpected = make_plain_mistakes(session, 20'000);
    const double after = private_memory(session.pid());
    report.check("20000 failed statements are the expected ones", unexpected.empty(), unexpected);
    report.check(concat("they left ", after - between, " MB"), after - before < 5, "5 MB or more in all");
    report.check("the session still works",
                 session.run("SELECT predict(model, ARRAY[1, 2, 3]) FROM models WHERE name = 'regressor'").ok());
  });
  return report.finish();
}
