// Binary formats, as drivers use them: parameters and results of every type, and COPY BINARY, to the bit.
#include <cstring>

#include "session.hpp"

using namespace quern::client;

namespace {

constexpr Oid bool_type = 16, bytea_type = 17, text_type = 25, float4_array = 1021, float8_array = 1022;

template <class T>
void put_big_endian(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  for (std::size_t i = sizeof value; i-- > 0;) out += bytes[i];
}

template <class T>
std::string binary_array(Oid element, const std::vector<T>& values) {
  std::string out;
  put_big_endian<std::int32_t>(out, 1);
  put_big_endian<std::int32_t>(out, 0);
  put_big_endian<std::int32_t>(out, static_cast<std::int32_t>(element));
  put_big_endian<std::int32_t>(out, static_cast<std::int32_t>(values.size()));
  put_big_endian<std::int32_t>(out, 1);
  for (T value : values) {
    put_big_endian<std::int32_t>(out, sizeof value);
    put_big_endian(out, value);
  }
  return out;
}

double binary_number(const std::string& bytes) {
  std::string reversed(bytes.rbegin(), bytes.rend());
  double value = 0;
  if (reversed.size() == sizeof value) std::memcpy(&value, reversed.data(), sizeof value);
  return value;
}

struct Value {
  std::string name, type, sql;
};

std::vector<Value> values() {
  std::vector<Value> all;
  for (const Aggregate& a : aggregates)
    all.push_back({a.call("_state"), "state", "SELECT " + a.call("_state") + " FROM few"});
  all.push_back({"a regressor", "model",
                 "SELECT linear_regression(y, x, '{\"feature_names\": [\"a\", \"b\", \"c\"]}') FROM few"});
  all.push_back(
      {"a model without defined statistics", "model", "SELECT linear_regression(y, x) FROM few WHERE i <= 2"});
  all.push_back({"a binary classifier", "model", "SELECT logistic_regression(b, x) FROM few"});
  all.push_back({"a classifier of text", "model", "SELECT gaussian_naive_bayes(c, x) FROM few"});
  all.push_back({"moments", "comoments", "SELECT moments(x) FROM few"});
  all.push_back({"a sparse vector", "svec", "SELECT '{1:0.1,7:-1e308,2147483647:5e-324}/2147483647'::svec"});
  all.push_back({"a sparse vector without entries", "svec", "SELECT '{}/5'::svec"});
  all.push_back(
      {"a sparse matrix", "smatrix", "SELECT '{1:{1:0.1,7:-1e308},3:{2147483647:5e-324}}/4x2147483647'::smatrix"});
  all.push_back({"a sparse matrix without rows", "smatrix", "SELECT '{}/0x5'::smatrix"});
  all.push_back({"sparse features", "features", "SELECT '{1:0.1,7:-3}/9'::features"});
  return all;
}

void check_round_trips(Report& report, Session& session) {
  for (const Value& v : values())
    report.attempt(v.name, [&] {
      const Oid type = static_cast<Oid>(session.number(concat("SELECT 'quern.", v.type, "'::regtype::oid::bigint")));
      const Result binary = session.run(v.sql, {}, true), text = session.run(v.sql);
      if (!binary.ok() || !text.ok()) throw std::runtime_error(binary.message() + text.message());
      const std::string bytes = binary.value();
      const std::string identity = concat("SELECT $1::quern.", v.type);
      const Result typed = session.run("SELECT $1", {{bytes, true, type}}, true);
      report.check(concat(v.name, ", binary to binary"), typed.value() == bytes, typed.message());
      const Result inferred = session.run(identity, {{bytes, true, 0}}, true);
      report.check(concat(v.name, ", untyped parameter"), inferred.value() == bytes, inferred.message());
      const Result as_text = session.run(identity, {{bytes, true, 0}});
      report.check(concat(v.name, ", binary to text"), as_text.value() == text.value(), as_text.message());
      const Result from_text = session.run(identity, {{text.value(), false, 0}}, true);
      report.check(concat(v.name, ", text to binary"), from_text.value() == bytes,
                   from_text.ok() ? "other bytes" : from_text.message());
      const Result sent = session.run(concat("SELECT quern.", v.type, "_send($1) = $2"),
                                      {{bytes, true, type}, {bytes, true, bytea_type}});
      report.check(concat(v.name, ", send"), sent.value() == "t", sent.message());
    });
}

void check_features(Report& report, Session& session) {
  const Oid features = static_cast<Oid>(session.number("SELECT 'quern.features'::regtype::oid::bigint"));
  const std::vector<double> x{0.1, -1e308, 5e-324};
  const std::vector<float> narrow{0.1f, -1e38f, 1e-45f};
  const double sum = 0.1 + -1e308 + 5e-324, narrow_sum = double{0.1f} + double{-1e38f} + double{1e-45f};
  auto score = [&](const std::string& name, const Parameter& parameter, double expected) {
    const Result result = session.run("SELECT null_score($1)", {parameter}, true);
    report.check(name, result.ok() && binary_number(result.value()) == expected, result.message());
  };
  score("features from binary float8[]", {binary_array(701, x), true, float8_array}, sum);
  score("features from an untyped binary array", {binary_array(701, x), true, 0}, sum);
  score("features from binary float4[]", {binary_array(700, narrow), true, float4_array}, narrow_sum);
  score("features from binary integer[]", {binary_array<std::int32_t>(23, {3, -5, 9}), true, 1007}, 7);
  score("features from binary bigint[]", {binary_array<std::int64_t>(20, {3, -5, 9}), true, 1016}, 7);
  score("features from binary smallint[]", {binary_array<std::int16_t>(21, {3, -5, 9}), true, 1005}, 7);
  score("features from text", {"{0.1,-1e308,5e-324}", false, 0}, sum);

  const Result round_trip = session.run("SELECT $1", {{binary_array(701, x), true, features}}, true);
  report.check("features, binary to binary", round_trip.value() == binary_array(701, x), round_trip.message());
  const Result other = session.run("SELECT null_score($1)", {{binary_array<std::int32_t>(23, {1}), true, features}});
  report.check("features of another element type are refused",
               other.sqlstate() == "42804" || other.sqlstate().starts_with("22"),
               other.sqlstate() + " " + other.message());

  const Result model = session.run("SELECT linear_regression(y, x) FROM few", {}, true);
  const Result by_parameter = session.run(
      "SELECT predict($1, $2)", {{model.value(), true, 0}, {binary_array<double>(701, {1, 2, 3}), true, 0}}, true);
  const Result by_literal = session.run("SELECT predict(linear_regression(y, x), '{1,2,3}') FROM few", {}, true);
  report.check("predict of binary parameters", by_parameter.ok() && by_parameter.value() == by_literal.value(),
               by_parameter.message());
  const Result trained = session.run("SELECT linear_regression($1, $2) FROM generate_series(1, 9)",
                                     {{"1.5", false, 0}, {binary_array<double>(701, {1, 2}), true, 0}});
  report.check("an aggregate of untyped parameters", trained.ok(), trained.message());
  const Result labelled =
      session.run("SELECT gaussian_naive_bayes($1, $2) FROM generate_series(1, 9)",
                  {{"low", true, text_type}, {binary_array<double>(701, {1, 2}), true, float8_array}});
  report.check("an aggregate of typed parameters", labelled.ok(), labelled.message());
  const Result boolean = session.run(
      "SELECT logistic_regression_state($1, $2)",
      {{std::string(1, '\1'), true, bool_type}, {binary_array<double>(701, {1, 2}), true, float8_array}}, true);
  report.check("an aggregate with a binary result", boolean.ok(), boolean.message());
}

std::string copy_out(Session& session, const std::string& sql) {
  std::string data;
  const Result start = session.run(sql);
  if (start.status() != PGRES_COPY_OUT) throw std::runtime_error(start.message());
  char* buffer = nullptr;
  for (int size; (size = PQgetCopyData(session.connection(), &buffer, 0)) > 0; PQfreemem(buffer))
    data.append(buffer, static_cast<std::size_t>(size));
  while (PGresult* const end = PQgetResult(session.connection())) Result{end};
  return data;
}

std::string copy_in(Session& session, const std::string& sql, const std::string& data) {
  const Result start = session.run(sql);
  if (start.status() != PGRES_COPY_IN) throw std::runtime_error(start.message());
  PQputCopyData(session.connection(), data.data(), static_cast<int>(data.size()));
  PQputCopyEnd(session.connection(), nullptr);
  std::string error;
  while (PGresult* const end = PQgetResult(session.connection())) {
    const Result result(end);
    if (!result.ok()) error = result.sqlstate();
  }
  return error;
}

void check_copy(Report& report, Session& session) {
  session.require(
      "CREATE TEMP TABLE kept AS SELECT c, linear_regression(y, x) AS model, linear_regression_state(y, x) AS state, "
      "moments(x) AS comoments, ARRAY[gaussian_naive_bayes(b, x)] AS models FROM few GROUP BY c");
  session.require("CREATE TEMP TABLE restored (LIKE kept)");
  for (const char* format : {"binary", "text", "csv"}) {
    session.require("TRUNCATE restored");
    const std::string data = copy_out(session, concat("COPY kept TO STDOUT (FORMAT ", format, ")"));
    const std::string error = copy_in(session, concat("COPY restored FROM STDIN (FORMAT ", format, ")"), data);
    report.check(concat("COPY ", format, " out and in"),
                 error.empty() && copy_out(session, "COPY restored TO STDOUT (FORMAT binary)") ==
                                      copy_out(session, "COPY kept TO STDOUT (FORMAT binary)"),
                 error.empty() ? "other values" : error);
    if (std::string_view(format) != "binary") continue;
    std::string damaged = data;  // within the first model
    damaged[damaged.size() / 6] ^= 0x40;
    session.require("TRUNCATE restored");
    const std::string refused = copy_in(session, "COPY restored FROM STDIN (FORMAT binary)", damaged);
    report.check("COPY BINARY of a damaged file is refused or harmless", refused.empty() || refused.starts_with("22"),
                 refused);
  }
}

}  // namespace

int main() {
  Report report;
  report.attempt("binary formats", [&] {
    Session session;
    session.require("SET client_min_messages = 'error'");
    create_rows(session, "few", 60, 3);
    check_round_trips(report, session);
    report.attempt("features", [&] { check_features(report, session); });
    report.attempt("COPY", [&] { check_copy(report, session); });
  });
  return report.finish();
}
