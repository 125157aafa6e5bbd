// What the programs in this folder share: a connection, one line of output for each check, and rows to work on.
//
// Connections come from PGHOST, PGPORT, PGUSER and PGDATABASE. Output is `ok name` or `FAIL name: why` for each check,
// then `N passed, N failed`; the exit status is 1 if one failed.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quern::client {

using Clock = std::chrono::steady_clock;

inline double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

class Result {
 public:
  explicit Result(PGresult* result) : result_(result) {}
  Result(Result&& other) noexcept : result_(std::exchange(other.result_, nullptr)) {}
  Result& operator=(Result&& other) noexcept {
    std::swap(result_, other.result_);
    return *this;
  }
  ~Result() { PQclear(result_); }

  bool ok() const {
    const ExecStatusType status = PQresultStatus(result_);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
  }
  ExecStatusType status() const { return PQresultStatus(result_); }
  // "00000" if all is well; "08006" if the connection is gone without a word from the server.
  std::string sqlstate() const {
    if (ok()) return "00000";
    const char* const code = PQresultErrorField(result_, PG_DIAG_SQLSTATE);
    return code ? code : "08006";
  }
  std::string message() const { return PQresultErrorMessage(result_); }
  int rows() const { return PQntuples(result_); }
  bool null(int row, int column) const { return PQgetisnull(result_, row, column) != 0; }
  // As it came: text, or bytes if the result is binary.
  std::string value(int row = 0, int column = 0) const {
    if (row >= rows() || null(row, column)) return "";
    return {PQgetvalue(result_, row, column), static_cast<std::size_t>(PQgetlength(result_, row, column))};
  }
  double number(int row = 0, int column = 0) const { return std::atof(value(row, column).c_str()); }

 private:
  PGresult* result_;
};

// A parameter of a query; type 0 leaves it to the server to infer.
struct Parameter {
  std::string value;
  bool binary = false;
  Oid type = 0;
};

class Session {
 public:
  explicit Session(const std::string& conninfo = "") : connection_(PQconnectdb(conninfo.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK) {
      const std::string why = PQerrorMessage(connection_);
      PQfinish(connection_);
      throw std::runtime_error("no connection: " + why);
    }
    PQsetNoticeProcessor(
        connection_, [](void*, const char*) {}, nullptr);
    require("SET search_path = quern, public");
  }
  Session(Session&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Session& operator=(Session&& other) noexcept {
    std::swap(connection_, other.connection_);
    return *this;
  }
  ~Session() { PQfinish(connection_); }

  PGconn* connection() const { return connection_; }
  bool alive() const { return PQstatus(connection_) == CONNECTION_OK; }
  int pid() const { return PQbackendPID(connection_); }

  Result run(const std::string& sql) { return Result(PQexec(connection_, sql.c_str())); }
  Result run(const std::string& sql, const std::vector<Parameter>& parameters, bool binary_result = false) {
    std::vector<const char*> values;
    std::vector<int> lengths, formats;
    std::vector<Oid> types;
    for (const Parameter& p : parameters) {
      values.push_back(p.value.c_str());
      lengths.push_back(static_cast<int>(p.value.size()));
      formats.push_back(p.binary);
      types.push_back(p.type);
    }
    return Result(PQexecParams(connection_, sql.c_str(), static_cast<int>(values.size()), types.data(), values.data(),
                               lengths.data(), formats.data(), binary_result));
  }

  // As run, for what the check itself needs.
  Result require(const std::string& sql) {
    Result result = run(sql);
    if (!result.ok()) throw std::runtime_error(sql.substr(0, 300) + ": " + result.message());
    return result;
  }
  std::string text(const std::string& sql) { return require(sql).value(); }
  double number(const std::string& sql) { return require(sql).number(); }

 private:
  PGconn* connection_;
};

class Report {
 public:
  void check(const std::string& name, bool passed, const std::string& why = "") {
    (passed ? passed_ : failed_) += 1;
    if (passed)
      std::printf("ok %s\n", name.c_str());
    else
      std::printf("FAIL %s: %s\n", name.c_str(), why.c_str());
    std::fflush(stdout);
  }
  // A thrown exception is a failed check.
  template <class F>
  void attempt(const std::string& name, F&& f) {
    try {
      f();
    } catch (const std::exception& e) {
      check(name, false, e.what());
    }
  }
  int finish() const {
    std::printf("%d passed, %d failed\n", passed_, failed_);
    return failed_ ? 1 : 0;
  }

 private:
  int passed_ = 0, failed_ = 0;
};

template <class... T>
std::string concat(const T&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

// The seed is printed; QUERN_SEED sets it.
inline std::mt19937_64 seeded_random() {
  const char* const given = std::getenv("QUERN_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::printf("# QUERN_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return std::mt19937_64(seed);
}

inline int random_between(std::mt19937_64& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

// Memory of a process that it shares with nobody, in MB; `peak` of all it had resident at once. 0 where there is no
// /proc.
inline double private_memory(int pid) {
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  double size = 0, resident = 0, shared = 0;
  statm >> size >> resident >> shared;
  return (resident - shared) * 4096 / 1e6;
}
inline double peak_memory(int pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;)
    if (word == "VmHWM:") {
      double kilobytes = 0;
      status >> kilobytes;
      return kilobytes / 1000;
    }
  return 0;
}

// Each aggregate and what it is called with over the table that create_rows makes.
struct Aggregate {
  std::string name, arguments;
  bool learner = false;

  std::string call(const std::string& suffix = "") const { return name + suffix + "(" + arguments + ")"; }
};

inline const std::vector<Aggregate> aggregates{
    {"describe", "y"},
    {"moments", "x"},
    {"linear_regression", "y, x", true},
    {"logistic_regression", "b, x", true},
    {"gaussian_naive_bayes", "c, x", true},
    {"regression_metrics", "y, p"},
    {"classification_metrics", "b, p"},
    {"confusion_matrix", "c, d"},
    {"svec_agg", "1 + i % 50, y"},
};

// Table `name`: i; y a number, b a boolean, c and d one of three words, p in 0 to 1, x of `width` numbers in -1 to 1,
// which y, b and c depend on. The same rows every time.
inline void create_rows(Session& session, const std::string& name, int rows, int width) {
  std::string x;
  for (int j = 0; j < width; ++j) x += concat(j ? ", " : "", "u(i, ", j, ")");
  session.require(
      "CREATE OR REPLACE FUNCTION public.u(i bigint, j integer) RETURNS double precision LANGUAGE sql IMMUTABLE "
      "PARALLEL SAFE "
      "RETURN hashint8extended(i, j) / 9223372036854775808.0::double precision");
  session.require(concat("DROP TABLE IF EXISTS ", name));
  session.require(
      concat("CREATE UNLOGGED TABLE ", name,
             " AS SELECT i, x[1] - 2 * x[2] + 0.1 * e AS y, x[1] + x[2] + e > 0 AS b, "
             "(ARRAY['low', 'middle', 'high'])[width_bucket(x[1] + e, ARRAY[-0.5, 0.5]) + 1] AS c, "
             "(ARRAY['low', 'middle', 'high'])[width_bucket(x[1], ARRAY[-0.5, 0.5]) + 1] AS d, (1 + x[2]) / 2 AS p, x "
             "FROM (SELECT i, u(i, -1) AS e, ARRAY[",
             x, "] AS x FROM generate_series(1::bigint, ", rows, ") i) s"));
  session.require(concat("ANALYZE ", name));
}

}  // namespace quern::client
