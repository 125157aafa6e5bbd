#include "train/techniques/kalman_smoothing.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.hpp"
#include "train/row_reader.hpp"

namespace quern {

namespace {

constexpr std::size_t most_states = 200;
constexpr double most_numbers = 1e8;  // kept of all steps
constexpr double off_step = 1e-3;     // of a step, that a time may be

[[noreturn]] void refuse(const std::string& what, std::string hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat("kalman_smoothing: ", what), std::move(hint), fault);
}

KalmanOptions read_kalman_options(std::string_view text) {
  KalmanOptions options;
  read_options("kalman_smoothing", text, options);
  if (!options.initial_mean.empty() && options.initial_covariance.form == OptionMatrix::Form::none)
    refuse("option \"initial_mean\" needs \"initial_covariance\"",
           "Without both the first state is diffuse: whatever fits the observations.");
  return options;
}

// rows x columns numbers; the identity, or its first rows, if the option does not say.
std::vector<double> matrix_of(const char* name, const OptionMatrix& given, std::size_t rows, std::size_t columns) {
  using Form = OptionMatrix::Form;
  if (given.form == Form::full || given.form == Form::diagonal) {
    if (given.rows != rows || given.columns != columns)
      refuse(concat("option \"", name, "\" is ", given.rows, " x ", given.columns, ", not ", rows, " x ", columns),
             "Observations are as many as the query has columns beside t; states as many as transition has rows.");
    if (given.form == Form::full) return given.values;
  }
  std::vector<double> matrix(rows * columns);
  for (std::size_t i = 0; i < std::min(rows, columns); ++i)
    matrix[i * columns + i] = given.form == Form::none       ? 1
                              : given.form == Form::multiple ? given.values[0]
                                                             : given.values[i];
  return matrix;
}

std::vector<double> covariance_of(const char* name, const OptionMatrix& given, std::size_t n, bool definite) {
  std::vector<double> matrix = matrix_of(name, given, n, n);
  if (!is_positive(matrix, n, definite))
    refuse(concat("option \"", name, "\" is no ", definite ? "positive definite" : "positive semidefinite",
                  " symmetric matrix"),
           "It is a covariance.");
  return matrix;
}

StateSpace space_of(const KalmanOptions& options, std::size_t outputs) {
  using Form = OptionMatrix::Form;
  StateSpace space;
  space.outputs = outputs;
  // How many states there are, by the first option that says it.
  const auto size_of = [](const OptionMatrix& given) {
    return given.form == Form::full || given.form == Form::diagonal;
  };
  space.states = size_of(options.transition)           ? options.transition.rows
                 : size_of(options.observation)        ? options.observation.columns
                 : size_of(options.process_covariance) ? options.process_covariance.rows
                 : size_of(options.initial_covariance) ? options.initial_covariance.rows
                 : !options.initial_mean.empty()       ? options.initial_mean.size()
                                                       : outputs;
  const std::size_t d = space.states;
  if (d > most_states || outputs > most_states)
    refuse(concat("there are ", d, " states and ", outputs, " observed columns, and at most ", most_states,
                  " of each are supported"),
           {}, Fault::limit_exceeded);
  space.transition = matrix_of("transition", options.transition, d, d);
  space.observation = matrix_of("observation", options.observation, outputs, d);
  space.process = covariance_of("process_covariance", options.process_covariance, d, false);
  space.noise = covariance_of("observation_covariance", options.observation_covariance, outputs, true);
  space.diffuse = options.initial_covariance.form == Form::none;
  if (!space.diffuse) {
    space.covariance = covariance_of("initial_covariance", options.initial_covariance, d, false);
    space.mean = options.initial_mean.empty() ? std::vector<double>(d) : options.initial_mean;
    if (space.mean.size() != d)
      refuse(concat("option \"initial_mean\" has ", space.mean.size(), " numbers for ", d, " states"));
  }
  return space;
}

class NoWork final : public Worker {
 public:
  void perform(const Command&, std::size_t) override {}
};

struct Series {
  std::vector<double> t, weight, y;  // of each row; y outputs numbers
};

template <class T>
void read_row(const RowFormat& format, const std::byte* row, double* y) {
  if (format.sparse) {
    const auto x = sparse_values<T>(format, row);
    for (std::size_t e = 0; e < x.entries; ++e) y[x.indices[e]] = x.values[e];
  } else {
    const auto x = dense_values<T>(format, row);
    std::copy(x.begin(), x.end(), y);
  }
}

Series read_series(RowStore& store) {
  const RowFormat& format = store.format();
  Series series;
  series.y.resize(store.rows() * format.features);
  RowReader reader({}, store, {});
  double* y = series.y.data();
  for (std::uint32_t block = 0; block < store.blocks().size(); ++block)
    for (const std::byte* row : reader.gather({&block, 1}, Rows::all)) {
      series.t.push_back(target_of(row));
      series.weight.push_back(weight_of(format, row));
      format.narrow ? read_row<float>(format, row, y) : read_row<double>(format, row, y);
      y += format.features;
    }
  return series;
}

struct Times {
  double first, step;
  std::size_t steps;
};

// Of sorted times.
Times times_of(const std::vector<double>& t, const KalmanOptions& options, std::size_t states) {
  const double first = t.front(), span = t.back() - first;
  double step = options.step;
  if (step == 0) {
    double least = HUGE_VAL;
    for (std::size_t i = 1; i < t.size(); ++i)
      if (t[i] > t[i - 1]) least = std::min(least, t[i] - t[i - 1]);
    step = std::isinf(least) ? 1 : span / std::max(1.0, std::round(span / least));
  }
  const double numbers = static_cast<double>(states * (2 * states + 1));
  const double steps = std::round(span / step) + 1 + static_cast<double>(options.forecast);
  if (!(steps * numbers <= most_numbers))
    refuse(
        concat("from t = ", first, " to ", t.back(), " there are ", steps, " steps of ", step, ", and at most ",
               std::floor(most_numbers / numbers), " are supported with ", states, states == 1 ? " state" : " states"),
        "Set the option step to the distance of two states.", Fault::limit_exceeded);
  for (const double at : t)
    if (const double place = (at - first) / step; std::abs(place - std::round(place)) > off_step)
      refuse(concat("t = ", at, " is no whole number of steps of ", step, " behind ", first),
             "Times must be multiples of a step apart: round t, or set the option step.");
  return {first, step, static_cast<std::size_t>(steps)};
}

}  // namespace

TrainingPlan KalmanSmoothing::plan(std::string_view, std::string_view text) {
  TrainingPlan plan;
  plan.rows = read_kalman_options(text);
  plan.target = TargetKind::number;
  plan.passes = 1;
  return plan;
}

// How many columns there are is not known for sure before there are rows.
KalmanSmoothing::KalmanSmoothing(const JobSpec& spec, const RowStore&)
    : spec_(spec), options_(read_kalman_options(spec.options)) {}

std::vector<std::string> KalmanSmoothing::reasons() const {
  return {"solver smoother: forward and backward over the sorted rows, exactly.",
          options_.initial_covariance.form == OptionMatrix::Form::none
              ? std::string("start diffuse: no option initial_covariance.")
              : std::string("start given: Option initial_covariance.")};
}

std::unique_ptr<Worker> KalmanSmoothing::make_worker(RowStore&, std::span<double>) const {
  return std::make_unique<NoWork>();
}

Model KalmanSmoothing::train(RowStore& store, Crew&, Observer& observer, const Description& description,
                             const Model* start) const {
  if (start) refuse("a smoothed series cannot be continued", "Train one over all rows.");
  if (store.rows() == 0) refuse("there are no rows to smooth");
  const StateSpace space = space_of(options_, store.format().features);
  if (!options_.feature_names.empty() && options_.feature_names.size() != space.outputs)
    refuse(concat("there are ", options_.feature_names.size(), " feature_names for ", space.outputs, " columns"));
  const Series series = read_series(store);
  const std::size_t n = series.t.size(), d = space.states, p = space.outputs;
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return series.t[a] < series.t[b]; });
  std::vector<double> sorted(n);
  for (std::size_t i = 0; i < n; ++i) sorted[i] = series.t[order[i]];
  const Times times = times_of(sorted, options_, d);
  std::vector<Observation> observations(n);
  for (std::size_t i = 0; i < n; ++i)
    observations[i] = {static_cast<std::size_t>(std::llround((sorted[i] - times.first) / times.step)),
                       series.weight[order[i]], &series.y[order[i] * p]};

  const auto smoothed = smooth_states(space, observations, times.steps);
  if (!smoothed)
    refuse("the observations do not determine the state",
           space.diffuse
               ? "Give more rows, observe more, or say with initial_mean and initial_covariance where the state "
                 "begins."
               : "The covariances are too far apart in size.");
  for (const double number : smoothed->state)
    if (!std::isfinite(number))
      refuse("a state leaves the range of double precision", "Does the transition let it grow? Scale the columns.",
             Fault::out_of_range);

  Model model;
  model.algorithm = "kalman_smoothing";
  model.options = spec_.options;
  model.rows = static_cast<std::int64_t>(n);
  model.skipped = description.skipped;
  model.features = 1;  // predict() takes a time
  model.feature_names.emplace_back("t");
  const double clock[] = {times.first, times.step};
  const auto rows = static_cast<std::int64_t>(times.steps);
  model.add_parameter("time", clock);
  model.add_parameter("state", smoothed->state, rows);
  model.add_parameter("std_error", smoothed->std_error, rows);
  model.add_parameter("transition", space.transition, static_cast<std::int64_t>(d));
  model.add_parameter("observation", space.observation, static_cast<std::int64_t>(p));
  model.add_metric("loss", smoothed->loss);
  model.add_metric("log_likelihood", smoothed->log_likelihood);
  model.add_metric("steps", static_cast<double>(times.steps));
  model.add_metric("states", static_cast<double>(d));
  model.add_metric("first_t", times.first);
  model.add_metric("step", times.step);
  if (const double seconds = observer.seconds(); std::isfinite(seconds)) model.add_metric("seconds", seconds);
  return model;
}

}  // namespace quern
