#include "pg/training_posts.hpp"

#include "base/pack.hpp"
#include "pg/training_rows.hpp"

namespace quern::pg {

namespace {

class Trainer final : public Worker {
 public:
  Trainer(const JobSpec& spec, std::span<double> board, TrainingArea& area)
      : store_(attach_rows(area)),
        training_(make_training(spec, *store_)),
        worker_(training_->make_worker(*store_, board)) {}

  void perform(const Command& command, std::size_t task) override { worker_->perform(command, task); }

 private:
  const std::unique_ptr<RowStore> store_;
  const std::unique_ptr<Training> training_;
  const std::unique_ptr<Worker> worker_;
};

}  // namespace

std::unique_ptr<Worker> make_scanner(std::span<const std::byte>, std::span<double>, TrainingArea& area) {
  return make_scan_worker(area);
}

std::unique_ptr<Worker> make_trainer(std::span<const std::byte> specification, std::span<double> board,
                                     TrainingArea& area) {
  JobSpec spec;
  unpack(specification, spec);
  return std::make_unique<Trainer>(spec, board, area);
}

std::vector<std::byte> specification_of(const JobSpec& spec) {
  std::vector<std::byte> bytes(packed_size(spec));
  pack(spec, bytes.data());
  return bytes;
}

}  // namespace quern::pg
