// Smoothing of a time series by a linear state space model (state_space.hpp) that the options give: a row is a time t,
// which takes the place of y, and what was observed at it, the features. Rows are sorted by t; rows of the same t are
// several observations of one state. Times are multiples of a step apart: between those that have no row, states are
// estimated all the same, and behind the last as many as option forecast asks for.
//
// The order of rows is what it is about, so one process does the work, in memory: (1 + 2 d) d numbers a step, d states.
// Bismarck's example of a task that is no loss of a linear predictor: Feng, Kumar, Recht, Re, SIGMOD 2012.
#pragma once

#include <tuple>

#include "train/techniques/state_space.hpp"
#include "train/training.hpp"

namespace quern {

struct KalmanOptions : RowOptions {
  OptionMatrix transition;              // A; the identity
  OptionMatrix observation;             // C; the identity, or its first rows
  OptionMatrix process_covariance;      // Q; the identity
  OptionMatrix observation_covariance;  // R; the identity
  std::vector<double> initial_mean;     // of the first state; with a covariance: 0
  OptionMatrix initial_covariance;      // none: diffuse
  double step = 0;                      // of t; 0: the least distance there is
  std::int64_t forecast = 0;            // steps behind the last row

  static constexpr auto options = std::tuple_cat(
      RowOptions::options,
      std::tuple{Option("transition", &KalmanOptions::transition), Option("observation", &KalmanOptions::observation),
                 Option("process_covariance", &KalmanOptions::process_covariance),
                 Option("observation_covariance", &KalmanOptions::observation_covariance),
                 Option("initial_mean", &KalmanOptions::initial_mean),
                 Option("initial_covariance", &KalmanOptions::initial_covariance),
                 Option("step", &KalmanOptions::step, above(0)),
                 Option("forecast", &KalmanOptions::forecast, within(0, 1e6))});
};

class KalmanSmoothing final : public Training {
 public:
  static TrainingPlan plan(std::string_view name, std::string_view options);
  KalmanSmoothing(const JobSpec& spec, const RowStore& store);

  const JobSpec& spec() const override { return spec_; }
  std::size_t board_size() const override { return 1; }
  std::size_t tasks() const override { return 1; }
  double expected_seconds(double bytes) const override { return bytes / pass_speed; }
  std::vector<std::string> reasons() const override;
  std::unique_ptr<Worker> make_worker(RowStore& store, std::span<double> board) const override;
  Model train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
              const Model* start) const override;

 private:
  const JobSpec spec_;
  const KalmanOptions options_;
};

}  // namespace quern
