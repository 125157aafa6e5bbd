// Limited-memory BFGS: d = -B g with B from the last ten steps and changes of the gradient, by the two-loop recursion
// (Nocedal and Wright, Numerical Optimization, 7.2). The line search is a bisection for the weak Wolfe conditions,
// which ends for every convex function, smooth or not (Lewis and Overton, Nonsmooth optimization via quasi-Newton
// methods, 2013).
//
// With an l1 penalty, OWL-QN (Andrew and Gao, Scalable training of L1-regularized log-linear models, 2007): the
// gradient is replaced by the subgradient of least size, a direction keeps to its signs, and a step stays in the
// orthant of its start.
//
// Where it breaks: objectives whose condition is beyond what ten pairs can model need many iterations.
#include <algorithm>
#include <cmath>
#include <deque>

#include "base/error.hpp"
#include "train/composite.hpp"

namespace quern {

namespace {

constexpr std::size_t memory = 10;
constexpr std::int64_t idle = 20;  // iterations
constexpr double armijo = 1e-4, wolfe = 0.9, rounding = 1e-14, least_curvature = 1e-14;

struct Pair {
  std::vector<double> s, y;  // the step, and what it changed in the gradient
  double ss = 0, sy = 0, yy = 0;
};

struct Point {
  std::vector<double> b, g, pseudo;  // g: of f; pseudo: of F
  double value = 0;                  // F
};

class Lbfgs {
 public:
  explicit Lbfgs(CompositeObjective& objective) : objective_(objective), l1_(objective.l1()) {}

  void evaluate(Point& at) {
    at.g.resize(at.b.size());
    at.value = objective_.gradient(at.b, at.g) + l1_norm(l1_, at.b);
    checkpoint();
    at.pseudo = at.g;
    for (std::size_t i = 0; i < l1_.size(); ++i) at.pseudo[i] = pseudo_gradient(at.g[i], l1_[i], at.b[i]);
  }

  // In the space of the variables that are not held at 0 by the penalty; one that is at 0 may only move down the slope.
  std::vector<double> direction(const Point& at) const {
    std::vector<double> d = at.pseudo, free(l1_.size()), alpha(pairs_.size()), rho(pairs_.size());
    for (std::size_t i = 0; i < free.size(); ++i) free[i] = l1_[i] == 0 || at.b[i] != 0 || at.pseudo[i] != 0;
    auto product = [&](const std::vector<double>& a, const std::vector<double>& b) {
      return free.empty() ? dot(a, b) : dot(a, b, free);
    };
    double gamma = 0;
    for (std::size_t k = pairs_.size(); k-- > 0;) {
      const Pair& pair = pairs_[k];
      const double ss = free.empty() ? pair.ss : product(pair.s, pair.s);
      const double sy = free.empty() ? pair.sy : product(pair.s, pair.y);
      const double yy = free.empty() ? pair.yy : product(pair.y, pair.y);
      if (!(sy > least_curvature * std::sqrt(ss * yy))) continue;
      if (gamma == 0) gamma = sy / yy;
      rho[k] = 1 / sy;
      alpha[k] = rho[k] * product(pair.s, d);
      add(d, -alpha[k], pair.y);
    }
    if (gamma > 0)
      for (double& value : d) value *= gamma;
    for (std::size_t k = 0; k < pairs_.size(); ++k)
      if (rho[k] > 0) add(d, alpha[k] - rho[k] * product(pairs_[k].y, d), pairs_[k].s);
    for (double& value : d) value = -value;
    for (std::size_t i = 0; i < l1_.size(); ++i)
      if (free[i] == 0 || (l1_[i] > 0 && at.b[i] == 0 && d[i] * at.pseudo[i] >= 0)) d[i] = 0;
    return d;
  }

  // To the end of a step from `at` along d; its length, or 0 if no step lowers F.
  double search(const Point& at, std::span<const double> d, double first, Point& next) {
    const double slope = dot(at.pseudo, d);
    double low = 0, high = INFINITY, length = first;
    for (int trials = 0; trials < 60; ++trials) {
      checkpoint();
      next.b = at.b;
      for (std::size_t i = 0; i < d.size(); ++i) {
        next.b[i] += length * d[i];
        if (l1_.empty() || l1_[i] == 0) continue;
        const double orthant = at.b[i] != 0 ? at.b[i] : -at.pseudo[i];
        if (next.b[i] * orthant <= 0) next.b[i] = 0;
      }
      evaluate(next);
      double gain = length * slope;
      if (!l1_.empty()) {
        gain = 0;
        for (std::size_t i = 0; i < d.size(); ++i) gain += at.pseudo[i] * (next.b[i] - at.b[i]);
      }
      if (!(next.value <= at.value + armijo * gain + rounding * std::abs(at.value)))
        high = length;
      else if (l1_.empty() && dot(next.g, d) < wolfe * slope)
        low = length;
      else
        return length;
      length = high == INFINITY ? 2 * length : (low + high) / 2;
    }
    return 0;
  }

  void learn(const Point& from, const Point& to) {
    checkpoint();
    Pair pair{to.b, to.g};
    add(pair.s, -1, from.b);
    add(pair.y, -1, from.g);
    pair.ss = dot(pair.s, pair.s);
    pair.sy = dot(pair.s, pair.y);
    pair.yy = dot(pair.y, pair.y);
    if (!(pair.sy > least_curvature * std::sqrt(pair.ss * pair.yy))) return;
    pairs_.push_back(std::move(pair));
    if (pairs_.size() > memory) pairs_.pop_front();
  }

  bool learned() const { return !pairs_.empty(); }
  std::size_t pairs() const { return pairs_.size(); }
  void forget() { pairs_.clear(); }

 private:
  CompositeObjective& objective_;
  std::span<const double> l1_;
  std::deque<Pair> pairs_;
};

}  // namespace

Minimum minimize_lbfgs(CompositeObjective& objective, std::vector<double> start, const SolverOptions& options) {
  Minimum result;
  Lbfgs lbfgs(objective);
  Point at, next;
  at.b = std::move(start);
  lbfgs.evaluate(at);
  const double start_value = at.value;
  double earlier = INFINITY;  // F, some iterations ago
  int small_steps = 0;
  while (std::isfinite(at.value)) {
    checkpoint();
    if (largest(at.pseudo) == 0) {
      result.converged = true;
      break;
    }
    std::vector<double> d = lbfgs.direction(at);
    double slope = dot(at.pseudo, d);
    if (!(slope < 0)) {
      lbfgs.forget();
      d = lbfgs.direction(at);
      slope = dot(at.pseudo, d);
    }
    // The first model of F knows no scale, and so nothing of how far the optimum is.
    const bool small = lbfgs.learned() && lbfgs.pairs() >= std::min(memory, at.b.size()) &&
                       -slope <= options.enough(at.value, start_value);
    small_steps = small ? small_steps + 1 : 0;
    if (small_steps >= 3) {
      result.converged = true;
      break;
    }
    if (result.iterations >= options.max_iter) break;
    const double first = lbfgs.learned() ? 1 : std::abs(at.value) > 0 ? std::abs(at.value) / -slope : 1 / -slope;
    const double length = lbfgs.search(at, d, first, next);
    if (length == 0) {
      result.converged = -slope <= 1e-9 * std::abs(at.value);
      if (result.converged || !lbfgs.learned()) break;
      lbfgs.forget();
      continue;
    }
    lbfgs.learn(at, next);
    std::swap(at, next);
    ++result.iterations;
    if (result.iterations % idle == 0 && earlier - at.value <= 100 * options.enough(at.value, start_value)) {
      result.converged = true;  // F no longer tells the points apart
      break;
    }
    if (result.iterations % idle == 0) earlier = at.value;
    if (options.listener && !options.listener(at.b, at.value, length)) break;
  }
  result.value = at.value;
  result.gradient_norm = largest(at.pseudo);
  result.b = std::move(at.b);
  return result;
}

}  // namespace quern
