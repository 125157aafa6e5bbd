#include "search/search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "search/gaussian_process.hpp"
#include "search/many_fits.hpp"
#include "search/row_view.hpp"
#include "train/objectives.hpp"

namespace quern {

namespace {

constexpr std::int64_t usual_draws = 20, first_draws = 5;
constexpr std::size_t numbers_together = 8 << 20;  // on the board, of what is trained together: 64 MB
constexpr std::size_t candidates = 2000;           // for the next point of a Bayesian search
constexpr double least_rung_rows = 1000;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Options that say what rows are, so that they are the same for all settings.
constexpr std::string_view of_rows[] = {"target", "weight", "feature_names", "precision", "store"};

// The options object without "fixed", which goes to `fixed`.
std::string take_fixed(std::string_view function, std::string_view text, Json& fixed) {
  fixed.kind = Json::Kind::object;
  if (text.empty()) return {};
  Json json = parse_json(text);
  for (auto member = json.members.begin(); member != json.members.end(); ++member) {
    if (member->first != "fixed") continue;
    if (member->second.kind != Json::Kind::object)
      throw InvalidInput(
          concat(function, ": option \"fixed\" must be an object of options, not ", describe(member->second.kind)));
    fixed = std::move(member->second);
    json.members.erase(member);
    break;
  }
  return json.kind == Json::Kind::object && json.members.empty() ? std::string() : write_json(json);
}

std::string message_of(std::string_view algorithm, const InvalidInput& e) {
  std::string_view what = e.what();
  if (what.starts_with(algorithm) && what.substr(algorithm.size()).starts_with(": "))
    what.remove_prefix(algorithm.size() + 2);
  return std::string(what);
}

bool is_searchable(std::string_view algorithm, const TrainingPlan& plan) {
  const TargetKind target = plan.target;
  return target != TargetKind::none && target != TargetKind::sequence && target != TargetKind::survival &&
         plan.ids.empty() && algorithm != "kalman_smoothing";
}

std::string searchable_algorithms() {
  std::string names;
  for (const std::string_view name : training_names())
    if (is_searchable(name, plan_training(name, {}))) names += concat(names.empty() ? "" : ", ", name);
  return concat("Algorithms that predict a number or a class can be searched: ", names, ".");
}

}  // namespace

SearchRequest::SearchRequest(std::string_view function, std::string_view algorithm, std::string_view grid_text,
                             std::string_view text)
    : function(function), algorithm(algorithm), grid(function, grid_text.empty() ? "{}" : grid_text) {
  read_options(function, take_fixed(function, text, fixed), options);
  if (options.strategy == "grid" && options.n_iter > 0) options.strategy = "random";
  if (options.strategy == "bayes" && options.halving)
    throw InvalidInput(concat(function, ": halving is for the strategies grid and random, not bayes"));
  const Json first =
      options.strategy == "grid" ? grid.all().at(0) : grid.at(std::vector<double>(grid.dimensions(), 0.5));
  for (const auto& [name, value] : first.members)
    if (std::find(std::begin(of_rows), std::end(of_rows), name) != std::end(of_rows))
      throw InvalidInput(concat(function, ": option \"", name, "\" is the same for all settings"),
                         concat(R"(Give it in the options: {"fixed": {")", name, R"(": ...}}.)"));
  plan_ = plan_training(algorithm, options_of(first));
  if (!is_searchable(algorithm, plan_))
    throw InvalidInput(concat(function, ": ", algorithm, " predicts no column that a metric could be of"),
                       searchable_algorithms());
  if (plan_.rows.store == "none")
    throw InvalidInput(concat(function, ": store \"none\" cannot be searched over"),
                       "Rows are read many times: keep them.");
  take_columns();
  if (options.strategy == "grid")
    for (const Json& setting : grid.all()) {
      checkpoint();
      plan_training(algorithm, options_of(setting));
    }
}

void SearchRequest::take_columns() {
  if (!options.group.empty() && !options.time.empty())
    throw InvalidInput(concat(function, ": options \"group\" and \"time\" do not go together"),
                       "Folds are either of whole groups or ordered in time.");
  if (!options.group.empty()) plan_.columns.tags.push_back(options.group);
  if (!options.time.empty()) plan_.columns.tags.push_back(options.time);
}

SearchRequest SearchRequest::of_one(std::string_view algorithm, std::string_view training, std::string_view options) {
  constexpr std::string_view function = "cross_validate";
  SearchOptions own;
  read_options(function, options, own);
  if (own.strategy != "grid" || own.n_iter > 0 || own.halving)
    throw InvalidInput(concat(function, ": strategy, n_iter and halving are options of quern.search"),
                       "Here there is one setting.");
  own.refit = false;
  SearchRequest request(function, algorithm, {}, training.empty() ? "{}" : concat("{\"fixed\": ", training, "}"));
  request.options = own;
  request.take_columns();
  return request;
}

std::string SearchRequest::options_of(const Json& setting) const {
  Json all = fixed;
  for (const auto& [name, value] : setting.members) {
    const auto found = std::find_if(all.members.begin(), all.members.end(),
                                    [&](const Json::Member& member) { return member.first == name; });
    if (found == all.members.end())
      all.members.emplace_back(name, value);
    else
      found->second = value;
  }
  return all.members.empty() ? std::string() : write_json(all);
}

namespace {

FoldLayout folds_of(const SearchPost& post) { return {post.folds, post.parts, post.ordered != 0, post.share != 0}; }

ManySpec many_spec_of(const SearchPost& post) {
  return {post.algorithm, post.options, post.classes, folds_of(post), static_cast<MetricKind>(post.metric)};
}

class ManyHere final : public Worker {
 public:
  ManyHere(const SearchPost& post, RowStore& store, std::span<const std::uint8_t> parts, std::span<double> board)
      : job_(many_spec_of(post), store), worker_(job_, store, parts, board) {}
  void perform(const Command& command, std::size_t task) override { worker_.perform(command, task); }

 private:
  const ManyJob job_;
  ManyWorker worker_;
};

std::array<bool, 256> flags_of(const SearchPost& post) {
  std::array<bool, 256> flags{};
  for (std::size_t p = 0; p < post.keep.size() && p < flags.size(); ++p) flags[p] = post.keep[p] != 0;
  return flags;
}

class OneHere final : public Worker {
 public:
  OneHere(const SearchPost& post, RowStore& store, std::span<const std::uint8_t> parts, std::span<double> board)
      : own_(post.all ? nullptr : std::make_unique<PartStore>(store, parts, flags_of(post))),
        training_(make_training({post.algorithm, post.options.at(0), post.classes}, own_ ? *own_ : store)),
        worker_(training_->make_worker(own_ ? *own_ : store, board)) {}
  void perform(const Command& command, std::size_t task) override { worker_->perform(command, task); }

 private:
  const std::unique_ptr<PartStore> own_;
  const std::unique_ptr<Training> training_;
  const std::unique_ptr<Worker> worker_;
};

}  // namespace

std::unique_ptr<Worker> make_search_worker(const SearchPost& post, RowStore& store, std::span<const std::uint8_t> parts,
                                           std::span<double> board) {
  if (post.many) return std::make_unique<ManyHere>(post, store, parts, board);
  return std::make_unique<OneHere>(post, store, parts, board);
}

namespace {

struct Trial {
  Json setting;
  std::string options;
  std::vector<double> folds;  // NaN where there is none
  double mean = nan, std_error = nan, seconds = 0;
  std::string error;
  std::int64_t rung = 0;             // of halving, the last one
  std::vector<FitResult> fits;       // of what was trained together, to go on from
  std::vector<double> point, place;  // of a Bayesian search
};

class Searcher {
 public:
  Searcher(const SearchRequest& request, SearchHost& host)
      : request_(request),
        host_(host),
        store_(host.store()),
        description_(host.description()),
        classes_(description_.classes.size()),
        layout_(layout_of(fold_options(), !request.options.time.empty())) {
    std::string metric = request.options.metric;
    if (metric.empty()) metric = classes_ ? "accuracy" : "r2";
    metric_ = metric_of(request.function, metric, classes_);
    objective_kind_ = [&] {
      const auto names = objective_names();
      return std::find(names.begin(), names.end(), request.algorithm) != names.end();
    }();
    check_metric(request.function, request.algorithm, metric_, classes_);
    if (metric_ == MetricKind::loss && !objective_kind_)
      throw InvalidInput(
          concat(request.function, ": metric \"loss\" is for losses of linear predictors, not ", request.algorithm));
  }

  SearchResult run() {
    divide();
    const std::string& strategy = request_.options.strategy;
    if (strategy == "bayes")
      search_by_model();
    else
      search_settings(strategy == "grid" ? request_.grid.all() : drawn(draws(usual_draws)));
    return report();
  }

 private:
  FoldOptions fold_options() const {
    const SearchOptions& o = request_.options;
    return {o.folds, o.validation, o.stratified, static_cast<std::uint64_t>(o.seed)};
  }

  std::int64_t draws(std::int64_t usual) const { return request_.options.n_iter > 0 ? request_.options.n_iter : usual; }

  // Gives every row its part.
  void divide() {
    std::vector<double> tags;
    const RowFormat& format = store_.format();
    if (format.tags > 0)
      each_row(store_,
               [&](std::uint64_t, const std::byte* row) { tags.push_back(tag_of(format, row, format.tags - 1)); });
    parts_ = assign_parts(request_.function, fold_options(), layout_, store_, classes_, tags);
    std::copy(parts_.begin(), parts_.end(), host_.parts().begin());
  }

  // Of the rows, a share alone takes part from now on.
  void take_share(double share) {
    const std::span<std::uint8_t> parts = host_.parts();
    std::mt19937_64 random(static_cast<std::uint64_t>(request_.options.seed) * 7919 + 17);
    for (std::size_t i = 0; i < parts.size(); ++i)
      parts[i] = share >= 1 || static_cast<double>(random() >> 11) * 0x1p-53 < share ? parts_[i] : left_out;
  }

  void add_trial(Json setting) {
    Trial& trial = trials_.emplace_back();
    trial.options = request_.options_of(setting);
    trial.setting = std::move(setting);
    trial.folds.assign(layout_.folds, nan);
  }

  std::vector<Json> drawn(std::int64_t count) {
    std::mt19937_64 random(static_cast<std::uint64_t>(request_.options.seed) + 0x5eed);
    std::vector<Json> settings;
    std::vector<double> point(request_.grid.dimensions());
    for (std::int64_t i = 0; i < count; ++i) {
      for (double& u : point) u = static_cast<double>(random() >> 11) * 0x1p-53;
      settings.push_back(request_.grid.at(point));
    }
    return settings;
  }

  void search_settings(std::vector<Json> settings) {
    for (Json& setting : settings) add_trial(std::move(setting));
    std::vector<Trial*> left;
    for (Trial& trial : trials_) left.push_back(&trial);
    if (request_.options.halving) {
      const double factor = static_cast<double>(request_.options.halving_factor),
                   rows = static_cast<double>(store_.rows());
      int rungs = 0;
      for (double settings_left = static_cast<double>(left.size()), share = 1; settings_left >= factor; ++rungs) {
        share /= factor;
        if (rows * share < least_rung_rows) break;
        settings_left /= factor;
      }
      for (int rung = 0; rung < rungs; ++rung) {
        take_share(std::pow(factor, rung - rungs));
        measure(left);
        std::stable_sort(left.begin(), left.end(), [&](const Trial* a, const Trial* b) { return better(*a, *b); });
        left.resize(
            std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(static_cast<double>(left.size()) / factor))));
        for (Trial* trial : left) {
          trial->rung = rung + 1;
          trial->folds.assign(layout_.folds, nan);
        }
      }
      take_share(1);
    }
    measure(left);
  }

  // Points where an improvement is expected, among many.
  void search_by_model() {
    std::mt19937_64 random(static_cast<std::uint64_t>(request_.options.seed) + 0xba7e5);
    const Grid& grid = request_.grid;
    const std::size_t dimensions = grid.dimensions();
    const std::int64_t count = draws(25),
                       first = std::min(
                           count,
                           std::max<std::int64_t>(
                               first_draws, 2 * static_cast<std::int64_t>(std::min<std::size_t>(dimensions, 10)) + 1));
    const auto somewhere = [&] {
      std::vector<double> point(dimensions);
      for (double& u : point) u = static_cast<double>(random() >> 11) * 0x1p-53;
      return point;
    };
    trials_.reserve(static_cast<std::size_t>(count));
    std::vector<Trial*> together;
    for (std::int64_t i = 0; i < count; ++i) {
      std::vector<double> point = somewhere();
      if (i >= first) point = propose(random, somewhere);
      add_trial(grid.at(point));
      trials_.back().point = point;
      trials_.back().place = grid.canonical(point);
      together.push_back(&trials_.back());
      if (i + 1 < first) continue;  // the first ones are trained together
      measure(together);
      together.clear();
    }
    if (!together.empty()) measure(together);
  }

  std::vector<double> propose(std::mt19937_64& random, const auto& somewhere) {
    std::vector<std::vector<double>> places;
    std::vector<double> values;
    const double sign = larger_is_better(metric_) ? -1 : 1;
    const Trial* best = nullptr;
    for (const Trial& trial : trials_) {
      if (!std::isfinite(trial.mean)) continue;
      places.push_back(trial.place);
      values.push_back(sign * trial.mean);
      if (!best || better(trial, *best)) best = &trial;
    }
    if (!best) return somewhere();
    const GaussianProcess process(std::move(places), values);
    std::vector<double> chosen;
    double most = -1;
    std::normal_distribution<double> near(0, 0.1);
    for (std::size_t c = 0; c < candidates; ++c) {
      if (c % 64 == 0) checkpoint();
      std::vector<double> point = somewhere();
      if (c % 4 == 0)  // about the best one
        for (std::size_t d = 0; d < point.size(); ++d)
          point[d] = std::clamp(best->point[d] + near(random), 0.0, 1 - 0x1p-53);
      const std::vector<double> place = request_.grid.canonical(point);
      const double expected = process.expected_improvement(place);
      if (!(expected > most)) continue;
      most = expected;
      chosen = std::move(point);
    }
    return chosen.empty() ? somewhere() : chosen;
  }

  bool better(const Trial& a, const Trial& b) const {
    if (std::isnan(a.mean) || std::isnan(b.mean)) return !std::isnan(a.mean) && std::isnan(b.mean);
    return larger_is_better(metric_) ? a.mean > b.mean : a.mean < b.mean;
  }

  // Trains and measures these on the rows that take part.
  void measure(const std::vector<Trial*>& trials) {
    std::vector<Trial*> together[2];  // without and with an intercept
    std::vector<Trial*> alone;
    for (Trial* trial : trials) {
      trial->error.clear();
      bool many = false, intercept = false;
      if (objective_kind_) try {
          const Job job({request_.algorithm, trial->options, classes_}, store_);
          many = trains_together(job);
          intercept = job.options.fit_intercept;
        } catch (const InvalidInput& e) {
          trial->error = message_of(request_.algorithm, e);
          continue;
        }
      if (many)
        together[intercept].push_back(trial);
      else
        alone.push_back(trial);
    }
    for (const auto& group : together) measure_together(group);
    for (Trial* trial : alone) {
      measure_alone(*trial);
      host_.observer().report({.epoch = ++measured_,
                               .loss = nan,
                               .validation_loss = nan,
                               .step_size = nan,
                               .rows = static_cast<double>(store_.rows())});
    }
    for (Trial* trial : trials) summarize(*trial);
  }

  void measure_together(const std::vector<Trial*>& trials) {
    if (trials.empty()) return;
    std::size_t most = trials.size();
    {
      const Job job({request_.algorithm, trials[0]->options, classes_}, store_);
      const std::size_t of_fit = (job.terms + 8 + MetricSums::size(metric_, classes_)) * (job.shards.size() + 2);
      most = std::clamp<std::size_t>(numbers_together / (of_fit * layout_.folds), 1, 1000);
    }
    for (std::size_t from = 0; from < trials.size(); from += most) {
      const std::vector<Trial*> some(
          trials.begin() + static_cast<std::ptrdiff_t>(from),
          trials.begin() + static_cast<std::ptrdiff_t>(std::min(trials.size(), from + most)));
      const double begun = host_.observer().seconds();
      SearchPost post{.algorithm = request_.algorithm,
                      .options = {},
                      .classes = classes_,
                      .many = 1,
                      .metric = static_cast<std::int32_t>(metric_),
                      .folds = layout_.folds,
                      .parts = layout_.parts,
                      .ordered = layout_.ordered,
                      .share = layout_.share,
                      .keep = {}};
      for (const Trial* trial : some) post.options.push_back(trial->options);
      const ManyJob job(many_spec_of(post), store_);
      Crew& crew = host_.open(post, job.board_size);
      std::vector<FitResult> start;
      for (const Trial* trial : some) start.insert(start.end(), trial->fits.begin(), trial->fits.end());
      if (start.size() != job.fits()) start.clear();
      std::vector<FitResult> fits = fit_many(job, store_, crew, host_.observer(), host_.class_map(), start);
      for (std::size_t s = 0; s < some.size(); ++s) {
        Trial& trial = *some[s];
        trial.fits.assign(std::make_move_iterator(fits.begin() + static_cast<std::ptrdiff_t>(s * layout_.folds)),
                          std::make_move_iterator(fits.begin() + static_cast<std::ptrdiff_t>((s + 1) * layout_.folds)));
        for (std::size_t f = 0; f < layout_.folds; ++f) {
          note_error(trial, f, trial.fits[f].error);
          trial.folds[f] = trial.fits[f].score;
          if (metric_ == MetricKind::roc_auc && trial.fits[f].error.empty())
            trial.folds[f] = score(model_of(job.base, trial.fits[f].of_user), f, *job.objectives[s]);
        }
      }
      const double took = (host_.observer().seconds() - begun) / static_cast<double>(some.size());
      for (Trial* trial : some) trial->seconds += took;
    }
  }

  Model model_of(const Job& job, std::span<const double> point) const {
    Model model;
    model.algorithm = Name(std::string_view(request_.algorithm));
    model.features = static_cast<std::int64_t>(job.features);
    for (const std::string& name : description_.classes) model.classes.emplace_back(name);
    std::vector<double> estimate(point.begin(), point.end());
    if (job.options.fit_intercept) std::rotate(estimate.begin(), estimate.end() - 1, estimate.end());
    model.add_parameter("estimate", estimate);
    return model;
  }

  void note_error(Trial& trial, std::size_t fold, const std::string& error) const {
    if (error.empty() || !trial.error.empty()) return;
    trial.error = layout_.folds > 1 ? concat("fold ", fold + 1, ": ", error) : error;
  }

  void measure_alone(Trial& trial) {
    const double begun = host_.observer().seconds();
    for (std::size_t f = 0; f < layout_.folds; ++f) try {
        const Roles roles = layout_.roles(f);
        SearchPost post = one_post(trial.options);
        for (std::size_t p = 0; p < roles.size(); ++p) post.keep[p] = p != left_out && roles[p] == Role::train;
        PartStore rows(store_, host_.parts(), flags_of(post));
        const Model model = train_one(post, rows);
        std::unique_ptr<Objective> objective;
        if (objective_kind_) {
          TrainOptions common;
          objective = make_objective(request_.algorithm, trial.options, classes_, common);
        }
        trial.folds[f] = score(model, f, objective.get());
      } catch (const InvalidInput& e) {
        trial.folds[f] = nan;
        note_error(trial, f, message_of(request_.algorithm, e));
      }
    trial.seconds += host_.observer().seconds() - begun;
  }

  SearchPost one_post(const std::string& options) const {
    return {.algorithm = request_.algorithm,
            .options = {options},
            .classes = classes_,
            .metric = static_cast<std::int32_t>(metric_),
            .folds = layout_.folds,
            .parts = layout_.parts,
            .keep = std::vector<std::uint8_t>(256)};
  }

  Model train_one(const SearchPost& post, RowStore& rows) {
    if (rows.rows() == 0) throw InvalidInput("there are no rows to train on");
    const auto training = make_training({post.algorithm, post.options[0], classes_}, rows);
    Crew& crew = host_.open(post, training->board_size());
    const auto map = host_.class_map();
    std::copy(map.begin(), map.end(), crew.board().begin() + static_cast<std::ptrdiff_t>(training->class_map()));
    return training->train(rows, crew, host_.observer(), description_, nullptr);
  }

  double score(const Model& model, std::size_t fold, const Objective* objective) {
    const Roles roles = layout_.roles(fold);
    const auto map = host_.class_map();
    const std::span<const std::uint8_t> parts = host_.parts();
    RowScorer scorer(model, metric_, classes_, metric_ == MetricKind::loss ? objective : nullptr);
    MetricSums sums(metric_, classes_);
    each_row(store_, [&](std::uint64_t number, const std::byte* row) {
      if (roles[parts[number]] != Role::test) return;
      const double y = target_of(row);
      scorer.add(store_.format(), row, map.empty() ? y : map[static_cast<std::size_t>(y)],
                 weight_of(store_.format(), row), sums);
    });
    return sums.value();
  }

  double score(const Model& model, std::size_t fold, const Objective& objective) {
    return score(model, fold, &objective);
  }

  void summarize(Trial& trial) const {
    const double folds = static_cast<double>(trial.folds.size());
    trial.mean = std::accumulate(trial.folds.begin(), trial.folds.end(), 0.0) / folds;  // NaN with one that is
    double squares = 0;
    for (const double fold : trial.folds) squares += (fold - trial.mean) * (fold - trial.mean);
    trial.std_error = folds > 1 ? std::sqrt(squares / (folds - 1) / folds) : nan;
  }

  SearchResult report() {
    std::vector<Trial*> order;
    for (Trial& trial : trials_) order.push_back(&trial);
    std::stable_sort(order.begin(), order.end(), [&](const Trial* a, const Trial* b) {
      return a->rung != b->rung ? a->rung > b->rung : better(*a, *b);
    });
    SearchResult result;
    result.metric = name_of(metric_);
    for (std::size_t f = 0; f < layout_.folds; ++f) {
      const Roles roles = layout_.roles(f);
      auto& [train, test] = result.fold_rows.emplace_back();
      for (const std::uint8_t part : parts_) {
        train += roles[part] == Role::train;
        test += roles[part] == Role::test;
      }
    }
    const auto known = [](double value) { return std::isnan(value) ? std::nullopt : std::optional(value); };
    for (Trial* trial : order) {
      SearchRow& row = result.rows.emplace_back();
      row.rank = static_cast<std::int64_t>(result.rows.size());
      row.setting = write_json(trial->setting);
      for (const double fold : trial->folds) row.folds.push_back(known(fold));
      row.mean = known(trial->mean);
      row.std_error = known(trial->std_error);
      row.seconds = trial->seconds;
      if (!trial->error.empty()) row.error = trial->error;
    }
    if (!request_.options.refit || order.empty() || std::isnan(order[0]->mean)) return result;
    SearchPost post = one_post(order[0]->options);
    post.all = 1;
    result.rows[0].model = train_one(post, store_);
    return result;
  }

  const SearchRequest& request_;
  SearchHost& host_;
  RowStore& store_;
  const Description description_;
  const std::size_t classes_;
  const FoldLayout layout_;
  MetricKind metric_ = MetricKind::accuracy;
  bool objective_kind_ = false;
  std::vector<std::uint8_t> parts_;
  std::vector<Trial> trials_;
  std::int64_t measured_ = 0;
};

}  // namespace

SearchResult search(const SearchRequest& request, SearchHost& host) { return Searcher(request, host).run(); }

}  // namespace quern
