// A training of any kind, as those who bring its rows see it: what it wants to know of them, what it puts on the board,
// who does its work, and the model that comes out. Most are of an objective of linear predictors (Job, train.hpp); a
// technique of another shape, such as k-means, is a class of its own and a line in registry.def:
//
//   class KMeans final : public Training {
//    public:
//     static TrainingPlan plan(std::string_view name, std::string_view options);  // refuses unfit options
//     KMeans(const JobSpec& spec, const RowStore& store);
//     ...
//   };
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.hpp"
#include "train/crew.hpp"
#include "train/techniques/row_ids.hpp"
#include "train/row_options.hpp"
#include "train/row_store.hpp"
#include "train/target.hpp"

namespace quern {

// Plain text and numbers, from which every process makes the same Training over the same rows.
struct JobSpec {
  std::string algorithm;
  std::string options;                  // JSON object, or empty
  std::size_t classes = 0;              // of a classifier
  std::size_t strata = 0;               // that rows have numbers of, as their first tag
  std::vector<std::uint64_t> ids = {};  // of rows of ids: how many different ones each column has
};

// A column of ids: the option that may name it, and what it says.
struct IdColumn {
  std::string option, column;
};

// What is known before the rows are.
struct TrainingPlan {
  RowOptions rows;
  RowColumns columns = {};
  TargetKind target = TargetKind::number;
  std::vector<std::string> classes = {};  // in the order wanted; empty: sorted
  bool in_memory = false;                 // all rows must be
  bool fit_intercept = false;             // a feature must not be named as the intercept is
  double passes = 20;                     // over the rows, roughly, if nothing stops it
  double max_seconds = 0;                 // 0: no limit
  std::int64_t max_iter = 0;              // 0: not given
  std::int64_t least_rows = 1;            // fewer are too few for the model
  // Rows are of ids (row_ids.hpp), not of features: the columns of the query are these, y, and a weight if there is
  // one more, those that no option names in this order.
  std::vector<IdColumn> ids = {};
  bool y_optional = false;  // of rows of ids: where there is no column for it, it is 1
};

// One line of quern.training_log. NaN where there is nothing to say.
struct LogEntry {
  std::int64_t epoch = 0;
  double seconds = 0;  // since the training began
  double loss = 0;     // the objective
  double validation_loss = 0;
  double step_size = 0;
  double rows = 0;  // seen in this epoch
};

// Hears how a training goes.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void report(const LogEntry& entry) = 0;  // at the end of each epoch or iteration
  virtual double seconds() = 0;                    // since the training began
};

// What the model says of its data, beyond what the rows hold.
struct Description {
  std::int32_t target = 0;  // a Target, see model/model.hpp
  std::int64_t skipped = 0;
  // As the model keeps them: none, or as model/feature_names.hpp says. Of sequences those of the rows, by their
  // numbers.
  std::vector<std::string> feature_names;
  std::vector<std::string> classes;        // in the model's order
  std::shared_ptr<const RowIds> ids = {};  // of rows of ids
};

class Training {
 public:
  virtual ~Training() = default;

  virtual const JobSpec& spec() const = 0;
  virtual std::size_t board_size() const = 0;  // in numbers
  // Where the board takes, of each class number of the rows, the index that the class has in the model.
  virtual std::size_t class_map() const { return 0; }
  virtual std::size_t tasks() const = 0;  // of a command, at most
  // What it takes one process, roughly, if the rows take so many bytes.
  virtual double expected_seconds(double bytes) const = 0;
  // Of its choices, one sentence each, for explain_train: "solver newton: because."
  virtual std::vector<std::string> reasons() const = 0;

  // The worker that every process of the crew runs. The training, the store and the board outlive it.
  virtual std::unique_ptr<Worker> make_worker(RowStore& store, std::span<double> board) const = 0;
  // In the leader. `start` is a model of the same algorithm and features to continue from, or null.
  virtual Model train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
                      const Model* start) const = 0;
};

// Bytes of packed rows that one process reads in a second, for expected_seconds().
inline constexpr double pass_speed = 6e9;

// Throw InvalidInput: an unknown algorithm (the hint lists all), unknown or unfit options.
TrainingPlan plan_training(std::string_view algorithm, std::string_view options);
std::unique_ptr<Training> make_training(const JobSpec& spec, RowStore& store);

std::vector<std::string_view> training_names();

}  // namespace quern
