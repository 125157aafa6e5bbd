// Training in the process of an aggregate: one worker, no clock, so that the model is a function of the rows.
#pragma once

#include <span>

#include "model/model.hpp"
#include "train/training.hpp"

namespace quern {

// class_map: the index in description.classes of each class number of the rows; empty without classes. The names of
// the features are those of the description, or of the options.
Model train_alone(const JobSpec& spec, RowStore& store, Description description, std::span<const double> class_map);

}  // namespace quern
