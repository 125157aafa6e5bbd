// Finds the options with which an algorithm predicts best rows that it was not trained on: settings from a grid, drawn
// at random or proposed by a Gaussian process, each measured by folds (folds.hpp). What can be trained together is
// (many_fits.hpp); the rest is trained one fit after the other over the same rows in memory.
//
// Successive halving (Jamieson and Talwalkar, Non-stochastic best arm identification and hyperparameter optimization,
// 2016): all settings on a share of the rows, the better ones on a share `halving_factor` times as large, and so on.
//
// A setting that cannot be trained is told in its row; the others go on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/options.hpp"
#include "search/folds.hpp"
#include "search/grid.hpp"
#include "search/many_worker.hpp"
#include "train/crew.hpp"
#include "train/training.hpp"

namespace quern {

struct SearchOptions {
  std::int64_t folds = 5;
  double validation = 0.2;  // share of rows held out if folds is 0
  std::string metric;       // accuracy for classes, r2 for numbers
  std::string strategy = "grid";
  std::int64_t n_iter = 0;  // settings that are drawn
  bool halving = false;
  std::int64_t halving_factor = 3;
  std::int64_t seed = 0;
  bool stratified = true;
  std::string group, time;  // columns
  bool refit = true;

  static constexpr auto options =
      std::tuple{Option("folds", &SearchOptions::folds, within(0, most_folds)),
                 Option("validation", &SearchOptions::validation, strictly_within(0, 1)),
                 Option("metric", &SearchOptions::metric),
                 Option("strategy", &SearchOptions::strategy, OneOf{{"grid", "random", "bayes"}}),
                 Option("n_iter", &SearchOptions::n_iter, within(1, 10'000)),
                 Option("halving", &SearchOptions::halving),
                 Option("halving_factor", &SearchOptions::halving_factor, within(2, 100)),
                 Option("seed", &SearchOptions::seed, within(0, 0x1p53)),
                 Option("stratified", &SearchOptions::stratified),
                 Option("group", &SearchOptions::group),
                 Option("time", &SearchOptions::time),
                 Option("refit", &SearchOptions::refit)};
};

// What is to be searched, checked before there are rows.
class SearchRequest {
 public:
  // `function` is search or cross_validate, which messages start with. `options` may hold "fixed", an object of options
  // that all settings have. Throws InvalidInput.
  SearchRequest(std::string_view function, std::string_view algorithm, std::string_view grid, std::string_view options);

  // Of one setting, for cross_validate: options as those of quern.train.
  static SearchRequest of_one(std::string_view algorithm, std::string_view training, std::string_view options);

  // What the query's columns are.
  const TrainingPlan& plan() const { return plan_; }

  std::string function, algorithm;
  SearchOptions options = {};
  Grid grid;
  Json fixed;

  // The options of a training with this setting.
  std::string options_of(const Json& setting) const;

 private:
  void take_columns();

  TrainingPlan plan_;
};

// A fit that processes work at: many together, or one.
struct SearchPost {
  std::string algorithm;
  std::vector<std::string> options;
  std::uint64_t classes = 0;
  std::int32_t many = 0;
  std::int32_t metric = 0;
  std::uint64_t folds = 0, parts = 0;
  std::int32_t ordered = 0, share = 0;
  std::int32_t all = 0;            // of one: all rows, as they are
  std::vector<std::uint8_t> keep;  // of one: 256 flags, the parts that it trains on
};

// In every process. Store, parts and board outlive it.
std::unique_ptr<Worker> make_search_worker(const SearchPost& post, RowStore& store, std::span<const std::uint8_t> parts,
                                           std::span<double> board);

// The rows and the processes.
class SearchHost {
 public:
  virtual ~SearchHost() = default;
  virtual RowStore& store() = 0;
  virtual Description description() = 0;
  virtual std::span<const double> class_map() = 0;
  virtual std::span<std::uint8_t> parts() = 0;  // one for each row, that all processes see
  // A crew of make_search_worker() of this post, over a board of zeros.
  virtual Crew& open(const SearchPost& post, std::size_t board_numbers) = 0;
  virtual Observer& observer() = 0;
};

struct SearchRow {
  std::int64_t rank = 0;
  std::string setting;                       // JSON
  std::vector<std::optional<double>> folds;  // the metric of each
  std::optional<double> mean, std_error;
  double seconds = 0;  // of its trainings; those trained together share the time
  std::optional<Model> model;
  std::optional<std::string> error;
};

struct SearchResult {
  std::vector<SearchRow> rows;  // in the order of rank
  std::string metric;
  std::vector<std::pair<std::int64_t, std::int64_t>> fold_rows;  // that each fold trains on and is measured on
};

SearchResult search(const SearchRequest& request, SearchHost& host);

}  // namespace quern
