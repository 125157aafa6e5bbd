// Vertex programs against one that moves single messages, against the algorithms they stand for, and their expressions
// against answers of PostgreSQL 15.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <random>
#include <variant>

#include "base/arithmetic_error.hpp"
#include "graph/build.hpp"
#include "graph/pregel.hpp"
#include "graph/ranking.hpp"
#include "graph/shortest_paths.hpp"
#include "graph/traversal.hpp"

namespace quern::pregel {
namespace {

using graph::EdgeList;
using graph::Lists;

constexpr double infinite = std::numeric_limits<double>::infinity();
using Number = std::optional<double>;  // NULL is none

struct Example {
  graph::Built built;
  Lists turned;
  graph::Graph graph;

  Example(EdgeList edges, bool directed) {
    built = graph::build(std::move(edges), {.directed = directed});
    turned = graph::transpose(built.out.view());
    graph.directed = directed;
    graph.out = built.out.view();
    graph.ids.numbers = built.ids;
  }
  std::size_t n() const { return graph.vertices(); }
  void keep_in() { graph.in = turned.view(); }
};

Example path(std::int64_t n) {
  EdgeList edges;
  for (std::int64_t v = 1; v < n; ++v) {
    edges.sources.push_back(v);
    edges.targets.push_back(v + 1);
  }
  return Example(std::move(edges), true);
}

Example random_graph(std::mt19937_64& random, bool directed, bool weighted, std::int64_t most = 40) {
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
  };
  EdgeList edges;
  const std::int64_t vertices = 1 + below(most), count = below(3 * most);
  for (std::int64_t e = 0; e < count; ++e) {
    edges.sources.push_back(below(vertices) - 3);
    edges.targets.push_back(below(vertices) - 3);
    if (weighted) edges.weights.push_back(static_cast<double>(1 + below(9)));
  }
  if (below(3) == 0) edges.isolated.push_back(1000);
  return Example(std::move(edges), directed);
}

// --- expressions
// ------------------------------------------------------------------------------------------------------

// Of one vertex with these values.
Number value_of(std::string_view text, const std::vector<std::pair<Name, Number>>& given = {}, bool condition = false) {
  Names names;
  Block block;
  block.size = 1;
  std::array<double, name_count> numbers{};
  static const std::uint8_t yes = 1;
  for (const auto& [name, number] : given) {
    names.add(name);
    double& at = numbers[static_cast<std::size_t>(name)];
    at = number.value_or(0);
    block[name] = {&at, number ? nullptr : &yes};
  }
  const auto expression = compile({"apply", text, names, condition});
  const Column result = expression->evaluate(block);
  return result.null_at(0) ? Number() : Number(result.at(0));
}

TEST(PregelExpression, GivesWhatPostgresGives) {
  const std::pair<const char*, Number> constants[] = {
      {"1 + 2 * 3", 7},
      {"-2 ^ 2", 4},
      {"2 ^ 3 ^ 2", 64},
      {"7 / 2", 3},
      {"-7 / 2", -3},
      {"-7 % 3", -1},
      {"7 / 2.0", 3.5},
      {"(CASE WHEN true THEN 7 ELSE 1.5 END) / 2", 3.5},
      {"greatest(7, 1) / 2", 3},
      {"abs(-7) / 2", 3},
      {"mod(7, 4)", 3},
      {"round(7) / 2", 3.5},
      {"2 - 1 - 1", 0},
      {"NULL + 1", Number()},
      {"coalesce(NULL, NULL, 3)", 3},
      {"least(3, NULL, 2)", 2},
      {"greatest(NULL, NULL)", Number()},
      {"nullif(3, 3)", Number()},
      {"nullif(3, NULL)", 3},
      {"sqrt(2)", std::sqrt(2)},
      {"cbrt(0.0)", 0},
      {"power(2, 0.5)", std::pow(2, 0.5)},
      {"ln(exp(1))", 1},
      {"log(1000)", 3},
      {"sign(-3)", -1},
      {"sign('NaN'::float8)", 0},
      {"floor(-1.5)", -2},
      {"ceil(-1.5)", -1},
      {"trunc(-1.5)", -1},
      {"pi()", 3.14159265358979323846},
      {"'Infinity'::float8", infinite},
      {"'-Infinity'", -infinite},
      {"1.5::float8::int", 2},
      {"2.5::double precision::bigint", 2},
      {"CAST(7 AS float8) / 2", 3.5},
      {"true::int + 1", 2},
      {"CASE 3 WHEN 1 THEN 10 WHEN 3 THEN 30 ELSE 0 END", 30},
      {"CASE WHEN NULL THEN 1 END", Number()},
      {"CASE WHEN 1 > 2 THEN 1 / 0 WHEN 2 > 1 THEN 5 ELSE 1 / 0 END", 5},
      {"1e3 -- a comment\n + 1", 1001},
      {".5 + 1.", 1.5},
  };
  for (const auto& [text, expected] : constants) {
    EXPECT_EQ(value_of(text), expected) << text;
  }
  const std::pair<const char*, Number> truths[] = {
      {"1 < 2", 1},
      {"NOT 1 < 2", 0},
      {"1 < 2 AND NULL", Number()},
      {"1 > 2 AND NULL", 0},
      {"1 < 2 OR NULL", 1},
      {"1 > 2 OR NULL", Number()},
      {"NULL IS NULL", 1},
      {"1 IS NOT NULL", 1},
      {"NULL::float8 ISNULL", 1},
      {"1 = NULL", Number()},
      {"1 IS DISTINCT FROM NULL", 1},
      {"NULL IS NOT DISTINCT FROM NULL", 1},
      {"(1 > 2) IS FALSE", 1},
      {"NULL IS NOT TRUE", 1},
      {"NULL IS UNKNOWN", 1},
      {"2 BETWEEN 1 AND 2", 1},
      {"2 NOT BETWEEN 1 AND 2", 0},
      {"2 IN (1, 2, 3)", 1},
      {"4 NOT IN (1, 2, NULL)", Number()},
      {"'NaN'::float8 = 'NaN'::float8", 1},
      {"'NaN'::float8 > 'Infinity'::float8", 1},
      {"'NaN'::float8 <= 1e308", 0},
      {"1 <> 2 AND 1 != 2", 1},
      {"1 = 1 AND 2 = 2 OR 1 / 0 = 1", 1},
      {"1 = 2 AND 1 / 0 = 1", 0},
  };
  for (const auto& [text, expected] : truths) EXPECT_EQ(value_of(text, {}, true), expected) << text;
}

TEST(PregelExpression, NamesAreDoubles) {
  EXPECT_EQ(value_of("1 / num_vertices", {{Name::num_vertices, 4}}), 0.25);
  EXPECT_EQ(value_of("Value / out_degree", {{Name::value, 3}, {Name::out_degree, 2}}), 1.5);
  EXPECT_EQ(value_of("id % 2", {{Name::id, 7}}), 1);
  EXPECT_EQ(value_of("src.value + dst.id", {{Name::value, 3}, {Name::target, 2}}), 5);
  EXPECT_EQ(value_of("greatest(value, message)", {{Name::value, 3}, {Name::message, Number()}}), 3);
  EXPECT_EQ(value_of("value + message", {{Name::value, 3}, {Name::message, Number()}}), Number());
}

TEST(PregelExpression, Refuses) {
  using Kind = ArithmeticError::Kind;
  const auto refuses = [](std::string_view text, std::variant<Fault, Kind> fault, std::string_view message,
                          bool condition = false) {
    try {
      value_of(text, {{Name::value, 0}, {Name::message, -1}}, condition);
      ADD_FAILURE() << text << " is taken";
    } catch (const InvalidInput& e) {
      const auto* const arithmetic = dynamic_cast<const ArithmeticError*>(&e);
      EXPECT_TRUE(fault ==
                  (arithmetic ? std::variant<Fault, Kind>(arithmetic->kind) : std::variant<Fault, Kind>(e.fault)))
          << text << ": " << e.what();
      EXPECT_EQ(e.what(), std::string("pregel: apply: ") + std::string(message)) << text;
    }
  };
  refuses("1 +", Fault::malformed_expression, "syntax error at the end at position 4");
  refuses("1 + * 2", Fault::malformed_expression, "syntax error at \"*\" at position 5");
  refuses("(1", Fault::malformed_expression, "syntax error at the end at position 3");
  refuses("case when", Fault::malformed_expression, "syntax error at the end at position 10");
  refuses("1 < 2 < 3", Fault::malformed_expression, "syntax error at \"<\" at position 7");
  refuses("é", Fault::malformed_expression, "syntax error at \"\xC3\" at position 1");
  refuses("weight", Fault::unknown_name, "there is no \"weight\" at position 1");
  refuses("src.value", Fault::unknown_name, "there is no \"src.value\" at position 1");
  refuses("sigmoid(value)", Fault::unknown_function, "there is no function sigmoid of these 1 arguments at position 1");
  refuses("1 + (value > 2)", Fault::unknown_function, "the operator does not go with its operands at position 1");
  refuses("value > 2", Fault::malformed_expression, "the value must be a number, not true or false at position 1");
  refuses("value", Fault::malformed_expression, "the value must be true or false, not a number at position 1", true);
  refuses("1 / value", Kind::division_by_zero, "division by zero at position 1");
  refuses("2 + 1 / 0", Kind::division_by_zero, "division by zero at position 5");
  refuses("1 % value", Kind::division_by_zero, "division by zero at position 1");
  refuses("'Infinity' / value", Kind::division_by_zero, "division by zero at position 1");
  refuses("coalesce(value, 1) / 0", Kind::division_by_zero, "division by zero at position 1");
  refuses("sqrt(message)", Kind::invalid_power, "a negative number has no square root at position 1");
  refuses("ln(value)", Kind::invalid_logarithm, "zero has no logarithm at position 1");
  refuses("log(message)", Kind::invalid_logarithm, "a negative number has no logarithm at position 1");
  refuses("value ^ message", Kind::invalid_power, "zero has no negative power at position 1");
  refuses("message ^ 0.5", Kind::invalid_power, "a negative number has only whole powers at position 1");
  refuses("exp(1000)", Fault::out_of_range, "the result is out of range at position 1");
  refuses("1e308 * 10", Fault::out_of_range, "the result is out of range at position 1");
  refuses("1e10::float8::int", Fault::out_of_range, "the whole number is out of range at position 1");
  refuses(std::string(1000, '('), Fault::limit_exceeded, "the expression is nested more than 200 deep at position 201");
}

// Errors count where SQL would have computed the branch, whatever the rest of the block does.
TEST(PregelExpression, ComputesBranchesWhereTheyAreWanted) {
  std::vector<double> numbers(block);
  std::vector<std::uint8_t> nulls(block);
  for (std::size_t i = 0; i < block; ++i) {
    numbers[i] = static_cast<double>(i % 4) - 1;  // -1, 0, 1, 2
    nulls[i] = i % 5 == 0;
  }
  Block given;
  given.size = block;
  given[Name::value] = {numbers.data()};
  given[Name::message] = {numbers.data(), nulls.data()};
  const auto expect = [&](std::string_view text, const std::function<Number(std::size_t)>& expected) {
    const auto expression = compile({"apply", text, {Name::value, Name::message}});
    const Column result = expression->evaluate(given);
    for (std::size_t i = 0; i < block; ++i) {
      const Number seen = result.null_at(i) ? Number() : Number(result.at(i));
      ASSERT_EQ(seen, expected(i)) << text << " at " << i;
    }
  };
  const auto x = [&](std::size_t i) { return numbers[i]; };
  const auto message = [&](std::size_t i) { return nulls[i] ? Number() : Number(numbers[i]); };
  expect("CASE WHEN value <> 0 THEN 1 / value END",
         [&](std::size_t i) { return x(i) != 0 ? Number(1 / x(i)) : Number(); });
  expect("CASE WHEN value < 0 THEN -1 WHEN value = 0 THEN 5 ELSE ln(value) END", [&](std::size_t i) {
    return x(i) < 0 ? -1 : x(i) == 0 ? 5 : std::log(x(i));
  });
  expect("CASE WHEN value > 0 AND ln(value) >= 0 THEN 1 ELSE 0 END", [&](std::size_t i) { return x(i) > 0 ? 1 : 0; });
  expect("CASE WHEN value <= 0 OR ln(value) >= 0 THEN 1 ELSE 0 END", [&](std::size_t) { return 1; });
  expect("coalesce(nullif(value, 0), value - 3 / (value - 1))", [&](std::size_t i) { return x(i) != 0 ? x(i) : 3; });
  expect("coalesce(message, 9)", [&](std::size_t i) { return message(i).value_or(9); });
  expect("message + 1", [&](std::size_t i) { return nulls[i] ? Number() : Number(x(i) + 1); });
  expect("CASE WHEN message > 0 THEN message ELSE value / 2 END",
         [&](std::size_t i) { return !nulls[i] && x(i) > 0 ? x(i) : x(i) / 2; });
  expect("least(value, 2 * message)", [&](std::size_t i) { return nulls[i] ? x(i) : std::min(x(i), 2 * x(i)); });
  expect("1 + 0 * (2 + value)", [&](std::size_t) { return 1; });
  EXPECT_THROW(compile({"apply", "CASE WHEN value < 1 THEN 1 / value END", {Name::value}})->evaluate(given),
               InvalidInput);
}

// --- programs
// ---------------------------------------------------------------------------------------------------------

struct NaiveProgram {
  std::function<Number(Vertex)> initial;
  std::function<Number(Vertex from, double value, Vertex to, double weight)> message;
  std::function<double(double, double)> combine;
  std::function<Number(Vertex, Number value, Number message)> apply;
};

struct NaiveOutcome {
  std::vector<Number> values;
  std::vector<Superstep> supersteps;
};

// One message at a time, in the order of the senders.
NaiveOutcome naive_run(const Example& example, const NaiveProgram& program, std::int64_t most) {
  const std::size_t n = example.n();
  NaiveOutcome outcome;
  std::vector<Number> messages(n);
  std::vector<bool> active(n, true);
  for (std::int64_t superstep = 0;; ++superstep) {
    Superstep row{superstep};
    for (Vertex v = 0; v < n; ++v) {
      if (superstep == 0) {
        outcome.values.push_back(program.initial(v));
        ++row.computed;
      } else if (active[v] || messages[v]) {
        const Number now = program.apply(v, outcome.values[v], messages[v]);
        active[v] = now != outcome.values[v];
        outcome.values[v] = now;
        ++row.computed;
      }
      row.active += active[v];
    }
    messages.assign(n, Number());
    if (row.active > 0 && superstep < most)
      for (Vertex u = 0; u < n; ++u) {
        if (!active[u]) continue;
        for (graph::Offset e = example.graph.out.offsets[u]; e < example.graph.out.offsets[u + 1]; ++e) {
          const Vertex v = example.graph.out.targets[e];
          const Number sent =
              outcome.values[u] ? program.message(u, *outcome.values[u], v, example.graph.out.weight(e)) : Number();
          if (!sent) continue;
          ++row.messages;
          messages[v] = messages[v] ? program.combine(*messages[v], *sent) : *sent;
        }
      }
    outcome.supersteps.push_back(row);
    if (row.active == 0 || superstep == most) return outcome;
  }
}

void expect_same(const Outcome& seen, const NaiveOutcome& expected) {
  ASSERT_EQ(seen.values.size(), expected.values.size());
  for (std::size_t v = 0; v < seen.values.size(); ++v) {
    const Number value = seen.nulls[v] ? Number() : Number(seen.values[v]);
    ASSERT_EQ(value, expected.values[v]) << "vertex " << v;
  }
  ASSERT_EQ(seen.supersteps.size(), expected.supersteps.size());
  for (std::size_t i = 0; i < seen.supersteps.size(); ++i) {
    SCOPED_TRACE("superstep " + std::to_string(i));
    const Superstep &a = seen.supersteps[i], &b = expected.supersteps[i];
    ASSERT_EQ(a.computed, b.computed);
    ASSERT_EQ(a.active, b.active);
    ASSERT_EQ(a.messages, b.messages);
  }
}

struct Pair {
  const char* name;
  Program program;
  NaiveProgram naive;
};

std::vector<Pair> pairs(const Example& example) {
  const auto id = [&example](Vertex v) { return static_cast<double>(example.graph.ids.numbers[v]); };
  const auto value = [](Vertex, double x, Vertex, double) { return Number(x); };
  const auto sum = [](double a, double b) { return a + b; };
  const auto most = [](double a, double b) { return std::max(a, b); };
  const auto fewest = [](double a, double b) { return std::min(a, b); };
  const auto apply_max = [](Vertex, Number old, Number message) { return message && *message > *old ? message : old; };
  const auto apply_min = [](Vertex, Number old, Number message) {
    return !old || (message && *message < *old) ? message : old;
  };
  return {
      {"largest id", {"id", "value", "max", "greatest(value, message)"}, {id, value, most, apply_max}},
      {"largest id by an expression",
       {"id", "src.value", "CASE WHEN a > b THEN a ELSE b END", "greatest(value, message)"},
       {id, value, most, apply_max}},
      {"distances from -3",
       {"CASE WHEN id = -3 THEN 0 END", "value + weight", "min", "least(value, message)"},
       {[=](Vertex v) { return id(v) == -3 ? Number(0) : Number(); },
        [](Vertex, double x, Vertex, double weight) { return Number(x + weight); }, fewest, apply_min}},
      {"shares",
       {"1 / num_vertices", "value / out_degree", "sum", "0.15 / num_vertices + 0.85 * coalesce(message, 0)"},
       {[&](Vertex) { return 1 / static_cast<double>(example.n()); },
        [&](Vertex u, double x, Vertex, double) {
          return Number(x / static_cast<double>(example.graph.out.degree(u)));
        },
        sum,
        [&](Vertex, Number, Number message) {
          return 0.15 / static_cast<double>(example.n()) + 0.85 * message.value_or(0);
        }}},
      {"infinite messages",
       {"CASE WHEN id = -3 THEN 0 ELSE 'Infinity' END", "value + 1", "least(a, b)", "least(value, message)"},
       {[=](Vertex v) { return id(v) == -3 ? 0 : infinite; },
        [](Vertex, double x, Vertex, double) { return Number(x + 1); }, fewest, apply_min}},
      {"only upwards",
       {"0", "CASE WHEN dst.id > src.id THEN value + 1 END", "max", "greatest(value, message)"},
       {[](Vertex) { return 0; },
        [=](Vertex u, double x, Vertex v, double) { return id(v) > id(u) ? Number(x + 1) : Number(); }, most,
        apply_max}},
      {"odd ones count",
       {"1", "CASE WHEN id % 2 <> 0 THEN 7 END", "count", "message"},
       {[](Vertex) { return 1; },
        [=](Vertex u, double, Vertex, double) { return std::fmod(id(u), 2) != 0 ? Number(1) : Number(); }, sum,
        [](Vertex, Number, Number message) { return message.value_or(0); }}},
      {"first sender",
       {"id", "id", "first", "coalesce(message, value)"},
       {id, [=](Vertex u, double, Vertex, double) { return Number(id(u)); }, [](double a, double) { return a; },
        [](Vertex, Number old, Number message) { return message ? message : old; }}},
      {"last sender over heavy edges",
       {"id", "CASE WHEN weight > 2 THEN id END", "b", "coalesce(message, value)"},
       {id, [=](Vertex u, double, Vertex, double weight) { return weight > 2 ? Number(id(u)) : Number(); },
        [](double, double b) { return b; },
        [](Vertex, Number old, Number message) { return message ? message : old; }}},
  };
}

TEST(Pregel, MovesMessagesAsOneByOne) {
  const std::uint64_t seed = 20260101;
  std::mt19937_64 random(seed);
  for (int i = 0; i < 300; ++i) {
    const bool directed = i % 2 == 0, weighted = i % 3 == 0;
    Example example = random_graph(random, directed, weighted, i % 50 == 49 ? 2000 : 40);
    if (i % 4 < 2) example.keep_in();
    for (const Pair& pair : pairs(example)) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", graph " + std::to_string(i) + ", " + pair.name);
      const std::int64_t most = i % 5 == 0 ? 2 : 12;
      expect_same(run(example.graph, pair.program, {.max_supersteps = most}), naive_run(example, pair.naive, most));
      if (HasFatalFailure()) return;
    }
  }
}

// Sums by pairs are sums up to rounding.
TEST(Pregel, CombinesByExpression) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100; ++i) {
    const Example example = random_graph(random, true, true, 300);
    const Program sum{"id", "value * weight", "sum", "coalesce(message, 0)"};
    Program pairs = sum;
    pairs.combine = "b + a";
    const Outcome a = run(example.graph, sum, {.max_supersteps = 1}),
                  b = run(example.graph, pairs, {.max_supersteps = 1});
    for (std::size_t v = 0; v < example.n(); ++v) EXPECT_NEAR(a.values[v], b.values[v], 1e-9 * std::abs(a.values[v]));
  }
}

TEST(Pregel, GivesTheAnswersOfTheAlgorithms) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 200; ++i) {
    const Example example = random_graph(random, false, true, i % 20 == 0 ? 3000 : 60);
    const graph::Csr out = example.graph.out;
    const Outcome components =
        run(example.graph, {"id", "value", "min", "least(value, message)"}, {.max_supersteps = 10'000});
    EXPECT_TRUE(components.halted);
    const auto expected = graph::connected_components(out);
    for (Vertex v = 0; v < example.n(); ++v)
      ASSERT_EQ(components.values[v], static_cast<double>(example.built.ids[expected[v]]));

    const Outcome distances =
        run(example.graph,
            {"CASE WHEN id = -3 THEN 0 ELSE 'Infinity' END", "value + weight", "min", "least(value, message)"},
            {.max_supersteps = 10'000});
    if (example.built.ids[0] == -3) {
      const auto paths = graph::shortest_paths(out, 0);
      for (Vertex v = 0; v < example.n(); ++v) ASSERT_EQ(distances.values[v], paths.distance[v]);
    }
  }
  // A graph whose vertices all have an edge out, so that no rank dangles.
  EdgeList edges;
  for (std::int64_t v = 0; v < 5000; ++v)
    for (int k = 0; k < 4; ++k) {
      edges.sources.push_back(v);
      edges.targets.push_back(static_cast<std::int64_t>(random() % 5000) * static_cast<std::int64_t>(random() % 5000) /
                              5000);
    }
  const Example example(std::move(edges), true);
  const Outcome ranks =
      run(example.graph,
          {"1.0 / num_vertices", "value / out_degree", "sum", "0.15 / num_vertices + 0.85 * coalesce(message, 0)"},
          {.max_supersteps = 20, .halt = "superstep >= 20"});
  const auto expected =
      graph::pagerank(example.graph.out, example.turned.view(), {.tol = 0, .max_iter = 20, .personalization = {}});
  for (Vertex v = 0; v < example.n(); ++v) EXPECT_NEAR(ranks.values[v], expected.values[v], 1e-15);
  EXPECT_TRUE(ranks.halted);
  EXPECT_EQ(ranks.supersteps.size(), 21u);
  EXPECT_EQ(ranks.supersteps.back().messages, 0);
}

TEST(Pregel, HaltsByVote) {
  const Example example = path(5);
  const Program program{"0", "value", "sum", "value + 1"};
  // Without a vote, to the end.
  const Outcome never = run(example.graph, program, {.max_supersteps = 7, .halt = "never"});
  EXPECT_FALSE(never.halted);
  EXPECT_EQ(never.supersteps.size(), 8u);
  for (const double value : never.values) EXPECT_EQ(value, 7);
  // Vertex 1 gets no message and stops by itself; messages wake those behind the ones that go on.
  const Outcome three = run(example.graph, program, {.max_supersteps = 100, .halt = "value >= 3"});
  EXPECT_TRUE(three.halted);
  EXPECT_EQ(three.values[0], 3);
  EXPECT_EQ(three.supersteps.back().active, 0);
  // The value before.
  const Outcome change = run(example.graph, {"16", "value", "sum", "value / 2"},
                             {.max_supersteps = 100, .halt = "abs(value - previous) < 2"});
  EXPECT_EQ(change.values[0], 1);
  // Voted in superstep 0: nothing happens.
  const Outcome at_once = run(example.graph, program, {.max_supersteps = 100, .halt = "true"});
  EXPECT_EQ(at_once.supersteps.size(), 1u);
  EXPECT_EQ(at_once.values[4], 0);
}

TEST(Pregel, TakesWhatIsThere) {
  const graph::Graph empty;
  EXPECT_EQ(run(empty, {"id", "value", "max", "value"}, {}).values.size(), 0u);
  // A graph of texts has no numbers for ids, but for vertices all the rest.
  const std::vector<std::uint64_t> ends{1, 2};
  Example example = path(2);
  example.graph.ids = {{}, ends, std::string_view("ab"), true};
  EXPECT_EQ(run(example.graph, {"1", "value", "max", "coalesce(message, 0) + 1"}, {.max_supersteps = 1}).values[1], 2);
  EXPECT_THROW(run(example.graph, {"id", "value", "max", "value"}, {}), InvalidInput);
  // NaN is a message like others.
  Example five = path(5);
  five.keep_in();
  const Outcome nan =
      run(five.graph, {"CASE WHEN id = 2 THEN 'NaN' ELSE id END", "value", "max", "greatest(value, message)"}, {});
  for (std::size_t v = 0; v < 5; ++v) EXPECT_EQ(std::isnan(nan.values[v]), v > 0);
}

TEST(Pregel, SumsThatOverflowAreErrors) {
  const Example example = path(2);
  EdgeList edges;
  for (int i = 0; i < 3; ++i) {
    edges.sources.push_back(1);
    edges.targets.push_back(2);
  }
  Example three(std::move(edges), true);
  EXPECT_EQ(run(example.graph, {"1e308", "value", "sum", "message"}, {}).values[1], 1e308);
  EXPECT_THROW(run(three.graph, {"1e308", "value", "sum", "message"}, {}), InvalidInput);
  three.keep_in();
  EXPECT_THROW(run(three.graph, {"1e308", "value", "sum", "message"}, {}), InvalidInput);
}

// What the compiler refuses goes elsewhere.
TEST(Pregel, AsksElsewhere) {
  struct Seven final : Expression {
    Names uses() const override { return {}; }
    Column evaluate(const Block&) override { return {&seven, nullptr, false}; }
    double seven = 7;
  };
  std::vector<std::string> asked;
  const Elsewhere elsewhere = [&](const Source& source) -> std::unique_ptr<Expression> {
    asked.emplace_back(source.role);
    return std::make_unique<Seven>();
  };
  const Example example = path(3);
  const Outcome outcome = run(example.graph, {"seven()", "value", "sum", "greatest(value, message)"}, {}, elsewhere);
  EXPECT_EQ(asked, std::vector<std::string>{"initial"});
  EXPECT_EQ(outcome.values[2], 7);
}

}  // namespace
}  // namespace quern::pregel
