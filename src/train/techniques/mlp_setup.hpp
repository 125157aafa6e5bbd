// What every process of the training of a multilayer perceptron knows: the network, its options, how rows are cut, and
// where things lie on the board.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "train/holdout.hpp"
#include "train/objective.hpp"
#include "train/optimizer.hpp"
#include "train/row_options.hpp"
#include "train/shards.hpp"
#include "train/techniques/network.hpp"
#include "train/training.hpp"

namespace quern::network {

struct MlpOptions : RowOptions {
  // The network and what it minimises
  std::string task = "auto";                        // auto: classification of text and booleans, else regression
  std::vector<std::int64_t> hidden_layers{64, 32};  // units of each
  std::string activation = "relu";                  // of hidden units
  // l2/2 |w|^2 on the mean loss, of weights as the network has them. Below 0: 30 / n of classes, 10 / n of a number, at
  // most 1: with the likelihood of n rows, weights that are normal and about as large as the first ones. Less where
  // there are more than 2 rows for each weight, none from 4 on.
  double l2 = -1;
  double dropout = 0;                               // share of hidden units left out of a step
  bool standardize = true;                          // columns, and y of a regression, to mean 0 and deviation 1

  // The method
  std::string optimizer = "adam";
  std::string schedule = "constant";
  double step_size = 0;  // 0: 0.001 for adam, 0.01 for the others
  double decay = 0;      // of the schedule, for each epoch; 0: the last step is a tenth of the first
  double momentum = 0.9;
  std::int64_t batch_size = 128;
  std::string order = "block_row_shuffle";
  std::string arithmetic = "float4";  // what is multiplied and summed
  std::int64_t seed = 0;
  std::int64_t max_iter = 0;   // epochs; 0: as many as make 20,000 steps, 10 at least and 200 at most
  double tol = 1e-4;           // an epoch is an improvement if it lowers the loss by that share
  std::int64_t patience = 10;  // epochs without improvement before an early stop
  double validation_fraction = 0;
  double max_seconds = 0;  // 0: no limit

  static constexpr auto options = std::tuple_cat(
      RowOptions::options,
      std::tuple{Option("task", &MlpOptions::task, OneOf{{"auto", "classification", "regression"}}),
                 Option("hidden_layers", &MlpOptions::hidden_layers, within(1, 65536)),
                 Option("activation", &MlpOptions::activation, OneOf{{"relu", "tanh", "sigmoid"}}),
                 Option("l2", &MlpOptions::l2, at_least(0)),
                 Option("dropout", &MlpOptions::dropout, Range{.low = 0, .high = 1, .open_high = true}),
                 Option("standardize", &MlpOptions::standardize),
                 Option("optimizer", &MlpOptions::optimizer, OneOf{{"adam", "nesterov", "momentum", "sgd", "adagrad"}}),
                 Option("schedule", &MlpOptions::schedule, OneOf{{"constant", "inverse_scaling", "exponential"}}),
                 Option("step_size", &MlpOptions::step_size, above(0)),
                 Option("decay", &MlpOptions::decay, above(0)),
                 Option("momentum", &MlpOptions::momentum, Range{.low = 0, .high = 1, .open_high = true}),
                 Option("batch_size", &MlpOptions::batch_size, within(1, 1e7)),
                 Option("order", &MlpOptions::order, OneOf{{"block_row_shuffle", "shuffle_once", "none"}}),
                 Option("arithmetic", &MlpOptions::arithmetic, OneOf{{"float4", "float8"}}),
                 Option("seed", &MlpOptions::seed, within(0, 0x1p53)),
                 Option("max_iter", &MlpOptions::max_iter, within(1, 1e9)),
                 Option("tol", &MlpOptions::tol, above(0)),
                 Option("patience", &MlpOptions::patience, at_least(1)),
                 Option("validation_fraction", &MlpOptions::validation_fraction,
                        Range{.low = 0, .high = 1, .open_high = true}),
                 Option("max_seconds", &MlpOptions::max_seconds, above(0))});
};

MlpOptions read_mlp_options(std::string_view options);

struct MlpSetup {
  MlpSetup(const JobSpec& spec, const RowStore& store);

  JobSpec spec;
  MlpOptions options;
  Shape shape;
  std::unique_ptr<Objective> objective;  // of the outputs
  bool binary;                           // one output for two classes: y is -1 or +1
  bool single;                           // arithmetic in float4
  std::vector<Shard> shards;             // of passes over all rows
  std::size_t parts;                     // of a mini-batch
  std::size_t part_rows;                 // of a part
  std::size_t group_bytes;               // of the order of an epoch
  std::int64_t epochs;                   // at most

  Holdout holdout() const { return {options.validation_fraction, static_cast<std::uint64_t>(options.seed)}; }
  std::size_t features() const { return shape.features(); }
  bool classifies() const { return spec.classes > 0; }

  // The board.
  struct Layout {
    std::size_t shift, scale;  // features: a row enters the network as (x - shift) scale
    std::size_t target;        // 2: y enters as (y - [0]) [1]
    std::size_t classes;       // spec.classes
    std::size_t weights;       // as Tiles<T> takes them
    std::size_t slots, slot_size, size;
  } layout;

  std::size_t slot(std::size_t task) const { return layout.slots + task * layout.slot_size; }
};

// What a task leaves in its slot, and behind it the gradient, or moments, or nothing.
enum MlpSlot : std::size_t {
  mlp_loss,     // sum of v loss
  mlp_weight,   // sum of v
  mlp_rows,     // visited
  mlp_correct,  // classes: sum of v of rows that are classified right
  mlp_target,   // measure: sum of v (y - pivot)
  mlp_squares,  // measure: sum of v (y - pivot)^2
  mlp_body = 8
};

// Where each feature's sums are in the body, one after the other of `features` numbers. The pivot of a dense column is
// the shard's first row.
enum MlpMoments : std::size_t { moment_pivot, moment_sum, moment_squares, moment_count };

// Operation::measure, minibatch_gradient (Command::epoch, step), validate and value.
std::unique_ptr<Worker> make_mlp_worker(const MlpSetup& setup, RowStore& store, std::span<double> board);

}  // namespace quern::network
