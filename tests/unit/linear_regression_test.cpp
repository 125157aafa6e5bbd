// linear_regression against certified values (NIST StRD), exact rational solutions, R's lm, statsmodels and closed
// forms.
#include "uda/linear_regression.hpp"

#include <cmath>
#include <fstream>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "model/inference.hpp"
#include "model/linear.hpp"

namespace quern {
namespace {

struct Row : std::vector<double> {  // x
  using vector::vector;
  operator Features() const { return std::span<const double>(*this); }
};
struct Data {
  std::vector<Row> x;
  std::vector<double> y;
};

std::string read_file(const std::string& name) {
  std::ifstream file(QUERN_DATA_DIR "/" + name);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

// The columns named, the first as y; x as given or, if there is only one, its powers 1 to `degree`.
Data read_csv(const std::string& name, const std::vector<std::string>& columns, int degree = 1) {
  std::istringstream file(read_file(name));
  std::string line, cell;
  std::vector<std::string> header;
  Data data;
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    for (std::istringstream row(line); std::getline(row, cell, ',');) cells.push_back(cell);
    if (header.empty()) {
      header = cells;
      continue;
    }
    Row row;
    for (const std::string& column : columns)
      row.push_back(
          std::stod(cells[static_cast<std::size_t>(std::find(header.begin(), header.end(), column) - header.begin())]));
    data.y.push_back(row[0]);
    row.erase(row.begin());
    for (int k = 2; k <= degree; ++k) row.push_back(row.back() * row[0]);
    data.x.push_back(row);
  }
  return data;
}

LinearRegression configured(std::string_view options) {
  LinearRegression state;
  state.options.assign(options.begin(), options.end());
  state.configure();
  return state;
}

LinearRegression state_of(const Data& data, std::string_view options = "", std::size_t from = 0,
                          std::size_t to = SIZE_MAX) {
  LinearRegression state = configured(options);
  for (std::size_t i = from; i < std::min(to, data.y.size()); ++i) state.accumulate(data.y[i], data.x[i], Weight{});
  return state;
}

LinearRegression merged(const Data& data, std::string_view options, const std::vector<std::size_t>& cuts) {
  LinearRegression whole;
  std::size_t from = 0;
  for (const std::size_t to : cuts) {
    whole.merge(state_of(data, options, from, to));
    from = to;
  }
  whole.merge(state_of(data, options, from));
  return whole;
}

double digits(double found, double right) {
  if (found == right) return 16;
  return std::min(16.0, -std::log10(std::abs(found - right) / std::abs(right)));
}

struct Fit {
  Model model;
  std::vector<Coefficient> coefficients;
  explicit Fit(const LinearRegression& state) : model(state.fit().value()), coefficients(linear_coefficients(model)) {}
  double estimate(std::size_t i) const { return coefficients[i].estimate.value(); }
  double std_error(std::size_t i) const { return coefficients[i].std_error.value(); }
};

void expect_digits(const Fit& fit, const std::vector<double>& estimate, const std::vector<double>& std_error,
                   double least, const std::string& what) {
  ASSERT_EQ(fit.coefficients.size(), estimate.size());
  for (std::size_t i = 0; i < estimate.size(); ++i) {
    EXPECT_GE(digits(fit.estimate(i), estimate[i]), least) << what << " estimate " << i << " " << fit.estimate(i);
    if (!std_error.empty() && std_error[i] != 0) {
      EXPECT_GE(digits(fit.std_error(i), std_error[i]), least) << what << " std_error " << i;
    }
    if (!std_error.empty() && std_error[i] == 0) {
      EXPECT_LT(fit.std_error(i), 1e-9 * std::abs(estimate[i])) << what << " std_error " << i;
    }
  }
}

// Serial, and every split in two, and into single rows.
void expect_digits_however_split(const Data& data, std::string_view options, const std::vector<double>& estimate,
                                 const std::vector<double>& std_error, double least, const std::string& what) {
  expect_digits(Fit(state_of(data, options)), estimate, std_error, least, what);
  for (std::size_t cut = 1; cut < data.y.size(); ++cut)
    expect_digits(Fit(merged(data, options, {cut})), estimate, std_error, least, what + " cut");
  std::vector<std::size_t> everywhere;
  for (std::size_t cut = 1; cut < data.y.size(); ++cut) everywhere.push_back(cut);
  expect_digits(Fit(merged(data, options, everywhere)), estimate, std_error, least, what + " row by row");
}

double number(const Json& json) { return std::stod(json.string); }

std::vector<double> numbers(const Json& json) {
  std::vector<double> result;
  for (const Json& item : json.items) result.push_back(number(item));
  return result;
}

struct NistSet {
  const char* name;
  std::vector<std::string> columns{"y", "x"};
  int degree = 1;
};

TEST(LinearRegressionNist, certified_values_however_the_rows_are_split) {
  const Json certified = parse_json(read_file("nist-strd/certified.json"));
  const NistSet sets[] = {{"Norris"},
                          {"NoInt1"},
                          {"NoInt2"},
                          {"Pontius", {"y", "x"}, 2},
                          {"Wampler1", {"y", "x"}, 5},
                          {"Wampler4", {"y", "x"}, 5},
                          {"Longley", {"y", "x1", "x2", "x3", "x4", "x5", "x6"}}};
  for (const NistSet& set : sets) {
    const Json& right = *certified.find(set.name);
    const Data data = read_csv(std::string("nist-strd/csv/") + set.name + ".csv", set.columns, set.degree);
    const char* options = right.find("intercept")->boolean ? "" : R"({"fit_intercept": false})";
    expect_digits_however_split(data, options, numbers(*right.find("estimate")), numbers(*right.find("std_error")), 12,
                                set.name);
    const Fit fit(state_of(data, options));
    EXPECT_GE(digits(fit.model.metric("r2"), number(*right.find("r_squared"))), 12) << set.name;
    const double f = fit.model.metric("f_statistic"), sd = number(*right.find("residual_sd"));
    if (sd > 0) {
      EXPECT_GE(digits(f, number(*right.find("anova")->find("f"))), 11) << set.name;
      EXPECT_GE(digits(fit.model.metric("sigma"), sd), 12) << set.name;
    } else {
      EXPECT_EQ(fit.model.metric("sigma"), 0);
      EXPECT_EQ(f, INFINITY);
      EXPECT_EQ(fit.model.metric("f_p_value"), 0);
    }
  }
}

// Wampler 1 to 5 share x = 0 .. 20; 3 and 5 add to the polynomial of 1 the residuals of 3, times 100 in 4, 10,000 in 5.
TEST(LinearRegressionNist, wampler_2_3_and_5_from_their_formulas) {
  const Data one = read_csv("nist-strd/csv/Wampler1.csv", {"y", "x"}, 5);
  const Data four = read_csv("nist-strd/csv/Wampler4.csv", {"y", "x"}, 5);
  const std::vector<double> ones(6, 1);
  const std::vector<double> errors_of_4 =
      numbers(*parse_json(read_file("nist-strd/certified.json")).find("Wampler4")->find("std_error"));
  for (const double factor : {0.01, 100.0}) {
    Data data = one;
    std::vector<double> errors;
    for (std::size_t i = 0; i < data.y.size(); ++i)
      data.y[i] += std::round((four.y[i] - one.y[i]) / 100) * (100 * factor);
    for (const double error : errors_of_4) errors.push_back(error * factor);
    expect_digits_however_split(data, "", ones, errors, factor > 1 ? 10 : 12, "Wampler3 or 5");
  }
  Data two = one;
  for (std::size_t i = 0; i < two.y.size(); ++i) {
    const double x = one.x[i][0];
    two.y[i] = (100000 + x * (10000 + x * (1000 + x * (100 + x * (10 + x))))) / 100000;
  }
  expect_digits_however_split(two, "", {1, 0.1, 0.01, 0.001, 0.0001, 0.00001}, {}, 9, "Wampler2");
}

// A polynomial of degree 10 like that of Filip. Solution of the rounded design in exact rational arithmetic (Python's
// fractions), printed to 17 digits.
TEST(LinearRegression, degree_10_polynomial_solved_exactly) {
  Data data;
  for (int i = 0; i < 97; ++i) {
    Row row{-9 + i / 16.0};
    for (int k = 2; k <= 10; ++k) row.push_back(row.back() * row[0]);
    data.x.push_back(row);
    data.y.push_back((i * i * 37 + i * 101) % 1000 / 1024.0 + 0.75 * row[0]);
  }
  expect_digits_however_split(data, "",
                              {4308.5723346614341, 7258.4184591324838, 5295.4892673316126, 2188.0790421716861,
                               560.29877040293661, 90.861562355584226, 8.9923236850068022, 0.45963519011295745,
                               0.0017829711582819277, -0.00096802274605034034, -3.324037005185871e-05},
                              {11685.080384142861, 22198.412156997467, 18677.275295162344, 9167.0752048076774,
                               2907.385138955502, 622.80051487124172, 91.292633094281456, 9.0460650078895632,
                               0.58016635461247712, 0.021757864005367233, 0.00036251636855625969},
                              13, "degree 10");
  EXPECT_GE(digits(Fit(state_of(data)).model.metric("rss"), 6.6025393771398484), 14);
}

struct Reference {
  Data data;
  std::vector<double> estimate, std_error, hc0, hc1;
  double r2, adj_r2, f, f_p, sigma, rss, log_likelihood, condition;
};

// Figures from statsmodels, checked there against long double arithmetic.
Reference diabetes() {
  return {read_csv("diabetes/diabetes.csv", {"y", "age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"}),
          {-334.56713851878726, -0.036361224223625505, -22.85964809049839, 5.602962091923705, 1.1168079933181907,
           -1.0899963340632406, 0.7464504555142264, 0.37200471508915384, 6.533831935990341, 68.48312496478829,
           0.2801169893215044},
          {67.45462110434143, 0.21704143540876222, 5.835821285014873, 0.7171055005609116, 0.2252381691882692,
           0.5733318585500607, 0.5308343897660235, 0.7824638456267178, 5.9586378372163225, 15.669719238707183,
           0.27331395035936606},
          {64.2370142237067, 0.20597722803035198, 5.5416029052545195, 0.7172008052091027, 0.22205684836760883,
           0.5351285590555847, 0.48178854883259903, 0.7285371693328696, 5.737605387636104, 14.597954203792753,
           0.25741418292969687},
          {65.05157950645183, 0.20858914735781786, 5.611873875845707, 0.7262953573725279, 0.22487266727921226,
           0.5419143219257903, 0.4878979272065142, 0.7377754736423022, 5.810361791577663, 14.783065340062288,
           0.2606783548286354},
          0.5177484222203499,
          0.5065592904853231,
          46.27243958524321,
          3.828649038185064e-62,
          54.15423932805569,
          1263985.7856333435,
          -2385.9928621235194,
          7236.389798581464};
}

Reference cpu_machine() {
  return {read_csv("cpu_machine/cpu_machine.csv", {"prp", "myct", "mmin", "mmax", "cach", "chmin", "chmax"}),
          {-55.893933607024394, 0.04885490012531974, 0.015292571902433843, 0.005571389725107812, 0.6414014269981582,
           -0.27035754831755116, 1.4824721704649495},
          {8.045005570102532, 0.01751909459370853, 0.0018268120213742662, 0.0006418072909143692, 0.13956175396265352,
           0.8556704409786687, 0.22003824801067084},
          {13.001691538743243, 0.012718118008927633, 0.0031701920400610713, 0.0012204053953464998, 0.27637188434439697,
           1.495396584448956, 0.6094727085161755},
          {13.225049817335503, 0.012936604729439532, 0.0032246533103323224, 0.0012413709479807112, 0.2811197241277449,
           1.5210862576672415, 0.6199429442249281},
          0.8648906922768672,
          0.8608775445227148,
          215.5142908411366,
          6.235513635903265e-85,
          59.98845248629969,
          726920.1152036092,
          -1148.6759842817014,
          33199.95222320619};
}

TEST(LinearRegression, statsmodels_figures) {
  for (const Reference& right : {diabetes(), cpu_machine()}) {
    const Fit fit(merged(right.data, "", {17, 150}));
    expect_digits(fit, right.estimate, right.std_error, 11, "statsmodels");
    const Model& model = fit.model;
    EXPECT_GE(digits(model.metric("r2"), right.r2), 12);
    EXPECT_GE(digits(model.metric("adj_r2"), right.adj_r2), 12);
    EXPECT_GE(digits(model.metric("f_statistic"), right.f), 12);
    EXPECT_GE(digits(model.metric("f_p_value"), right.f_p), 10);
    EXPECT_GE(digits(model.metric("sigma"), right.sigma), 12);
    EXPECT_GE(digits(model.metric("rss"), right.rss), 12);
    EXPECT_GE(digits(model.metric("log_likelihood"), right.log_likelihood), 12);
    EXPECT_GE(digits(model.metric("condition"), right.condition), 9);
  }
}

TEST(LinearRegression, robust_errors_of_statsmodels) {
  for (const Reference& right : {diabetes(), cpu_machine()}) {
    expect_digits(Fit(state_of(right.data, R"({"robust": "hc0"})")), right.estimate, right.hc0, 11, "hc0");
    expect_digits(Fit(merged(right.data, R"({"robust": "hc1"})", {100, 130, 190})), right.estimate, right.hc1, 11,
                  "hc1");
  }
}

// sqrt(sum w^2 e^2 x x') between inverses of sum w x x', written out for one feature.
TEST(LinearRegression, robust_errors_with_weights_and_aliased_terms) {
  LinearRegression state = configured(R"({"robust": "hc0"})");
  std::vector<double> x, y, w;
  for (int i = 0; i < 200; ++i) {
    x.push_back(i % 23 + 5), y.push_back(3 * x.back() + i % 7 * x.back() / 10), w.push_back(1 + i % 3);
    state.accumulate(y.back(), Row{x.back(), 2 * x.back()}, Weight{w.back()});
  }
  const Fit fit(state);
  EXPECT_FALSE(fit.coefficients[2].std_error);
  double s = 0, sx = 0, variance = 0, sxx = 0;
  for (std::size_t i = 0; i < 200; ++i) s += w[i], sx += w[i] * x[i];
  for (std::size_t i = 0; i < 200; ++i) sxx += w[i] * (x[i] - sx / s) * (x[i] - sx / s);
  for (std::size_t i = 0; i < 200; ++i)
    variance += std::pow(w[i] * (x[i] - sx / s) * (y[i] - fit.estimate(0) - fit.estimate(1) * x[i]) / sxx, 2);
  EXPECT_GE(digits(fit.std_error(1), std::sqrt(variance)), 12);
}

// y, x1, x2, x4 of the comparisons with R below.
Data made() {
  Data data;
  for (int i = 0; i < 20; ++i) {
    const double x1 = i, x2 = i * 7 % 11, x4 = i * i % 13;
    data.x.push_back({x1, x2, x4});
    data.y.push_back(1 + 0.5 * x1 - 0.25 * x2 + x4 + i * 37 % 5 / 4.0);
  }
  return data;
}

// R 4.2: i <- 0:19; x1 <- i; x2 <- (i*7)%%11; x4 <- (i*i)%%13; y <- 1+0.5*x1-0.25*x2+x4+((i*37)%%5)/4;
// lm(y ~ x1 + x2 + I(2*x1+3*x2) + rep(5,20) + x4)
TEST(LinearRegression, aliased_terms_as_in_r) {
  Data data = made();
  for (Row& x : data.x) x = {x[0], x[1], 2 * x[0] + 3 * x[1], 5, x[2]};
  for (const Fit& fit : {Fit(state_of(data)), Fit(merged(data, "", {3, 9}))}) {
    EXPECT_EQ(fit.coefficients[3].term, "x3");
    for (const std::size_t aliased : {3, 4}) {
      EXPECT_FALSE(fit.coefficients[aliased].estimate);
      EXPECT_FALSE(fit.coefficients[aliased].std_error);
      EXPECT_FALSE(fit.coefficients[aliased].p_value);
    }
    const std::size_t kept[] = {0, 1, 2, 5};
    const double estimate[] = {1.36192222665984142, 0.50928482339326520, -0.21888012956257299, 0.98245890358303367};
    const double std_error[] = {0.230326009939503418, 0.014163195946677273, 0.025448537883749421, 0.019398139423377644};
    const double p_value[] = {2.1842743515633869e-05, 9.8380824797483020e-17, 2.1404340740338499e-07,
                              4.2932409260894706e-19};
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_GE(digits(fit.estimate(kept[i]), estimate[i]), 13);
      EXPECT_GE(digits(fit.std_error(kept[i]), std_error[i]), 13);
      EXPECT_GE(digits(fit.coefficients[kept[i]].p_value.value(), p_value[i]), 12);
    }
    EXPECT_EQ(fit.model.metric("rank"), 4);
    EXPECT_EQ(fit.model.metric("df_residual"), 16);
    EXPECT_GE(digits(fit.model.metric("r2"), 0.99670467428202225), 14);
    EXPECT_GE(digits(fit.model.metric("adj_r2"), 0.99608680070990141), 14);
    EXPECT_GE(digits(fit.model.metric("f_statistic"), 1613.12074064099442694), 12);
    EXPECT_GE(digits(fit.model.metric("log_likelihood"), -5.7864769850787301), 13);
    EXPECT_GE(digits(fit.model.metric("aic"), 21.5729539701574602), 13);
    EXPECT_GE(digits(fit.model.metric("bic"), 26.5516153379274158), 13);
  }
}

// R 4.2: w <- c(0,2,0.5,1,3)[(i%%5)+1]; lm(y ~ x1 + x2 + x4, weights = w)
TEST(LinearRegression, weights_as_in_r_with_zero_weights_left_out) {
  const Data data = made();
  const double weights[] = {0, 2, 0.5, 1, 3};
  LinearRegression state;
  for (std::size_t i = 0; i < 20; ++i) state.accumulate(data.y[i], data.x[i], Weight{weights[i % 5]});
  const Fit fit(state);
  expect_digits(fit, {1.56947624664804852, 0.50931614425175287, -0.24089070147196112, 0.98165026014859014},
                {0.201286204417852943, 0.010691719126866528, 0.018321816183359398, 0.015329295975282249}, 13,
                "weights");
  EXPECT_EQ(fit.model.rows, 16);
  EXPECT_EQ(fit.model.metric("weight_sum"), 26);
  EXPECT_GE(digits(fit.model.metric("r2"), 0.99898960288262839), 14);
  EXPECT_GE(digits(fit.model.metric("sigma"), 0.28320224159365509), 13);
  EXPECT_GE(digits(fit.model.metric("f_statistic"), 3954.83948125798906403), 12);
  EXPECT_GE(digits(fit.model.metric("log_likelihood"), 1.9811686570687406), 12);
  EXPECT_GE(digits(fit.model.metric("bic"), 9.9006062970614259), 12);
  EXPECT_GE(digits(fit.coefficients[1].conf_low.value(), 0.48602088944693755), 12);
  EXPECT_GE(digits(fit.coefficients[1].conf_high.value(), 0.53261139905656818), 12);
}

// R 4.2: lm(y ~ 0 + x1 + x2 + x4)
TEST(LinearRegression, no_intercept_as_in_r) {
  const Fit fit(state_of(made(), R"({"fit_intercept": false, "feature_names": ["a", "b", "c"]})"));
  expect_digits(fit, {0.55062351532734555, -0.12573105854030134, 1.04146953871366921},
                {0.021326921533433647, 0.034605524004046331, 0.028800802951074348}, 13, "no intercept");
  EXPECT_EQ(fit.coefficients[2].term, "c");
  EXPECT_GE(digits(fit.model.metric("r2"), 0.99778177081793873), 14);
  EXPECT_GE(digits(fit.model.metric("adj_r2"), 0.99739031860933969), 14);
  EXPECT_GE(digits(fit.model.metric("f_p_value"), 9.4673449896412318e-23), 12);
  EXPECT_GE(digits(fit.model.metric("log_likelihood"), -17.371745841552780), 13);
}

// R 4.2: the same with its first three rows only: the last term is aliased and no degrees of freedom are left.
TEST(LinearRegression, fewer_rows_than_terms_as_in_r) {
  const Fit fit(state_of(made(), "", 0, 3));
  EXPECT_NEAR(fit.estimate(0), 1, 1e-14);
  EXPECT_GE(digits(fit.estimate(1), 36.0 / 11), 14);
  EXPECT_GE(digits(fit.estimate(2), -0.43181818181818182), 14);
  EXPECT_FALSE(fit.coefficients[3].estimate);
  EXPECT_EQ(fit.model.metric("df_residual"), 0);
  EXPECT_EQ(fit.model.metric("r2"), 1);
  for (const char* none : {"adj_r2", "sigma", "f_statistic", "f_p_value"})
    EXPECT_TRUE(std::isnan(fit.model.metric(none)));
  for (const Coefficient& row : fit.coefficients) EXPECT_FALSE(row.std_error || row.p_value || row.conf_low);
}

TEST(LinearRegression, degenerate_inputs) {
  EXPECT_FALSE(LinearRegression{}.fit());
  LinearRegression state;
  state.skip();
  EXPECT_FALSE(state.fit());
  state.accumulate(3, Row{7}, Weight{});
  const Fit one(state);
  EXPECT_EQ(one.estimate(0), 3);
  EXPECT_FALSE(one.coefficients[1].estimate);
  EXPECT_EQ(one.model.skipped, 1);
  EXPECT_TRUE(std::isnan(one.model.metric("r2")));

  LinearRegression zero = configured(R"({"fit_intercept": false})");
  for (int i = 0; i < 5; ++i) zero.accumulate(i, Row{0, 0}, Weight{});
  const Fit none(zero);
  EXPECT_EQ(none.model.metric("rank"), 0);
  EXPECT_EQ(none.model.metric("rss"), 30);
  EXPECT_EQ(none.model.metric("r2"), 0);

  LinearRegression constant;
  for (int i = 0; i < 1000; ++i) constant.accumulate(0.1, Row{i * 0.37, std::sin(i)}, Weight{});
  const Fit flat(constant);
  EXPECT_NEAR(flat.estimate(0), 0.1, 1e-16);
  EXPECT_NEAR(flat.estimate(1), 0, 1e-25);
  EXPECT_EQ(flat.model.metric("rss"), 0);
  EXPECT_TRUE(std::isnan(flat.model.metric("r2")));

  LinearRegression mean;  // y ~ 1
  for (int i = 0; i < 4; ++i) mean.accumulate(i, Row{}, Weight{});
  EXPECT_EQ(Fit(mean).estimate(0), 1.5);
  EXPECT_EQ(Fit(mean).model.metric("r2"), 0);
}

// Copies of terms in a wide design: the first of each stays, the others are aliased, and the rest is as without them.
TEST(LinearRegression, aliased_terms_of_wide_designs) {
  std::mt19937_64 random(20240517);
  std::normal_distribution<double> normal;
  Data with, without;
  for (int i = 0; i < 5000; ++i) {
    Row x(30);
    for (double& value : x) value = 100 + normal(random);
    without.x.push_back(x);
    without.y.push_back(x[3] - 2 * x[29] + normal(random));
    with.y.push_back(without.y.back());
    x.insert(x.begin() + 7, x[2]);
    x.insert(x.begin() + 20, x[4] - 0.1 * x[5] + 3);
    x.push_back(42);
    with.x.push_back(x);
  }
  const Fit right(state_of(without)), fit(merged(with, "", {129, 3000}));
  EXPECT_EQ(fit.model.metric("rank"), 31);
  std::size_t of_right = 0;
  for (std::size_t i = 0; i < fit.coefficients.size(); ++i) {
    if (i == 8 || i == 21 || i == 33) {
      EXPECT_FALSE(fit.coefficients[i].estimate) << i;
      continue;
    }
    EXPECT_NEAR(fit.estimate(i), right.estimate(of_right), 1e-9 * (1 + std::abs(right.estimate(of_right)))) << i;
    EXPECT_GE(digits(fit.std_error(i), right.std_error(of_right)), 9) << i;
    ++of_right;
  }
}

// y = X b exactly, in small integers, with a nearly collinear pair: error at most 10^(14.5 - log10 condition).
TEST(LinearRegression, wide_designs_lose_no_more_than_their_condition) {
  std::mt19937_64 random(7);
  std::uniform_int_distribution<int> small(-50, 50);
  for (const double closeness : {1.0, 1e3, 1e6}) {
    LinearRegression state;
    std::vector<double> b(41);
    for (double& value : b) value = small(random);
    b[0] = 3;
    for (int i = 0; i < 3000; ++i) {
      Row x(40);
      for (double& value : x) value = small(random);
      x[39] = closeness * x[0] + x[39];
      double y = b[0];
      for (std::size_t k = 0; k < 40; ++k) y += b[k + 1] * x[k];
      state.accumulate(y, x, Weight{});
    }
    const Fit fit(state);
    const double condition = fit.model.metric("condition");
    double error = 0, size = 0;
    for (std::size_t k = 0; k < b.size(); ++k) {
      error = std::hypot(error, fit.estimate(k) - b[k]);
      size = std::hypot(size, b[k]);
    }
    EXPECT_GT(condition, closeness);
    EXPECT_LT(error / size, std::pow(10, -14.5 + std::log10(condition))) << "condition " << condition;
  }
}

// The same data through the narrow and, padded with zero columns, the wide arithmetic.
TEST(LinearRegression, narrow_and_wide_agree) {
  const Reference right = diabetes();
  Data padded = right.data;
  for (Row& x : padded.x) x.resize(20);
  const Fit fit(state_of(padded));
  for (std::size_t i = 0; i < 11; ++i) {
    EXPECT_GE(digits(fit.estimate(i), right.estimate[i]), 10);
    EXPECT_GE(digits(fit.std_error(i), right.std_error[i]), 10);
  }
  for (std::size_t i = 11; i < 21; ++i) EXPECT_FALSE(fit.coefficients[i].estimate);
}

TEST(LinearRegression, whole_weights_are_repeated_rows) {
  const Data data = read_csv("nist-strd/csv/Longley.csv", {"y", "x1", "x2", "x3", "x4", "x5", "x6"});
  LinearRegression weighted, repeated;
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    const int weight = 1 + static_cast<int>(i * 5 % 4);
    weighted.accumulate(data.y[i], data.x[i], Weight{static_cast<double>(weight)});
    for (int k = 0; k < weight; ++k) repeated.accumulate(data.y[i], data.x[i], Weight{});
  }
  const Fit a(weighted), b(repeated);
  for (std::size_t i = 0; i < 7; ++i) EXPECT_GE(digits(a.estimate(i), b.estimate(i)), 12);
  EXPECT_GE(digits(a.model.metric("rss"), b.model.metric("rss")), 13);
  EXPECT_EQ(a.model.rows, 16);
}

// One centred feature: b = sum w (x - mx)(y - my) / (sum w (x - mx)^2 + l2 sum w), a = my - b mx.
TEST(LinearRegression, ridge_has_the_closed_form) {
  for (const std::size_t features : {1, 20}) {  // narrow, and wide with the other columns zero
    for (const double l2 : {1e-3, 2.0}) {
      const std::string options = "{\"l2\": " + std::to_string(l2) + "}";
      LinearRegression state = configured(options), half = configured(options);
      double w_sum = 0, x_sum = 0, y_sum = 0, xx = 0, xy = 0;
      for (int i = 0; i < 300; ++i) {
        const double x = i % 17 - 3, y = 2 * x + i % 5, w = 1 + i % 3;
        Row row(features);
        row[0] = x;
        (i % 2 ? state : half).accumulate(y, row, Weight{w});
        w_sum += w, x_sum += w * x, y_sum += w * y, xx += w * x * x, xy += w * x * y;
      }
      state.merge(half);
      const double slope = (xy - x_sum * y_sum / w_sum) / (xx - x_sum * x_sum / w_sum + l2 * w_sum);
      const Fit fit(state);
      EXPECT_GE(digits(fit.estimate(1), slope), 12);
      EXPECT_GE(digits(fit.estimate(0), (y_sum - slope * x_sum) / w_sum), 12);
      EXPECT_FALSE(fit.coefficients[1].std_error);
      for (std::size_t i = 2; i <= features; ++i) EXPECT_EQ(fit.estimate(i), 0);
      double rss = 0;
      for (int i = 0; i < 300; ++i) {
        const double x = i % 17 - 3, residual = 2 * x + i % 5 - fit.estimate(0) - fit.estimate(1) * x;
        rss += (1 + i % 3) * residual * residual;
      }
      EXPECT_GE(digits(fit.model.metric("rss"), rss), 12);
    }
  }
}

TEST(LinearRegression, large_offsets_do_not_hurt) {
  LinearRegression plain, shifted;
  for (int i = 0; i < 1000; ++i) {
    const double x = i % 100, y = x + (i * 37 % 11 - 5) / 2.0;
    plain.accumulate(y, Row{x}, Weight{});
    shifted.accumulate(y + 1e9, Row{1.7e12 + x}, Weight{});  // milliseconds since 1970
  }
  const Fit a(plain), b(shifted);
  EXPECT_GE(digits(b.model.metric("r2"), a.model.metric("r2")), 13);
  EXPECT_GE(digits(b.estimate(1), a.estimate(1)), 13);
  EXPECT_GE(digits(b.std_error(1), a.std_error(1)), 13);
}

TEST(LinearRegression, many_rows_however_merged) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  for (const std::size_t features : {1, 5, 15, 16, 17, 33}) {
    Data data;
    for (int i = 0; i < 2000; ++i) {
      Row x(features);
      for (double& value : x) value = 3 + normal(random);
      data.x.push_back(x);
      data.y.push_back(x[0] + normal(random));
    }
    const Fit whole(state_of(data));
    for (int trial = 0; trial < 10; ++trial) {
      std::vector<std::size_t> cuts;
      for (int k = 0; k < 6; ++k) cuts.push_back(random() % 2000);
      std::sort(cuts.begin(), cuts.end());
      const Fit parts(merged(data, "", cuts));
      for (std::size_t i = 0; i <= features; ++i) {
        EXPECT_NEAR(parts.estimate(i), whole.estimate(i), 1e-12 * whole.std_error(i) + 1e-13);
        EXPECT_GE(digits(parts.std_error(i), whole.std_error(i)), 12);
      }
    }
  }
}

TEST(LinearRegression, float4_features) {
  LinearRegression wide, narrow;
  for (int i = 0; i < 50; ++i) {
    const float x[] = {static_cast<float>(i) / 7, static_cast<float>(i * i % 13)};
    wide.accumulate(i, Row{x[0], x[1]}, Weight{});
    narrow.accumulate(i, std::span<const float>(x), Weight{});
  }
  EXPECT_EQ(wide.body, narrow.body);
}

TEST(LinearScorer, predicts_with_aliased_terms_as_zero) {
  Data data = made();
  for (Row& x : data.x) x.push_back(x[0] + x[1]);
  for (int k = 0; k < 17; ++k)
    for (std::size_t i = 0; i < data.x.size(); ++i) data.x[i].push_back(i % 2 ? 0.25 * k : 0.5);
  const Fit fit(state_of(data));
  const LinearScorer scorer(fit.model);
  for (const Row& x : data.x) {
    double right = fit.estimate(0);
    for (std::size_t k = 0; k < x.size(); ++k) right += fit.coefficients[k + 1].estimate.value_or(0) * x[k];
    const std::vector<float> narrow(x.begin(), x.end());
    EXPECT_NEAR(scorer.predict(x), right, 1e-12);
    EXPECT_NEAR(scorer.predict(std::span(narrow)), right, 1e-12);
  }
  EXPECT_FALSE(fit.coefficients[4].estimate);

  Model broken = fit.model;
  broken.parameters[0].values.resize(3);
  EXPECT_THROW(LinearScorer{broken}, InvalidInput);
  broken = fit.model;
  broken.parameters[1].values.resize(3);
  EXPECT_THROW(linear_coefficients(broken), InvalidInput);
}

// R 4.2: 2*pt(-40,7), 2*pt(-1.5,3.5), 2*pnorm(-30), pf(1e4,3,200,lower=F), pf(0.5,2,9,lower=F), pchisq(900,10,lower=F),
// qt(0.025,9), qt(1e-10,2.5), qnorm(0.025), qnorm(1e-20)
TEST(Inference, tails_and_quantiles_as_in_r) {
  EXPECT_GE(digits(student_two_sided_p(40, 7), 1.5902179984850428e-09), 13);
  EXPECT_GE(digits(student_two_sided_p(-1.5, 3.5), 0.21781818701534511), 13);
  EXPECT_GE(digits(normal_two_sided_p(30), 9.8134278542963744e-198), 13);
  EXPECT_GE(digits(f_upper_p(1e4, 3, 200), 1.4287459562933282e-217), 12);
  EXPECT_GE(digits(f_upper_p(0.5, 2, 9), 0.62243111185094246), 13);
  EXPECT_GE(digits(chi_squared_upper_p(900, 10), 6.367822044752746e-187), 12);
  EXPECT_GE(digits(student_quantile(0.025, 9), -2.2621571627982049), 13);
  EXPECT_GE(digits(student_quantile(1e-10, 2.5), -8765.4377713645972), 12);
  EXPECT_GE(digits(normal_quantile(0.025), -1.9599639845400538), 14);
  EXPECT_GE(digits(normal_quantile(1e-20), -9.2623400897984052), 14);
  EXPECT_EQ(student_two_sided_p(INFINITY, 3), 0);
  EXPECT_EQ(student_two_sided_p(1.5, INFINITY), normal_two_sided_p(1.5));
  EXPECT_EQ(f_upper_p(INFINITY, 3, 4), 0);
  for (const double value : {student_two_sided_p(NAN, 3), student_two_sided_p(1, 0), student_two_sided_p(1, -1),
                             normal_two_sided_p(NAN), f_upper_p(1, 0, 3), f_upper_p(1, 3, NAN), normal_quantile(1.5),
                             student_quantile(NAN, 3), chi_squared_upper_p(NAN, 3)})
    EXPECT_TRUE(std::isnan(value));
}

void expect_refused(std::string_view part, auto act) {
  try {
    act();
    ADD_FAILURE() << "accepted: " << part;
  } catch (const InvalidInput& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find("linear_regression: "), 0u) << error.what();
  }
}

TEST(LinearRegression, refuses_bad_rows_and_options) {
  LinearRegression state;
  state.accumulate(1, Row{1, 2, 3}, Weight{});
  expect_refused("(3, then 4)", [&] { state.accumulate(1, Row{1, 2, 3, 4}, Weight{}); });
  expect_refused("y must be finite, not NaN", [&] { state.accumulate(NAN, Row{1, 2, 3}, Weight{}); });
  expect_refused("x[2] is -Infinity", [&] { state.accumulate(1, Row{1, -INFINITY, 3}, Weight{}); });
  for (const double weight : {-1.0, double{NAN}, double{INFINITY}})
    expect_refused("weight must be", [&] { state.accumulate(1, Row{1, 2, 3}, Weight{weight}); });
  LinearRegression other;
  other.accumulate(1, Row{1}, Weight{});
  expect_refused("(3, then 1)", [&] { state.merge(other); });
  LinearRegression ridge = configured(R"({"l2": 1})");
  ridge.accumulate(1, Row{1, 2, 3}, Weight{});
  expect_refused("states with different options cannot be merged", [&] { state.merge(ridge); });
  expect_refused("\"l2\"", [] { configured(R"({"l2": -1})"); });
  expect_refused("\"confidence\"", [] { configured(R"({"confidence": 1})"); });
  expect_refused("unknown option", [] { configured(R"({"lambda": 1})"); });
  expect_refused("must name all 1 features, not 2",
                 [] { configured(R"({"feature_names": ["a", "b"]})").accumulate(1, Row{1}, Weight{}); });
  expect_refused("nothing to estimate",
                 [] { configured(R"({"fit_intercept": false})").accumulate(1, Row{}, Weight{}); });
  expect_refused("at most 8000", [] { LinearRegression{}.accumulate(1, Row(8001), Weight{}); });
  expect_refused("at most 12 columns", [] { configured(R"({"robust": "hc1"})").accumulate(1, Row(12), Weight{}); });
  expect_refused("second pass", [] { configured(R"({"robust": "hc3"})"); });
  expect_refused("\"robust\"", [] { configured(R"({"robust": "white"})"); });
  LinearRegression far = configured(R"({"robust": "hc1"})");
  for (int i = 0; i < 99; ++i) far.accumulate(1e12 + i % 7, Row{1e12 + i}, Weight{});
  expect_refused("lost in rounding", [&] { far.fit(); });
  LinearRegression huge;
  for (int i = 0; i < 9; ++i) huge.accumulate(i, Row{i * 1e200}, Weight{});
  expect_refused("too large", [&] { huge.fit(); });
}

// Fails the allocation with the given number.
struct FailingResource : std::pmr::memory_resource {
  int left;
  std::int64_t bytes = 0;
  explicit FailingResource(int left) : left(left) {}
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    if (left-- == 0) throw std::bad_alloc();
    bytes += static_cast<std::int64_t>(size);
    return std::pmr::new_delete_resource()->allocate(size, alignment);
  }
  void do_deallocate(void* at, std::size_t size, std::size_t alignment) override {
    bytes -= static_cast<std::int64_t>(size);
    std::pmr::new_delete_resource()->deallocate(at, size, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

LinearRegression empty_in(std::pmr::memory_resource& memory) {
  return {.body = Vec<double>(&memory), .options = Vec<char>(&memory)};
}

TEST(LinearRegression, survives_every_failed_allocation) {
  for (const std::size_t features : {3, 20}) {
    bool finished = false;
    for (int failing = 0; !finished; ++failing) {
      FailingResource memory(failing);
      {
        LinearRegression state = empty_in(memory), other = empty_in(memory);
        try {
          for (int i = 0; i < 300; ++i)
            (i % 3 ? state : other).accumulate(i, Row(features, i % 7), Weight{1.0 + i % 2});
          state.merge(other);
          EXPECT_TRUE(state.fit());
          finished = true;
        } catch (const std::bad_alloc&) {
        }
      }
      EXPECT_EQ(memory.bytes, 0);
      ASSERT_LT(failing, 100);
    }
    EXPECT_TRUE(finished);
  }
}

TEST(LinearRegression, a_group_of_one_row_is_small) {
  static_assert(sizeof(LinearRegression) <= 112);
  FailingResource memory(1);
  LinearRegression state = empty_in(memory);
  state.accumulate(1, Row{2}, Weight{});
  EXPECT_LE(memory.bytes, 64);
}

// The closed form: the mean is y, nothing is left over, and no feature can be told from the intercept. Without an
// intercept the first feature that is not 0 explains y.
TEST(LinearRegression, one_row_is_its_intercept) {
  for (const double y : {3.3, 0.0, -1e300, 1e-300})
    for (const double weight : {1.0, 0.37, 1e20})
      for (const std::size_t features : {0, 1, 3, 20}) {
        LinearRegression state;
        state.accumulate(y, Row(features, 0.1), Weight{weight});
        const Fit fit(state);
        ASSERT_EQ(fit.coefficients.size(), features + 1);
        EXPECT_EQ(fit.estimate(0), y);
        EXPECT_FALSE(fit.coefficients[0].std_error);
        for (std::size_t j = 1; j <= features; ++j) EXPECT_FALSE(fit.coefficients[j].estimate);
        for (const char* zero : {"rss", "df_model", "df_residual"}) EXPECT_EQ(fit.model.metric(zero), 0) << zero;
        for (const char* one : {"rank", "condition"}) EXPECT_EQ(fit.model.metric(one), 1) << one;
        EXPECT_EQ(fit.model.metric("weight_sum"), weight);
        EXPECT_EQ(fit.model.metric("log_likelihood"), std::numeric_limits<double>::infinity());
        for (const char* unknown : {"r2", "adj_r2", "sigma", "f_statistic", "f_p_value"})
          EXPECT_TRUE(std::isnan(fit.model.metric(unknown))) << unknown;
      }
  LinearRegression state = configured(R"({"fit_intercept": false})");
  state.accumulate(3, Row{0, 2, 5}, Weight{});
  const Fit fit(state);
  EXPECT_FALSE(fit.coefficients[0].estimate);
  EXPECT_EQ(fit.estimate(1), 1.5);
  EXPECT_FALSE(fit.coefficients[2].estimate);
}

std::vector<std::byte> packed(const LinearRegression& state) {
  std::vector<std::byte> bytes(packed_size(state));
  pack(state, bytes.data());
  return bytes;
}

TEST(LinearRegression, forged_flags_do_not_reach_for_moments_that_are_not_there) {
  LinearRegression forged = state_of(made(), R"({"robust": "hc0"})");
  forged.robust = false;
  EXPECT_TRUE(forged.fit());
}

TEST(LinearRegression, forged_states_are_refused_or_harmless) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const std::size_t features : {2, 18}) {
    for (const int rows : {3, 200}) {
      LinearRegression state = configured(R"({"confidence": 0.9})");
      for (int i = 0; i < rows; ++i) {
        Row x(features);
        for (double& value : x) value = static_cast<double>(random() % 100);
        state.accumulate(i, x, Weight{});
      }
      const std::vector<std::byte> good = packed(state);
      LinearRegression copy;
      unpack(good, copy);
      EXPECT_EQ(packed(copy), good);
      for (int trial = 0; trial < 500; ++trial) {
        std::vector<std::byte> bytes = good;
        const std::size_t at = trial % 2 ? random() % std::min<std::size_t>(80, bytes.size()) : random() % bytes.size();
        bytes[at] = static_cast<std::byte>(random());
        try {
          LinearRegression forged;
          unpack(bytes, forged);
          if (forged.features >= 0 && forged.features < 100)
            for (int i = 0; i < 150; ++i)
              forged.accumulate(i, Row(static_cast<std::size_t>(forged.features), 1), Weight{});
          LinearRegression other;
          other.merge(state);
          other.merge(forged);
          other.fit();
        } catch (const InvalidInput&) {
        }
      }
    }
  }
}

}  // namespace
}  // namespace quern
