// What a model of kalman_smoothing says at a time t, its only feature. Such a Model has
//   parameter "time"         2: the first t, and the step
//   parameter "state"        steps x d, the smoothed states; "std_error" is as large
//   parameter "transition"   d x d
//   parameter "observation"  p x d
// predict() gives the first observed column as the state at t has it, decision_function() the state. Of a time between
// two steps it is the state of the one before; before the first, that of the first; behind the last, the transition is
// applied as often as steps have passed.
#pragma once

#include "model/model.hpp"
#include "model/scorer.hpp"

namespace quern {

struct KalmanScorer {
  // Throws InvalidInput unless the model is as above.
  explicit KalmanScorer(const Model& model);

  std::size_t features() const { return 1; }
  double predict(const Features& x) const;
  std::size_t decisions() const { return states; }
  void decide(const Features& x, std::span<double> out) const;
  // The matrices, as terms such as transition[1,2].
  static std::vector<Coefficient> coefficients(const Model& model);

  std::size_t steps = 0, states = 0, outputs = 0;
  double first = 0, step = 1;
  std::span<const double> state, std_error, transition, observation;
};

}  // namespace quern
