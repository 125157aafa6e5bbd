// The rows of a query, read by this process into memory of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "train/objective.hpp"
#include "train/options.hpp"
#include "train/row_store.hpp"
#include "train/train.hpp"

namespace quern::pg {

struct GatheredRows {
  std::unique_ptr<RowStore> store;
  Description description;
  std::vector<double> class_map;  // of class number c, as rows have it, the index in description.classes
};

GatheredRows gather_alone(const std::string& algorithm, TargetKind kind, const std::string& query,
                          const TrainOptions& options);

}  // namespace quern::pg
