// Training and scoring of conditional random fields: against enumeration, finite differences, and each other.
#include "train/techniques/crf.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <thread>

#include "model/crf.hpp"
#include "training.hpp"

namespace quern {
namespace {

struct Position {
  std::size_t label;
  std::vector<std::pair<std::uint32_t, double>> features;
};
using Sequence = std::vector<Position>;

MemoryStore store_of_sequences(const std::vector<Sequence>& sequences, const std::vector<double>& weights = {},
                               bool narrow = false) {
  MemoryStore store({.features = 0, .sparse = true, .narrow = narrow, .weighted = !weights.empty()});
  for (std::size_t s = 0; s < sequences.size(); ++s) {
    std::vector<std::uint32_t> indices;
    std::vector<double> values;
    for (const Position& position : sequences[s]) {
      indices.push_back(0);
      values.push_back(static_cast<double>(position.label));
      for (const auto& [feature, value] : position.features) {
        indices.push_back(feature + 1);
        values.push_back(value);
      }
    }
    store.append(0, weights.empty() ? 1 : weights[s], SparseFeatures{0, indices, values});
  }
  return store;
}

// Labels of a hidden Markov chain, of which features tell with some noise.
std::vector<Sequence> planted(std::size_t count, std::size_t labels, std::size_t features, unsigned seed,
                              bool values = false) {
  std::mt19937_64 random(seed);
  std::vector<Sequence> sequences(count);
  const auto below = [&](std::size_t n) { return random() % n; };
  for (Sequence& sequence : sequences) {
    sequence.resize(below(9));
    std::size_t label = below(labels);
    for (Position& position : sequence) {
      label = below(3) > 0 ? (label + 1) % labels : below(labels);
      position.label = label;
      for (int f = 0; f < 3; ++f) {
        const std::size_t feature = below(4) > 0 ? label + labels * below(features / labels) : below(features);
        position.features.emplace_back(feature, values ? static_cast<double>(below(5)) / 2 - 1 : 1);
      }
    }
  }
  return sequences;
}

struct Names {
  std::vector<std::string> features, labels;
};
Names names_for(std::size_t features, std::size_t labels) {
  Names names;
  for (std::size_t f = 0; f < features; ++f) names.features.push_back(concat("f", 1000 + f));
  for (std::size_t c = 0; c < labels; ++c) names.labels.push_back(std::string(1, static_cast<char>('A' + c)));
  return names;
}

class Threads final : public Crew {
 public:
  Threads(const JobSpec& spec, RowStore& store, std::span<double> board, std::size_t threads) : board_(board) {
    for (std::size_t t = 0; t < threads; ++t) {
      trainings_.push_back(make_training(spec, store));
      workers_.push_back(trainings_.back()->make_worker(store, board));
    }
  }
  void run(const Command& command, std::size_t tasks) override {
    std::vector<std::thread> threads;
    for (std::size_t w = 0; w < workers_.size(); ++w)
      threads.emplace_back([&, w] {
        for (std::size_t task = w; task < tasks; task += workers_.size()) workers_[w]->perform(command, task);
      });
    for (std::thread& thread : threads) thread.join();
  }
  void run_some(const Command& command, std::size_t tasks, std::size_t, std::span<bool> done) override {
    run(command, tasks);
    for (bool& d : done) d = true;
  }
  std::span<double> board() override { return board_; }
  std::size_t processes() const override { return workers_.size(); }

 private:
  std::span<double> board_;
  std::vector<std::unique_ptr<Training>> trainings_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

// `map`: of the labels' numbers to their places among the names.
Model train_crf(RowStore& store, const Names& names, std::string options, std::vector<double> map = {},
                std::size_t threads = 1) {
  const JobSpec spec{"crf", std::move(options), names.labels.size()};
  const auto training = make_training(spec, store);
  std::vector<double> board(training->board_size());
  for (std::size_t c = 0; c < names.labels.size(); ++c)
    board[training->class_map() + c] = map.empty() ? static_cast<double>(c) : map[c];
  Threads crew(spec, store, board, threads);
  SilentObserver observer;
  Description description;
  description.feature_names = names.features;
  description.classes = names.labels;
  return training->train(store, crew, observer, description, nullptr);
}

// log p(labels), by enumeration of all label sequences.
double log_probability(const CrfScorer& scorer, const Sequence& sequence, const Names& names) {
  const std::size_t n = sequence.size(), width = scorer.width(), labels = scorer.labels();
  if (n == 0) return 0;
  std::vector<double> scores(n * width);
  for (std::size_t t = 0; t < n; ++t)
    for (const auto& [feature, value] : sequence[t].features)
      if (const auto f = scorer.find(names.features[feature])) scorer.add_feature(*f, value, &scores[t * width]);
  scorer.add_ends(scores);
  LinearChain chain = scorer.chain();
  // Of the labels: the best path of scores that leave no other.
  std::vector<double> forced = scores;
  double bonus = 1e6;
  for (std::size_t t = 0; t < n; ++t) forced[t * width + sequence[t].label] += bonus;
  std::vector<std::uint32_t> path(n);
  const double score = chain.best_path(forced, path) - bonus * static_cast<double>(n);
  (void)labels;
  return score - chain.forward_backward(scores, 0);
}

double objective(const Model& model, const std::vector<Sequence>& sequences, const Names& names,
                 const std::vector<double>& weights, double l1, double l2) {
  const CrfScorer scorer(model);
  double loss = 0, sum = 0, penalty = 0;
  for (std::size_t s = 0; s < sequences.size(); ++s) {
    const double v = weights.empty() ? 1 : weights[s];
    loss -= v * log_probability(scorer, sequences[s], names);
    sum += v;
  }
  for (const Coefficient& c : CrfScorer::coefficients(model))
    penalty += l1 * std::abs(*c.estimate) + l2 / 2 * *c.estimate * *c.estimate;
  return loss / sum + penalty;
}

double* weight_in(Model& model, const char* name, std::size_t i) {
  for (Parameter& parameter : model.parameters)
    if (parameter.name == name) return &parameter.values[i];
  return nullptr;
}

TEST(Crf, ReportsItsObjectiveAndNoStepLowersIt) {
  const auto seed = static_cast<unsigned>(testing::UnitTest::GetInstance()->random_seed());
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  for (const bool weighted : {false, true}) {
    const std::vector<Sequence> sequences = planted(60, 4, 20, seed, weighted);
    std::vector<double> weights;
    for (std::size_t s = 0; weighted && s < sequences.size(); ++s) weights.push_back(0.5 + static_cast<double>(s % 3));
    const Names names = names_for(20, 4);
    MemoryStore store = store_of_sequences(sequences, weights);
    Model model = train_crf(store, names, R"({"l2": 0.02, "tol": 1e-7})");
    const double at = model.metric("loss");
    EXPECT_NEAR(objective(model, sequences, names, weights, 0, 0.02), at, 1e-8);
    EXPECT_EQ(model.metric("converged"), 1);
    for (const char* name : {"state", "transition", "start", "end"}) {
      const std::size_t size = model.find_parameter(name)->values.size();
      for (std::size_t i = 0; i < size; i += 3) {
        double* const weight = weight_in(model, name, i);
        if (std::isnan(*weight)) continue;
        const double given = *weight;
        const auto difference = [&](double h) {
          *weight = given + h;
          const double value = objective(model, sequences, names, weights, 0, 0.02);
          *weight = given;
          return value;
        };
        // The derivative of the objective vanishes, and it bends upwards.
        EXPECT_NEAR((difference(1e-4) - difference(-1e-4)) / 2e-4, 0, 2e-5) << name << i;
        EXPECT_GT(difference(0.1), at);
        EXPECT_GT(difference(-0.1), at);
      }
    }
  }
}

TEST(Crf, GradientIsThatOfFiniteDifferences) {
  // Through the worker itself, at a random point.
  const std::vector<Sequence> sequences = planted(40, 9, 40, 11, true);
  for (const bool narrow : {false, true}) {
    MemoryStore store = store_of_sequences(sequences, {}, narrow);
    const CrfJob job({"crf", "", 9}, store);
    std::vector<double> board(job.board_size);
    for (std::size_t c = 0; c < 9; ++c) board[job.classes + c] = static_cast<double>((c + 4) % 9);
    const auto worker = make_crf_worker(job, store, board);
    std::mt19937_64 random(3);
    std::normal_distribution<double> normal;
    CrfLayout layout = *job.layout;
    const auto is_padding = [&](std::size_t i) { return i < layout.lists && i % layout.width >= layout.labels; };
    for (std::size_t i = 0; i < layout.size; ++i) board[job.point + i] = is_padding(i) ? 0 : normal(random) / 2;
    const auto loss = [&] {
      double sum = 0;
      for (std::size_t task = 0; task < job.shards.size(); ++task) {
        worker->perform({.operation = Operation::gradient}, task);
        sum += board[job.slots + task * job.slot_size + crf_loss];
      }
      return sum;
    };
    loss();
    std::vector<double> g(layout.size);
    for (std::size_t task = 0; task < job.shards.size(); ++task)
      for (std::size_t i = 0; i < g.size(); ++i) g[i] += board[job.slots + task * job.slot_size + crf_gradient + i];
    EXPECT_GT(layout.lists, layout.last + layout.width) << "some features have rows";
    EXPECT_GT(layout.size, layout.lists) << "and some lists";
    for (std::size_t i = 0; i < layout.size; ++i) {
      if (is_padding(i)) continue;
      double& at = board[job.point + i];
      const double given = at;
      at = given + 1e-5;
      const double above = loss();
      at = given - 1e-5;
      const double below = loss();
      at = given;
      EXPECT_NEAR(g[i], (above - below) / 2e-5, 1e-6 * (1 + std::abs(g[i]))) << i;
    }
  }
}

TEST(Crf, DescentMeetsLbfgs) {
  const std::vector<Sequence> sequences = planted(150, 5, 30, 5);
  const Names names = names_for(30, 5);
  MemoryStore store = store_of_sequences(sequences);
  const Model batch = train_crf(store, names, R"({"l2": 0.05, "tol": 1e-7})");
  const Model descent = train_crf(store, names, R"({"l2": 0.05, "solver": "sgd", "max_iter": 1000, "seed": 4})");
  EXPECT_GE(descent.metric("loss"), batch.metric("loss") - 1e-9);
  EXPECT_NEAR(descent.metric("loss"), batch.metric("loss"), 2e-4 * batch.metric("loss"));
  const std::vector<double> a = values_of(batch, "state"), b = values_of(descent, "state");
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 0.03);
  EXPECT_EQ(descent.metric("weights"), batch.metric("weights"));
  EXPECT_EQ(values_of(train_crf(store, names, R"({"l2": 0.05, "solver": "sgd", "max_iter": 3, "seed": 4})"), "state"),
            values_of(train_crf(store, names, R"({"l2": 0.05, "solver": "sgd", "max_iter": 3, "seed": 4})"), "state"));
}

TEST(Crf, BitsDependOnNeitherProcessesNorNumbering) {
  std::vector<Sequence> sequences = planted(40'000, 6, 200, 8);
  const Names names = names_for(200, 6);
  MemoryStore store = store_of_sequences(sequences);
  const std::string options = R"({"max_iter": 6})";
  const Model one = train_crf(store, names, options), three = train_crf(store, names, options, {}, 3);
  // As if labels and features had come in another order.
  std::vector<double> map(6);
  Names renamed = names;
  for (std::size_t c = 0; c < 6; ++c) map[(c * 5 + 2) % 6] = static_cast<double>(c);
  for (std::size_t f = 0; f < 200; ++f) renamed.features[(f * 77 + 5) % 200] = names.features[f];
  for (Sequence& sequence : sequences)
    for (Position& position : sequence) {
      position.label = (position.label * 5 + 2) % 6;
      for (auto& feature : position.features) feature.first = (feature.first * 77 + 5) % 200;
    }
  MemoryStore other = store_of_sequences(sequences);
  const Model numbered = train_crf(other, renamed, options, map, 2);
  CopyingStore copying(other);
  const Model copied = train_crf(copying, renamed, options, map, 2);
  for (const Model* const model : {&three, &numbered, &copied}) {
    EXPECT_EQ(one.feature_names, model->feature_names);
    for (const char* name : {"state", "state_label", "transition", "start", "end"}) {
      const std::vector<double> a = values_of(one, name), b = values_of(*model, name);
      ASSERT_EQ(a.size(), b.size());
      EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(double)), 0) << name;
    }
  }
  EXPECT_GT(one.metric("accuracy"), 0.6);
}

TEST(Crf, AnL1PenaltyLeavesWeightsOut) {
  const std::vector<Sequence> sequences = planted(200, 4, 40, 21);
  const Names names = names_for(40, 4);
  MemoryStore store = store_of_sequences(sequences);
  const Model model = train_crf(store, names, R"({"l1": 0.02, "tol": 1e-7})");
  EXPECT_LT(model.metric("nonzero"), model.metric("weights") * 0.8);
  EXPECT_NEAR(objective(model, sequences, names, {}, 0.02, 0), model.metric("loss"), 1e-8);
  for (const double weight : values_of(model, "state")) EXPECT_NE(weight, 0);
}

TEST(Crf, WhatCountsAsAFeature) {
  const Names names = names_for(3, 2);
  // f1000 with both labels, f1001 with A alone, f1002 once.
  std::vector<Sequence> sequences = {{{0, {{0, 1}, {1, 1}}}, {1, {{0, 1}}}}, {{0, {{0, 1}, {1, 1}, {2, 1}}}}, {}};
  MemoryStore store = store_of_sequences(sequences);
  const auto terms = [&](const std::string& options) {
    std::string text;
    for (const Coefficient& c : CrfScorer::coefficients(train_crf(store, names, options)))
      text += concat(text.empty() ? "" : " ", c.term, ":", *c.of_class);
    return text;
  };
  EXPECT_EQ(terms(""), "f1000:A f1000:B f1001:A f1002:A (after A):B (first):A (last):A (last):B");
  EXPECT_EQ(terms(R"({"ends": false})"), "f1000:A f1000:B f1001:A f1002:A (after A):B");
  EXPECT_EQ(terms(R"({"ends": false, "min_feature_count": 2})"), "f1000:A f1000:B f1001:A (after A):B");
  EXPECT_EQ(terms(R"({"ends": false, "all_possible_states": true, "all_possible_transitions": true})"),
            "f1000:A f1000:B f1001:A f1001:B f1002:A f1002:B (after A):A (after A):B (after B):A (after B):B");
  const Model more = train_crf(store, names, R"({"labels": ["B", "C", "A"]})");
  EXPECT_EQ(more.classes.size(), 3u);
  EXPECT_EQ(terms(R"({"labels": ["B", "C", "A"]})"), terms(""));
  EXPECT_GT(more.metric("loss"), train_crf(store, names, "").metric("loss"));  // C takes some of the probability
  EXPECT_THROW(train_crf(store, names, R"({"labels": ["A", "C"]})"), InvalidInput);
  EXPECT_THROW(train_crf(store, names, R"({"labels": ["A"]})"), InvalidInput);
  EXPECT_THROW(train_crf(store, names, R"({"labels": ["A", "A", "B"]})"), InvalidInput);
  EXPECT_THROW(train_crf(store, names, R"({"solver": "sgd", "l1": 1})"), InvalidInput);
}

TEST(Crf, OneLabelIsRefusedAndHugeValuesAreNoCrash) {
  const Names one = names_for(1, 1), two = names_for(1, 2);
  MemoryStore same = store_of_sequences({{{0, {{0, 1}}}, {0, {}}}});
  EXPECT_THROW(train_crf(same, one, ""), InvalidInput);
  MemoryStore huge = store_of_sequences({{{0, {{0, 1e150}}}, {1, {{0, -1e150}}}}, {{0, {{0, 3e4}}}, {1, {{0, -7e5}}}}});
  for (const char* options : {"", R"({"solver": "sgd"})"}) {
    try {
      EXPECT_TRUE(std::isfinite(train_crf(huge, two, options).metric("loss")));
    } catch (const InvalidInput&) {
    }
  }
}

TEST(Crf, ForgedModelsAreRefused) {
  const Names names = names_for(3, 2);
  MemoryStore store = store_of_sequences({{{0, {{0, 1}, {1, 1}}}, {1, {{0, 1}, {2, 1}}}}});
  const Model good = train_crf(store, names, "");
  EXPECT_NO_THROW(CrfScorer{good});
  const auto refused = [&](auto&& change) {
    Model model = good;
    change(model);
    EXPECT_THROW(CrfScorer{model}, InvalidInput);
  };
  refused([](Model& m) { m.classes.pop_back(); });
  refused([](Model& m) { m.classes.clear(); });
  refused([](Model& m) { m.feature_names.pop_back(); });
  refused([](Model& m) { m.features = 1'000'000'000'000; });
  refused([](Model& m) { m.parameters.clear(); });
  for (const double bad : {-1.0, 1e9, std::nan(""), HUGE_VAL}) {
    refused([&](Model& m) { *weight_in(m, "state_label", 0) = bad; });
    refused([&](Model& m) { *weight_in(m, "state_start", 1) = bad; });
  }
  refused([](Model& m) { *weight_in(m, "state", 0) = INFINITY; });
  refused([](Model& m) { *weight_in(m, "transition", 0) = -INFINITY; });
}

}  // namespace
}  // namespace quern
