// Coordinate descent over weights and over rows, and paths of penalties: against the other solvers, LIBLINEAR,
// scikit-learn and R's glmnet, the conjugates of the losses against their definition, and the proofs of optimality that
// come with the answers.
#include <algorithm>
#include <cmath>
#include <cstdio>
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
    row.y = classes == 2                              ? f > 0
            : classes > 2                             ? std::clamp(std::floor(f + 1), 0.0, static_cast<double>(classes - 1))
            : algorithm.starts_with("poisson")        ? std::floor(std::exp(std::min(f / 4, 3.0)) + 0.5)
                                                      : f;
    rows.push_back(row);
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
  for (const Case& c : {Case{"linear_svm", R"({"loss": "hinge"})", 2}, Case{"linear_svm", R"({"loss": "squared_hinge"})", 2},
                        Case{"logistic_regression", "", 2}, Case{"svm_regression", R"({"epsilon": 0.3})", 0},
                        Case{"svm_regression", R"({"epsilon": 0.3, "loss": "squared_epsilon_insensitive"})", 0}}) {
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
          if (c.classes == 2 && other * y < 0) continue;
          EXPECT_GE(conjugate(other), cost * (-other * f - value) - 1e-12) << f << " " << other;
        }
      }
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
                              {"svm_regression", R"("epsilon": 0.2, "loss": "squared_epsilon_insensitive", )", 0}};

// With and without an intercept that no penalty holds, weights, sparse and narrow rows, stores that copy.
TEST(Dual, FindsTheOptimum) {
  for (const DualCase& c : duals)
    for (const char* rest : {R"("l2": 0.01)", R"("l2": 0.5, "fit_intercept": false)", R"("l2": 0.0005)"})
      for (const bool sparse : {false, true}) {
        SCOPED_TRACE(std::string(c.algorithm) + c.options + rest + (sparse ? " sparse" : ""));
        const TrainingRows rows = random_rows(c.algorithm, 300, 5, 7, c.classes);
        const TrainingSetup setup{.classes = c.classes, .sparse = sparse, .weighted = true};
        const std::string options = std::string("{") + c.options + rest;
        const Model dual =
            train_on(rows, c.algorithm, options + R"(, "solver": "coordinate_descent", "tol": 1e-9, "max_iter": 20000})", setup);
        const Model other = train_on(rows, c.algorithm, options + R"(, "solver": "newton", "tol": 1e-9})", setup);
        EXPECT_EQ(dual.metric("converged"), 1);
        EXPECT_GE(dual.metric("duality_gap"), 0);
        EXPECT_LE(dual.metric("duality_gap"), 1e-9);
        EXPECT_LE(dual.metric("loss"), other.metric("loss") * (1 + 1e-8));
        EXPECT_GE(dual.metric("loss"), other.metric("loss") * (1 - 1e-6));
        MemoryStore memory = store_of(rows, setup);
        CopyingStore copying(memory);
        const Model again = train_on(
            copying, c.algorithm, options + R"(, "solver": "coordinate_descent", "tol": 1e-9, "max_iter": 20000})", setup);
        EXPECT_EQ(values_of(again, "estimate"), values_of(dual, "estimate"));
      }
}

// However early it stops, and with whatever rows: the gap is above the distance to the optimum, never below 0.
TEST(Dual, GapIsABound) {
  for (const DualCase& c : duals) {
    const TrainingRows rows = random_rows(c.algorithm, 200, 4, 8, c.classes);
    const TrainingSetup setup{.classes = c.classes};
    const std::string options = std::string("{") + c.options + R"("l2": 0.003, "solver": "coordinate_descent", )";
    const double best = train_on(rows, c.algorithm, options + R"("tol": 1e-10, "max_iter": 20000})", setup).metric("loss");
    for (const char* iterations : {"1", "2", "3", "5", "20"}) {
      SCOPED_TRACE(options + iterations);
      const Model model = train_on(rows, c.algorithm, options + R"("tol": 1e-15, "max_iter": )" + iterations + "}", setup);
      const double gap = model.metric("duality_gap");
      EXPECT_GE(gap, 0);
      EXPECT_LE(model.metric("loss") * (1 - gap), best * (1 + 1e-12));
      EXPECT_GE(model.metric("loss"), best * (1 - 1e-9));
    }
  }
}

TEST(Coordinates, FindWhatNewtonFinds) {
  for (const auto& [algorithm, classes] : std::vector<std::pair<const char*, std::size_t>>{{"linear_regression", 0},
                                                                                           {"logistic_regression", 2},
                                                                                           {"poisson_regression", 0},
                                                                                           {"huber_regression", 0},
                                                                                           {"multinomial_regression", 3}})
    for (const char* rest : {R"("l1": 0.05)", R"("l1": 0.02, "l2": 0.1)", R"("l2": 0.3)", R"("l1": 0.05, "fit_intercept": false)"}) {
      SCOPED_TRACE(std::string(algorithm) + rest);
      if (std::string_view(algorithm) == "logistic_regression" && std::string_view(rest).starts_with(R"("l2)")) continue;
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

}  // namespace
}  // namespace quern
