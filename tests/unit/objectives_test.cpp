// Every objective of registry.def: its derivatives against finite differences, and what solvers rely on. The values of
// particular losses are checked against their definition, computed in long double with the library's functions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "linalg/elementary.hpp"
#include "linalg/gamma_ratio.hpp"
#include "train/objectives.hpp"

namespace quern {
namespace {

constexpr unsigned seed = 20261121;

struct Case {
  std::string name, options;
  std::size_t classes;

  std::unique_ptr<Objective> make() const {
    TrainOptions common;
    return make_objective(name, options, classes, common);
  }
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.name << " " << c.options << " of " << c.classes << " classes";
}

bool classifies(TargetKind kind) { return kind == TargetKind::binary || kind == TargetKind::classes; }

// Every registered objective with its defaults, and with every value of an option that is a choice.
std::vector<Case> cases() {
  std::vector<Case> all{{"quantile_regression", R"({"quantile": 0.9})", 0},
                        {"negative_binomial_regression", R"({"dispersion": 0.5})", 0},
                        {"ordinal_regression", R"({"link": "probit"})", 2},
                        {"ordinal_regression", R"({"link": "probit"})", 4},
                        {"ordinal_regression", R"({"link": "cloglog"})", 2},
                        {"ordinal_regression", R"({"link": "cloglog"})", 4},
                        {"linear_svm", R"({"loss": "squared_hinge"})", 2},
                        {"linear_svm", R"({"loss": "squared_hinge"})", 3},
                        {"svm_regression", R"({"loss": "squared_epsilon_insensitive", "epsilon": 0.5})", 0},
                        {"svm_regression", R"({"epsilon": 0})", 0}};
  for (const std::string_view name : objective_names()) {
    const TargetKind target = target_of(name);
    if (target == TargetKind::survival) continue;  // its rows are no batch: see partial_likelihood_test
    all.push_back({std::string(name), "", classifies(target) ? 2u : 0u});
    if (target == TargetKind::classes) {
      all.push_back({std::string(name), "", 3});
      all.push_back({std::string(name), "", 5});
    }
  }
  return all;
}

// Rows that the objective may be given: f (rows x outputs), y, v.
struct Sample {
  Sample(const Objective& objective, std::size_t n, std::mt19937_64& random) : f(n * objective.outputs()), y(n), v(n) {
    std::normal_distribution<double> normal;
    for (double& value : f) value = 2 * normal(random);
    if (objective.target() == TargetKind::classes && objective.constants() > 0)  // thresholds
      for (std::size_t i = 0; i < n; ++i) {
        const auto row = f.begin() + static_cast<std::ptrdiff_t>(i * objective.outputs());
        std::sort(row + 1, row + static_cast<std::ptrdiff_t>(objective.outputs()));
        for (std::size_t k = 1; k < objective.outputs(); ++k)
          row[static_cast<std::ptrdiff_t>(k)] += 0.3 * static_cast<double>(k);
      }
    for (double& value : v) value = static_cast<double>(random() % 5);
    for (double& value : y) switch (objective.target()) {
        case TargetKind::number:
          value = 2 * normal(random);
          break;
        case TargetKind::binary:
          value = random() % 2 == 0 ? -1 : 1;
          break;
        case TargetKind::classes:
          value = static_cast<double>(random() % objective.outputs());
          break;
        case TargetKind::non_negative:
          value = static_cast<double>(random() % 6);
          break;
        case TargetKind::positive:
          value = std::exp(normal(random));
          break;
        case TargetKind::survival:  // with ties
          value = std::copysign(static_cast<double>(random() % 12), random() % 3 == 0 ? -1.0 : 1.0);
          break;
        default:
          throw std::logic_error("no objective has such a target");
      }
  }
  std::vector<double> f, y, v;

  double value(const Objective& objective) const { return objective.value(f.data(), y.data(), v.data(), y.size()); }
  std::vector<double> gradient(const Objective& objective) const {
    std::vector<double> g(f.size());
    objective.differentiate(f.data(), y.data(), v.data(), y.size(), g.data());
    return g;
  }
  std::vector<double> curvature(const Objective& objective) const {
    std::vector<double> h(f.size() * objective.outputs());
    objective.curvature(f.data(), y.data(), v.data(), y.size(), h.data());
    return h;
  }
};

class EachObjective : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(objectives, EachObjective, testing::ValuesIn(cases()));

// With a kink the loss is smoothed first: its derivatives are then those of a function that has them.
TEST_P(EachObjective, derivatives_are_the_differences_of_the_loss) {
  std::mt19937_64 random(seed);
  const auto objective = GetParam().make();
  if (!objective->traits().smooth) objective->smooth(0.3);
  const std::size_t outputs = objective->outputs();
  constexpr double step = 1e-5;
  std::size_t near_kinks = 0;
  for (int repeat = 0; repeat < 300; ++repeat) {
    Sample sample(*objective, 1, random);
    const auto gradient = sample.gradient(*objective), curvature = sample.curvature(*objective);
    for (std::size_t k = 0; k < outputs; ++k) {
      Sample right = sample, left = sample;
      right.f[k] += step;
      left.f[k] -= step;
      const double scale = 1 + std::abs(gradient[k]) + std::abs(sample.value(*objective));
      EXPECT_NEAR((right.value(*objective) - left.value(*objective)) / (2 * step), gradient[k], 1e-5 * scale)
          << "seed " << seed << " f " << sample.f[k] << " y " << sample.y[0];
      const auto gradient_right = right.gradient(*objective), gradient_left = left.gradient(*objective);
      const auto curvature_right = right.curvature(*objective), curvature_left = left.curvature(*objective);
      for (std::size_t l = 0; l < outputs && objective->traits().convex; ++l) {
        if (std::abs(curvature_right[k * outputs + l] - curvature_left[k * outputs + l]) > 1e-2 * scale) {
          ++near_kinks;  // of the slope
          continue;
        }
        EXPECT_NEAR((gradient_right[l] - gradient_left[l]) / (2 * step), curvature[k * outputs + l], 1e-4 * scale)
            << "seed " << seed << " f " << sample.f[k] << " y " << sample.y[0];
      }
    }
  }
  EXPECT_LE(near_kinks, 6u);
}

// The loss is above its tangent, smoothed or not.
TEST_P(EachObjective, is_convex) {
  std::mt19937_64 random(seed);
  const auto objective = GetParam().make();
  if (!objective->traits().convex) return;
  for (const double width : {0.0, 0.2}) {
    objective->smooth(width);
    for (int repeat = 0; repeat < 1000; ++repeat) {
      const Sample at(*objective, 1, random);
      Sample there = at;
      there.f = Sample(*objective, 1, random).f;
      double tangent = at.value(*objective);
      const auto gradient = at.gradient(*objective);
      for (std::size_t k = 0; k < gradient.size(); ++k) tangent += gradient[k] * (there.f[k] - at.f[k]);
      EXPECT_GE(there.value(*objective), tangent - 1e-12 * (1 + std::abs(tangent))) << "seed " << seed;
      const auto h = at.curvature(*objective);
      for (std::size_t k = 0; k < gradient.size(); ++k) EXPECT_GE(h[k * gradient.size() + k], 0);
    }
  }
}

TEST_P(EachObjective, curvature_is_bounded_as_stated) {
  std::mt19937_64 random(seed);
  const auto objective = GetParam().make();
  const double bound = objective->traits().greatest_curvature;
  if (bound == 0) return;
  const std::size_t outputs = objective->outputs();
  double greatest = 0;
  for (int repeat = 0; repeat < 3000; ++repeat) {
    Sample sample(*objective, 1, random);
    sample.v[0] = 1;
    for (double& f : sample.f) f /= 1 + repeat % 7;
    const auto h = sample.curvature(*objective);
    std::vector<double> u(outputs), product(outputs);
    double norm = 0, form = 0;
    for (std::size_t k = 0; k < outputs; ++k) u[k] = static_cast<double>(random() % 201) - 100;
    for (std::size_t k = 0; k < outputs; ++k) norm += u[k] * u[k];
    for (std::size_t k = 0; k < outputs; ++k)
      for (std::size_t l = 0; l < outputs; ++l) form += u[k] * h[k * outputs + l] * u[l];
    if (norm > 0) greatest = std::max(greatest, form / norm);
  }
  EXPECT_LE(greatest, bound * (1 + 1e-12));
  EXPECT_GE(greatest, 0.6 * bound);
}

// Sums, vectors of every width with their rests, aliased output and the row-by-row slope: one function.
TEST_P(EachObjective, a_batch_is_the_sum_of_its_rows) {
  std::mt19937_64 random(seed);
  const auto objective = GetParam().make();
  const std::size_t outputs = objective->outputs();
  for (std::size_t n = 0; n <= 40; ++n) {
    Sample batch(*objective, n, random);
    const auto gradient = batch.gradient(*objective), curvature = batch.curvature(*objective);
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double* f = &batch.f[i * outputs];
      std::vector<double> g(outputs), h(outputs * outputs);
      const double value = objective->differentiate(f, &batch.y[i], &batch.v[i], 1, g.data());
      EXPECT_NEAR(objective->value(f, &batch.y[i], &batch.v[i], 1), value, 1e-13 * (1 + std::abs(value)));
      sum += value;
      objective->curvature(f, &batch.y[i], &batch.v[i], 1, h.data());
      for (std::size_t k = 0; k < outputs; ++k)
        EXPECT_NEAR(gradient[i * outputs + k], g[k], 1e-13 * (1 + std::abs(g[k])));
      for (std::size_t k = 0; k < h.size(); ++k)
        EXPECT_NEAR(curvature[i * h.size() + k], h[k], 1e-13 * (1 + std::abs(h[k])));
      if (outputs == 1) {
        EXPECT_NEAR(batch.v[i] * objective->slope(f[0], batch.y[i]), g[0], 1e-13 * (1 + std::abs(g[0])));
      }
    }
    EXPECT_NEAR(batch.value(*objective), sum, 1e-12 * (1 + std::abs(sum))) << "n " << n << " seed " << seed;
    std::vector<double> slopes(batch.f.size());
    objective->slopes(batch.f.data(), batch.y.data(), batch.v.data(), n, slopes.data());
    EXPECT_EQ(slopes, gradient);
    const double value = objective->differentiate(batch.f.data(), batch.y.data(), batch.v.data(), n, batch.f.data());
    EXPECT_NEAR(value, sum, 1e-12 * (1 + std::abs(sum)));
    EXPECT_EQ(batch.f, gradient);
  }
}

TEST_P(EachObjective, extreme_predictions_give_no_nan) {
  std::mt19937_64 random(seed);
  const auto objective = GetParam().make();
  for (const double width : {0.0, 1e-3}) {
    objective->smooth(width);
    for (const double extreme : {700., 720., 1e3, 1e10, 1e100, 1e308})
      for (const double sign : {-1.0, 1.0})
        for (std::size_t k = 0; k < objective->outputs(); ++k) {
          Sample sample(*objective, 4, random);
          for (std::size_t i = 0; i < 4; ++i) sample.f[i * objective->outputs() + k] = sign * extreme;
          EXPECT_FALSE(std::isnan(sample.value(*objective))) << sign * extreme;
          EXPECT_GT(sample.value(*objective), -INFINITY) << sign * extreme;
          for (const double h : sample.curvature(*objective)) EXPECT_FALSE(std::isnan(h)) << sign * extreme;
          for (double& v : sample.v) v = 1;
          for (const double g : sample.gradient(*objective)) EXPECT_FALSE(std::isnan(g)) << sign * extreme;
          for (double& v : sample.v) v = 0;
          EXPECT_EQ(sample.value(*objective), 0) << sign * extreme;
        }
  }
}

// Smoothing changes no row's loss by more than width for each output.
TEST_P(EachObjective, smoothing_stays_within_its_width) {
  std::mt19937_64 random(seed);
  const auto objective = GetParam().make();
  for (const double width : {1.0, 0.1, 1e-6})
    for (int repeat = 0; repeat < 500; ++repeat) {
      Sample sample(*objective, 1, random);
      sample.v[0] = 1;
      objective->smooth(0);
      const double value = sample.value(*objective);
      objective->smooth(width);
      const double smoothed = sample.value(*objective);
      EXPECT_GE(smoothed, value - 1e-15 * std::abs(value));
      EXPECT_LE(smoothed, value + width * static_cast<double>(objective->outputs()) + 1e-15);
      if (objective->traits().smooth) {
        EXPECT_EQ(smoothed, value);
      }
    }
}

// Without features the best intercept has no slope; of robust losses `start` is only near.
TEST_P(EachObjective, starts_at_the_best_constant) {
  std::mt19937_64 random(seed);
  const auto objective = GetParam().make();
  Sample sample(*objective, 500, random);
  double sum = 0;
  for (double& v : sample.v) v = 1;
  for (const double y : sample.y) sum += y;
  std::vector<double> intercepts(objective->outputs(), NAN);
  objective->start(sum / 500, intercepts.data());
  for (std::size_t i = 0; i < sample.f.size(); ++i) sample.f[i] = intercepts[i % objective->outputs()];
  for (const double b : intercepts) ASSERT_TRUE(std::isfinite(b));
  if (!objective->traits().likelihood || objective->outputs() > 1) return;
  double slope = 0;
  for (const double g : sample.gradient(*objective)) slope += g;
  EXPECT_NEAR(slope, 0, 1e-9);
}

// As solvers use it: the loss of the start for a single y is the least there is.
TEST_P(EachObjective, starts_finite_at_the_ends) {
  const auto objective = GetParam().make();
  std::vector<double> intercepts(objective->outputs());
  for (const double mean : {-1.0, 0.0, 1.0, 1e-300, 1e300}) {
    objective->start(mean, intercepts.data());
    for (const double b : intercepts) EXPECT_TRUE(std::isfinite(b)) << mean;
  }
}

// Of the log of the dispersion what is observed, of f what is expected, which the mean over y is.
TEST(objectives, information_of_negative_binomial) {
  TrainOptions common;
  const auto objective = make_objective("negative_binomial_regression", "", 0, common);
  const double f[2] = {0.7, -0.4}, v = 1, a = std::exp(f[1]), m = std::exp(f[0]), t = 1 / a, step = 1e-4;
  double mean = 0, mixed = 0, all = 0;
  for (double y = 0; y < 400; ++y) {
    const double p = std::exp(std::lgamma(y + t) - std::lgamma(t) - std::lgamma(y + 1) - t * std::log1p(a * m) +
                              y * (std::log(a * m) - std::log1p(a * m)));
    double h[4], low[2], high[2], of_f[2];
    objective->information(f, &y, &v, 1, h);
    const double left[2] = {f[0] - step, f[1]}, right[2] = {f[0] + step, f[1]};
    objective->differentiate(left, &y, &v, 1, low);
    objective->differentiate(right, &y, &v, 1, high);
    of_f[0] = (high[0] - low[0]) / (2 * step), of_f[1] = (high[1] - low[1]) / (2 * step);
    const double down[2] = {f[0], f[1] - step}, up[2] = {f[0], f[1] + step};
    objective->differentiate(down, &y, &v, 1, low);
    objective->differentiate(up, &y, &v, 1, high);
    EXPECT_NEAR(h[3], (high[1] - low[1]) / (2 * step), 1e-6 * (1 + std::abs(h[3]))) << y;
    mean += p * (of_f[0] - h[0]);
    mixed += p * of_f[1];
    all += p;
  }
  EXPECT_NEAR(all, 1, 1e-12);
  EXPECT_NEAR(mean, 0, 1e-7);
  EXPECT_NEAR(mixed, 0, 1e-7);
}

// Against the library's functions in long double, where they keep enough digits.
TEST(objectives, log_gamma_ratio) {
  for (const double t : {1e-3, 0.3, 1.0, 5.5, 15.9, 16.0, 40.0, 1e3, 1e5})
    for (const double y : {0.0, 0.5, 1.0, 3.0, 100.0, 1e4}) {
      const auto ratio = [&](long double s) {
        const long double at = std::exp(-s);
        return std::lgamma(at + y) - std::lgamma(at) + y * s;
      };
      const long double s = -std::log(static_cast<long double>(t)), step = 1e-4L;
      const GammaRatio r = log_gamma_ratio(t, y);
      const auto scale = static_cast<double>(1 + std::abs(ratio(s)));
      EXPECT_NEAR(r.value, static_cast<double>(ratio(s)), 1e-13 * scale + 1e-18 * t * std::log(t + y + 2))
          << t << " " << y;
      EXPECT_NEAR(r.first, static_cast<double>((ratio(s + step) - ratio(s - step)) / (2 * step)), 1e-6 * (1 + y))
          << t << " " << y;
      EXPECT_NEAR(r.second, static_cast<double>((ratio(s + step) - 2 * ratio(s) + ratio(s - step)) / (step * step)),
                  1e-4 * (1 + y))
          << t << " " << y;
    }
  EXPECT_NEAR(log_gamma_ratio(1e12, 50).value, 49 * 25e-12, 1e-14);  // sum of log(1 + j / t)
}

TEST(objectives, losses_are_those_of_their_definition) {
  auto loss = [](const char* name, const char* options, double f, double y) {
    TrainOptions common;
    const double v = 1;
    return make_objective(name, options, 2, common)->value(&f, &y, &v, 1);
  };
  EXPECT_EQ(loss("linear_regression", "", 3, 1), 2);
  EXPECT_NEAR(loss("logistic_regression", "", 0.7, -1), std::log1p(std::exp(0.7)), 1e-15);
  EXPECT_NEAR(loss("logistic_regression", "", 40, 1), std::exp(-40), 1e-32);
  EXPECT_EQ(loss("logistic_regression", "", -1000, 1), 1000);
  EXPECT_EQ(loss("linear_svm", "", 0.25, 1), 0.75);
  EXPECT_EQ(loss("linear_svm", "", 0.25, -1), 1.25);
  EXPECT_EQ(loss("linear_svm", R"({"loss": "squared_hinge"})", -1, 1), 4);
  EXPECT_EQ(loss("svm_regression", R"({"epsilon": 0.5})", 1, 3), 1.5);
  EXPECT_EQ(loss("svm_regression", R"({"epsilon": 0.5})", 3, 3.25), 0);
  EXPECT_EQ(loss("svm_regression", R"({"epsilon": 0.5, "loss": "squared_epsilon_insensitive"})", 1, 3), 2.25);
  EXPECT_NEAR(loss("poisson_regression", "", 1.5, 2), std::exp(1.5) - 3, 1e-14);
  EXPECT_NEAR(loss("gamma_regression", "", 1.5, 2), 2 * std::exp(-1.5) + 1.5, 1e-14);
  EXPECT_EQ(loss("huber_regression", R"({"delta": 2})", 1, 0), 0.5);
  EXPECT_EQ(loss("huber_regression", R"({"delta": 2})", 0, 5), 2 * (5 - 1));
}

TEST(objectives, softmax_of_two_classes_is_logistic) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  TrainOptions common;
  const auto softmax = make_objective("multinomial_regression", "", 2, common);
  const auto logistic = make_objective("logistic_regression", "", 2, common);
  for (int repeat = 0; repeat < 100; ++repeat) {
    const double f[] = {normal(random), normal(random)}, v = 3, y = repeat % 2, binary = 2 * y - 1, m = f[1] - f[0];
    double g[2], g1, h[4], h1;
    EXPECT_NEAR(softmax->differentiate(f, &y, &v, 1, g), logistic->differentiate(&m, &binary, &v, 1, &g1), 1e-14);
    softmax->curvature(f, &y, &v, 1, h);
    logistic->curvature(&m, &binary, &v, 1, &h1);
    EXPECT_NEAR(g[1], g1, 1e-14);
    EXPECT_NEAR(g[0], -g1, 1e-14);
    EXPECT_NEAR(h[3], h1, 1e-14);
    EXPECT_NEAR(h[1], -h1, 1e-14);
  }
}

TEST(objectives, one_output_for_two_classes_and_one_each_for_more) {
  TrainOptions common;
  EXPECT_EQ(make_objective("linear_svm", "", 2, common)->outputs(), 1u);
  EXPECT_EQ(make_objective("linear_svm", "", 2, common)->target(), TargetKind::binary);
  EXPECT_EQ(make_objective("linear_svm", "", 4, common)->outputs(), 4u);
  EXPECT_EQ(make_objective("linear_svm", "", 4, common)->target(), TargetKind::classes);
  EXPECT_EQ(make_objective("multinomial_regression", "", 4, common)->outputs(), 4u);
  EXPECT_EQ(target_of("linear_svm"), TargetKind::classes);
  EXPECT_EQ(target_of("logistic_regression"), TargetKind::binary);
}

TEST(objectives, options_are_those_of_the_training_and_its_own) {
  TrainOptions common;
  make_objective("huber_regression", R"({"delta": 3, "l2": 0.5, "target": "y", "seed": 7})", 0, common);
  EXPECT_EQ(common.l2, 0.5);
  EXPECT_EQ(common.target, "y");
  EXPECT_EQ(common.seed, 7);
  auto refusal = [&](const char* name, const char* options) -> std::pair<std::string, std::string> {
    try {
      make_objective(name, options, 2, common);
    } catch (const InvalidInput& e) {
      return {e.what(), e.hint};
    }
    return {};
  };
  const auto [what, hint] = refusal("huber_regression", R"({"epsilon": 1})");
  EXPECT_EQ(what, "huber_regression: unknown option \"epsilon\"");
  EXPECT_NE(hint.find("l2, "), std::string::npos) << hint;
  EXPECT_NE(hint.find(" and delta."), std::string::npos) << hint;
  EXPECT_EQ(refusal("linear_svm", R"({"loss": "log"})").first,
            "linear_svm: option \"loss\" must be one of \"hinge\", \"squared_hinge\", not \"log\"");
  EXPECT_EQ(refusal("huber_regression", R"({"delta": 0})").first,
            "huber_regression: option \"delta\" must be a number, above 0, not 0");
  EXPECT_EQ(refusal("huber", "").first, "train: unknown algorithm \"huber\"");
  EXPECT_NE(refusal("huber", "").second.find("huber_regression"), std::string::npos);
  EXPECT_EQ(refusal("linear_svm", "[]").first, "linear_svm: options must be a JSON object, not an array");
}

// In units of the last place of the result.
template <class Function, class Reference>
double worst_error(double from, double to, const Function& ours, const Reference& reference) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> x(from, to);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double at = x(random);
    const long double exact = reference(static_cast<long double>(at));
    const double unit =
        std::nextafter(std::abs(static_cast<double>(exact)), INFINITY) - std::abs(static_cast<double>(exact));
    worst = std::max(worst, static_cast<double>(std::abs(ours(at) - exact)) / unit);
  }
  return worst;
}

TEST(elementary, functions_are_accurate_to_their_last_places) {
  auto ours_exp = [](double x) { return exponential<double>(x); };
  auto ours_log = [](double u) { return log_of_one_plus<double>(u); };
  auto exp = [](long double x) { return std::exp(x); };
  auto log = [](long double u) { return std::log1p(u); };
  EXPECT_LT(worst_error(-708, 709, ours_exp, exp), 3);
  EXPECT_LT(worst_error(-1, 1, ours_exp, exp), 3);
  EXPECT_LT(worst_error(0, 1, ours_log, log), 3);
  EXPECT_LT(worst_error(0, 1e-6, ours_log, log), 3);
  EXPECT_EQ(ours_exp(0), 1);
  EXPECT_EQ(ours_log(0), 0);
  EXPECT_TRUE(std::isfinite(ours_exp(INFINITY)));
  EXPECT_GE(ours_exp(-INFINITY), 0);
  for (std::size_t n = 0; n < 40; ++n) {
    std::vector<double> x(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = 1.5 * static_cast<double>(i) - 30;
    std::vector<double> result = x;
    exponentials(result);
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(result[i] / std::exp(x[i]), 1, 1e-15);
  }
}

}  // namespace
}  // namespace quern
