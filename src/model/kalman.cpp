#include "model/kalman.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

constexpr double most_ahead = 1e6;  // steps behind the last

[[noreturn]] void refuse(const char* what) {
  throw InvalidInput(concat("kalman_smoothing: the model ", what), {}, Fault::malformed_binary);
}

}  // namespace

KalmanScorer::KalmanScorer(const Model& model) {
  const auto time = model.parameter("time", 2);
  first = time[0];
  step = time[1];
  const Parameter* const all = model.find_parameter("state");
  const Parameter* const errors = model.find_parameter("std_error");
  const Parameter* const a = model.find_parameter("transition");
  const Parameter* const c = model.find_parameter("observation");
  if (!all || !errors || !a || !c || !(step > 0) || !std::isfinite(step) || !std::isfinite(first))
    refuse("has no states");
  const auto size = all->values.size();
  if (all->rows < 1 || static_cast<std::size_t>(all->rows) > size || size % static_cast<std::size_t>(all->rows) != 0)
    refuse("has states of no width");
  steps = static_cast<std::size_t>(all->rows);
  states = size / steps;
  if (errors->values.size() != size || states > 0xffff || a->values.size() != states * states || c->values.empty() ||
      c->values.size() % states != 0)
    refuse("has matrices of other sizes than its states");
  if (model.features != 1 || !model.classes.empty()) refuse("has features other than t");
  outputs = c->values.size() / states;
  state = all->values;
  std_error = errors->values;
  transition = a->values;
  observation = c->values;
}

void KalmanScorer::decide(const Features& x, std::span<double> out) const {
  const double place = std::floor((x[0] - first) / step + 1e-6);
  if (std::isnan(place)) return std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN());
  const auto last = static_cast<double>(steps - 1);
  const auto k = static_cast<std::size_t>(std::clamp(place, 0.0, last));
  std::copy_n(state.data() + k * states, states, out.begin());
  if (place - last > most_ahead)
    throw InvalidInput(concat("predict: t = ", x[0], " is more than 1000000 steps behind the last of the series"), {},
                       Fault::limit_exceeded);
  Vec<double> next(states);
  for (double ahead = place - last; ahead > 0; --ahead) {
    if (std::fmod(ahead, 64) == 0) checkpoint();
    for (std::size_t i = 0; i < states; ++i) {
      next[i] = 0;
      for (std::size_t j = 0; j < states; ++j) next[i] += transition[i * states + j] * out[j];
    }
    std::copy(next.begin(), next.end(), out.begin());
  }
}

double KalmanScorer::predict(const Features& x) const {
  Vec<double> at(states);
  decide(x, at);
  double y = 0;
  for (std::size_t i = 0; i < states; ++i) y += observation[i] * at[i];
  return y;
}

std::vector<Coefficient> KalmanScorer::coefficients(const Model& model) {
  const KalmanScorer scorer(model);
  std::vector<Coefficient> rows;
  auto add = [&](const char* name, std::span<const double> matrix) {
    for (std::size_t i = 0; i < matrix.size(); ++i) {
      Coefficient row;
      row.term = concat(name, "[", i / scorer.states + 1, ",", i % scorer.states + 1, "]");
      row.estimate = matrix[i];
      rows.push_back(std::move(row));
    }
  };
  add("transition", scorer.transition);
  add("observation", scorer.observation);
  return rows;
}

}  // namespace quern
