// logistic_regression against statsmodels, R and MADlib, a gradient descent in long double, closed forms, finite
// differences, and itself on data that are the same in another guise.
#include "uda/logistic_regression.hpp"

#include <cmath>
#include <fstream>
#include <functional>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "linalg/cholesky.hpp"
#include "linalg/weighted_gram.hpp"
#include "model/logistic.hpp"
#include "train/newton.hpp"

namespace quern {
namespace {

static_assert(Learner<LogisticRegression>);
static_assert(Classifier<LogisticScorer>);

struct Row {
  double y;
  std::vector<double> x;
  double weight = 1;
};
using Rows = std::vector<Row>;

LogisticRegression state_of(const Rows& rows, std::string_view options = "", bool boolean = true) {
  LogisticRegression state;
  state.options.assign(options.begin(), options.end());
  state.configure();
  for (const Row& row : rows) state.accumulate({row.y, boolean}, std::span<const double>(row.x), Weight{row.weight});
  return state;
}

Model fit(const Rows& rows, std::string_view options = "", bool boolean = true) {
  return *state_of(rows, options, boolean).fit();
}

std::vector<double> values(const Model& model, std::string_view name) {
  const Parameter* parameter = model.find_parameter(name);
  return {parameter->values.begin(), parameter->values.end()};
}

void expect_near(const std::vector<double>& seen, const std::vector<double>& wanted, double tolerance,
                 bool relative = false) {
  ASSERT_EQ(seen.size(), wanted.size());
  for (std::size_t i = 0; i < seen.size(); ++i)
    EXPECT_NEAR(seen[i], wanted[i], relative ? tolerance * std::abs(wanted[i]) : tolerance) << "term " << i;
}

std::string refusal(const std::function<void()>& work) {
  try {
    work();
  } catch (const InvalidInput& e) {
    return e.what();
  }
  return "not refused";
}

// Complete lines of numbers of a CSV file with a header.
std::vector<std::vector<double>> read_csv(const std::string& name) {
  std::ifstream file(QUERN_DATA_DIR "/" + name);
  EXPECT_TRUE(file) << name;
  std::vector<std::vector<double>> rows;
  std::string line, cell;
  std::getline(file, line);
  while (std::getline(file, line)) {
    if (line.find("NULL") != line.npos) continue;
    std::istringstream cells(line);
    auto& row = rows.emplace_back();
    while (std::getline(cells, cell, ',')) row.push_back(std::stod(cell));
  }
  return rows;
}

Rows random_rows(std::size_t n, std::size_t d, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Rows rows;
  for (std::size_t i = 0; i < n; ++i) {
    Row row{0, {}};
    double f = 0.3;
    for (std::size_t j = 0; j < d; ++j) {
      row.x.push_back(normal(random));
      f += row.x[j] * (j % 2 ? -0.7 : 0.4);
    }
    row.y = std::uniform_real_distribution<double>()(random) < 1 / (1 + std::exp(-f));
    rows.push_back(row);
  }
  return rows;
}

// statsmodels, checked against long double arithmetic: ten digits and more.
TEST(LogisticRegression, HeartScale) {
  Rows rows;
  for (const auto& r : read_csv("heart_scale/heart_scale.csv")) rows.push_back({r[0], {r.begin() + 1, r.end()}});
  const Model model = fit(rows);
  expect_near(values(model, "estimate"),
              {2.2020621918199357, -0.41945941209106974, 0.7710545460877652, 1.0513426478511525, 1.336446452245943,
               1.5829298946765902, -0.3974051754406185, 0.3016681816404434, -1.3784672795679058, 0.41469274279638585,
               1.0654403807575135, 0.442276363664802, 1.7479069000132108, 0.6827676919766307},
              1e-11, true);
  expect_near(values(model, "std_error"),
              {0.711423208989521, 0.6172843203002313, 0.27038093790753115, 0.32291976111138876, 0.6068508620101813,
               0.892955991552531, 0.2873309729640699, 0.19783805043953542, 0.6929298146738169, 0.21554564497498965,
               0.7039107244365778, 0.39107708062150115, 0.40392470475260506, 0.21213291378038748},
              1e-9, true);
  EXPECT_NEAR(model.metric("log_likelihood"), -89.79888115268797, 1e-9);
  EXPECT_NEAR(model.metric("log_likelihood_null"), 120 * std::log(120 / 270.) + 150 * std::log(150 / 270.), 1e-9);
  EXPECT_NEAR(model.metric("aic"), 2 * (89.79888115268797 + 14), 1e-9);
  EXPECT_NEAR(model.metric("bic"), 2 * 89.79888115268797 + 14 * std::log(270.), 1e-9);
  EXPECT_EQ(model.metric("converged"), 1);
  EXPECT_EQ(model.metric("separation"), 0);
  EXPECT_EQ(model.metric("positives"), 120);
  const std::vector<Coefficient> table = LogisticScorer::coefficients(model);
  EXPECT_EQ(table[0].term, "(intercept)");
  EXPECT_NEAR(*table[12].statistic, 4.327308727213813, 1e-8);
  EXPECT_NEAR(*table[12].p_value, 1.5094232412045082e-05, 1e-13);
}

// The expectations of MADlib's logistic.sql_in, to the digits printed there.
TEST(LogisticRegression, MadlibTables) {
  Rows patients, crime, school;
  for (const auto& r : read_csv("madlib_logistic/patients.csv")) patients.push_back({r[1], {r[2], r[3]}});
  for (const auto& r : read_csv("madlib_logistic/crime.csv"))
    crime.push_back({double(r[0] >= 110), {r[1], r[2], r[3], r[5]}});
  for (const auto& r : read_csv("madlib_logistic/grad_school.csv"))
    school.push_back({r[0], {r[1], r[2], double(r[3] == 2), double(r[3] == 3), double(r[3] == 4)}});

  Model model = fit(patients, "", false);
  expect_near(values(model, "estimate"), {-6.36, -1.02, 0.119}, 5e-3);
  expect_near(values(model, "std_error"), {3.21, 1.17, 0.055}, 5e-3);
  EXPECT_NEAR(model.metric("log_likelihood"), -9.41, 5e-3);
  EXPECT_EQ(model.classes[1], "1");
  EXPECT_EQ(model.target, static_cast<std::int32_t>(Target::number_class));

  model = fit(crime);
  expect_near(values(model, "estimate"), {-17.70177, 0.0833837, -1.117091, 0.0229224, 0.0581834}, 1e-5);
  expect_near(values(model, "std_error"), {9.495993, 0.0440353, 1.359616, 0.5594047, 0.0210049}, 2e-5);
  EXPECT_NEAR(model.metric("log_likelihood"), -18.606959, 1e-6);

  model = fit(school);
  expect_near(values(model, "estimate"), {-3.989979, 0.002264, 0.804038, -0.675443, -1.340204, -1.551464}, 1e-6);
  expect_near(values(model, "std_error"), {1.139951, 0.001094, 0.331819, 0.31649, 0.345306, 0.417832}, 1e-6);
  EXPECT_NEAR(model.metric("log_likelihood"), -229.2587, 1e-4);
  EXPECT_EQ(model.classes[1], "true");
}

// One 0/1 feature: the estimates are log odds, their variances sums of reciprocal counts (Woolf).
TEST(LogisticRegression, TwoByTwoTable) {
  Rows rows;
  for (int i = 0; i < 100; ++i) rows.push_back({double(i % 10 < (i < 40 ? 2 : 7)), {double(i >= 40)}});
  const Model model = fit(rows);
  expect_near(values(model, "estimate"), {std::log(8 / 32.), std::log(42 / 18. * 32 / 8.)}, 1e-12);
  expect_near(values(model, "std_error"),
              {std::sqrt(1 / 8. + 1 / 32.), std::sqrt(1 / 8. + 1 / 32. + 1 / 42. + 1 / 18.)}, 1e-12);
  EXPECT_EQ(model.metric("df"), 98);
}

// The minimum of the objective as the header states it, by gradient descent.
std::vector<double> gradient_descent(const Rows& rows, double l2) {
  const std::size_t d = rows[0].x.size();
  std::vector<long double> b(d + 1), gradient(d + 1);
  for (int iteration = 0; iteration < 4000; ++iteration) {
    gradient.assign(d + 1, 0);
    long double weight = 0;
    for (const Row& row : rows) {
      long double f = b[0];
      for (std::size_t j = 0; j < d; ++j) f += b[j + 1] * row.x[j];
      const long double residual = row.weight * (1 / (1 + std::exp(-f)) - row.y);
      gradient[0] += residual;
      for (std::size_t j = 0; j < d; ++j) gradient[j + 1] += residual * row.x[j];
      weight += row.weight;
    }
    for (std::size_t j = 0; j <= d; ++j) b[j] -= gradient[j] / weight + (j ? l2 * b[j] : 0);
  }
  return {b.begin(), b.end()};
}

TEST(LogisticRegression, AgreesWithGradientDescent) {
  constexpr unsigned seed = 11;
  SCOPED_TRACE(seed);
  Rows rows = random_rows(120, 3, seed);
  expect_near(values(fit(rows), "estimate"), gradient_descent(rows, 0), 1e-11);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].weight = 0.5 + static_cast<double>(i % 4);
  const Model model = fit(rows, R"({"l2": 0.25})");
  expect_near(values(model, "estimate"), gradient_descent(rows, 0.25), 1e-11);
  EXPECT_TRUE(std::isnan(values(model, "std_error")[1]));
}

TEST(LogisticRegression, WeightsCountRows) {
  Rows weighted = random_rows(60, 2, 5), repeated;
  for (std::size_t i = 0; i < weighted.size(); ++i) {
    weighted[i].weight = static_cast<double>(i % 4);
    for (std::size_t copy = 0; copy < i % 4; ++copy) repeated.push_back({weighted[i].y, weighted[i].x});
  }
  const Model one = fit(weighted), other = fit(repeated);
  expect_near(values(one, "estimate"), values(other, "estimate"), 1e-11);
  expect_near(values(one, "std_error"), values(other, "std_error"), 1e-11);
  for (const char* metric : {"log_likelihood", "log_likelihood_null", "bic", "df"})
    EXPECT_NEAR(one.metric(metric), other.metric(metric), 1e-9) << metric;
}

TEST(LogisticRegression, MergedIsSerial) {
  const Rows rows = random_rows(150000, 3, 3);  // enough for a warm start
  const Model serial = fit(rows);
  LogisticRegression merged;
  std::size_t from = 0;
  for (std::size_t size : {1, 2, 70000, 0, 499, 79498}) {
    merged.merge(state_of(Rows(rows.begin() + static_cast<long>(from), rows.begin() + static_cast<long>(from + size))));
    from += size;
  }
  EXPECT_EQ(merged.rows.rows, 150000);
  const Model model = *merged.fit();
  expect_near(values(model, "estimate"), values(serial, "estimate"), 1e-10);
  expect_near(values(model, "std_error"), values(serial, "std_error"), 1e-10);
  EXPECT_NEAR(model.metric("log_likelihood"), serial.metric("log_likelihood"), 1e-6);
  EXPECT_EQ(model.metric("converged"), 1);
}

TEST(LogisticRegression, ManyFeatures) {  // more than a cache line, with every kind of tile
  for (std::size_t d : {7, 8, 15, 23, 31, 40}) {
    const Rows rows = random_rows(600, d, 17);
    const Model model = fit(rows);
    EXPECT_EQ(model.metric("converged"), 1);
    const std::vector<double> b = values(model, "estimate");
    std::vector<double> gradient(d + 1);
    for (const Row& row : rows) {
      double f = b[0];
      for (std::size_t j = 0; j < d; ++j) f += b[j + 1] * row.x[j];
      const double residual = 1 / (1 + std::exp(-f)) - row.y;
      gradient[0] += residual;
      for (std::size_t j = 0; j < d; ++j) gradient[j + 1] += residual * row.x[j];
    }
    expect_near(gradient, std::vector<double>(d + 1), 1e-10);
  }
}

TEST(LogisticRegression, CompleteSeparation) {
  for (double unit : {1.0, 1e-9, 1e12}) {
    const Model model = fit({{0, {1 * unit}}, {0, {2 * unit}}, {1, {3 * unit}}, {1, {4 * unit}}});
    EXPECT_EQ(model.metric("separation"), 1);
    EXPECT_EQ(model.metric("converged"), 0);
    EXPECT_TRUE(std::isnan(values(model, "std_error")[1]));
    const LogisticScorer scorer(model);
    for (double x : {1.0, 2.0, 3.0, 4.0}) {
      const double scaled = x * unit;
      EXPECT_EQ(scorer.classify(std::span(&scaled, 1)), x > 2.5);
    }
  }
  EXPECT_EQ(fit({{0, {1}}, {0, {2}}, {1, {3}}, {1, {4}}}, R"({"l2": 0.01})").metric("converged"), 1);
  EXPECT_EQ(fit(random_rows(10, 12, 1)).metric("separation"), 1);  // more features than rows
}

TEST(LogisticRegression, QuasiCompleteSeparation) {
  // Both classes at x = 2, and a group that knows only one class.
  EXPECT_EQ(fit({{0, {1}}, {0, {2}}, {1, {2}}, {1, {3}}, {1, {4}}}).metric("separation"), 2);
  Rows rows = random_rows(3000, 3, 23);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].x.push_back(i % 100 == 0);
    if (i % 100 == 0) rows[i].y = 1;
  }
  const Model model = fit(rows);
  EXPECT_EQ(model.metric("separation"), 2);
  EXPECT_EQ(model.metric("converged"), 0);
  EXPECT_TRUE(std::isnan(values(model, "std_error")[4]));
  rows[100].y = 0;  // one exception is enough for an optimum
  EXPECT_EQ(fit(rows).metric("separation"), 0);
  EXPECT_EQ(fit(rows).metric("converged"), 1);
}

// With one feature, separation is a matter of the ranges of x in the two classes.
TEST(LogisticRegression, SeparationOnALine) {
  constexpr unsigned seed = 71;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  int seen[3] = {};
  for (int trial = 0; trial < 3000; ++trial) {
    const bool heavy_tails = trial % 2;
    Rows rows;
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (std::size_t i = 0, n = 2 + random() % 9; i < n; ++i) {
      const std::size_t y = i < 2 ? i : random() % 2;
      double x = static_cast<double>(random() % 5);
      if (heavy_tails) x = std::cauchy_distribution<double>(static_cast<double>(y) * 3, 1)(random);
      rows.push_back({static_cast<double>(y), {x}});
      low[y] = std::min(low[y], x);
      high[y] = std::max(high[y], x);
    }
    const bool constant = std::min(low[0], low[1]) == std::max(high[0], high[1]);
    const int separation = constant                                 ? 0
                           : high[0] < low[1] || high[1] < low[0]   ? 1
                           : high[0] <= low[1] || high[1] <= low[0] ? 2
                                                                    : 0;
    const Model model = fit(rows);
    EXPECT_EQ(model.metric("separation"), separation) << trial;
    EXPECT_EQ(model.metric("converged"), separation == 0) << trial;
    ++seen[separation];
  }
  for (int count : seen) EXPECT_GT(count, 100);
}

TEST(LogisticRegression, OutliersAreNotSeparation) {
  Rows rows = random_rows(2000, 2, 29);
  rows.push_back({1, {1e6, -1e6}});
  rows.push_back({0, {-1e3, 1e7}});
  const Model model = fit(rows);
  EXPECT_EQ(model.metric("separation"), 0);
  EXPECT_EQ(model.metric("converged"), 1);
}

TEST(LogisticRegression, ScaleAndOffset) {
  const Rows rows = random_rows(500, 3, 31);
  Rows moved = rows;
  for (Row& row : moved) row.x = {1.7e12 + 1024 * row.x[0], row.x[1] * 1e-150, row.x[2] * 1e120};
  const std::vector<double> plain = values(fit(rows), "estimate"), far = values(fit(moved), "estimate");
  EXPECT_NEAR(far[1] * 1024, plain[1], 1e-6);  // the rows themselves lost as much
  EXPECT_NEAR(far[2] * 1e-150, plain[2], 1e-6);
  EXPECT_NEAR(far[3] * 1e120, plain[3], 1e-6);
  const std::vector<double> se = values(fit(rows), "std_error"), far_se = values(fit(moved), "std_error");
  EXPECT_NEAR(far_se[1] * 1024, se[1], 1e-6);
}

TEST(LogisticRegression, AliasedTerms) {
  const Rows rows = random_rows(300, 2, 37);
  Rows wider = rows;
  for (Row& row : wider) row.x = {7, row.x[0], 2 * row.x[0] - 3, row.x[1], row.x[0] + row.x[1] / 3};
  const std::vector<double> plain = values(fit(rows), "estimate");
  const Model model = fit(wider);
  const std::vector<double> estimate = values(model, "estimate"), std_error = values(model, "std_error");
  for (std::size_t aliased : {1, 3, 5}) {
    EXPECT_TRUE(std::isnan(estimate[aliased]) && std::isnan(std_error[aliased])) << aliased;
  }
  expect_near({estimate[0], estimate[2], estimate[4]}, plain, 1e-10);
  EXPECT_EQ(model.metric("rank"), 3);
  EXPECT_FALSE(LogisticScorer::coefficients(model)[1].estimate.has_value());

  Rows many = random_rows(150000, 2, 41);
  for (Row& row : many) row.x.push_back(row.x[0] - row.x[1]);
  EXPECT_EQ(fit(many).metric("rank"), 3);
}

TEST(LogisticRegression, WithoutIntercept) {
  const Rows rows = random_rows(300, 2, 43);
  Rows with_ones = rows;
  for (Row& row : with_ones) row.x.insert(row.x.begin(), 1.0);
  const Model model = fit(with_ones, R"({"fit_intercept": false})");
  expect_near(values(model, "estimate"), values(fit(rows), "estimate"), 1e-11);
  EXPECT_NEAR(model.metric("log_likelihood_null"), -300 * std::log(2.0), 1e-10);
}

TEST(LogisticRegression, StopsAtMaxIter) {
  const Model model = fit(random_rows(200, 2, 47), R"({"max_iter": 1})");
  EXPECT_EQ(model.metric("converged"), 0);
  EXPECT_EQ(model.metric("iterations"), 1);
}

TEST(LogisticRegression, NoRowsOneRowOneClass) {
  EXPECT_FALSE(LogisticRegression{}.fit());
  EXPECT_EQ(LogisticRegression{}.why_none(), "");
  EXPECT_FALSE(state_of({{1, {2}, 0}, {0, {3}, 0}}).fit());
  EXPECT_FALSE(state_of({{1, {2}}}).fit());
  EXPECT_EQ(state_of({{1, {2}}}).why_none(), "logistic_regression: y is true in all 1 rows, so there is no model");
  EXPECT_FALSE(state_of({{0, {2}}, {0, {3}}}, "", false).fit());
  EXPECT_EQ(state_of({{0, {2}}, {0, {3}}}, "", false).why_none(),
            "logistic_regression: y is 0 in all 2 rows, so there is no model");
}

TEST(LogisticRegression, RefusesBadRows) {
  EXPECT_EQ(refusal([] { fit({{2, {1}}}); }), "logistic_regression: y must be 0 or 1, or boolean, not 2");
  EXPECT_EQ(refusal([] { fit({{NAN, {1}}}); }), "logistic_regression: y must be 0 or 1, or boolean, not NaN");
  EXPECT_EQ(refusal([] { fit({{1, {1, INFINITY}}}); }), "logistic_regression: x must be finite, but x[2] is Infinity");
  EXPECT_EQ(refusal([] { fit({{1, {1}, -1}}); }), "logistic_regression: weight must be finite and at least 0, not -1");
  EXPECT_EQ(refusal([] { fit({{1, {}}}); }), "logistic_regression: x has no features");
  EXPECT_EQ(refusal([] {
              fit({{1, {1, 2, 3}}, {1, {1, 2, 3, 4}}});
            }),
            "logistic_regression: rows have different numbers of features (3, then 4)");
  EXPECT_EQ(refusal([] {
              fit({{1, {1}}}, R"({"feature_names": ["a", "b"]})");
            }),
            "logistic_regression: option \"feature_names\" must name all 1 features, not 2");
  EXPECT_EQ(refusal([] {
              LogisticRegression state = state_of({{1, {1}}}, R"({"l2": 1})");
              state.merge(state_of({{0, {2}}}));
            }),
            "logistic_regression: states with different options cannot be merged");
  EXPECT_EQ(refusal([] {
              LogisticRegression state = state_of({{1, {1}}});
              state.merge(state_of({{0, {2}}}, "", false));
            }),
            "logistic_regression: y is boolean in some rows and a number in others");
}

TEST(LogisticRegression, RefusesWhatDoesNotFitAState) {
  LogisticRegression state = state_of({{1, {1}}});
  state.rows.rows = LogisticRegression::max_bytes / 16;  // claimed, not there
  EXPECT_NE(refusal([&] {
              const double x = 1;
              state.accumulate({1}, std::span(&x, 1), {});
            }).find("more than 900 MB of rows in one state"),
            std::string::npos);
}

template <class T>
std::vector<std::byte> packed(const T& value) {
  std::vector<std::byte> bytes(packed_size(value));
  pack(value, bytes.data());
  return bytes;
}

TEST(LogisticRegression, RefusesInconsistentStates) {
  auto forged = [](auto&& change) {
    LogisticRegression state = state_of(random_rows(40, 2, 53));
    change(state);
    LogisticRegression read;
    return refusal([&] { unpack(packed(state), read); });
  };
  EXPECT_EQ(forged([](LogisticRegression&) {}), "not refused");
  const std::string inconsistent = "packed value is inconsistent";
  EXPECT_EQ(forged([](LogisticRegression& s) { s.target = 3; }), inconsistent);
  EXPECT_EQ(forged([](LogisticRegression& s) { s.skipped = -1; }), inconsistent);
  EXPECT_EQ(forged([](LogisticRegression& s) { s.positives = 41; }), inconsistent);
  EXPECT_EQ(forged([](LogisticRegression& s) { s.positive_weight = NAN; }), inconsistent);
  EXPECT_EQ(forged([](LogisticRegression& s) { s.rows.width = 0; }), inconsistent);
  EXPECT_EQ(forged([](LogisticRegression& s) { s.rows.width = -3; }), inconsistent);
  EXPECT_EQ(forged([](LogisticRegression& s) { s.rows.width = 4; }), inconsistent);
  EXPECT_EQ(forged([](LogisticRegression& s) { s.rows.rows = 1; }), inconsistent);
  EXPECT_EQ(forged([](LogisticRegression& s) { s.rows.chunks.back().pop_back(); }), inconsistent);
  EXPECT_EQ(forged([](LogisticRegression& s) { s.rows.chunks.emplace_back(); }), inconsistent);
}

// Bytes that pass for a state, with any numbers in them, end in a model or a refusal.
TEST(LogisticRegression, SurvivesForgedNumbers) {
  constexpr unsigned seed = 59;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const double forgeries[] = {NAN, INFINITY, -INFINITY, 0.0, -0.0, 1e308, -1e308, 5e-324, 1e200};
  for (int trial = 0; trial < 300; ++trial) {
    LogisticRegression state = state_of(random_rows(30, 2, seed));
    for (int changes = 0; changes < 3; ++changes) {
      Vec<double>& chunk = state.rows.chunks[random() % state.rows.chunks.size()];
      chunk[random() % chunk.size()] = forgeries[random() % std::size(forgeries)];
    }
    LogisticRegression read;
    unpack(packed(state), read);
    refusal([&] {
      state.merge(read);
      state.fit();
      read.fit();
    });
  }
}

TEST(LogisticRegression, IsInterrupted) {
  const LogisticRegression state = state_of(random_rows(20000, 5, 61));
  static int calls;
  struct Cancelled {};
  calls = 0;
  on_checkpoint = [] {
    if (++calls == 1000) throw Cancelled();
  };
  EXPECT_THROW(state.fit(), Cancelled);
  on_checkpoint = nullptr;
  EXPECT_EQ(calls, 1000);
}

// Every width of vectors: the logistic function over its range, and sums by the definition.
TEST(LogisticPass, EveryVectorWidth) {
  std::vector<int> widths{128};
  if (__builtin_cpu_supports("x86-64-v3")) widths.push_back(256);
  if (__builtin_cpu_supports("x86-64-v4")) widths.push_back(512);
  const std::vector<double> none;
  for (int width : widths) {
    SCOPED_TRACE(width);
    LogisticPass alone(none, none, true, width);
    for (double f = -760; f <= 760; f += f > -3 && f < 3 ? 0.001 : 0.37) {
      const double row = -1.5;  // y = -1
      alone.start(std::span(&f, 1));
      alone.add(&row, 1, true);
      const long double e = std::exp(static_cast<long double>(f)), p = e / (1 + e), loss = std::log1p(e);
      EXPECT_NEAR(alone.sums().loss, static_cast<double>(1.5L * loss), 1e-15 * static_cast<double>(loss) + 1e-307) << f;
      EXPECT_NEAR(alone.gradient(0), static_cast<double>(1.5L * p), 1e-15 * static_cast<double>(p) + 1e-307) << f;
      EXPECT_NEAR(alone.hessian(0, 0), static_cast<double>(1.5L * p / (1 + e)),
                  2e-15 * static_cast<double>(p / (1 + e)) + 1e-307)
          << f;
      EXPECT_EQ(alone.sums().least_margin, -f);
    }
    for (std::size_t d : {1, 3, 7, 8, 9, 23, 24, 50}) {
      const Rows rows = random_rows(133, d, 67);
      std::vector<double> flat, b(d + 1), shift(d, 0.25), scale(d, 2), gradient(d + 1);
      for (std::size_t j = 0; j <= d; ++j) b[j] = 0.3 - 0.1 * static_cast<double>(j % 7);
      std::vector<double> hessian((d + 1) * (d + 1));
      double loss = 0;
      for (const Row& row : rows) {
        flat.push_back(row.y == 1 ? 2 : -2);
        flat.insert(flat.end(), row.x.begin(), row.x.end());
        std::vector<double> z(d + 1, 1);
        double f = b[d];
        for (std::size_t j = 0; j < d; ++j) f += b[j] * (z[j] = (row.x[j] - 0.25) * 2);
        const double p = 1 / (1 + std::exp(-f));
        loss += 2 * std::log1p(std::exp(row.y == 1 ? -f : f));
        for (std::size_t i = 0; i <= d; ++i) {
          gradient[i] += 2 * (p - row.y) * z[i];
          for (std::size_t j = 0; j <= d; ++j) hessian[i * (d + 1) + j] += 2 * p * (1 - p) * z[i] * z[j];
        }
      }
      LogisticPass pass(shift, scale, true, width);
      pass.start(b);
      pass.add(flat.data(), rows.size(), true);
      EXPECT_NEAR(pass.sums().loss, loss, 1e-12 * loss);
      EXPECT_EQ(pass.sums().weight, 266);
      for (std::size_t i = 0; i <= d; ++i) {
        EXPECT_NEAR(pass.gradient(i), gradient[i], 1e-11);
        for (std::size_t j = 0; j <= d; ++j) EXPECT_NEAR(pass.hessian(i, j), hessian[i * (d + 1) + j], 1e-11);
        std::vector<double> up = b, down = b;  // the gradient is that of the loss
        up[i] += 1e-5;
        down[i] -= 1e-5;
        LogisticPass other(shift, scale, true, width);
        other.start(up);
        other.add(flat.data(), rows.size(), false);
        const double above = other.sums().loss;
        other.start(down);
        other.add(flat.data(), rows.size(), false);
        EXPECT_NEAR((above - other.sums().loss) / 2e-5, gradient[i], 1e-5);
      }
    }
  }
}

TEST(Cholesky, SolvesAndFindsAliases) {
  const std::vector<double> matrix{4, 2, 6,  2, 0, 5, 7, 1,
                                   0, 0, 13, 3, 0, 0, 0, 9};  // the third is the sum of the first two
  Cholesky factor;
  factor.factor(matrix, 4, 1e-12);
  EXPECT_EQ(factor.aliased, (std::vector<bool>{false, false, true, false}));
  EXPECT_EQ(factor.rank, 3);
  std::vector<double> x{14, 15, 99, 31};  // the matrix times 1, 2, 0, 3
  factor.solve(x);
  expect_near(x, {1, 2, 0, 3}, 1e-12);
}

TEST(LogisticScorer, ProbabilitiesInBothTails) {
  Model model;
  model.algorithm = "logistic_regression";
  model.features = 1;
  model.target = static_cast<std::int32_t>(Target::boolean_class);
  model.classes.emplace_back("false");
  model.classes.emplace_back("true");
  const double estimate[] = {0, 1};
  model.add_parameter("estimate", estimate);
  const LogisticScorer scorer(model);
  for (const double f : {-800.0, -40.0, -1.0, 0.0, 1.0, 40.0, 800.0}) {
    double p[2];
    scorer.probabilities(std::span(&f, 1), p);
    EXPECT_DOUBLE_EQ(p[1], 1 / (1 + std::exp(-f)));
    EXPECT_DOUBLE_EQ(p[0], 1 / (1 + std::exp(f)));
    EXPECT_EQ(scorer.classify(std::span(&f, 1)), f > 0);
  }
  model.classes.pop_back();
  EXPECT_THROW(LogisticScorer{model}, InvalidInput);
}

}  // namespace
}  // namespace quern
