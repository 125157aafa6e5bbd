// Graphs that are forged, and functions of a graph that are cancelled.
//
// Random mutations of the binary form, as parameters: each is refused with an SQLSTATE of class 22 or 54, or is a graph
// that every function takes. QUERN_MUTATIONS sets how many of each value (4,000). Then functions over a graph of a
// million edges are cancelled at random moments: the query ends soon, nothing stays behind.
#include <algorithm>
#include <cstring>
#include <optional>
#include <thread>

#include "session.hpp"

using namespace quern::client;

namespace {

// --- mutations -------------------------------------------------------------------------------------------------------

struct Kind {
  std::string type;
  std::vector<std::string> originals;  // SQL of one value each
  std::vector<std::string> uses;       // SQL of a graph $1
};

std::vector<Kind> kinds() {
  std::vector<std::string> uses = {"$1::text", "adjacency($1)"};
  for (const char* call : {"vertices($1)",
                           "edges($1)",
                           "degrees($1)",
                           "graph_summary($1)",
                           "connected_components($1)",
                           "strongly_connected_components($1)",
                           "pagerank($1, weighted => false)",
                           "pagerank($1)",
                           "hits($1)",
                           "eigenvector_centrality($1, max_iter => 50)",
                           "katz_centrality($1, 0.001)",
                           "betweenness_centrality($1)",
                           "betweenness_centrality($1, weighted => false)",
                           "closeness_centrality($1)",
                           "harmonic_centrality($1, weighted => false)",
                           "label_propagation($1)",
                           "louvain($1)",
                           "leiden($1)",
                           "triangle_count($1)",
                           "local_clustering($1)",
                           "k_core($1)",
                           "k_truss($1)",
                           "minimum_spanning_tree($1)",
                           "topological_sort($1)",
                           "all_pairs_shortest_paths($1)",
                           "jaccard_similarity($1)",
                           "random_walks($1, 1, 9)"})
    uses.push_back(concat("(SELECT string_agg(r::text, '') FROM ", call, " r)"));
  // From a vertex that there is.
  for (const char* call : {"bfs($1, v)", "shortest_paths($1, v)", "shortest_path($1, v, w)", "max_flow($1, v, w)",
                           "common_neighbors($1, v, w)"})
    uses.push_back(
        concat("(SELECT string_agg(r::text, '') FROM (SELECT min(x) AS v, max(x) AS w FROM vertices($1) x) "
               "s, LATERAL ",
               call, " r)"));
  std::vector<std::string> of_numbers = uses, of_texts = uses;
  of_numbers.push_back("graph_send($1)::text");
  of_texts.push_back("text_graph_send($1)::text");
  return {
      {"graph",
       {"SELECT graph(a, b) FROM (VALUES (1, 2), (1, 3), (3, 1), (3, 3), (4, NULL)) e(a, b)",
        "SELECT graph(a, b, w, '{\"directed\": false}') FROM (VALUES (1, 2, 0.5), (1, 2, 2), (3, 1, 1), (3, 3, 7)) "
        "e(a, b, w)",
        "SELECT graph(a, b) FROM (VALUES (1, 2), (2, 5), (1, 5), (-7, NULL)) e(a, b)",
        "SELECT graph(src, dst, '{\"directed\": false}') FROM uniform_graph(20, 60, 1)",
        "SELECT graph(src * 1000000007, dst * 1000000007, 1 + src % 3) FROM uniform_graph(20, 60, 1)",
        "SELECT 'roads'"},
       of_numbers},
      {"text_graph",
       {"SELECT graph(a, b) FROM (VALUES ('a', 'b'), ('a', 'ccc'), ('ccc', 'a'), ('ccc', 'ccc'), ('d', NULL)) e(a, b)",
        "SELECT graph(a, b) FROM (VALUES ('a', 'b'), ('b', 'ccc'), ('a', 'ccc')) e(a, b)",
        "SELECT graph(src::text, dst::text, 1 + src % 3, '{\"directed\": false}') FROM uniform_graph(20, 60, 1)"},
       of_texts}};
}

template <class T>
void overwrite(std::string& bytes, std::size_t at, T value) {
  if (at + sizeof value > bytes.size()) return;
  for (std::size_t i = 0; i < sizeof value; ++i) bytes[at + i] = static_cast<char>(value >> 8 * (sizeof value - 1 - i));
}

// One to three changes, mostly of whole fields, which begin at multiples of 4.
std::string mutate(std::string bytes, std::mt19937_64& random) {
  static constexpr std::uint64_t numbers[] = {0,
                                              1,
                                              2,
                                              3,
                                              4,
                                              5,
                                              16,
                                              20,
                                              21,
                                              127,
                                              128,
                                              1ull << 20,
                                              1ull << 31,
                                              1ull << 32,
                                              ~0ull,
                                              ~0ull >> 1,
                                              1ull << 63,
                                              ~0ull / 8,
                                              ~0ull / 4,
                                              0x7ff0000000000000,
                                              0x7ff8000000000000,
                                              0xbff0000000000000};
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n ? n - 1 : 0)(random);
  };
  for (std::size_t changes = 1 + below(3); changes > 0 && bytes.size() > 4; --changes) {
    const std::size_t at = below(10) == 0 ? below(24) / 4 * 4 : below(bytes.size()) / 4 * 4;
    switch (below(9)) {
      case 0:
        bytes[below(bytes.size())] ^= static_cast<char>(1 << below(8));
        break;
      case 1:
        bytes.resize(below(bytes.size() + 1));
        break;
      case 2:
        bytes.append(4 * (1 + below(8)), static_cast<char>(below(4)));
        break;
      case 3:
        overwrite(bytes, at, numbers[below(std::size(numbers))]);
        break;
      case 4:
        overwrite(bytes, at, static_cast<std::uint32_t>(numbers[below(std::size(numbers))]));
        break;
      case 5:  // a small number that is nearly right
        if (at + 4 <= bytes.size()) bytes[at + 3] = static_cast<char>(bytes[at + 3] + static_cast<char>(below(5)) - 2);
        break;
      case 6:  // two fields change places
        if (const std::size_t other = below(bytes.size()) / 4 * 4; at + 4 <= bytes.size() && other + 4 <= bytes.size())
          std::swap_ranges(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                           bytes.begin() + static_cast<std::ptrdiff_t>(at) + 4,
                           bytes.begin() + static_cast<std::ptrdiff_t>(other));
        break;
      case 7:
        bytes.insert(std::min(at, bytes.size()), bytes.substr(std::min(at, bytes.size()), 4 * (1 + below(4))));
        break;
      default:
        bytes.erase(std::min(at, bytes.size()), 4 * (1 + below(3)));
    }
  }
  return bytes;
}

// 42704: a name of no graph.
bool is_refusal(const std::string& sqlstate) {
  return sqlstate.starts_with("22") || sqlstate.starts_with("54") || sqlstate == "42704" || sqlstate == "53200";
}

void check_mutations(Report& report, std::mt19937_64& random) {
  const char* const given = std::getenv("QUERN_MUTATIONS");
  const std::size_t count = given ? std::strtoull(given, nullptr, 10) : 4'000;
  Session session;
  session.require("SET client_min_messages = 'error'");
  session.require("SET log_min_messages = 'panic'");
  PGconn* const connection = session.connection();
  for (const Kind& kind : kinds()) {
    std::vector<std::string> originals;
    for (const std::string& sql : kind.originals) {
      const Result result = session.run("SELECT (" + sql + ")::" + kind.type, {}, true);
      if (!result.ok()) throw std::runtime_error(sql + ": " + result.message());
      originals.push_back(result.value());
    }
    for (std::size_t i = 0; i < kind.uses.size(); ++i) {
      std::string sql = "SELECT " + kind.uses[i];
      const std::string parameter = "$1::" + kind.type;
      for (std::size_t at = 0; (at = sql.find("$1", at)) != std::string::npos; at += parameter.size())
        sql.replace(at, 2, parameter);
      const Result prepared(PQprepare(connection, concat("use", i).c_str(), sql.c_str(), 0, nullptr));
      if (!prepared.ok()) throw std::runtime_error(sql + ": " + prepared.message());
    }
    const double memory_before = private_memory(session.pid());
    long refused = 0, harmless = 0;
    double slowest = 0;
    std::string wrong, slow;
    std::vector<bool> worked(kind.uses.size());
    for (std::size_t i = 0; i < count * originals.size() && wrong.empty(); ++i) {
      const std::size_t use = i % kind.uses.size();
      std::string value = originals[i / kind.uses.size() % originals.size()];
      if (i >= kind.uses.size() * originals.size()) value = mutate(std::move(value), random);  // first as they are
      const char* const parameters[] = {value.data()};
      const int sizes[] = {static_cast<int>(value.size())}, formats[] = {1};
      const Clock::time_point start = Clock::now();
      const Result result(PQexecPrepared(connection, concat("use", use).c_str(), 1, parameters, sizes, formats, 0));
      if (const double took = milliseconds_since(start); took > slowest) {
        slowest = took;
        slow = kind.uses[use];
      }
      if (result.ok()) {
        ++harmless;
        worked[use] = true;
      } else if (is_refusal(result.sqlstate())) {
        ++refused;
      } else {
        wrong = concat(kind.uses[use], ", mutation ", i, ": ", result.sqlstate(), " ", result.message());
      }
    }
    const auto idle = std::find(worked.begin(), worked.end(), false);
    if (wrong.empty() && idle != worked.end())
      wrong = "never answered: " + kind.uses[static_cast<std::size_t>(idle - worked.begin())];
    report.check(concat("mutations of a ", kind.type, ": ", refused, " uses refused, ", harmless, " harmless"),
                 wrong.empty() && refused > 0, wrong.empty() ? "nothing was refused" : wrong);
    report.check(concat("the slowest took ", slowest, " ms"), slowest < 2000, slow);
    const double grown = private_memory(session.pid()) - memory_before;
    report.check(concat("the session grew by ", grown, " MB"), grown < 20, "too much");
    if (session.alive()) session.require("DEALLOCATE ALL");
  }
}

// --- cancels ---------------------------------------------------------------------------------------------------------

void sleep_milliseconds(double ms) { std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(ms)); }

// Queries of long times over the table `held` of one graph g, undirected u, weighted w.
constexpr const char* queries[] = {
    "SELECT graph(src, dst) FROM rmat_graph(18)",
    "SELECT graph(src, dst, src, '{\"directed\": false, \"multi\": \"sum\"}') FROM rmat_graph(18)",
    "SELECT graph(src::text, dst::text) FROM rmat_graph(17)",
    "SELECT length(g::text) FROM held",
    "SELECT length(graph_send(w)) FROM held",
    "SELECT w::text::graph FROM held",
    "SELECT count(*) FROM held, edges(g)",
    "SELECT count(*) FROM held, degrees(g)",
    "SELECT graph_summary(g) FROM held, generate_series(1, 50)",
    "SELECT nnz(adjacency(g)) FROM held, generate_series(1, 50)",
    "SELECT count(*) FROM held, generate_series(1, 50) i, bfs(g, (SELECT min(src) FROM edges(g)))",
    "SELECT count(*) FROM held, all_pairs_shortest_paths(g, max_rows => 1000000000)",
    "SELECT count(*) FROM held, all_pairs_shortest_paths(w, max_rows => 1000000000)",
    "SELECT count(*) FROM held, generate_series(1, 50), connected_components(g)",
    "SELECT count(*) FROM held, generate_series(1, 50), strongly_connected_components(g)",
    "SELECT count(*) FROM held, pagerank(g, tol => 0, max_iter => 100000)",
    "SELECT count(*) FROM held, hits(w, tol => 0, max_iter => 100000)",
    "SELECT count(*) FROM held, eigenvector_centrality(g, tol => 0, max_iter => 100000)",
    "SELECT count(*) FROM held, katz_centrality(g, 1e-6, tol => 0, max_iter => 100000)",
    "SELECT count(*) FROM held, betweenness_centrality(g)",
    "SELECT count(*) FROM held, betweenness_centrality(w)",
    "SELECT count(*) FROM held, closeness_centrality(g)",
    "SELECT count(*) FROM held, harmonic_centrality(w)",
    "SELECT count(*) FROM held, label_propagation(g, 100000)",
    "SELECT count(*) FROM held, louvain(u)",
    "SELECT count(*) FROM held, leiden(g)",
    "SELECT count(*) FROM held, generate_series(1, 50), triangle_count(u)",
    "SELECT count(*) FROM held, generate_series(1, 50), local_clustering(g)",
    "SELECT count(*) FROM held, generate_series(1, 50), k_core(g)",
    "SELECT count(*) FROM held, k_truss(u)",
    "SELECT count(*) FROM held, jaccard_similarity(g)",
    "SELECT count(*) FROM held, generate_series(1, 50), minimum_spanning_tree(w)",
    "SELECT count(*) FROM held, generate_series(1, 50), LATERAL (SELECT max_flow_value(w, min(v), max(v)) FROM "
    "vertices(w) v) m",
    "SELECT count(*) FROM held, random_walks(w, p => 0.5, q => 2)",
    "SELECT count(*) FROM rmat_graph(20)",
    "SELECT count(*) FROM uniform_graph(1000000, 20000000)",
};

double greatest_but_one(std::vector<double> values) {
  if (values.size() < 2) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() - 2];
}

void check_cancel(Report& report, std::mt19937_64& random) {
  Session session;
  session.require("SET client_min_messages = 'error'");
  session.require("SET statement_timeout = 0");
  session.require(
      "CREATE TABLE held AS SELECT graph(src, dst) AS g, graph(src, dst, '{\"directed\": false}') AS u, "
      "graph(src, dst, 1 + src % 255) AS w FROM rmat_graph(16)");
  const auto memory = [&] {
    return std::pair(session.number("SELECT sum(total_bytes) FROM pg_backend_memory_contexts") / 1e6,
                     private_memory(session.pid()));
  };
  std::optional<std::pair<double, double>> before;  // after the first round: malloc keeps part of what it has had
  std::vector<double> waits;
  std::string wrong;
  int cancelled = 0;
  for (int round = 0; round < 3 && wrong.empty(); ++round) {
    for (const char* const query : queries) {
      PGcancel* const cancel = PQgetCancel(session.connection());
      char why[256];
      if (!PQsendQuery(session.connection(), query)) throw std::runtime_error(PQerrorMessage(session.connection()));
      const double delay = random_between(random, 1, 250);
      sleep_milliseconds(delay);
      const Clock::time_point start = Clock::now();
      PQcancel(cancel, why, sizeof why);
      PQfreeCancel(cancel);
      std::string sqlstate = "00000", message;
      while (PGresult* const next = PQgetResult(session.connection())) {
        const Result result(next);
        if (!result.ok()) {
          sqlstate = result.sqlstate();
          message = result.message();
        }
      }
      const double took = milliseconds_since(start);
      if (took > 100) std::printf("# %.0f ms after %.0f ms of %s\n", took, delay, query);
      waits.push_back(took);
      cancelled += sqlstate == "57014";
      if (sqlstate != "57014" && sqlstate != "00000") wrong = concat(query, ": ", sqlstate, " ", message);
    }
    if (round == 0) before.emplace(memory());
  }
  // The machine may be busy: one of them may be late.
  report.check(concat(cancelled, " of ", waits.size(), " queries cancelled, in ", greatest_but_one(waits),
                      " ms at most but one"),
               wrong.empty() && cancelled > 60 && greatest_but_one(waits) <= 100,
               wrong.empty() ? "too few, or later than 100 ms" : wrong);
  const auto after = memory();
  report.check(concat("after that memory contexts hold ", after.first - before->first, " MB more, the process ",
                      after.second - before->second, " MB"),
               after.first - before->first < 2 && after.second - before->second < 50, "too much");
  report.check("the session still works", session.number("SELECT count(*) FROM held, vertices(g)") > 0);
}

}  // namespace

int main() {
  Report report;
  std::mt19937_64 random = seeded_random();
  report.attempt("mutated graphs", [&] { check_mutations(report, random); });
  report.attempt("cancel", [&] { check_cancel(report, random); });
  return report.finish();
}
