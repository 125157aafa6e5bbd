// Newton's method with a line search, for a convex objective whose Hessian is affordable.
//
//   minimise F(b):   d = -inverse(H) g,   b <- b + t d,   t = 1, 1/2, 1/4, ... until F falls as Armijo asks
//
// The method sees the objective through the functions of ConvexObjective. It stops by the Newton decrement
// sqrt(g' inverse(H) g): for a negative log-likelihood that is the distance to the optimum measured in standard errors,
// a number that no scaling of the columns changes. Near the optimum it squares at each step, so the last step, taken
// after the test, leaves an error far below the tolerance. Boyd and Vandenberghe, Convex Optimization, 9.5.
//
// Where it breaks: an infimum that is not attained. Then the decrement vanishes while the steps stay long. Such a step
// is shown to the objective, which can tell a direction that descends forever from a hard problem.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "linalg/cholesky.hpp"

namespace quern {

struct Derivatives {
  double value = 0;
  std::vector<double> gradient;
  std::vector<double> hessian;  // row-major, upper triangle
  bool unbounded = false;       // the point itself proves that the infimum is not attained
};

class ConvexObjective {
 public:
  virtual std::size_t size() const = 0;
  virtual double value(std::span<const double> b) = 0;
  virtual void differentiate(std::span<const double> b, Derivatives& at) = 0;  // gradient and hessian are of their size
  // Does the objective descend along `direction` without end?
  virtual bool recedes(std::span<const double> direction) = 0;

 protected:
  ~ConvexObjective() = default;
};

struct NewtonOptions {
  std::int64_t max_iter = 100;
  double tol = 1e-10;             // on the Newton decrement
  double rank_tolerance = 1e-12;  // a column is aliased if no more than this part of its curvature is its own
  // Take the last step as soon as the decrement after it is foreseen to be below tol. Its estimates are as good, and a
  // pass is saved; the Hessian left is that of one step before, good to the decrement there.
  bool foresee = false;
  // Where it is found out which columns are aliased, if not at the start; empty: 0.
  std::vector<double> origin = {};
  // Hears b, F and the length of the step after each iteration; false: stop here. May be empty.
  std::function<bool(std::span<const double> b, double value, double length)> listener = {};
};

struct NewtonResult {
  enum class End { converged, max_iter, unbounded, recedes, overflow } end = End::max_iter;
  std::vector<double> b;  // 0 where aliased
  Derivatives at;         // at b, or one last step before it
  Cholesky hessian;       // of at.hessian; says what is aliased
  double decrement = 0;
  std::int64_t iterations = 0;
};

NewtonResult minimize_newton(ConvexObjective& objective, std::vector<double> start, const NewtonOptions& options);

}  // namespace quern
