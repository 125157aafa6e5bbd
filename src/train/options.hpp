// The options of every training of an objective (objective.hpp), which adds its own.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "train/row_options.hpp"

namespace quern {

struct TrainOptions : RowOptions {
  // The problem
  std::vector<std::string> classes;  // of a classifier, all of them in their order; else sorted
  bool fit_intercept = true;
  double l1 = 0, l2 = 0;
  // The same penalty by one strength: l1 = alpha l1_ratio, l2 = alpha (1 - l1_ratio). A path has many, the largest
  // first; l1 and l2 are then those at alpha 1, and the model's own estimates those at `alpha`, or at the least.
  double alpha = 0;               // 0: not given
  double l1_ratio = 1;            // 1: lasso, 0: ridge
  std::vector<double> alphas;     // a path
  std::int64_t n_alphas = 0;      // a path of so many, evenly spaced in their logarithms ...
  double alpha_min_ratio = 1e-3;  // ... from the least that leaves no weight to this part of it
  double confidence = 0.95;       // of intervals, where there is inference

  // The method
  std::string solver = "auto";
  std::string parallel = "auto";  // average, bsp, hogwild, aig, lock
  std::string order = "block_row_shuffle";
  std::int64_t seed = 0;
  std::int64_t max_iter = 0;  // iterations, for sgd epochs; 0: the solver's default
  double tol = 0;             // 0: the solver's default
  double max_seconds = 0;     // stop after; 0: never
  bool standardize = true;    // solve in columns of mean 0 and deviation 1; the answer is in those of the user

  // Stochastic descent
  std::string optimizer = "sgd";             // sgd, momentum, nesterov, adagrad, adam
  std::string schedule = "inverse_scaling";  // constant, inverse_scaling, exponential
  double step_size = 0;                      // of the first step; 0: chosen from the loss and the rows
  double decay = 0;                          // of the schedule; 0: its default
  double momentum = 0.9;
  std::int64_t batch_size = 1;      // rows of a step
  bool averaging = false;           // Polyak-Ruppert average of the iterates
  std::int64_t backup_workers = 0;  // bsp: how many of the slowest tasks a step may leave out
  double validation_fraction = 0;   // of rows held out
  std::int64_t patience = 5;        // epochs without improvement before an early stop

  bool path() const { return !alphas.empty() || n_alphas > 0; }

  static constexpr auto options = std::tuple_cat(
      RowOptions::options,
      std::tuple{
          Option("classes", &TrainOptions::classes),
          Option("fit_intercept", &TrainOptions::fit_intercept),
          Option("l1", &TrainOptions::l1, at_least(0)),
          Option("l2", &TrainOptions::l2, at_least(0)),
          Option("alpha", &TrainOptions::alpha, above(0)),
          Option("l1_ratio", &TrainOptions::l1_ratio, within(0, 1)),
          Option("alphas", &TrainOptions::alphas, above(0)),
          Option("n_alphas", &TrainOptions::n_alphas, within(1, 1000)),
          Option("alpha_min_ratio", &TrainOptions::alpha_min_ratio, strictly_within(0, 1)),
          Option("confidence", &TrainOptions::confidence, strictly_within(0, 1)),
          Option("solver", &TrainOptions::solver,
                 OneOf{{"auto", "sgd", "lbfgs", "newton", "cg", "coordinate_descent"}}),
          Option("parallel", &TrainOptions::parallel, OneOf{{"auto", "average", "bsp", "hogwild", "aig", "lock"}}),
          Option("order", &TrainOptions::order, OneOf{{"block_row_shuffle", "shuffle_once", "none", "mrs"}}),
          Option("seed", &TrainOptions::seed, within(0, 0x1p53)),
          Option("max_iter", &TrainOptions::max_iter, within(1, 1e9)),
          Option("tol", &TrainOptions::tol, above(0)),
          Option("max_seconds", &TrainOptions::max_seconds, above(0)),
          Option("standardize", &TrainOptions::standardize),
          Option("optimizer", &TrainOptions::optimizer, OneOf{{"sgd", "momentum", "nesterov", "adagrad", "adam"}}),
          Option("schedule", &TrainOptions::schedule, OneOf{{"constant", "inverse_scaling", "exponential"}}),
          Option("step_size", &TrainOptions::step_size, above(0)),
          Option("decay", &TrainOptions::decay, above(0)),
          Option("momentum", &TrainOptions::momentum, Range{.low = 0, .high = 1, .open_high = true}),
          Option("batch_size", &TrainOptions::batch_size, within(1, 1e7)),
          Option("averaging", &TrainOptions::averaging),
          Option("backup_workers", &TrainOptions::backup_workers, within(0, 7)),
          Option("validation_fraction", &TrainOptions::validation_fraction,
                 Range{.low = 0, .high = 1, .open_high = true}),
          Option("patience", &TrainOptions::patience, at_least(1))});
};

}  // namespace quern
