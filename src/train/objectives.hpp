// The objectives of registry.def by name.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "train/objective.hpp"
#include "train/options.hpp"

namespace quern {

// The objective of that name with its own options, and the options of every training, out of one JSON object.
// `classes` is the number of classes of a classifier, 0 while it is not known. Throws InvalidInput: an unknown
// algorithm (the hint lists all), an unknown option (the hint lists those of the training and of the objective), a
// wrong value.
std::unique_ptr<Objective> make_objective(std::string_view algorithm, std::string_view options, std::size_t classes,
                                          TrainOptions& common);

// What y may be. Throws InvalidInput for an unknown algorithm.
TargetKind target_of(std::string_view algorithm);

std::vector<std::string_view> objective_names();

// Is there an objective of that name, and is y a number?
bool is_regression(std::string_view algorithm);

}  // namespace quern
