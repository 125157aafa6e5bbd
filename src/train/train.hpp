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
#include "train/training.hpp"

namespace quern {

// The worker that every process of the crew runs. job and store outlive it.
std::unique_ptr<Worker> make_worker(const Job& job, RowStore& store, std::span<double> board);

// `start` is a model of the same algorithm and features to continue from, or null.
Model train(const Job& job, RowStore& store, Crew& crew, Observer& observer, const Description& description,
            const Model* start);

}  // namespace quern
