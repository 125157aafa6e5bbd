#include "uda/train_alone.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

namespace quern {

namespace {

class NoClock final : public Observer {
 public:
  void report(const LogEntry&) override {}
  double seconds() override { return NAN; }
};

}  // namespace

Model train_alone(const JobSpec& spec, RowStore& store, Description description, std::span<const double> class_map) {
  const std::unique_ptr<Training> training = make_training(spec, store);
  if (description.feature_names.empty())
    description.feature_names = plan_training(spec.algorithm, spec.options).rows.feature_names;
  std::vector<double> board(training->board_size());
  std::copy(class_map.begin(), class_map.end(), board.begin() + static_cast<std::ptrdiff_t>(training->class_map()));
  const std::unique_ptr<Worker> worker = training->make_worker(store, board);
  SerialCrew crew(*worker, board);
  NoClock nobody;
  return training->train(store, crew, nobody, description, nullptr);
}

}  // namespace quern
