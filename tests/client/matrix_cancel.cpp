// Matrices, cancelled at random moments: the query ends soon, the session goes on, its memory is given back.
//
// What takes a fraction of a second and more: products, decompositions, expressions, blocks of a query, aggregates of
// wide rows. LAPACK's own loops cannot be interrupted (docs/linear-algebra.md has how long they take), so those are
// given the time that they need.
#include <algorithm>
#include <thread>

#include "session.hpp"

using namespace quern::client;

namespace {

struct Operation {
  const char* name;
  const char* sql;
  double most_ms;  // from the cancel to the error
};

// Of matrices a and b, 1,500 x 1,500; a tall one t, 200,000 x 50; the rows of t.
constexpr Operation operations[] = {
    {"product", "SELECT (a @ b @ a) IS NULL FROM square", 500},
    {"inverse", "SELECT quern.inverse(a) IS NULL FROM square", 500},
    {"solve", "SELECT quern.solve(a, b) IS NULL FROM square", 500},
    {"qr", "SELECT (quern.qr(t)).q IS NULL FROM tall", 1000},
    {"svd", "SELECT (quern.svd(a)).s IS NULL FROM square", 4000},
    {"kron", "SELECT quern.norm(quern.kron(a, '{{1,2},{3,4}}'::quern.matrix)) FROM square", 500},
    {"elementwise", "SELECT quern.norm(t * t + t / 2 - t) FROM tall", 500},
    {"apply", "SELECT quern.norm(quern.apply(t, 'exp')) FROM tall", 500},
    {"transpose", "SELECT quern.norm(quern.transpose(t)) FROM tall", 500},
    {"text", "SELECT length(t::text) FROM tall", 500},
    {"eval", "SELECT quern.eval_number('sum(exp(X) * X)', 'X', t) FROM tall", 500},
    {"rows", "SELECT count(*) FROM tall, quern.rows(t)", 500},
    {"entries", "SELECT count(*) FROM tall, quern.entries(t)", 500},
    {"blocks", "SELECT count(*) FROM quern.blocks('SELECT i, x FROM tall_rows', 1000, 20)", 500},
    {"gram", "SELECT quern.gram(x || x || x || x) IS NULL FROM tall_rows", 500},
    {"matrix_agg", "SELECT quern.matrix_agg(i, x) IS NULL FROM tall_rows", 500},
    {"svd of rows", "SELECT (quern.svd(x)).s FROM tall_rows", 500},
    {"pca", "SELECT quern.pca(x, '{\"method\": \"qr\"}') IS NULL FROM tall_rows", 500},
    {"sparse product", "SELECT quern.nnz(s @ s) FROM sparse", 500},
    {"smatrix_agg", "SELECT quern.nnz(quern.smatrix_agg(i, i % 1000 + 1, 1.0)) FROM tall_rows", 500}};

void prepare(Session& session) {
  for (const char* sql :
       {"CREATE TABLE square AS SELECT quern.random(1500, 1500, 1) AS a, quern.random(1500, 1500, 2) AS b",
        "CREATE TABLE tall AS SELECT quern.random(200000, 50, 3) AS t",
        "CREATE TABLE tall_rows AS SELECT i, \"row\" AS x FROM tall, quern.rows(t)",
        "CREATE TABLE sparse AS SELECT quern.smatrix_agg(i, 1 + (i::bigint * j * 7919) % 20000, 1.0, 20000, 20000) AS "
        "s "
        "FROM generate_series(1, 20000) AS i, generate_series(1, 20) AS j"})
    session.require(sql);
}

std::string run_and_cancel(Session& session, const Operation& operation, double delay, double& waited,
                           bool& cancelled) {
  if (!PQsendQuery(session.connection(), operation.sql)) return PQerrorMessage(session.connection());
  std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(delay));
  PGcancel* const cancel = PQgetCancel(session.connection());
  char why[256];
  const Clock::time_point start = Clock::now();
  PQcancel(cancel, why, sizeof why);
  std::string state = "00000", message;
  while (PGresult* const next = PQgetResult(session.connection())) {
    const Result result(next);
    if (!result.ok()) {
      state = result.sqlstate();
      message = result.message();
    }
  }
  waited = milliseconds_since(start);
  PQfreeCancel(cancel);
  cancelled = state == "57014";
  if (state != "57014" && state != "00000") return concat(state, " ", message);
  if (waited > operation.most_ms) return concat("it took ", waited, " ms");
  if (session.run("SELECT quern.trace(quern.identity(3))").number(0, 0) != 3) return "the session no longer works";
  return {};
}

}  // namespace

int main() {
  Report report;
  std::mt19937_64 random = seeded_random();
  report.attempt("matrices", [&] {
    Session session;
    session.require("SET search_path = public, quern");
    prepare(session);
    double before = 0;
    for (int round = 0; round < 4; ++round) {
      if (round == 1) before = private_memory(session.pid());
      for (const Operation& operation : operations) {
        if (round == 0) {  // with that the session keeps what it keeps
          const Result result = session.run(operation.sql);
          report.check(concat(operation.name, " works"), result.ok(), result.message());
          continue;
        }
        double waited = 0;
        bool cancelled = false;
        const double delay = random_between(random, 1, round == 1 ? 20 : 300);
        const std::string wrong = run_and_cancel(session, operation, delay, waited, cancelled);
        report.check(
            concat(operation.name, cancelled ? ", cancelled" : ", done", " after ", delay, " ms, in ", waited, " ms"),
            wrong.empty(), wrong);
      }
    }
    const double kept = private_memory(session.pid()) - before;
    report.check(concat("after that the process holds ", kept, " MB more"), kept < 100, "too much");
  });
  return report.finish();
}
