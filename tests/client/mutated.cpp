// Random mutations of the bytes of states, models and moments, and of the text of models, given to everything that
// reads them: each is refused with an SQLSTATE of class 22 or 54 or with 53200, or does no harm. Never an internal
// error, never a crash, never slow, never much memory.
//
// Two ways in: binary parameters, as a driver would send them; and a cast from bytea that checks nothing, as if the
// stored value had been damaged. QUERN_MUTATIONS sets how many of each value (10,000).
#include <algorithm>
#include <cstring>

#include "session.hpp"

using namespace quern::client;

namespace {

constexpr std::size_t label_size = 12;

// A type of value, and what to do with one: $v is the mutated value, $g a good one.
struct Kind {
  std::string name, type;
  std::vector<std::string> originals;  // SQL of one value each
  std::vector<std::string> uses;       // SQL that yields something to be made text of
};

Kind state_kind(const Aggregate& a, std::vector<std::string> originals, const std::string& row) {
  Kind kind{a.name, "state", std::move(originals), {}};
  const std::string merged = "(SELECT " + a.name + "_merge(s) FROM (VALUES ";
  kind.uses = {
      a.name + "_final($v)",
      merged + "($v), ($g)) t(s))",
      merged + "($g), ($v)) t(s))",
      a.name + "_final(" + a.name + "_accumulate($v, " + row + "))",
      "$v::text::state",
  };
  if (a.name == "moments") {
    kind.uses.push_back("moments_final(moments_remove($v, '{0.1,0.2,0.3}'))");
    kind.uses.push_back("moments_final(moments_remove(moments_accumulate($v, '{0.1,0.2,0.3}'), '{0.1,0.2,0.3}'))");
  }
  return kind;
}

// States and models of what trains in several passes.
void add_trained(std::vector<Kind>& all, const std::vector<std::string>& model_uses) {
  all.push_back(
      state_kind({"factorization_machine", "b, x"},
                 {R"(SELECT factorization_machine_state(b, x, '{"rank": 1, "max_iter": 1}') FROM small WHERE i <= 12)",
                  R"(SELECT factorization_machine_state(y, x, '{"rank": 1, "max_iter": 1}') FROM small WHERE i <= 4)"},
                 "0.5, '{0.1,0.2,0.3}'"));
  all.push_back(state_kind(
      {"matrix_factorization", ""},
      {R"(SELECT matrix_factorization_state(c, d, y, '{"rank": 1, "max_iter": 1}') FROM small WHERE i <= 12)",
       R"(SELECT matrix_factorization_state(i % 3, i % 5, y, '{"rank": 1, "max_iter": 1}') FROM small WHERE i <= 20)"},
      "'low'::text, 'new'::text, 0.5"));
  all.push_back(state_kind(
      {"crf", ""},
      {R"(SELECT crf_state(ARRAY[c, d], ARRAY[i % 5, i % 3], '{"max_iter": 1}'::jsonb) FROM small WHERE i <= 12)",
       R"(SELECT crf_state(ARRAY[c], ARRAY[i % 5]) FROM small WHERE i <= 3)"},
      "'{low,new}'::text[], '[[\"1\"],[\"x\"]]'::jsonb"));

  const auto add = [&](const char* algorithm, std::vector<std::string> originals, std::vector<const char*> more = {}) {
    std::vector<std::string> uses = model_uses;
    for (const char* use : {"(SELECT string_agg(r::text, '') FROM training_log($v) r)"}) uses.emplace_back(use);
    uses.insert(uses.end(), more.begin(), more.end());
    all.push_back({concat("model of ", algorithm), "model", std::move(originals), std::move(uses)});
  };
  const auto trained = [](std::string_view algorithm, std::string_view query, std::string_view options) {
    return concat("SELECT train('", algorithm, "', $q$", query, "$q$, '", options, "')");
  };
  add("kmeans", {trained("kmeans", "SELECT x FROM small", R"({"n_clusters": 3})")});
  add("gaussian_mixture",
      {trained("gaussian_mixture", "SELECT x FROM small", R"({"n_components": 2, "tol": 0.1})"),
       trained("gaussian_mixture", "SELECT x FROM small",
               R"({"n_components": 2, "covariance": "diagonal", "tol": 0.1})"),
       trained("gaussian_mixture", "SELECT x FROM small", R"({"n_components": 2, "covariance": "tied", "tol": 0.1})")});
  add("mlp",
      {trained("mlp", "SELECT c, x FROM small", R"({"hidden_layers": [3, 2], "max_iter": 2})"),
       trained("mlp", "SELECT y, x FROM small", R"({"hidden_layers": [2], "activation": "tanh", "max_iter": 2})")});
  add("kalman_smoothing", {trained("kalman_smoothing", "SELECT i, y FROM small WHERE i <= 20", "{}")},
      {"(SELECT string_agg(r::text, '') FROM smoothed($v) r)"});
  add("portfolio", {trained("portfolio", "SELECT x FROM small", "{}")});
  add("matrix_factorization",
      {trained("matrix_factorization", "SELECT i % 9, i % 7, y FROM small", R"({"rank": 2, "max_iter": 2})"),
       trained("matrix_factorization", "SELECT c, d, y FROM small", R"({"rank": 2, "max_iter": 2})"),
       trained("matrix_factorization", "SELECT i % 9 - 3000000000000000000, i % 7, p FROM small",
               R"({"rank": 1, "implicit": true, "max_iter": 2})")},
      {"predict($v, 1, 2)", "predict($v, 'low', 'high')", "(SELECT string_agg(r::text, '') FROM recommend($v, 1, 3) r)",
       "(SELECT string_agg(r::text, '') FROM recommend($v, 'low', 3, '{high}') r)",
       "(SELECT string_agg(r::text, '') FROM similar_items($v, 1, 3) r)",
       "(SELECT string_agg(r::text, '') FROM factors($v) r)"});
  add("factorization_machine",
      {trained("factorization_machine", "SELECT y, x FROM small", R"({"rank": 2, "max_iter": 2})"),
       trained("factorization_machine", "SELECT b, x FROM small", R"({"rank": 2, "max_iter": 2})")},
      {"(SELECT string_agg(r::text, '') FROM factors($v) r)"});
  add("crf",
      {trained("crf", "SELECT ARRAY[c, d], ARRAY[i % 5, i % 3] FROM small", R"({"max_iter": 2})"),
       trained("crf", "SELECT ARRAY[c, d], ARRAY[i % 5, i % 3] FROM small",
               R"({"max_iter": 2, "ends": false, "l1": 0.1})")},
      {"tag($v, '[[\"1\"], [\"2\", \"x\"]]')", "tag_marginals($v, '{1,2,3}'::int[])",
       "tag_log_probability($v, '{1,2,3}'::int[])"});
  add("ordinal_regression", {trained("ordinal_regression", "SELECT c, x FROM small", "{}"),
                             trained("ordinal_regression", "SELECT c, x FROM small", R"({"link": "probit"})"),
                             trained("ordinal_regression", "SELECT c, x FROM small", R"({"link": "cloglog"})")});
  add("negative_binomial_regression",
      {trained("negative_binomial_regression", "SELECT round(10 * p * p) AS y, x FROM small", "{}")});
  add("cox_regression",
      {trained("cox_regression", "SELECT p AS time, b AS event, x FROM small WHERE i <= 30", "{}"),
       trained("cox_regression", "SELECT p AS time, b AS event, c, x FROM small WHERE i <= 30", R"({"strata": "c"})")},
      {"predict_survival($v, '{0.1,0.2,0.3}', 0.5)", "predict_survival($v, '{0.1,0.2,0.3}', 0.5, 'low')",
       "(SELECT string_agg(r::text, '') FROM baseline_hazard($v) r)"});
  add("a path",
      {trained("linear_regression", "SELECT y, x FROM small", R"({"n_alphas": 5})"),
       trained("logistic_regression", "SELECT b, x FROM small", R"({"n_alphas": 4})"),
       trained("multinomial_regression", "SELECT c, x FROM small", R"({"alphas": [0.1, 0.01], "l1_ratio": 0.5})")},
      {"(SELECT string_agg(r::text, '') FROM path($v) r)", "(SELECT string_agg(r::text, '') FROM path_summary($v) r)",
       "at_alpha($v, 0.01)::text", "predict(at_alpha($v, 0.01), '{0.1,0.2,0.3}')"});
}

// Of few rows, all of which wait in a buffer, and of more, which are folded.
std::vector<Kind> kinds() {
  std::vector<Kind> all;
  for (const Aggregate& a : aggregates) {
    auto of_rows = [&](const char* call, int rows) {
      return concat("SELECT ", a.name, "_state(", call, ") FROM small WHERE i <= ", rows);
    };
    const char* const arguments = a.arguments.c_str();
    if (a.name == "linear_regression")
      all.push_back(
          state_kind(a,
                     {of_rows(arguments, 5), of_rows(arguments, 129), of_rows("y, x, '{\"robust\": \"hc1\"}'", 130),
                      of_rows("y, x, p, '{\"l2\": 0.5, \"fit_intercept\": false}'", 130)},
                     "0.5, '{0.1,0.2,0.3}'"));
    else if (a.name == "logistic_regression")
      all.push_back(state_kind(a, {of_rows(arguments, 12), of_rows("b, x, p, '{\"l2\": 0.5, \"max_iter\": 7}'", 40)},
                               "true, '{0.1,0.2,0.3}'"));
    else if (a.name == "gaussian_naive_bayes")
      all.push_back(state_kind(a, {of_rows(arguments, 12), of_rows("c, x, '{\"var_smoothing\": 0.1}'", 150)},
                               "'low'::text, '{0.1,0.2,0.3}'"));
    else if (a.name == "moments")
      all.push_back(state_kind(a, {of_rows(arguments, 3), of_rows(arguments, 130)}, "'{0.1,0.2,0.3}'"));
    else if (a.name == "describe")
      all.push_back(state_kind(a, {of_rows(arguments, 3), of_rows(arguments, 100)}, "0.5"));
    else if (a.name == "confusion_matrix")
      all.push_back(state_kind(a, {of_rows(arguments, 3), of_rows(arguments, 100)}, "'low'::text, 'new'::text"));
    else if (a.name == "svec_agg")
      all.push_back(state_kind(a, {of_rows("7 - i, y", 3), of_rows("1 + i * i % 50, y, 50", 100)}, "3, 0.5"));
    else if (a.name == "classification_metrics")
      all.push_back(state_kind(a, {of_rows(arguments, 3), of_rows(arguments, 60)}, "true, 0.5"));
    else
      all.push_back(state_kind(a, {of_rows(arguments, 3), of_rows(arguments, 100)}, "0.5, 0.4"));
  }
  all.push_back(
      {"svec",
       "svec",
       {"SELECT '{1:0.1,3:-0.3}/3'::svec", "SELECT svec_agg(i, y, 200) FROM small"},
       {"$v::text", "$v::text::svec", "$v::jsonb::svec", "$v + $g", "$v * $g", "2 * $v", "$v = $g", "svec_hash($v)",
        "dot($v, $g)", "l2_norm($v)", "element($v, 2)", "(SELECT string_agg(r::text, '') FROM entries($v) r)",
        "moments($v)", "null_score($v)", "$v::features"}});
  all.push_back(
      {"smatrix",
       "smatrix",
       {"SELECT '{1:{1:0.1,3:-0.3},4:{2:5}}/4x3'::smatrix", "SELECT smatrix_agg(1 + i % 20, i, y, 20, 200) FROM small"},
       {"$v::text", "$v::text::smatrix", "$v::jsonb::smatrix", "$v + $g", "$v * $g", "2 * $v", "$v = $g",
        "transpose($v) @ $v", "element($v, 2, 1)", "(SELECT string_agg(r::text, '') FROM entries($v) r)",
        "(SELECT string_agg(r::text, '') FROM rows($v) r)", "norm($v, '1')", "kron($g, $v)"}});
  const std::vector<std::string> model_uses = {
      "predict($v, '{0.1,0.2,0.3}')",
      "predict_proba($v, '{0.1,0.2,0.3}')",
      "predict_label($v, '{0.1,0.2,0.3}')",
      "decision_function($v, '{1:0.1,3:0.3}/3')",
      "(SELECT predict($v, r) FROM (SELECT 0.1 AS a, 0.2 AS b, 0.3 AS c, '{0.1,0.2,0.3}'::float8[] AS x) AS r)",
      "(SELECT decision_function($v, r) FROM (SELECT '{1:0.1,3:0.3}/3'::svec AS x) AS r)",
      "(SELECT string_agg(r::text, '') FROM coefficients($v) r)",
      "(SELECT string_agg(r::text, '') FROM metrics($v) r)",
      "(SELECT string_agg(r::text, '') FROM info($v) r)",
      "$v::text",
      "$v::jsonb::model",
  };
  all.push_back({"model of linear_regression",
                 "model",
                 {"SELECT linear_regression(y, x) FROM small",
                  "SELECT linear_regression(y, x, '{\"feature_names\": [\"a\", \"b\", \"c\"]}') FROM small"},
                 model_uses});
  all.push_back({"model of logistic_regression", "model", {"SELECT logistic_regression(b, x) FROM small"}, model_uses});
  all.push_back({"model of gaussian_naive_bayes",
                 "model",
                 {"SELECT gaussian_naive_bayes(c, x) FROM small", "SELECT gaussian_naive_bayes(b, x) FROM small"},
                 model_uses});
  const auto by_hand = [](std::string_view members) {
    return concat("SELECT '{\"format\": 2, \"options\": {}, \"rows\": 9, \"skipped\": 0, \"features\": 3, ",
                  "\"feature_names\": [\"x[1:3]\"], \"metrics\": {\"baseline\": 0}, ", members, "}'::model");
  };
  all.push_back({"model of several outputs",
                 "model",
                 {by_hand("\"algorithm\": \"multinomial_regression\", \"target\": \"text class\", \"classes\": [\"a\", "
                          "\"b\", \"c\"], \"parameters\": {\"estimate\": [[0, 0, 0, 0], [1, 2, 3, 4], [5, 6, 7, 8]]}"),
                  by_hand("\"algorithm\": \"linear_svm\", \"target\": \"numeric class\", \"classes\": [\"1\", \"2\"], "
                          "\"parameters\": {\"estimate\": [1, 2, 3]}"),
                  by_hand("\"algorithm\": \"poisson_regression\", \"target\": \"number\", \"classes\": [], "
                          "\"parameters\": {\"estimate\": [1, 2, 3, 4], \"std_error\": [1, 1, 1, 1]}")},
                 model_uses});
  add_trained(all, model_uses);
  all.push_back({"moments as comoments",
                 "comoments",
                 {"SELECT moments(x) FROM small"},
                 {"n($v)", "mean($v)", "covariance($v)", "correlation($v)", "$v + $g", "$v - $g", "$g - $v", "$v::text",
                  "$v::jsonb::comoments"}});
  return all;
}

std::string replace_all(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

template <class T>
void overwrite(std::string& bytes, std::size_t at, T value) {
  if (bytes.size() >= sizeof value)
    std::memcpy(&bytes[std::min(at, bytes.size() - sizeof value)], &value, sizeof value);
}

// One to four changes. `others` are values of other kinds, whose labels and tails are tried too.
std::string mutate(std::string bytes, const std::vector<std::string>& others, std::mt19937_64& random) {
  static constexpr std::uint64_t lengths[] = {0,          1,          2,          3,          4,
                                              8,          16,         127,        128,        1000,
                                              1ull << 20, 1ull << 31, 1ull << 32, 1ull << 53, (1ull << 53) + 1,
                                              1ull << 60, 1ull << 61, 1ull << 63, ~0ull,      ~0ull - 7};
  static constexpr double numbers[] = {0.0,
                                       -0.0,
                                       1.0,
                                       -1.0,
                                       0.5,
                                       1e308,
                                       -1e308,
                                       1e-308,
                                       5e-324,
                                       1e154,
                                       1e160,
                                       __builtin_nan(""),
                                       __builtin_inf(),
                                       -__builtin_inf(),
                                       9007199254740993.0};
  auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n ? n - 1 : 0)(random); };
  // Mostly behind the label, and where a field may begin.
  auto place = [&] {
    if (bytes.size() <= label_size || below(50) == 0) return below(bytes.size());
    return label_size + below(bytes.size() - label_size);
  };
  auto field = [&] { return label_size + place() / 4 * 4 - label_size / 4 * 4; };
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    if (bytes.empty()) return bytes;
    switch (below(12)) {
      case 0:
        bytes[place()] ^= static_cast<char>(1 << below(8));
        break;
      case 1:
        bytes[place()] = static_cast<char>(below(256));
        break;
      case 2:
        bytes.resize(below(bytes.size() + 1));
        break;
      case 3:
        bytes.append(1 + below(64), static_cast<char>(below(256)));
        break;
      case 4:
        overwrite(bytes, field(), lengths[below(std::size(lengths))]);
        break;
      case 5:
        overwrite(bytes, field(), numbers[below(std::size(numbers))]);
        break;
      case 6:
        overwrite(bytes, field(), static_cast<std::uint32_t>(lengths[below(std::size(lengths))]));
        break;
      case 7: {  // a length that is nearly right
        std::uint64_t length = 0;
        const std::size_t at = field();
        if (at + sizeof length > bytes.size()) break;
        std::memcpy(&length, &bytes[at], sizeof length);
        overwrite(bytes, at, length + below(5) - 2);
        break;
      }
      case 8: {  // a piece left out or doubled
        const std::size_t from = field(), size = 8 * (1 + below(4));
        if (from >= bytes.size()) break;
        if (below(2))
          bytes.erase(from, size);
        else
          bytes.insert(from, bytes.substr(from, size));
        break;
      }
      case 9: {
        const std::string& other = others[below(others.size())];
        if (below(8) == 0)
          bytes.replace(0, std::min(bytes.size(), label_size), other, 0, label_size);
        else {  // crossed with another value
          const std::size_t from = std::min(field(), std::min(bytes.size(), other.size()));
          bytes = bytes.substr(0, from) + other.substr(from);
        }
        break;
      }
      case 10:  // a flag or a small number among the first fields
        if (bytes.size() > label_size)
          bytes[label_size + below(std::min<std::size_t>(80, bytes.size() - label_size))] = static_cast<char>(below(4));
        break;
      default:
        std::swap(bytes[place()], bytes[place()]);
    }
  }
  return bytes;
}

// bytea[] in binary.
std::string binary_array(const std::vector<std::string>& values) {
  std::string out;
  auto put = [&](std::size_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
  };
  for (std::size_t number : {std::size_t{1}, std::size_t{0}, std::size_t{17}, values.size(), std::size_t{1}})
    put(number);
  for (const std::string& value : values) {
    put(value.size());
    out += value;
  }
  return out;
}

// Besides those of classes 22 and 54: out of memory; a feature that the row does not have, or has as a column of
// another type.
constexpr std::string_view other_refusals[] = {"53200", "42703", "42804"};

bool is_refusal(std::string_view sqlstate) {
  return sqlstate.starts_with("22") || sqlstate.starts_with("54") ||
         std::ranges::find(other_refusals, sqlstate) != std::end(other_refusals);
}

// A function that does everything of `kind` with each value and counts what came of it. An assignment that casts to
// text makes the server use every byte of the answer.
std::string define_trial(const Kind& kind) {
  std::string body, others;
  for (const std::string_view sqlstate : other_refusals) others += concat(others.empty() ? "'" : ", '", sqlstate, "'");
  for (const std::string& use : kind.uses) {
    const std::string v = kind.type == "model text" ? "v" : concat("v::", kind.type);
    const std::string sql = replace_all(replace_all(use, "$v", v), "$g", "good");
    body += concat(
        "started := clock_timestamp(); BEGIN answer := (", sql,
        ")::text; harmless := harmless + 1; EXCEPTION WHEN OTHERS THEN refused := refused + 1; "
        "IF SQLSTATE !~ '^(22|54)' AND SQLSTATE NOT IN (",
        others,
        ") THEN wrong := coalesce(wrong, "
        "SQLSTATE || ' ' || SQLERRM || $q$ in ",
        sql,
        ": $q$ || v::text); END IF; END;\n"
        "took := extract(epoch FROM clock_timestamp() - started); IF took > slowest THEN slowest := took; slow := $q$",
        sql, "$q$; END IF;\n");
  }
  return concat(
      "DROP FUNCTION IF EXISTS pg_temp.try; CREATE FUNCTION pg_temp.try(vs bytea[], good quern.",
      kind.type == "model text" ? "model" : kind.type,
      ", OUT harmless bigint, OUT refused bigint, OUT slowest double precision, OUT slow text, OUT wrong text) "
      "LANGUAGE plpgsql SET client_min_messages = 'error' AS $f$\nDECLARE v bytea; answer text; started timestamptz; "
      "took double precision;\nBEGIN harmless := 0; refused := 0; slowest := 0; FOREACH v IN ARRAY vs LOOP\n",
      body, "END LOOP; END $f$");
}

struct Tally {
  long harmless = 0, refused = 0;
  double slowest = 0;
  std::string slow, wrong;
};

// The values as stored ones that have been damaged.
Tally try_stored(Session& session, const std::vector<std::string>& values, const std::string& good) {
  Tally tally;
  constexpr std::size_t batch = 1000;
  for (std::size_t from = 0; from < values.size() && tally.wrong.empty(); from += batch) {
    const std::vector<std::string> some(
        values.begin() + static_cast<std::ptrdiff_t>(from),
        values.begin() + static_cast<std::ptrdiff_t>(std::min(values.size(), from + batch)));
    const Result result =
        session.run("SELECT * FROM pg_temp.try($1, $2)", {{binary_array(some), true, 1001}, {good, true, 0}});
    if (!result.ok()) {
      tally.wrong = concat("mutations ", from, " to ", from + batch, ": ", result.sqlstate(), " ", result.message());
      break;
    }
    tally.harmless += static_cast<long>(result.number(0, 0));
    tally.refused += static_cast<long>(result.number(0, 1));
    if (result.number(0, 2) > tally.slowest) {
      tally.slowest = result.number(0, 2);
      tally.slow = result.value(0, 3);
    }
    if (!result.null(0, 4)) tally.wrong = result.value(0, 4);
  }
  return tally;
}

// The values as binary parameters, in a pipeline; each statement is a transaction of its own.
Tally try_parameters(Session& session, const Kind& kind, const std::vector<std::string>& values,
                     const std::string& good) {
  Tally tally;
  PGconn* const connection = session.connection();
  std::vector<std::string> statements;
  for (std::size_t i = 0; i < kind.uses.size(); ++i) {
    const std::string sql = replace_all(replace_all(kind.uses[i], "$v", "$1::" + kind.type), "$g", "$2::" + kind.type);
    statements.push_back(concat("use", i));
    Result(PQprepare(connection, statements.back().c_str(),
                     ("SELECT " + sql + ", $2::" + kind.type + " IS NULL").c_str(), 0, nullptr));
  }
  PQenterPipelineMode(connection);
  constexpr std::size_t batch = 200;  // fewer than would fill the buffers of both sides
  for (std::size_t from = 0; from < values.size() && tally.wrong.empty(); from += batch) {
    const std::size_t to = std::min(values.size(), from + batch);
    for (std::size_t i = from; i < to; ++i) {
      const char* const parameters[] = {values[i].c_str(), good.c_str()};
      const int sizes[] = {static_cast<int>(values[i].size()), static_cast<int>(good.size())}, formats[] = {1, 1};
      PQsendQueryPrepared(connection, statements[i % statements.size()].c_str(), 2, parameters, sizes, formats, 1);
      PQpipelineSync(connection);
    }
    for (std::size_t synced = 0; synced < to - from;) {
      PGresult* const next = PQgetResult(connection);
      if (!next) {
        if (!session.alive()) break;
        continue;
      }
      const Result result(next);
      if (result.status() == PGRES_PIPELINE_SYNC) {
        synced += 1;
      } else if (result.ok()) {
        tally.harmless += 1;
      } else {
        tally.refused += 1;
        if (!is_refusal(result.sqlstate()) && tally.wrong.empty())
          tally.wrong = concat("mutation ", from + synced, ": ", result.sqlstate(), " ", result.message());
      }
    }
    if (!session.alive() && tally.wrong.empty()) tally.wrong = "the connection was lost";
  }
  if (session.alive()) {
    PQexitPipelineMode(connection);
    for (const std::string& name : statements) session.run("DEALLOCATE " + name);
  }
  return tally;
}

void check_tally(Report& report, const std::string& name, const Tally& tally) {
  report.check(concat(name, ": ", tally.refused, " uses refused, ", tally.harmless, " harmless"),
               tally.wrong.empty() && tally.refused > 0, tally.wrong.empty() ? "nothing was refused" : tally.wrong);
}

// The text of a model with characters changed, left out or put in; it stays ASCII.
std::string mutate_text(std::string text, std::mt19937_64& random) {
  static constexpr std::string_view pieces[] = {"{",       "}",
                                                "[",       "]",
                                                ",",       ":",
                                                "\"",      "\\",
                                                "\\u0000", "\\ud800",
                                                "null",    "true",
                                                "-",       "1e999",
                                                "1e-999",  "9007199254740993",
                                                "\"NaN\"", "\"Infinity\"",
                                                "[[",      "0",
                                                "99",      " "};
  auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  for (std::size_t changes = 1 + below(3); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = below(text.size());
    switch (below(5)) {
      case 0:
        text[at] = static_cast<char>(1 + below(127));
        break;
      case 1:
        text.erase(at, 1 + below(9));
        break;
      case 2:
        text.insert(at, pieces[below(std::size(pieces))]);
        break;
      case 3:
        text.replace(at, 1 + below(3), pieces[below(std::size(pieces))]);
        break;
      default:
        text.resize(at);
    }
  }
  return text;
}

}  // namespace

int main() {
  Report report;
  std::mt19937_64 random = seeded_random();
  const char* const given = std::getenv("QUERN_MUTATIONS");
  const std::size_t count = given ? std::strtoull(given, nullptr, 10) : 10'000;
  report.attempt("mutated values", [&] {
    Session session;
    create_rows(session, "small", 200, 3);
    for (const char* type : {"state", "model", "comoments"})
      session.require(concat("CREATE CAST (bytea AS quern.", type, ") WITHOUT FUNCTION"));
    // Of another alignment than bytea. Its stored form is not its binary one: only parameters get far.
    session.require("CREATE FUNCTION svec_of(bytea) RETURNS quern.svec LANGUAGE internal STRICT AS 'byteasend'");
    session.require("CREATE CAST (bytea AS quern.svec) WITH FUNCTION svec_of(bytea)");
    session.require("CREATE FUNCTION smatrix_of(bytea) RETURNS quern.smatrix LANGUAGE internal STRICT AS 'byteasend'");
    session.require("CREATE CAST (bytea AS quern.smatrix) WITH FUNCTION smatrix_of(bytea)");
    session.require("SET client_min_messages = 'error'");
    session.require("SET log_min_messages = 'panic'");

    const std::vector<Kind> all = kinds();
    std::vector<std::vector<std::string>> originals;
    std::vector<std::string> others;
    for (const Kind& kind : all) {
      std::vector<std::string>& values = originals.emplace_back();
      for (const std::string& sql : kind.originals) {
        const Result result = session.run(sql, {}, true);
        if (!result.ok()) throw std::runtime_error(sql + ": " + result.message());
        values.push_back(result.value());
      }
      others.insert(others.end(), values.begin(), values.end());
    }

    const double memory_before = private_memory(session.pid());
    double slowest = 0;
    std::string slow;
    for (std::size_t k = 0; k < all.size() && session.alive(); ++k) {
      const Kind& kind = all[k];
      const std::vector<std::string>& mine = originals[k];
      std::vector<std::string> values;
      for (std::size_t i = 0; i < count; ++i)
        values.push_back(mutate(mine[i % mine.size()], i % 2 ? mine : others, random));
      session.require(define_trial(kind));
      const Tally stored = try_stored(session, values, mine[0]);
      check_tally(report, concat(count, " mutations of a stored ", kind.name), stored);
      if (stored.slowest > slowest) {
        slowest = stored.slowest;
        slow = stored.slow;
      }
      values.resize(std::min(values.size(), count / 4));
      check_tally(report, concat(values.size(), " mutations of a ", kind.name, " as parameters"),
                  try_parameters(session, kind, values, mine[0]));
    }

    const Kind text_kind{"text of a model", "model text", {}, {"convert_from($v, 'UTF8')::model"}};
    std::vector<std::string> values;
    for (const char* sql :
         {"SELECT linear_regression(y, x)::text FROM small", "SELECT gaussian_naive_bayes(c, x)::text FROM small"}) {
      const std::string text = session.text(sql);
      for (std::size_t i = 0; i < count / 2; ++i) values.push_back(mutate_text(text, random));
    }
    session.require(define_trial(text_kind));
    check_tally(report, concat(values.size(), " mutations of the text of a model"),
                try_stored(session, values, originals[originals.size() - 2][0]));

    report.check(concat("the slowest use took ", slowest * 1000, " ms"), slowest < 2, slow);
    const double grown = private_memory(session.pid()) - memory_before, peak = peak_memory(session.pid());
    report.check(concat("the session grew by ", grown, " MB, to ", peak, " MB at most"), grown < 20 + static_cast<double>(all.size()) && peak < 500,
                 "too much");
    report.check("the session still works", session.run("SELECT linear_regression(y, x) FROM small").ok());
  });
  return report.finish();
}
