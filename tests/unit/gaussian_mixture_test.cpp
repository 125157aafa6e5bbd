// Gaussian mixtures against scikit-learn 1.2.1, closed forms, the density computed in long double, and what must hold
// of any data.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "clusters.hpp"
#include "model/gaussian_mixture.hpp"
#include "threaded_crew.hpp"

namespace quern {
namespace {

constexpr unsigned seed = 20261121;
constexpr const char* covariances[] = {"full", "diagonal", "spherical", "tied"};

TrainingRows iris() { return rows_of_file("iris/iris.csv", 4); }

std::string options_of(const std::string& covariance, const std::string& more) {
  return R"({"covariance": ")" + covariance + R"(", "reg_covar": 0, )" + more + "}";
}

// GaussianMixture(3, covariance_type, means_init=X[[0, 50, 100]], weights_init=1/3, precisions_init=1/X.var(0),
// reg_covar=0, max_iter=iterations).
struct Expected {
  const char* covariance;
  int iterations;
  double log_likelihood, bic, weight, mean;  // weight and first mean of the second component
};

TEST(GaussianMixture, IrisAsScikitLearn) {
  const Expected all[] = {
      {"full", 1, -265.55711243637757, 751.5821778129904, 0.380894380267, 6.278334502732},
      {"full", 5, -192.00420940044205, 604.4763717411194, 0.392316887019, 6.239186657837},
      {"full", 1000, -186.56945979832773, 593.6068725368907, 0.437369189011, 6.197855283716},
      {"diagonal", 1, -455.89879718712643, 1042.0741120207556, 0.380894380267, 6.278334502732},
      {"diagonal", 5, -307.4924152684457, 745.261348183394, 0.394457657834, 5.908116118653},
      {"diagonal", 1000, -307.1775715980489, 744.6316608426005, 0.413991945640, 5.927756603310},
      {"spherical", 1, -474.0539191445371, 1033.2886382887104, 0.384861058430, 6.176917433638},
      {"spherical", 5, -384.3478621366895, 853.8765242730153, 0.407924387796, 5.897703787825},
      {"spherical", 1000, -384.3140950608712, 853.8089901213787, 0.413939606085, 5.905212686312},
      {"tied", 1, -311.7100505401015, 743.6753481385132, 0.380894380267, 6.278334502732},
      {"tied", 5, -266.23413030289043, 652.723507664091, 0.422398952631, 6.169950299080},
      {"tied", 1000, -263.4739024287587, 647.2030519158276, 0.438993832774, 6.163779349948},
  };
  const TrainingRows rows = iris();
  MemoryStore store = store_of(rows);
  for (const Expected& expected : all) {
    SCOPED_TRACE(testing::Message() << expected.covariance << ", " << expected.iterations);
    const bool optimum = expected.iterations == 1000;
    const Model model =
        train_technique(store, "gaussian_mixture",
                        options_of(expected.covariance, R"("tol": )" + std::string(optimum ? "1e-12" : "0") +
                                                            R"(, "max_iter": )" + std::to_string(expected.iterations) +
                                                            R"(, "means": )" + json_of(rows, {0, 50, 100})));
    const double tolerance = optimum ? 1e-4 : 1e-9;  // near the optimum means move faster than the likelihood
    EXPECT_NEAR(model.metric("log_likelihood"), expected.log_likelihood, optimum ? 1e-7 : 1e-9);
    EXPECT_NEAR(model.metric("bic"), expected.bic, 1e-6);
    EXPECT_NEAR(values_of(model, "weight")[1], expected.weight, tolerance);
    EXPECT_NEAR(values_of(model, "mean")[4], expected.mean, tolerance);
    EXPECT_EQ(model.metric("converged"), optimum);
  }
}

// One component has the mean and the covariance of the rows, whatever the start.
TEST(GaussianMixture, OneComponentInClosedForm) {
  TrainingRows rows = clouds(500, 3, 4, 2, seed);
  for (TrainingRow& row : rows) row.x[1] = 1e6 + 1e-3 * row.x[1];
  long double weight = 0;
  std::vector<long double> mean(3), covariance(9);
  for (const TrainingRow& row : rows) weight += row.weight;
  for (const TrainingRow& row : rows)
    for (std::size_t j = 0; j < 3; ++j) mean[j] += row.weight * row.x[j] / weight;
  for (const TrainingRow& row : rows)
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j)
        covariance[3 * i + j] += row.weight * (row.x[i] - mean[i]) * (row.x[j] - mean[j]) / weight;
  for (const char* kind : covariances) {
    SCOPED_TRACE(kind);
    MemoryStore store = store_of(rows, {.weighted = true});
    const Model model = train_technique(store, "gaussian_mixture", options_of(kind, R"("n_components": 1)"));
    for (std::size_t j = 0; j < 3; ++j)
      EXPECT_NEAR(values_of(model, "mean")[j], static_cast<double>(mean[j]),
                  1e-9 * std::max(1e-3, std::sqrt(static_cast<double>(covariance[4 * j]))));
    EXPECT_EQ(values_of(model, "weight"), std::vector<double>{1});
    if (std::string_view(kind) == "spherical") {
      EXPECT_NEAR(values_of(model, "variance")[0],
                  static_cast<double>((covariance[0] + covariance[4] + covariance[8]) / 3), 1e-9);
    } else if (std::string_view(kind) == "diagonal") {
      for (std::size_t j = 0; j < 3; ++j)
        EXPECT_NEAR(values_of(model, "variance")[j] / static_cast<double>(covariance[4 * j]), 1, 1e-9);
    } else {
      const std::vector<double> found =
          values_of(model, std::string_view(kind) == "full" ? "covariance" : "shared_covariance");
      for (std::size_t i = 0; i < 9; ++i) {
        const double size = std::sqrt(static_cast<double>(covariance[i / 3 * 4] * covariance[i % 3 * 4]));
        EXPECT_NEAR(found[i], static_cast<double>(covariance[i]), 1e-9 * size) << i;
      }
    }
  }
}

// Solves L y = b for A = L L' by the definition. Returns |y|^2, and log |L| in `log_determinant`.
long double form(std::vector<long double> a, std::vector<long double> b, long double& log_determinant) {
  const std::size_t n = b.size();
  long double sum = 0;
  log_determinant = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const long double pivot = std::sqrt(a[k * n + k]);
    log_determinant += std::log(pivot);
    for (std::size_t i = k; i < n; ++i) a[i * n + k] /= pivot;
    b[k] /= pivot;
    sum += b[k] * b[k];
    for (std::size_t i = k + 1; i < n; ++i) {
      b[i] -= a[i * n + k] * b[k];
      for (std::size_t j = k + 1; j <= i; ++j) a[i * n + j] -= a[i * n + k] * a[j * n + k];
    }
  }
  return sum;
}

long double log_density(const Model& model, std::size_t c, const std::vector<double>& x) {
  const std::size_t d = x.size();
  const std::vector<double> mean = values_of(model, "mean"), variance = values_of(model, "variance"),
                            full = values_of(model, "covariance"), tied = values_of(model, "shared_covariance");
  std::vector<long double> a(d * d), b(d);
  for (std::size_t i = 0; i < d; ++i) {
    b[i] = static_cast<long double>(x[i]) - mean[c * d + i];
    for (std::size_t j = 0; j < d; ++j)
      a[i * d + j] = !full.empty()   ? full[(c * d + i) * d + j]
                     : !tied.empty() ? tied[i * d + j]
                     : i == j        ? variance[c * d + i]
                                     : 0;
  }
  long double log_determinant;
  const long double square = form(a, b, log_determinant);
  return std::log(static_cast<long double>(values_of(model, "weight")[c])) - log_determinant - square / 2 -
         static_cast<long double>(d) / 2 * std::log(2 * std::numbers::pi_v<long double>);
}

TEST(GaussianMixture, LikelihoodAndPosteriorByTheDefinition) {
  for (const std::size_t d : {1, 2, 5, 13})
    for (const char* kind : covariances) {
      SCOPED_TRACE(testing::Message() << kind << ", " << d << " features");
      const TrainingRows rows = clouds(400, d, 3, 2, seed);
      MemoryStore store = store_of(rows, {.weighted = true});
      const Model model = train_technique(
          store, "gaussian_mixture",
          std::string(R"({"n_components": 3, "max_iter": 8, "tol": 0, "covariance": ")") + kind + "\"}");
      const GaussianMixtureScorer scorer(model);
      long double total = 0;
      std::vector<double> probabilities(3), decisions(3);
      for (const TrainingRow& row : rows) {
        long double log[3], highest = -HUGE_VALL, sum = 0;
        for (std::size_t c = 0; c < 3; ++c) highest = std::max(highest, log[c] = log_density(model, c, row.x));
        for (const long double l : log) sum += std::exp(l - highest);
        total += row.weight * (highest + std::log(sum));
        const Features x(std::span<const double>(row.x));
        scorer.probabilities(x, probabilities);
        scorer.decide(x, decisions);
        for (std::size_t c = 0; c < 3; ++c) {
          EXPECT_NEAR(decisions[c], static_cast<double>(log[c]), 1e-10 * (1 + std::abs(static_cast<double>(log[c]))));
          EXPECT_NEAR(probabilities[c], static_cast<double>(std::exp(log[c] - highest) / sum), 1e-9);
        }
        EXPECT_EQ(scorer.classify(x), static_cast<std::size_t>(std::max_element(log, log + 3) - log));
      }
      EXPECT_NEAR(model.metric("log_likelihood"), static_cast<double>(total),
                  1e-9 * std::abs(static_cast<double>(total)));
    }
}

TEST(GaussianMixture, LikelihoodNeverDecreases) {
  for (const char* kind : covariances) {
    const TrainingRows rows = clouds(3000, 6, 5, 1, seed);
    MemoryStore store = store_of(rows);
    SilentObserver observer;
    train_technique(store, "gaussian_mixture", options_of(kind, R"("n_components": 5, "tol": 0, "max_iter": 60)"),
                    nullptr, &observer);
    ASSERT_EQ(observer.log.size(), 60u);
    for (std::size_t i = 1; i < observer.log.size(); ++i)
      EXPECT_LE(observer.log[i].loss, observer.log[i - 1].loss + 1e-13) << kind << " " << i;
  }
}

TEST(GaussianMixture, EveryFormOfRows) {
  TrainingRows rows = clouds(2000, 5, 3, 4, seed);
  for (TrainingRow& row : rows)
    for (double& v : row.x) v = static_cast<float>(std::abs(v) < 0.5 ? 0 : v);
  for (const char* kind : covariances) {
    MemoryStore plain = store_of(rows), sparse = store_of(rows, {.sparse = true}),
                narrow = store_of(rows, {.narrow = true});
    CopyingStore copies(plain);
    const std::string options = options_of(kind, R"("n_components": 3)");
    const double expected = train_technique(plain, "gaussian_mixture", options).metric("log_likelihood");
    EXPECT_NEAR(train_technique(sparse, "gaussian_mixture", options).metric("log_likelihood"), expected, 1e-8) << kind;
    EXPECT_NEAR(train_technique(narrow, "gaussian_mixture", options).metric("log_likelihood"), expected, 1e-8) << kind;
    EXPECT_EQ(train_technique(copies, "gaussian_mixture", options).metric("log_likelihood"), expected) << kind;
  }
}

// In other units of the columns the same mixture comes out.
TEST(GaussianMixture, UnitsOfTheColumnsDoNotMatter) {
  const TrainingRows rows = clouds(1000, 3, 3, 5, seed);
  TrainingRows scaled = rows;
  for (TrainingRow& row : scaled) row.x = {row.x[0] * 0x1p-40, row.x[1] * 0x1p30 + 0x1p32, row.x[2]};
  for (const char* kind : {"full", "diagonal", "tied"}) {
    MemoryStore one = store_of(rows), other = store_of(scaled);
    const std::string options = std::string(R"({"n_components": 3, "covariance": ")") + kind + "\"}";
    const Model a = train_technique(one, "gaussian_mixture", options),
                b = train_technique(other, "gaussian_mixture", options);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(values_of(a, "weight")[c], values_of(b, "weight")[c], 1e-7) << kind;
    EXPECT_NEAR(a.metric("mean_log_likelihood"), b.metric("mean_log_likelihood") + (30 - 40) * std::log(2.0), 1e-7)
        << kind;
  }
}

TEST(GaussianMixture, SameBitsForAnyNumberOfWorkers) {
  const TrainingRows rows = clouds(50000, 5, 4, 2, seed);
  MemoryStore store = store_of(rows);
  for (const char* kind : covariances) {
    const std::string options =
        std::string(R"({"n_components": 4, "max_iter": 3, "n_init": 2, "covariance": ")") + kind + "\"}";
    const Model alone = train_technique(store, "gaussian_mixture", options);
    const Model together = train_technique_in_threads(store, "gaussian_mixture", options, 3);
    EXPECT_EQ(values_of(alone, "mean"), values_of(together, "mean")) << kind;
    EXPECT_EQ(alone.metric("log_likelihood"), together.metric("log_likelihood")) << kind;
  }
}

// Constant columns, columns that others explain, rows that repeat: reg_covar keeps covariances regular; without it an
// error names the component.
TEST(GaussianMixture, DegenerateData) {
  TrainingRows rows = clouds(300, 3, 3, 5, seed);
  for (TrainingRow& row : rows) {
    row.x.push_back(7);
    row.x.push_back(row.x[0] + row.x[1]);
  }
  MemoryStore store = store_of(rows);
  for (const char* kind : covariances) {
    const Model model = train_technique(store, "gaussian_mixture",
                                        std::string(R"({"n_components": 3, "covariance": ")") + kind + "\"}");
    EXPECT_TRUE(std::isfinite(model.metric("log_likelihood"))) << kind;
    const GaussianMixtureScorer scorer(model);
    EXPECT_LT(scorer.classify(Features(std::span<const double>(rows[0].x))), 3u);
  }
  for (const char* kind : {"full", "tied", "diagonal"})
    EXPECT_THROW(train_technique(store, "gaussian_mixture", options_of(kind, R"("n_components": 3)")), InvalidInput)
        << kind;
  TrainingRows same(50, TrainingRow{0, {1, 2}});
  MemoryStore repeated = store_of(same);
  EXPECT_NEAR(values_of(train_technique(repeated, "gaussian_mixture", R"({"n_components": 2})"), "mean")[0], 1, 1e-12);
  EXPECT_THROW(train_technique(repeated, "gaussian_mixture", R"({"n_components": 51})"), InvalidInput);
  MemoryStore one = store_of({{0, {1, 2}}});
  EXPECT_NEAR(values_of(train_technique(one, "gaussian_mixture", ""), "mean")[1], 2, 1e-12);
}

TEST(GaussianMixture, ContinuesFromAModel) {
  const TrainingRows rows = clouds(1000, 3, 3, 2, seed);
  MemoryStore store = store_of(rows);
  for (const char* kind : covariances) {
    const std::string options =
        std::string(R"({"n_components": 3, "tol": 0, "covariance": ")") + kind + R"(", "max_iter": )";
    const Model whole = train_technique(store, "gaussian_mixture", options + "20}");
    const Model part = train_technique(store, "gaussian_mixture", options + "10}");
    const Model rest = train_technique(store, "gaussian_mixture", options + "10}", &part);
    EXPECT_NEAR(rest.metric("log_likelihood"), whole.metric("log_likelihood"),
                1e-8 * std::abs(whole.metric("log_likelihood")))
        << kind;
  }
}

TEST(GaussianMixtureScorer, FarAwayRowsHaveAComponent) {
  const TrainingRows rows = clouds(500, 2, 2, 20, seed);
  MemoryStore store = store_of(rows);
  const Model model = train_technique(store, "gaussian_mixture", R"({"n_components": 2})");
  const GaussianMixtureScorer scorer(model);
  for (const double far : {1e10, 1e160, 1e300}) {
    const std::vector<double> x{far, -far};
    std::vector<double> p(2);
    scorer.probabilities(Features(std::span<const double>(x)), p);
    EXPECT_NEAR(p[0] + p[1], 1, 1e-12) << far;
    EXPECT_EQ(scorer.classify(Features(std::span<const double>(x))), static_cast<std::size_t>(p[1] > p[0]));
  }
}

}  // namespace
}  // namespace quern
