// Coordinate descent over weights and over rows, and paths of penalties: against the other solvers, LIBLINEAR,
// scikit-learn and R's glmnet, the conjugates of the losses against their definition, and the proofs of optimality that
// come with the answers.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "model/path.hpp"
#include "train/dual_loss.hpp"
#include "training.hpp"

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

// y depends on the first two of p features of unlike scale and offset.
TrainingRows random_rows(std::string_view algorithm, std::size_t n, std::size_t p, unsigned seed, std::size_t classes) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  TrainingRows rows;
  for (std::size_t i = 0; i < n; ++i) {
    TrainingRow row{0, std::vector<double>(p), 0.5 + static_cast<double>(random() % 4)};
    for (std::size_t j = 0; j < p; ++j) row.x[j] = (normal(random) + (j % 3 == 0)) * (j % 2 ? 1 : 3);
    const double f = 0.5 + 0.3 * row.x[0] - row.x[1] + normal(random);
    row.y = classes == 2                       ? f > 0
            : classes > 2                      ? std::clamp(std::floor(f + 1), 0.0, static_cast<double>(classes - 1))
            : algorithm.starts_with("poisson") ? std::floor(std::exp(std::min(f / 4, 3.0)) + 0.5)
                                               : f;
    rows.push_back(row);
  }
  return rows;
}

TrainingRows rows_of(const char* name, std::size_t target) {
  TrainingRows rows;
  std::ifstream file(std::string(QUERN_DATA_DIR "/") + name);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    TrainingRow& row = rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) row.x.push_back(std::stod(cell));
    row.y = row.x[target];
    row.x.erase(row.x.begin() + static_cast<std::ptrdiff_t>(target));
  }
  return rows;
}

// loss*(-t) = sup_f -t f - loss(f, y), and the loss and its slope from the conjugate are those of the objective.
TEST(DualLoss, IsTheObjectivesConjugate) {
  struct Case {
    const char* algorithm;
    const char* options;
    std::size_t classes;
  };
  for (const Case& c :
       {Case{"linear_svm", R"({"loss": "hinge"})", 2}, Case{"linear_svm", R"({"loss": "squared_hinge"})", 2},
        Case{"logistic_regression", "", 2}, Case{"svm_regression", R"({"epsilon": 0.3})", 0},
        Case{"svm_regression", R"({"epsilon": 0.3, "loss": "squared_epsilon_insensitive"})", 0},
        Case{"quantile_regression", R"({"quantile": 0.2})", 0}}) {
    SCOPED_TRACE(std::string(c.algorithm) + c.options);
    TrainOptions common;
    const auto objective = make_objective(c.algorithm, c.options, c.classes, common);
    ASSERT_TRUE(objective->conjugate().has_value());
    const DualLoss loss(*objective->conjugate(), objective->target());
    const double one = 1;
    for (const double y : {-1.0, 1.0})
      for (double f = -5.03; f < 5; f += 0.1) {
        const double value = objective->value(&f, &y, &one, 1);
        EXPECT_NEAR(loss.loss(f, y), value, 1e-14 * (1 + value)) << f;
        EXPECT_NEAR(loss.slope(f, y), objective->slope(f, y), 1e-14 * (1 + std::abs(f))) << f;
        // Fenchel and Young: with equality where t is minus the slope, above elsewhere.
        const double cost = 0.7;
        auto conjugate = [&](double t) { return loss.conjugate(y, cost, cost * t, cost * (1 - std::abs(t))); };
        const double t = -objective->slope(f, y);
        EXPECT_NEAR(conjugate(t), cost * (-t * f - value), 1e-12 * (1 + std::abs(f))) << f;
        for (double other = -0.95; other < 1; other += 0.1) {
          if (c.classes == 2 ? other * y < 0 : other < loss.low(y) || other > loss.high(y)) continue;
          EXPECT_GE(conjugate(other), cost * (-other * f - value) - 1e-12) << f << " " << other;
        }
      }
  }
}

// Rows of weight 0, of nothing but zeros, equal rows, constant and huge columns, a single row of each class.
TEST(Dual, EdgesOfData) {
  for (const char* algorithm : {"linear_svm", "logistic_regression"}) {
    SCOPED_TRACE(algorithm);
    const std::string options = R"({"l2": 0.1, "solver": "coordinate_descent"})",
                      other = R"({"l2": 0.1, "solver": "newton"})";
    const TrainingSetup setup{.classes = 2, .weighted = true};
    TrainingRows rows = {{0, {0, 0, 5}},     {1, {1, 0, 5}},    {1, {1, 0, 5}},
                         {0, {-1, 0, 5}, 0}, {1, {9, 9, 5}, 0}, {0, {0.3, 0, 5}, 3}};
    const Model model = train_on(rows, algorithm, options, setup);
    EXPECT_EQ(model.metric("converged"), 1);
    EXPECT_NEAR(model.metric("loss"), train_on(rows, algorithm, other, setup).metric("loss"), 2e-6);
    EXPECT_EQ(values_of(model, "estimate")[2], 0);
    const Model two = train_on(TrainingRows{{0, {-1}}, {1, {1}}}, algorithm, options, {.classes = 2});
    EXPECT_NEAR(values_of(two, "estimate")[0], 0, 1e-6);
    const Model nothing = train_on(TrainingRows{{0, {0}}, {1, {0}}, {1, {0}}}, algorithm, options, {.classes = 2});
    EXPECT_EQ(values_of(nothing, "estimate")[1], 0);
    EXPECT_EQ(nothing.metric("converged"), 1);
    const Model no_intercept =
        train_on(TrainingRows{{0, {0}}, {1, {0}}}, algorithm,
                 R"({"l2": 0.1, "solver": "coordinate_descent", "fit_intercept": false})", {.classes = 2});
    EXPECT_NEAR(no_intercept.metric("loss"), algorithm[1] == 'i' ? 1 : std::log(2), 1e-12);
    for (TrainingRow& row : rows) row.x[0] *= 1e180;
    EXPECT_NE(refusal([&] { train_on(rows, algorithm, options, setup); }).find("range of double precision"),
              std::string::npos);
  }
}

struct DualCase {
  const char* algorithm;
  const char* options;
  std::size_t classes;
};
constexpr DualCase duals[] = {{"linear_svm", R"("loss": "hinge", )", 2},
                              {"linear_svm", R"("loss": "squared_hinge", )", 2},
                              {"linear_svm", R"("loss": "squared_hinge", )", 3},
                              {"linear_svm", R"("loss": "hinge", )", 4},
                              {"logistic_regression", "", 2},
                              {"svm_regression", R"("epsilon": 0.2, )", 0},
                              {"svm_regression", R"("epsilon": 0.2, "loss": "squared_epsilon_insensitive", )", 0},
                              {"quantile_regression", R"("quantile": 0.3, )", 0}};

// With and without an intercept that no penalty holds, weights, sparse and narrow rows, stores that copy.
TEST(Dual, FindsTheOptimum) {
  for (const DualCase& c : duals)
    for (const char* rest : {R"("l2": 0.01)", R"("l2": 0.5, "fit_intercept": false)", R"("l2": 0.1)"})
      for (const bool sparse : {false, true}) {
        SCOPED_TRACE(std::string(c.algorithm) + c.options + rest + (sparse ? " sparse" : ""));
        const TrainingRows rows = random_rows(c.algorithm, 300, 5, 7, c.classes);
        const TrainingSetup setup{.classes = c.classes, .sparse = sparse, .weighted = true};
        const std::string options = std::string("{") + c.options + rest;
        const Model dual = train_on(
            rows, c.algorithm, options + R"(, "solver": "coordinate_descent", "tol": 1e-8, "max_iter": 50000})", setup);
        const Model other = train_on(rows, c.algorithm, options + R"(, "solver": "newton", "tol": 1e-9})", setup);
        EXPECT_EQ(dual.metric("converged"), 1);
        EXPECT_GE(dual.metric("duality_gap"), 0);
        EXPECT_LE(dual.metric("duality_gap"), 1e-8);
        EXPECT_LE(dual.metric("loss"), other.metric("loss") * (1 + 1e-8));
        EXPECT_GE(dual.metric("loss"), other.metric("loss") * (1 - 1e-6));
        MemoryStore memory = store_of(rows, setup);
        CopyingStore copying(memory);
        const Model again =
            train_on(copying, c.algorithm,
                     options + R"(, "solver": "coordinate_descent", "tol": 1e-8, "max_iter": 50000})", setup);
        EXPECT_EQ(values_of(again, "estimate"), values_of(dual, "estimate"));
      }
}

// However early it stops, and with whatever rows: the gap is above the distance to the optimum, never below 0.
TEST(Dual, GapIsABound) {
  for (const DualCase& c : duals) {
    const TrainingRows rows = random_rows(c.algorithm, 200, 4, 8, c.classes);
    const TrainingSetup setup{.classes = c.classes};
    const std::string options = std::string("{") + c.options + R"("l2": 0.003, "solver": "coordinate_descent", )";
    const double best =
        train_on(rows, c.algorithm, options + R"("tol": 1e-10, "max_iter": 20000})", setup).metric("loss");
    for (const char* iterations : {"1", "2", "3", "5", "20"}) {
      SCOPED_TRACE(options + iterations);
      const Model model =
          train_on(rows, c.algorithm, options + R"("tol": 1e-15, "max_iter": )" + iterations + "}", setup);
      const double gap = model.metric("duality_gap");
      EXPECT_GE(gap, 0);
      EXPECT_LE(model.metric("loss") * (1 - gap), best * (1 + 1e-12));
      EXPECT_GE(model.metric("loss"), best * (1 - 1e-9));
    }
  }
}

TEST(Coordinates, FindWhatNewtonFinds) {
  for (const auto& [algorithm, classes] :
       std::vector<std::pair<const char*, std::size_t>>{{"linear_regression", 0},
                                                        {"logistic_regression", 2},
                                                        {"poisson_regression", 0},
                                                        {"huber_regression", 0},
                                                        {"multinomial_regression", 3}})
    for (const char* rest :
         {R"("l1": 0.05)", R"("l1": 0.02, "l2": 0.1)", R"("l2": 0.3)", R"("l1": 0.05, "fit_intercept": false)"}) {
      SCOPED_TRACE(std::string(algorithm) + rest);
      if (std::string_view(algorithm) == "logistic_regression" && std::string_view(rest).starts_with(R"("l2)"))
        continue;
      const TrainingRows rows = random_rows(algorithm, 400, 7, 9, classes);
      const TrainingSetup setup{.classes = classes, .weighted = true};
      const std::string options = std::string("{") + rest;
      const Model one = train_on(rows, algorithm, options + R"(, "solver": "coordinate_descent"})", setup);
      const Model two = train_on(rows, algorithm, options + R"(, "solver": "newton"})", setup);
      EXPECT_EQ(one.metric("converged"), 1);
      EXPECT_NEAR(one.metric("loss"), two.metric("loss"), 1e-11 * (1 + two.metric("loss")));
      EXPECT_LE(one.metric("kkt_residual"), 1e-6);
      const auto a = values_of(one, "estimate"), b = values_of(two, "estimate");
      for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5) << i;
      if (std::string_view(algorithm) == "linear_regression") {
        EXPECT_GE(one.metric("duality_gap"), 0);
        EXPECT_LE(one.metric("duality_gap"), 1e-10);
      }
    }
}

// scikit-learn 1.2.1, enet_path with tol 1e-14 on the centred columns, 5 alphas down to 1e-3 of the first.
TEST(Path, DiabetesIsScikitLearns) {
  const TrainingRows rows = rows_of("diabetes/diabetes.csv", 10);
  ASSERT_EQ(rows.size(), 442u);
  struct Reference {
    const char* options;
    std::vector<double> alphas;
    std::vector<double> third, last;
  };
  const Reference references[] = {
      {R"({"n_alphas": 5})",
       {564.4043529002272, 100.36686396988159, 17.8480327647818, 3.1738789175311526, 0.5644043529002274},
       {0, 0, 5.53706881331149, 1.0474636676779563, 1.0684800370533363, -1.1265967887223036, -1.9391706624980587, 0, 0,
        0.33172863335933217},
       {-0.025368287520825896, -19.77163634690167, 5.749013985892219, 1.1012548086991547, -0.2807207471347684,
        0.04930084371702897, -0.6285513139678367, 2.661895657410471, 46.528693103731754, 0.3088348211274694}},
      {R"({"n_alphas": 5, "l1_ratio": 0.5})",
       {1128.8087058004546, 200.7337279397632, 35.69606552956358, 6.347757835062306, 1.1288087058004548},
       {0, 0, 2.60972029225265, 1.2321431211392841, 0.8679108736885107, -0.8319614631178714, -1.8443432763288696, 0, 0,
        0.6003443060971434},
       {-0.03980961893596051, -5.185341759642936, 6.063841401071181, 1.0508891761198007, 1.2007403100410607,
        -1.3166741977440422, -2.099463760539253, 0.1449623723555616, 2.4394573178903984, 0.3503839731963071}}};
  for (const Reference& reference : references) {
    SCOPED_TRACE(reference.options);
    const Model model = train_on(rows, "linear_regression", reference.options);
    const std::vector<PathSummary> summary = path_summary(model);
    ASSERT_EQ(summary.size(), 5u);
    EXPECT_EQ(summary[0].nonzero, 0);
    EXPECT_EQ(summary[0].deviance_ratio, 0);
    for (std::size_t k = 0; k < 5; ++k) {
      EXPECT_NEAR(summary[k].alpha, reference.alphas[k], 1e-11 * reference.alphas[k]);
      EXPECT_LE(summary[k].kkt_residual, 1e-10);
    }
    for (const auto& [k, wanted] : {std::pair{2, reference.third}, std::pair{4, reference.last}}) {
      const std::vector<double> seen =
          values_of(at_alpha(model, summary[static_cast<std::size_t>(k)].alpha), "estimate");
      ASSERT_EQ(seen.size(), 11u);
      for (std::size_t j = 0; j < 10; ++j) EXPECT_NEAR(seen[j + 1], wanted[j], 1e-6 * (1 + std::abs(wanted[j]))) << j;
    }
    EXPECT_EQ(values_of(model, "estimate"), values_of(at_alpha(model, summary[4].alpha), "estimate"));
    EXPECT_EQ(model.metric("alpha"), summary[4].alpha);
    EXPECT_LE(model.metric("duality_gap"), 1e-9);
  }
}

// glmnet 4.1-6 of R, standardize = FALSE, thresh = 1e-16 (1e-18 for iris), nlambda = 5 (4), lambda.min.ratio = 0.01.
TEST(Path, IsGlmnets) {
  TrainingRows heart = rows_of("heart_scale/heart_scale.csv", 0);
  for (TrainingRow& row : heart) row.y = row.y > 0;
  ASSERT_EQ(heart.size(), 270u);
  {
    const Model model =
        train_on(heart, "logistic_regression", R"({"n_alphas": 5, "alpha_min_ratio": 0.01})", {.classes = 2});
    const std::vector<PathSummary> summary = path_summary(model);
    const double alphas[] = {0.252674897119341380, 0.079902818244583673, 0.025267489711934137, 0.007990281824458368,
                             0.002526748971193414};
    const double ratios[] = {0, 2.8104050637224770e-01, 4.3251906879686514e-01, 4.9131328962160115e-01,
                             5.1151688430680020e-01};
    const int nonzero[] = {0, 4, 8, 11, 12};
    ASSERT_EQ(summary.size(), 5u);
    for (std::size_t k = 0; k < 5; ++k) {
      EXPECT_NEAR(summary[k].alpha, alphas[k], 1e-11 * alphas[k]);
      EXPECT_NEAR(summary[k].deviance_ratio, ratios[k], 1e-8);
      EXPECT_EQ(summary[k].nonzero, nonzero[k]);
    }
    const double third[] = {0.36366728405621102,
                            0,
                            0.23007144334616034,
                            0.59778483699095530,
                            0,
                            0,
                            0,
                            0.18983734568685301,
                            0,
                            0.42469624659209848,
                            0.05306858260940020,
                            0.34030006525633266,
                            1.01590944802900762,
                            0.71108380067354005};
    const std::vector<double> seen = values_of(at_alpha(model, summary[2].alpha), "estimate");
    for (std::size_t i = 0; i < 14; ++i) EXPECT_NEAR(seen[i], third[i], 2e-6) << i;
  }
  {
    const Model model = train_on(heart, "logistic_regression",
                                 R"({"n_alphas": 5, "alpha_min_ratio": 0.01, "l1_ratio": 0.4})", {.classes = 2});
    const std::vector<PathSummary> summary = path_summary(model);
    EXPECT_NEAR(summary[3].alpha, 0.0199757045611459183, 1e-12);
    const double fourth[] = {0.643243145762391277,  0,
                             0.365346057057043094,  0.696877047077383072,
                             0.227533798328512060,  0.012147452111418915,
                             -0.109406806405728224, 0.264369217638606768,
                             -0.434674237802654129, 0.415361836578036603,
                             0.481075352255645516,  0.352289198700725670,
                             1.044126871265153023,  0.683582619093579313};
    const std::vector<double> seen = values_of(at_alpha(model, summary[3].alpha), "estimate");
    for (std::size_t i = 0; i < 14; ++i) EXPECT_NEAR(seen[i], fourth[i], 2e-6) << i;
  }
  const Model iris = train_on(rows_of("iris/iris.csv", 4), "multinomial_regression",
                              R"({"n_alphas": 4, "alpha_min_ratio": 0.01})", {.classes = 3});
  const std::vector<PathSummary> summary = path_summary(iris);
  const double alphas[] = {0.7653333333333333, 0.1648860682771068620, 0.0355236265399164752, 0.0076533333333333358};
  const double ratios[] = {0, 5.5601819015947784e-01, 8.1020767347356093e-01, 9.1455464241724793e-01};
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_NEAR(summary[k].alpha, alphas[k], 1e-10);
    EXPECT_NEAR(summary[k].deviance_ratio, ratios[k], 1e-7);
  }
  const std::vector<double> third = {8.9362881590006626,  0, 0, -2.3278645893104204, 0, 2.4919688619436755, 0, 0, 0, 0,
                                     -11.428257020944336, 0, 0, 2.854561338683451,   0};
  const std::vector<double> seen = values_of(at_alpha(iris, summary[2].alpha), "estimate");
  ASSERT_EQ(seen.size(), third.size());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const std::size_t place = i % 5;
    EXPECT_NEAR(seen[i], third[i], 2e-4) << i;
    if (place && third[i] == 0) {
      EXPECT_EQ(seen[i], 0) << i;
    }
  }
}

// Each answer of a path is that of a training with its alpha alone, by another solver.
TEST(Path, IsManyTrainings) {
  for (const auto& [algorithm, classes] :
       std::vector<std::pair<const char*, std::size_t>>{{"linear_regression", 0},
                                                        {"logistic_regression", 2},
                                                        {"poisson_regression", 0},
                                                        {"huber_regression", 0},
                                                        {"multinomial_regression", 3}})
    for (const char* rest : {R"("l1_ratio": 1)", R"("l1_ratio": 0.3)", R"("l1_ratio": 0)", R"("fit_intercept": false)"})
      for (const bool sparse : {false, true}) {
        SCOPED_TRACE(std::string(algorithm) + rest + (sparse ? " sparse" : ""));
        const TrainingRows rows = random_rows(algorithm, 300, 6, 10, classes);
        const TrainingSetup setup{.classes = classes, .sparse = sparse, .weighted = true};
        const Model path =
            train_on(rows, algorithm, std::string(R"({"n_alphas": 6, "alpha_min_ratio": 0.01, )") + rest + "}", setup);
        EXPECT_EQ(path.metric("converged"), 1);
        const std::vector<PathSummary> summary = path_summary(path);
        ASSERT_EQ(summary.size(), 6u);
        if (std::strcmp(rest, R"("l1_ratio": 0)")) {
          EXPECT_EQ(summary[0].nonzero, 0);
        }
        double before = INFINITY;
        for (const PathSummary& point : summary) {
          char alpha[40];
          std::snprintf(alpha, sizeof alpha, "%.17g", point.alpha);
          const std::string options =
              std::string("{\"alpha\": ") + alpha + ", " + rest + ", \"solver\": \"newton\", \"tol\": 1e-10}";
          const Model one = train_on(rows, algorithm, options, setup);
          const Model of_path = at_alpha(path, point.alpha);
          const auto a = values_of(one, "estimate"), b = values_of(of_path, "estimate");
          ASSERT_EQ(a.size(), b.size());
          for (std::size_t i = 0; i < a.size(); ++i)
            EXPECT_NEAR(a[i], b[i], 2e-6 * (1 + std::abs(a[i]))) << i << options;
          EXPECT_LE(point.loss, before * (1 + 1e-12));
          before = point.loss;
        }
      }
}

// More columns than rows: residual updates, dense, sparse and in float4, against the conditions of optimality by
// definition, and OWL-QN.
TEST(Columns, WideRows) {
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal;
  for (const char* algorithm : {"linear_regression", "logistic_regression", "poisson_regression"}) {
    const std::size_t n = 120, p = 1500, classes = std::string_view(algorithm).starts_with("logistic") ? 2 : 0;
    TrainingRows rows;
    for (std::size_t i = 0; i < n; ++i) {
      TrainingRow row{0, std::vector<double>(p), 0.5 + static_cast<double>(random() % 3)};
      for (std::size_t j = 0; j < p; ++j)
        if (random() % 10 == 0 || j < 4) row.x[j] = static_cast<float>(normal(random) + (j == 2 ? 3 : 0));
      const double f = 1 + row.x[0] - 2 * row.x[1] + 0.3 * normal(random);
      row.y = classes ? f > 0 : std::string_view(algorithm).starts_with("poisson") ? std::floor(std::exp(f / 2)) : f;
      rows.push_back(row);
    }
    for (const char* rest : {R"("l1": 0.05)", R"("l1": 0.02, "l2": 0.1)", R"("l1": 0.05, "fit_intercept": false)"}) {
      std::vector<double> objectives;
      for (const TrainingSetup& setup :
           {TrainingSetup{.classes = classes, .weighted = true},
            TrainingSetup{.classes = classes, .sparse = true, .weighted = true},
            TrainingSetup{.classes = classes, .sparse = true, .narrow = true, .weighted = true}}) {
        SCOPED_TRACE(std::string(algorithm) + rest + (setup.sparse ? " sparse" : "") + (setup.narrow ? " narrow" : ""));
        const Model model =
            train_on(rows, algorithm, std::string("{") + rest + R"(, "solver": "coordinate_descent"})", setup);
        EXPECT_EQ(model.metric("converged"), 1);
        EXPECT_LE(model.metric("kkt_residual"), 1e-6);
        if (!classes && std::string_view(algorithm).starts_with("linear")) {
          EXPECT_GE(model.metric("duality_gap"), 0);
          EXPECT_LE(model.metric("duality_gap"), 1e-6);
        }
        objectives.push_back(model.metric("loss"));
      }
      const Model other =
          train_on(rows, algorithm, std::string("{") + rest + R"(, "solver": "lbfgs", "tol": 1e-8, "max_iter": 20000})",
                   {.classes = classes, .sparse = true, .weighted = true});
      EXPECT_NEAR(objectives[0], other.metric("loss"), 1e-7 * std::abs(objectives[0]));
      EXPECT_NEAR(objectives[1], objectives[0], 1e-8 * std::abs(objectives[0]));
      EXPECT_NEAR(objectives[2], objectives[0], 1e-6 * std::abs(objectives[0]));
    }
    // A path, of which every answer is optimal and the first is the null model.
    const TrainingSetup setup{.classes = classes, .sparse = true, .weighted = true};
    const Model path = train_on(rows, algorithm, R"({"n_alphas": 12, "alpha_min_ratio": 0.05})", setup);
    EXPECT_EQ(path.metric("converged"), 1);
    const std::vector<PathSummary> summary = path_summary(path);
    EXPECT_EQ(summary[0].nonzero, 0);
    EXPECT_NEAR(summary[0].deviance_ratio, 0, 1e-9);
    EXPECT_GE(summary[11].nonzero, 2);
    for (const PathSummary& point : summary) EXPECT_LE(point.kkt_residual, 1e-6);
    char options[200];
    std::snprintf(options, sizeof options, R"({"alpha": %.17g, "solver": "lbfgs", "tol": 1e-8, "max_iter": 20000})",
                  summary[11].alpha);
    EXPECT_NEAR(path.metric("loss"), train_on(rows, algorithm, options, setup).metric("loss"),
                1e-7 * std::abs(path.metric("loss")));
  }
}

// Columns that are constant, equal, or 0; one row; a target that is constant.
TEST(Path, Degenerate) {
  TrainingRows rows = random_rows("linear_regression", 50, 3, 12, 0);
  for (TrainingRow& row : rows) row.x.insert(row.x.end(), {row.x[1], 5, 0});
  const Model model = train_on(rows, "linear_regression", R"({"n_alphas": 10})");
  EXPECT_EQ(model.metric("converged"), 1);
  for (const PathSummary& point : path_summary(model)) EXPECT_LE(point.kkt_residual, 1e-8);
  const auto b = values_of(model, "estimate");
  EXPECT_EQ(b[5], 0);
  EXPECT_EQ(b[6], 0);

  const Model one = train_on(TrainingRows{{3, {1, 2}}}, "linear_regression", R"({"n_alphas": 3})");
  EXPECT_EQ(values_of(one, "estimate"), (std::vector<double>{3, 0, 0}));
  for (TrainingRow& row : rows) row.y = 7;
  EXPECT_EQ(path_summary(train_on(rows, "linear_regression", R"({"n_alphas": 3})")).back().nonzero, 0);
  // Separable classes have answers at every alpha.
  TrainingRows apart;
  for (int i = -5; i <= 5; ++i) apart.push_back({i > 0 ? 1.0 : 0.0, {static_cast<double>(i)}});
  const Model separable =
      train_on(apart, "logistic_regression", R"({"n_alphas": 20, "alpha_min_ratio": 1e-4})", {.classes = 2});
  EXPECT_EQ(separable.metric("converged"), 1);
  EXPECT_GT(path_summary(separable).back().deviance_ratio, 0.99);
}

TEST(Path, ChosenAlpha) {
  const TrainingRows rows = random_rows("linear_regression", 100, 3, 13, 0);
  const Model model = train_on(rows, "linear_regression", R"({"alphas": [0.01, 1, 0.1], "alpha": 0.1})");
  EXPECT_EQ(model.metric("alpha"), 0.1);
  ASSERT_EQ(path_summary(model).size(), 3u);
  EXPECT_EQ(path_summary(model)[0].alpha, 1);
  const auto chosen = values_of(model, "estimate"),
             alone = values_of(train_on(rows, "linear_regression", R"({"alpha": 0.1})"), "estimate");
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(chosen[i], alone[i], 1e-9);
  EXPECT_EQ(path_rows(model).size(), 3 * 4u);
  EXPECT_EQ(path_rows(model)[0].term, "(intercept)");
  EXPECT_NE(refusal([&] { at_alpha(model, 0.2); }).find("no alpha of the path"), std::string::npos);
  EXPECT_NE(refusal([&] { path_rows(train_on(rows, "linear_regression", "")); }).find("no path"), std::string::npos);
}

// With one alpha they train as with the penalties that it stands for; of a given dispersion there are paths too.
TEST(Path, LossesWithConstants) {
  TrainingRows rows = random_rows("poisson", 200, 3, 17, 0);
  const char* const counts = "negative_binomial_regression";
  EXPECT_EQ(values_of(train_on(rows, counts, R"({"alpha": 0.1, "l1_ratio": 0.5})"), "estimate"),
            values_of(train_on(rows, counts, R"({"l1": 0.05, "l2": 0.05})"), "estimate"));
  const Model path = train_on(rows, counts, R"({"dispersion": 0.5, "alphas": [0.3, 0.1, 0.02], "l1_ratio": 0.5})");
  const Model last = train_on(rows, counts, R"({"dispersion": 0.5, "l1": 0.01, "l2": 0.01, "solver": "newton"})");
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(values_of(path, "estimate")[i], values_of(last, "estimate")[i], 1e-5);
  EXPECT_EQ(values_of(path, "path_alpha").size(), 3u);
  const TrainingSetup setup{.classes = 3};
  const char* const ordered = "ordinal_regression";
  rows = random_rows(ordered, 200, 3, 17, 3);
  EXPECT_EQ(values_of(train_on(rows, ordered, R"({"alpha": 0.1, "l1_ratio": 0.5})", setup), "estimate"),
            values_of(train_on(rows, ordered, R"({"l1": 0.05, "l2": 0.05})", setup), "estimate"));
}

TEST(Path, Refusals) {
  const TrainingRows rows = random_rows("linear_regression", 30, 2, 14, 0);
  auto said = [&](const char* algorithm, const char* options, std::size_t classes = 0) {
    TrainingRows given = rows;
    if (classes)
      for (TrainingRow& row : given) row.y = row.y > 0;
    return refusal([&] { train_on(given, algorithm, options, {.classes = classes}); });
  };
  EXPECT_EQ(said("linear_regression", R"({"alphas": [1], "n_alphas": 5})"),
            "linear_regression: options \"alphas\" and \"n_alphas\" do not go together");
  EXPECT_EQ(said("linear_regression", R"({"alphas": [1], "l1": 5})"),
            "linear_regression: option \"l1\" does not go with alpha, alphas or n_alphas");
  EXPECT_EQ(said("linear_regression", R"({"alphas": [1, 0]})"),
            "linear_regression: option \"alphas\" must be an array of numbers, each above 0, not an array");
  EXPECT_EQ(said("linear_regression", R"({"l1_ratio": 0.5})"),
            "linear_regression: option \"l1_ratio\" needs alpha, alphas or n_alphas");
  EXPECT_EQ(said("linear_regression", R"({"n_alphas": 5, "solver": "lbfgs"})"),
            "linear_regression: a path of alphas is for solver \"coordinate_descent\", not \"lbfgs\"");
  EXPECT_EQ(said("linear_svm", R"({"n_alphas": 5})", 2),
            "linear_svm: solver \"coordinate_descent\" needs one penalty, not a path, for a loss with kinks");
  EXPECT_EQ(said("linear_svm", R"({"l1": 1, "solver": "coordinate_descent"})", 2),
            "linear_svm: solver \"coordinate_descent\" needs l2 above 0, and no l1, for a loss with kinks");
  for (const char* options : {R"({"n_alphas": 5})", R"({"alphas": [1], "solver": "newton"})"})
    EXPECT_EQ(said("ordinal_regression", options, 2),
              "ordinal_regression: a path of alphas is not for a loss with constants to estimate");
  EXPECT_EQ(said("negative_binomial_regression", R"({"l1": 1, "solver": "coordinate_descent"})"),
            "negative_binomial_regression: solver \"coordinate_descent\" is not for a loss with constants to estimate");
  EXPECT_EQ(said("cox_regression", R"({"n_alphas": 5})"),
            "cox_regression: a path of alphas is not for a loss that couples the rows");
}

// Whatever numbers a path is made of, it is read or refused.
TEST(Path, Broken) {
  const TrainingRows rows = random_rows("linear_regression", 40, 3, 15, 0);
  const Model sound = train_on(rows, "linear_regression", R"({"n_alphas": 4})");
  std::mt19937_64 random(16);
  const double odd[] = {-1, 0.5, 1e300, NAN, INFINITY, 7, 1e18};
  int refused = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    Model model = sound;
    Parameter& parameter = model.parameters[random() % model.parameters.size()];
    if (parameter.values.empty()) continue;
    if (random() % 3)
      parameter.values[random() % parameter.values.size()] = odd[random() % std::size(odd)];
    else
      parameter.values.resize(random() % (2 * parameter.values.size()));
    if (random() % 5 == 0) parameter.rows = static_cast<std::int64_t>(random() % 9) - 2;
    refused += refusal([&] {
                 path_rows(model);
                 path_summary(model);
                 at_alpha(model, sound.metric("alpha"));
               }) != "not refused";
  }
  EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace quern
