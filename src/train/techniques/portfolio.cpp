#include "train/techniques/portfolio.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "linalg/symmetric_rank_update.hpp"
#include "train/row_reader.hpp"
#include "train/techniques/portfolio_model.hpp"

namespace quern {

namespace {

constexpr double multiplication_speed = 4e9;

[[noreturn]] void refuse(const std::string& what, std::string hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat("portfolio: ", what), std::move(hint), fault);
}

class PortfolioWorker final : public Worker {
 public:
  PortfolioWorker(const std::vector<Shard>& shards, std::size_t slot_size, RowStore& store, std::span<double> board)
      : shards_(shards), slot_size_(slot_size), store_(store), board_(board), reader_({}, store, {}) {}

  void perform(const Command&, std::size_t task) override {
    const RowFormat& format = store_.format();
    WeightedMoments moments;
    std::vector<double> written(format.features);
    for (std::size_t block = shards_[task].from; block < shards_[task].to; ++block) {
      const auto number = static_cast<std::uint32_t>(block);
      for (const std::byte* row : reader_.gather({&number, 1}, Rows::all)) {
        const double v = weight_of(format, row);
        if (format.sparse) format.narrow ? write_out<float>(row, written) : write_out<double>(row, written);
        moments.add(v, format.sparse   ? Features(written)
                       : format.narrow ? Features(dense_values<float>(format, row))
                                       : Features(dense_values<double>(format, row)));
      }
    }
    moments.fold();
    double* const slot = board_.data() + task * slot_size_;
    slot[0] = static_cast<double>(moments.rows);
    slot[1] = moments.weight;
    std::copy(moments.mean.begin(), moments.mean.end(), slot + 2);
    std::copy(moments.comoment.begin(), moments.comoment.end(), slot + 2 + format.features);
  }

 private:
  template <class T>
  void write_out(const std::byte* row, std::vector<double>& to) const {
    std::fill(to.begin(), to.end(), 0.0);
    const auto x = sparse_values<T>(store_.format(), row);
    for (std::size_t e = 0; e < x.entries; ++e) to[x.indices[e]] = x.values[e];
  }

  const std::vector<Shard>& shards_;
  const std::size_t slot_size_;
  RowStore& store_;
  const std::span<double> board_;
  RowReader reader_;
};

}  // namespace

TrainingPlan Portfolio::plan(std::string_view, std::string_view text) {
  TrainingPlan plan;
  plan.rows = read_portfolio_options(text);
  plan.target = TargetKind::none;
  plan.passes = 1;
  return plan;
}

// Rows that are only expected may have any number of columns: what does not fit is refused when there are rows.
Portfolio::Portfolio(const JobSpec& spec, const RowStore& store)
    : spec_(spec),
      features_(store.format().features),
      rows_(static_cast<double>(store.rows())),
      slot_size_(2 + features_ + linalg::triangle_size(features_)),
      shards_(cut_shards(store, slot_size_)) {}

std::size_t Portfolio::board_size() const {
  if (features_ > PortfolioOptions::most_assets)
    refuse(concat("there are ", features_, " assets, and at most ", PortfolioOptions::most_assets, " are supported"),
           "Use fewer assets.", Fault::limit_exceeded);
  const PortfolioOptions options = read_portfolio_options(spec_.options);
  if (!options.feature_names.empty() && options.feature_names.size() != features_)
    refuse(concat("there are ", options.feature_names.size(), " feature_names for ", features_, " assets"));
  return shards_.size() * slot_size_;
}

double Portfolio::expected_seconds(double bytes) const {
  const auto p = static_cast<double>(features_);
  return bytes / pass_speed + (rows_ * p * p / 2 + 10 * p * p * p) / multiplication_speed;
}

std::vector<std::string> Portfolio::reasons() const {
  return {"solver interior_point: one pass for means and covariances, then a quadratic problem over the assets."};
}

std::unique_ptr<Worker> Portfolio::make_worker(RowStore& store, std::span<double> board) const {
  return std::make_unique<PortfolioWorker>(shards_, slot_size_, store, board);
}

Model Portfolio::train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
                       const Model* start) const {
  if (start) refuse("a portfolio cannot be continued", "Train one over all rows.");
  if (store.rows() == 0) refuse("there are no rows to train on");
  crew.run({.operation = Operation::measure}, shards_.size());
  WeightedMoments all;
  for (std::size_t s = 0; s < shards_.size(); ++s) {
    const double* const slot = crew.board().data() + s * slot_size_;
    if (slot[0] == 0) continue;
    WeightedMoments one;
    one.rows = static_cast<std::int64_t>(slot[0]);
    one.weight = slot[1];
    one.width = static_cast<std::int64_t>(features_);
    one.mean.assign(slot + 2, slot + 2 + features_);
    one.comoment.assign(slot + 2 + features_, slot + slot_size_);
    all.merge(one);
  }
  Model model = portfolio_model(all, spec_.options, description.skipped, description.feature_names);
  if (const double seconds = observer.seconds(); std::isfinite(seconds)) model.add_metric("seconds", seconds);
  return model;
}

}  // namespace quern
