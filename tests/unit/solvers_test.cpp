// Every batch solver against every other on every objective, against the objective computed from its definition, and
// the solvers alone on functions whose minima are known.
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "train/composite.hpp"
#include "train/coordinate_descent.hpp"
#include "training.hpp"

namespace quern {
namespace {

struct Case {
  const char* algorithm;
  const char* loss;  // option of its own, or empty
  std::size_t classes;
};

constexpr Case cases[] = {{"linear_regression", "", 0},
                          {"logistic_regression", "", 2},
                          {"multinomial_regression", "", 4},
                          {"linear_svm", R"("loss": "squared_hinge", )", 2},
                          {"linear_svm", R"("loss": "squared_hinge", )", 3},
                          {"svm_regression", R"("loss": "squared_epsilon_insensitive", )", 0},
                          {"poisson_regression", "", 0},
                          {"gamma_regression", "", 0},
                          {"huber_regression", "", 0}};

constexpr Case kinked[] = {{"linear_svm", R"("loss": "hinge", )", 2},
                           {"linear_svm", R"("loss": "hinge", )", 3},
                           {"svm_regression", R"("loss": "epsilon_insensitive", )", 0}};

// Columns of unlike means and scales, some of them correlated.
TrainingRows random_rows(const Case& c, std::size_t n, std::size_t d, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  TrainingRows rows;
  for (std::size_t i = 0; i < n; ++i) {
    TrainingRow row{0, {}, 0.25 * static_cast<double>(1 + random() % 8)};
    double f = 0.2;
    for (std::size_t j = 0; j < d; ++j) {
      double z = normal(random);
      if (j % 3 == 2)
        z = 0.6 * z + 0.8 * (row.x[j - 1] - static_cast<double>(j - 1)) / std::pow(3.0, double(j - 1) - 2);
      f += z * (j % 2 ? -0.5 : 0.3) / (1 + static_cast<double>(j) / 4);
      row.x.push_back(static_cast<double>(j) + z * std::pow(3.0, static_cast<double>(j) - 2));
    }
    const double u = std::uniform_real_distribution<double>(0.001, 0.999)(random);
    if (c.classes == 2)
      row.y = u < 1 / (1 + std::exp(-f));
    else if (c.classes > 2)
      row.y = std::floor(static_cast<double>(c.classes) / (1 + std::exp(-f - normal(random))));
    else if (std::string_view(c.algorithm) == "poisson_regression")
      row.y = std::poisson_distribution<int>(std::exp(f))(random);
    else if (std::string_view(c.algorithm) == "gamma_regression")
      row.y = std::gamma_distribution<double>(2, std::exp(f) / 2)(random);
    else
      row.y = 10 * f + 3 * normal(random) * (random() % 10 == 0 ? 5 : 1);
    rows.push_back(row);
  }
  return rows;
}

// The objective as objective.hpp states it, from the estimates of a model.
double objective_at(const TrainingRows& rows, const Model& model) {
  TrainOptions options;
  const auto objective =
      make_objective(std::string_view(model.algorithm), std::string_view(model.options), model.classes.size(), options);
  const std::vector<double> estimate = values_of(model, "estimate");
  const std::size_t outputs = objective->outputs(), terms = estimate.size() / outputs;
  const std::size_t intercept = options.fit_intercept;
  double loss = 0, weight = 0, penalty = 0;
  for (const TrainingRow& row : rows) {
    std::vector<double> f(outputs);
    for (std::size_t k = 0; k < outputs; ++k) {
      f[k] = intercept ? estimate[k * terms] : 0;
      for (std::size_t j = 0; j < row.x.size(); ++j) f[k] += estimate[k * terms + intercept + j] * row.x[j];
    }
    const double y = objective->target() == TargetKind::binary ? 2 * row.y - 1 : row.y;
    loss += objective->value(f.data(), &y, &row.weight, 1);
    weight += row.weight;
  }
  for (std::size_t i = 0; i < estimate.size(); ++i)
    if (i % terms >= intercept)
      penalty += options.l1 * std::abs(estimate[i]) + options.l2 / 2 * estimate[i] * estimate[i];
  return loss / weight + penalty;
}

void expect_agreement(const Case& c, const TrainingRows& rows, const TrainingSetup& setup,
                      const std::vector<std::string>& solvers, const std::string& rest, double tolerance,
                      bool exact = true) {
  double best = INFINITY;
  std::vector<double> losses;
  for (const std::string& solver : solvers) {
    const std::string options = std::string("{") + c.loss + rest + R"("solver": ")" + solver + "\"}";
    SCOPED_TRACE(c.algorithm + options);
    const Model model = train_on(rows, c.algorithm, options, setup);
    const double loss = model.metric("loss");
    if (exact || solver == "newton") {
      EXPECT_EQ(model.metric("converged"), 1) << model.metric("iterations");
    }
    EXPECT_NEAR(objective_at(rows, model), loss, 1e-11 * (1 + std::abs(loss)));
    best = std::min(best, loss);
    losses.push_back(loss);
  }
  for (std::size_t s = 0; s < solvers.size(); ++s)
    EXPECT_LE(losses[s] - best, tolerance * (1 + std::abs(best)))
        << c.algorithm << c.loss << rest << solvers[s] << " " << losses[s] << " against " << best;
}

TEST(Solvers, AgreeOnSmoothLosses) {
  constexpr unsigned seed = 41;
  SCOPED_TRACE(seed);
  for (const Case& c : cases) {
    const TrainingRows rows = random_rows(c, 400, 6, seed);
    TrainingSetup setup{.classes = c.classes, .weighted = true};
    for (const char* rest : {"", R"("l2": 0.01, )", R"("fit_intercept": false, "l2": 0.1, )"})
      expect_agreement(c, rows, setup, {"newton", "lbfgs", "cg"}, rest, 1e-9);
    setup.sparse = true;
    expect_agreement(c, rows, setup, {"newton", "lbfgs", "cg"}, R"("l2": 0.01, )", 1e-9);
  }
}

TEST(Solvers, AgreeOnL1) {
  constexpr unsigned seed = 42;
  SCOPED_TRACE(seed);
  for (const Case& c : cases) {
    const TrainingRows rows = random_rows(c, 400, 6, seed);
    for (const char* rest : {R"("l1": 0.02, )", R"("l1": 0.05, "l2": 0.05, )"})
      expect_agreement(c, rows, {.classes = c.classes, .weighted = true}, {"newton", "lbfgs"}, rest, 1e-9);
  }
}

TEST(Solvers, AgreeOnLossesWithKinks) {
  constexpr unsigned seed = 43;
  SCOPED_TRACE(seed);
  for (const Case& c : kinked) {
    const TrainingRows rows = random_rows(c, 300, 4, seed);
    for (const char* rest : {R"("l2": 0.01, )", "", R"("l1": 0.02, )"}) {
      const TrainingSetup setup{.classes = c.classes, .weighted = true};
      expect_agreement(c, rows, setup, {"newton", "lbfgs"}, rest, 1e-3, false);
    }
  }
}

// 1/2 sum_i a_i (b_i - c_i)^2 + l1 |b|_1: b_i is c_i, drawn to 0 by l1 / a_i.
class Separable final : public CompositeObjective {
 public:
  Separable(std::vector<double> a, std::vector<double> c, double l1) : a_(a), c_(c), l1_(l1 > 0 ? a.size() : 0, l1) {}
  std::size_t size() const override { return a_.size(); }
  double value(std::span<const double> b) override {
    double sum = 0;
    for (std::size_t i = 0; i < b.size(); ++i) sum += a_[i] / 2 * (b[i] - c_[i]) * (b[i] - c_[i]);
    return sum;
  }
  double gradient(std::span<const double> b, std::span<double> g) override {
    for (std::size_t i = 0; i < b.size(); ++i) g[i] = a_[i] * (b[i] - c_[i]);
    return value(b);
  }
  void differentiate(std::span<const double> b, Derivatives& at) override {
    at.value = gradient(b, at.gradient);
    std::fill(at.hessian.begin(), at.hessian.end(), 0.0);
    for (std::size_t i = 0; i < b.size(); ++i) at.hessian[i * b.size() + i] = a_[i];
  }
  void hessian_product(std::span<const double>, std::span<const double> d, std::span<double> product) override {
    for (std::size_t i = 0; i < d.size(); ++i) product[i] = a_[i] * d[i];
  }
  bool recedes(std::span<const double>) override { return false; }
  std::span<const double> l1() const override { return l1_; }
  bool quadratic() const override { return true; }

 private:
  std::vector<double> a_, c_, l1_;
};

TEST(Solvers, SoftThresholds) {
  const std::vector<double> a = {1, 10, 100, 0.5, 3}, c = {3, -0.05, 0.2, -4, 0};
  for (const auto& minimize : {minimize_proximal_newton, minimize_lbfgs}) {
    Separable objective(a, c, 1);
    const Minimum found = minimize(objective, std::vector<double>(5), {});
    EXPECT_TRUE(found.converged);
    const std::vector<double> wanted = {2, 0, 0.19, -2, 0};
    for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(found.b[i], wanted[i], 1e-7) << i;
    EXPECT_EQ(found.b[1], 0);
  }
  Separable objective(a, c, 0);
  const Minimum found = minimize_cg(objective, std::vector<double>(5), {});
  EXPECT_LE(found.iterations, 40);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(found.b[i], c[i], 1e-7);
}

// The conditions of Karush, Kuhn and Tucker hold to rounding, on models as ill-conditioned as they come.
TEST(CoordinateDescent, Optimal) {
  constexpr unsigned seed = 44;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  for (int trial = 0; trial < 200; ++trial) {
    const std::size_t n = 1 + random() % 12;
    std::vector<double> rows(20 * n), h(n * n), g(n), l1(n), b(n), x;
    for (std::size_t i = 0; i < 20; ++i)
      for (std::size_t j = 0; j < n; ++j)
        rows[i * n + j] = j % 2 ? rows[i * n + j - 1] + 1e-3 * normal(random) : normal(random);
    for (std::size_t j = 0; j < n; ++j) {
      g[j] = 5 * normal(random);
      b[j] = random() % 2 ? normal(random) : 0;
      l1[j] = random() % 4 ? 2 : 0;
      for (std::size_t k = 0; k < n; ++k)
        for (std::size_t i = 0; i < 20; ++i) h[j * n + k] += rows[i * n + j] * rows[i * n + k];
    }
    ASSERT_TRUE(minimize_quadratic(g, h, l1, b, x));
    for (std::size_t j = 0; j < n; ++j) {
      double slope = g[j], size = std::abs(g[j]);
      for (std::size_t k = 0; k < n; ++k) {
        slope += h[j * n + k] * (x[k] - b[k]);
        size += std::abs(h[j * n + k] * (x[k] - b[k]));
      }
      EXPECT_NEAR(pseudo_gradient(slope, l1[j], x[j]), 0, 1e-13 * size) << trial;
    }
  }
}

}  // namespace
}  // namespace quern
