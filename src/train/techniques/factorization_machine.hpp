// quern.train('factorization_machine', ...): f = b + w . x + sum over pairs i < j of (v_i . v_j) x_i x_j with v of
// `rank` numbers for each feature (Rendle, ICDM 2010), fitted to
//
//   minimise  mean of the loss + l2/2 |w|^2 + l2_factors/2 |V|^2
//
// over weighted rows: half the squared error where y is a number, log(1 + exp(-y f)) where it is one of two classes.
// The intercept b is free.
//
// Features are divided by the root of the mean of their squares where they are not 0, rounded to a power of two, so
// that one step length suits them all; the penalty stays in the user's columns.
//
// Solvers: lbfgs, on sums over shards in their order; adagrad and sgd, mini-batches in which only the features that
// occur are touched: each shard is descended over from the same point, and what comes out is averaged by the shards'
// weights. The same bits come out whatever the number of processes. The penalty's step is implicit, and made when a
// feature occurs, for all steps since it last did.
//
// Where it breaks: the objective is not convex in V, so other seeds may end elsewhere. At V = 0 its gradient is 0: V
// starts at random.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/shards.hpp"
#include "train/training.hpp"

namespace quern {

struct FactorizationMachineOptions : RowOptions {
  std::string task = "auto";
  std::int64_t rank = 8;
  bool fit_intercept = true;
  double l2 = 0, l2_factors = 1e-3;
  double init_scale = 0.1;  // standard deviation of what factors start from, features being scaled
  std::string solver = "auto";
  std::int64_t max_iter = 0;
  double tol = 1e-6;
  double max_seconds = 0;
  std::int64_t seed = 0;
  double step_size = 0.1;
  double decay = 0.1;
  std::int64_t batch_size = 16;

  static constexpr auto options = std::tuple_cat(
      RowOptions::options,
      std::tuple{Option("task", &FactorizationMachineOptions::task, OneOf{{"auto", "regression", "classification"}}),
                 Option("rank", &FactorizationMachineOptions::rank, within(1, 500)),
                 Option("fit_intercept", &FactorizationMachineOptions::fit_intercept),
                 Option("l2", &FactorizationMachineOptions::l2, at_least(0)),
                 Option("l2_factors", &FactorizationMachineOptions::l2_factors, at_least(0)),
                 Option("init_scale", &FactorizationMachineOptions::init_scale, above(0)),
                 Option("solver", &FactorizationMachineOptions::solver, OneOf{{"auto", "lbfgs", "adagrad", "sgd"}}),
                 Option("max_iter", &FactorizationMachineOptions::max_iter, within(1, 1e9)),
                 Option("tol", &FactorizationMachineOptions::tol, at_least(0)),
                 Option("max_seconds", &FactorizationMachineOptions::max_seconds, above(0)),
                 Option("seed", &FactorizationMachineOptions::seed, within(0, 0x1p53)),
                 Option("step_size", &FactorizationMachineOptions::step_size, above(0)),
                 Option("decay", &FactorizationMachineOptions::decay, at_least(0)),
                 Option("batch_size", &FactorizationMachineOptions::batch_size, within(1, 1e6))});
};

// What every process knows, and where things lie on the board.
struct FactorizationMachineJob {
  FactorizationMachineJob(const JobSpec& spec, const RowStore& store);

  JobSpec spec;
  FactorizationMachineOptions options;
  bool classifies;
  std::size_t features, rank, parameters;  // parameters: b, w, V by feature
  std::string reason;                      // of the solver
  std::vector<Shard> shards;
  std::size_t classes, scale, point, slots, slot_size, size;  // on the board

  bool descends() const { return options.solver != "lbfgs"; }
  std::size_t slope_at(std::size_t feature) const { return 1 + feature; }
  std::size_t factor_at(std::size_t feature) const { return 1 + features + feature * rank; }
};

class FactorizationMachineTraining final : public Training {
 public:
  static TrainingPlan plan(std::string_view algorithm, std::string_view options);

  FactorizationMachineTraining(const JobSpec& spec, const RowStore& store) : job_(spec, store) {}

  const JobSpec& spec() const override { return job_.spec; }
  std::size_t board_size() const override { return job_.size; }
  std::size_t class_map() const override { return job_.classes; }
  std::size_t tasks() const override { return job_.shards.size(); }
  double expected_seconds(double bytes) const override;
  std::vector<std::string> reasons() const override;
  std::unique_ptr<Worker> make_worker(RowStore& store, std::span<double> board) const override;
  Model train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
              const Model* start) const override;

 private:
  const FactorizationMachineJob job_;
};

}  // namespace quern
