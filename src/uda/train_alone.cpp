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
  const Job job(spec, store);
  description.feature_names = job.options.feature_names;
  std::vector<double> board(job.layout.size);
  std::copy(class_map.begin(), class_map.end(), board.begin() + static_cast<std::ptrdiff_t>(job.layout.classes));
  const std::unique_ptr<Worker> worker = make_worker(job, store, board);
  SerialCrew crew(*worker, board);
  NoClock nobody;
  return train(job, store, crew, nobody, description, nullptr);
}

}  // namespace quern
