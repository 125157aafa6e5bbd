#include "train/techniques/mlp.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "model/mlp.hpp"
#include "train/sgd_rows.hpp"
#include "train/techniques/network_steps.hpp"
#include "train/training_log.hpp"

namespace quern {

namespace {

using namespace network;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double products_a_second = 2e10;
constexpr double most_rise = 1e3;  // of the loss above that of the first step

[[noreturn]] void refuse(const std::string& what, std::string hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat("mlp: ", what), std::move(hint), fault);
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// None where there are 4 rows or more for each weight, all of it where there are 2 or fewer. The rows that a model to
// continue from has seen count too. Of numbers the loss is in deviations of y, and what is left of it is less.
double usual_l2(const MlpSetup& setup, const RowStore& store, const Model* start) {
  const double precision = setup.classifies() ? 30 : 10;
  const double seen = start ? std::max(static_cast<double>(start->rows), 0.0) : 0;
  const double rows = std::max(static_cast<double>(store.rows()) + seen, 1.0);
  const double share = std::clamp(4 * static_cast<double>(setup.shape.parameters) / rows - 1, 0.0, 1.0);
  return std::min(share * precision / rows, 1.0);
}

// Of z: what the network sees of the columns, and of y.
struct Columns {
  std::vector<double> shift, scale;
  double y_mean = 0, y_scale = 1;
  double weight = 0, rows = 0, squares = 0;  // squares: sum of v (y - mean)^2
};

template <class T>
class MlpDescent {
 public:
  MlpDescent(const MlpSetup& setup, const RowStore& store, Crew& crew, Observer& observer, const Model* start)
      : setup_(setup),
        options_(setup.options),
        store_(store),
        crew_(crew),
        observer_(observer),
        weights_(reinterpret_cast<T*>(crew.board().data() + setup.layout.weights)),
        l2_(options_.l2 >= 0 ? options_.l2 : usual_l2(setup, store, start)),
        steps_(setup.shape, optimizer_of(options_.optimizer), options_.momentum, l2_),
        best_(setup.shape.size) {}

  Model train(const Description& description, const Model* start);

 private:
  struct Sums {
    double loss = 0, weight = 0, rows = 0, correct = 0;
  };

  double* slot(std::size_t task) { return crew_.board().data() + setup_.slot(task); }
  Columns measure();
  void begin();
  void begin_from(const Model& start);
  void descend(std::int64_t epochs_before);
  Sums run_epoch(std::int64_t epoch, double step_size);
  std::size_t steps_of(std::int64_t epoch);
  Sums evaluate(Operation operation);
  double penalty() const;
  double unit() const { return 1 / (columns_.y_scale * columns_.y_scale); }  // of the loss, in those of the user
  bool out_of_time() const { return deadline_ > 0 && seconds_now() > deadline_; }
  std::vector<double> answer() const;
  Model report(const Description& description, std::int64_t epochs_before);

  const MlpSetup& setup_;
  const MlpOptions& options_;
  const RowStore& store_;
  Crew& crew_;
  Observer& observer_;
  T* const weights_;
  const double l2_;
  Steps<T> steps_;
  std::vector<T> best_;
  Columns columns_;
  TrainingLog log_;
  double weight_scale_ = 1, deadline_ = 0, first_loss_ = nan, validation_ = nan;
  std::int64_t epochs_ = 0, best_epoch_ = 0;
  bool stopped_early_ = false;
};

template <class T>
Columns MlpDescent<T>::measure() {
  const std::size_t features = setup_.features(), tasks = setup_.shards.size();
  const std::span<double> board = crew_.board();
  Columns columns{std::vector<double>(features, 0.0), std::vector<double>(features, 1.0)};
  std::copy(columns.shift.begin(), columns.shift.end(), &board[setup_.layout.shift]);
  std::copy(columns.scale.begin(), columns.scale.end(), &board[setup_.layout.scale]);
  board[setup_.layout.target] = 0;
  board[setup_.layout.target + 1] = 1;
  crew_.run({.operation = Operation::measure}, tasks);
  double target = 0;
  for (std::size_t t = 0; t < tasks; ++t) {
    columns.rows += slot(t)[mlp_rows];
    columns.weight += slot(t)[mlp_weight];
    target += slot(t)[mlp_target];
  }
  if (!(columns.weight > 0))
    refuse("there are no rows of weight above 0 to train on",
           options_.validation_fraction > 0 ? "Of so few rows none is left: lower the option validation_fraction."
                                            : "A row of weight 0 counts as none.");
  if (!std::isfinite(columns.weight)) refuse("the weights are too large", {}, Fault::out_of_range);

  if (options_.standardize) {
    // Means and squares of shards about their own pivots: Chan, Golub, LeVeque 1982.
    std::vector<double> squares(features), rows(features);
    for (std::size_t t = 0; t < tasks; ++t) {
      const double n = slot(t)[mlp_rows];
      if (n == 0) continue;
      const double* const body = slot(t) + mlp_body;
      for (std::size_t j = 0; j < features; ++j) {
        const double sum = body[moment_sum * features + j], square = body[moment_squares * features + j];
        if (store_.format().sparse) {
          rows[j] += sum;
          squares[j] += square;
          continue;
        }
        const double mean = body[moment_pivot * features + j] + sum / n, distance = mean - columns.shift[j];
        squares[j] += std::max(square - sum / n * sum, 0.0) + distance * distance * (rows[j] * n / (rows[j] + n));
        rows[j] += n;
        columns.shift[j] += distance * (n / rows[j]);
      }
    }
    for (std::size_t j = 0; j < features; ++j) {
      const double deviation = std::sqrt(squares[j] / rows[j]);
      columns.scale[j] = deviation > 0 && std::isfinite(deviation) ? 1 / deviation : 0;  // a constant says nothing
      if (!std::isfinite(columns.shift[j]) || !std::isfinite(columns.scale[j]) || !std::isfinite(squares[j]))
        refuse(concat("feature ", j + 1, " is too large, or too small, to be standardised"),
               "Scale the column, or use the option \"standardize\": false.", Fault::out_of_range);
    }
    std::copy(columns.shift.begin(), columns.shift.end(), &board[setup_.layout.shift]);
    std::copy(columns.scale.begin(), columns.scale.end(), &board[setup_.layout.scale]);
  }
  if (setup_.classifies()) return columns;
  const double mean = target / columns.weight;
  board[setup_.layout.target] = mean;  // the pivot of the second pass
  crew_.run({.operation = Operation::measure}, tasks);
  for (std::size_t t = 0; t < tasks; ++t) columns.squares += slot(t)[mlp_squares];
  if (!std::isfinite(mean) || !std::isfinite(columns.squares))
    refuse("y is too large", "Scale the column.", Fault::out_of_range);
  if (options_.standardize) {
    const double deviation = std::sqrt(columns.squares / columns.weight);
    columns.y_mean = mean;
    columns.y_scale = deviation > 0 && std::isfinite(1 / deviation) ? 1 / deviation : 1;
  }
  board[setup_.layout.target] = columns.y_mean;
  board[setup_.layout.target + 1] = columns.y_scale;
  return columns;
}

// First weights are uniform: for relu of variance 2 / inputs (He), else 2 / (inputs + outputs) (Glorot), and a quarter
// of that or so for sigmoid units, as a slope of 1/4 wants; without hidden layers 0, the problem being convex.
template <class T>
void MlpDescent<T>::begin() {
  std::fill_n(weights_, setup_.shape.size, T{0});
  if (setup_.shape.layers.size() == 1) return;
  RandomStream random(static_cast<std::uint64_t>(options_.seed), 0, 0x77656967);
  setup_.shape.each_weight([&](std::size_t place, std::size_t l, std::size_t i, std::size_t) {
    const Layer& layer = setup_.shape.layers[l];
    const double uniform = static_cast<double>(random.next() >> 11) * 0x1p-52 - 1;
    if (i == layer.inputs) return;
    const bool last = l + 1 == setup_.shape.layers.size();
    const auto both = static_cast<double>(layer.inputs + layer.outputs);
    const double bound = last || setup_.shape.activation == Activation::tanh ? std::sqrt(6 / both)
                         : setup_.shape.activation == Activation::relu
                             ? std::sqrt(6 / static_cast<double>(layer.inputs))
                             : std::sqrt(24 / both);
    weights_[place] = l == 0 && columns_.scale[i] == 0 ? T{0} : static_cast<T>(bound * uniform);
  });
}

// The weights of a model are in the user's columns.
template <class T>
void MlpDescent<T>::begin_from(const Model& start) {
  if (std::string_view(start.algorithm) != "mlp") refuse(concat("the model to continue from is of ", start.algorithm));
  const MlpPredictor network(start);
  bool same = network.layers().size() == setup_.shape.layers.size() &&
              network.activation() == static_cast<int>(setup_.shape.activation);
  for (std::size_t l = 0; same && l < setup_.shape.layers.size(); ++l)
    same = network.layers()[l].inputs == setup_.shape.layers[l].inputs &&
           network.layers()[l].outputs == setup_.shape.layers[l].outputs;
  if (!same)
    refuse("the model to continue from has another network",
           "It needs the same features, classes, hidden_layers and activation.");
  std::vector<double> weights(setup_.shape.size);
  std::size_t next = 0;
  setup_.shape.each_weight(
      [&](std::size_t place, std::size_t, std::size_t, std::size_t) { weights[place] = network.weights()[next++]; });
  const Layer& first = setup_.shape.layers.front();
  for (std::size_t o = 0; o < first.outputs; ++o)
    for (std::size_t i = 0; i < first.inputs; ++i) {
      double& w = weights[first.place(i, o)];
      weights[first.bias + o] += w * columns_.shift[i];
      w = columns_.scale[i] > 0 ? w / columns_.scale[i] : 0;
    }
  const Layer& last = setup_.shape.layers.back();
  for (std::size_t o = 0; o < last.outputs && !setup_.classifies(); ++o) {
    for (std::size_t i = 0; i < last.inputs; ++i) weights[last.place(i, o)] *= columns_.y_scale;
    weights[last.bias + o] = (weights[last.bias + o] - columns_.y_mean) * columns_.y_scale;
  }
  for (std::size_t i = 0; i < weights.size(); ++i) weights_[i] = static_cast<T>(weights[i]);
}

template <class T>
std::vector<double> MlpDescent<T>::answer() const {
  std::vector<double> weights(best_.begin(), best_.end());
  const Layer& last = setup_.shape.layers.back();
  for (std::size_t o = 0; o < last.outputs && !setup_.classifies(); ++o) {
    for (std::size_t i = 0; i < last.inputs; ++i) weights[last.place(i, o)] /= columns_.y_scale;
    weights[last.bias + o] = weights[last.bias + o] / columns_.y_scale + columns_.y_mean;
  }
  const Layer& first = setup_.shape.layers.front();
  for (std::size_t o = 0; o < first.outputs; ++o)
    for (std::size_t i = 0; i < first.inputs; ++i) {
      double& w = weights[first.place(i, o)];
      w *= columns_.scale[i];
      weights[first.bias + o] -= w * columns_.shift[i];
    }
  std::vector<double> flat;
  flat.reserve(setup_.shape.parameters);
  setup_.shape.each_weight(
      [&](std::size_t place, std::size_t, std::size_t, std::size_t) { flat.push_back(weights[place]); });
  return flat;
}

template <class T>
double MlpDescent<T>::penalty() const {
  if (l2_ == 0) return 0;
  double sum = 0;
  setup_.shape.each_weight([&](std::size_t place, std::size_t l, std::size_t i, std::size_t) {
    if (i < setup_.shape.layers[l].inputs)
      sum += static_cast<double>(weights_[place]) * static_cast<double>(weights_[place]);
  });
  return l2_ / 2 * sum;
}

template <class T>
std::size_t MlpDescent<T>::steps_of(std::int64_t epoch) {
  const EpochOrder order = order_epoch(options_.order, static_cast<std::uint64_t>(options_.seed), epoch, store_,
                                       setup_.parts, setup_.group_bytes);
  std::size_t most = 0;
  for (std::size_t p = 0; p < setup_.parts; ++p) {
    std::size_t steps = 0;
    for (std::size_t g = order.parts[p]; g < order.parts[p + 1]; ++g)
      steps +=
          (trained_rows(setup_.holdout(), store_, order, order.groups[g]) + setup_.part_rows - 1) / setup_.part_rows;
    most = std::max(most, steps);
  }
  return most;
}

template <class T>
typename MlpDescent<T>::Sums MlpDescent<T>::run_epoch(std::int64_t epoch, double step_size) {
  std::vector<T*> gradients;
  for (std::size_t p = 0; p < setup_.parts; ++p) gradients.push_back(reinterpret_cast<T*>(slot(p) + mlp_body));
  Sums all;
  const std::size_t steps = steps_of(epoch);
  for (std::size_t step = 0; step < steps && !out_of_time(); ++step) {
    crew_.run({.operation = Operation::minibatch_gradient, .epoch = epoch, .step = static_cast<std::int64_t>(step)},
              setup_.parts);
    Sums sums;
    for (std::size_t p = 0; p < setup_.parts; ++p) {
      sums.loss += slot(p)[mlp_loss];
      sums.weight += slot(p)[mlp_weight];
      sums.rows += slot(p)[mlp_rows];
    }
    if (std::isnan(first_loss_)) first_loss_ = sums.loss / sums.weight;
    if (!std::isfinite(sums.loss) || sums.loss > most_rise * (1 + first_loss_) * sums.weight)
      refuse(concat("the loss diverges: ", sums.loss / sums.weight * unit(), " in epoch ", epoch + 1, ", ",
                    first_loss_ * unit(), " at first"),
             concat("Steps are too long: set the option step_size below ", step_size,
                    options_.standardize ? "." : ", or leave standardize at true."),
             Fault::out_of_range);
    steps_.take(gradients, weight_scale_ / sums.rows, step_size, weights_);
    all.loss += sums.loss;
    all.weight += sums.weight;
    all.rows += sums.rows;
  }
  return all;
}

template <class T>
typename MlpDescent<T>::Sums MlpDescent<T>::evaluate(Operation operation) {
  crew_.run({.operation = operation}, setup_.shards.size());
  Sums sums;
  for (std::size_t t = 0; t < setup_.shards.size(); ++t) {
    sums.loss += slot(t)[mlp_loss];
    sums.weight += slot(t)[mlp_weight];
    sums.rows += slot(t)[mlp_rows];
    sums.correct += slot(t)[mlp_correct];
  }
  return sums;
}

template <class T>
void MlpDescent<T>::descend(std::int64_t epochs_before) {
  const double first = options_.step_size > 0 ? options_.step_size : options_.optimizer == "adam" ? 1e-3 : 1e-2;
  Schedule schedule{schedule_of(options_.schedule), first, options_.decay};
  constexpr double fall = 10;
  if (schedule.decay == 0)
    schedule.decay =
        (schedule.kind == Schedule::Kind::exponential ? std::log(fall) : fall - 1) / static_cast<double>(setup_.epochs);
  const bool validates = options_.validation_fraction > 0;
  double best = std::numeric_limits<double>::infinity(), mark = best;
  std::int64_t waited = 0;
  while (epochs_ < setup_.epochs && !out_of_time()) {
    const double step_size = schedule.at(static_cast<double>(epochs_));
    const Sums sums = run_epoch(epochs_before + epochs_, step_size);
    if (sums.rows == 0) break;
    ++epochs_;
    double watched = sums.loss / sums.weight + penalty();
    LogEntry entry{epochs_before + epochs_, observer_.seconds(), watched * unit(), nan, step_size, sums.rows};
    if (validates) {
      const Sums held = evaluate(Operation::validate);
      if (held.weight > 0) entry.validation_loss = (watched = held.loss / held.weight) * unit();
    }
    if (!std::isfinite(watched))
      refuse(concat("the loss is no longer finite after epoch ", epochs_),
             concat("Steps are too long: set the option step_size below ", step_size, "."), Fault::out_of_range);
    log_.add(entry);
    observer_.report(entry);
    if (!validates || watched < best) {
      best = watched;
      best_epoch_ = epochs_;
      validation_ = entry.validation_loss;
      std::copy_n(weights_, setup_.shape.size, best_.begin());
    }
    if (watched < mark - options_.tol * std::abs(mark) || std::isinf(mark)) {
      mark = watched;
      waited = 0;
    } else if (++waited >= options_.patience) {
      stopped_early_ = epochs_ < setup_.epochs;
      break;
    }
  }
  if (best_epoch_ == 0) std::copy_n(weights_, setup_.shape.size, best_.begin());
}

template <class T>
Model MlpDescent<T>::report(const Description& description, std::int64_t epochs_before) {
  std::copy(best_.begin(), best_.end(), weights_);
  const Sums sums = evaluate(Operation::value);
  const double loss = sums.loss / sums.weight;
  if (!std::isfinite(loss))
    refuse("the loss leaves the range of double precision",
           "The steps may be too long (option step_size), or the weights of rows too large.", Fault::out_of_range);

  Model model;
  model.algorithm = "mlp";
  model.options = setup_.spec.options;
  model.target = description.target;
  model.rows = static_cast<std::int64_t>(store_.rows());
  model.skipped = description.skipped;
  model.features = static_cast<std::int64_t>(setup_.features());
  for (const std::string& name : description.feature_names) model.feature_names.emplace_back(name);
  for (const std::string& name : description.classes) model.classes.emplace_back(name);

  std::vector<double> widths{static_cast<double>(setup_.features())};
  for (const Layer& layer : setup_.shape.layers) widths.push_back(static_cast<double>(layer.outputs));
  const double activation = static_cast<int>(setup_.shape.activation);
  const std::vector<double> weights = answer();
  for (const double w : weights)
    if (!std::isfinite(w)) refuse("a weight leaves the range of double precision", {}, Fault::out_of_range);
  model.add_parameter("activation", std::span(&activation, 1));
  model.add_parameter("layers", widths);
  model.add_parameter("weights", weights);
  std::vector<double> log;
  for (const LogEntry& e : log_.entries())
    log.insert(log.end(), {static_cast<double>(e.epoch), e.seconds, e.loss, e.validation_loss, e.step_size, e.rows});
  if (!log.empty()) model.add_parameter("training_log", log, static_cast<std::int64_t>(log.size() / 6));

  model.add_metric("loss", (loss + penalty()) * unit());
  if (options_.validation_fraction > 0) model.add_metric("validation_loss", validation_);
  if (setup_.classifies()) {
    model.add_metric("accuracy", sums.correct / sums.weight);
  } else {
    model.add_metric("rss", 2 * sums.loss * unit());
    model.add_metric("r2", columns_.squares > 0 ? 1 - 2 * sums.loss * unit() / columns_.squares : nan);
  }
  model.add_metric("l2", l2_);
  model.add_metric("parameters", static_cast<double>(setup_.shape.parameters));
  model.add_metric("iterations", static_cast<double>(epochs_));
  model.add_metric("epochs", static_cast<double>(epochs_before + epochs_));
  if (options_.validation_fraction > 0)
    model.add_metric("best_epoch", static_cast<double>(epochs_before + best_epoch_));
  model.add_metric("stopped_early", stopped_early_);
  model.add_metric("weight_sum", columns_.weight);
  if (const double seconds = observer_.seconds(); std::isfinite(seconds)) model.add_metric("seconds", seconds);
  return model;
}

template <class T>
Model MlpDescent<T>::train(const Description& description, const Model* start) {
  if (options_.max_seconds > 0) {
    const double spent = observer_.seconds();
    deadline_ = seconds_now() + std::max(options_.max_seconds - (std::isfinite(spent) ? spent : 0), 1e-3);
  }
  columns_ = measure();
  weight_scale_ = columns_.rows / columns_.weight;
  start ? begin_from(*start) : begin();
  const double before = start ? start->metric("epochs") : 0;
  const auto epochs_before = static_cast<std::int64_t>(before >= 0 && before < 0x1p31 ? before : 0);
  descend(epochs_before);
  return report(description, epochs_before);
}

}  // namespace

TrainingPlan Mlp::plan(std::string_view, std::string_view text) {
  const MlpOptions options = read_mlp_options(text);
  TrainingPlan plan;
  plan.rows = options;
  plan.target = options.task == "classification" ? TargetKind::classes
                : options.task == "regression"   ? TargetKind::number
                                                 : TargetKind::either;
  if (options.max_iter > 0) plan.passes = static_cast<double>(options.max_iter);
  plan.max_seconds = options.max_seconds;
  plan.max_iter = options.max_iter;
  return plan;
}

// A mini-batch of one part leaves nothing for others to do that would be worth their coming.
std::size_t Mlp::tasks() const { return setup_.parts == 1 ? 1 : std::max(setup_.parts, setup_.shards.size()); }

double Mlp::expected_seconds(double bytes) const {
  const auto epochs = static_cast<double>(setup_.epochs);
  const double seconds = epochs * (bytes / pass_speed + rows_ * 3 * setup_.shape.multiplications() / products_a_second);
  return setup_.options.max_seconds > 0 ? std::min(seconds, setup_.options.max_seconds) : seconds;
}

std::vector<std::string> Mlp::reasons() const {
  std::string network = concat(setup_.features());
  for (const network::Layer& layer : setup_.shape.layers) network += concat("-", layer.outputs);
  return {
      concat("network ", network, ": ", setup_.shape.parameters, " parameters; options hidden_layers and activation."),
      concat("solver ", setup_.options.optimizer, ": Option optimizer."),
      concat("epochs ", setup_.epochs, ": at most; ",
             setup_.options.max_iter > 0 ? "option max_iter." : "as many as make 20,000 steps, 10 to 200."),
      concat("order ", setup_.options.order, ": Option order."),
      setup_.parts == 1
          ? std::string("parallel none: a step of this batch and network is too short to be shared.")
          : concat("parallel parts: each mini-batch is cut in ", setup_.parts, ", and gradients are added in order.")};
}

Model Mlp::train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
                 const Model* start) const {
  if (store.rows() == 0) refuse("there are no rows to train on");
  if (setup_.single) return MlpDescent<float>(setup_, store, crew, observer, start).train(description, start);
  return MlpDescent<double>(setup_, store, crew, observer, start).train(description, start);
}

}  // namespace quern
