// The training of a portfolio (portfolio_model.hpp): the moments of the shards, added in their order, and then the
// quadratic problem in the leader.
#pragma once

#include "train/shards.hpp"
#include "train/training.hpp"

namespace quern {

class Portfolio final : public Training {
 public:
  static TrainingPlan plan(std::string_view name, std::string_view options);
  Portfolio(const JobSpec& spec, const RowStore& store);

  const JobSpec& spec() const override { return spec_; }
  std::size_t board_size() const override;
  std::size_t tasks() const override { return shards_.size(); }
  double expected_seconds(double bytes) const override;
  std::vector<std::string> reasons() const override;
  std::unique_ptr<Worker> make_worker(RowStore& store, std::span<double> board) const override;
  Model train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
              const Model* start) const override;

 private:
  const JobSpec spec_;
  const std::size_t features_;
  const double rows_;
  const std::size_t slot_size_;
  const std::vector<Shard> shards_;
};

}  // namespace quern
