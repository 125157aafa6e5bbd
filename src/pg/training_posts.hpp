// What the processes of a crew do, one after the other, and how a process that is not the leader is told of it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "pg/training_area.hpp"
#include "search/search.hpp"
#include "train/crew.hpp"
#include "train/training.hpp"

namespace quern::pg {

enum class Post : std::uint32_t { scan, train, search, graph };

// Makes the worker of a post from what the leader wrote for it. To be called inside guarded(), as is all that the
// worker performs.
using MakeWorker = std::unique_ptr<Worker>(std::span<const std::byte> specification, std::span<double> board,
                                           TrainingArea& area);

// Performs Operation::scan; its specification is empty.
MakeWorker make_scanner;
// Performs the operations of a Training over the rows of the area; its specification is that of the training.
MakeWorker make_trainer;

std::vector<std::byte> specification_of(const JobSpec& spec);

// Performs the tasks of a graph algorithm over a named graph (graph_crew.cpp).
MakeWorker make_graph_worker;

// Performs the operations of a search over the rows of the area.
MakeWorker make_searcher;
// parts: where they lie in the area.
std::vector<std::byte> specification_of(const SearchPost& post, dsa_pointer parts);

}  // namespace quern::pg
