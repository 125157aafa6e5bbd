// k-means against figures of other programs, the definition computed in long double, and what must hold of any data.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.hpp"
#include "clusters.hpp"
#include "model/kmeans.hpp"
#include "threaded_crew.hpp"

namespace quern {
namespace {

constexpr unsigned seed = 20261121;

TrainingRows iris() { return rows_of_file("iris/iris.csv", 4); }

// The centroid is the mean of the rows that it is the nearest one of; the inertia is the sum of squares about it.
void check_definition(const TrainingRows& rows, const Model& model, bool weighted, double tolerance) {
  const std::size_t k = model.classes.size(), d = rows[0].x.size();
  const std::vector<double> centroid = values_of(model, "centroid"), size = values_of(model, "size");
  std::vector<long double> sum(k * d), weight(k);
  long double inertia = 0, silhouette = 0;
  for (const TrainingRow& row : rows) {
    std::size_t best = 0;
    long double least = 0, second = 0;
    for (std::size_t c = 0; c < k; ++c) {
      long double distance = 0;
      for (std::size_t j = 0; j < d; ++j) {
        const long double difference = static_cast<long double>(row.x[j]) - centroid[c * d + j];
        distance += difference * difference;
      }
      if (c == 0 || distance < least) {
        second = least;
        least = distance;
        best = c;
      } else if (c == 1 || distance < second) {
        second = distance;
      }
    }
    const double v = weighted ? row.weight : 1;
    inertia += v * least;
    if (second > 0) silhouette += v * (1 - std::sqrt(least / second));
    weight[best] += v;
    for (std::size_t j = 0; j < d; ++j) sum[best * d + j] += v * row.x[j];
  }
  EXPECT_NEAR(model.metric("inertia"), static_cast<double>(inertia), 1e-12 * static_cast<double>(inertia));
  if (k > 1) {
    const double expected = static_cast<double>(silhouette) / model.metric("weight_sum");
    EXPECT_NEAR(model.metric("simplified_silhouette"), expected, 1e-12);
  }
  for (std::size_t c = 0; c < k; ++c) {
    EXPECT_EQ(size[c], static_cast<double>(weight[c])) << c;
    for (std::size_t j = 0; j < d && weight[c] > 0; ++j)
      EXPECT_NEAR(centroid[c * d + j], static_cast<double>(sum[c * d + j] / weight[c]), tolerance) << c << " " << j;
  }
}

// Lloyd from the 1st, 51st and 101st flower: inertia, sizes and iterations as scikit-learn 1.2.1
// (KMeans(init=..., tol=0)) and R 4.2.2 (kmeans(algorithm = "Lloyd")) have them.
TEST(KMeans, Iris) {
  const TrainingRows rows = iris();
  MemoryStore store = store_of(rows);
  const std::string options = R"({"tol": 0, "centroids": )" + json_of(rows, {0, 50, 100}) + "}";
  const Model model = train_technique(store, "kmeans", options);
  EXPECT_NEAR(model.metric("inertia"), 78.85144142614601, 1e-11);
  EXPECT_EQ(values_of(model, "size"), (std::vector<double>{50, 62, 38}));
  EXPECT_EQ(model.metric("iterations"), 4);
  EXPECT_EQ(model.metric("converged"), 1);
  check_definition(rows, model, false, 1e-13);
}

TEST(KMeans, WeightsAreRowsRepeated) {
  TrainingRows rows = iris(), repeated;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].weight = static_cast<double>(1 + i % 3);
    for (std::size_t n = 0; n < 1 + i % 3; ++n) repeated.push_back({0, rows[i].x});
  }
  const std::string options = R"({"tol": 0, "centroids": )" + json_of(rows, {0, 50, 100}) + "}";
  MemoryStore weighted = store_of(rows, {.weighted = true}), plain = store_of(repeated);
  const Model one = train_technique(weighted, "kmeans", options), other = train_technique(plain, "kmeans", options);
  EXPECT_NEAR(one.metric("inertia"), 159.50553623795565, 1e-11);  // scikit-learn 1.2.1, sample_weight
  EXPECT_NEAR(one.metric("inertia"), other.metric("inertia"), 1e-11);
  EXPECT_NEAR(one.metric("simplified_silhouette"), other.metric("simplified_silhouette"), 1e-13);
  check_definition(rows, one, true, 1e-13);
}

// From rows 0, 60, 140 of wine: scikit-learn's inertia in columns of very different scales.
TEST(KMeans, Wine) {
  const TrainingRows rows = rows_of_file("wine/wine.csv", 13);
  MemoryStore store = store_of(rows);
  const Model model =
      train_technique(store, "kmeans", R"({"tol": 0, "centroids": )" + json_of(rows, {0, 60, 140}) + "}");
  EXPECT_NEAR(model.metric("inertia"), 2370689.686782968, 1e-6);
  EXPECT_EQ(values_of(model, "size"), (std::vector<double>{47, 62, 69}));
}

struct Form {
  bool sparse, narrow, weighted;
};

TEST(KMeans, EveryFormOfRows) {
  TrainingRows rows = clouds(3000, 7, 5, 4, seed);
  for (TrainingRow& row : rows)
    for (double& v : row.x) v = static_cast<float>(std::abs(v) < 1 ? 0 : v);
  for (const Form form : {Form{0, 0, 0}, Form{0, 0, 1}, Form{1, 0, 0}, Form{0, 1, 1}, Form{1, 1, 1}}) {
    SCOPED_TRACE(testing::Message() << form.sparse << form.narrow << form.weighted);
    MemoryStore store = store_of(rows, {.sparse = form.sparse, .narrow = form.narrow, .weighted = form.weighted});
    const Model model = train_technique(store, "kmeans", R"({"n_clusters": 5, "tol": 0})");
    EXPECT_EQ(model.metric("converged"), 1);
    check_definition(rows, model, form.weighted, 1e-12);
  }
}

TEST(KMeans, AnyNumberOfClustersAndFeatures) {
  for (const std::size_t features : {1, 2, 3, 5, 8, 17})
    for (const int k : {1, 2, 3, 4, 5, 8, 9, 13, 16, 30}) {
      SCOPED_TRACE(testing::Message() << features << " features, " << k << " clusters");
      const TrainingRows rows = clouds(300, features, 6, 3, seed + features);
      MemoryStore store = store_of(rows);
      const Model model = train_technique(store, "kmeans", R"({"tol": 0, "n_clusters": )" + std::to_string(k) + "}");
      EXPECT_EQ(model.metric("converged"), 1);
      check_definition(rows, model, false, 1e-12);
    }
}

TEST(KMeans, InertiaNeverIncreases) {
  for (const char* init : {"k-means++", "k-means||", "random"}) {
    const TrainingRows rows = clouds(5000, 4, 12, 2, seed);
    MemoryStore store = store_of(rows);
    SilentObserver observer;
    train_technique(store, "kmeans", std::string(R"({"tol": 0, "n_clusters": 20, "init": ")") + init + "\"}", nullptr,
                    &observer);
    ASSERT_GT(observer.log.size(), 3u);
    for (std::size_t i = 1; i < observer.log.size(); ++i)
      EXPECT_LE(observer.log[i].loss, observer.log[i - 1].loss * (1 + 1e-14)) << init << " " << i;
  }
}

TEST(KMeans, SameBitsForAnyNumberOfWorkers) {
  const TrainingRows rows = clouds(60000, 5, 6, 2, seed);
  MemoryStore store = store_of(rows);
  CopyingStore copies(store);
  for (const char* options :
       {R"({"n_clusters": 6, "max_iter": 5})", R"({"n_clusters": 6, "max_iter": 3, "init": "k-means||", "n_init": 3})",
        R"({"n_clusters": 6, "max_iter": 2, "batch_size": 100, "n_init": 3})"}) {
    const Model alone = train_technique(store, "kmeans", options);
    for (const std::size_t threads : {2, 3}) {
      const Model together = train_technique_in_threads(store, "kmeans", options, threads);
      EXPECT_EQ(values_of(alone, "centroid"), values_of(together, "centroid")) << options;
      EXPECT_EQ(alone.metric("inertia"), together.metric("inertia"));
    }
    const std::vector<double> centroid = values_of(alone, "centroid");
    const std::vector<double> other = values_of(train_technique(copies, "kmeans", options), "centroid");
    for (std::size_t i = 0; i < centroid.size(); ++i) EXPECT_NEAR(centroid[i], other[i], 1e-12) << options;
  }
}

// Rows in memory are looked at through tiles, others are not: the same clusters by either, iteration by iteration.
TEST(KMeans, TilesChangeNothing) {
  for (const std::size_t features : {1, 3, 6, 20})
    for (const int k : {1, 2, 7, 15})
      for (const double spread : {0.0, 1.0, 30.0})
        for (const bool narrow : {false, true}) {
          SCOPED_TRACE(testing::Message() << features << " " << k << " " << spread << " " << narrow);
          const TrainingRows rows = clouds(3001, features, 9, spread, seed + features);
          MemoryStore store = store_of(rows, {.narrow = narrow, .weighted = true});
          CopyingStore copies(store);
          const std::string options =
              R"({"tol": 0, "n_init": 2, "max_iter": 30, "n_clusters": )" + std::to_string(k) + "}";
          SilentObserver of_tiles, of_rows;
          const Model one = train_technique(store, "kmeans", options, nullptr, &of_tiles);
          const Model other = train_technique(copies, "kmeans", options, nullptr, &of_rows);
          EXPECT_EQ(values_of(one, "size"), values_of(other, "size"));
          EXPECT_EQ(one.metric("iterations"), other.metric("iterations"));
          EXPECT_NEAR(one.metric("inertia"), other.metric("inertia"), 1e-13 * other.metric("inertia"));
          if (k > 1) {
            EXPECT_NEAR(one.metric("simplified_silhouette"), other.metric("simplified_silhouette"), 1e-13);
          }
          const std::vector<double> centroid = values_of(one, "centroid"), expected = values_of(other, "centroid");
          for (std::size_t i = 0; i < centroid.size(); ++i) EXPECT_NEAR(centroid[i], expected[i], 1e-12);
          ASSERT_EQ(of_tiles.log.size(), of_rows.log.size());
          for (std::size_t i = 0; i < of_rows.log.size(); ++i)
            EXPECT_NEAR(of_tiles.log[i].loss, of_rows.log[i].loss, 1e-12 * of_rows.log[i].loss) << i;
        }
}

// A huge row that leaves a cluster takes the digits of its sums along; they are added up again.
TEST(KMeans, SumsKeepTheirDigits) {
  TrainingRows rows = clouds(2000, 2, 1, 0, seed);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].x[0] += i % 2 ? 5 : -5;
  rows[100] = {0, {3e15, 3e15}, 1e6};
  MemoryStore store = store_of(rows, {.weighted = true});
  CopyingStore copies(store);
  const std::string options = R"({"tol": 0, "centroids": [[-4, 0], [6, 1], [1e-3, 3e7]]})";
  const Model one = train_technique(store, "kmeans", options), other = train_technique(copies, "kmeans", options);
  EXPECT_GT(one.metric("iterations"), 1);
  EXPECT_EQ(values_of(one, "size"), values_of(other, "size"));
  const std::vector<double> centroid = values_of(one, "centroid"), expected = values_of(other, "centroid");
  for (std::size_t i = 0; i < centroid.size(); ++i)
    EXPECT_NEAR(centroid[i], expected[i], 1e-12 * (1 + std::abs(expected[i]))) << i;
}

// Every start finds well separated clusters, also one of few rows that a sample may leave out, for k-means||.
TEST(KMeans, Starts) {
  TrainingRows rows = clouds(30000, 3, 6, 100, seed);
  for (int i = 0; i < 10; ++i) rows[static_cast<std::size_t>(i) * 2971].x = {1e4, 1e4 + i % 2, 1e4};
  MemoryStore store = store_of(rows);
  const auto inertia = [&](const std::string& options) {
    return train_technique(store, "kmeans", options).metric("inertia");
  };
  EXPECT_LT(inertia(R"({"n_clusters": 7, "init": "k-means||"})"), 3.2 * 30000);
  EXPECT_LT(inertia(R"({"n_clusters": 7, "init": "k-means++", "n_init": 5})"), 3.2 * 30000);
  EXPECT_LT(inertia(R"({"n_clusters": 7, "init": "k-means||", "batch_size": 500})"), 3.3 * 30000);
  // More starts are never worse than their first.
  EXPECT_LE(inertia(R"({"n_clusters": 7, "init": "random", "n_init": 10})"),
            inertia(R"({"n_clusters": 7, "init": "random"})"));
}

TEST(KMeans, EmptyClustersMoveToTheFarthestRows) {
  TrainingRows rows = clouds(1000, 2, 1, 0, seed);
  rows[500].x = {1000, 1000};
  rows[501].x = {-1000, 0};
  MemoryStore store = store_of(rows);
  const Model model = train_technique(store, "kmeans", R"({"tol": 0, "centroids": [[0, 0], [1e6, 1e6], [-1e6, 1e6]]})");
  EXPECT_EQ(model.metric("empty_clusters"), 0);
  std::vector<double> size = values_of(model, "size");
  std::sort(size.begin(), size.end());
  EXPECT_EQ(size, (std::vector<double>{1, 1, 998}));
  check_definition(rows, model, false, 1e-12);
}

TEST(KMeans, FewerDifferentRowsThanClusters) {
  TrainingRows rows;
  for (int i = 0; i < 100; ++i) rows.push_back({0, {static_cast<double>(i % 3), 1}});
  MemoryStore store = store_of(rows);
  for (const char* init : {"k-means++", "k-means||", "random"}) {
    const Model model = train_technique(store, "kmeans", std::string(R"({"n_clusters": 5, "init": ")") + init + "\"}");
    EXPECT_EQ(model.metric("inertia"), 0) << init;
    EXPECT_EQ(model.metric("empty_clusters"), 2) << init;
    EXPECT_EQ(model.metric("converged"), 1) << init;
  }
  EXPECT_THROW(train_technique(store, "kmeans", R"({"n_clusters": 101})"), InvalidInput);
}

// Far from the origin nothing is lost; where squares overflow, an error says so.
TEST(KMeans, FarOffAndHugeColumns) {
  TrainingRows rows = clouds(2000, 3, 4, 10, seed), shifted = rows;
  for (TrainingRow& row : rows)
    for (double& v : row.x) v = std::round(v * 1024) / 1024;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < 3; ++j) shifted[i].x[j] = rows[i].x[j] + 0x1p40;  // exact
  MemoryStore near = store_of(rows), far = store_of(shifted);
  const Model one = train_technique(near, "kmeans", R"({"n_clusters": 4, "tol": 0})");
  const Model other = train_technique(far, "kmeans", R"({"n_clusters": 4, "tol": 0})");
  EXPECT_EQ(values_of(one, "size"), values_of(other, "size"));
  EXPECT_NEAR(one.metric("inertia"), other.metric("inertia"), 1e-6 * one.metric("inertia"));
  for (TrainingRow& row : rows)
    for (double& v : row.x) v *= 1e200;
  MemoryStore huge = store_of(rows);
  EXPECT_THROW(train_technique(huge, "kmeans", R"({"n_clusters": 4})"), InvalidInput);
}

TEST(KMeans, OneRowAndOneCluster) {
  MemoryStore one = store_of({{0, {1, 2, 3}}});
  const Model model = train_technique(one, "kmeans", R"({"n_clusters": 1})");
  EXPECT_EQ(values_of(model, "centroid"), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(model.metric("inertia"), 0);
  EXPECT_TRUE(std::isnan(model.metric("simplified_silhouette")));
}

TEST(KMeans, ContinuesFromAModel) {
  const TrainingRows rows = clouds(2000, 3, 5, 2, seed);
  MemoryStore store = store_of(rows);
  const Model part = train_technique(store, "kmeans", R"({"n_clusters": 5, "max_iter": 3, "tol": 0})");
  const Model whole = train_technique(store, "kmeans", R"({"n_clusters": 5, "tol": 0})");
  const Model rest = train_technique(store, "kmeans", R"({"n_clusters": 5, "tol": 0})", &part);
  EXPECT_NEAR(rest.metric("inertia"), whole.metric("inertia"), 1e-10 * whole.metric("inertia"));
  EXPECT_THROW(train_technique(store, "kmeans", R"({"n_clusters": 6})", &part), InvalidInput);
}

TEST(KMeans, Options) {
  MemoryStore store = store_of(clouds(100, 2, 3, 2, seed));
  for (const char* wrong :
       {R"({"n_clusters": 0})", R"({"n_clusters": 2, "centroids": [[1, 2]]})", R"({"centroids": [[1, 2, 3]]})",
        R"({"centroids": [[1, 2], [3]]})", R"({"centroids": [1, 2]})", R"({"centroids": [[1, "a"]]})",
        R"({"init": "best"})", R"({"centroids": [[1, 2]], "n_init": 2})", R"({"l2": 1})", R"({"target": "x"})"})
    EXPECT_THROW(
        {
          plan_training("kmeans", wrong);
          train_technique(store, "kmeans", wrong);
        },
        InvalidInput)
        << wrong;
}

TEST(KMeansScorer, NearestOfExactDistances) {
  const TrainingRows rows = clouds(500, 4, 5, 2, seed);
  MemoryStore store = store_of(rows);
  const Model model = train_technique(store, "kmeans", R"({"n_clusters": 5, "tol": 0})");
  const KMeansScorer scorer(model);
  std::vector<double> size(5), distances(5);
  for (const TrainingRow& row : rows) {
    const FeatureRow x{Features(std::span<const double>(row.x))};
    const std::size_t c = scorer.classify(x);
    scorer.decide(x, distances);
    EXPECT_EQ(c, static_cast<std::size_t>(std::min_element(distances.begin(), distances.end()) - distances.begin()));
    ++size[c];
    const std::uint32_t indices[] = {0, 1, 2, 3};
    EXPECT_EQ(scorer.classify(SparseFeatures{4, indices, row.x}), c);
  }
  EXPECT_EQ(size, values_of(model, "size"));
  const std::vector<double> far(4, 1e300);
  scorer.decide(Features(std::span<const double>(far)), distances);
  EXPECT_NEAR(distances[0], 2e300, 1e288);
}

}  // namespace
}  // namespace quern
