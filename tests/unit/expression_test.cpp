// Expressions of matrices against a plain walk of their tree, plans by what they must not contain, orders of products
// against all of them, errors by their kind and place.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <numeric>
#include <random>

#include "base/text.hpp"
#include "matrix/expression/expression.hpp"
#include "matrix/expression/loop_kernels.hpp"
#include "matrix/expression/order.hpp"
#include "naive_expression.hpp"

namespace quern::expression {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Matrices by name.
class Values {
 public:
  Values& set(const std::string& name, Shape shape, std::vector<double> numbers) {
    Entry& entry = entries_[name];
    entry.shape = shape;
    entry.numbers = std::move(numbers);
    return *this;
  }
  Values& make_sparse(const std::string& name) {
    Entry& entry = entries_[name];
    entry.sparse = sparse_from_dense(MatrixView(entry.shape, entry.numbers.data()));
    return *this;
  }
  std::vector<Binding> bindings() const {
    std::vector<Binding> out;
    for (const auto& [name, entry] : entries_)
      out.push_back(
          {name, entry.sparse ? Value(entry.sparse->view()) : Value(MatrixView(entry.shape, entry.numbers.data()))});
    return out;
  }
  naive::Names naive() const {
    naive::Names out;
    for (const auto& [name, entry] : entries_) {
      naive::Value value(static_cast<std::size_t>(entry.shape.rows), static_cast<std::size_t>(entry.shape.columns));
      value.x = entry.numbers;
      for (std::size_t i = 0; i < value.x.size(); ++i) value.size[i] = std::fabs(value.x[i]);
      out[name] = value;
    }
    return out;
  }

  Matrix evaluate(std::string_view text) const { return expression::evaluate(text, bindings()); }
  double number(std::string_view text) const {
    const Matrix value = evaluate(text);
    EXPECT_EQ(to_text(value.shape()), "1 x 1") << text;
    return value.data()[0];
  }
  Plan plan(std::string_view text) const { return plan_of(text, bindings()); }
  std::vector<PlanRow> explain(std::string_view text) const { return expression::explain(text, bindings()); }
  std::vector<std::string> operations(std::string_view text) const {
    std::vector<std::string> out;
    for (const PlanRow& row : explain(text)) out.push_back(row.operation);
    return out;
  }

 private:
  struct Entry {
    Shape shape;
    std::vector<double> numbers;
    std::optional<SparseMatrix> sparse;
  };
  std::map<std::string, Entry> entries_;
};

Values random_values(std::initializer_list<std::pair<const char*, Shape>> shapes, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  Values values;
  for (const auto& [name, shape] : shapes) {
    std::vector<double> numbers(shape.size());
    for (double& x : numbers) x = uniform(random);
    values.set(name, shape, numbers);
  }
  return values;
}

using Operations = std::vector<std::string>;

void expect_equal(const Matrix& value, const naive::Value& expected, const std::string& text) {
  ASSERT_EQ(to_text(value.shape()), concat(expected.rows, " x ", expected.columns)) << text;
  for (std::size_t i = 0; i < value.size(); ++i)
    ASSERT_NEAR(value.data()[i], expected.x[i], 1e-13 * expected.size[i] + 1e-300) << text << "\nelement " << i;
}

void expect_as_naive(const Values& values, const std::string& text) {
  expect_equal(values.evaluate(text), naive::evaluate(parse(text), values.naive()), text);
}

struct Refusal {
  Fault fault = Fault::malformed_text;
  std::string message = "nothing is thrown", hint;
};
Refusal refusal(const Values& values, std::string_view text) {
  try {
    values.evaluate(text);
  } catch (const InvalidInput& e) {
    return {e.fault, e.what(), e.hint};
  }
  return {};
}

TEST(Expression, Precedence) {
  const Values none;
  EXPECT_EQ(none.number("1 + 2 * 3"), 7);
  EXPECT_EQ(none.number("2 - 3 - 4"), -5);
  EXPECT_EQ(none.number("12 / 3 / 2"), 2);
  EXPECT_EQ(none.number("-2 ^ 2"), -4);
  EXPECT_EQ(none.number("2 ^ 3 ^ 2"), 512);
  EXPECT_EQ(none.number("2 ** -1"), 0.5);
  EXPECT_EQ(none.number("2 * -3"), -6);
  EXPECT_EQ(none.number("+ - + 3"), -3);
  EXPECT_EQ(none.number("(1 + 2) * .5e1"), 15);
  EXPECT_EQ(none.number("a <- 2; a = a * a\n# four\n\n a +\n 1"), 5);
  EXPECT_EQ(none.number("(1\n+ 2)"), 3);
  EXPECT_EQ(none.number(";;\n 1;\n"), 1);
  // %*% binds more than *, @ as * does.
  const Values values = random_values({{"r", {1, 3}}, {"X", {3, 3}}, {"v", {3, 1}}});
  const Matrix r_style = values.evaluate("r * X %*% v"), python_style = values.evaluate("r * X @ v");
  EXPECT_EQ(to_text(r_style.shape()), "3 x 3");
  EXPECT_EQ(to_text(python_style.shape()), "3 x 1");
  expect_as_naive(values, "X.T @ v - t(X) %*% v + X.T.T @ v");
  expect_as_naive(values, "-X %*% v");
}

TEST(Expression, SyntaxErrors) {
  const Values values = random_values({{"A", {2, 2}}, {"B", {3, 2}}});
  const auto expect = [&](std::string_view text, Fault fault, std::string_view message) {
    const Refusal seen = refusal(values, text);
    EXPECT_EQ(seen.message, message) << text;
    EXPECT_EQ(seen.fault, fault) << text;
  };
  constexpr Fault syntax = Fault::malformed_expression;
  expect("A + * A", syntax, "eval: syntax error at \"*\" at position 5");
  expect("", syntax, "eval: syntax error at the end at position 1");
  expect("  # nothing", syntax, "eval: syntax error at the end at position 12");
  expect("A +", syntax, "eval: syntax error at the end at position 4");
  expect("(A", syntax, "eval: syntax error at the end at position 3");
  expect("A)", syntax, "eval: syntax error at \")\" at position 2");
  expect("A A", syntax, "eval: syntax error at \"A\" at position 3");
  expect("2x", syntax, "eval: syntax error at \"x\" at position 2");
  expect("A ! A", syntax, "eval: syntax error at \"!\" at position 3");
  expect("A %o% A", syntax, "eval: syntax error at \"%\" at position 3");
  expect("t(A", syntax, "eval: syntax error at the end at position 4");
  expect("t(A,)", syntax, "eval: syntax error at \")\" at position 5");
  expect("A + (b <- 2)", syntax, "eval: syntax error at \"<-\" at position 8");
  expect("x <-", syntax, "eval: syntax error at the end at position 5");
  expect("1e999", Fault::out_of_range, "eval: the number is out of range at position 1");
  expect("A + C", Fault::unknown_name, "eval: there is no value \"C\" among A, B at position 5");
  expect("f(A)", Fault::unknown_function, "eval: there is no function \"f\" at position 1");
  expect(
      "A + B", Fault::invalid_parameter,
      "eval: +: the matrices do not have the same shape, nor is one a row, a column or a number that fits (2 x 2 and "
      "3 x 2) at position 1");
  expect(
      "A; A %*% B", Fault::invalid_parameter,
      "eval: %*%: the columns of the first must be as many as the rows of the second (2 x 2 and 3 x 2) at position 4");
  expect("trace(B)", Fault::invalid_parameter, "eval: trace: the matrix must be square (3 x 2) at position 1");
  expect("solve(A, B)", Fault::invalid_parameter,
         "eval: solve: the right side must have as many rows as the matrix (2 x 2 and 3 x 2) at position 1");
  expect("max(A, A)", Fault::invalid_parameter,
         "eval: max: takes 1 argument, not 2; pmin and pmax go element by element at position 1");
  expect("solve()", Fault::invalid_parameter, "eval: solve: takes 1 or 2 arguments, not 0 at position 1");
  expect("eye(1.5)", Fault::invalid_parameter,
         "eval: eye: a size must be a whole number between 0 and 2147483647, not 1.5 at position 1");
  expect("eye(sum(A))", Fault::invalid_parameter,
         "eval: eye: a size must be a number that is written or bound, or nrow or ncol at position 1");
  expect("ones(2147483647, 2147483647)", Fault::limit_exceeded,
         "eval: ones: a matrix of 2147483647 x 2147483647 does not fit into memory at position 1");
  expect(std::string(1000, '('), Fault::limit_exceeded,
         "eval: the expression is nested more than 500 deep at position 501");
  // The place is marked, by characters, on its line.
  EXPECT_EQ(refusal(values, "A\n  \xce\xbb + A %*% B").hint, "The place is marked:\n  \xce\xbb + A %*% B\n  ^");
  EXPECT_EQ(refusal(values, "A + A %*% B").hint, "The place is marked:\nA + A %*% B\n    ^^^^^^^");
}

TEST(Expression, RangeErrors) {
  Values values = random_values({{"A", {40, 40}}});
  values.set("z", {2, 1}, {0, 1}).set("big", {1, 2}, {1e308, 1e308}).set("w", {1, 2}, {infinity, 1});
  const auto message = [&](std::string_view text) { return refusal(values, text).message; };
  EXPECT_EQ(message("1 / z"), "eval: /: division by zero at position 1");
  EXPECT_EQ(message("1 + exp(1000 * (z + 1)) * 0"), "eval: exp: result out of range at position 5");  // within a loop
  EXPECT_EQ(message("0 * exp(A * 2000)"), "eval: exp: result out of range at position 5");
  EXPECT_EQ(message("log(z)"), "eval: log: of a number that is not above 0 at position 1");
  EXPECT_EQ(message("sqrt(z - 1)"), "eval: sqrt: of a number below 0 at position 1");
  EXPECT_EQ(message("z ^ -1"), "eval: ^: 0 to a power below 0 at position 1");
  EXPECT_EQ(message("(z - 2) ^ 0.5"), "eval: ^: a number below 0 to a power that is not whole at position 1");
  EXPECT_EQ(message("sum(big)"), "eval: sum: result out of range at position 1");
  EXPECT_EQ(message("big %*% z + 1 - sum(big * 10)"), "eval: *: result out of range at position 21");
  EXPECT_EQ(message("t(big) %*% (10 * big)").substr(0, 6), "eval: ");
  EXPECT_EQ(refusal(values, "sum(big)").fault, Fault::out_of_range);
  EXPECT_DOUBLE_EQ(values.number("norm(big)"), std::sqrt(2) * 1e308);
  EXPECT_DOUBLE_EQ(values.number("norm(big / 1e308 * 1e-300)"), std::sqrt(2) * 1e-300);
  // Infinity and NaN that were there go on as in IEEE 754.
  EXPECT_EQ(values.number("max(w)"), infinity);
  EXPECT_EQ(values.number("sum(exp(-w))"), std::exp(-1));
  EXPECT_TRUE(std::isnan(values.number("sum(w - w)")));
  EXPECT_EQ(message("w + 1e308 * 10 * z"), "eval: *: result out of range at position 5");
}

TEST(Expression, Kernels) {
  std::mt19937_64 random(7);
  const auto units = [](double x, double y) {
    return x == y ? 0 : std::fabs(x - y) / (std::nextafter(std::fabs(y), infinity) - std::fabs(y));
  };
  const auto worst = [&](Op op, double low, double high, auto exact) {
    std::vector<double> x(10000), y(x.size());
    for (double& v : x) v = std::uniform_real_distribution<double>(low, high)(random);
    apply(op, x.data(), true, nullptr, false, y.data(), x.size());
    double most = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      most = std::max(most, units(y[i], static_cast<double>(exact(static_cast<long double>(x[i])))));
    return most;
  };
  const auto exponential = [](long double x) { return std::exp(x); };
  const auto tangent = [](long double x) { return std::tanh(x); };
  const auto sigmoid = [](long double x) { return 1 / (1 + std::exp(-x)); };
  for (const double range : {1e-9, 0.01, 1.0, 20.0, 700.0}) {
    EXPECT_LE(worst(Op::exponential, -range, range, exponential), 2) << range;
    EXPECT_LE(worst(Op::hyperbolic_tangent, -range, range, tangent), 3) << range;
    EXPECT_LE(worst(Op::sigmoid, -range, range, sigmoid), 3) << range;
  }
  EXPECT_LE(worst(Op::exponential, -745, -708, exponential), 2);
  const double x[] = {infinity, -infinity, nan, 0, -0.0, 709.79, -746, 1e308};
  double y[8];
  apply(Op::exponential, x, true, nullptr, false, y, 8);
  EXPECT_EQ(std::vector<double>(y, y + 2), (std::vector<double>{infinity, 0}));
  EXPECT_TRUE(std::isnan(y[2]));
  EXPECT_EQ(std::vector<double>(y + 3, y + 8), (std::vector<double>{1, 1, infinity, 0, infinity}));
  apply(Op::hyperbolic_tangent, x, true, nullptr, false, y, 8);
  EXPECT_EQ(std::vector<double>(y, y + 2), (std::vector<double>{1, -1}));
  EXPECT_TRUE(std::isnan(y[2]) && std::signbit(y[4]));
  apply(Op::sigmoid, x, true, nullptr, false, y, 8);
  EXPECT_EQ(std::vector<double>(y, y + 2), (std::vector<double>{1, 0}));
  EXPECT_EQ(y[4], 0.5);
}

// Every parenthesisation.
double cheapest(const std::vector<Factor>& factors, std::size_t i, std::size_t j) {
  if (i == j) return 0;
  double best = infinity;
  for (std::size_t k = i; k < j; ++k) {
    const auto made = [&](std::size_t from, std::size_t to) {
      return from == to ? factors[from] : Factor{.shape = {factors[from].shape.rows, factors[to].shape.columns}};
    };
    best = std::min(best,
                    cheapest(factors, i, k) + cheapest(factors, k + 1, j) + product_cost(made(i, k), made(k + 1, j)));
  }
  return best;
}

// What the splits of an order cost.
double cost_of(const std::vector<Factor>& factors, const ChainOrder& order, std::size_t i, std::size_t j) {
  if (i == j) return 0;
  const std::size_t k = order.split(i, j);
  const auto made = [&](std::size_t from, std::size_t to) {
    return from == to ? factors[from] : Factor{.shape = {factors[from].shape.rows, factors[to].shape.columns}};
  };
  return cost_of(factors, order, i, k) + cost_of(factors, order, k + 1, j) + product_cost(made(i, k), made(k + 1, j));
}

TEST(Chain, OrderIsTheBestOfAll) {
  const std::uint64_t seed = std::random_device()();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  for (int trial = 0; trial < 500; ++trial) {
    const std::size_t n = 2 + random() % 6;
    std::vector<std::int64_t> sides(n + 1);
    for (std::int64_t& side : sides) side = 1 + static_cast<std::int64_t>(random() % (random() % 3 == 0 ? 1000 : 10));
    std::vector<Factor> factors;
    for (std::size_t i = 0; i < n; ++i) {
      factors.push_back({.shape = {sides[i], sides[i + 1]}, .id = static_cast<std::int32_t>(i)});
      if (random() % 4 == 0) {
        factors.back().sparse = true;
        factors.back().entries = static_cast<double>(1 + random() % (factors.back().shape.size()));
      }
    }
    const ChainOrder order(factors);
    const double best = cheapest(factors, 0, n - 1);
    EXPECT_DOUBLE_EQ(order.cost(), best);
    EXPECT_DOUBLE_EQ(cost_of(factors, order, 0, n - 1), best);
  }
}

TEST(Chain, Products) {
  const std::uint64_t seed = std::random_device()();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  for (int trial = 0; trial < 50; ++trial) {
    const std::size_t n = 1 + random() % 7;
    Values values;
    std::string text;
    std::int64_t side = 1 + static_cast<std::int64_t>(random() % 9);
    for (std::size_t i = 0; i < n; ++i) {
      const Shape shape{side, 1 + static_cast<std::int64_t>(random() % 9)};
      side = shape.columns;
      const std::string name = concat("m", i);
      std::vector<double> numbers(shape.size());
      for (double& x : numbers) x = std::uniform_real_distribution<double>(-1, 1)(random);
      values.set(name, shape, numbers);
      if (random() % 4 == 0) values.make_sparse(name);
      text += concat(i > 0 ? " %*% " : "", name);
    }
    std::vector<Value> factors;
    for (const Binding& binding : values.bindings()) factors.push_back(binding.value);
    expect_equal(chain(factors), naive::evaluate(parse(text), values.naive()), text);
  }
  const Values wrong = random_values({{"A", {2, 3}}, {"B", {3, 2}}, {"C", {3, 1}}});
  std::vector<Value> factors;
  for (const Binding& binding : wrong.bindings()) factors.push_back(binding.value);
  try {
    chain(factors);
    FAIL();
  } catch (const InvalidInput& e) {
    EXPECT_STREQ(e.what(), "chain: the columns of factor 2 must be as many as the rows of factor 3 (3 x 2 and 3 x 1)");
  }
}

TEST(Plan, ProductsAreOrdered) {
  const Values values = random_values({{"A", {30, 20}},
                                       {"B", {20, 40}},
                                       {"v", {40, 1}},
                                       {"X", {50, 10}},
                                       {"w", {10, 1}},
                                       {"y", {50, 1}},
                                       {"l", {1, 1}}});
  EXPECT_EQ(values.operations("A %*% B %*% v"), (Operations{"B %*% v", "A %*% s1"}));
  EXPECT_EQ(values.operations("P <- A %*% B; P %*% v"), (Operations{"B %*% v", "A %*% s1"}));
  EXPECT_EQ(values.operations("P <- A %*% B; P %*% v + P %*% v"), (Operations{"B %*% v", "A %*% s1", "s2 + s2"}));
  EXPECT_EQ(values.operations("P <- A %*% B; P + P %*% (v %*% t(v))")[0], "A %*% B");
  const Plan plan = values.plan("A %*% B %*% v");
  EXPECT_EQ(plan.steps[0].flops + plan.steps[1].flops, 2 * (20 * 40 + 30 * 20));
  EXPECT_EQ(values.operations("t(X) %*% X %*% w"), (Operations{"t(X) %*% (X %*% w)"}));
  // One triangle, no transpose.
  const Plan gram = values.plan("t(X) %*% X");
  ASSERT_EQ(gram.steps.size(), 1u);
  EXPECT_EQ(gram.steps[0].work, Work::gram);
  EXPECT_EQ(gram.steps[0].flops, 50 * 10 * 11);
  EXPECT_EQ(values.plan("X %*% t(X)").steps[0].work, Work::outer_gram);
  EXPECT_EQ(values.plan("crossprod(X)").steps[0].work, Work::gram);
  // A B and t(B) t(A) are one.
  EXPECT_EQ(values.operations("sum(A %*% B * t(t(B) %*% t(A)))"), (Operations{"A %*% B", "sum(s1 * s1)"}));
  // Numbers leave a product where its result is smaller.
  EXPECT_EQ(values.operations("(2 * t(X)) %*% y"), (Operations{"t(X) %*% y", "2 * s1"}));
  EXPECT_EQ(values.operations("-X / 4 %*% l %*% l").back().find("X %*%"), std::string::npos);
  EXPECT_EQ(values.operations("inv(A %*% t(A)) %*% A %*% (B %*% v)").back(), "solve(s1, s3)");
}

TEST(Plan, LoopsAreFused) {
  const Values values = random_values({{"A", {30, 20}},
                                       {"B", {30, 20}},
                                       {"r", {1, 20}},
                                       {"X", {50, 10}},
                                       {"w", {10, 1}},
                                       {"y", {50, 1}},
                                       {"l", {1, 1}},
                                       {"S", {20, 20}},
                                       {"T", {20, 20}}});
  EXPECT_EQ(values.operations("sum(A * B)"), (Operations{"sum(A * B)"}));
  EXPECT_EQ(values.operations("exp(A - r) * 2 + B / (1 + abs(B))"), (Operations{"exp(A - r) * 2 + B / (1 + abs(B))"}));
  EXPECT_EQ(values.operations("t(X) %*% (X %*% w) + l * w"), (Operations{"t(X) %*% (X %*% w)", "s1 + l * w"}));
  EXPECT_EQ(values.operations("p <- sigmoid(X %*% w); t(X) %*% (p - y) + l * w"),
            (Operations{"t(X) %*% (sigmoid(X %*% w) - y)", "s1 + l * w"}));
  EXPECT_EQ(values.operations("p <- sigmoid(X %*% w); t(X) %*% (p - y) + sum(p)")[0], "X %*% w");  // p is needed again
  EXPECT_EQ(values.operations("t(A) + t(B)"), (Operations{"A + B", "t(s1)"}));
  EXPECT_EQ(values.operations("sum(t(A) + t(B))"), (Operations{"sum(A + B)"}));
  EXPECT_EQ(values.operations("trace(S %*% t(T))"), (Operations{"sum(S * T)"}));
  EXPECT_EQ(values.operations("t(y) %*% y"), (Operations{"sum(y * y)"}));
  EXPECT_EQ(values.operations("diag(w) %*% t(X)"), (Operations{"X * w", "t(s1)"}));
  EXPECT_EQ(values.operations("X %*% diag(w)"), (Operations{"X * w"}));
}

TEST(Plan, MemoryIsReused) {
  const Values values = random_values({{"A", {30, 30}}, {"B", {30, 30}}});
  const Plan plan = values.plan("exp(A %*% B) + A");
  ASSERT_EQ(plan.steps.size(), 2u);
  EXPECT_EQ(plan.steps[1].over, plan.steps[0].to);
  const Plan freed = values.plan("(A %*% B) %*% (B %*% A)");
  std::size_t frees = 0;
  for (const Step& step : freed.steps) frees += step.frees.size();
  EXPECT_EQ(frees, freed.steps.size() - 1);
  EXPECT_EQ(values.plan("A + B").steps[0].over, -1);  // inputs stay as they are
}

// Expressions of given shape, of what there is.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::string program(Values& values) {
    std::string text;
    const std::size_t statements = pick(4);
    for (std::size_t i = 0; i < statements; ++i) {
      const Shape shape = any_shape();
      const std::string name = concat("n", i);
      text += concat(name, pick(2) ? " <- " : " = ", expression(shape, 3), pick(2) ? "; " : "\n");
      names_.push_back({name, shape});
    }
    text += expression(any_shape(), 4);
    for (const auto& [name, shape] : leaves_) {
      std::vector<double> numbers(shape.size());
      for (double& x : numbers) x = pick(5) == 0 ? 0 : std::uniform_real_distribution<double>(-1, 1)(random_);
      values.set(name, shape, numbers);
      if (pick(6) == 0) values.make_sparse(name);
    }
    return text;
  }

 private:
  std::size_t pick(std::size_t n) { return random_() % n; }
  std::int64_t any_side() { return std::vector<std::int64_t>{1, 1, 2, 3, 5, 40}[pick(6)]; }
  Shape any_shape() { return {any_side(), any_side()}; }

  std::string leaf(Shape shape) {
    for (int trial = 0; trial < 3 && !names_.empty(); ++trial) {
      const auto& [name, known] = names_[pick(names_.size())];
      if (known == shape) return name;
      if (known == flipped(shape)) return concat("t(", name, ")");
    }
    if (is_number(shape) && pick(2)) return concat(static_cast<double>(pick(7)) / 2);
    const bool turned = pick(3) == 0;
    if (turned) shape = flipped(shape);
    const std::string name = concat(std::string(1, static_cast<char>('A' + pick(3))), shape.rows, "x", shape.columns);
    leaves_[name] = shape;
    return turned ? concat("t(", name, ")") : name;
  }

  // A shape that goes with another, element by element.
  Shape partner(Shape shape) {
    if (pick(4) == 0) shape.rows = 1;
    if (pick(4) == 0) shape.columns = 1;
    return shape;
  }

  std::string expression(Shape shape, int depth) {
    if (depth == 0) return leaf(shape);
    const auto inside = [&](Shape s) { return expression(s, depth - 1); };
    const auto two = [&](std::string_view open, std::string_view between, std::string_view close) {
      Shape other = partner(shape);
      const bool first = pick(2);
      const std::string a = inside(first ? shape : other), b = inside(first ? other : shape);
      return concat(open, a, between, b, close);
    };
    if (is_number(shape) && pick(2)) {
      const Shape of = any_shape();
      const std::int64_t n = any_side();
      switch (pick(8)) {
        case 0:
          return concat("mean(", inside(of), ")");
        case 1:
          return concat("min(", inside(of), ")");
        case 2:
          return concat("max(", inside(of), ")");
        case 3:
          return concat("norm(", inside(of), ")");
        case 4:
          return concat("trace(", inside({n, n}), ")");
        case 5:
          return concat("nrow(", leaf(of), ")");
        default:
          return concat("sum(", inside(of), ")");
      }
    }
    if (shape.columns == 1 && pick(4) == 0)
      return concat(pick(2) ? "rowSums(" : "rowMeans(", inside({shape.rows, any_side()}), ")");
    if (shape.rows == 1 && pick(4) == 0)
      return concat(pick(2) ? "colSums(" : "colMeans(", inside({any_side(), shape.columns}), ")");
    if (shape.rows == shape.columns && shape.rows > 1) {
      if (pick(8) == 0) return concat("diag(", inside(pick(2) ? Shape{shape.rows, 1} : Shape{1, shape.rows}), ")");
      if (pick(8) == 0) return concat(pick(2) ? "crossprod(" : "tcrossprod(", leaf(shape), ")");
    }
    if (shape.columns == 1 && shape.rows > 1 && pick(8) == 0)
      return concat("diag(", inside({shape.rows, shape.rows}), ")");
    if (pick(16) == 0) {
      const std::string a =
          concat("(tanh(", leaf({shape.rows, shape.rows}), ") + ", shape.rows + 1, " * eye(", shape.rows, "))");
      return pick(2) ? concat("solve(", a, ", ", inside(shape), ")") : concat("inv(", a, ") %*% (", inside(shape), ")");
    }
    switch (pick(14)) {
      case 0:
        return two("(", " + ", ")");
      case 1:
        return two("(", " - ", ")");
      case 2:
        return two("(", " * ", ")");
      case 3:
        return two("(", " / (2 + abs(", ")))");
      case 4:
        return concat("(-", inside(shape), ")");
      case 5:
        return concat(pick(2) ? "exp(tanh(" : "sigmoid(tanh(", inside(shape), "))");
      case 6:
        return concat("sqrt(abs(", inside(shape), ") + 1)");
      case 7:
        return concat("tanh(", inside(shape), ")^", pick(2) ? "2" : "3");
      case 8:
        return two(pick(2) ? "pmin(" : "pmax(", ", ", ")");
      case 9:
        return concat("t(", inside(flipped(shape)), ")");
      case 10:
        return leaf(shape);
      default: {
        const std::int64_t k = any_side();
        std::string left = inside({shape.rows, k});
        if (pick(4) == 0) left = concat("(0.5 * ", left, ")");
        return concat("(", left, pick(2) ? " %*% " : " @ ", inside({k, shape.columns}), ")");
      }
    }
  }

  std::mt19937_64 random_;
  std::map<std::string, Shape> leaves_;
  std::vector<std::pair<std::string, Shape>> names_;
};

TEST(Expression, RandomOnesAreAsTheyWouldBeNaively) {
  const std::uint64_t seed = std::random_device()();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  for (std::uint64_t trial = 0; trial < 5000; ++trial) {
    Values values;
    Generator generator(seed + trial);
    const std::string text = generator.program(values);
    ASSERT_NO_THROW(expect_as_naive(values, text)) << text;
    if (HasFatalFailure()) return;
    values.explain(text);
  }
}

// Loops longer than a block, with rows and columns that go with them, and sums along both.
TEST(Expression, Blocks) {
  for (const Shape shape :
       {Shape{3, 5000}, Shape{5000, 3}, Shape{100, 100}, Shape{1, 4097}, Shape{4097, 1}, Shape{1030, 5}}) {
    const Values values = random_values(
        {{"A", shape}, {"B", shape}, {"r", {1, shape.columns}}, {"c", {shape.rows, 1}}, {"T", flipped(shape)}});
    for (const char* const text : {"A * B + r * c - 2", "(A + r) * c", "rowSums(A * B + r)", "colSums(A * c - B)",
                                   "sum(A * r * c)", "mean(exp(A) + c)", "max(A - r)", "min(c * A)", "norm(A - B)",
                                   "A + t(T)", "t(T) * c", "sum(T * t(B))", "rowMeans(t(T) - r)", "colSums(t(T) * A)"})
      expect_as_naive(values, text);
  }
}

// t(A) f(A v) by blocks of rows.
TEST(Expression, DoubleProducts) {
  for (const std::int64_t rows : {20, 100, 3000, 70000}) {
    const Values values =
        random_values({{"A", {rows, 12}}, {"v", {12, 1}}, {"y", {rows, 1}}, {"z", {1, rows}}, {"l", {1, 1}}});
    for (const char* const text :
         {"t(A) %*% (A %*% v)", "t(A) %*% A %*% v", "t(A) %*% (sigmoid(A %*% v) - y)", "t(v) %*% t(A) %*% A",
          "t(A) %*% (y * (A %*% v) * l + t(z))", "t(A) %*% t(tanh(t(v) %*% t(A)) + z)",
          "t(-A / 2) %*% (3 * A %*% (l * v) - y) + v"}) {
      expect_as_naive(values, text);
      const auto operations = values.operations(text);
      const bool fused = std::any_of(operations.begin(), operations.end(), [](const std::string& operation) {
        return operation.find("t(A) %*% (") != std::string::npos;
      });
      EXPECT_TRUE(fused) << text;
    }
  }
  // Compressed rows hold no vector that could be read as it lies.
  for (const std::int64_t rows : {4, 100}) {
    const auto given = [&](const char* sparse) {
      Values values = random_values({{"A", {rows, 5}}, {"v", {5, 1}}, {"r", {1, 5}}, {"y", {rows, 1}}});
      values.make_sparse(sparse);
      return values;
    };
    for (const char* const sparse : {"A", "v", "r", "y"})
      for (const char* const text : {"t(A) %*% (A %*% v)", "t(A) %*% (A %*% t(r))", "t(A) %*% t(r %*% t(A))",
                                     "r %*% t(A) %*% A", "t(A) %*% (y * (A %*% v))", "t(A) %*% (sigmoid(A %*% v) - y)"})
        expect_as_naive(given(sparse), text);
  }
  Values values = random_values({{"A", {100, 12}}});
  values.set("v", {12, 1}, std::vector<double>(12, 1e308))
      .set("B", {2, 2}, {1, 1, 1e9, 1})
      .set("w", {2, 1}, {1e300, 1});
  EXPECT_EQ(refusal(values, "t(A) %*% sigmoid((10 * A) %*% v)").fault, Fault::out_of_range);
  EXPECT_EQ(refusal(values, "t(B) %*% sigmoid(B %*% w)").message, "eval: %*%: result out of range at position 1");
  values.set("w", {2, 1}, {1000, 1});
  EXPECT_EQ(refusal(values, "1 + t(B) %*% exp(B %*% w)").message, "eval: exp: result out of range at position 14");
}

TEST(Expression, NothingAndLittle) {
  Values values;
  values.set("E", {0, 3}, {}).set("F", {3, 0}, {}).set("o", {1, 1}, {4}).set("A", {2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(to_text(values.evaluate("E + 1").shape()), "0 x 3");
  EXPECT_EQ(to_text(values.evaluate("t(E)").shape()), "3 x 0");
  EXPECT_EQ(to_text(values.evaluate("E %*% F").shape()), "0 x 0");
  const Matrix zeros = values.evaluate("F %*% E");
  EXPECT_EQ(to_text(zeros.shape()), "3 x 3");
  EXPECT_TRUE(std::all_of(zeros.data(), zeros.data() + 9, [](double x) { return x == 0; }));
  EXPECT_EQ(values.number("sum(E)"), 0);
  EXPECT_EQ(to_text(values.evaluate("colSums(E)").shape()), "1 x 3");
  EXPECT_EQ(to_text(values.evaluate("rowSums(E)").shape()), "0 x 1");
  EXPECT_EQ(refusal(values, "max(E)").message, "eval: max: the matrix has no elements (0 x 3) at position 1");
  EXPECT_EQ(refusal(values, "mean(E)").message, "eval: mean: the matrix has no elements (0 x 3) at position 1");
  EXPECT_EQ(values.number("o"), 4);
  EXPECT_EQ(values.number("t(o) %*% o"), 16);
  EXPECT_EQ(values.number("norm(-o)"), 4);
  EXPECT_EQ(values.number("det(diag(3))"), 1);
  EXPECT_EQ(values.number("trace(eye(o)) + nrow(ones(5)) + sum(zeros(2, 2))"), 9);
  EXPECT_EQ(values.number("ncol(A) * nrow(A)"), 6);
  const Matrix same = values.evaluate("A"), turned = values.evaluate("A.T");
  EXPECT_EQ(std::vector<double>(same.data(), same.data() + 6), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(std::vector<double>(turned.data(), turned.data() + 6), (std::vector<double>{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(to_text(values.evaluate("7 * ones(2, 3)").shape()), "2 x 3");
}

TEST(Expression, ManyParts) {
  std::string text = "1";
  for (int i = 0; i < 20000; ++i) text += " + x";
  Values values;
  values.set("x", {1, 1}, {2});
  EXPECT_EQ(values.number(text), 40001);
  std::string doubled = "y <- x";
  for (int i = 0; i < 30; ++i) doubled += "; y <- y + y";
  EXPECT_EQ(values.number(doubled), std::ldexp(2, 30));
  EXPECT_LE(values.explain(doubled).front().operation.size(), 200u);
  const Values squares = random_values({{"A", {2, 3}}, {"B", {3, 2}}});
  std::string chain = "A %*% B";
  for (int i = 0; i < 400; ++i) chain += " %*% A %*% B";
  expect_as_naive(squares, chain);
  EXPECT_EQ(refusal(values, std::string(1 << 20, ' ') + "x").fault, Fault::limit_exceeded);
}

TEST(Expression, CanBeCancelled) {
  struct Cancelled {};
  static int left;
  const Values values = random_values({{"A", {3000, 300}}});
  left = 3;
  on_checkpoint = [] {
    if (--left < 0) throw Cancelled();
  };
  EXPECT_THROW(values.evaluate("sum(exp(A) * A + A / 2)"), Cancelled);
  on_checkpoint = nullptr;
}

}  // namespace
}  // namespace quern::expression
