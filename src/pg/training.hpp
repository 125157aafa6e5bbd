// A training from a query to a model: what quern.train, quern.update and quern.explain_train share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/model.hpp"
#include "train/training.hpp"

namespace quern::pg {

struct TrainingRequest {
  std::string algorithm;
  std::string query;
  std::string options;             // JSON object in its canonical form, or empty
  const char* function = "train";  // that messages about the query start with
};

// `start` is a model to continue from, or null: its features are found in the query by their names, if it has any.
// Nothing, with a warning, if there are no rows. To be called inside guarded(), not in parallel mode.
std::optional<Model> train_model(const TrainingRequest& request, const Model* start);

struct Explanation {
  std::string item;
  std::string value;
  std::optional<std::string> reason;

  static constexpr std::array columns{"item", "value", "reason"};
};

// What train_model would do. Runs nothing.
std::vector<Explanation> explain_training(const TrainingRequest& request);

// The query of an update: the columns of `query` that the model knows, in its order, and y and weight. `query` itself
// if that is what it gives, or if the model has no names.
std::string query_for_model(const std::string& query, const Model& model, const TrainingPlan& plan);

// The options of both objects, those of the second where both have them.
std::string merge_options(std::string_view first, std::string_view second);

}  // namespace quern::pg
