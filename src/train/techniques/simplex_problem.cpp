// A convex quadratic over the simplex, by a primal-dual interior-point method with Mehrotra's corrector. With
// multipliers y of the sum, u of the inequality, z of w >= 0 and q of w <= bound, its steps solve
//
//   (H + Z/W + Q/T) dw - A' dy = r,   A dw + (0, s/u) dy = ...     A the rows 1' and g'
//
// by a Cholesky factor of the first matrix, which is positive definite whatever H. When complementarity has fallen to
// rounding, the bounds that hold are read off, and w on the rest follows from one linear solve.
// Nocedal and Wright, Numerical Optimization, 16.6.
#include "train/techniques/simplex_problem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "linalg/cholesky.hpp"

namespace quern {

namespace {

constexpr int most_iterations = 100;
constexpr double enough = 1e-14;  // of complementarity

using Vector = std::vector<double>;

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

class InteriorPoint {
 public:
  explicit InteriorPoint(const SimplexProblem& problem)
      : p_(problem), n_(problem.c.size()), m_(problem.g.empty() ? 1 : 2), bounded_(problem.bound < 1) {
    double size = 0;
    for (const double h : p_.hessian) size = std::max(size, std::abs(h));
    for (const double c : p_.c) size = std::max(size, std::abs(c));
    for (const double g : p_.g) g_size_ = std::max(g_size_, std::abs(g));
    scale_ = size > 0 ? size : 1;
    if (g_size_ == 0) g_size_ = 1;
  }

  SimplexSolution solve();

 private:
  struct Point {
    Vector w, z, t, q;
    double y = 0, u = 0, s = 0;
  };

  double h(std::size_t i, std::size_t j) const { return p_.hessian[i * n_ + j] / scale_; }
  double g(std::size_t i) const { return p_.g[i] / g_size_; }
  double least() const { return p_.least / g_size_; }
  // H w - c - y - u g
  Vector slope(const Point& at) const;
  double complementarity(const Point& at) const;
  void factor(const Point& at);
  Point direction(const Point& at, const Vector& slope, double center, const Point* second) const;
  double longest(const Point& at, const Point& step, bool primal) const;
  double residual(const Point& at) const;
  bool settle(Point& at) const;

  const SimplexProblem& p_;
  const std::size_t n_, m_;
  const bool bounded_;
  double scale_ = 1, g_size_ = 0;
  Cholesky factor_;
  Vector ones_, gs_;  // inverse(H + D) times 1 and g
};

Vector InteriorPoint::slope(const Point& at) const {
  Vector out(n_);
  for (std::size_t i = 0; i < n_; ++i) {
    double sum = -p_.c[i] / scale_ - at.y - (m_ == 2 ? at.u * g(i) : 0);
    for (std::size_t j = 0; j < n_; ++j) sum += h(i, j) * at.w[j];
    out[i] = sum;
  }
  return out;
}

double InteriorPoint::complementarity(const Point& at) const {
  double sum = dot(at.w, at.z);
  double count = static_cast<double>(n_);
  if (bounded_) {
    sum += dot(at.t, at.q);
    count *= 2;
  }
  if (m_ == 2) {
    sum += at.s * at.u;
    count += 1;
  }
  return sum / count;
}

void InteriorPoint::factor(const Point& at) {
  Vector matrix(n_ * n_);
  for (std::size_t i = 0; i < n_; ++i) {
    for (std::size_t j = 0; j < n_; ++j) matrix[i * n_ + j] = h(i, j);
    matrix[i * n_ + i] += at.z[i] / at.w[i] + (bounded_ ? at.q[i] / at.t[i] : 0);
  }
  factor_.factor(matrix, n_, 0);
  ones_.assign(n_, 1.0);
  factor_.solve(ones_);
  if (m_ == 1) return;
  gs_.resize(n_);
  for (std::size_t i = 0; i < n_; ++i) gs_[i] = g(i);
  factor_.solve(gs_);
}

// Towards complementarity `center`; `second` is a step whose products of changes are corrected for.
InteriorPoint::Point InteriorPoint::direction(const Point& at, const Vector& slope, double center,
                                              const Point* second) const {
  Point step;
  Vector rhs(n_), wz(n_), tq(bounded_ ? n_ : 0);
  double sum = 0;
  for (std::size_t i = 0; i < n_; ++i) {
    sum += at.w[i];
    wz[i] = center - at.w[i] * at.z[i] - (second ? second->w[i] * second->z[i] : 0);
    rhs[i] = -(slope[i] - at.z[i] + (bounded_ ? at.q[i] : 0)) + wz[i] / at.w[i];
    if (bounded_) {
      const double room = p_.bound - at.w[i] - at.t[i];
      tq[i] = center - at.t[i] * at.q[i] - (second ? second->t[i] * second->q[i] : 0);
      rhs[i] -= (tq[i] - at.q[i] * room) / at.t[i];
    }
  }
  Vector d = rhs;
  factor_.solve(d);
  const double miss = 1 - sum;
  if (m_ == 1) {
    double total = 0, there = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      total += d[i];
      there += ones_[i];
    }
    step.y = (miss - total) / there;
    for (std::size_t i = 0; i < n_; ++i) d[i] += step.y * ones_[i];
  } else {
    double reach = 0, d1 = 0, dg = 0, a11 = 0, a1g = 0, agg = at.s / at.u;
    for (std::size_t i = 0; i < n_; ++i) {
      reach += g(i) * at.w[i];
      d1 += d[i];
      dg += g(i) * d[i];
      a11 += ones_[i];
      a1g += gs_[i];
      agg += g(i) * gs_[i];
    }
    const double su = center - at.s * at.u - (second ? second->s * second->u : 0);
    const double r1 = miss - d1, rg = least() - reach + at.s + su / at.u - dg;
    const double determinant = a11 * agg - a1g * a1g;
    if (determinant > 1e-14 * a11 * agg) {
      step.y = (r1 * agg - rg * a1g) / determinant;
      step.u = (rg * a11 - r1 * a1g) / determinant;
    } else {
      step.y = r1 / a11;
    }
    for (std::size_t i = 0; i < n_; ++i) d[i] += step.y * ones_[i] + step.u * gs_[i];
    step.s = (su - at.s * step.u) / at.u;
  }
  step.w = std::move(d);
  step.z.resize(n_);
  for (std::size_t i = 0; i < n_; ++i) step.z[i] = (wz[i] - at.z[i] * step.w[i]) / at.w[i];
  if (bounded_) {
    step.t.resize(n_);
    step.q.resize(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      step.t[i] = p_.bound - at.w[i] - at.t[i] - step.w[i];
      step.q[i] = (tq[i] - at.q[i] * step.t[i]) / at.t[i];
    }
  }
  return step;
}

// How far along the step what must stay positive does.
double InteriorPoint::longest(const Point& at, const Point& step, bool primal) const {
  double length = 1;
  const auto limit = [&](double value, double change) {
    if (change < 0) length = std::min(length, -value / change);
  };
  for (std::size_t i = 0; i < n_; ++i) {
    primal ? limit(at.w[i], step.w[i]) : limit(at.z[i], step.z[i]);
    if (bounded_) primal ? limit(at.t[i], step.t[i]) : limit(at.q[i], step.q[i]);
  }
  if (m_ == 2) primal ? limit(at.s, step.s) : limit(at.u, step.u);
  return length;
}

double InteriorPoint::residual(const Point& at) const {
  const Vector d = slope(at);
  double worst = 0, sum = 0, reach = 0;
  for (std::size_t i = 0; i < n_; ++i) {
    worst = std::max(worst, std::abs(at.w[i] - std::clamp(at.w[i] - d[i], 0.0, p_.bound)));
    sum += at.w[i];
    if (m_ == 2) reach += g(i) * at.w[i];
  }
  worst = std::max(worst, std::abs(sum - 1));
  if (m_ == 2) worst = std::max({worst, least() - reach, -at.u, std::min(std::abs(reach - least()), std::abs(at.u))});
  return worst;
}

// Weights that are as good as bound become so, and the others the solution of what is left. False if that is singular
// or does not obey the bounds.
bool InteriorPoint::settle(Point& at) const {
  Point exact = at;
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < n_; ++i) {
    const bool low = at.w[i] < at.z[i], high = bounded_ && at.t[i] < at.q[i];
    if (low) exact.w[i] = 0;
    if (high) exact.w[i] = p_.bound;
    if (!low && !high) free.push_back(i);
  }
  const bool tight = m_ == 2 && at.s < at.u;
  if (m_ == 2 && !tight) exact.u = 0;
  const std::size_t k = free.size();
  if (k == 0) return false;
  Vector matrix(k * k), d(k), one(k, 1.0), gone(k);
  for (std::size_t a = 0; a < k; ++a) {
    const std::size_t i = free[a];
    d[a] = p_.c[i] / scale_;
    for (std::size_t b = 0; b < k; ++b) matrix[a * k + b] = h(i, free[b]);
    for (std::size_t j = 0; j < n_; ++j)
      if (exact.w[j] == p_.bound && bounded_ && at.t[j] < at.q[j]) d[a] -= h(i, j) * p_.bound;
    gone[a] = tight ? g(i) : 0;
  }
  double left = 1, more = tight ? least() : 0;
  for (std::size_t j = 0; j < n_; ++j)
    if (bounded_ && at.t[j] < at.q[j]) {
      left -= p_.bound;
      if (tight) more -= g(j) * p_.bound;
    }
  Cholesky factor;
  factor.factor(matrix, k, 1e-13);
  if (factor.rank < k) {
    if (k != 1) return false;
    exact.w[free[0]] = left;  // one asset is left, whatever its variance
    Point trial = exact;
    trial.y = 0;
    if (!tight) {
      trial.u = 0;
      exact.y = slope(trial)[free[0]];
      at = exact;
      return true;
    }
    return false;
  }
  const Vector gf = gone;
  factor.solve(d);
  factor.solve(one);
  factor.solve(gone);
  double d1 = 0, a11 = 0, a1g = 0, agg = 0, dg = 0;
  for (std::size_t a = 0; a < k; ++a) {
    d1 += d[a];
    a11 += one[a];
    a1g += gone[a];
    agg += gf[a] * gone[a];
    dg += gf[a] * d[a];
  }
  const double determinant = a11 * agg - a1g * a1g;
  if (tight) {
    if (!(determinant > 1e-13 * a11 * agg)) return false;
    exact.y = ((left - d1) * agg - (more - dg) * a1g) / determinant;
    exact.u = ((more - dg) * a11 - (left - d1) * a1g) / determinant;
  } else {
    exact.y = (left - d1) / a11;
  }
  for (std::size_t a = 0; a < k; ++a) {
    const double w = d[a] + exact.y * one[a] + (tight ? exact.u * gone[a] : 0);
    if (!(w >= -1e-12 && w <= p_.bound + 1e-12)) return false;
    exact.w[free[a]] = std::clamp(w, 0.0, p_.bound);
  }
  at = exact;
  return true;
}

SimplexSolution InteriorPoint::solve() {
  SimplexSolution solution;
  const double even = 1 / static_cast<double>(n_);
  Point at;
  at.w.assign(n_, even);
  if (p_.bound * static_cast<double>(n_) <= 1 + 1e-12 || n_ == 1) {
    solution.w = at.w;
    solution.exact = true;
    return solution;
  }
  at.z.assign(n_, 1.0);
  if (bounded_) {
    at.t.assign(n_, p_.bound - even);
    at.q.assign(n_, 1.0);
  }
  if (m_ == 2) {
    double reach = 0;
    for (std::size_t i = 0; i < n_; ++i) reach += g(i) * even;
    at.s = std::max(reach - least(), 0.1);
    at.u = 1;
  }
  for (; solution.iterations < most_iterations; ++solution.iterations) {
    checkpoint();
    const Vector d = slope(at);
    const double mu = complementarity(at);
    double sum = 0, off = 0, reach = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      sum += at.w[i];
      off = std::max(off, std::abs(d[i] - at.z[i] + (bounded_ ? at.q[i] : 0)));
      if (m_ == 2) reach += g(i) * at.w[i];
    }
    off = std::max(off, std::abs(sum - 1));
    if (m_ == 2) off = std::max(off, std::abs(reach - at.s - least()));
    if (mu < enough && off < 1e-12) break;
    factor(at);
    const Point guess = direction(at, d, 0, nullptr);
    const double a = longest(at, guess, true), b = longest(at, guess, false);
    Point reached = at;
    for (std::size_t i = 0; i < n_; ++i) {
      reached.w[i] += a * guess.w[i];
      reached.z[i] += b * guess.z[i];
      if (!bounded_) continue;
      reached.t[i] += a * guess.t[i];
      reached.q[i] += b * guess.q[i];
    }
    reached.s += a * guess.s;
    reached.u += b * guess.u;
    const double ratio = complementarity(reached) / mu;
    const Point step = direction(at, d, mu * ratio * ratio * ratio, &guess);
    // One length for both: slopes hold w and the multipliers, as the objective is quadratic.
    const double length = std::min(1.0, 0.995 * std::min(longest(at, step, true), longest(at, step, false)));
    if (!(length > 1e-14)) break;
    for (std::size_t i = 0; i < n_; ++i) {
      at.w[i] += length * step.w[i];
      at.z[i] += length * step.z[i];
      if (!bounded_) continue;
      at.t[i] += length * step.t[i];
      at.q[i] += length * step.q[i];
    }
    at.y += length * step.y;
    at.u += length * step.u;
    at.s += length * step.s;
  }
  Point exact = at;
  const double before = residual(at);
  if (settle(exact) && residual(exact) <= std::max(before, 1e-12)) {
    at = exact;
    solution.exact = true;
  } else {
    for (std::size_t i = 0; i < n_; ++i)
      if (at.w[i] < 1e-10 && at.w[i] < at.z[i]) at.w[i] = 0;
  }
  solution.residual = residual(at);
  solution.w = at.w;
  return solution;
}

}  // namespace

SimplexSolution minimize_over_simplex(const SimplexProblem& problem) { return InteriorPoint(problem).solve(); }

}  // namespace quern
