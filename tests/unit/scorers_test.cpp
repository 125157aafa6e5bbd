// Scorers of models made by hand, against closed forms; names of features; rows given sparsely.
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/feature_names.hpp"
#include "model/models.hpp"

namespace quern {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

static_assert(Regressor<LinearScorer> && Regressor<LogLinkScorer> && !Classifier<LinearScorer>);
static_assert(HasProbabilities<LogisticScorer> && HasProbabilities<MultinomialScorer>);
static_assert(HasProbabilities<GaussianNaiveBayesScorer>);
static_assert(Classifier<LinearSvmScorer> && !HasProbabilities<LinearSvmScorer>);
static_assert(TakesSparseRows<LinearScorer> && TakesSparseRows<LogLinkScorer> && TakesSparseRows<LogisticScorer> &&
              TakesSparseRows<MultinomialScorer> && TakesSparseRows<LinearSvmScorer>);
static_assert(!TakesSparseRows<GaussianNaiveBayesScorer>);
// What scores rows; crf scores sequences.
#define MODEL(name, type) static_assert(Scorer<type> && (HasDecisions<type> || !(Regressor<type> || Classifier<type>)));
#include "model/registry.def"

Model model_of(std::string_view algorithm, std::int64_t features, std::vector<double> estimate, std::int64_t rows = 1,
               std::vector<const char*> classes = {}) {
  Model model;
  model.algorithm = algorithm;
  model.features = features;
  model.add_parameter("estimate", estimate, rows);
  for (const char* name : classes) model.classes.emplace_back(name);
  model.target = static_cast<int>(classes.empty() ? Target::number : Target::text_class);
  return model;
}

template <class S>
std::vector<double> decisions(const S& scorer, const FeatureRow& x) {
  std::vector<double> out(scorer.decisions());
  if constexpr (TakesSparseRows<S>)
    scorer.decide(x, out);
  else
    scorer.decide(x.dense(), out);
  return out;
}

FeatureRow row(const std::vector<double>& x) { return Features(std::span<const double>(x)); }

template <class F>
std::string refusal(F&& f) {
  try {
    f();
  } catch (const InvalidInput& e) {
    return e.what();
  }
  return "accepted";
}

TEST(LogLinkScorer, is_the_exponential_of_the_linear_predictor) {
  const Model model = model_of("poisson_regression", 2, {0.5, -1, 2});
  const LogLinkScorer scorer(model);
  const std::vector<double> x{3, 0.25};
  EXPECT_DOUBLE_EQ(scorer.predict(row(x)), std::exp(0.5 - 3 + 0.5));
  EXPECT_EQ(decisions(scorer, row(x)), std::vector<double>{-2});
  const Model without = model_of("gamma_regression", 2, {nan, 2});  // no intercept, an aliased term
  EXPECT_DOUBLE_EQ(LogLinkScorer(without).predict(row(x)), std::exp(0.5));
}

TEST(MultinomialScorer, is_softmax) {
  const Model model = model_of("multinomial_regression", 1, {0, 0, 1, 2, -1, 0.5}, 3, {"a", "b", "c"});
  const MultinomialScorer scorer(model);
  const std::vector<double> x{0.5};
  const double f[3] = {0, 2, -0.75};
  EXPECT_EQ(decisions(scorer, row(x)), std::vector<double>(f, f + 3));
  double p[3];
  scorer.probabilities(row(x), p);
  const double total = std::exp(f[0]) + std::exp(f[1]) + std::exp(f[2]);
  for (int k = 0; k < 3; ++k) EXPECT_DOUBLE_EQ(p[k], std::exp(f[k]) / total);
  EXPECT_EQ(scorer.classify(row(x)), 1u);
  EXPECT_EQ(scorer.classify(row({-10})), 0u);
  EXPECT_EQ(scorer.classify(row({-0.5})), 0u) << "0 and 0: ties to the first";
}

TEST(MultinomialScorer, does_not_overflow) {
  const Model model = model_of("multinomial_regression", 1, {0, 0, 0, 1, 0, -1}, 3, {"a", "b", "c"});
  const MultinomialScorer scorer(model);
  double p[3];
  scorer.probabilities(row({5000}), p);
  EXPECT_EQ(p[1], 1);
  EXPECT_EQ(p[0] + p[2], 0);
  scorer.probabilities(row({-5000}), p);
  EXPECT_EQ(p[2], 1);
}

TEST(MultinomialScorer, of_two_classes_is_logistic) {
  const Model two = model_of("multinomial_regression", 2, {0, 0, 0, 0.25, -1, 2}, 2, {"a", "b"});
  const Model one = model_of("logistic_regression", 2, {0.25, -1, 2}, 1, {"a", "b"});
  const MultinomialScorer multinomial(two);
  const LogisticScorer logistic(one);
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, 3);
  for (int i = 0; i < 100; ++i) {
    const std::vector<double> x{normal(random), normal(random)};
    double p[2], q[2];
    multinomial.probabilities(row(x), p);
    logistic.probabilities(row(x), q);
    EXPECT_NEAR(p[0], q[0], 1e-14);
    EXPECT_NEAR(p[1], q[1], 1e-14);
    EXPECT_EQ(multinomial.classify(row(x)), logistic.classify(row(x)));
    EXPECT_EQ(decisions(multinomial, row(x)), decisions(logistic, row(x)));
  }
}

TEST(LinearSvmScorer, decides_by_sign_or_by_the_largest) {
  const Model two = model_of("linear_svm", 1, {-1, 2}, 1, {"a", "b"});
  EXPECT_EQ(LinearSvmScorer(two).classify(row({0.75})), 1u);
  EXPECT_EQ(LinearSvmScorer(two).classify(row({0.5})), 0u) << "0 is not above 0";
  EXPECT_EQ(decisions(LinearSvmScorer(two), row({0.75})), std::vector<double>{0.5});
  const Model three = model_of("linear_svm", 1, {1, -1, 0, 1}, 4, {"a", "b", "c", "d"});  // no intercepts
  EXPECT_EQ(LinearSvmScorer(three).classify(row({2})), 0u) << "ties to the first";
  EXPECT_EQ(LinearSvmScorer(three).classify(row({-2})), 1u);
  EXPECT_EQ(decisions(LinearSvmScorer(three), row({2})), (std::vector<double>{2, -2, 0, 2}));
}

TEST(GaussianNaiveBayesScorer, decides_by_joint_log_likelihood) {
  Model model = model_of("gaussian_naive_bayes", 1, {}, 1, {"a", "b"});
  model.add_parameter("prior", std::vector<double>{0.25, 0.75});
  model.add_parameter("mean", std::vector<double>{-1, 2}, 2);
  model.add_parameter("variance", std::vector<double>{1, 4}, 2);
  double p[2];
  GaussianNaiveBayesScorer(model).probabilities(row({0.5}).dense(), p);
  EXPECT_NEAR(decisions(GaussianNaiveBayesScorer(model), row({0.5}))[0], std::log(p[1] / p[0]), 1e-14);
  EXPECT_GT(decisions(GaussianNaiveBayesScorer(model), row({1e200}))[0], 0) << "the wider class far away";
  model.classes.emplace_back("c");
  model.parameters.clear();
  model.add_parameter("prior", std::vector<double>{0.25, 0.25, 0.5});
  model.add_parameter("mean", std::vector<double>{0, 0, 0}, 3);
  model.add_parameter("variance", std::vector<double>{1, 1, 1}, 3);
  EXPECT_NEAR(decisions(GaussianNaiveBayesScorer(model), row({0}))[2], std::log(0.5 / std::sqrt(2 * M_PI)), 1e-15);
}

TEST(scorers, give_the_same_for_sparse_and_dense_rows) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  for (const std::size_t width : {1u, 3u, 17u, 200u}) {
    std::vector<double> terms(3 * (width + 1)), x(width);
    for (double& term : terms) term = normal(random);
    std::vector<std::uint32_t> indices;
    std::vector<double> values;
    for (std::size_t j = 0; j < width; ++j)
      if (random() % 3 == 0) {
        x[j] = normal(random);
        indices.push_back(static_cast<std::uint32_t>(j));
        values.push_back(x[j]);
      }
    const FeatureRow sparse = SparseFeatures{width, indices, values}, dense = row(x);
    const auto features = static_cast<std::int64_t>(width);
    const std::vector<double> one(terms.begin(), terms.begin() + features + 1);
    const Model linear = model_of("linear_regression", features, one);
    const Model many = model_of("multinomial_regression", features, terms, 3, {"a", "b", "c"});
    const double tolerance = 1e-12 * static_cast<double>(width);
    EXPECT_NEAR(LinearScorer(linear).predict(sparse), LinearScorer(linear).predict(dense), tolerance);
    const MultinomialScorer scorer(many);
    double p[3], q[3];
    scorer.probabilities(sparse, p);
    scorer.probabilities(dense, q);
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(p[k], q[k], tolerance);
    EXPECT_EQ(scorer.classify(sparse), scorer.classify(dense));
  }
}

TEST(scorers, refuse_models_of_other_shapes) {
  const auto multinomial = [](Model model) { return refusal([&] { MultinomialScorer{model}; }); };
  EXPECT_EQ(multinomial(model_of("multinomial_regression", 1, {0, 0, 1, 2}, 2, {"a", "b"})), "accepted");
  EXPECT_NE(multinomial(model_of("multinomial_regression", 1, {0, 0, 1, 2}, 1, {"a", "b"})), "accepted") << "one row";
  EXPECT_NE(multinomial(model_of("multinomial_regression", 1, {0, 0, 1, 2}, 2, {"a", "b", "c"})), "accepted");
  EXPECT_NE(multinomial(model_of("multinomial_regression", 2, {0, 0}, 2, {"a", "b"})), "accepted") << "too few";
  EXPECT_NE(multinomial(model_of("multinomial_regression", 1, {0, 0, 0, 1, 2, 0}, 2, {"a", "b"})), "accepted");
  EXPECT_NE(multinomial(model_of("multinomial_regression", 1, {0, 1}, 1, {"a"})), "accepted") << "one class";
  EXPECT_NE(multinomial(model_of("multinomial_regression", std::int64_t{1} << 53, {0, 0}, 2, {"a", "b"})), "accepted");
  EXPECT_NE(multinomial(model_of("multinomial_regression", 1, {}, 2, {"a", "b"})), "accepted");
  const auto svm = [](Model model) { return refusal([&] { LinearSvmScorer{model}; }); };
  EXPECT_EQ(svm(model_of("linear_svm", 1, {0, 1}, 1, {"a", "b"})), "accepted");
  EXPECT_EQ(svm(model_of("linear_svm", 1, {0, 1, 2}, 3, {"a", "b", "c"})), "accepted");
  EXPECT_NE(svm(model_of("linear_svm", 1, {0, 1, 2, 3}, 2, {"a", "b"})), "accepted") << "two rows for two classes";
  EXPECT_NE(svm(model_of("linear_svm", 1, {0, 1}, 1, {"a", "b", "c"})), "accepted");
  EXPECT_NE(svm(model_of("linear_svm", 1, {0, 1}, 1, {"a"})), "accepted");
  EXPECT_EQ(refusal([] { LogLinkScorer{model_of("poisson_regression", 2, {1})}; }),
            "model: a poisson_regression model of 2 features needs 2 or 3 values of \"estimate\", not 1");
}

TEST(linear_coefficients, has_a_row_for_each_class_and_term) {
  Model model = model_of("multinomial_regression", 2, {0, 0, 0, 1, 2, nan, 4, 5, 6}, 3, {"a", "b", "c"});
  model.add_parameter("std_error", std::vector<double>{nan, nan, nan, 0.5, 1, nan, 1, 1, 1}, 3);
  model.feature_names.emplace_back("x[1:2]");
  EXPECT_EQ(MultinomialScorer::coefficients(model).size(), 9u);
  model.add_metric("baseline", 0);
  const std::vector<Coefficient> rows = MultinomialScorer::coefficients(model);
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[0].of_class, "b");
  EXPECT_EQ(rows[0].term, "(intercept)");
  EXPECT_EQ(rows[0].statistic, 2.0);
  EXPECT_NEAR(rows[0].p_value.value(), std::erfc(2 / std::sqrt(2.0)), 1e-15) << "normal without df_residual";
  EXPECT_EQ(rows[1].term, "x[1]");
  EXPECT_FALSE(rows[2].estimate.has_value());
  EXPECT_EQ(rows[5].of_class, "c");
  EXPECT_EQ(rows[5].term, "x[2]");
  EXPECT_EQ(rows[5].estimate, 6.0);
  const Model svm = model_of("linear_svm", 1, {0, 1}, 1, {"a", "b"});
  EXPECT_FALSE(LinearSvmScorer::coefficients(svm)[0].of_class.has_value()) << "one equation";
  EXPECT_FALSE(LinearSvmScorer::coefficients(svm)[0].std_error.has_value());
}

// --- names ---

std::string columns_of(std::vector<std::pmr::string> names, std::uint64_t features) {
  std::string out;
  const FeatureNames grouped(names, features);
  for (const FeatureColumn& c : grouped.columns()) {
    out += std::string(c.name) + " " + std::to_string(c.first) + "+" + std::to_string(c.count);
    out += c.is_array() ? " from " + std::to_string(c.element) + "; " : "; ";
  }
  return out;
}

TEST(FeatureNames, group_into_columns) {
  EXPECT_EQ(columns_of({"age", "x[1:3]", "member"}, 5), "age 0+1; x 1+3 from 1; member 4+1; ");
  EXPECT_EQ(columns_of({"x[1]", "x[2]", "y[1]", "x[3]"}, 4), "x 0+2 from 1; y 2+1 from 1; x 3+1 from 3; ");
  EXPECT_EQ(columns_of({"x[1:2]", "x[3]", "x[7:8]"}, 5), "x 0+3 from 1; x 3+2 from 7; ");
  EXPECT_EQ(columns_of({"x[1:1]"}, 1), "x 0+1 from 1; ");
  EXPECT_EQ(columns_of({}, 3), "");
}

TEST(FeatureNames, are_what_they_are_where_there_are_as_many_as_features) {
  EXPECT_EQ(columns_of({"x[1:2]", "b"}, 2), "x[1:2] 0+1; b 1+1; ");
  for (const char* name : {"x[0:2]", "x[2:1]", "x[1:]", "x[:2]", "x[]", "[1:2]", "x[01:2]", "x[1:2] ", "x[-1:2]",
                           "x[1.0]", "x[1:99999999999999999999]", "x[1:2:3]", "x[+1]", "]", "[", ""})
    EXPECT_EQ(columns_of({name}, 1), std::string(name) + " 0+1; ");
  EXPECT_EQ(columns_of({"a[b][1:2]"}, 2), "a[b] 0+2 from 1; ");
}

TEST(FeatureNames, name_every_feature) {
  const std::vector<std::pmr::string> names{"age", "x[1:3]", "y[5:6]", "b"};
  const FeatureNames of(names, 7);
  const char* expected[] = {"age", "x[1]", "x[2]", "x[3]", "y[5]", "y[6]", "b", "x8"};
  for (std::uint64_t i = 0; i < 8; ++i) EXPECT_EQ(of[i], expected[i]);
  EXPECT_EQ(FeatureNames({}, 2)[1], "x2");
  Model model = model_of("linear_regression", 100000, {1});
  model.feature_names.emplace_back("x[1:100000]");
  EXPECT_TRUE(model.valid());
  EXPECT_EQ(model.feature_name(16), "x[17]");
  EXPECT_EQ(name_of_array("x", 100000), "x[1:100000]");
}

// A matrix of no numbers in 2^40 rows would be printed as so many empty arrays.
TEST(Scorers, RowsOfNoNumbersAreNoParameter) {
  Model model;
  model.algorithm = "linear_regression";
  model.add_parameter("estimate", {}, 1);
  EXPECT_TRUE(model.valid());
  model.parameters.back().rows = std::int64_t{1} << 40;
  EXPECT_FALSE(model.valid());
}

TEST(FeatureNames, stand_for_as_many_features_as_the_model_has) {
  Model model = model_of("linear_regression", 5, {1});
  const auto valid = [&](std::vector<std::pmr::string> names) {
    model.feature_names.assign(names.begin(), names.end());
    return model.valid();
  };
  EXPECT_TRUE(valid({}));
  EXPECT_TRUE(valid({"a", "b", "c", "d", "e"}));
  EXPECT_TRUE(valid({"a", "b", "c", "d", "x[1:2]"})) << "a name as any other";
  EXPECT_TRUE(valid({"a", "x[1:4]"}));
  EXPECT_FALSE(valid({"a", "x[1:3]"}));
  EXPECT_FALSE(valid({"a", "x[1:5]"}));
  EXPECT_FALSE(valid({"a", "b"}));
  EXPECT_FALSE(valid({"x[1:9007199254740992]", "y[1:9007199254740992]", "z[1:9007199254740992]"}));
  EXPECT_FALSE(valid({"a", "b", "c", "d", "e", "f"}));
  model.features = 0;
  EXPECT_FALSE(valid({"a"}));
}

}  // namespace
}  // namespace quern
