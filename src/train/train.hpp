// Trains a model over the rows of a store: chooses nothing that Job has not chosen, runs the solver, turns its answer
// back into the user's columns and makes the Model, with inference where the optimum is a maximum likelihood.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/model.hpp"
#include "train/crew.hpp"
#include "train/job.hpp"

namespace quern {

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
  std::vector<std::string> feature_names;  // as the model keeps them: none, or as model/feature_names.hpp says
  std::vector<std::string> classes;        // in the model's order
};

// The worker that every process of the crew runs. job and store outlive it.
std::unique_ptr<Worker> make_worker(const Job& job, RowStore& store, std::span<double> board);

// `start` is a model of the same algorithm and features to continue from, or null.
Model train(const Job& job, RowStore& store, Crew& crew, Observer& observer, const Description& description,
            const Model* start);

}  // namespace quern
