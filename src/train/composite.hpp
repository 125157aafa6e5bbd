// What the batch solvers minimise: F(b) = f(b) + sum_i l1_i |b_i| with f convex and differentiable. A solver sees these
// few functions and knows nothing of rows, losses or processes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "train/newton.hpp"

namespace quern {

// value, differentiate and recedes of ConvexObjective are those of f.
class CompositeObjective : public ConvexObjective {
 public:
  // f, and its gradient to g.
  virtual double gradient(std::span<const double> b, std::span<double> g) = 0;
  // The Hessian of f at b times d.
  virtual void hessian_product(std::span<const double> b, std::span<const double> d, std::span<double> product) = 0;
  // One weight for each variable, 0 where there is no penalty; empty: none anywhere.
  virtual std::span<const double> l1() const = 0;
  // f is a quadratic function.
  virtual bool quadratic() const = 0;
};

// Hears F and the length of the step after each iteration; false: stop here.
using Listener = std::function<bool(std::span<const double> b, double value, double step)>;

struct SolverOptions {
  std::int64_t max_iter = 1000;
  // On the decrement sqrt(-g'd), where d is the step that the solver would take to the minimum of its model of F, so
  // that its square is about twice the distance of F to the optimum: at most tol sqrt(|F|).
  double tol = 1e-7;
  Listener listener = {};  // may be empty

  // What the square of the decrement may be; where F falls from `first` to 0, rounding bounds it.
  double enough(double value, double first) const {
    return tol * tol * std::max(std::abs(value), 1e-12 * std::abs(first));
  }
};

struct Minimum {
  std::vector<double> b;
  double value = 0;          // F
  double gradient_norm = 0;  // largest entry of the gradient of F, of that of least size where F has a kink
  std::int64_t iterations = 0;
  bool converged = false;
};

double largest(std::span<const double> values);  // of their sizes
double dot(std::span<const double> a, std::span<const double> b);
// Over the entries where `where` is 1; elsewhere it is 0.
double dot(std::span<const double> a, std::span<const double> b, std::span<const double> where);
void add(std::span<double> y, double c, std::span<const double> x);  // y += c x
// sum_i l1_i |b_i|
double l1_norm(std::span<const double> l1, std::span<const double> b);
// The subgradient of F of least size, from g, the gradient of f.
double pseudo_gradient(double g, double l1, double b);

// Limited-memory BFGS, see lbfgs.cpp.
Minimum minimize_lbfgs(CompositeObjective& objective, std::vector<double> start, const SolverOptions& options);
// Conjugate gradients and truncated Newton, see conjugate_gradient.cpp; there must be no l1.
Minimum minimize_cg(CompositeObjective& objective, std::vector<double> start, const SolverOptions& options);
// The same for f quadratic, of which the Hessian is asked for once, see covariance_descent.cpp.
Minimum minimize_covariances(CompositeObjective& objective, std::vector<double> start, const SolverOptions& options);
// Newton's method on f with the penalty as it is, see proximal_newton.cpp.
Minimum minimize_proximal_newton(CompositeObjective& objective, std::vector<double> start,
                                 const SolverOptions& options);

}  // namespace quern
