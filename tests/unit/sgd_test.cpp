// Stochastic descent: every objective with every optimizer against another solver, the same bits whoever does the work,
// clustered rows, sparse rows against dense ones, shared parameters, stops, errors and going on from a model.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "threaded_crew.hpp"
#include "train/penalty.hpp"
#include "train/sgd_kernel.hpp"

namespace quern {
namespace {

struct Case {
  const char* algorithm;
  const char* options;  // of its own, and penalties
  std::size_t classes;
};

constexpr Case cases[] = {{"linear_regression", "", 0},
                          {"linear_regression", R"("l1": 0.05, "l2": 0.02, )", 0},
                          {"logistic_regression", R"("l2": 0.001, )", 2},
                          {"logistic_regression", R"("l1": 0.005, )", 2},
                          {"multinomial_regression", R"("l2": 0.001, )", 4},
                          {"linear_svm", R"("l2": 0.001, )", 2},
                          {"linear_svm", R"("loss": "squared_hinge", "l2": 0.001, )", 3},
                          {"svm_regression", R"("loss": "squared_epsilon_insensitive", )", 0},
                          {"poisson_regression", "", 0},
                          {"gamma_regression", "", 0},
                          {"huber_regression", R"("l2": 0.001, )", 0}};

// Columns of unlike scales, one correlated with another.
TrainingRows random_rows(const Case& c, std::size_t n, std::size_t d, double zeros = 0, unsigned seed = 20261121) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  TrainingRows rows;
  for (std::size_t i = 0; i < n; ++i) {
    TrainingRow row{0, {}, 0.25 * static_cast<double>(1 + random() % 8)};
    double f = 0.2;
    for (std::size_t j = 0; j < d; ++j) {
      double z = normal(random);
      if (j == 2) z = 0.8 * z + 0.6 * row.x[0];
      if (static_cast<double>(random() % 1000) < zeros * 1000) z = 0;
      f += z * (j % 2 ? -0.5 : 0.3) / std::sqrt(static_cast<double>(d) / 4);
      row.x.push_back(z);
    }
    for (std::size_t j = 1; j < d; j += 3) row.x[j] = row.x[j] * 20 + (zeros > 0 ? 0 : 7);
    const double u = std::uniform_real_distribution<double>(0.001, 0.999)(random);
    if (c.classes == 2)
      row.y = u < 1 / (1 + std::exp(-2 * f));
    else if (c.classes > 2)
      row.y = std::min(std::floor(static_cast<double>(c.classes) / (1 + std::exp(-f - normal(random)))),
                       static_cast<double>(c.classes - 1));
    else if (std::string_view(c.algorithm) == "poisson_regression")
      row.y = std::poisson_distribution<int>(std::exp(f))(random);
    else if (std::string_view(c.algorithm) == "gamma_regression")
      row.y = std::gamma_distribution<double>(2, std::exp(f) / 2)(random);
    else
      row.y = 10 + 3 * f + normal(random) * (random() % 20 == 0 ? 5 : 1);
    rows.push_back(row);
  }
  return rows;
}

std::string options_of(const Case& c, const std::string& more) {
  return std::string("{") + c.options + more + R"("solver": "sgd"})";
}

double loss_of(const Model& model) { return model.metric("loss"); }

double optimum(const TrainingRows& rows, const Case& c, const TrainingSetup& setup) {
  return loss_of(
      train_on(rows, c.algorithm, std::string("{") + c.options + R"("max_iter": 5000, "solver": "newton"})", setup));
}

TEST(Sgd, EveryObjectiveWithEveryOptimizer) {
  for (const Case& c : cases) {
    TrainingSetup setup{.classes = c.classes, .weighted = true};
    const TrainingRows rows = random_rows(c, 3000, 8);
    const double best = optimum(rows, c, setup);
    for (const char* more :
         {"", R"("batch_size": 16, )", R"("batch_size": 100, )", R"("averaging": true, )",
          R"("optimizer": "momentum", )", R"("optimizer": "nesterov", "batch_size": 8, )",
          R"("optimizer": "adagrad", )", R"("optimizer": "adam", "batch_size": 8, )", R"("schedule": "exponential", )",
          R"("schedule": "constant", "averaging": true, "step_size": 0.002, )", R"("parallel": "bsp", )",
          R"("order": "shuffle_once", )", R"("order": "mrs", )"}) {
      const double loss =
          loss_of(train_on(rows, c.algorithm, options_of(c, std::string(more) + R"("max_iter": 60, )"), setup));
      // A Poisson's loss may be near 0; all are of the order of 1.
      EXPECT_LT(loss, best + 2e-2 * std::max(std::abs(best), 0.5)) << c.algorithm << c.options << more;
      EXPECT_GT(loss, best - 1e-3 * std::max(std::abs(best), 0.5)) << c.algorithm << c.options << more;
    }
  }
}

TEST(Sgd, SparseAndNarrowRows) {
  for (const Case& c : cases) {
    const TrainingRows rows = random_rows(c, 3000, 30, 0.8);
    const double best = optimum(rows, c, {.classes = c.classes});
    for (const bool narrow : {false, true})
      for (const char* more : {"", R"("batch_size": 16, )", R"("optimizer": "adagrad", )", R"("averaging": true, )",
                               R"("optimizer": "momentum", )", R"("optimizer": "adam", "batch_size": 80, )"}) {
        const TrainingSetup setup{.classes = c.classes, .sparse = true, .narrow = narrow};
        const double loss =
            loss_of(train_on(rows, c.algorithm, options_of(c, std::string(more) + R"("max_iter": 60, )"), setup));
        EXPECT_LT(loss, best + 2e-2 * std::max(std::abs(best), 0.5)) << c.algorithm << c.options << more;
        EXPECT_GT(loss, best - 1e-3 * std::max(std::abs(best), 0.5)) << c.algorithm << c.options << more;
      }
  }
}

// Columns that no row of a stretch touches are penalised later, by as much. A chunk of sparse rows is penalised at its
// end like one of dense rows.
TEST(Sgd, LazyPenaltiesAreThoseOfDenseRows) {
  for (const char* penalty : {R"("l2": 0.03, )", R"("l1": 0.01, )", R"("l1": 0.01, "l2": 0.03, )"})
    for (const char* more : {"", R"("batch_size": 7, )", R"("optimizer": "adagrad", )"}) {
      const Case c{"logistic_regression", penalty, 2};
      const TrainingRows rows = random_rows(c, 500, 40, 0.9);
      const std::string options = options_of(
          c, std::string(more) + R"("order": "none", "standardize": false, "step_size": 0.0002, "max_iter": 3, )");
      const auto dense = values_of(train_on(rows, c.algorithm, options, {.classes = 2}), "estimate");
      const auto sparse = values_of(train_on(rows, c.algorithm, options, {.classes = 2, .sparse = true}), "estimate");
      ASSERT_EQ(dense.size(), sparse.size());
      std::size_t zeros = 0;
      for (std::size_t i = 0; i < dense.size(); ++i) {
        EXPECT_NEAR(dense[i], sparse[i], 1e-12 * (1 + std::abs(dense[i]))) << penalty << more << i;
        zeros += dense[i] == 0 && sparse[i] == 0;
      }
      if (std::string_view(penalty).starts_with("\"l1")) {
        EXPECT_GT(zeros, 0u) << penalty << more;
      }
    }
}

TEST(Sgd, PenaltiesFlow) {
  for (double w : {0.7, -0.3, 1e-3, 0.0})
    for (double l1 : {0.0, 0.2})
      for (double l2 : {0.0, 0.5, 3.0}) {
        // Euler's method, and the flow in two parts.
        double euler = w;
        constexpr int steps = 200'000;
        for (int i = 0; i < steps; ++i) {
          const double next = euler - (l2 * euler + std::copysign(l1, euler)) * (1.5 / steps);
          euler = l1 > 0 && next * euler <= 0 ? 0 : next;
        }
        EXPECT_NEAR(flow(w, l2, l1, 1.5), euler, 1e-5);
        EXPECT_NEAR(flow(flow(w, l2, l1, 0.01), l2, l1, 1.49), flow(w, l2, l1, 1.5), 1e-15);
      }
}

TEST(Sgd, DescendsAsDefined) {
  for (const bool narrow : {false, true})
    for (const bool weighted : {false, true})
      for (std::size_t d : {1u, 3u, 8u, 17u, 50u}) {
        const Case c{"logistic_regression", "", 2};
        MemoryStore store = store_of(random_rows(c, 32, d), {.classes = 2, .narrow = narrow, .weighted = weighted});
        TrainOptions options;
        const auto objective = make_objective(c.algorithm, "", 2, options);
        std::vector<const std::byte*> rows;
        const BlockView block(store.format(), store.load(0, nullptr), store.blocks()[0].bytes);
        for (std::size_t i = 0; i < block.rows(); ++i) rows.push_back(block.row(i));
        for (const bool intercept : {false, true}) {
          const DescentRun run{&store.format(), rows.data(), rows.size(), rows.size(), intercept,  true,
                               objective.get(), 0.01,        0.7,         rows.data(), rows.size()};
          std::vector<double> fast(d + 1, 0.1), slow(d + 1, 0.1);
          double f[32], y[32], slow_f[32], slow_y[32];
          descend(run, fast.data(), f, y);
          naive::descend(run, slow.data(), slow_f, slow_y);
          for (std::size_t j = 0; j <= d; ++j) EXPECT_NEAR(fast[j], slow[j], 1e-13 * (1 + std::abs(slow[j])));
          for (std::size_t i = 0; i < 32; ++i) EXPECT_NEAR(f[i], slow_f[i], 1e-12 * (1 + std::abs(slow_f[i])));
        }
      }
}

constexpr Case logistic{"logistic_regression", R"("l2": 0.001, )", 2};

// About a dozen MB, so that there are shards.
TrainingRows many_rows() { return random_rows(logistic, 70'000, 20); }

TEST(Sgd, SameBitsWhoeverDoesTheWork) {
  const TrainingRows rows = many_rows();
  for (
      const char* more :
      {R"("parallel": "average", )", R"("parallel": "bsp", "batch_size": 200, )",
       R"("parallel": "average", "optimizer": "adam", "averaging": true, "batch_size": 10, "validation_fraction": 0.1, )",
       R"("parallel": "bsp", "optimizer": "momentum", "order": "shuffle_once", "validation_fraction": 0.1, )"}) {
    std::vector<double> first;
    for (std::size_t threads : {1u, 2u, 4u}) {
      MemoryStore store = store_of(rows);
      const Model model =
          train_in_threads(store, logistic.algorithm, options_of(logistic, std::string(more) + R"("max_iter": 2, )"),
                           threads, {.classes = 2});
      const auto estimate = values_of(model, "estimate");
      if (first.empty()) first = estimate;
      EXPECT_EQ(first, estimate) << more << threads;
    }
    MemoryStore store = store_of(rows);
    CopyingStore copies(store);
    const Model model = train_on(copies, logistic.algorithm,
                                 options_of(logistic, std::string(more) + R"("max_iter": 2, )"), {.classes = 2});
    EXPECT_EQ(first, values_of(model, "estimate")) << more << "copied blocks";
  }
}

TEST(Sgd, SharedParametersReachTheObjective) {
  for (const bool sparse : {false, true}) {
    const Case c{"logistic_regression", R"("l1": 0.0005, "l2": 0.001, )", 2};
    const TrainingRows rows = random_rows(c, 70'000, 20, sparse ? 0.5 : 0);
    const double best = optimum(rows, c, {.classes = 2});
    for (const char* more :
         {R"("parallel": "hogwild", )", R"("parallel": "aig", )", R"("parallel": "lock", )",
          R"("parallel": "lock", "batch_size": 16, )", R"("parallel": "hogwild", "optimizer": "adagrad", )",
          R"("parallel": "aig", "batch_size": 100, "averaging": true, )"}) {
      MemoryStore store = store_of(rows, {.sparse = sparse});
      const Job job({c.algorithm, options_of(c, more), 2}, store);
      EXPECT_GE(job.shards.size(), 2u);
      const Model model = train_in_threads(store, c.algorithm, options_of(c, std::string(more) + R"("max_iter": 5, )"),
                                           4, {.classes = 2, .sparse = sparse});
      EXPECT_NEAR(loss_of(model), best, 0.01 * best) << more << sparse;
    }
  }
}

TEST(Sgd, BackupWorkersAreLeftOut) {
  MemoryStore store = store_of(many_rows());
  const Case c = logistic;
  const double best = optimum(many_rows(), c, {.classes = 2});
  SilentObserver observer;
  const Model model =
      train_in_threads(store, c.algorithm,
                       options_of(c, R"("parallel": "bsp", "backup_workers": 1, "batch_size": 200, "max_iter": 3, )"),
                       2, {.classes = 2}, nullptr, &observer);
  EXPECT_NEAR(loss_of(model), best, 0.01 * best);
  ASSERT_EQ(observer.log.size(), 3u);
  EXPECT_LT(observer.log[0].rows, 0.9 * 70'000);
}

double accuracy(const TrainingRows& rows, const std::vector<double>& estimate) {
  double right = 0;
  for (const TrainingRow& row : rows) {
    double f = estimate[0];
    for (std::size_t j = 0; j < row.x.size(); ++j) f += estimate[j + 1] * row.x[j];
    right += (f > 0) == (row.y == 1);
  }
  return right / static_cast<double>(rows.size());
}

TEST(Sgd, RowsSortedByLabel) {
  TrainingRows rows = random_rows(logistic, 10'000, 20);  // one shard
  std::ranges::stable_sort(rows, {}, &TrainingRow::y);
  for (const char* algorithm : {"logistic_regression", "linear_svm"}) {
    auto reached = [&](const std::string& order) {
      const std::string options = R"({"solver": "sgd", "max_iter": 3, "order": ")" + order + "\"}";
      return accuracy(rows, values_of(train_on(rows, algorithm, options, {.classes = 2}), "estimate"));
    };
    const double full = reached("shuffle_once"), shuffled = reached("block_row_shuffle"), none = reached("none");
    EXPECT_NEAR(shuffled, full, 0.005) << algorithm;
    EXPECT_LT(none, full - 0.03) << algorithm;
  }
}

TEST(Sgd, StopsEarly) {
  const Case c{"logistic_regression", "", 2};
  // Few rows, many columns: descent overfits.
  TrainingRows rows = random_rows(c, 300, 60);
  SilentObserver observer;
  MemoryStore store = store_of(rows);
  const Model model =
      train_on(store, c.algorithm, R"({"solver": "sgd", "max_iter": 2000, "validation_fraction": 0.3, "patience": 4})",
               {.classes = 2}, nullptr, &observer);
  ASSERT_GE(observer.log.size(), 5u);
  EXPECT_LT(observer.log.size(), 2000u);
  double best = std::numeric_limits<double>::infinity();
  for (const LogEntry& entry : observer.log) best = std::min(best, entry.validation_loss);
  EXPECT_EQ(model.metric("validation_loss"), best);
  EXPECT_EQ(observer.log[observer.log.size() - 5].validation_loss, best);
  for (const LogEntry& entry : observer.log) EXPECT_LT(entry.rows, 250);
}

TEST(Sgd, StopsByTolerance) {
  SilentObserver observer;
  MemoryStore store = store_of(random_rows(logistic, 3000, 8));
  const Model model = train_on(store, logistic.algorithm, options_of(logistic, R"("tol": 1e-4, "max_iter": 1000, )"),
                               {.classes = 2}, nullptr, &observer);
  EXPECT_LT(observer.log.size(), 200u);
  EXPECT_EQ(model.metric("converged"), 1);
  // With tol the logged loss is the objective at the end of the epoch.
  EXPECT_NEAR(observer.log.back().loss, loss_of(model), 1e-12);
}

TEST(Sgd, StopsByTheClock) {
  class Clock final : public Observer {
   public:
    void report(const LogEntry&) override {}
    double seconds() override {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    const std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  } clock;
  for (const char* parallel : {"average", "bsp", "hogwild"}) {
    MemoryStore store = store_of(many_rows());
    const double before = clock.seconds();
    train_on(store, "logistic_regression",
             std::string(R"({"solver": "sgd", "max_iter": 1000000, "parallel": ")") + parallel +
                 "\", \"max_seconds\": " + std::to_string(before + 0.5) + "}",
             {.classes = 2}, nullptr, &clock);
    EXPECT_LT(clock.seconds() - before, 5) << parallel;
  }
}

TEST(Sgd, DivergenceIsRefusedOrAvoided) {
  TrainingRows rows = random_rows({"linear_regression", "", 0}, 1000, 5);
  try {
    train_on(rows, "linear_regression", R"({"solver": "sgd", "step_size": 100})");
    ADD_FAILURE() << "no error";
  } catch (const InvalidInput& error) {
    EXPECT_NE(std::string(error.what()).find("diverges"), std::string::npos) << error.what();
    EXPECT_NE(error.hint.find("step_size"), std::string::npos);
  }
  for (TrainingRow& row : rows) row.y = row.x[0] > 2 ? 1e6 : row.x[1] > 0;  // a heavy tail
  for (const char* algorithm : {"poisson_regression", "linear_regression", "huber_regression"})
    EXPECT_TRUE(std::isfinite(loss_of(train_on(rows, algorithm, R"({"solver": "sgd", "standardize": false})"))));
}

// Steps that are chosen here reach an optimum with large batches, and with constant steps at least stay below where
// they were after an epoch, also with a column that is nearly always 0 and far out otherwise.
TEST(Sgd, ChosenStepsDoNotEndHigh) {
  TrainingRows rows = random_rows(logistic, 10000, 5);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].x[4] = i % 97 == 0 ? 5000 : 0;
  const double least = loss_of(train_on(rows, logistic.algorithm, "", {.classes = 2}));
  for (const char* batch : {"1", "256", "1024"})
    EXPECT_LE(loss_of(train_on(rows, logistic.algorithm,
                               std::string(R"({"solver": "sgd", "batch_size": )") + batch + "}", {.classes = 2})),
              1.02 * least)
        << batch;
  for (const char* optimizer : {"sgd", "adam"}) {
    const Model model = train_on(
        rows, logistic.algorithm,
        std::string(R"({"solver": "sgd", "schedule": "constant", "optimizer": ")") + optimizer + "\"}", {.classes = 2});
    EXPECT_LE(loss_of(model), 1.05 * values_of(model, "training_log")[2]) << optimizer;
    EXPECT_LE(loss_of(model), 1.1 * least) << optimizer;
  }
}

TEST(Sgd, GoesOnFromAModel) {
  const TrainingRows rows = random_rows(logistic, 3000, 8);
  const std::string options = options_of(logistic, R"("max_iter": 3, "step_size": 0.05, "decay": 0.5, )");
  MemoryStore store = store_of(rows), again = store_of(rows), twice = store_of(rows);
  SilentObserver first, second, all;
  const Model model = train_on(store, logistic.algorithm, options, {.classes = 2}, nullptr, &first);
  const Model more = train_on(again, logistic.algorithm, options, {.classes = 2}, &model, &second);
  const Model whole =
      train_on(twice, logistic.algorithm, options_of(logistic, R"("max_iter": 6, "step_size": 0.05, "decay": 0.5, )"),
               {.classes = 2}, nullptr, &all);
  EXPECT_EQ(second.log.front().epoch, 4);
  EXPECT_DOUBLE_EQ(second.log.back().step_size, all.log.back().step_size);
  const auto in_two = values_of(more, "estimate"), at_once = values_of(whole, "estimate");
  for (std::size_t i = 0; i < in_two.size(); ++i)
    EXPECT_NEAR(in_two[i], at_once[i], 1e-10 * (1 + std::abs(at_once[i])));
}

}  // namespace
}  // namespace quern
