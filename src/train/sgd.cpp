// Stochastic descent as the leader sees it: it chooses the first step, has each epoch run in the way that was asked
// for, and says when it is enough.
//
//   average            every shard's part of the epoch's order is gone through on a copy of the parameters, and the
//                      copies are averaged, weighted by rows; one shard is plain serial descent
//   bsp                each mini-batch is cut in parts, one for each shard; gradients are added in their order
//   hogwild, aig, lock all tasks work on the parameters on the board
//
// The loss of an epoch is the mean that its rows had when they were visited (of a sample of them where it is not free),
// and with `tol` the objective at the epoch's end, over all rows; the final one is that of the point returned.
//
// Where it breaks: a step that is too long diverges, or ends above where it began or above its own first epoch. One
// that was chosen here is shortened and the descent begun again; one that was asked for is refused. Averages of many
// shards move less far in an epoch than one process would. Zinkevich, Weimer, Smola and Li, Parallelized Stochastic
// Gradient Descent, NIPS 2010; Chen, Pan, Monga, Bengio and Jozefowicz, Revisiting Distributed Synchronous SGD, 2016
// (backup workers).
#include "train/sgd.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "train/descent.hpp"
#include "train/problem.hpp"
#include "train/sgd_kernel.hpp"
#include "train/sgd_probe.hpp"
#include "train/sgd_rows.hpp"
#include "train/sgd_slot.hpp"
#include "train/training_log.hpp"

namespace quern {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double usual_steps = 1e6;     // rows visited by default, if that is between
constexpr double usual_batches = 2000;  // or so many steps
constexpr double fewest_epochs = 10;    // and
constexpr double most_epochs = 2000;
constexpr double rows_of_decay = 1e4;               // by default a copy's steps are halved after about as many rows,
constexpr double least_fall = 10, most_fall = 100;  // and fall to between a tenth and a hundredth of the first
constexpr double calm_batch = 256;                  // of which the mean leaves half the noise that a fall is for
constexpr double averaging_eta = 3;                 // see descent.hpp
constexpr int most_restarts = 6;
constexpr double restart_share = 1.0 / 8;
constexpr double most_rise = 0.05;      // above the loss of the first epoch
constexpr int epochs_without_gain = 2;  // end a training by tol

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

class StochasticDescent {
 public:
  StochasticDescent(const Job& job, const RowStore& store, Crew& crew, Observer& observer, std::int64_t epochs_before)
      : job_(job),
        store_(store),
        crew_(crew),
        observer_(observer),
        epochs_before_(epochs_before),
        layout_(sgd_slot(job)),
        penalties_(job, crew.board().subspan(job.layout.scale, job.features)),
        point_(crew.board().subspan(job.layout.point, job.parameters)) {}

  SolverResult minimize();

 private:
  struct EpochSums {
    double loss = 0, weight = 0, rows = 0;
    bool finite = true;
  };

  void choose_schedule();
  void choose_deadline();
  void clear_slots();
  EpochSums run_epoch(std::int64_t epoch);
  EpochSums run_copies(std::int64_t epoch);
  EpochSums run_shared(std::int64_t epoch);
  EpochSums run_minibatches(std::int64_t epoch);
  void apply_pending_penalties();
  void average_iterates();
  EpochSums sums_of_slots(std::span<const bool> done);
  double mean_loss(Operation operation, std::span<const double> point);
  std::span<const double> answer() const;
  bool separates_rows();
  bool has_risen(const SolverResult& result) const;
  SolverResult descend();
  double most_loss(std::span<const double> start);
  double steps_of_epoch(const EpochOrder& order);
  Command command(Operation operation, std::int64_t epoch) const;
  bool out_of_time() const;

  double* slot(std::size_t shard, std::size_t at) { return crew_.board().data() + job_.slot(shard) + at; }

  const Job& job_;
  const RowStore& store_;
  Crew& crew_;
  Observer& observer_;
  const std::int64_t epochs_before_;
  const SgdSlot layout_;
  const Penalties penalties_;
  const std::span<double> point_;
  Schedule schedule_{};
  double weight_scale_ = 1, deadline_ = 0, samples_ = 0, steps_ = 0;
  std::int64_t max_epochs_ = 0;
  std::vector<double> average_, gradient_, first_, second_;
};

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void StochasticDescent::choose_deadline() {
  if (job_.options.max_seconds == 0) return;
  const double spent = observer_.seconds();
  deadline_ = seconds_now() + std::max(job_.options.max_seconds - (std::isfinite(spent) ? spent : 0), 1e-3);
}

bool StochasticDescent::out_of_time() const { return deadline_ > 0 && seconds_now() > deadline_; }

Command StochasticDescent::command(Operation operation, std::int64_t epoch) const {
  return {operation, epoch, 0, {deadline_, schedule_.first, schedule_.decay, weight_scale_}};
}

void StochasticDescent::choose_schedule() {
  const TrainOptions& o = job_.options;
  const auto rows = static_cast<double>(store_.rows());
  const double visits = std::max(usual_steps, usual_batches * static_cast<double>(std::min<std::int64_t>(
                                                                  o.batch_size, static_cast<std::int64_t>(rows))));
  max_epochs_ = o.max_iter > 0
                    ? o.max_iter
                    : static_cast<std::int64_t>(std::clamp(std::ceil(visits / rows), fewest_epochs, most_epochs));

  crew_.run(command(Operation::epoch, -1), 1);
  double sums[probe_size];
  std::copy_n(slot(0, layout_.head), probe_size, sums);
  if (store_.format().weighted) {
    Command weigh = command(Operation::epoch, -1);
    weigh.step = 1;
    crew_.run(weigh, job_.shards.size());
    double count = 0, weight = 0;
    for (std::size_t s = 0; s < job_.shards.size(); ++s) {
      count += slot(s, layout_.head)[probe_count];
      weight += slot(s, layout_.head)[probe_weight];
    }
    weight_scale_ = weight > 0 ? count / weight : 1;
  }

  schedule_.kind = schedule_of(o.schedule);
  const auto batch = static_cast<double>(job_.parallel == "bsp" ? minibatch_part(job_) * job_.shards.size()
                                                                : static_cast<std::size_t>(o.batch_size));
  schedule_.first = o.step_size > 0 ? o.step_size : first_step(job_, sums, batch, penalties_.greatest_l2);
  const auto epochs = static_cast<double>(max_epochs_);
  const double copies = job_.parallel == "average" ? static_cast<double>(job_.shards.size()) : 1;
  const double fall = std::max(
      std::clamp(rows * epochs / copies / rows_of_decay, least_fall, most_fall) / (1 + (batch - 1) / calm_batch), 1.0);
  schedule_.decay = o.decay > 0                                     ? o.decay
                    : schedule_.kind == Schedule::Kind::exponential ? std::log(fall) / epochs
                                                                    : (fall - 1) / epochs;
}

void StochasticDescent::clear_slots() {
  for (std::size_t s = 0; s < job_.shards.size(); ++s) std::fill_n(slot(s, 0), layout_.size, 0);
  average_.assign(point_.begin(), point_.end());
  samples_ = steps_ = 0;
  const Optimizer optimizer = optimizer_of(job_.options.optimizer);
  first_.assign(optimizer == Optimizer::sgd ? 0 : job_.parameters, 0);
  second_.assign(optimizer == Optimizer::adam ? job_.parameters : 0, 0);
}

StochasticDescent::EpochSums StochasticDescent::sums_of_slots(std::span<const bool> done) {
  EpochSums sums;
  for (std::size_t s = 0; s < job_.shards.size(); ++s) {
    if (!done.empty() && !done[s]) continue;
    sums.loss += *slot(s, slot_loss);
    sums.weight += *slot(s, slot_weight);
    sums.rows += *slot(s, slot_rows);
  }
  return sums;
}

// The mean over the shards' averages, weighted by rows, becomes that of each of them.
void StochasticDescent::average_iterates() {
  if (!job_.options.averaging) return;
  std::vector<double> mean(job_.parameters);
  double rows = 0;
  for (std::size_t s = 0; s < job_.shards.size(); ++s) {
    if (*slot(s, slot_rows) == 0) continue;
    rows += *slot(s, slot_rows);
    move_average(*slot(s, slot_rows) / rows, slot(s, layout_.average), mean.size(), mean.data());
  }
  if (rows == 0) return;
  average_ = mean;
  for (std::size_t s = 0; s < job_.shards.size(); ++s) std::ranges::copy(mean, slot(s, layout_.average));
}

StochasticDescent::EpochSums StochasticDescent::run_copies(std::int64_t epoch) {
  crew_.run(command(Operation::epoch, epoch), job_.shards.size());
  double rows = 0;
  std::vector<double> mean(job_.parameters);
  for (std::size_t s = 0; s < job_.shards.size(); ++s) {
    if (*slot(s, slot_rows) == 0) continue;
    rows += *slot(s, slot_rows);
    move_average(*slot(s, slot_rows) / rows, slot(s, layout_.copy), mean.size(), mean.data());
  }
  if (rows > 0) std::ranges::copy(mean, point_.begin());
  average_iterates();
  return sums_of_slots({});
}

// Penalties of columns that no row has touched lately.
void StochasticDescent::apply_pending_penalties() {
  if (!store_.format().sparse || !penalties_.any) return;
  EntryDescent d;
  d.format = &store_.format();
  d.shape = {job_.outputs, job_.features, job_.options.fit_intercept};
  d.rule = {optimizer_of(job_.options.optimizer), job_.options.momentum};
  d.rule.correct(std::max(slot(0, layout_.head)[sgd_steps], 1.0));
  d.w = point_.data();
  if (!first_.empty()) d.first = slot(0, layout_.first);
  if (!second_.empty()) d.second = slot(0, layout_.second);
  d.l1 = penalties_.l1.data();
  d.l2 = penalties_.l2.data();
  d.stamps = slot(0, layout_.stamps);
  d.clock = slot(0, layout_.head) + sgd_clock;
  apply_all_penalties(d);
}

StochasticDescent::EpochSums StochasticDescent::run_shared(std::int64_t epoch) {
  slot(0, layout_.head)[sgd_lock] = 0;
  crew_.run(command(Operation::shared_epoch, epoch), job_.shards.size());
  apply_pending_penalties();
  average_iterates();
  return sums_of_slots({});
}

double StochasticDescent::steps_of_epoch(const EpochOrder& order) {
  const std::size_t rows_of_step = minibatch_part(job_);
  std::size_t most = 0;
  for (std::size_t p = 0; p + 1 < order.parts.size(); ++p) {
    std::size_t steps = 0;
    for (std::size_t g = order.parts[p]; g < order.parts[p + 1]; ++g)
      steps += (trained_rows(job_.holdout(), store_, order, order.groups[g]) + rows_of_step - 1) / rows_of_step;
    most = std::max(most, steps);
  }
  return static_cast<double>(most);
}

StochasticDescent::EpochSums StochasticDescent::run_minibatches(std::int64_t epoch) {
  const std::size_t shards = job_.shards.size();
  const EpochOrder order = order_epoch(job_.options.order, static_cast<std::uint64_t>(job_.options.seed), epoch, store_,
                                       shards, group_bytes_of(job_.options.order));
  const double steps = steps_of_epoch(order), rows_of_step = static_cast<double>(minibatch_part(job_) * shards);
  const auto backup = std::min<std::size_t>(static_cast<std::size_t>(job_.options.backup_workers), shards - 1);
  const auto done = std::make_unique<bool[]>(shards);
  const Coordinates coordinates{point_.data(), first_.empty() ? nullptr : first_.data(),
                                second_.empty() ? nullptr : second_.data(), job_.parameters};
  StepRule rule{optimizer_of(job_.options.optimizer), job_.options.momentum};
  EpochSums total;
  for (double step = 0; step < steps && !out_of_time(); ++step) {
    rule.eta = schedule_.at(static_cast<double>(epoch) + step / steps);
    Command part = command(Operation::minibatch_gradient, epoch);
    part.step = static_cast<std::int64_t>(step);
    part.numbers[sgd_first_step] = rule.eta;
    std::fill_n(done.get(), shards, true);
    if (backup > 0) {
      std::fill_n(done.get(), shards, false);
      crew_.run_some(part, shards, shards - backup, {done.get(), shards});
    } else {
      crew_.run(part, shards);
    }
    const EpochSums sums = sums_of_slots({done.get(), shards});
    gradient_.assign(job_.parameters, 0);
    double counted = 0;
    for (std::size_t s = 0; s < shards; ++s) {
      if (!done[s]) continue;
      ++counted;
      const double* const gradient = slot(s, layout_.copy);
      for (std::size_t i = 0; i < gradient_.size(); ++i) gradient_[i] += gradient[i];
    }
    // A part that was left out is taken to be like the others; one at the end of its rows makes a shorter step.
    const double share = sums.rows / rows_of_step * static_cast<double>(shards) / counted;
    if (sums.rows == 0) continue;
    rule.correct(++steps_);
    step_along(rule, gradient_.data(), share / sums.rows * weight_scale_, coordinates);
    if (penalties_.any) apply_penalties(rule, penalties_, rule.eta * share, coordinates);
    if (job_.options.averaging)
      move_average((averaging_eta + 1) / (++samples_ + averaging_eta), point_.data(), average_.size(), average_.data());
    total.loss += sums.loss;
    total.weight += sums.weight;
    total.rows += sums.rows;
  }
  return total;
}

StochasticDescent::EpochSums StochasticDescent::run_epoch(std::int64_t epoch) {
  EpochSums sums = job_.parallel == "bsp" ? run_minibatches(epoch)
                   : is_shared(job_)      ? run_shared(epoch)
                                          : run_copies(epoch);
  sums.finite = all_finite(point_) && std::isfinite(sums.loss);
  return sums;
}

std::span<const double> StochasticDescent::answer() const {
  return job_.options.averaging ? std::span<const double>(average_) : point_;
}

// The mean loss over all rows, or those held out.
double StochasticDescent::mean_loss(Operation operation, std::span<const double> point) {
  const std::vector<double> kept(point_.begin(), point_.end());
  std::ranges::copy(point, point_.begin());
  crew_.run({operation, 0, 0, {}}, job_.shards.size());
  std::ranges::copy(kept, point_.begin());
  const EpochSums sums = sums_of_slots({});
  return sums.weight > 0 ? sums.loss / sums.weight : nan;
}

// Of the last pass over all rows.
bool StochasticDescent::separates_rows() {
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  for (std::size_t s = 0; s < job_.shards.size(); ++s) {
    least = std::min(least, *slot(s, slot_least_margin));
    greatest = std::max(greatest, *slot(s, slot_greatest_margin));
  }
  return separates(job_, least, greatest);
}

// Loss of a diverging run is NaN.
SolverResult StochasticDescent::descend() {
  const TrainOptions& o = job_.options;
  SolverResult result;
  result.validation_loss = nan;
  result.gradient_norm = nan;
  clear_slots();
  std::vector<double> best;
  double best_validation = std::numeric_limits<double>::infinity(), best_loss = best_validation;
  std::int64_t since_best = 0, since_gain = 0;
  TrainingLog log;
  while (result.iterations < max_epochs_ && !out_of_time()) {
    const std::int64_t epoch = epochs_before_ + result.iterations;
    const EpochSums sums = run_epoch(epoch);
    if (!sums.finite) {
      result.loss = nan;
      return result;
    }
    ++result.iterations;
    result.step_size = schedule_.at(static_cast<double>(epoch + 1));
    LogEntry entry{epoch + 1, observer_.seconds(), sums.loss / sums.weight + penalties_.of(answer()),
                   nan,       result.step_size,    sums.rows};
    if (o.tol > 0) entry.loss = mean_loss(Operation::value, answer()) + penalties_.of(answer());
    if (o.validation_fraction > 0) entry.validation_loss = mean_loss(Operation::validate, answer());
    entry.seconds = observer_.seconds();
    log.add(entry);
    observer_.report(entry);

    if (o.tol > 0) {
      const bool gain = std::isinf(best_loss) || entry.loss < best_loss - o.tol * std::abs(best_loss);
      since_gain = gain ? 0 : since_gain + 1;
      best_loss = std::min(best_loss, entry.loss);
      if (since_gain >= epochs_without_gain) result.converged = true;
    }
    if (o.validation_fraction > 0 && !std::isnan(entry.validation_loss)) {
      ++since_best;
      if (entry.validation_loss < best_validation) {
        best_validation = entry.validation_loss;
        best.assign(answer().begin(), answer().end());
        since_best = 0;
      }
      if (since_best >= o.patience) result.converged = true;
    }
    if (result.converged) break;
  }
  result.log = log.entries();
  result.point.assign(answer().begin(), answer().end());
  if (!best.empty()) {
    result.point = best;
    result.validation_loss = best_validation;
  }
  result.loss = mean_loss(Operation::value, result.point) + penalties_.of(result.point);
  if (o.tol > 0 && o.validation_fraction == 0) {  // an optimum was asked for
    result.separated = separates_rows();
    result.converged = result.converged && !result.separated;
  }
  return result;
}

// More than this at the end is not what the last rows did but too long steps: a descent that begins without slopes ends
// below its start, or about there where nothing is to be learned.
double StochasticDescent::most_loss(std::span<const double> start) {
  for (std::size_t i = 0; i < start.size(); ++i)
    if (i % job_.terms < job_.features && start[i] != 0) return std::numeric_limits<double>::max();
  const double loss = mean_loss(Operation::value, start);
  return loss + std::abs(loss);
}

// An epoch's loss is that of its rows as they came, so the first is high; to end above it takes steps that are too
// long. Of rows in an order that says something of them, it says nothing.
bool StochasticDescent::has_risen(const SolverResult& result) const {
  if (result.log.size() < 2 || job_.options.order == "none" || job_.options.order == "mrs") return false;
  const double first = result.log.front().loss;
  return result.loss > first + most_rise * std::abs(first);
}

SolverResult StochasticDescent::minimize() {
  choose_deadline();
  choose_schedule();
  const std::vector<double> start(point_.begin(), point_.end());
  const double most = most_loss(start);
  const bool chosen = job_.options.step_size == 0;
  std::optional<SolverResult> best;  // of those that have risen
  for (int restarts = 0;; ++restarts) {
    SolverResult result = descend();
    const bool sound = result.loss <= most && all_finite(result.point);
    if (sound) {
      const bool last = !chosen || restarts == most_restarts || out_of_time() || !has_risen(result);
      const bool better = !best || result.loss < best->loss;
      if (last || !better) return better ? result : *best;
      best = std::move(result);
    } else if (best) {
      return *best;
    } else if (!chosen || restarts == most_restarts) {
      throw InvalidInput(concat(job_.spec.algorithm, ": stochastic descent diverges with steps of ", schedule_.first),
                         "Give a smaller step_size, or leave it out to have one chosen.", Fault::out_of_range);
    }
    schedule_.first *= restart_share;
    std::ranges::copy(start, point_.begin());
  }
}

}  // namespace

SolverResult minimize_sgd(const Job& job, const RowStore& store, Crew& crew, Observer& observer,
                          std::int64_t epochs_before) {
  return StochasticDescent(job, store, crew, observer, epochs_before).minimize();
}

}  // namespace quern
