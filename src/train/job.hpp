// What every process of a training knows: the problem, how its rows are cut into shards, and where things lie on the
// board. Made from plain text and numbers (JobSpec) over the rows, alike in every process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "train/crew.hpp"
#include "train/holdout.hpp"
#include "train/objective.hpp"
#include "train/options.hpp"
#include "train/row_store.hpp"
#include "train/shards.hpp"
#include "train/training.hpp"

namespace quern {

enum class Solver { sgd, lbfgs, newton, cg, coordinate_descent };

// What coordinate descent goes over, and what it keeps of the rows for it.
enum class CoordinateSpace {
  none,
  covariances,  // weights, by the Gram matrix or Hessians of all of them: narrow rows
  columns,      // weights, by a copy of the rows column after column and a residual for each row: wide rows
  rows,         // the dual: one variable for each row
};

struct Job {
  // Throws InvalidInput for an unknown algorithm, wrong options, or options that do not go together.
  Job(const JobSpec& spec, const RowStore& store);

  JobSpec spec;
  TrainOptions options;
  std::unique_ptr<Objective> objective;
  Solver solver;
  CoordinateSpace coordinates;       // of coordinate descent
  std::string parallel;              // the strategy that "auto" became
  bool inference;                    // the answer will be a maximum likelihood, with standard errors
  std::vector<std::string> reasons;  // of the choices, one sentence each, for explain_train

  std::size_t features, outputs, terms;  // linear outputs; terms: features + 1 with an intercept, which is the last
  std::size_t constants;                 // of the objective, behind its linear outputs
  std::size_t parameters;                // outputs x terms, then the constants
  std::vector<Shard> shards;

  Holdout holdout() const { return {options.validation_fraction, static_cast<std::uint64_t>(options.seed)}; }

  // The board, as offsets into its numbers.
  struct Layout {
    std::size_t point;      // parameters: where to evaluate, or what shared epochs work on
    std::size_t direction;  // parameters
    std::size_t shift;      // features: a stored row is (x - shift) scale
    std::size_t scale;      // features
    std::size_t classes;    // spec.classes, or strata: the index that number c of the rows has in the model
    std::size_t slots;      // one for each shard, of slot_size numbers each
    std::size_t slot_size;
    std::size_t size;
  } layout;

  std::size_t columns() const { return outputs + constants; }  // of f
  std::size_t slot(std::size_t shard) const { return layout.slots + shard * layout.slot_size; }
};

// Is row `i` of block `block` held out for validation?
inline bool held_out(const Job& job, std::size_t block, std::size_t i) { return job.holdout().contains(block, i); }

}  // namespace quern
