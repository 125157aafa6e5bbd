// Search: kernels for many parameter vectors, folds, metrics, grids, and that settings trained together are those
// trained one by one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "base/error.hpp"
#include "search/gaussian_process.hpp"
#include "search/many_fits.hpp"
#include "search/many_kernels.hpp"
#include "search/search.hpp"
#include "threaded_crew.hpp"
#include "training.hpp"

namespace quern {
namespace {

std::uint64_t seed_of_run() {
  const std::uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << '\n';
  return seed;
}

TrainingRows random_rows(std::size_t n, std::size_t features, std::mt19937_64& random, double mean = 0) {
  std::normal_distribution<double> normal;
  TrainingRows rows;
  for (std::size_t i = 0; i < n; ++i) {
    TrainingRow& row = rows.emplace_back();
    double f = 0.3;
    for (std::size_t j = 0; j < features; ++j) {
      const double x = random() % 4 == 0 ? 0 : normal(random);
      row.x.push_back(x + mean);
      f += x * (j % 2 == 0 ? 0.5 : -0.4) / std::sqrt(static_cast<double>(j + 1));
    }
    row.y = f + normal(random);
    row.weight = static_cast<double>(1 + random() % 3);
  }
  return rows;
}

TrainingRows classes_of(TrainingRows rows) {
  for (TrainingRow& row : rows) row.y = row.y > 0;
  return rows;
}
TrainingRows counts_of(TrainingRows rows) {
  for (TrainingRow& row : rows) row.y = std::floor(std::exp(std::clamp(row.y, -3.0, 2.0)));
  return rows;
}

TEST(ManyKernels, AreTheProductsByTheDefinition) {
  std::mt19937_64 random(seed_of_run());
  for (const bool sparse : {false, true})
    for (const bool narrow : {false, true})
      for (const bool intercept : {false, true})
        for (const std::size_t features : {1, 3, 4, 17, 50})
          for (const std::size_t vectors : {1, 8, 9, 20, 25, 70}) {
            const std::size_t n = 1 + random() % largest_batch, stride = stride_of(vectors);
            const MemoryStore store = store_of(random_rows(n, features, random), {.sparse = sparse, .narrow = narrow});
            std::vector<const std::byte*> rows;
            MemoryStore& open = const_cast<MemoryStore&>(store);
            for (std::size_t b = 0; b < store.blocks().size(); ++b) {
              const BlockView view(store.format(), open.load(b, nullptr), store.blocks()[b].bytes);
              for (std::size_t i = 0; i < view.rows(); ++i) rows.push_back(view.row(i));
            }
            const Batch batch{&store.format(), rows};
            const PredictorShape shape{1, features, intercept};
            std::normal_distribution<double> normal;
            std::vector<double> weights(shape.terms() * stride), f(n * stride), g(n * stride);
            for (std::size_t t = 0; t < shape.terms(); ++t)
              for (std::size_t k = 0; k < vectors; ++k) weights[t * stride + k] = normal(random);
            for (double& value : g) value = normal(random);
            predict_many(batch, intercept, weights.data(), stride, f.data());
            std::vector<double> gradient(shape.terms() * stride, 0.5);
            add_gradients(batch, intercept, g.data(), stride, gradient.data());
            for (std::size_t k = 0; k < vectors; ++k) {
              std::vector<double> w(shape.terms()), one(n), g_k(n), sum(shape.terms(), 0.5);
              for (std::size_t t = 0; t < shape.terms(); ++t) w[t] = weights[t * stride + k];
              for (std::size_t i = 0; i < n; ++i) g_k[i] = g[i * stride + k];
              naive::predict_batch(batch, shape, w.data(), one.data());
              naive::add_gradient(batch, shape, g_k.data(), sum.data());
              for (std::size_t i = 0; i < n; ++i)
                ASSERT_NEAR(f[i * stride + k], one[i], 1e-12 * (1 + std::abs(one[i])));
              for (std::size_t t = 0; t < shape.terms(); ++t) ASSERT_NEAR(gradient[t * stride + k], sum[t], 1e-11);
            }
          }
}

// --- folds

TEST(Folds, AreDisjointAndOfEqualSize) {
  std::mt19937_64 random(seed_of_run());
  MemoryStore store = store_of(classes_of(random_rows(1003, 2, random)), {.classes = 2});
  for (const std::int64_t folds : {2, 3, 5, 10}) {
    const FoldOptions options{.folds = folds, .stratified = true, .seed = random()};
    const FoldLayout layout = layout_of(options, false);
    const auto parts = assign_parts("search", options, layout, store, 2, {});
    std::map<int, int> sizes;
    for (const std::uint8_t part : parts) ++sizes[part];
    ASSERT_EQ(sizes.size(), static_cast<std::size_t>(folds));
    for (const auto& [part, size] : sizes) EXPECT_NEAR(size, 1003.0 / static_cast<double>(folds), 2);
    for (std::size_t f = 0; f < layout.folds; ++f) {
      const Roles roles = layout.roles(f);
      EXPECT_EQ(std::count(roles.begin(), roles.end(), Role::test), 1);
      EXPECT_EQ(std::count(roles.begin(), roles.end(), Role::train), folds - 1);
    }
    EXPECT_EQ(parts, assign_parts("search", options, layout, store, 2, {}));
  }
}

TEST(Folds, StratifiedPartsHaveEachClassAlike) {
  TrainingRows rows;
  for (int i = 0; i < 1000; ++i) rows.push_back({.y = i < 30 ? 1.0 : 0.0, .x = {1.0}});
  MemoryStore store = store_of(rows, {.classes = 2});
  const FoldOptions options{.folds = 10, .stratified = true, .seed = 3};
  const auto parts = assign_parts("search", options, layout_of(options, false), store, 2, {});
  for (int p = 0; p < 10; ++p) {
    int rare = 0;
    for (int i = 0; i < 30; ++i) rare += parts[static_cast<std::size_t>(i)] == p;
    EXPECT_EQ(rare, 3);
  }
}

TEST(Folds, AShareIsOfThatSize) {
  std::mt19937_64 random(seed_of_run());
  MemoryStore store = store_of(random_rows(1000, 1, random));
  for (const double share : {0.1, 0.2, 0.35, 0.5}) {
    const FoldOptions options{.folds = 0, .validation = share, .seed = random()};
    const auto parts = assign_parts("search", options, layout_of(options, false), store, 0, {});
    EXPECT_NEAR(static_cast<double>(std::count(parts.begin(), parts.end(), 1)), 1000 * share, 1);
  }
}

TEST(Folds, GroupsStayTogetherAndTimesInOrder) {
  std::mt19937_64 random(seed_of_run());
  MemoryStore store = store_of(random_rows(900, 1, random));
  std::vector<double> tags;
  for (int i = 0; i < 900; ++i) tags.push_back(static_cast<double>(random() % 40));
  const FoldOptions options{.folds = 4, .seed = 5};
  const auto grouped = assign_parts("search", options, layout_of(options, false), store, 0, tags);
  std::map<double, std::set<int>> parts_of_tag;
  std::map<int, int> sizes;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    parts_of_tag[tags[i]].insert(grouped[i]);
    ++sizes[grouped[i]];
  }
  for (const auto& [tag, parts] : parts_of_tag) EXPECT_EQ(parts.size(), 1u);
  for (const auto& [part, size] : sizes) EXPECT_NEAR(size, 225, 40);

  const FoldLayout ordered = layout_of(options, true);
  EXPECT_EQ(ordered.parts, 5u);
  const auto timed = assign_parts("search", options, ordered, store, 0, tags);
  for (std::size_t i = 0; i < tags.size(); ++i)
    for (std::size_t j = 0; j < tags.size(); j += 7)
      if (tags[i] < tags[j]) {
        EXPECT_LE(timed[i], timed[j]);
      }
  const Roles roles = ordered.roles(1);
  EXPECT_EQ(roles[0], Role::train);
  EXPECT_EQ(roles[1], Role::train);
  EXPECT_EQ(roles[2], Role::test);
  EXPECT_EQ(roles[3], Role::none);
  const std::vector<double> same(900, 1.0);
  EXPECT_THROW(assign_parts("search", options, layout_of(options, false), store, 0, same), InvalidInput);
  EXPECT_THROW(assign_parts("search", options, ordered, store, 0, same), InvalidInput);
}

TEST(Folds, APartStoreHasTheRowsOfItsParts) {
  std::mt19937_64 random(seed_of_run());
  for (const bool sparse : {false, true}) {
    const TrainingRows rows = random_rows(700, 9, random);
    MemoryStore store = store_of(rows, {.sparse = sparse, .weighted = true});
    std::vector<std::uint8_t> parts(rows.size());
    for (std::uint8_t& part : parts) part = static_cast<std::uint8_t>(random() % 3);
    std::array<bool, 256> keep{};
    keep[1] = keep[2] = true;
    PartStore some(store, parts, keep);
    TrainingRows wanted;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (keep[parts[i]]) wanted.push_back(rows[i]);
    MemoryStore direct = store_of(wanted, {.sparse = sparse, .weighted = true});
    ASSERT_EQ(some.rows(), direct.rows());
    const std::vector<double> a = values_of(train_on(some, "linear_regression", ""), "estimate"),
                              b = values_of(train_on(static_cast<RowStore&>(direct), "linear_regression", ""),
                                            "estimate");
    for (std::size_t t = 0; t < a.size(); ++t) EXPECT_NEAR(a[t], b[t], 1e-12);  // blocks end elsewhere
  }
}

// --- metrics

TEST(Metrics, AreThoseOfTheDefinition) {
  // scikit-learn 1.2.1: r2_score, mean_squared_error, mean_absolute_error with sample_weight
  MetricSums r2(MetricKind::r2, 0), mae(MetricKind::mae, 0), rmse(MetricKind::rmse, 0);
  const double y[] = {3, -0.5, 2, 7}, p[] = {2.5, 0, 2, 8}, w[] = {1, 2, 3, 4};
  for (int i = 0; i < 4; ++i) {
    r2.add_number(y[i], p[i], w[i]);
    mae.add_number(y[i], p[i], w[i]);
    rmse.add_number(y[i], p[i], w[i]);
  }
  const double mean = (3 - 1 + 6 + 28) / 10.0;
  double spread = 0, squares = 0;
  for (int i = 0; i < 4; ++i) {
    spread += w[i] * (y[i] - mean) * (y[i] - mean);
    squares += w[i] * (y[i] - p[i]) * (y[i] - p[i]);
  }
  EXPECT_NEAR(r2.value(), 1 - squares / spread, 1e-14);
  EXPECT_NEAR(mae.value(), (0.5 + 1 + 0 + 4) / 10, 1e-14);
  EXPECT_NEAR(rmse.value(), std::sqrt(squares / 10), 1e-14);
}

TEST(Metrics, MergeInParts) {
  std::mt19937_64 random(seed_of_run());
  std::normal_distribution<double> normal(100, 1);
  MetricSums whole(MetricKind::r2, 0), merged(MetricKind::r2, 0);
  for (int part = 0; part < 5; ++part) {
    MetricSums one(MetricKind::r2, 0);
    for (int i = 0; i < 20; ++i) {
      const double y = normal(random), p = y + 0.1 * normal(random) - 10;
      whole.add_number(y, p, 1);
      one.add_number(y, p, 1);
    }
    std::vector<double> numbers(MetricSums::size(MetricKind::r2, 0));
    one.put(numbers.data());
    merged.add(numbers.data());
  }
  EXPECT_NEAR(whole.value(), merged.value(), 1e-10);
}

TEST(Metrics, RocAucCountsTiesHalf) {
  MetricSums auc(MetricKind::roc_auc, 2);
  // Pairs: (0.8, 0.4) right, (0.8, 0.35) right, (0.35, 0.4) wrong, (0.35, 0.35) tie.
  auc.add_class(1, 1, 0, 0.8, 1);
  auc.add_class(1, 1, 0, 0.35, 1);
  auc.add_class(0, 1, 0, 0.4, 1);
  auc.add_class(0, 1, 0, 0.35, 1);
  EXPECT_DOUBLE_EQ(auc.value(), 2.5 / 4);
  MetricSums one(MetricKind::roc_auc, 2);
  one.add_class(1, 1, 0, 0.8, 1);
  EXPECT_TRUE(std::isnan(one.value()));
}

TEST(Metrics, OfClasses) {
  // y = 0 0 1 1 1 2, predicted 0 1 1 1 0 1
  const std::size_t y[] = {0, 0, 1, 1, 1, 2}, p[] = {0, 1, 1, 1, 0, 1};
  const auto of = [&](MetricKind kind) {
    MetricSums sums(kind, 3);
    for (int i = 0; i < 6; ++i) sums.add_class(y[i], p[i], 0.5, 0, 1);
    return sums.value();
  };
  EXPECT_DOUBLE_EQ(of(MetricKind::accuracy), 0.5);
  EXPECT_DOUBLE_EQ(of(MetricKind::balanced_accuracy), (0.5 + 2.0 / 3 + 0) / 3);
  EXPECT_DOUBLE_EQ(of(MetricKind::precision), (0.5 + 0.5 + 0) / 3);
  EXPECT_DOUBLE_EQ(of(MetricKind::recall), (0.5 + 2.0 / 3 + 0) / 3);
  EXPECT_DOUBLE_EQ(of(MetricKind::f1), (0.5 + 4.0 / 7 + 0) / 3);
  EXPECT_DOUBLE_EQ(of(MetricKind::log_loss), std::log(2));
}

// --- grids

std::vector<std::string> texts(const Grid& grid) {
  std::vector<std::string> result;
  for (const Json& setting : grid.all()) result.push_back(write_json(setting));
  return result;
}

TEST(Grid, HasAllCombinations) {
  EXPECT_EQ(texts(Grid("search", R"({"a": [1, 2], "b": ["x", "y"], "c": true})")),
            (std::vector<std::string>{R"({"a": 1, "b": "x", "c": true})", R"({"a": 1, "b": "y", "c": true})",
                                      R"({"a": 2, "b": "x", "c": true})", R"({"a": 2, "b": "y", "c": true})"}));
  EXPECT_EQ(texts(Grid("search", R"([{"a": [1]}, {"b": [2, 3]}])")).size(), 3u);
  EXPECT_EQ(texts(Grid("search", "{}")), (std::vector<std::string>{"{}"}));
  EXPECT_EQ(texts(Grid("search", R"({"hidden": [[1, 2], [3]]})")).size(), 2u);
}

TEST(Grid, RefusesWhatIsNone) {
  for (const char* text :
       {"3", "[]", "[1, 2]", R"({"a": []})", R"({"a": {"gauss": [0, 1]}})", R"({"a": {"uniform": [1]}})",
        R"({"a": {"uniform": [2, 1]}})", R"({"a": {"log_uniform": [0, 1]}})", R"({"a": {"normal": [0, 0]}})",
        R"({"a": {"uniform": [0, 1], "normal": [0, 1]}})"})
    EXPECT_THROW(Grid("search", text), InvalidInput) << text;
  EXPECT_THROW(Grid("search", R"({"a": {"uniform": [0, 1]}})").all(), InvalidInput);
  std::string large = "{";
  for (char c = 'a'; c <= 'f'; ++c) large += std::string(c == 'a' ? "" : ",") + "\"" + c + "\": [1,2,3,4,5,6,7,8,9,10]";
  EXPECT_THROW(Grid("search", large + "}").all(), InvalidInput);
}

TEST(Grid, DrawsFromDistributions) {
  std::mt19937_64 random(seed_of_run());
  const Grid grid("search",
                  R"({"u": {"uniform": [-1, 3]}, "l": {"log_uniform": [0.001, 1000]}, "i": {"integer": [2, 5]},
                               "n": {"normal": [10, 2]}, "c": ["p", "q", "r"]})");
  ASSERT_EQ(grid.dimensions(), 4u + 3u);
  std::uniform_real_distribution<double> uniform;
  double u = 0, l = 0, n = 0, n2 = 0;
  std::map<double, int> i;
  std::map<std::string, int> c;
  constexpr int draws = 20000;
  for (int d = 0; d < draws; ++d) {
    std::vector<double> point(grid.dimensions());
    for (double& value : point) value = uniform(random);
    const Json setting = grid.at(point);
    u += setting.find("u")->number;
    l += std::log10(setting.find("l")->number);
    ++i[setting.find("i")->number];
    n += setting.find("n")->number;
    n2 += std::pow(setting.find("n")->number - 10, 2);
    ++c[setting.find("c")->string];
  }
  EXPECT_NEAR(u / draws, 1, 0.05);
  EXPECT_NEAR(l / draws, 0, 0.08);
  EXPECT_NEAR(n / draws, 10, 0.1);
  EXPECT_NEAR(n2 / draws, 4, 0.25);
  ASSERT_EQ(i.size(), 4u);
  for (const auto& [value, count] : i) EXPECT_NEAR(count, draws / 4, 400);
  ASSERT_EQ(c.size(), 3u);
  for (const auto& [value, count] : c) EXPECT_NEAR(count, draws / 3, 400);
}

TEST(GaussianProcess, GoesThroughItsPointsAndBackToTheMean) {
  std::vector<std::vector<double>> points;
  std::vector<double> values;
  for (int i = 0; i <= 10; ++i) {
    points.push_back({i / 10.0});
    values.push_back(std::sin(i / 2.0));
  }
  const GaussianProcess process(points, values);
  for (int i = 0; i <= 10; ++i) EXPECT_NEAR(process.at(std::vector<double>{i / 10.0}).mean, std::sin(i / 2.0), 0.02);
  EXPECT_NEAR(process.at(std::vector<double>{0.35}).mean, std::sin(1.75), 0.02);
  EXPECT_LT(process.at(std::vector<double>{0.5}).deviation, process.at(std::vector<double>{2.5}).deviation);
  EXPECT_GT(process.expected_improvement(std::vector<double>{0.95}),
            process.expected_improvement(std::vector<double>{0.3}));
}

// --- settings trained together

class SerialHost final : public SearchHost {
 public:
  SerialHost(RowStore& store, std::size_t classes, std::vector<double> class_map = {})
      : store_(store), class_map_(std::move(class_map)), parts_(store.rows()) {
    description_.target = static_cast<std::int32_t>(classes ? Target::number_class : Target::number);
    for (std::size_t c = 0; c < classes; ++c) description_.classes.push_back(std::to_string(c));
    if (class_map_.empty())
      for (std::size_t c = 0; c < classes; ++c) class_map_.push_back(static_cast<double>(c));
  }
  RowStore& store() override { return store_; }
  Description description() override { return description_; }
  std::span<const double> class_map() override { return class_map_; }
  std::span<std::uint8_t> parts() override { return parts_; }
  Observer& observer() override { return observer_; }
  Crew& open(const SearchPost& post, std::size_t numbers) override {
    board_.assign(numbers, 0);
    worker_ = make_search_worker(post, store_, parts_, board_);
    crew_.emplace(*worker_, board_);
    many += post.many;
    return *crew_;
  }

  int many = 0;  // how often settings were trained together

 private:
  RowStore& store_;
  std::vector<double> class_map_;
  std::vector<std::uint8_t> parts_;
  std::vector<double> board_;
  Description description_;
  SilentObserver observer_;
  std::unique_ptr<Worker> worker_;
  std::optional<SerialCrew> crew_;
};

// What each fold's fit must be: a training of its own over its rows, and the loss on the others by the definition.
void expect_as_alone(
    const TrainingRows& rows, std::string_view algorithm, const char* grid, const TrainingSetup& setup,
    const char* options = R"({"folds": 3, "metric": "loss", "refit": false, "fixed": {"tol": 1e-10}})") {
  MemoryStore store = store_of(rows, setup);
  SerialHost host(store, setup.classes);
  const SearchRequest request("search", algorithm, grid, options);
  const SearchResult found = search(request, host);
  EXPECT_EQ(host.many, 1);
  const std::vector<std::uint8_t> parts(host.parts().begin(), host.parts().end());
  for (const SearchRow& row : found.rows) {
    EXPECT_FALSE(row.error.has_value()) << *row.error;
    const std::string text = request.options_of(parse_json(row.setting));
    for (std::size_t fold = 0; fold < row.folds.size(); ++fold) {
      TrainingRows train, test;
      for (std::size_t i = 0; i < rows.size(); ++i) (parts[i] == fold ? test : train).push_back(rows[i]);
      MemoryStore own = store_of(train, setup);
      const Model model = train_on(static_cast<RowStore&>(own), algorithm, text, setup);
      TrainOptions common;
      const auto objective = make_objective(algorithm, text, setup.classes, common);
      const std::vector<double> estimate = values_of(model, "estimate");
      double loss = 0, weight = 0;
      for (const TrainingRow& out : test) {
        double f = common.fit_intercept ? estimate[0] : 0;
        for (std::size_t j = 0; j < out.x.size(); ++j) f += out.x[j] * estimate[j + common.fit_intercept];
        const double y = setup.classes ? 2 * out.y - 1 : out.y, v = setup.weighted ? out.weight : 1;
        loss += objective->value(&f, &y, &v, 1);
        weight += v;
      }
      ASSERT_TRUE(row.folds[fold].has_value());
      EXPECT_NEAR(*row.folds[fold], loss / weight, 2e-6 * loss / weight)
          << algorithm << ' ' << row.setting << ' ' << fold;
    }
  }
}

TEST(Search, TogetherIsAsAlone) {
  std::mt19937_64 random(seed_of_run());
  const TrainingRows rows = random_rows(1500, 6, random);
  expect_as_alone(classes_of(rows), "logistic_regression", R"({"l2": [0, 0.001, 0.1], "l1": [0, 0.01]})",
                  {.classes = 2});
  expect_as_alone(rows, "linear_regression", R"({"l2": [0, 0.01, 1], "l1": [0, 0.05], "fit_intercept": true})", {});
  expect_as_alone(rows, "linear_regression", R"({"l2": [0, 0.01]})", {.weighted = true},
                  R"({"folds": 3, "metric": "loss", "refit": false, "fixed": {"tol": 1e-10, "fit_intercept": false}})");
  expect_as_alone(rows, "huber_regression", R"({"delta": [0.5, 1.35], "l2": [0.01, 0.1]})", {});
  expect_as_alone(counts_of(rows), "poisson_regression", R"({"l2": [0.001, 0.1]})", {.sparse = true, .weighted = true});
}

TEST(Search, TogetherIsAsAloneInColumnsFarFromZero) {
  std::mt19937_64 random(seed_of_run());
  TrainingRows rows = random_rows(1200, 4, random, 1000);
  for (TrainingRow& row : rows) row.x[2] *= 1e-4;
  expect_as_alone(classes_of(rows), "logistic_regression", R"({"l2": [1e-6, 0.001]})", {.classes = 2});
}

// As many rows as levels of samples need.
TEST(Search, TogetherIsAsAloneForManyRows) {
  std::mt19937_64 random(seed_of_run());
  expect_as_alone(classes_of(random_rows(150000, 3, random)), "logistic_regression",
                  R"({"l2": [0, 0.01], "l1": [0, 0.02]})", {.classes = 2},
                  R"({"folds": 2, "metric": "loss", "refit": false, "fixed": {"tol": 1e-9}})");
}

TEST(Search, AnyNumberOfProcessesGivesTheSameBits) {
  std::mt19937_64 random(seed_of_run());
  MemoryStore store = store_of(classes_of(random_rows(60000, 5, random)), {.classes = 2});
  const ManySpec spec{
      "logistic_regression", {R"({"l2": 0.01})", R"({"l2": 0.1})"}, 2, {3, 3, false, false}, MetricKind::accuracy};
  std::vector<std::uint8_t> parts(store.rows());
  for (std::uint8_t& part : parts) part = static_cast<std::uint8_t>(random() % 3);
  const std::vector<double> map{0, 1};
  std::vector<std::vector<double>> points;
  for (const std::size_t threads : {1, 2, 3}) {
    const ManyJob job(spec, store);
    EXPECT_GT(job.base.shards.size(), 1u);
    std::vector<double> board(job.board_size);
    std::vector<std::unique_ptr<Worker>> workers;
    for (std::size_t t = 0; t < threads; ++t) workers.push_back(std::make_unique<ManyWorker>(job, store, parts, board));
    WorkerThreads crew(std::move(workers), board);
    SilentObserver observer;
    std::vector<double>& all = points.emplace_back();
    for (const FitResult& fit : fit_many(job, store, crew, observer, map, {})) {
      all.insert(all.end(), fit.of_user.begin(), fit.of_user.end());
      all.push_back(fit.score);
      EXPECT_TRUE(fit.converged);
    }
  }
  EXPECT_EQ(points[0], points[1]);
  EXPECT_EQ(points[0], points[2]);
}

TEST(Search, RefitsTheBestOnAllRows) {
  std::mt19937_64 random(seed_of_run());
  const TrainingRows rows = random_rows(800, 4, random);
  MemoryStore store = store_of(rows), again = store_of(rows);
  SerialHost host(store, 0);
  const SearchResult found = search(SearchRequest("search", "linear_regression", R"({"l2": [0.001, 10]})", ""), host);
  ASSERT_EQ(found.rows.size(), 2u);
  EXPECT_EQ(found.rows[0].setting, R"({"l2": 0.001})");
  ASSERT_TRUE(found.rows[0].model.has_value());
  EXPECT_FALSE(found.rows[1].model.has_value());
  EXPECT_EQ(values_of(*found.rows[0].model, "estimate"),
            values_of(train_on(static_cast<RowStore&>(again), "linear_regression", R"({"l2": 0.001})"), "estimate"));
  const double mean = std::accumulate(found.rows[0].folds.begin(), found.rows[0].folds.end(), 0.0,
                                      [](double sum, const auto& fold) { return sum + *fold; }) /
                      5;
  EXPECT_DOUBLE_EQ(*found.rows[0].mean, mean);
}

TEST(Search, LossesWithKinksTrainOneByOne) {
  std::mt19937_64 random(seed_of_run());
  MemoryStore store = store_of(classes_of(random_rows(600, 3, random)), {.classes = 2});
  SerialHost host(store, 2, {1, 0});
  const SearchResult found = search(SearchRequest("search", "linear_svm", R"({"l2": [0.01, 100]})", ""), host);
  EXPECT_EQ(host.many, 0);
  EXPECT_GT(*found.rows[0].mean, 0.6);
  EXPECT_EQ(found.rows[0].setting, R"({"l2": 0.01})");
  EXPECT_THROW(search(SearchRequest("search", "linear_svm", R"({"l2": [0.01]})", R"({"metric": "log_loss"})"), host),
               InvalidInput);
}

TEST(Search, AFoldOfOneClassIsToldInItsRow) {
  TrainingRows rows;
  for (int i = 0; i < 40; ++i) rows.push_back({.y = i == 7 ? 1.0 : 0.0, .x = {static_cast<double>(i % 5)}});
  for (const char* algorithm : {"logistic_regression", "linear_svm"}) {
    MemoryStore store = store_of(rows, {.classes = 2});
    SerialHost host(store, 2);
    const SearchResult found = search(SearchRequest("search", algorithm, R"({"l2": [0.1, 1]})", ""), host);
    ASSERT_EQ(found.rows.size(), 2u);
    for (const SearchRow& row : found.rows) {
      EXPECT_FALSE(row.mean.has_value());
      ASSERT_TRUE(row.error.has_value());
      EXPECT_NE(row.error->find("the target is the same in all rows"), std::string::npos) << *row.error;
      EXPECT_EQ(std::count(row.folds.begin(), row.folds.end(), std::nullopt), 1);
    }
    EXPECT_FALSE(found.rows[0].model.has_value());
  }
}

TEST(Search, ASettingThatDivergesIsToldInItsRow) {
  std::mt19937_64 random(seed_of_run());
  const TrainingRows rows = random_rows(500, 3, random);
  MemoryStore store = store_of(rows);
  SerialHost host(store, 0);
  const SearchResult found =
      search(SearchRequest("search", "linear_regression",
                           R"({"solver": ["sgd", "auto"], "step_size": 1e200, "max_iter": 20})", ""),
             host);
  ASSERT_EQ(found.rows.size(), 2u);
  EXPECT_TRUE(found.rows[0].mean.has_value());
  EXPECT_FALSE(found.rows[1].mean.has_value());
  ASSERT_TRUE(found.rows[1].error.has_value());
  EXPECT_NE(found.rows[1].error->find("diverges"), std::string::npos) << *found.rows[1].error;
}

TEST(Search, HalvingKeepsTheBestSettings) {
  std::mt19937_64 random(seed_of_run());
  const TrainingRows rows = random_rows(12000, 4, random);
  MemoryStore store = store_of(rows);
  SerialHost host(store, 0);
  const SearchResult found = search(
      SearchRequest("search", "linear_regression", R"({"l2": [1e-4, 1, 2, 3, 4, 5, 6, 7, 8]})", R"({"halving": true})"),
      host);
  ASSERT_EQ(found.rows.size(), 9u);
  EXPECT_EQ(found.rows[0].setting, R"({"l2": 1e-04})");
  EXPECT_EQ(host.many, 3);  // rungs: a ninth, a third, all
  MemoryStore own = store_of(rows);
  SerialHost alone(own, 0);
  const SearchResult all = search(SearchRequest("search", "linear_regression", R"({"l2": [1e-4]})", ""), alone);
  EXPECT_NEAR(*found.rows[0].mean, *all.rows[0].mean, 1e-9);  // on all rows, whatever the way there
}

TEST(Search, ModelBasedFindsWhatTheGridFinds) {
  std::mt19937_64 random(17);
  const TrainingRows rows = random_rows(400, 30, random);  // so few rows that a penalty helps
  MemoryStore store = store_of(rows);
  SerialHost host(store, 0);
  const auto best = [&](const char* grid, const char* options) {
    return *search(SearchRequest("search", "linear_regression", grid, options), host).rows[0].mean;
  };
  std::string fine = R"({"l2": [)";
  for (int i = 0; i <= 60; ++i) fine += (i ? "," : "") + std::to_string(std::pow(10, -4 + i / 10.0));
  const double grid = best((fine + "]}").c_str(), R"({"refit": false})");
  const double model =
      best(R"({"l2": {"log_uniform": [1e-4, 100]}})", R"({"strategy": "bayes", "n_iter": 15, "refit": false})");
  EXPECT_NEAR(model, grid, 2e-4);
}

TEST(Search, TheSameSeedGivesTheSameRanks) {
  std::mt19937_64 random(seed_of_run());
  const TrainingRows rows = random_rows(300, 3, random);
  const auto run = [&](const char* options) {
    MemoryStore store = store_of(rows);
    SerialHost host(store, 0);
    std::vector<std::pair<std::string, double>> result;
    for (const SearchRow& row :
         search(SearchRequest("search", "linear_regression", R"({"l2": {"log_uniform": [1e-6, 1]}})", options), host)
             .rows)
      result.emplace_back(row.setting, *row.mean);
    return result;
  };
  EXPECT_EQ(run(R"({"n_iter": 6, "seed": 4})"), run(R"({"n_iter": 6, "seed": 4})"));
  EXPECT_NE(run(R"({"n_iter": 6, "seed": 4})"), run(R"({"n_iter": 6, "seed": 5})"));
  EXPECT_EQ(run(R"({"n_iter": 7, "strategy": "bayes"})"), run(R"({"n_iter": 7, "strategy": "bayes"})"));
}

TEST(Search, RefusesWhatCannotBe) {
  const auto refused = [](const char* algorithm, const char* grid, const char* options) {
    try {
      SearchRequest("search", algorithm, grid, options);
    } catch (const InvalidInput& e) {
      return std::string(e.what());
    }
    return std::string("nothing");
  };
  EXPECT_EQ(refused("linear_regression", R"({"l3": [1]})", ""), "linear_regression: unknown option \"l3\"");
  EXPECT_EQ(refused("linear_regression", R"({"l2": [1, -1]})", ""),
            "linear_regression: option \"l2\" must be a number, at least 0, not -1");
  EXPECT_EQ(refused("nothing", "{}", ""), "train: unknown algorithm \"nothing\"");
  EXPECT_EQ(refused("linear_regression", "{}", R"({"fold": 3})"), "search: unknown option \"fold\"");
  EXPECT_EQ(refused("linear_regression", R"({"weight": ["w"]})", ""),
            "search: option \"weight\" is the same for all settings");
  EXPECT_EQ(refused("linear_regression", "{}", R"({"group": "g", "time": "t"})"),
            "search: options \"group\" and \"time\" do not go together");
  EXPECT_EQ(refused("linear_regression", "{}", R"({"fixed": {"store": "none"}})"),
            "search: store \"none\" cannot be searched over");
  EXPECT_EQ(refused("linear_regression", "{}", R"({"fixed": 3})"),
            "search: option \"fixed\" must be an object of options, not a number");
}

}  // namespace
}  // namespace quern
