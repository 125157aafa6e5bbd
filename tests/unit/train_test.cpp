// train() against LIBLINEAR, scikit-learn, statsmodels, R and MADlib, closed forms, the aggregates of the same
// algorithms, and itself on the same rows kept in another way.
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "train/training_log.hpp"
#include "training.hpp"
#include "uda/linear_regression.hpp"
#include "uda/logistic_regression.hpp"

namespace quern {
namespace {

std::string refusal(const std::function<void()>& work) {
  try {
    work();
  } catch (const InvalidInput& e) {
    return e.what();
  }
  return "not refused";
}

void expect_near(const std::vector<double>& seen, const std::vector<double>& wanted, double tolerance) {
  ASSERT_EQ(seen.size(), wanted.size());
  for (std::size_t i = 0; i < seen.size(); ++i)
    EXPECT_NEAR(seen[i], wanted[i], tolerance * (1 + std::abs(wanted[i]))) << i;
}

// The lines of a file of data/, decompressed if its name ends in .gz.
std::vector<std::string> read_lines(const std::string& name) {
  const std::string path = QUERN_DATA_DIR "/" + name;
  std::vector<std::string> lines;
  FILE* const file = name.ends_with(".gz") ? popen(("gzip -dc " + path).c_str(), "r") : fopen(path.c_str(), "r");
  EXPECT_TRUE(file) << path;
  if (!file) return lines;
  char line[16384];
  while (fgets(line, sizeof line, file)) {
    lines.emplace_back(line);
    while (!lines.back().empty() && std::isspace(static_cast<unsigned char>(lines.back().back())))
      lines.back().pop_back();
  }
  name.ends_with(".gz") ? pclose(file) : fclose(file);
  return lines;
}

std::vector<std::vector<double>> read_csv(const std::string& name) {
  std::vector<std::vector<double>> rows;
  const std::vector<std::string> lines = read_lines(name);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::istringstream cells(lines[i]);
    std::string cell;
    auto& row = rows.emplace_back();
    while (std::getline(cells, cell, ',')) row.push_back(std::stod(cell));
  }
  return rows;
}

// Of a table with the target in column `target`.
TrainingRows rows_of(const std::string& name, std::size_t target) {
  TrainingRows rows;
  for (const auto& cells : read_csv(name)) {
    TrainingRow row{cells[target], cells};
    row.x.erase(row.x.begin() + static_cast<std::ptrdiff_t>(target));
    rows.push_back(row);
  }
  return rows;
}

// To mean 0 and population deviation 1.
void standardize_columns(TrainingRows& rows) {
  const double n = static_cast<double>(rows.size());
  for (std::size_t j = 0; j < rows[0].x.size(); ++j) {
    double mean = 0, square = 0;
    for (const TrainingRow& row : rows) mean += row.x[j] / n;
    for (const TrainingRow& row : rows) square += (row.x[j] - mean) * (row.x[j] - mean) / n;
    for (TrainingRow& row : rows) row.x[j] = (row.x[j] - mean) / std::sqrt(square);
  }
}

MemoryStore read_libsvm(const std::string& name, std::uint32_t features) {
  RowFormat format;
  format.features = features;
  format.sparse = true;
  MemoryStore store(format);
  for (const std::string& line : read_lines(name)) {
    std::istringstream in(line);
    double y;
    in >> y;
    std::vector<std::uint32_t> indices;
    std::vector<double> values;
    unsigned index;
    char colon;
    double value;
    while (in >> index >> colon >> value) {
      indices.push_back(index - 1);
      values.push_back(value);
    }
    store.append(y > 0, 1, SparseFeatures{features, indices, values});
  }
  return store;
}

// LIBLINEAR 2.30 with -e 1e-7 on a9a, C = 1, no intercept: objective, and that of L2 logistic to 1e-13 by an own Newton
// method. LIBLINEAR's hinge loss ends above the optimum, which is known by a duality gap of 1e-12 here.
TEST(Train, LiblinearOnA9a) {
  struct Band {
    const char* algorithm;
    const char* options;
    double l1, l2;  // in units of 1 / n
    double objective, tolerance;
  };
  constexpr Band bands[] = {
      {"logistic_regression", R"("solver": "newton")", 0, 1, 10529.562584637897, 1e-11},
      {"logistic_regression", R"("solver": "lbfgs")", 0, 1, 10529.562584637897, 1e-9},
      {"logistic_regression", R"("solver": "cg")", 0, 1, 10529.562584637897, 1e-9},
      {"linear_svm", R"("loss": "squared_hinge", "solver": "newton")", 0, 1, 13742.397304374965, 1e-8},
      {"linear_svm", R"("loss": "squared_hinge", "solver": "lbfgs")", 0, 1, 13742.397304374965, 1e-8},
      {"linear_svm", R"("loss": "hinge")", 0, 1, 11434.022690799577, 1e-7},
      {"linear_svm", R"("loss": "hinge", "solver": "coordinate_descent", "tol": 1e-9)", 0, 1, 11433.8076971, 1e-9},
      {"linear_svm", R"("loss": "squared_hinge", "solver": "coordinate_descent")", 0, 1, 13742.397304374965, 1e-6},
      {"logistic_regression", R"("solver": "coordinate_descent", "tol": 1e-9)", 0, 1, 10529.562584637897, 1e-9},
      {"logistic_regression", R"("solver": "coordinate_descent")", 1, 0, 10558.723370635584, 1e-7},
      {"linear_svm", R"("loss": "squared_hinge", "solver": "newton")", 1, 0, 13761.991496030165, 1e-7},
      {"logistic_regression", R"("solver": "newton")", 1, 0, 10558.723370635584, 1e-7},
      {"logistic_regression", R"("solver": "lbfgs")", 1, 0, 10558.723370635584, 1e-7}};
  MemoryStore store = read_libsvm("a9a/a9a.libsvm.gz", 123);  // of ones, hence not changed by a training
  const double n = static_cast<double>(store.rows());
  ASSERT_EQ(n, 32561);
  for (const Band& band : bands) {
    char options[300];
    std::snprintf(options, sizeof options, R"({%s, "fit_intercept": false, "l1": %.17g, "l2": %.17g})", band.options,
                  band.l1 / n, band.l2 / n);
    SCOPED_TRACE(std::string(band.algorithm) + options);
    const Model model = train_on(store, band.algorithm, options, {.classes = 2});
    EXPECT_EQ(model.metric("converged"), 1);
    const double objective = model.metric("loss") * n;
    EXPECT_LT(objective, band.objective * (1 + band.tolerance));
    EXPECT_GT(objective, band.objective * (1 - 3e-4));  // LIBLINEAR stops above the optimum
    if (band.tolerance < 1e-8) {
      EXPECT_NEAR(objective, band.objective, band.tolerance * band.objective);
    }
  }
}

// scikit-learn, KKT residuals below 1e-12.
TEST(Train, ElasticNetDiabetes) {
  struct Reference {
    double alpha, l1_ratio, optimum;
    std::vector<double> coef;
  };
  const Reference references[] = {
      {1.0,
       1.0,
       1533.768716962589,
       {-0.0, -9.319329544910667, 24.831503728185925, 14.088985512287872, -4.838946192436295, -0.0, -10.622756297300432,
        0.0, 24.420933398189465, 2.5618755134433675}},
      {5.0,
       1.0,
       1839.14371632485,
       {0.0, -2.155407208297714, 24.215644616586662, 10.331495700269759, -0.0, -0.0, -7.027194975237918, 0.0,
        21.229254837014164, 0.0}},
      {1.0,
       0.5,
       1779.3562055394707,
       {0.6378246695624971, -5.691797194423995, 18.09752698587336, 11.405596257393494, -0.2409747027266597,
        -2.3664270267034455, -8.221762156507694, 5.297134794737509, 15.448213067261674, 5.05730699009366}},
      {0.1,
       0.5,
       1484.5530679840272,
       {-0.06438887042001125, -10.441585802366523, 24.131537452761776, 14.752300405196715, -6.402148825163101,
        -1.7285706653843829, -8.406680067665281, 5.2047712610994425, 22.94405677163463, 3.724524637089219}},
      {10.0,
       0.2,
       2630.3900242134464,
       {0.8855551706551437, -0.0, 4.106451410979095, 2.921337334727972, 0.8839383322887802, 0.5324113881311378,
        -2.473297740776887, 2.5070049951914446, 3.792815869591146, 2.2801810668535496}},
  };
  TrainingRows rows = rows_of("diabetes/diabetes.csv", 10);
  standardize_columns(rows);
  for (const Reference& reference : references)
    for (const char* solver : {"newton", "lbfgs"}) {
      char options[200];
      std::snprintf(options, sizeof options, R"({"l1": %.17g, "l2": %.17g, "solver": "%s"})",
                    reference.alpha * reference.l1_ratio, reference.alpha * (1 - reference.l1_ratio), solver);
      SCOPED_TRACE(options);
      const Model model = train_on(rows, "linear_regression", options);
      const bool exact = std::string_view(solver) == "newton";
      EXPECT_NEAR(model.metric("loss"), reference.optimum, (exact ? 1e-12 : 1e-9) * reference.optimum);
      std::vector<double> estimate = values_of(model, "estimate");
      estimate.erase(estimate.begin());
      expect_near(estimate, reference.coef, exact ? 1e-10 : 1e-4);
      if (exact) {
        const auto zeros = std::count(reference.coef.begin(), reference.coef.end(), 0.0);
        EXPECT_EQ(model.metric("nonzero"), static_cast<double>(10 - zeros));
      }
      EXPECT_FALSE(model.find_parameter("std_error"));
    }
}

TEST(Train, RidgeDiabetes) {
  const std::pair<double, std::vector<double>> references[] = {
      {1.0,
       {-0.4311726582248956, -11.33365493187757, 24.771241809473384, 15.373472852971961, -30.08840059259384,
        16.653152303352872, 1.4621070111045762, 7.521110929123027, 32.84375085651518, 3.2663848693714983}},
      {10.0,
       {-0.2579490012114452, -10.936356673897674, 24.60009446481724, 15.094382577753871, -11.295618269483592,
        1.8087677641154671, -6.561805154981163, 5.600400298780762, 25.332096092046555, 3.5229121177934477}},
      {100.0,
       {0.43614913091472424, -8.433067987951665, 21.37660629906161, 13.33689570542876, -2.0664972550847174,
        -3.707330020171645, -8.975943264764238, 5.722825193768609, 18.651432528067506, 4.7303992410649185}},
  };
  TrainingRows rows = rows_of("diabetes/diabetes.csv", 10);
  standardize_columns(rows);
  for (const auto& [lambda, coef] : references)
    for (const char* solver : {"newton", "lbfgs", "cg"}) {
      char options[200];
      std::snprintf(options, sizeof options, R"({"l2": %.17g, "solver": "%s"})", lambda / 442, solver);
      SCOPED_TRACE(options);
      std::vector<double> estimate = values_of(train_on(rows, "linear_regression", options), "estimate");
      estimate.erase(estimate.begin());
      expect_near(estimate, coef, std::string_view(solver) == "newton" ? 1e-11 : 1e-4);
    }
}

// As the aggregate computes it, in double-double: statsmodels agrees.
TEST(Train, LinearRegressionIsTheAggregate) {
  const TrainingRows rows = rows_of("diabetes/diabetes.csv", 10);
  LinearRegression state;
  state.configure();
  for (std::size_t i = 0; i < rows.size(); ++i)
    state.accumulate(rows[i].y, std::span<const double>(rows[i].x), Weight{1 + static_cast<double>(i % 3)});
  const Model wanted = *state.fit();
  TrainingRows weighted = rows;
  for (std::size_t i = 0; i < rows.size(); ++i) weighted[i].weight = 1 + static_cast<double>(i % 3);
  for (const char* solver : {"newton", "lbfgs", "cg"}) {
    SCOPED_TRACE(solver);
    const double tolerance = std::string_view(solver) == "newton" ? 1e-10 : 1e-5;
    const Model model = train_on(weighted, "linear_regression",
                                 std::string(R"({"tol": 1e-9, "solver": ")") + solver + "\"}", {.weighted = true});
    expect_near(values_of(model, "estimate"), values_of(wanted, "estimate"), tolerance);
    expect_near(values_of(model, "std_error"), values_of(wanted, "std_error"), tolerance);
    for (const char* metric : {"r2", "adj_r2", "sigma", "f_statistic", "f_p_value", "df_model", "df_residual",
                               "log_likelihood", "aic", "bic", "rss", "rank", "weight_sum"})
      EXPECT_NEAR(model.metric(metric), wanted.metric(metric), 1e-9 * std::abs(wanted.metric(metric))) << metric;
  }
}

TEST(Train, LogisticRegressionIsTheAggregate) {
  const TrainingRows rows = rows_of("heart_scale/heart_scale.csv", 0);
  LogisticRegression state;
  state.configure();
  for (const TrainingRow& row : rows) state.accumulate({row.y, true}, std::span<const double>(row.x), Weight{1});
  const Model wanted = *state.fit();
  for (const char* solver : {"newton", "lbfgs", "cg"}) {
    SCOPED_TRACE(solver);
    const double tolerance = std::string_view(solver) == "newton" ? 1e-10 : 1e-5;
    const Model model =
        train_on(rows, "logistic_regression", std::string(R"({"solver": ")") + solver + "\"}", {.classes = 2});
    expect_near(values_of(model, "estimate"), values_of(wanted, "estimate"), tolerance);
    expect_near(values_of(model, "std_error"), values_of(wanted, "std_error"), tolerance);
    for (const char* metric : {"loss", "log_likelihood", "log_likelihood_null", "deviance", "null_deviance", "aic",
                               "bic", "mcfadden_r2", "lr_statistic", "df", "rank", "positives", "weight_sum"})
      EXPECT_NEAR(model.metric(metric), wanted.metric(metric), 1e-9 * std::abs(wanted.metric(metric))) << metric;
  }
}

// statsmodels, checked against long double arithmetic.
TEST(Train, Higgs) {
  const std::vector<double> coef = {
      0.3008628438199082,    -0.2824975498946863,   -0.02920839075335064,  0.012166711087316366,  -0.3732735710801158,
      -0.020591274788736635, 0.7446179714790708,    -0.013971838844429096, -0.017220114006634257, 0.08263592112551696,
      0.20704861228112348,   0.0851471479540987,    0.004595840613080511,  -0.024266966863442464, 0.21755411789408652,
      0.001298581231811302,  -0.015386066228481066, -0.04537319400594407,  0.17283089293813728,   0.013025898595680357,
      -0.027156552840121546, -0.01563064657669479,  -0.15057339968415662,  0.5102950820546355,    0.5390942479805034,
      0.4757128547921792,    -1.2600835588471437,   1.7608156885739668,    -2.989894896412514};
  const std::vector<double> std_err = {
      0.21081932678142803,  0.051098514378691375, 0.02761892128079743,  0.026156575290808552, 0.05222357877972291,
      0.025924088321934314, 0.07401467138252014,  0.02759277588589156,  0.027456213924771267, 0.035701416086642276,
      0.06836484586754259,  0.027213945638679446, 0.026248702324513803, 0.033009917524776125, 0.06326410431705085,
      0.026462372601812726, 0.026139473059145293, 0.027776659550519927, 0.0578842809190684,   0.02612767707788132,
      0.025938675276217016, 0.023211818074541243, 0.06685703416052821,  0.14060275010919127,  0.1653749272493086,
      0.09067650517489119,  0.0786195244244078,   0.21798318171880762,  0.23788469609523238};
  for (bool narrow : {false, true}) {
    TrainingRows rows = rows_of("higgs/higgs_train.csv.gz", 0);
    ASSERT_EQ(rows.size(), 7000u);
    const Model model = train_on(rows, "logistic_regression", "", {.classes = 2, .narrow = narrow});
    EXPECT_NEAR(model.metric("log_likelihood"), -4466.917352395187, narrow ? 1e-3 : 1e-8);
    EXPECT_NEAR(model.metric("log_likelihood_null"), 3716 * std::log(3716 / 7000.) + 3284 * std::log(3284 / 7000.),
                1e-8);
    expect_near(values_of(model, "estimate"), coef, narrow ? 1e-4 : 1e-10);
    expect_near(values_of(model, "std_error"), std_err, narrow ? 1e-4 : 1e-10);
  }
}

// scikit-learn to a gradient of 1e-8, lambda = 1 on the sum of losses.
TEST(Train, PenalizedMultinomial) {
  struct Reference {
    const char* name;
    std::size_t target;
    double optimum;
    std::vector<double> coef;
  };
  const Reference references[] = {
      {"iris/iris.csv",
       4,
       31.37876826079647,
       {-0.20524113296426721, -1.0740661551877648, 1.1601151148189648, -1.9306918645174485, -1.8115561222380843,
        2.074839785993247, 0.587810241215028, -0.36184062626837804, -0.3634310236049481, -0.8262695784750785,
        -1.8695986530289794, 0.4862559139727387, -0.7982744885505888, 2.2941228881224, 2.6378257007131634}},
      {"wine/wine.csv",
       13,
       12.090335773855212,
       {0.4123433247823333,   0.810136200020001,     0.2038042788821029,   0.4722028879037171,  -0.8447923699355436,
        0.049513309279453396, 0.21369971959900474,   0.6478848026377022,   -0.199848340070444,  0.13834864777847583,
        0.17160801579727158,  0.13090920922403637,   0.7259638254635795,   1.0789526096758475,  0.7048385632948142,
        -1.0103312347532525,  -0.4404508561342346,   -0.848060198873973,   0.5835966633902941,  -0.0977073495973196,
        0.027543429666154327, 0.3539867183434626,    0.2127895562356457,   0.2633550212622782,  -1.041251496920216,
        0.6825131378171942,   0.05288588547551853,   -1.140782235406955,   -1.1171818880771476, 0.20019503473325265,
        0.2366465772521302,   0.3758573109702584,    0.2611957065452489,   0.04819404031786852, -0.24124314926515453,
        -1.0018715209811617,  -0.012941216165201929, -0.40170366904075305, 0.8696434811229435,  -0.8134223470412266,
        -0.778849710939096,   0.06182962573111043}}};
  for (const Reference& reference : references)
    for (const char* solver : {"newton", "lbfgs", "cg"}) {
      TrainingRows rows = rows_of(reference.name, reference.target);
      standardize_columns(rows);
      const double n = static_cast<double>(rows.size());
      char options[200];
      std::snprintf(options, sizeof options, R"({"l2": %.17g, "solver": "%s"})", 1 / n, solver);
      SCOPED_TRACE(reference.name + std::string(options));
      const Model model = train_on(rows, "multinomial_regression", options, {.classes = 3});
      EXPECT_NEAR(model.metric("loss") * n, reference.optimum, 1e-9 * reference.optimum);
      expect_near(values_of(model, "estimate"), reference.coef, std::string_view(solver) == "newton" ? 1e-7 : 1e-4);
      EXPECT_EQ(model.find_parameter("estimate")->rows, 3);
      EXPECT_FALSE(model.find_parameter("std_error"));
    }
}

// MADlib's multilogistic.sql_in, to the digits printed there, category 2 the reference.
TEST(Train, MadlibMultinomial) {
  TrainingRows rows = rows_of("madlib_glm/test3.csv", 2);
  for (TrainingRow& row : rows) row.y = row.y == 2 ? 0 : row.y + 1;
  const Model model = train_on(rows, "multinomial_regression", "", {.classes = 3});
  const std::vector<double> estimate = values_of(model, "estimate"), std_error = values_of(model, "std_error");
  expect_near({estimate.begin(), estimate.begin() + 3}, {0, 0, 0}, 0);
  expect_near({estimate.begin() + 3, estimate.end()}, {3.579, -0.636, -0.0581, 5.99, -0.451, -0.112}, 3e-3);
  expect_near({std_error.begin() + 3, std_error.end()}, {1.219, 0.266, 0.0214, 1.209, 0.273, 0.0216}, 1e-3);
  EXPECT_NEAR(model.metric("log_likelihood"), -182.22, 5e-3);
  EXPECT_EQ(model.metric("baseline"), 0);
  EXPECT_EQ(model.metric("rank"), 6);
}

// Two classes are a logistic regression, and the baseline is the first.
TEST(Train, MultinomialOfTwoIsLogistic) {
  const TrainingRows rows = rows_of("heart_scale/heart_scale.csv", 0);
  const Model two = train_on(rows, "multinomial_regression", "", {.classes = 2});
  const Model one = train_on(rows, "logistic_regression", "", {.classes = 2});
  const std::vector<double> both = values_of(two, "estimate"), errors = values_of(two, "std_error");
  expect_near({both.begin() + 14, both.end()}, values_of(one, "estimate"), 1e-9);
  expect_near({errors.begin() + 14, errors.end()}, values_of(one, "std_error"), 1e-9);
  for (const char* metric : {"loss", "log_likelihood", "log_likelihood_null", "aic", "lr_p_value", "df"})
    EXPECT_NEAR(two.metric(metric), one.metric(metric), 1e-8 * std::abs(one.metric(metric))) << metric;
}

// R's glm(breaks ~ wool + tension, family = poisson), as its documentation and MADlib's glm/test/poisson.sql_in print.
TEST(Train, PoissonWarpbreaks) {
  TrainingRows rows;
  const std::vector<std::string> lines = read_lines("madlib_glm/warpbreaks.csv");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string wool = lines[i].substr(lines[i].find(',') + 1);
    rows.push_back({std::stod(lines[i]), {double(wool[0] == 'B'), double(wool[2] == 'M'), double(wool[2] == 'H')}});
  }
  ASSERT_EQ(rows.size(), 54u);
  for (const char* solver : {"newton", "lbfgs", "cg"}) {
    SCOPED_TRACE(solver);
    const Model model = train_on(rows, "poisson_regression", std::string(R"({"solver": ")") + solver + "\"}");
    expect_near(values_of(model, "estimate"), {3.69196, -0.20599, -0.32132, -0.51849}, 1e-5);
    expect_near(values_of(model, "std_error"), {0.04541, 0.05157, 0.06027, 0.06396}, 1e-5);
    EXPECT_NEAR(model.metric("log_likelihood"), -242.528, 1e-3);
    EXPECT_NEAR(model.metric("null_deviance"), 297.37, 5e-3);
    EXPECT_NEAR(model.metric("deviance"), 210.39, 5e-3);
    EXPECT_NEAR(model.metric("aic"), 493.06, 5e-3);
    EXPECT_EQ(model.metric("df"), 50);
  }
}

// Groups: estimates are logarithms of means; variances are those of the quasi-likelihood with Pearson's dispersion, as
// R's summary.glm has it; the likelihood is that of the gamma density of shape 1 / (deviance / n), as its logLik.
TEST(Train, GammaOfTwoGroups) {
  const std::vector<double> low = {0.5, 1.5, 2.5, 0.75, 4}, high = {3, 9, 1, 12, 7, 4.5, 20};
  TrainingRows rows;
  double sum[2] = {}, count[2] = {}, pearson = 0, deviance = 0;
  for (double y : low) rows.push_back({y, {0}});
  for (double y : high) rows.push_back({y, {1}});
  for (const TrainingRow& row : rows) {
    sum[row.x[0] > 0] += row.y;
    count[row.x[0] > 0] += 1;
  }
  for (const TrainingRow& row : rows) {
    const double ratio = row.y / (sum[row.x[0] > 0] / count[row.x[0] > 0]);
    pearson += (ratio - 1) * (ratio - 1);
    deviance += 2 * (ratio - 1 - std::log(ratio));
  }
  const double n = 12, dispersion = pearson / (n - 2), shape = n / deviance;
  double log_likelihood = 0;
  for (const TrainingRow& row : rows) {
    const double scale = sum[row.x[0] > 0] / count[row.x[0] > 0] / shape;
    log_likelihood += (shape - 1) * std::log(row.y) - row.y / scale - std::lgamma(shape) - shape * std::log(scale);
  }
  for (const char* solver : {"newton", "lbfgs", "cg"}) {
    SCOPED_TRACE(solver);
    const Model model =
        train_on(rows, "gamma_regression", std::string(R"({"tol": 1e-9, "solver": ")") + solver + "\"}");
    const double a = std::log(sum[0] / 5), b = std::log(sum[1] / 7);
    expect_near(values_of(model, "estimate"), {a, b - a}, 1e-7);
    expect_near(values_of(model, "std_error"), {std::sqrt(dispersion / 5), std::sqrt(dispersion * (1 / 5. + 1 / 7.))},
                1e-7);
    EXPECT_NEAR(model.metric("dispersion"), dispersion, 1e-9);
    EXPECT_NEAR(model.metric("deviance"), deviance, 1e-9);
    EXPECT_NEAR(model.metric("log_likelihood"), log_likelihood, 1e-9);
    EXPECT_NEAR(model.metric("aic"), 6 - 2 * log_likelihood, 1e-9);
    EXPECT_EQ(model.metric("df_residual"), 10);
  }
}

TrainingRows logistic_rows(std::size_t n, std::size_t d, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  TrainingRows rows;
  for (std::size_t i = 0; i < n; ++i) {
    TrainingRow row{0, {}};
    double f = 0.3;
    for (std::size_t j = 0; j < d; ++j) {
      row.x.push_back(5 + 3 * normal(random));
      f += (row.x[j] - 5) / 3 * (j % 2 ? -0.7 : 0.4);
    }
    row.y = std::uniform_real_distribution<double>()(random) < 1 / (1 + std::exp(-f));
    rows.push_back(row);
  }
  return rows;
}

// However rows are kept, whatever classes were called when they came: the same model.
TEST(Train, StoresAgree) {
  const TrainingRows rows = logistic_rows(3000, 4, 3);
  TrainingRows swapped = rows;
  for (TrainingRow& row : swapped) row.y = 1 - row.y;
  for (const char* options : {"", R"({"solver": "lbfgs", "l2": 0.01})", R"({"l1": 0.01})"}) {
    SCOPED_TRACE(options);
    const Model model = train_on(rows, "logistic_regression", options, {.classes = 2});
    MemoryStore resident = store_of(rows);
    CopyingStore copying(resident);
    const Model copied = train_on(copying, "logistic_regression", options, {.classes = 2});
    EXPECT_EQ(values_of(model, "estimate"), values_of(copied, "estimate"));
    const Model mapped = train_on(swapped, "logistic_regression", options, {.classes = 2, .class_map = {1, 0}});
    EXPECT_EQ(values_of(model, "estimate"), values_of(mapped, "estimate"));
    MemoryStore other = store_of(swapped);
    CopyingStore both(other);
    const Model copied_mapped = train_on(both, "logistic_regression", options, {.classes = 2, .class_map = {1, 0}});
    EXPECT_EQ(values_of(model, "estimate"), values_of(copied_mapped, "estimate"));
    const Model sparse = train_on(rows, "logistic_regression", options, {.classes = 2, .sparse = true});
    expect_near(values_of(sparse, "estimate"), values_of(model, "estimate"), 1e-4);
  }
}

// Enough rows for several shards and a start from a part of them.
TEST(Train, ManyRows) {
  const TrainingRows rows = logistic_rows(140000, 3, 5);
  LogisticRegression state;
  state.configure();
  for (const TrainingRow& row : rows) state.accumulate({row.y, true}, std::span<const double>(row.x), Weight{1});
  const Model wanted = *state.fit();
  MemoryStore store = store_of(rows);
  const Job job({"logistic_regression", "", 2}, store);
  EXPECT_EQ(job.shards.size(), 8u);
  std::uint64_t covered = 0;
  for (std::size_t s = 0; s < job.shards.size(); ++s) {
    EXPECT_EQ(job.shards[s].from, s ? job.shards[s - 1].to : 0);
    EXPECT_NEAR(static_cast<double>(job.shards[s].rows), 17500, 1100);
    covered += job.shards[s].rows;
  }
  EXPECT_EQ(covered, 140000u);
  for (const char* options : {"", R"({"solver": "lbfgs"})", R"({"solver": "cg"})"}) {
    const Model model = train_on(rows, "logistic_regression", options, {.classes = 2});
    const bool newton = !*options;
    expect_near(values_of(model, "estimate"), values_of(wanted, "estimate"), newton ? 1e-9 : 1e-4);
    expect_near(values_of(model, "std_error"), values_of(wanted, "std_error"), newton ? 1e-9 : 1e-4);
    EXPECT_EQ(model.metric("converged"), 1);
    EXPECT_LE(model.metric("iterations"), newton ? 3 : 30);
  }
}

// A crew of several workers that takes tasks from the last to the first.
class BackwardCrew final : public Crew {
 public:
  BackwardCrew(const Job& job, RowStore& store, std::span<double> board, std::size_t processes) : board_(board) {
    for (std::size_t p = 0; p < processes; ++p) workers_.push_back(make_worker(job, store, board));
  }
  void run(const Command& command, std::size_t tasks) override {
    for (std::size_t task = tasks; task-- > 0;) workers_[task % workers_.size()]->perform(command, task);
  }
  void run_some(const Command& command, std::size_t tasks, std::size_t, std::span<bool> done) override {
    run(command, tasks);
    for (bool& d : done) d = true;
  }
  std::span<double> board() override { return board_; }
  std::size_t processes() const override { return workers_.size(); }

 private:
  std::span<double> board_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

TEST(Train, SameBitsWhoeverDoesTheWork) {
  const TrainingRows rows = logistic_rows(100000, 3, 21);
  for (const char* options : {"", R"({"solver": "lbfgs", "l1": 0.001})", R"({"solver": "cg"})"}) {
    const Model wanted = train_on(rows, "logistic_regression", options, {.classes = 2});
    for (std::size_t processes : {1, 3}) {
      MemoryStore store = store_of(rows);
      const Job job({"logistic_regression", options, 2}, store);
      ASSERT_GT(job.shards.size(), 4u);
      std::vector<double> board(job.layout.size);
      board[job.layout.classes + 1] = 1;
      BackwardCrew crew(job, store, board, processes);
      SilentObserver observer;
      Description description;
      description.target = static_cast<std::int32_t>(Target::number_class);
      description.classes = {"0", "1"};
      const Model model = train(job, store, crew, observer, description, nullptr);
      EXPECT_EQ(values_of(model, "estimate"), values_of(wanted, "estimate"));
      EXPECT_EQ(values_of(model, "std_error"), values_of(wanted, "std_error"));
    }
  }
}

TEST(Job, ChoosesSolver) {
  struct Choice {
    const char* algorithm;
    const char* options;
    std::size_t rows, features;
    Solver solver;
  };
  constexpr Choice choices[] = {{"logistic_regression", "", 10, 499, Solver::newton},
                                {"logistic_regression", "", 10, 500, Solver::lbfgs},
                                {"linear_regression", "", 10, 600, Solver::cg},
                                {"linear_regression", R"({"l1": 1})", 10, 600, Solver::lbfgs},
                                {"linear_svm", "", 10, 5, Solver::newton},
                                {"linear_svm", "", 60000, 1, Solver::sgd},
                                {"linear_svm", "", 10, 600, Solver::sgd},
                                {"linear_svm", R"({"l2": 0.1})", 10, 600, Solver::coordinate_descent},
                                {"linear_svm", R"({"l2": 0.01})", 10, 600, Solver::sgd},
                                {"linear_regression", R"({"n_alphas": 3})", 10, 5, Solver::coordinate_descent},
                                {"linear_svm", R"({"loss": "squared_hinge"})", 60000, 1, Solver::newton},
                                {"linear_svm", R"({"solver": "lbfgs"})", 10, 5, Solver::lbfgs}};
  for (const Choice& choice : choices) {
    SCOPED_TRACE(std::string(choice.algorithm) + choice.options);
    RowFormat format;
    format.features = static_cast<std::uint32_t>(choice.features);
    format.sparse = true;
    MemoryStore store(format);
    for (std::size_t i = 0; i < choice.rows; ++i) store.append(0, 1, SparseFeatures{choice.features, {}, {}});
    const bool classes = std::string_view(choice.algorithm) != "linear_regression";
    const Job job({choice.algorithm, choice.options, classes ? 2u : 0u}, store);
    EXPECT_EQ(job.solver, choice.solver);
    EXPECT_FALSE(job.reasons.empty());
    EXPECT_GE(job.layout.size, job.layout.slots + job.shards.size() * job.layout.slot_size);
  }
}

// Slots of wide problems are few enough to be small beside the rows.
TEST(Job, WideSlots) {
  RowFormat format;
  format.features = 100000;
  format.sparse = true;
  MemoryStore store(format);
  const std::vector<std::uint32_t> indices = {1, 10, 100, 1000, 10000};
  const std::vector<double> values(5, 1.0);
  for (std::size_t i = 0; i < 50000; ++i) store.append(i % 2, 1, SparseFeatures{100000, indices, values});
  const Job job({"logistic_regression", "", 2}, store);
  EXPECT_EQ(job.solver, Solver::lbfgs);
  std::size_t bytes = 0;
  for (const auto& block : store.blocks()) bytes += block.bytes;
  EXPECT_TRUE(job.shards.size() == 1 || job.shards.size() * job.layout.slot_size * sizeof(double) <= bytes / 4);
}

TEST(Train, Update) {
  const TrainingRows rows = logistic_rows(2000, 3, 7);
  const TrainingRows half(rows.begin(), rows.begin() + 1000);
  for (const char* options : {R"({"solver": "newton"})", R"({"solver": "lbfgs"})"}) {
    const Model first = train_on(half, "logistic_regression", options, {.classes = 2});
    const Model second = train_on(rows, "logistic_regression", options, {.classes = 2}, &first);
    const Model again = train_on(rows, "logistic_regression", options, {.classes = 2}, &second);
    const Model cold = train_on(rows, "logistic_regression", options, {.classes = 2});
    expect_near(values_of(second, "estimate"), values_of(cold, "estimate"), 1e-4);
    EXPECT_LE(again.metric("iterations"), cold.metric("iterations") - 1);
  }
  const Model other = train_on(logistic_rows(100, 2, 1), "logistic_regression", "", {.classes = 2});
  EXPECT_EQ(refusal([&] { train_on(rows, "logistic_regression", "", {.classes = 2}, &other); }),
            "logistic_regression: the model to continue from has 2 features, the rows have 3");
}

TEST(Train, Log) {
  const TrainingRows rows = logistic_rows(500, 3, 9);
  for (const char* solver : {"newton", "lbfgs", "cg"}) {
    const Model model =
        train_on(rows, "logistic_regression", std::string(R"({"solver": ")") + solver + "\"}", {.classes = 2});
    const Parameter* const log = model.find_parameter("training_log");
    ASSERT_TRUE(log);
    ASSERT_EQ(log->values.size(), 6 * static_cast<std::size_t>(log->rows));
    for (std::int64_t i = 0; i < log->rows; ++i) {
      EXPECT_EQ(log->values[static_cast<std::size_t>(6 * i)], static_cast<double>(i + 1));
      if (i > 0) {
        EXPECT_LE(log->values[static_cast<std::size_t>(6 * i + 2)],
                  log->values[static_cast<std::size_t>(6 * i - 4)] + 1e-12);
      }
      EXPECT_TRUE(std::isnan(log->values[static_cast<std::size_t>(6 * i + 3)]));
    }
    EXPECT_NEAR(log->values[log->values.size() - 4], model.metric("loss"), 1e-9);
  }
}

// However long, evenly spaced, with the first and the last.
TEST(Train, LongLog) {
  for (const std::int64_t count : {1, 2, 1000, 1001, 1002, 1999, 2000, 2001, 12345, 100000}) {
    TrainingLog log;
    for (std::int64_t epoch = 1; epoch <= count; ++epoch) log.add({.epoch = epoch});
    const std::vector<LogEntry> entries = log.entries();
    ASSERT_LE(entries.size(), TrainingLog::most + 1);
    EXPECT_GE(entries.size(), static_cast<std::size_t>(std::min<std::int64_t>(count, 500)));
    EXPECT_EQ(entries.front().epoch, 1);
    EXPECT_EQ(entries.back().epoch, count);
    for (std::size_t i = 2; i + 1 < entries.size(); ++i)
      EXPECT_EQ(entries[i].epoch - entries[i - 1].epoch, entries[1].epoch - entries[0].epoch);
  }
  const Model model =
      train_on({{1, {1}}, {2, {3}}, {4, {2}}}, "linear_regression", R"({"solver": "sgd", "max_iter": 5000})");
  const Parameter* const log = model.find_parameter("training_log");
  ASSERT_TRUE(log);
  EXPECT_LE(log->rows, 1001);
  EXPECT_EQ(log->values[log->values.size() - 6], 5000);
}

TEST(Train, StopsEarly) {
  const TrainingRows rows = logistic_rows(500, 30, 11);
  MemoryStore store = store_of(rows);
  SilentObserver slow;
  slow.seconds_each = 1;
  const Model timed = train_on(store, "logistic_regression", R"({"solver": "lbfgs", "max_seconds": 3})", {.classes = 2},
                               nullptr, &slow);
  EXPECT_EQ(timed.metric("converged"), 0);
  EXPECT_LE(timed.metric("iterations"), 5);
  const Model few = train_on(rows, "logistic_regression", R"({"solver": "lbfgs", "max_iter": 2})", {.classes = 2});
  EXPECT_EQ(few.metric("iterations"), 2);
  EXPECT_EQ(few.metric("converged"), 0);
  // More columns than the rows can bear: the loss over rows held out rises while that of the others falls.
  const TrainingRows noisy = logistic_rows(120, 60, 13);
  const Model held = train_on(noisy, "logistic_regression",
                              R"({"solver": "lbfgs", "validation_fraction": 0.4, "patience": 3})", {.classes = 2});
  const std::vector<double> log = values_of(held, "training_log");
  EXPECT_LT(held.metric("validation_loss"), log[log.size() - 3]);
  EXPECT_LT(held.metric("iterations"), 40);
  EXPECT_EQ(held.metric("converged"), 1) << "as asked";
  EXPECT_FALSE(held.find_parameter("std_error")) << "where it stopped is no maximum of the likelihood";
}

TEST(Train, Separation) {
  const TrainingRows apart = {{0, {1}}, {0, {2}}, {1, {3}}, {1, {4}}},
                     touching = {{0, {1}}, {0, {2}}, {1, {2}}, {1, {3}}};
  EXPECT_EQ(train_on(apart, "logistic_regression", "", {.classes = 2}).metric("separation"), 1);
  EXPECT_EQ(train_on(touching, "logistic_regression", "", {.classes = 2}).metric("separation"), 2);
  EXPECT_EQ(train_on(apart, "multinomial_regression", "", {.classes = 2}).metric("separation"), 1);
  EXPECT_FALSE(train_on(apart, "logistic_regression", "", {.classes = 2}).find_parameter("std_error"));
  const TrainingRows mixed = {{0, {1}}, {1, {2}}, {0, {3}}, {1, {4}}};
  for (const char* algorithm : {"logistic_regression", "multinomial_regression"})
    for (const char* options : {R"({"solver": "lbfgs"})", R"({"solver": "cg"})"}) {
      const Model whole = train_on(apart, algorithm, options, {.classes = 2});
      EXPECT_EQ(whole.metric("separation"), 1) << algorithm << options;
      EXPECT_EQ(whole.metric("converged"), 0) << algorithm << options;
      EXPECT_FALSE(whole.find_parameter("std_error"));
      EXPECT_EQ(train_on(touching, algorithm, options, {.classes = 2}).metric("separation"), 2) << algorithm << options;
      const Model fine = train_on(mixed, algorithm, options, {.classes = 2});
      EXPECT_EQ(fine.metric("separation"), 0) << algorithm << options;
      EXPECT_EQ(fine.metric("converged"), 1) << algorithm << options;
    }
  EXPECT_EQ(
      train_on(apart, "logistic_regression", R"({"solver": "lbfgs", "l2": 0.1})", {.classes = 2}).metric("separation"),
      0);
  const char* const sgd = R"({"solver": "sgd", "tol": 1e-3, "max_iter": 300})";
  EXPECT_EQ(train_on(apart, "logistic_regression", sgd, {.classes = 2}).metric("separation"), 1);
  EXPECT_EQ(train_on(mixed, "logistic_regression", sgd, {.classes = 2}).metric("separation"), 0);
  EXPECT_TRUE(
      std::isnan(train_on(apart, "logistic_regression", R"({"solver": "sgd"})", {.classes = 2}).metric("separation")));
  EXPECT_TRUE(std::isnan(train_on(apart, "linear_svm", R"({"solver": "lbfgs"})", {.classes = 2}).metric("separation")));
  EXPECT_EQ(train_on(apart, "logistic_regression", R"({"l2": 0.1})", {.classes = 2}).metric("converged"), 1);
}

TEST(Train, AliasedTerms) {
  TrainingRows rows = logistic_rows(300, 2, 15);
  const Model plain = train_on(rows, "logistic_regression", "", {.classes = 2});
  for (TrainingRow& row : rows) row.x = {row.x[0], 7, row.x[1], row.x[0] - 2 * row.x[1], 0};
  const std::vector<double> wanted = values_of(plain, "estimate");
  for (const char* options : {"", R"({"standardize": false})"}) {
    const Model model = train_on(rows, "logistic_regression", options, {.classes = 2});
    const std::vector<double> estimate = values_of(model, "estimate"), error = values_of(model, "std_error");
    expect_near({estimate[0], estimate[1], estimate[3]}, wanted, 1e-8);
    for (std::size_t i : {2, 4, 5}) {
      EXPECT_TRUE(std::isnan(estimate[i])) << i;
      EXPECT_TRUE(std::isnan(error[i])) << i;
    }
    EXPECT_EQ(model.metric("rank"), 3);
  }
  const Model penalized = train_on(rows, "logistic_regression", R"({"l2": 0.1})", {.classes = 2});
  EXPECT_EQ(penalized.metric("converged"), 1);
  EXPECT_NEAR(values_of(penalized, "estimate")[2], 0, 1e-12);
}

TEST(Train, EdgesOfData) {
  EXPECT_EQ(refusal([] { train_on(TrainingRows(), "linear_regression"); }),
            "linear_regression: there are no rows to train on");
  EXPECT_EQ(refusal([] {
              train_on({{1, {1}, 0}, {2, {2}, 0}}, "linear_regression", "", {.weighted = true});
            }),
            "linear_regression: there are no rows of weight above 0 to train on");
  EXPECT_EQ(refusal([] {
              train_on({{1, {1}}, {1, {2}}}, "logistic_regression", "", {.classes = 2});
            }),
            "logistic_regression: the target is the same in all rows");
  EXPECT_EQ(refusal([] {
              train_on({{0, {1}}, {0, {2}}}, "multinomial_regression", "", {.classes = 1});
            }),
            "multinomial_regression: the target is the same in all rows");
  EXPECT_EQ(refusal([] {
              train_on({{0, {1}}, {1, {2}}, {2, {2}}}, "logistic_regression", "", {.classes = 3});
            }),
            "logistic_regression: the target has 3 classes, not 2");
  EXPECT_EQ(refusal([] {
              train_on({{1, {1}}}, "linear_regression", R"({"solver": "cg", "l1": 1})");
            }),
            "linear_regression: solver \"cg\" has no l1 penalty");
  EXPECT_EQ(refusal([] {
              train_on({{1e300, {1}}, {-1e300, {2}}}, "linear_regression");
            }),
            "linear_regression: the loss leaves the range of double precision");

  for (const char* solver : {"newton", "lbfgs", "cg"}) {  // one row
    const Model one = train_on({{5, {3}}}, "linear_regression", std::string(R"({"solver": ")") + solver + "\"}");
    const std::vector<double> b = values_of(one, "estimate");
    EXPECT_NEAR(b[0] + (std::isnan(b[1]) ? 0 : 3 * b[1]), 5, 1e-9) << solver;
  }
  // A penalty that leaves nothing, and the intercept alone is the mean.
  for (const char* solver : {"newton", "lbfgs"}) {
    const Model none = train_on({{1, {3}}, {2, {5}}, {6, {-4}}}, "linear_regression",
                                std::string(R"({"l1": 100, "solver": ")") + solver + "\"}");
    EXPECT_NEAR(values_of(none, "estimate")[0], 3, 1e-9);
    EXPECT_EQ(values_of(none, "estimate")[1], 0);
    EXPECT_EQ(none.metric("nonzero"), 0);
  }
  // Rows of weight 0 count nowhere.
  TrainingRows rows = logistic_rows(100, 2, 17), with = rows;
  for (std::size_t i = 0; i < 20; ++i) with.push_back({1, {1e3, -1e3}, 0});
  const Model without = train_on(rows, "logistic_regression", "", {.classes = 2, .weighted = true});
  const Model same = train_on(with, "logistic_regression", "", {.classes = 2, .weighted = true});
  expect_near(values_of(same, "estimate"), values_of(without, "estimate"), 1e-9);
  EXPECT_EQ(same.metric("df"), without.metric("df"));
}

// Far from 0 and of sizes that differ by hundreds of orders.
TEST(Train, ScaleAndOffset) {
  const TrainingRows rows = logistic_rows(500, 3, 31);
  TrainingRows moved = rows;
  for (TrainingRow& row : moved) row.x = {1.7e12 + 1024 * row.x[0], row.x[1] * 1e-150, row.x[2] * 1e120};
  const std::vector<double> plain = values_of(train_on(rows, "logistic_regression", "", {.classes = 2}), "estimate");
  for (const char* solver : {"newton", "lbfgs", "cg"}) {
    const std::vector<double> far = values_of(
        train_on(moved, "logistic_regression", std::string(R"({"solver": ")") + solver + "\"}", {.classes = 2}),
        "estimate");
    EXPECT_NEAR(far[1] * 1024, plain[1], 1e-4) << solver;
    EXPECT_NEAR(far[2] * 1e-150, plain[2], 1e-4) << solver;
    EXPECT_NEAR(far[3] * 1e120, plain[3], 1e-4) << solver;
  }
}

}  // namespace
}  // namespace quern
