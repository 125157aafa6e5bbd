// regression_metrics, classification_metrics and confusion_matrix against sklearn.metrics 1.2.1 (Debian
// python3-sklearn), the area under the curve against the count of pairs, and splits of the rows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "uda/classification_metrics.hpp"
#include "uda/confusion_matrix.hpp"
#include "uda/regression_metrics.hpp"

namespace quern {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Scored {
  int actual;
  double probability;
};

ClassificationMetrics state_of(const std::vector<Scored>& rows) {
  ClassificationMetrics state;
  for (const auto& [actual, probability] : rows) state.accumulate({static_cast<double>(actual), false}, probability);
  return state;
}
ClassificationQuality quality_of(const std::vector<Scored>& rows) { return state_of(rows).quality().value(); }

// p = (37 i mod 17) / 16 and actual = (53 i mod 29 < 8 + 12 p), i = 0..199: many ties, zeros and ones included.
std::vector<Scored> tied_rows() {
  std::vector<Scored> rows;
  for (int i = 0; i < 200; ++i) {
    const double p = i * 37 % 17 / 16.0;
    rows.push_back({i * 53 % 29 < 8 + p * 12, p});
  }
  return rows;
}

TEST(classification_metrics, has_the_figures_of_scikit_learn) {
  const ClassificationQuality q = quality_of(tied_rows());
  EXPECT_EQ(q.n, 200);
  EXPECT_EQ(q.positives, 99);
  EXPECT_NEAR(q.accuracy, 0.545, 1e-15);
  EXPECT_NEAR(*q.precision, 0.5425531914893617, 1e-15);
  EXPECT_NEAR(*q.recall, 0.5151515151515151, 1e-15);
  EXPECT_NEAR(*q.specificity, 0.5742574257425742, 1e-15);
  EXPECT_NEAR(*q.f1, 0.5284974093264249, 1e-15);
  EXPECT_NEAR(q.log_loss, 1.9978800176477833, 1e-13);
  EXPECT_NEAR(q.brier, 0.2970703125, 1e-14);
  EXPECT_NEAR(*q.auc, 0.5891089108910891, 1e-15);
}

double counted_auc(const std::vector<Scored>& rows) {
  double pairs = 0, ordered = 0;
  for (const Scored& a : rows)
    for (const Scored& b : rows)
      if (a.actual > b.actual) {
        pairs += 1;
        ordered += a.probability > b.probability ? 1 : a.probability == b.probability ? 0.5 : 0;
      }
  return ordered / pairs;
}

TEST(classification_metrics, counts_pairs_whatever_the_split) {
  std::mt19937_64 random(31);
  for (int trial = 0; trial < 50; ++trial) {
    const std::size_t parts = random() % 4 + 1;
    const double levels = static_cast<double>(random() % 50 + 1);
    std::vector<Scored> rows{{0, 0.5}, {1, 0.5}};
    std::vector<ClassificationMetrics> states(parts);
    states[0] = state_of(rows);
    for (int i = 0; i < 300; ++i) {
      const double p = std::round(std::uniform_real_distribution<double>()(random) * levels) / levels;
      rows.push_back({std::bernoulli_distribution(p)(random), p});
      states[random() % parts].accumulate({static_cast<double>(rows.back().actual), true}, p);
    }
    ClassificationMetrics merged;
    for (auto& state : states) {
      state.skip();
      merged.merge(state);
    }
    const ClassificationQuality q = merged.quality().value(), whole = quality_of(rows);
    ASSERT_NEAR(*q.auc, counted_auc(rows), 1e-14) << "trial " << trial;
    ASSERT_EQ(q.auc, whole.auc);
    ASSERT_EQ(q.log_loss, whole.log_loss);
    ASSERT_EQ(q.brier, whole.brier);
    ASSERT_EQ(q.skipped, static_cast<std::int64_t>(parts));
  }
}

TEST(classification_metrics, keeps_many_rows_in_chunks) {
  std::mt19937_64 random(32);
  ClassificationMetrics state;
  double squares = 0;
  for (int i = 0; i < 100000; ++i) {  // positive with the probability given: auc of a uniform score is 5/6
    const double p = std::uniform_real_distribution<double>()(random);
    const bool actual = std::bernoulli_distribution(p)(random);
    squares += (actual - p) * (actual - p);
    state.accumulate({static_cast<double>(actual), true}, p);
  }
  EXPECT_GT(state.chunks.size(), 5u);
  EXPECT_TRUE(state.valid());
  EXPECT_NEAR(*state.quality()->auc, 5.0 / 6, 0.01);
  EXPECT_NEAR(state.quality()->brier, squares / 100000, 1e-12);
}

TEST(classification_metrics, leaves_undefined_what_is) {
  EXPECT_FALSE(ClassificationMetrics{}.quality());
  const ClassificationQuality negatives = quality_of({{0, 0.0}, {0, 0.25}});
  EXPECT_FALSE(negatives.auc || negatives.precision || negatives.recall || negatives.f1);
  EXPECT_EQ(*negatives.specificity, 1);
  EXPECT_EQ(negatives.accuracy, 1);
  const ClassificationQuality positives = quality_of({{1, 0.75}, {1, 0.25}});
  EXPECT_FALSE(positives.auc || positives.specificity);
  EXPECT_EQ(*positives.recall, 0.5);
  EXPECT_EQ(*positives.precision, 1);
  const ClassificationQuality certain = quality_of({{1, 0.0}, {0, -0.0}, {1, 1.0}});  // 0 and -0 tie
  EXPECT_EQ(*certain.auc, 0.75);
  EXPECT_NEAR(certain.log_loss, 52 * std::log(2.0) / 3, 1e-12);
}

TEST(classification_metrics, refuses_what_is_no_probability_or_outcome) {
  ClassificationMetrics state;
  EXPECT_THROW(state.accumulate({1, true}, nan), InvalidInput);
  EXPECT_THROW(state.accumulate({1, true}, 1.0000001), InvalidInput);
  EXPECT_THROW(state.accumulate({1, true}, -0.1), InvalidInput);
  EXPECT_THROW(state.accumulate({2, false}, 0.5), InvalidInput);
  EXPECT_THROW(state.accumulate({nan, false}, 0.5), InvalidInput);
  EXPECT_EQ(state.n, 0);
}

struct Pair {
  double actual, predicted;
};

std::vector<Pair> wave() {
  std::vector<Pair> rows;
  for (int i = 0; i < 200; ++i) rows.push_back({std::sin(i) * 10 + i / 10.0, std::cos(i / 3.0) + i / 9.0});
  return rows;
}

TEST(regression_metrics, has_the_figures_of_scikit_learn) {
  for (const std::size_t parts : {1, 3, 50}) {
    std::vector<RegressionMetrics> states(parts);
    const std::vector<Pair> rows = wave();
    for (std::size_t i = 0; i < rows.size(); ++i) states[i % parts].accumulate(rows[i].actual, rows[i].predicted);
    RegressionMetrics merged;
    for (auto& state : states) {
      state.skip();
      merged.merge(state);
    }
    const RegressionQuality q = merged.quality().value();
    EXPECT_EQ(q.n, 200);
    EXPECT_EQ(q.skipped, static_cast<std::int64_t>(parts));
    EXPECT_NEAR(q.mae, 6.405516160740146, 1e-13);
    EXPECT_NEAR(q.mse, 51.89684528679091, 1e-12);
    EXPECT_NEAR(q.rmse, 7.203946507768565, 1e-13);
    EXPECT_NEAR(*q.r2, 0.3692548123094046, 1e-13);
    EXPECT_NEAR(q.max_error, 12.927779287047379, 1e-13);
    EXPECT_NEAR(q.mean_error, -1.055182333018312, 1e-13);
  }
}

TEST(regression_metrics, keeps_r2_under_an_offset) {
  RegressionMetrics near, far;
  for (const auto& [actual, predicted] : wave()) {
    const double a = std::round(actual * 1024) / 1024, p = std::round(predicted * 1024) / 1024;
    near.accumulate(a, p);
    far.accumulate(a + 0x1p30, p + 0x1p30);
  }
  EXPECT_NEAR(*far.quality()->r2, *near.quality()->r2, 1e-10);
}

TEST(regression_metrics, leaves_undefined_what_is) {
  EXPECT_FALSE(RegressionMetrics{}.quality());
  RegressionMetrics state;
  for (const double predicted : {0.1, 0.2, 0.3}) state.accumulate(0.1, predicted);
  EXPECT_FALSE(state.quality()->r2);
  EXPECT_NEAR(state.quality()->mae, 0.1, 1e-15);
  EXPECT_THROW(state.accumulate(nan, 1), InvalidInput);
  EXPECT_THROW(state.accumulate(1, std::numeric_limits<double>::infinity()), InvalidInput);
  state.accumulate(1e300, -1e300);
  EXPECT_THROW(state.quality(), InvalidInput);
}

TEST(confusion_matrix, counts_all_pairs) {
  std::mt19937_64 random(33);
  const std::vector<std::string> labels{"10", "9", "-1", "0.5", "200"};
  const std::vector<Text> sorted{"-1", "0.5", "9", "10", "200"};
  std::vector<std::vector<std::int64_t>> expected(5, std::vector<std::int64_t>(5));
  const auto rank = [&](const std::string& label) {
    return std::find(sorted.begin(), sorted.end(), std::string_view(label)) - sorted.begin();
  };
  std::vector<ConfusionMatrix> states(3);
  for (int i = 0; i < 500; ++i) {
    const std::string& actual = labels[random() % 4];
    const std::string& predicted = random() % 2 ? actual : labels[random() % 5];
    expected[rank(actual)][rank(predicted)] += 1;
    states[random() % 3].accumulate({actual, ClassLabel::Type::number}, {predicted, ClassLabel::Type::number});
  }
  ConfusionMatrix merged;
  for (const auto& state : states) merged.merge(state);
  const Vec<ConfusionCell> cells = merged.cells().value();
  ASSERT_EQ(cells.size(), 25u);
  for (std::size_t a = 0; a < 5; ++a)
    for (std::size_t b = 0; b < 5; ++b) {
      const ConfusionCell& cell = cells[a * 5 + b];
      EXPECT_EQ(cell.actual, sorted[a]);
      EXPECT_EQ(cell.predicted, sorted[b]);
      EXPECT_EQ(cell.n, expected[a][b]) << cell.actual << ' ' << cell.predicted;
    }
}

TEST(confusion_matrix, knows_classes_that_were_only_predicted) {
  ConfusionMatrix state;
  EXPECT_FALSE(state.cells());
  state.accumulate({"b"}, {"a"});
  const Vec<ConfusionCell> cells = state.cells().value();
  ASSERT_EQ(cells.size(), 4u);
  EXPECT_EQ(cells[2].actual, "b");
  EXPECT_EQ(cells[2].predicted, "a");
  EXPECT_EQ(cells[2].n, 1);
  EXPECT_EQ(cells[0].n + cells[1].n + cells[3].n, 0);
  EXPECT_THROW(state.accumulate({"a"}, {"1", ClassLabel::Type::number}), InvalidInput);
  for (int c = 0; c < 998; ++c) state.accumulate({std::to_string(c)}, {"a"});
  EXPECT_EQ(state.cells()->size(), 1000000u);
  EXPECT_THROW(state.accumulate({"a"}, {"x"}), InvalidInput);
}

template <class State, class Use>
void forge(const State& good, Use&& use) {
  std::mt19937_64 random(34);
  std::vector<std::byte> bytes(packed_size(good));
  for (int trial = 0; trial < 10000; ++trial) {
    pack(good, bytes.data());
    const std::size_t reach = trial % 2 ? bytes.size() : std::min<std::size_t>(bytes.size(), 64);
    for (int k = 0; k < 3; ++k) bytes[random() % reach] = static_cast<std::byte>(random() % (trial % 3 ? 256 : 4));
    State state, other = good;
    try {
      unpack(bytes, state);
      other.merge(state);
      state.merge(good);
      use(state);
    } catch (const InvalidInput&) {
    }
  }
}

TEST(evaluation, survives_forged_states) {
  forge(state_of(tied_rows()), [](ClassificationMetrics& state) {
    state.accumulate({1, true}, 0.5);
    state.quality();
  });
  RegressionMetrics regression;
  regression.accumulate(1, 2);
  forge(regression, [](RegressionMetrics& state) {
    state.accumulate(2, 3);
    state.quality();
  });
  ConfusionMatrix matrix;
  for (const char* label : {"a", "b", "c"}) matrix.accumulate({label}, {"a"});
  forge(matrix, [](ConfusionMatrix& state) {
    state.accumulate({"a"}, {"z"});
    state.cells();
  });
}

}  // namespace
}  // namespace quern
