// Linear Gaussian state space: states w_1, w_2, ... of one step each, of which some are observed, some more than once,
// and some not at all,
//
//   w_k = A w_(k-1) + process noise of covariance Q,     y = C w_k + noise of covariance R / v,   v the weight of y
//   w_1 of mean m and covariance P, or diffuse: anything, as if there were no such term
//
// All states given all observations: the minimiser of
//
//   sum v (y - C w_k)' inverse(R) (y - C w_k)  +  sum (w_k - A w_(k-1))' inverse(Q) (w_k - A w_(k-1))  [+ the term of
//   w_1]
//
// and its covariance, exactly, by Kalman's filter and the smoother of Bryson and Frazier, which inverts nothing but the
// covariance of an observation: Q may be singular. A diffuse start is exact too, not a large number: the filter runs
// from w_1 = 0 of covariance 0, with a column beside its mean for each coordinate of w_1, and w_1 is then estimated by
// generalised least squares.
//
// Where it breaks: R must be positive definite, and with a diffuse start the observations must determine the state.
// Kalman, J. Basic Eng. 82, 1960; de Jong, Ann. Statist. 19, 1991; Durbin and Koopman, Time Series Analysis by State
// Space Methods, 2012, 4.5 and 5.7.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace quern {

struct StateSpace {
  std::size_t states = 0, outputs = 0;          // d, p
  std::vector<double> transition, observation;  // A d x d, C p x d
  std::vector<double> process, noise;           // Q d x d, R p x p
  bool diffuse = true;
  std::vector<double> mean, covariance;  // m d, P d x d; unless diffuse
};

struct Observation {
  std::size_t step;
  double weight;
  const double* y;  // p numbers
};

struct SmoothedStates {
  std::vector<double> state, std_error;  // steps x d
  double loss = 0;                       // the minimum above
  double log_likelihood = 0;             // of a diffuse start, the diffuse one
};

// Observations in the order of their steps, all below `steps`. Nothing if they do not determine the state.
std::optional<SmoothedStates> smooth_states(const StateSpace& model, std::span<const Observation> observations,
                                            std::size_t steps);

// Is the symmetric matrix positive semidefinite, up to rounding (or definite)?
bool is_positive(std::span<const double> matrix, std::size_t n, bool definite);

}  // namespace quern
