// What every process of a training knows: the problem, how its rows are cut into shards, and where things lie on the
// board. Made from plain text and numbers (JobSpec) over the rows, alike in every process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "train/crew.hpp"
#include "train/objective.hpp"
#include "train/options.hpp"
#include "train/row_store.hpp"

namespace quern {

struct JobSpec {
  std::string algorithm;
  std::string options;      // JSON object, or empty
  std::size_t classes = 0;  // of a classifier
};

enum class Solver { sgd, lbfgs, newton, cg, coordinate_descent };

// What coordinate descent goes over, and what it keeps of the rows for it.
enum class CoordinateSpace {
  none,
  covariances,  // weights, by the Gram matrix or Hessians of all of them: narrow rows
  columns,      // weights, by a copy of the rows column after column and a residual for each row: wide rows
  rows,         // the dual: one variable for each row
};

// The blocks from .. to-1 of the store's order. Shards have about equal numbers of rows, and are the unit of work of a
// pass over all rows, whatever the number of processes.
struct Shard {
  std::size_t from = 0, to = 0;
  std::uint64_t rows = 0;
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

  std::size_t features, outputs, terms;  // terms: features + 1 with an intercept, which is the last
  std::size_t parameters;                // outputs x terms
  std::vector<Shard> shards;             // at most 8

  // The board, as offsets into its numbers.
  struct Layout {
    std::size_t point;      // parameters: where to evaluate, or what shared epochs work on
    std::size_t direction;  // parameters
    std::size_t shift;      // features: a stored row is (x - shift) scale
    std::size_t scale;      // features
    std::size_t classes;    // spec.classes: the index that class number c of the rows has in the model
    std::size_t slots;      // one for each shard, of slot_size numbers each
    std::size_t slot_size;
    std::size_t size;
  } layout;

  std::size_t slot(std::size_t shard) const { return layout.slots + shard * layout.slot_size; }
};

// Is row `i` of block `block` held out for validation?
inline bool held_out(const Job& job, std::size_t block, std::size_t i) {
  if (job.options.validation_fraction == 0) return false;
  std::uint64_t z = static_cast<std::uint64_t>(job.options.seed) * 0x9e3779b97f4a7c15 + block * 0x100000001b3 + i;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;  // the finalizer of SplitMix64
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53 < job.options.validation_fraction;
}

}  // namespace quern
