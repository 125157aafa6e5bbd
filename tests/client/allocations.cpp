// Every allocation that an algorithm makes from the server over 100 rows is failed in turn
// (quern.debug_fail_allocation): each ends in SQLSTATE 53200 or in the right answer, in a session that goes on working.
#include "session.hpp"

using namespace quern::client;

namespace {

struct Outcome {
  int failures = 0;   // that ended in 53200
  std::string wrong;  // the first that ended otherwise
};

// Fails allocation 1, 2, ... of `sql` until it makes fewer.
Outcome fail_each_allocation(Session& session, const std::string& sql) {
  const std::string expected = session.text(sql);
  Outcome outcome;
  while (outcome.failures < 20'000) {
    const int k = outcome.failures + 1;
    session.require(concat("SET quern.debug_fail_allocation = ", k));
    const Result result = session.run(sql);
    if (result.ok()) {
      if (result.value() != expected) outcome.wrong = concat("another answer at allocation ", k);
      break;
    }
    if (result.sqlstate() != "53200") {
      outcome.wrong = concat("allocation ", k, ": ", result.sqlstate(), " ", result.message());
      break;
    }
    outcome.failures = k;
  }
  if (session.alive()) {
    session.require("SET quern.debug_fail_allocation = 0");
    if (outcome.wrong.empty() && session.text(sql) != expected) outcome.wrong = "another answer afterwards";
  }
  return outcome;
}

}  // namespace

int main() {
  Report report;
  report.attempt("allocations", [&] {
    Session session;
    session.require("SET client_min_messages = 'error'");
    session.require("SET log_min_messages = 'panic'");
    create_rows(session, "few", 100, 3);

    auto check = [&](const std::string& name, const std::string& sql, bool allocates = true) {
      report.attempt(name, [&] {
        const Outcome outcome = fail_each_allocation(session, sql);
        report.check(concat(name, ": ", outcome.failures, " allocations failed in turn"),
                     outcome.wrong.empty() && (outcome.failures > 0 || !allocates),
                     outcome.wrong.empty() ? "none was" : outcome.wrong);
      });
    };

    for (const Aggregate& a : aggregates) {
      const bool grows = a.name != "describe" && a.name != "regression_metrics";
      session.require(
          concat("CREATE TEMP TABLE ", a.name, " AS SELECT ", a.call("_state"), " AS state FROM few GROUP BY i % 5"));
      check(a.call(), concat("SELECT md5((", a.call(), ")::text) FROM few"), grows);
      check(a.call("_state"), concat("SELECT md5((", a.call("_state"), ")::text) FROM few"), grows);
      check(concat(a.name, "_merge(state)"), concat("SELECT md5((", a.name, "_merge(state))::text) FROM ", a.name),
            grows);
      check(concat(a.name, "_final(state)"), concat("SELECT md5((", a.name, "_final(state))::text) FROM ", a.name),
            false);
      check(concat(a.call(), " by group"),
            concat("SELECT md5(string_agg(r, '' ORDER BY r)) FROM (SELECT (", a.call(),
                   ")::text AS r FROM few GROUP BY i % 7) s"),
            grows);
      check(concat(a.call(), " OVER (PARTITION BY ...)"),
            concat("SELECT md5(string_agg(r, '' ORDER BY i)) FROM (SELECT i, (", a.call(),
                   " OVER (PARTITION BY i % 4))::text AS r FROM few) s"),
            grows);
    }

    for (const std::string call :
         {"gram(x)", "cross(x, y)", "cross(x, x)", "mmchain(x, '{1,2,3}')", "sum(x)", "avg(x::matrix)",
          "matrix_agg(i, x)", "matrix_agg(i % 7 + 1, i % 5 + 1, y)", "from_blocks(i, 1, x::matrix)", "svd(x)", "pca(x)",
          "pca(x, '{\"method\": \"qr\"}')", "pca(x, '{\"method\": \"randomized\", \"n_components\": 2}')"})
      check(call, concat("SELECT md5((", call, ")::text) FROM few"), !call.starts_with("mmchain"));
    check("blocks", "SELECT md5(from_blocks(i, j, block)::text) FROM blocks('SELECT i, x FROM few', 7, 2)", false);

    session.require(
        "CREATE TEMP TABLE models AS SELECT 'linear' AS name, linear_regression(y, x) AS model FROM few UNION ALL "
        "SELECT 'logistic', logistic_regression(b, x) FROM few UNION ALL SELECT 'bayes', gaussian_naive_bayes(c, x) "
        "FROM few "
        "UNION ALL SELECT 'numeric bayes', gaussian_naive_bayes(b, x) FROM few");
    auto scoring = [&](const std::string& function, const std::string& name) {
      check(concat(function, " of ", name), concat("SELECT md5(string_agg(", function,
                                                   "(model, x)::text, '' ORDER BY i)) FROM few, "
                                                   "models WHERE name = '",
                                                   name, "'"));
    };
    scoring("predict", "linear");
    for (const char* name : {"logistic", "numeric bayes"}) {
      scoring("predict", name);
      scoring("predict_proba", name);
      scoring("predict_label", name);
    }
    scoring("predict_proba", "bayes");
    scoring("predict_label", "bayes");
    report.check("one session went through all of it", session.alive(), "the connection was lost");
  });
  return report.finish();
}
