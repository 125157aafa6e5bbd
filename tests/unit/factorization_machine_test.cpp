// Factorization machines: the score by definition, the gradient by finite differences, planted interactions, the same
// bits whoever works.
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/factorization_machine.hpp"
#include "train/techniques/factorization_machine.hpp"
#include "train/techniques/factorization_machine_worker.hpp"
#include "training.hpp"

namespace quern {
namespace {

constexpr std::uint64_t seed = 20261121;

class TurnedCrew final : public Crew {
 public:
  TurnedCrew(const Training& training, RowStore& store, std::span<double> board, std::size_t workers) : board_(board) {
    for (std::size_t i = 0; i < workers; ++i) workers_.push_back(training.make_worker(store, board));
  }
  void run(const Command& command, std::size_t tasks) override {
    for (std::size_t t = tasks; t-- > 0;) workers_[(t * 7 + 1) % workers_.size()]->perform(command, t);
  }
  void run_some(const Command& command, std::size_t tasks, std::size_t, std::span<bool> done) override {
    run(command, tasks);
    std::fill(done.begin(), done.end(), true);
  }
  std::span<double> board() override { return board_; }
  std::size_t processes() const override { return workers_.size(); }

 private:
  std::vector<std::unique_ptr<Worker>> workers_;
  std::span<double> board_;
};

Model fit(RowStore& store, const std::string& options, std::size_t classes = 0, std::size_t workers = 1,
          const Model* start = nullptr, SilentObserver* observer = nullptr) {
  const auto training = make_training({"factorization_machine", options, classes}, store);
  std::vector<double> board(training->board_size());
  for (std::size_t c = 0; c < classes; ++c) board[training->class_map() + c] = static_cast<double>(c);
  TurnedCrew crew(*training, store, board, workers);
  SilentObserver silent;
  Description description;
  description.target = static_cast<std::int32_t>(classes ? Target::number_class : Target::number);
  for (std::size_t c = 0; c < classes; ++c) description.classes.push_back(std::to_string(c));
  return training->train(store, crew, observer ? *observer : silent, description, start);
}

double naive(const Model& model, const std::vector<double>& x) {
  const std::vector<double> w = values_of(model, "estimate"), v = values_of(model, "factor");
  const std::size_t p = x.size(), rank = v.size() / p, intercept = w.size() - p;
  double f = intercept ? w[0] : 0;
  for (std::size_t j = 0; j < p; ++j) {
    f += w[intercept + j] * x[j];
    for (std::size_t i = 0; i < j; ++i)
      for (std::size_t k = 0; k < rank; ++k) f += v[i * rank + k] * v[j * rank + k] * x[i] * x[j];
  }
  return f;
}

double loss(const Model& model, const TrainingRows& rows, bool classes, double l2, double l2_factors) {
  double sum = 0, weight = 0;
  for (const TrainingRow& row : rows) {
    const double f = naive(model, row.x);
    sum += row.weight * (classes ? std::log1p(std::exp(row.y ? -f : f)) : (f - row.y) * (f - row.y) / 2);
    weight += row.weight;
  }
  double penalty = 0;
  const std::vector<double> w = values_of(model, "estimate");
  for (std::size_t j = w.size() - rows[0].x.size(); j < w.size(); ++j) penalty += l2 / 2 * w[j] * w[j];
  for (const double v : values_of(model, "factor")) penalty += l2_factors / 2 * v * v;
  return sum / weight + penalty;
}

// Numbers with interactions of rank 2, of very different sizes; y a class if `classes`.
TrainingRows planted(std::size_t n, bool classes, double noise) {
  std::mt19937_64 rng(seed);
  std::normal_distribution<double> normal;
  TrainingRows rows;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> x(6);
    for (double& value : x) value = rng() % 3 ? normal(rng) : 0;
    const double f = 1 + x[0] - 2 * x[3] + 1.5 * x[0] * x[1] - x[2] * x[4] + 0.5 * x[1] * x[5] + noise * normal(rng);
    x[2] *= 1000;
    x[5] *= 0.001;
    rows.push_back({classes ? (f > 0 ? 1.0 : 0.0) : f, x, static_cast<double>(1 + rng() % 2)});
  }
  return rows;
}

TEST(FactorizationMachine, scores_by_definition) {
  const TrainingRows rows = planted(200, false, 0.1);
  for (const int rank : {1, 5, 32, 40}) {
    MemoryStore store = store_of(rows, {.weighted = true});
    const Model model = fit(store, R"({"max_iter": 3, "rank": )" + std::to_string(rank) + "}");
    const FactorizationMachine machine(model);
    for (const TrainingRow& row : rows) {
      const double expected = naive(model, row.x);
      EXPECT_NEAR(machine(Features(std::span<const double>(row.x))), expected, 1e-9 * (1 + std::abs(expected)));
      std::vector<std::uint32_t> indices;
      std::vector<double> values;
      for (std::uint32_t j = 0; j < row.x.size(); ++j)
        if (row.x[j] != 0) {
          indices.push_back(j);
          values.push_back(row.x[j]);
        }
      EXPECT_NEAR(machine(SparseFeatures{row.x.size(), indices, values}), expected, 1e-9 * (1 + std::abs(expected)));
    }
  }
}

TEST(FactorizationMachine, gradient_is_that_of_finite_differences) {
  std::mt19937_64 rng(seed);
  std::normal_distribution<double> normal;
  for (const bool classes : {false, true})
    for (const bool sparse : {false, true}) {
      MemoryStore store = store_of(planted(100, classes, 0.3), {.sparse = sparse, .weighted = true});
      const FactorizationMachineJob job(
          {"factorization_machine", R"({"rank": 3, "solver": "lbfgs"})", classes ? 2u : 0u}, store);
      ASSERT_EQ(job.shards.size(), 1u);
      std::vector<double> board(job.size);
      for (std::size_t c = 0; classes && c < 2; ++c) board[job.classes + c] = static_cast<double>(c);
      for (std::size_t j = 0; j < job.features; ++j) board[job.scale + j] = j == 2 ? 1e-3 : j == 5 ? 1e3 : 1;
      for (std::size_t i = 0; i < job.parameters; ++i) board[job.point + i] = normal(rng) / 2;
      FactorizationMachineWorker worker(job, store, board);
      const auto value = [&] {
        worker.perform({.operation = Operation::technique, .step = static_cast<std::int64_t>(MachineStep::value)}, 0);
        return board[job.slots];
      };
      worker.perform({.operation = Operation::technique, .step = static_cast<std::int64_t>(MachineStep::gradient)}, 0);
      const std::vector<double> gradient(
          board.begin() + static_cast<std::ptrdiff_t>(job.slots + machine_head),
          board.begin() + static_cast<std::ptrdiff_t>(job.slots + machine_head + job.parameters));
      for (std::size_t i = 0; i < job.parameters; ++i) {
        double& at = board[job.point + i];
        const double here = at, h = 1e-5;
        at = here + h;
        const double above = value();
        at = here - h;
        EXPECT_NEAR(gradient[i], (above - value()) / (2 * h), 1e-5 * (1 + std::abs(gradient[i]))) << i;
        at = here;
      }
    }
}

TEST(FactorizationMachine, finds_planted_interactions) {
  for (const char* const solver : {"lbfgs", "adagrad", "sgd"}) {
    const TrainingRows rows = planted(4000, false, 0);
    MemoryStore store = store_of(rows, {.weighted = true});
    const std::string options = std::string(R"({"rank": 4, "l2_factors": 1e-6, "solver": ")") + solver +
                                R"(", "max_iter": )" + (solver[0] == 'l' ? "500" : "100") +
                                (solver[0] == 's' ? R"(, "step_size": 0.02})" : "}");
    SilentObserver observer;
    const Model model = fit(store, options, 0, 1, nullptr, &observer);
    EXPECT_LT(model.metric("rmse"), solver[0] == 'l' ? 0.01 : 0.25) << solver;
    EXPECT_NEAR(model.metric("loss"), loss(model, rows, false, 0, 1e-6), 1e-9) << solver;
    if (solver[0] == 'l') {
      for (std::size_t i = 1; i < observer.log.size(); ++i) EXPECT_LE(observer.log[i].loss, observer.log[i - 1].loss);
    }
  }
}

TEST(FactorizationMachine, tells_classes_apart) {
  const TrainingRows rows = planted(3000, true, 0.1);
  for (const char* const options :
       {R"({"rank": 4, "l2_factors": 1e-4, "l2": 1e-3})",
        R"({"rank": 4, "l2_factors": 1e-4, "l2": 1e-3, "solver": "adagrad", "max_iter": 50})"}) {
    MemoryStore store = store_of(rows, {.classes = 2, .sparse = true, .weighted = true});
    const Model model = fit(store, options, 2);
    EXPECT_GT(model.metric("accuracy"), 0.93) << options;
    EXPECT_NEAR(model.metric("loss"), loss(model, rows, true, 1e-3, 1e-4), 1e-9);
    const FactorizationMachineClassifier scorer(model);
    double out[2];
    const Features x(std::span<const double>(rows[0].x));
    scorer.probabilities(x, out);
    EXPECT_NEAR(out[1], 1 / (1 + std::exp(-naive(model, rows[0].x))), 1e-12);
    EXPECT_NEAR(out[0] + out[1], 1, 1e-15);
  }
}

// Adagrad with a penalty rests where L-BFGS does.
TEST(FactorizationMachine, solvers_agree_on_a_penalised_line) {
  TrainingRows rows = planted(4000, false, 0.5);
  MemoryStore store = store_of(rows, {.weighted = true});
  const std::string common = R"({"rank": 1, "l2": 0.5, "l2_factors": 1000, "solver": ")";
  const Model exact = fit(store, common + R"(lbfgs", "tol": 1e-9, "max_iter": 500})");
  const Model near = fit(store, common + R"(sgd", "max_iter": 200, "step_size": 0.02, "decay": 1, "tol": 0})");
  EXPECT_NEAR(near.metric("loss") / exact.metric("loss"), 1, 2e-3);
}

TEST(FactorizationMachine, the_same_bits_whoever_works) {
  MemoryStore store = store_of(planted(35000, false, 0.1), {.weighted = true});
  for (const char* const solver : {"lbfgs", "adagrad"}) {
    const std::string options = std::string(R"({"max_iter": 2, "solver": ")") + solver + "\"}";
    const Model one = fit(store, options), three = fit(store, options, 0, 3);
    EXPECT_EQ(values_of(one, "factor"), values_of(three, "factor"));
    EXPECT_EQ(values_of(one, "estimate"), values_of(three, "estimate"));
  }
}

TEST(FactorizationMachine, goes_on_from_a_model) {
  MemoryStore store = store_of(planted(500, false, 0.1), {.weighted = true});
  const Model first = fit(store, R"({"max_iter": 5})");
  const Model second = fit(store, R"({"max_iter": 5})", 0, 1, &first);
  EXPECT_LT(second.metric("loss"), first.metric("loss"));
  const Model third = fit(store, R"({"max_iter": 1, "solver": "sgd", "step_size": 1e-12})", 0, 1, &second);
  EXPECT_NEAR(third.metric("rmse"), second.metric("rmse"), 1e-6);
}

TEST(FactorizationMachine, survives_little_data_and_refuses) {
  for (const char* const options : {"{}", R"({"solver": "adagrad"})", R"({"solver": "sgd"})"}) {
    MemoryStore one = store_of({{3, {1, 2}}}), constant = store_of({{1, {0, 5}}, {1, {0, 5}}, {2, {0, 5}}});
    EXPECT_TRUE(std::isfinite(fit(one, options).metric("loss")));
    EXPECT_TRUE(std::isfinite(fit(constant, options).metric("loss")));
  }
  MemoryStore huge = store_of({{1, {1e200}}, {2, {2}}}), classes = store_of({{0, {1}}, {1, {2}}, {2, {3}}});
  EXPECT_THROW(fit(huge, "{}"), InvalidInput);
  EXPECT_THROW(fit(classes, "{}", 3), InvalidInput);
}

}  // namespace
}  // namespace quern
