// gaussian_naive_bayes against scikit-learn's GaussianNB on Fisher's iris, its limiting cases, and splits of the rows.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "model/gaussian_naive_bayes.hpp"
#include "uda/gaussian_naive_bayes.hpp"

namespace quern {
namespace {

// Fisher's iris as scikit-learn 1.2.1 ships it (UCI Machine Learning Repository, CC BY 4.0): 150 rows of four lengths
// in millimetres, two digits each, 50 of each class in turn.
const std::string iris =
    "513514024930140247321302463115025036140254391704463414035034150244291402493115015437150248341602"
    "483014014330110158401202574415045439130451351403573817035138150354341702513715044636100251331705"
    "483419025030160250341604523515025234140247321602483116025434150452411501554214024931150250321202"
    "553513024936140144301302513415025035130345231303443213025035160651381904483014035138160246321402"
    "533715025033140270324714643245156931491555234013652846155728451363334716492433106629461352273914"
    "502035105930421560224010612947145629361367314414563045155827411062224515562539115932481861284013"
    "632549156128471264294313663044146828481467305017602945155726351055243811552437105827391260275116"
    "543045156034451667314715632344135630411355254013552644126130461458264012502333105627421357304212"
    "572942136229431351253011572841136333602558275119713059216329561865305822763066214925451773296318"
    "672558187236612565325120642753196830552157255020582851246432532365305518773867227726692360225015"
    "693257235628492077286720632749186733572172326018622848186130491864285621723058167428611979386420"
    "642856226328511561265614773061236334562464315518603048186931542167315624693151235827511968325923"
    "673357256730522363255019653052206234542359305118";

std::vector<double> iris_row(std::size_t i) {
  std::vector<double> row(4);
  for (std::size_t j = 0; j < 4; ++j) row[j] = std::stoi(iris.substr(8 * i + 2 * j, 2)) / 10.0;
  return row;
}

ClassLabel text(const char* label) { return {label}; }
ClassLabel number(const char* label) { return {label, ClassLabel::Type::number}; }
ClassLabel iris_class(std::size_t i) { return text(i < 50 ? "setosa" : i < 100 ? "versicolor" : "virginica"); }

void set_options(GaussianNaiveBayes& state, const std::string& options) {
  state.options.assign(options.begin(), options.end());
  state.configure();
}

template <class F>
GaussianNaiveBayes iris_state(F&& weight, const std::string& options = "") {
  GaussianNaiveBayes state;
  set_options(state, options);
  for (std::size_t i = 0; i < 150; ++i) {
    const std::vector<double> row = iris_row(i);
    state.accumulate(iris_class(i), std::span<const double>(row), Weight{weight(i)});
  }
  return state;
}
GaussianNaiveBayes iris_state() {
  return iris_state([](std::size_t) { return 1.0; });
}

void expect_values(std::span<const double> computed, const std::vector<double>& expected, double relative) {
  for (std::size_t k = 0; k < expected.size(); ++k)
    EXPECT_NEAR(computed[k], expected[k], relative * std::abs(expected[k])) << "at " << k;
}

TEST(gaussian_naive_bayes, fits_iris_as_scikit_learn_does) {
  const Model model = iris_state().fit().value();
  EXPECT_TRUE(model.valid());
  EXPECT_EQ(model.rows, 150);
  EXPECT_EQ(model.target, static_cast<std::int32_t>(Target::text_class));
  ASSERT_EQ(model.classes.size(), 3u);
  EXPECT_EQ(model.classes[2], "virginica");
  // scikit-learn 1.2.1, GaussianNB().fit(X, y): class_prior_, theta_, var_, epsilon_
  expect_values(model.parameter("prior", 3), {1.0 / 3, 1.0 / 3, 1.0 / 3}, 1e-15);
  expect_values(model.parameter("mean", 12),
                {5.006, 3.428, 1.462, 0.246, 5.936, 2.77, 4.26, 1.326, 6.588, 2.974, 5.552, 2.026}, 1e-14);
  expect_values(model.parameter("variance", 12),
                {0.12176400309550259, 0.14081600309550263, 0.029556003095502676, 0.010884003095502673,
                 0.2611040030955028, 0.09650000309550268, 0.21640000309550278, 0.03832400309550265, 0.39625600309550263,
                 0.10192400309550273, 0.2984960030955029, 0.07392400309550265},
                1e-13);
  EXPECT_NEAR(model.metric("smoothing"), 3.0955026666666677e-09, 1e-21);
  // the sum of _joint_log_likelihood at the true classes
  EXPECT_NEAR(model.metric("log_likelihood"), -326.05008118947757, 1e-9);
}

TEST(gaussian_naive_bayes, scores_iris_as_scikit_learn_does) {
  const Model model = iris_state().fit().value();
  const GaussianNaiveBayesScorer scorer(model);
  struct {
    std::size_t row;
    double probability[3];
  } const expected[] = {
      // predict_proba
      {0, {1.0, 1.3578426545097532e-18, 7.112835116303153e-26}},
      {50, {3.2138093542663014e-109, 0.8040376655396823, 0.19596233446031797}},
      {70, {2.591538028250168e-130, 0.15449408494388256, 0.8455059150561174}},
      {106, {2.234637019775573e-109, 0.9735143446532974, 0.026485655346702722}},
      {149, {3.2598824319148094e-146, 0.05600500915424877, 0.9439949908457513}},
  };
  for (const auto& [i, probability] : expected) {
    const std::vector<double> row = iris_row(i);
    double computed[3];
    scorer.probabilities(std::span<const double>(row), computed);
    expect_values(computed, {probability[0], probability[1], probability[2]}, 1e-10);
  }
  int confusion[3][3] = {};
  for (std::size_t i = 0; i < 150; ++i) {
    const std::vector<double> row = iris_row(i);
    confusion[i / 50][scorer.classify(std::span<const double>(row))] += 1;
  }
  const int of_scikit_learn[3][3] = {{50, 0, 0}, {0, 47, 3}, {0, 3, 47}};
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) EXPECT_EQ(confusion[a][b], of_scikit_learn[a][b]) << a << ' ' << b;
}

TEST(gaussian_naive_bayes, weighs_rows_as_scikit_learn_does) {
  const Model model = iris_state([](std::size_t i) { return static_cast<double>(i % 3 + 1); }).fit().value();
  // GaussianNB().fit(X, y, sample_weight = 1, 2, 3, 1, 2, 3, ...): class_prior_, theta_[0], var_[0] - epsilon_
  expect_values(model.parameter("prior", 3), {0.33, 0.3333333333333333, 0.33666666666666667}, 1e-14);
  expect_values(model.parameter("mean", 12),
                {4.988888888888891, 3.41010101010101, 1.4616161616161616, 0.25151515151515147}, 1e-13);
  std::vector<double> unsmoothed;
  for (const double v : model.parameter("variance", 12)) unsmoothed.push_back(v - model.metric("smoothing"));
  expect_values(unsmoothed, {0.1217957351290685, 0.14717069686766662, 0.032870115294357724, 0.011588613406795222},
                1e-10);
}

TEST(gaussian_naive_bayes, counts_a_weight_as_that_many_rows) {
  GaussianNaiveBayes repeated;
  for (std::size_t i = 0; i < 150; ++i)
    for (std::size_t k = 0; k <= i % 3; ++k) {
      const std::vector<double> row = iris_row(i);
      repeated.accumulate(iris_class(i), std::span<const double>(row), {});
    }
  const Model a = repeated.fit().value();
  const Model b = iris_state([](std::size_t i) { return static_cast<double>(i % 3 + 1); }).fit().value();
  for (const char* name : {"mean", "variance"}) {
    const auto values = b.parameter(name, 12);
    expect_values(a.parameter(name, 12), {values.begin(), values.end()}, 1e-13);
  }
  EXPECT_NEAR(a.metric("log_likelihood"), b.metric("log_likelihood"), 1e-9);
  EXPECT_EQ(a.rows, 300);
  EXPECT_EQ(b.rows, 150);
}

TEST(gaussian_naive_bayes, smooths_by_the_option) {
  const Model model = iris_state([](std::size_t) { return 1.0; }, R"({"var_smoothing": 0.01})").fit().value();
  expect_values(model.parameter("variance", 12),
                {0.1527190266666666, 0.17177102666666663, 0.06051102666666668, 0.04183902666666668}, 1e-13);
  GaussianNaiveBayes state;
  EXPECT_THROW(set_options(state, R"({"var_smoothing": -1})"), InvalidInput);
  EXPECT_THROW(set_options(state, R"({"priors": [1]})"), InvalidInput);
  set_options(state, R"({"feature_names": ["a", "b"]})");
  const double row[1] = {1};
  EXPECT_THROW(state.accumulate(text("a"), std::span<const double>(row), {}), InvalidInput);
}

TEST(gaussian_naive_bayes, merges_any_split) {
  const Model whole = iris_state().fit().value();
  std::mt19937_64 random(21);
  for (int trial = 0; trial < 50; ++trial) {
    const std::size_t parts = random() % 6 + 1;
    std::vector<GaussianNaiveBayes> states(parts);
    for (std::size_t i = 0; i < 150; ++i) {
      const std::vector<double> row = iris_row(i);
      states[random() % parts].accumulate(iris_class(i), std::span<const double>(row), {});
    }
    GaussianNaiveBayes merged;
    for (const auto& state : states) merged.merge(state);
    const Model model = merged.fit().value();
    ASSERT_EQ(model.classes, whole.classes);
    for (const char* name : {"mean", "variance"}) {
      const auto values = whole.parameter(name, 12);
      expect_values(model.parameter(name, 12), {values.begin(), values.end()}, 1e-13);
    }
  }
  GaussianNaiveBayes other;
  set_options(other, R"({"var_smoothing": 0.01})");
  GaussianNaiveBayes state = iris_state();
  EXPECT_THROW(GaussianNaiveBayes(other).merge(state), InvalidInput);
  GaussianNaiveBayes empty;
  empty.merge(other);
  EXPECT_EQ(empty.options, other.options);
  other.merge(GaussianNaiveBayes{});
  EXPECT_EQ(empty.options, other.options);
}

TEST(gaussian_naive_bayes, keeps_digits_under_an_offset) {
  GaussianNaiveBayes near, far;
  std::mt19937_64 random(22);
  for (int i = 0; i < 3000; ++i) {
    const double value = static_cast<double>(random() % 1024) / 1024;
    const double a[1] = {value}, b[1] = {value + 0x1p20};
    near.accumulate(text(i % 2 ? "a" : "b"), std::span<const double>(a), {});
    far.accumulate(text(i % 2 ? "a" : "b"), std::span<const double>(b), {});
  }
  const auto near_variance = near.fit()->parameters.back().values, far_variance = far.fit()->parameters.back().values;
  expect_values(far_variance, {near_variance.begin(), near_variance.end()}, 1e-9);
}

TEST(gaussian_naive_bayes, orders_classes_by_their_type) {
  GaussianNaiveBayes numbers, booleans;
  const double row[1] = {1};
  for (const char* label : {"10", "-3", "9", "2.5", "10"})
    numbers.accumulate(number(label), std::span<const double>(row), {});
  const Model model = numbers.fit().value();
  EXPECT_EQ(model.target, static_cast<std::int32_t>(Target::number_class));
  EXPECT_EQ(model.classes, (Vec<Text>{"-3", "2.5", "9", "10"}));
  EXPECT_EQ(model.parameter("count", 4)[3], 2);
  EXPECT_THROW(numbers.accumulate(text("10"), std::span<const double>(row), {}), InvalidInput);
  for (const char* label : {"true", "false"})
    booleans.accumulate({label, ClassLabel::Type::boolean}, std::span<const double>(row), {});
  EXPECT_EQ(booleans.fit()->classes, (Vec<Text>{"false", "true"}));
  EXPECT_EQ(booleans.fit()->target, static_cast<std::int32_t>(Target::boolean_class));
  EXPECT_THROW(numbers.merge(booleans), InvalidInput);
}

TEST(gaussian_naive_bayes, takes_what_has_no_spread) {
  GaussianNaiveBayes one;
  const double row[2] = {3, 4}, other_row[2] = {3, 5}, elsewhere[2] = {7, 1};
  one.accumulate(text("only"), std::span<const double>(row), {});
  const Model model = one.fit().value();
  double probability[2];
  GaussianNaiveBayesScorer(model).probabilities(std::span<const double>(elsewhere), {probability, 1});
  EXPECT_EQ(probability[0], 1);
  EXPECT_EQ(model.parameter("variance", 2)[0], 1e-9);

  one.accumulate(text("two"), std::span<const double>(other_row), {});
  const Model two = one.fit().value();  // variance of 4, 5 is 1/4; within a class only smoothing is left
  EXPECT_EQ(two.parameter("variance", 4)[0], 0.25e-9);
  const GaussianNaiveBayesScorer scorer(two);
  EXPECT_EQ(scorer.classify(std::span<const double>(row)), 0u);
  EXPECT_EQ(scorer.classify(std::span<const double>(other_row)), 1u);
  const double far[2] = {-1e300, 1e300};  // every square overflows
  EXPECT_EQ(scorer.classify(std::span<const double>(far)), 0u);
  scorer.probabilities(std::span<const double>(far), probability);
  EXPECT_EQ(probability[0] + probability[1], 1);

  set_options(one, R"({"var_smoothing": 0})");
  EXPECT_THROW(one.fit(), InvalidInput);
  EXPECT_FALSE(GaussianNaiveBayes{}.fit());
}

TEST(gaussian_naive_bayes, refuses_bad_rows) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double row[2] = {1, 2}, bad[2] = {1, nan}, longer[3] = {1, 2, 3};
  GaussianNaiveBayes state;
  EXPECT_THROW(state.accumulate(text("a"), std::span<const double>(bad), {}), InvalidInput);
  EXPECT_THROW(state.accumulate(text("a"), {}, {}), InvalidInput);
  EXPECT_THROW(state.accumulate(text("a"), std::span<const double>(row), Weight{-1}), InvalidInput);
  EXPECT_THROW(state.accumulate(text("a"), std::span<const double>(row), Weight{nan}), InvalidInput);
  EXPECT_THROW(state.accumulate(number("NaN"), std::span<const double>(row), {}), InvalidInput);
  state.accumulate(text("a"), std::span<const double>(row), Weight{0});
  EXPECT_FALSE(state.fit());
  state.accumulate(text("a"), std::span<const double>(row), {});
  EXPECT_THROW(state.accumulate(text("a"), std::span<const double>(longer), {}), InvalidInput);
  for (int c = 1; c < 10000; ++c) state.accumulate(text(std::to_string(c).c_str()), std::span<const double>(row), {});
  EXPECT_EQ(state.fit()->classes.size(), 10000u);
  EXPECT_THROW(state.accumulate(text("one more"), std::span<const double>(row), {}), InvalidInput);
}

TEST(gaussian_naive_bayes, lists_its_coefficients) {
  GaussianNaiveBayes state = iris_state([](std::size_t) { return 1.0; }, R"({"feature_names": ["a", "b", "c", "d"]})");
  const std::vector<Coefficient> rows = GaussianNaiveBayesScorer::coefficients(state.fit().value());
  ASSERT_EQ(rows.size(), 27u);
  EXPECT_EQ(rows[9].of_class, "versicolor");
  EXPECT_EQ(rows[9].term, "prior");
  EXPECT_EQ(rows[12].term, "mean(b)");
  EXPECT_NEAR(*rows[12].estimate, 2.77, 1e-14);
  EXPECT_EQ(rows[13].term, "variance(b)");
  EXPECT_FALSE(rows[13].std_error);
}

TEST(gaussian_naive_bayes, refuses_broken_models) {
  const Model good = iris_state().fit().value();
  const auto broken = [&](auto&& change) {
    Model model = good;
    change(model);
    EXPECT_THROW(GaussianNaiveBayesScorer{model}, InvalidInput);
  };
  broken([](Model& m) { m.classes.clear(); });
  broken([](Model& m) { m.features = 3; });
  broken([](Model& m) { m.features = std::int64_t{1} << 52; });
  broken([](Model& m) { m.parameters.pop_back(); });
  broken([](Model& m) { m.parameters.back().values[5] = 0; });
  broken([](Model& m) { m.parameters.front().values[0] = -1; });
  broken([](Model& m) { m.parameters.front().values[0] = std::numeric_limits<double>::quiet_NaN(); });
}

TEST(gaussian_naive_bayes, survives_forged_states) {
  std::mt19937_64 random(23);
  const GaussianNaiveBayes good = iris_state();
  std::vector<std::byte> bytes(packed_size(good));
  const std::vector<double> row = iris_row(0);
  for (int trial = 0; trial < 20000; ++trial) {
    pack(good, bytes.data());
    const std::size_t reach = trial % 2 ? bytes.size() : 160;
    for (int k = 0; k < 3; ++k) bytes[random() % reach] = static_cast<std::byte>(random() % (trial % 3 ? 256 : 4));
    GaussianNaiveBayes state, other = good;
    try {
      unpack(bytes, state);
      state.accumulate(text("virginica"), std::span<const double>(row), {});
      other.merge(state);
      state.merge(good);
      if (const auto model = state.fit()) GaussianNaiveBayesScorer{*model}.classify(std::span<const double>(row));
    } catch (const InvalidInput&) {
    }
  }
}

}  // namespace
}  // namespace quern
