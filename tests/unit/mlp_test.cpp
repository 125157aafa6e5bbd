// Multilayer perceptrons: products against their definition, gradients against finite differences, nets without hidden
// layers against the solvers of the same losses, and trainings against themselves in other stores and crews.
#include <cmath>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "model/mlp.hpp"
#include "train/techniques/mlp.hpp"
#include "train/techniques/network.hpp"
#include "training.hpp"

namespace quern {
namespace {

using namespace network;

constexpr std::uint64_t seed = 20261121;

double uniform(std::mt19937_64& rng) { return std::uniform_real_distribution<double>(-1, 1)(rng); }

template <class T>
void check_products() {
  std::mt19937_64 rng(seed);
  for (const std::size_t m : {8, 24})
    for (const std::size_t n : {16, 48, 64})
      for (const std::size_t k : {0, 1, 7, 300}) {
        std::vector<T> a(m * k), at(m * k), b(k * n), bias(n), c(m * n), wanted(m * n);
        for (auto* v : {&b, &bias, &c})
          for (T& x : *v) x = static_cast<T>(uniform(rng));
        for (std::size_t i = 0; i < m; ++i)
          for (std::size_t l = 0; l < k; ++l) at[l * m + i] = a[i * k + l] = static_cast<T>(uniform(rng));
        const double tolerance = (sizeof(T) == 4 ? 1e-6 : 1e-14) * static_cast<double>(k + 1);
        wanted = c;
        network::naive::multiply<T>({a.data(), k, 1}, b.data(), nullptr, m, n, k, wanted.data());
        multiply<T>({at.data(), 1, m}, b.data(), nullptr, m, n, k, c.data());
        for (std::size_t i = 0; i < m * n; ++i) ASSERT_NEAR(c[i], wanted[i], tolerance);
        network::naive::multiply<T>({a.data(), k, 1}, b.data(), bias.data(), m, n, k, wanted.data());
        multiply<T>({a.data(), k, 1}, b.data(), bias.data(), m, n, k, c.data());
        for (std::size_t i = 0; i < m * n; ++i) ASSERT_NEAR(c[i], wanted[i], tolerance);
      }
}

TEST(Network, ProductsAreThoseOfTheDefinition) {
  check_products<float>();
  check_products<double>();
}

template <class T>
void check_activations(double tolerance) {
  std::vector<T> z;
  for (double x = -30; x <= 30; x += 0.01) z.push_back(static_cast<T>(x));
  for (const double x : {0.0, 1e-30, -1e-30, 1e4, -1e4}) z.push_back(static_cast<T>(x));
  z.resize(padded(z.size()));
  for (const auto f : {Activation::relu, Activation::tanh, Activation::sigmoid}) {
    std::vector<T> a = z, g(z.size(), T{1});
    activate<T>(f, a.data(), a.size());
    through_activation<T>(f, a.data(), T{1}, nullptr, g.data(), g.size());
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double x = z[i];
      const double wanted = f == Activation::relu   ? std::max(x, 0.0)
                            : f == Activation::tanh ? std::tanh(x)
                                                    : 1 / (1 + std::exp(-x));
      const double slope = f == Activation::relu   ? x > 0
                           : f == Activation::tanh ? 1 - wanted * wanted
                                                   : wanted * (1 - wanted);
      ASSERT_NEAR(a[i], wanted, tolerance * std::max(std::abs(wanted), f == Activation::sigmoid ? 1e-3 : 0.0) + 1e-38)
          << x;
      ASSERT_NEAR(g[i], slope, 4 * tolerance) << x;
    }
  }
}

TEST(Network, ActivationsAreThoseOfTheLibrary) {
  check_activations<float>(1e-6);
  check_activations<double>(1e-12);
}

// Back-propagation against central differences, dropout with the same units left out.
TEST(Network, GradientsAreThoseOfFiniteDifferences) {
  std::mt19937_64 rng(seed);
  for (const auto f : {Activation::relu, Activation::tanh, Activation::sigmoid})
    for (const std::size_t classes : {0, 2, 3, 7})
      for (const std::vector<std::size_t>& hidden : std::vector<std::vector<std::size_t>>{{}, {5}, {18, 3}, {4, 4, 4}})
        for (const double rate : {0.0, 0.4}) {
          std::vector<std::size_t> widths{3};
          widths.insert(widths.end(), hidden.begin(), hidden.end());
          widths.push_back(classes > 2 ? classes : 1);
          const Shape shape(widths, f);
          TrainOptions none;
          const auto objective = make_objective(classes == 0   ? "linear_regression"
                                                : classes == 2 ? "logistic_regression"
                                                               : "multinomial_regression",
                                                {}, classes, none);
          constexpr std::size_t n = 11;
          Tiles<double> tiles(shape);
          std::vector<double> y(n), v(n), weights(shape.size), gradient(shape.size), g(n * shape.outputs());
          for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < 3; ++j) tiles.row(i)[j] = uniform(rng);
            y[i] = classes == 0   ? uniform(rng)
                   : classes == 2 ? (rng() % 2 ? 1.0 : -1.0)
                                  : static_cast<double>(rng() % classes);
            v[i] = 1 + uniform(rng) / 2;
          }
          shape.each_weight(
              [&](std::size_t place, std::size_t, std::size_t, std::size_t) { weights[place] = uniform(rng); });
          const auto loss = [&] {
            Dropout dropout{rate, RandomStream(seed, 1, 2)};
            return objective->value(tiles.forward(weights.data(), n, &dropout), y.data(), v.data(), n);
          };
          tiles.prepare(weights.data());
          Dropout dropout{rate, RandomStream(seed, 1, 2)};
          objective->differentiate(tiles.forward(weights.data(), n, &dropout), y.data(), v.data(), n, g.data());
          tiles.backward(weights.data(), n, g.data(), gradient.data());
          double padding = 0, all = 0;
          for (const double x : gradient) all += std::abs(x);
          shape.each_weight([&](std::size_t place, std::size_t l, std::size_t i, std::size_t o) {
            padding += std::abs(gradient[place]);
            constexpr double h = 1e-6;
            const double kept = weights[place];
            weights[place] = kept + h;
            const double above = loss();
            weights[place] = kept - h;
            const double below = loss();
            weights[place] = kept;
            EXPECT_NEAR(gradient[place], (above - below) / (2 * h), 1e-6)
                << "layer " << l << " weight " << i << ", " << o << " activation " << static_cast<int>(f);
          });
          EXPECT_NEAR(padding, all, 1e-12 * all);  // nothing lands in the padding
        }
}

// Two workers, each of which does every other task, the last first.
class OtherCrew final : public Crew {
 public:
  OtherCrew(const Training& training, RowStore& store, std::span<double> board)
      : board_(board), workers_{training.make_worker(store, board), training.make_worker(store, board)} {}
  void run(const Command& command, std::size_t tasks) override {
    for (std::size_t t = tasks; t-- > 0;) workers_[t % 2]->perform(command, t);
  }
  void run_some(const Command& command, std::size_t tasks, std::size_t, std::span<bool>) override {
    run(command, tasks);
  }
  std::span<double> board() override { return board_; }
  std::size_t processes() const override { return 2; }

 private:
  std::span<double> board_;
  std::unique_ptr<Worker> workers_[2];
};

Model train_mlp(RowStore& store, const std::string& options, std::size_t classes = 0, const Model* start = nullptr,
                bool other_crew = false) {
  const auto training = make_training({"mlp", options, classes}, store);
  std::vector<double> board(training->board_size());
  for (std::size_t c = 0; c < classes; ++c) board[training->class_map() + c] = static_cast<double>(c);
  Description description;
  description.target = static_cast<std::int32_t>(classes > 0 ? Target::text_class : Target::number);
  for (std::size_t c = 0; c < classes; ++c) description.classes.push_back(std::string(1, static_cast<char>('a' + c)));
  SilentObserver observer;
  if (other_crew) {
    OtherCrew crew(*training, store, board);
    return training->train(store, crew, observer, description, start);
  }
  const auto worker = training->make_worker(store, board);
  SerialCrew crew(*worker, board);
  return training->train(store, crew, observer, description, start);
}

TrainingRows random_rows(std::size_t n, std::size_t classes, std::uint64_t from = seed) {
  std::mt19937_64 rng(from);
  TrainingRows rows;
  for (std::size_t i = 0; i < n; ++i) {
    const double a = uniform(rng), b = uniform(rng), c = 5 + 3 * uniform(rng), noise = uniform(rng);
    const double f = a - 2 * b + 0.3 * (c - 5) + 0.8 * noise;
    rows.push_back({classes == 0   ? 10 + 4 * f
                    : classes == 2 ? double(f > 0)
                    : f > 0.5      ? 2.0
                    : f > -0.5     ? 1.0
                                   : 0.0,
                    {a, b, c}});
  }
  return rows;
}

std::vector<double> weights_of(const Model& model) {
  const auto& values = model.find_parameter("weights")->values;
  return {values.begin(), values.end()};
}

// The loss of a net without hidden layers is convex: its optimum is that of the solvers of linear predictors.
TEST(Mlp, WithoutHiddenLayersIsTheLinearModel) {
  for (const std::size_t classes : {0, 2, 3}) {
    MemoryStore store = store_of(random_rows(100, classes)), same = store_of(random_rows(100, classes));
    const Model net = train_mlp(store,
                                R"({"hidden_layers": [], "optimizer": "nesterov", "batch_size": 100, "step_size": 0.03,
                                    "arithmetic": "float8", "standardize": false, "l2": 0.1, "max_iter": 6000, "tol": 1e-15,
                                    "order": "none", "patience": 20000})",
                                classes);
    const char* const name = classes == 0   ? "linear_regression"
                             : classes == 2 ? "logistic_regression"
                                            : "multinomial_regression";
    const JobSpec spec{name, R"({"l2": 0.1, "tol": 1e-12})", classes};
    const Job job(spec, same);
    std::vector<double> board(job.layout.size);
    for (std::size_t c = 0; c < classes; ++c) board[job.layout.classes + c] = static_cast<double>(c);
    const auto worker = make_worker(job, same, board);
    SerialCrew crew(*worker, board);
    SilentObserver observer;
    Description description;
    description.classes.assign(classes, "c");
    const Model linear = train(job, same, crew, observer, description, nullptr);
    EXPECT_NEAR(net.metric("loss"), linear.metric("loss"), 1e-9) << name;
    const auto w = weights_of(net);
    const auto& estimate = linear.find_parameter("estimate")->values;
    if (classes < 3) {
      EXPECT_NEAR(w[3], estimate[0], 1e-5);
      for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(w[j], estimate[1 + j], 1e-5) << name;
    } else {
      for (std::size_t j = 0; j < 3; ++j)
        for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(w[j * 3 + k], estimate[k * 4 + 1 + j], 1e-5);
    }
  }
}

TEST(Mlp, LearnsExclusiveOr) {
  TrainingRows rows;
  for (int i = 0; i < 200; ++i) rows.push_back({double((i & 1) != (i >> 1 & 1)), {double(i & 1), double(i >> 1 & 1)}});
  for (const char* activation : {"relu", "tanh", "sigmoid"}) {
    MemoryStore store = store_of(rows);
    const Model model =
        train_mlp(store,
                  R"({"hidden_layers": [8], "batch_size": 10, "step_size": 0.02, "max_iter": 300, "activation": ")" +
                      std::string(activation) + "\"}",
                  2);
    EXPECT_EQ(model.metric("accuracy"), 1) << activation;
    const MlpClassifier scorer(model);
    for (const TrainingRow& row : rows) {
      const Features x(std::span<const double>(row.x));
      double p[2];
      scorer.probabilities(x, p);
      EXPECT_EQ(scorer.classify(x), static_cast<std::size_t>(row.y));
      EXPECT_GT(p[scorer.classify(x)], 0.9);
      EXPECT_NEAR(p[0] + p[1], 1, 1e-15);
    }
  }
}

// Parts of mini-batches are added in order, whoever has them; blocks may be copied; and a large net has several parts.
TEST(Mlp, HasTheSameBitsWhoeverDoesTheWork) {
  const std::string options =
      R"({"hidden_layers": [256, 128], "batch_size": 256, "max_iter": 2, "dropout": 0.2, "validation_fraction": 0.2})";
  const TrainingRows rows = random_rows(3000, 3);
  MemoryStore store = store_of(rows), again = store_of(rows), third = store_of(rows);
  CopyingStore copying(third);
  ASSERT_GT(make_training({"mlp", options, 3}, store)->tasks(), 1u);
  const auto one = weights_of(train_mlp(store, options, 3));
  EXPECT_EQ(one, weights_of(train_mlp(again, options, 3, nullptr, true)));
  EXPECT_EQ(one, weights_of(train_mlp(copying, options, 3)));
  EXPECT_NE(one, weights_of(train_mlp(store, R"({"hidden_layers": [256, 128], "max_iter": 2, "seed": 1})", 3)));
}

TEST(Mlp, SparseRowsAreTheSameRows) {
  const std::string options = R"({"hidden_layers": [6], "max_iter": 5, "standardize": false})";
  const TrainingRows rows = random_rows(500, 0);
  MemoryStore dense = store_of(rows), sparse = store_of(rows, {.sparse = true});
  const Model a = train_mlp(dense, options), b = train_mlp(sparse, options);
  const MlpRegressor fa(a), fb(b);
  for (const TrainingRow& row : rows) {
    const Features x(std::span<const double>(row.x));
    ASSERT_NEAR(fa.predict(x), fb.predict(x), 0.1);
    const std::uint32_t indices[] = {0, 1, 2};
    ASSERT_NEAR(fa.predict(x), fa.predict(SparseFeatures{3, indices, row.x}), 1e-12);
  }
}

// A step of nothing leaves the network as it was, in the columns of other rows too.
TEST(Mlp, ContinuesFromAModel) {
  MemoryStore store = store_of(random_rows(2000, 0)), other = store_of(random_rows(300, 0, 5));
  const std::string options = R"({"hidden_layers": [16, 8], "arithmetic": "float8", "max_iter": 30)";
  const Model first = train_mlp(store, options + "}");
  EXPECT_GT(first.metric("r2"), 0.75);
  const Model second = train_mlp(other, options + R"(, "optimizer": "sgd", "step_size": 1e-300})", 0, &first);
  const MlpRegressor a(first), b(second);
  for (const TrainingRow& row : random_rows(50, 0, 9)) {
    const Features x(std::span<const double>(row.x));
    ASSERT_NEAR(a.predict(x), b.predict(x), 1e-9);
  }
  EXPECT_EQ(second.metric("epochs"), first.metric("epochs") + second.metric("iterations"));
  EXPECT_THROW(train_mlp(store, R"({"hidden_layers": [16]})", 0, &first), InvalidInput);
}

TEST(Mlp, LossIsThatOfThePredictions) {
  for (const double l2 : {0.0, 0.3}) {
    TrainingRows rows = random_rows(300, 0);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].weight = 0.5 + static_cast<double>(i % 3);
    MemoryStore store = store_of(rows, {.weighted = true});
    const Model model = train_mlp(store, R"({"hidden_layers": [4], "max_iter": 20, "l2": )" + std::to_string(l2) + "}");
    const MlpRegressor scorer(model);
    double sum = 0, weight = 0;
    for (const TrainingRow& row : rows) {
      const double e = row.y - scorer.predict(Features(std::span<const double>(row.x)));
      sum += row.weight * e * e / 2;
      weight += row.weight;
    }
    EXPECT_NEAR(model.metric("rss"), 2 * sum, 1e-4 * sum);
    if (l2 == 0) {
      EXPECT_NEAR(model.metric("loss"), sum / weight, 1e-4 * sum / weight);
    } else {
      EXPECT_GT(model.metric("loss"), sum / weight);
    }
  }
}

TEST(Mlp, StopsEarlyWithTheBestNetwork) {
  TrainingRows rows = random_rows(400, 0);
  std::mt19937_64 rng(seed);
  for (TrainingRow& row : rows) row.y += 20 * uniform(rng);
  MemoryStore store = store_of(rows);
  const Model model = train_mlp(
      store,
      R"({"hidden_layers": [64], "max_iter": 500, "step_size": 0.01, "validation_fraction": 0.3, "patience": 5})");
  EXPECT_EQ(model.metric("stopped_early"), 1);
  const auto& log = model.find_parameter("training_log")->values;
  double least = HUGE_VAL;
  for (std::size_t i = 0; i < log.size(); i += 6) least = std::min(least, log[i + 3]);
  EXPECT_EQ(model.metric("validation_loss"), least);
  EXPECT_LT(model.metric("best_epoch"), model.metric("iterations"));
}

TEST(Mlp, ConstantColumnsSayNothing) {
  TrainingRows rows = random_rows(300, 2);
  for (TrainingRow& row : rows) row.x[1] = 1e9;
  MemoryStore store = store_of(rows);
  const Model model = train_mlp(store, R"({"hidden_layers": [5], "max_iter": 10})", 2);
  const auto w = weights_of(model);
  for (std::size_t o = 0; o < 5; ++o) EXPECT_EQ(w[5 + o], 0);
  MemoryStore one = store_of({{3.5, {1, 2}}});
  EXPECT_NEAR(MlpRegressor(train_mlp(one, "{}")).predict(Features(std::span<const double>(std::vector<double>{1, 2}))),
              3.5, 1e-3);
}

TEST(Mlp, RefusesWhatDiverges) {
  MemoryStore store = store_of(random_rows(500, 0));
  for (const char* options :
       {R"({"optimizer": "sgd", "step_size": 1e4})", R"({"optimizer": "momentum", "step_size": 1e30})",
        R"({"standardize": false, "optimizer": "sgd", "step_size": 10})"}) {
    try {
      train_mlp(store, options);
      ADD_FAILURE() << options;
    } catch (const InvalidInput& e) {
      EXPECT_NE(std::string(e.what()).find("diverges"), std::string::npos) << e.what();
      EXPECT_NE(e.hint.find("step_size"), std::string::npos);
    }
  }
  EXPECT_THROW(train_mlp(store, R"({"hidden_layers": [65536, 65536]})"), InvalidInput);
  EXPECT_THROW(train_mlp(store, "{}", 1), InvalidInput);
}

TEST(Mlp, ForgedModelsAreRefused) {
  MemoryStore store = store_of(random_rows(100, 3));
  const Model good = train_mlp(store, R"({"hidden_layers": [4], "max_iter": 1})", 3);
  const MlpClassifier scorer(good);
  EXPECT_EQ(MlpClassifier::coefficients(good).size(), 4u * 4 + 3 * 5);
  const auto refused = [&](const std::function<void(Model&)>& forge) {
    Model model = good;
    forge(model);
    EXPECT_THROW(MlpClassifier{model}, InvalidInput);
  };
  const auto values = [](Model& model, std::string_view name) -> Vec<double>& {
    return const_cast<Parameter*>(model.find_parameter(name))->values;
  };
  refused([&](Model& m) { m.features = 2; });
  refused([&](Model& m) { m.classes.pop_back(); });
  refused([&](Model& m) { values(m, "activation")[0] = 3; });
  refused([&](Model& m) { values(m, "activation")[0] = NAN; });
  refused([&](Model& m) { values(m, "weights").pop_back(); });
  refused([&](Model& m) { values(m, "weights").push_back(0); });
  for (const double width : {0.0, -1.0, 0.5, 5.0, 1e9, 1e300, static_cast<double>(NAN), static_cast<double>(INFINITY)})
    for (const std::size_t l : {0, 1, 2}) refused([&](Model& m) { values(m, "layers")[l] = width; });
  refused([&](Model& m) { values(m, "layers").resize(1); });
  refused([&](Model& m) { values(m, "layers").push_back(4294967295.0); });
}

}  // namespace
}  // namespace quern
