#include "train/techniques/factorization_machine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "train/composite.hpp"
#include "train/techniques/factorization_machine_worker.hpp"
#include "train/order.hpp"
#include "train/training_log.hpp"

namespace quern {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_parameters = 100'000'000, lbfgs_parameters = 50'000;
constexpr std::int64_t usual_epochs = 20, usual_iterations = 200;

[[noreturn]] void refuse(std::string_view what, std::string_view hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat("factorization_machine: ", what), std::string(hint), fault);
}

class Fit final : public CompositeObjective {
 public:
  Fit(const FactorizationMachineJob& job, Crew& crew, Observer& observer, std::uint64_t rows)
      : job_(job),
        crew_(crew),
        observer_(observer),
        rows_(static_cast<double>(rows)),
        point_(crew.board().subspan(job.point, job.parameters)) {}

  void measure();
  void start(const Model* model);
  void run_lbfgs();
  void run_descent();
  Model model(const Description& description, const RowStore& store);

  std::size_t size() const override { return job_.parameters; }
  double value(std::span<const double> b) override { return evaluate(b, {}); }
  double gradient(std::span<const double> b, std::span<double> g) override { return evaluate(b, g); }
  void differentiate(std::span<const double>, Derivatives&) override {}
  void hessian_product(std::span<const double>, std::span<const double>, std::span<double>) override {}
  bool recedes(std::span<const double>) override { return false; }
  std::span<const double> l1() const override { return {}; }
  bool quadratic() const override { return false; }

 private:
  MachineSums run(MachineStep step, std::int64_t epoch = 0, double eta = 0, double fresh = 0);
  double evaluate(std::span<const double> b, std::span<double> gradient);
  double penalty(std::span<const double> b, std::span<double> gradient) const;
  bool report(double loss, double step);
  double scale(std::size_t feature) const { return crew_.board()[job_.scale + feature]; }
  const double* slot(std::size_t task) const { return crew_.board().data() + job_.slots + task * job_.slot_size; }

  const FactorizationMachineJob& job_;
  Crew& crew_;
  Observer& observer_;
  const double rows_;
  const std::span<double> point_;
  MachineSums total_;
  double loss_ = nan, gradient_norm_ = nan;
  bool converged_ = false;
  TrainingLog log_;
};

MachineSums Fit::run(MachineStep step, std::int64_t epoch, double eta, double fresh) {
  crew_.run({.operation = Operation::technique,
             .epoch = epoch,
             .step = static_cast<std::int64_t>(step),
             .numbers = {eta, fresh}},
            job_.shards.size());
  MachineSums sums;
  for (std::size_t t = 0; t < job_.shards.size(); ++t) {
    const auto& of_task = *reinterpret_cast<const MachineSums*>(slot(t));
    sums.loss += of_task.loss;
    sums.weight += of_task.weight;
    sums.target += of_task.target;
    sums.squares += of_task.squares;
  }
  return sums;
}

void Fit::measure() {
  double* const scales = crew_.board().data() + job_.scale;
  std::fill_n(scales, job_.features, 1.0);
  total_ = run(MachineStep::measure);
  if (!(total_.weight > 0)) refuse("there are no rows of weight above 0 to train on");
  if (!std::isfinite(total_.weight) || !std::isfinite(total_.target))
    refuse("the sum of the target or of the weights leaves the range of double precision", {}, Fault::out_of_range);
  for (std::size_t j = 0; j < job_.features; ++j) {
    double squares = 0, count = 0;
    for (std::size_t t = 0; t < job_.shards.size(); ++t) {
      squares += slot(t)[machine_head + j];
      count += slot(t)[machine_head + job_.features + j];
    }
    if (!std::isfinite(squares))
      refuse(concat("the squares of feature ", j + 1, " leave the range of double precision"), {}, Fault::out_of_range);
    if (squares > 0) scales[j] = std::exp2(-std::clamp(std::round(std::log2(squares / count) / 2), -500.0, 500.0));
  }
}

// In scaled features. A model is continued from where it is.
void Fit::start(const Model* model) {
  std::fill(point_.begin(), point_.end(), 0.0);
  if (model) {
    const std::size_t intercept = job_.options.fit_intercept;
    const auto estimate = model->parameter("estimate", job_.features + intercept);
    const auto factor = model->parameter("factor", job_.features * job_.rank);
    if (intercept) point_[0] = estimate[0];
    for (std::size_t j = 0; j < job_.features; ++j) {
      point_[job_.slope_at(j)] = estimate[intercept + j] / scale(j);
      for (std::size_t k = 0; k < job_.rank; ++k) point_[job_.factor_at(j) + k] = factor[j * job_.rank + k] / scale(j);
    }
    return;
  }
  const double mean = total_.target / total_.weight;
  if (job_.options.fit_intercept) point_[0] = job_.classifies ? std::log((1 + mean) / (1 - mean)) : mean;
  const double width = job_.options.init_scale * std::sqrt(3.0);  // uniform
  for (std::size_t j = 0; j < job_.features; ++j) {
    RandomStream random(static_cast<std::uint64_t>(job_.options.seed), 0, 3 * j);
    for (std::size_t k = 0; k < job_.rank; ++k)
      point_[job_.factor_at(j) + k] = width * (static_cast<double>(random.next() >> 11) * 0x1p-52 - 1);
  }
}

// In the user's columns: of w, scale^2 w^2 where w is for the scaled feature.
double Fit::penalty(std::span<const double> b, std::span<double> gradient) const {
  double sum = 0;
  const auto add = [&](std::size_t at, double l2) {
    sum += l2 / 2 * b[at] * b[at];
    if (!gradient.empty()) gradient[at] += l2 * b[at];
  };
  for (std::size_t j = 0; j < job_.features; ++j) {
    const double square = scale(j) * scale(j);
    add(job_.slope_at(j), job_.options.l2 * square);
    for (std::size_t k = 0; k < job_.rank; ++k) add(job_.factor_at(j) + k, job_.options.l2_factors * square);
  }
  return sum;
}

double Fit::evaluate(std::span<const double> b, std::span<double> gradient) {
  if (b.data() != point_.data()) std::copy(b.begin(), b.end(), point_.begin());
  const MachineSums sums = run(gradient.empty() ? MachineStep::value : MachineStep::gradient);
  total_.squares = sums.squares;
  if (!gradient.empty()) {
    std::fill(gradient.begin(), gradient.end(), 0.0);
    for (std::size_t t = 0; t < job_.shards.size(); ++t)
      for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += slot(t)[machine_head + i];
    for (double& g : gradient) g /= total_.weight;
    if (!job_.options.fit_intercept) gradient[0] = 0;
  }
  return sums.loss / total_.weight + penalty(b, gradient);
}

bool Fit::report(double loss, double step) {
  const LogEntry entry{log_.count() + 1, observer_.seconds(), loss, nan, step, rows_};
  log_.add(entry);
  observer_.report(entry);
  return !(job_.options.max_seconds > 0 && observer_.seconds() >= job_.options.max_seconds);
}

void Fit::run_lbfgs() {
  SolverOptions options;
  options.max_iter = job_.options.max_iter > 0 ? job_.options.max_iter : usual_iterations;
  options.tol = job_.options.tol;
  options.listener = [&](std::span<const double>, double value, double step) { return report(value, step); };
  Minimum minimum = minimize_lbfgs(*this, std::vector<double>(point_.begin(), point_.end()), options);
  converged_ = minimum.converged;
  gradient_norm_ = minimum.gradient_norm;
  std::copy(minimum.b.begin(), minimum.b.end(), point_.begin());
  loss_ = evaluate(point_, {});
}

void Fit::run_descent() {
  const std::int64_t epochs = job_.options.max_iter > 0 ? job_.options.max_iter : usual_epochs;
  double before = std::numeric_limits<double>::infinity();
  for (std::int64_t epoch = 0; epoch < epochs && !converged_; ++epoch) {
    const double eta = job_.options.step_size / (1 + job_.options.decay * static_cast<double>(epoch));
    const MachineSums sums = run(MachineStep::descend, epoch, eta, epoch == 0);
    std::fill(point_.begin(), point_.end(), 0.0);
    for (std::size_t t = 0; t < job_.shards.size(); ++t) {
      const double share = reinterpret_cast<const MachineSums*>(slot(t))->weight / sums.weight;
      for (std::size_t i = 0; i < point_.size(); ++i) point_[i] += share * slot(t)[machine_head + i];
    }
    loss_ = evaluate(point_, {});
    if (!std::isfinite(loss_))
      refuse("the loss leaves the range of double precision",
             "The steps may be too long (option step_size), or the target too large.", Fault::out_of_range);
    if (!report(loss_, eta)) break;
    converged_ = std::abs(before - loss_) <= job_.options.tol * std::abs(loss_);
    before = loss_;
  }
}

Model Fit::model(const Description& description, const RowStore& store) {
  if (!std::isfinite(loss_)) refuse("the loss leaves the range of double precision", {}, Fault::out_of_range);
  Model model;
  model.algorithm = job_.spec.algorithm;
  model.options = job_.spec.options;
  model.target = description.target;
  model.rows = static_cast<std::int64_t>(store.rows());
  model.skipped = description.skipped;
  model.features = static_cast<std::int64_t>(job_.features);
  for (const std::string& name : description.feature_names) model.feature_names.emplace_back(name);
  for (const std::string& name : description.classes) model.classes.emplace_back(name);
  Vec<double> estimate, factor;
  if (job_.options.fit_intercept) estimate.push_back(point_[0]);
  for (std::size_t j = 0; j < job_.features; ++j) {
    estimate.push_back(point_[job_.slope_at(j)] * scale(j));
    for (std::size_t k = 0; k < job_.rank; ++k) factor.push_back(point_[job_.factor_at(j) + k] * scale(j));
  }
  model.add_parameter("estimate", std::move(estimate));
  model.parameters.push_back({"factor", static_cast<std::int64_t>(job_.features), std::move(factor)});
  std::vector<double> log;
  for (const LogEntry& e : log_.entries())
    log.insert(log.end(), {static_cast<double>(e.epoch), e.seconds, e.loss, e.validation_loss, e.step_size, e.rows});
  model.add_parameter("training_log", log, std::max<std::int64_t>(static_cast<std::int64_t>(log.size() / 6), 1));
  model.add_metrics({{"rank", static_cast<double>(job_.rank)}, {"loss", loss_}});
  if (job_.classifies)
    model.add_metric("accuracy", total_.squares / total_.weight);
  else
    model.add_metric("rmse", std::sqrt(total_.squares / total_.weight));
  model.add_metric("iterations", static_cast<double>(log_.count()));
  if (job_.options.tol > 0 && !job_.descends()) model.add_metric("converged", converged_);
  if (!std::isnan(gradient_norm_)) model.add_metric("gradient_norm", gradient_norm_);
  model.add_metric("weight_sum", total_.weight);
  if (const double seconds = observer_.seconds(); std::isfinite(seconds)) model.add_metric("seconds", seconds);
  return model;
}

FactorizationMachineOptions options_of(std::string_view text) {
  return parse_options<FactorizationMachineOptions>("factorization_machine", text);
}

}  // namespace

FactorizationMachineJob::FactorizationMachineJob(const JobSpec& given, const RowStore& store)
    : spec(given),
      options(options_of(spec.options)),
      classifies(spec.classes > 0),
      features(store.format().features),
      rank(static_cast<std::size_t>(options.rank)) {
  if (spec.classes == 1) refuse("the target is the same in all rows", "A classifier needs rows of two classes.");
  if (spec.classes > 2)
    refuse(concat("the target has ", spec.classes, " classes, not 2"), "Train one model for each class, on y = class.");
  if (features == 0) refuse("there are no features");
  if (features > (most_parameters - 1) / (rank + 1))
    refuse(concat("a model of ", features, " features and rank ", rank, " is too large"),
           concat("It has at most ", most_parameters, " parameters."), Fault::limit_exceeded);
  parameters = 1 + features * (1 + rank);
  if (options.solver == "auto") {
    const bool few = parameters <= lbfgs_parameters;
    options.solver = few ? "lbfgs" : "adagrad";
    reason = concat(parameters, few ? " parameters, few enough for passes over all rows."
                                    : " parameters, of which a row touches few.");
  } else {
    reason = "as asked.";
  }
  slot_size = (machine_head + (options.solver == "adagrad" ? 2 : 1) * parameters + 7) / 8 * 8;
  shards = cut_shards(store, slot_size);
  std::size_t end = 0;
  const auto take = [&](std::size_t numbers) { return std::exchange(end, end + (numbers + 7) / 8 * 8); };
  classes = take(spec.classes);
  scale = take(features);
  point = take(parameters);
  slots = take(shards.size() * slot_size);
  size = end;
}

TrainingPlan FactorizationMachineTraining::plan(std::string_view, std::string_view text) {
  const FactorizationMachineOptions options = options_of(text);
  return {.rows = options,
          .target = options.task == "regression"       ? TargetKind::number
                    : options.task == "classification" ? TargetKind::binary
                                                       : TargetKind::either,
          .fit_intercept = options.fit_intercept,
          .passes = static_cast<double>(options.max_iter > 0 ? options.max_iter : usual_epochs) *
                    static_cast<double>(options.rank),
          .max_seconds = options.max_seconds,
          .max_iter = options.max_iter};
}

double FactorizationMachineTraining::expected_seconds(double bytes) const {
  const double passes = job_.options.max_iter > 0 ? static_cast<double>(job_.options.max_iter) : usual_epochs;
  const double seconds = passes * bytes / pass_speed * (4 + static_cast<double>(job_.rank));
  return job_.options.max_seconds > 0 ? std::min(seconds, job_.options.max_seconds) : seconds;
}

std::vector<std::string> FactorizationMachineTraining::reasons() const {
  return {concat("solver ", job_.options.solver, ": ", job_.reason)};
}

std::unique_ptr<Worker> FactorizationMachineTraining::make_worker(RowStore& store, std::span<double> board) const {
  return std::make_unique<FactorizationMachineWorker>(job_, store, board);
}

Model FactorizationMachineTraining::train(RowStore& store, Crew& crew, Observer& observer,
                                          const Description& description, const Model* start) const {
  if (store.rows() == 0) refuse("there are no rows to train on");
  if (store.sequential() && job_.descends())
    refuse("option \"store\": \"none\" is for solver \"lbfgs\"", "Descent visits the rows in an order of its own.");
  Fit fit(job_, crew, observer, store.rows());
  fit.measure();
  fit.start(start);
  job_.descends() ? fit.run_descent() : fit.run_lbfgs();
  return fit.model(description, store);
}

}  // namespace quern
