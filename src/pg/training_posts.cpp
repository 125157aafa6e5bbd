#include "pg/training_posts.hpp"

#include "base/pack.hpp"
#include "pg/training_rows.hpp"
#include "train/train.hpp"

namespace quern::pg {

namespace {

class Trainer final : public Worker {
 public:
  Trainer(const JobSpec& spec, std::span<double> board, TrainingArea& area)
      : store_(attach_rows(area)), job_(spec, *store_), worker_(make_worker(job_, *store_, board)) {}

  void perform(const Command& command, std::size_t task) override { worker_->perform(command, task); }

 private:
  const std::unique_ptr<RowStore> store_;
  const Job job_;
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

std::vector<std::byte> specification_of(const Job& job) {
  std::vector<std::byte> bytes(packed_size(job.spec));
  pack(job.spec, bytes.data());
  return bytes;
}

}  // namespace quern::pg
