#include "train/techniques/crf.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "base/error.hpp"
#include "base/options.hpp"
#include "base/text.hpp"
#include "model/linear_chain.hpp"
#include "train/composite.hpp"
#include "train/training_log.hpp"

namespace quern {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t usual_iterations = 500, usual_epochs = 50;
constexpr double usual_tol = 1e-4;
constexpr double usual_l2 = 2;  // over the sum of weights: CRFsuite's default c2 = 1
constexpr double entry_seconds = 10e-9;

[[noreturn]] void refuse(const std::string& what, std::string hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat("crf: ", what), std::move(hint), fault);
}

CrfOptions options_of(std::string_view text) {
  CrfOptions options;
  read_options("crf", text, options);
  if (options.solver == "sgd" && options.l1 > 0) refuse("solver \"sgd\" has no l1 penalty", "Use solver \"lbfgs\".");
  std::sort(options.labels.begin(), options.labels.end());
  for (std::size_t i = 1; i < options.labels.size(); ++i)
    if (options.labels[i] == options.labels[i - 1])
      refuse(concat("option \"labels\" has \"", options.labels[i], "\" more than once"));
  return options;
}

// Where the weights of the model lie in the layout, in an order that does not depend on how rows were gathered:
// features by name, each with its labels in order, then transitions, then ends.
struct Variables {
  Variables(const CrfJob& job, const CrfLayout& layout, const std::vector<std::string>& names,
            const std::vector<std::size_t>& place)
      : features(job.counts.features) {
    if (names.size() < features.size()) refuse("features without names");
    std::iota(features.begin(), features.end(), 0);
    std::sort(features.begin(), features.end(), [&](std::size_t a, std::size_t b) { return names[a] < names[b]; });
    std::erase_if(features, [&](std::size_t f) { return layout.features[f].labels == 0; });
    std::vector<std::size_t> number(layout.labels);
    for (std::size_t c = 0; c < number.size(); ++c) number[place[c]] = c;
    for (const std::size_t f : features) {
      begin.push_back(at.size());
      const CrfLayout::Feature feature = layout.features[f];
      if (feature.labels != CrfLayout::row) {
        for (std::uint32_t k = 0; k < feature.labels; ++k) {
          label.push_back(layout.list_labels[feature.at - layout.lists + k]);
          at.push_back(feature.at + k);
        }
        continue;
      }
      for (std::size_t j = 0; j < layout.labels; ++j)
        if (job.counts.was_seen(f, number[j])) {
          label.push_back(static_cast<std::uint16_t>(j));
          at.push_back(static_cast<std::uint32_t>(feature.at + j));
        }
    }
    begin.push_back(at.size());
    for (std::size_t i = 0; i < layout.labels; ++i)
      for (std::size_t j = 0; j < layout.labels; ++j)
        if (job.counts.pairs[number[i] * layout.labels + number[j]])
          at.push_back(static_cast<std::uint32_t>(i * layout.width + j));
    for (const auto& [seen, from] : {std::pair{&job.counts.first, layout.first}, {&job.counts.last, layout.last}})
      for (std::size_t j = 0; j < layout.labels; ++j)
        if ((*seen)[number[j]]) at.push_back(static_cast<std::uint32_t>(from + j));
  }

  std::vector<std::size_t> features;  // numbers, in the order of names
  std::vector<std::size_t> begin;     // of each feature's weights among the variables, and the end
  std::vector<std::uint16_t> label;   // of each of them
  std::vector<std::uint32_t> at;      // of each variable in the layout
};

// Times the sum of weights, so that it is a negative log-likelihood.
class CrfObjective final : public CompositeObjective {
 public:
  CrfObjective(const CrfJob& job, Crew& crew, const Variables& variables)
      : job_(job), crew_(crew), variables_(variables), sum_(job.layout->size) {
    if (job.options.l1 > 0) l1_.assign(size(), job.options.l1 * weight());
  }

  std::size_t size() const override { return variables_.at.size(); }
  std::span<const double> l1() const override { return l1_; }
  bool quadratic() const override { return false; }
  double weight() const { return job_.counts.weight; }

  double value(std::span<const double> b) override {
    std::vector<double> g(size());
    return gradient(b, g);
  }

  double gradient(std::span<const double> b, std::span<double> g) override {
    put(b);
    crew_.run({.operation = Operation::gradient}, job_.shards.size());
    std::fill(sum_.begin(), sum_.end(), 0.0);
    double loss = 0, squares = 0;
    for (std::size_t task = 0; task < job_.shards.size(); ++task) {
      const double* const slot = &crew_.board()[job_.slots + task * job_.slot_size];
      loss += slot[crf_loss];
      add(sum_, 1, {slot + crf_gradient, sum_.size()});
    }
    const double l2 = job_.l2 * weight();
    for (std::size_t i = 0; i < b.size(); ++i) {
      g[i] = sum_[variables_.at[i]] + l2 * b[i];
      squares += b[i] * b[i];
    }
    return loss + l2 / 2 * squares;
  }

  void put(std::span<const double> b) {
    checkpoint();
    double* const point = &crew_.board()[job_.point];
    for (std::size_t i = 0; i < b.size(); ++i) point[variables_.at[i]] = b[i];
  }
  std::vector<double> take() const {
    std::vector<double> b(size());
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = crew_.board()[job_.point + variables_.at[i]];
    return b;
  }

  void differentiate(std::span<const double>, Derivatives&) override { throw std::logic_error("crf has no Hessian"); }
  void hessian_product(std::span<const double>, std::span<const double>, std::span<double>) override {
    throw std::logic_error("crf has no Hessian");
  }
  bool recedes(std::span<const double>) override { return false; }

 private:
  const CrfJob& job_;
  Crew& crew_;
  const Variables& variables_;
  std::vector<double> l1_, sum_;
};

struct Fit {
  std::vector<double> b;
  std::int64_t iterations = 0;
  bool converged = false;
  double gradient_norm = nan, step_size = nan;
  TrainingLog log;
};

Fit fit_by_lbfgs(const CrfJob& job, CrfObjective& objective, Observer& observer) {
  Fit fit;
  const CrfOptions& o = job.options;
  bool in_time = true;
  Minimum found = minimize_lbfgs(objective, std::vector<double>(objective.size()),
                                 {.max_iter = o.max_iter > 0 ? o.max_iter : usual_iterations,
                                  .tol = o.tol > 0 ? o.tol : usual_tol,
                                  .listener = [&](std::span<const double>, double value, double step) {
                                    fit.log.add({fit.log.count() + 1, observer.seconds(), value / objective.weight(),
                                                 nan, step, job.counts.sequences});
                                    observer.report(fit.log.last());
                                    if (o.max_seconds > 0 && fit.log.last().seconds > o.max_seconds) in_time = false;
                                    return in_time;
                                  }});
  fit.b = std::move(found.b);
  fit.iterations = found.iterations;
  fit.converged = found.converged && in_time;
  fit.gradient_norm = found.gradient_norm / objective.weight();
  return fit;
}

class Descent {
 public:
  Descent(const CrfJob& job, Crew& crew) : job_(job), crew_(crew) {}

  // The objective over the sequences that were visited, before each step; after the epoch for a sample.
  double epoch(std::int64_t number, double step, std::uint64_t sample) {
    Command command{.operation = Operation::epoch, .epoch = number};
    command.numbers[crf_step] = step;
    command.numbers[crf_decay] = decay(step);
    command.numbers[crf_sample] = static_cast<double>(sample);
    crew_.run(command, 1);
    const double* const slot = &crew_.board()[job_.slots];
    const double share = sample > 0 ? static_cast<double>(sample) / job_.counts.sequences : 1;
    return slot[crf_loss] / (job_.counts.weight * share) + job_.l2 / 2 * slot[crf_right];
  }

  // By doubling or halving, what does best in one visit of some sequences.
  double find_step() {
    if (job_.options.step_size > 0) return job_.options.step_size;
    const auto sample = static_cast<std::uint64_t>(std::min(1000.0, job_.counts.sequences));
    double best = 0.1, loss = epoch(-1, best, sample);
    if (!std::isfinite(loss)) loss = INFINITY;
    for (const double factor : {2.0, 0.5}) {
      bool better = false;
      for (int trial = 0; trial < 10; ++trial) {
        const double next = epoch(-1, best * factor, sample);
        if (!(next < loss)) break;
        better = true;
        best *= factor;
        loss = next;
      }
      if (better) break;
    }
    return best;
  }

 private:
  // Of 1 / (1 + decay steps): with a penalty the step becomes 1 / (l2 steps) in the end.
  double decay(double step) const { return job_.l2 > 0 ? job_.l2 * step : 0.1 / job_.counts.sequences; }

  const CrfJob& job_;
  Crew& crew_;
};

Fit fit_by_descent(const CrfJob& job, Crew& crew, CrfObjective& objective, Observer& observer) {
  Fit fit;
  const CrfOptions& o = job.options;
  const std::int64_t epochs = o.max_iter > 0 ? o.max_iter : usual_epochs;
  Descent descent(job, crew);
  const double step = fit.step_size = descent.find_step();
  double before = INFINITY;
  while (fit.iterations < epochs && !fit.converged) {
    const double loss = descent.epoch(fit.iterations, step, 0);
    ++fit.iterations;
    if (!std::isfinite(loss))
      refuse("the loss leaves the range of double precision", "The steps may be too long (option step_size).",
             Fault::out_of_range);
    fit.log.add({fit.iterations, observer.seconds(), loss, nan, step, job.counts.sequences});
    observer.report(fit.log.last());
    fit.converged = o.tol > 0 && std::abs(before - loss) <= o.tol * std::abs(loss);
    before = loss;
    if (o.max_seconds > 0 && fit.log.last().seconds > o.max_seconds) break;
  }
  fit.b = objective.take();
  return fit;
}

}  // namespace

CrfJob::CrfJob(const JobSpec& spec, RowStore& store) : spec(spec), options(options_of(spec.options)) {
  sgd = options.solver == "sgd";
  if (spec.classes == 0) {  // rows are only expected, or have no labels
    shards = cut_shards(store, 1);
    return;
  }
  const std::size_t labels = options.labels.empty() ? spec.classes : options.labels.size();
  if (spec.classes > labels) refuse(concat("the rows have ", spec.classes, " labels, option \"labels\" only ", labels));
  if (labels > most_labels)
    refuse(concat("the rows have ", labels, " labels, at most ", most_labels, " are supported"), {},
           Fault::limit_exceeded);
  counts = count_features(store, labels, options);
  l2 = options.l2 >= 0 ? options.l2 : options.l1 > 0 ? 0 : usual_l2 / counts.weight;
  layout.emplace(counts, !sgd);
  slot_size = crf_gradient + (layout->size + 7) / 8 * 8;
  shards = sgd ? std::vector<Shard>{{0, store.blocks().size(), store.rows()}} : cut_shards(store, slot_size);
  classes = 0;
  point = (labels + 7) / 8 * 8;
  slots = point + (layout->size + 7) / 8 * 8;
  board_size = slots + slot_size * shards.size();
}

TrainingPlan Crf::plan(std::string_view, std::string_view text) {
  const CrfOptions options = options_of(text);
  return {.rows = options,
          .target = TargetKind::sequence,
          .passes = static_cast<double>(options.max_iter > 0 ? options.max_iter : 10 * usual_epochs),
          .max_seconds = options.max_seconds,
          .max_iter = options.max_iter};
}

double Crf::expected_seconds(double bytes) const {
  const double passes = static_cast<double>(job_.options.max_iter > 0 ? job_.options.max_iter : 100);
  const double entries = job_.layout ? job_.counts.entries : bytes / 12;
  const double labels = static_cast<double>(job_.counts.labels);
  const double pass = entries * entry_seconds + job_.counts.positions * labels * labels * 1e-9;
  const double seconds = passes * pass;
  return job_.options.max_seconds > 0 ? std::min(seconds, job_.options.max_seconds) : seconds;
}

std::vector<std::string> Crf::reasons() const {
  if (job_.sgd) return {"solver sgd: as asked."};
  return {job_.options.solver == "lbfgs" ? "solver lbfgs: as asked."
                                         : "solver lbfgs: The objective is convex, and its gradient one pass."};
}

Model Crf::train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
                 const Model* start) const {
  if (store.rows() == 0 || !job_.layout) refuse("there are no labels to train on");
  if (start) refuse("a model of sequences cannot be continued", "Train a new one on all rows.");
  const std::vector<std::string>& labels = job_.options.labels.empty() ? description.classes : job_.options.labels;
  if (labels.size() < 2)
    refuse(concat("the label is \"", labels[0], "\" at all positions"),
           "Give all labels that there may be with the option labels.");
  if (!(job_.counts.weight > 0) || !std::isfinite(job_.counts.weight)) refuse("the weights of rows are too large");

  // The rows' labels, and behind them those that only the option has.
  double* const board = crew.board().data();
  std::vector<std::size_t> place;
  std::vector<bool> taken(labels.size());
  for (std::size_t c = 0; c < description.classes.size(); ++c) {
    const std::string& name = description.classes[static_cast<std::size_t>(board[job_.classes + c])];
    const auto found = std::lower_bound(labels.begin(), labels.end(), name);
    if (found == labels.end() || *found != name) refuse(concat("option \"labels\" lacks \"", name, "\""));
    place.push_back(static_cast<std::size_t>(found - labels.begin()));
    taken[place.back()] = true;
  }
  for (std::size_t label = 0; label < labels.size(); ++label)
    if (!taken[label]) place.push_back(label);
  for (std::size_t c = 0; c < place.size(); ++c) board[job_.classes + c] = static_cast<double>(place[c]);

  CrfLayout layout = *job_.layout;
  layout.place_labels(job_.counts, place);
  std::fill_n(board + job_.point, layout.size, 0.0);
  const Variables variables(job_, layout, description.feature_names, place);
  CrfObjective objective(job_, crew, variables);
  const Fit fit = job_.sgd ? fit_by_descent(job_, crew, objective, observer) : fit_by_lbfgs(job_, objective, observer);

  objective.put(fit.b);
  crew.run({.operation = Operation::validate}, job_.shards.size());
  double loss = 0, right = 0, l1 = 0, squares = 0, nonzero = 0;
  for (std::size_t task = 0; task < job_.shards.size(); ++task) {
    loss += crew.board()[job_.slots + task * job_.slot_size + crf_loss];
    right += crew.board()[job_.slots + task * job_.slot_size + crf_right];
  }
  for (const double b : fit.b) {
    l1 += std::abs(b);
    squares += b * b;
    nonzero += b != 0;
  }
  const double objective_value = loss / objective.weight() + job_.options.l1 * l1 + job_.l2 / 2 * squares;
  if (!std::isfinite(objective_value))
    refuse("the loss leaves the range of double precision", "Values of features may be too large.",
           Fault::out_of_range);

  Model model;
  model.algorithm = job_.spec.algorithm;
  model.options = job_.spec.options;
  model.target = static_cast<std::int32_t>(Target::text_class);
  model.rows = static_cast<std::int64_t>(store.rows());
  model.skipped = description.skipped;
  for (const std::string& label : labels) model.classes.emplace_back(label);
  // Weights that are 0 for the penalty's sake are left out.
  std::vector<double> state, state_label, state_start{0};
  for (std::size_t f = 0; f < variables.features.size(); ++f) {
    for (std::size_t i = variables.begin[f]; i < variables.begin[f + 1]; ++i)
      if (fit.b[i] != 0 || job_.options.l1 == 0) {
        state.push_back(fit.b[i]);
        state_label.push_back(variables.label[i]);
      }
    if (static_cast<double>(state.size()) == state_start.back()) continue;
    state_start.push_back(static_cast<double>(state.size()));
    model.feature_names.emplace_back(description.feature_names[variables.features[f]]);
  }
  model.features = static_cast<std::int64_t>(model.feature_names.size());
  model.add_parameter("state_start", state_start);
  model.add_parameter("state", state);
  model.add_parameter("state_label", state_label);
  std::vector<double> transition(labels.size() * labels.size(), nan), first(labels.size(), nan), last = first;
  for (std::size_t i = variables.begin.back(); i < variables.at.size(); ++i) {
    const std::size_t at = variables.at[i];
    if (at >= layout.last)
      last[at - layout.last] = fit.b[i];
    else if (at >= layout.first)
      first[at - layout.first] = fit.b[i];
    else
      transition[at / layout.width * labels.size() + at % layout.width] = fit.b[i];
  }
  model.add_parameter("transition", transition, static_cast<std::int64_t>(labels.size()));
  if (job_.options.ends) {
    model.add_parameter("start", first);
    model.add_parameter("end", last);
  }
  std::vector<double> log;
  for (const LogEntry& e : fit.log.entries())
    log.insert(log.end(), {static_cast<double>(e.epoch), e.seconds, e.loss, e.validation_loss, e.step_size, e.rows});
  if (!log.empty()) model.add_parameter("training_log", log, static_cast<std::int64_t>(log.size() / 6));

  model.add_metrics({{"loss", objective_value},
                     {"log_likelihood", -loss},
                     {"positions", job_.counts.positions},
                     {"accuracy", right / job_.counts.positions},
                     {"l2", job_.l2},
                     {"weights", static_cast<double>(fit.b.size())},
                     {"nonzero", nonzero},
                     {"iterations", static_cast<double>(fit.iterations)}});
  if (!job_.sgd || job_.options.tol > 0) model.add_metric("converged", fit.converged);
  if (!job_.sgd) model.add_metric("gradient_norm", fit.gradient_norm);
  if (job_.sgd) {
    model.add_metric("epochs", static_cast<double>(fit.iterations));
    model.add_metric("step_size", fit.step_size);
  }
  model.add_metric("weight_sum", objective.weight());
  if (const double seconds = observer.seconds(); std::isfinite(seconds)) model.add_metric("seconds", seconds);
  return model;
}

}  // namespace quern
