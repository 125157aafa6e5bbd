#include "train/coordinate_descent.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "linalg/cholesky.hpp"
#include "train/composite.hpp"

namespace quern {

namespace {

struct QuadraticModel {
  std::span<const double> g, h, b;
  std::vector<double> l1;
  std::vector<double>& x;
  std::vector<double> slope;  // gradient at x, without the penalty
  std::size_t n = g.size();

  double entry(std::size_t i, std::size_t j) const { return h[i * n + j]; }

  void move(std::size_t i, double to) {
    const double step = to - x[i];
    x[i] = to;
    if (step == 0) return;
    for (std::size_t j = 0; j < n; ++j) slope[j] += step * entry(i, j);
  }

  // One round of coordinate descent; the largest violation that it met.
  double sweep() {
    double worst = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double curvature = entry(i, i);
      if (!(curvature > 0)) continue;
      worst = std::max(worst, std::abs(pseudo_gradient(slope[i], l1[i], x[i])));
      const double z = x[i] - slope[i] / curvature, threshold = l1[i] / curvature;
      move(i, z > threshold ? z - threshold : z < -threshold ? z + threshold : 0);
    }
    return worst;
  }

  double violation() const {
    double worst = 0;
    for (std::size_t i = 0; i < n; ++i)
      if (entry(i, i) > 0) worst = std::max(worst, std::abs(pseudo_gradient(slope[i], l1[i], x[i])));
    return worst;
  }

  // Solves for the variables that are not 0 with their signs as they are, leaving out those that would change it.
  bool solve_for_nonzero() {
    for (std::size_t rounds = 0; rounds <= n; ++rounds) {
      checkpoint();
      std::vector<std::size_t> set;
      for (std::size_t i = 0; i < n; ++i)
        if ((l1[i] == 0 || x[i] != 0) && entry(i, i) > 0) set.push_back(i);
      const std::size_t m = set.size();
      std::vector<double> part(m * m), step(m);
      for (std::size_t a = 0; a < m; ++a) {
        step[a] = -pseudo_gradient(slope[set[a]], l1[set[a]], x[set[a]]);
        for (std::size_t c = a; c < m; ++c) part[a * m + c] = entry(set[a], set[c]);
      }
      Cholesky factor;
      factor.factor(part, m, 1e-14);
      if (factor.rank < m) return false;
      factor.solve(step);
      double length = 1;
      for (std::size_t a = 0; a < m; ++a) {
        const double from = x[set[a]], to = from + step[a];
        if (l1[set[a]] > 0 && from * to < 0) length = std::min(length, from / (from - to));
      }
      for (std::size_t a = 0; a < m; ++a) {
        const std::size_t i = set[a];
        const double to = x[i] + length * step[a];
        const bool at_kink = length < 1 && l1[i] > 0 && (x[i] * to <= 0 || std::abs(to) <= 1e-14 * std::abs(x[i]));
        x[i] = at_kink ? 0 : to;
      }
      renew_slope();
      if (length == 1) return true;
    }
    return true;
  }

  void renew_slope() {
    slope.assign(g.begin(), g.end());
    for (std::size_t i = 0; i < n; ++i) {
      const double d = x[i] - b[i];
      if (d == 0) continue;
      for (std::size_t j = 0; j < n; ++j) slope[j] += d * entry(i, j);
    }
  }
};

}  // namespace

namespace {

enum class Outcome { minimal, deficient, unfinished };

Outcome minimize(QuadraticModel& model, double scale, bool penalty) {
  // A sweep costs n for each variable that moves, the system the cube of their number.
  const int most = static_cast<int>(std::max<std::size_t>(10, model.n / 8));
  for (int rounds = 0; rounds < 100; ++rounds) {
    if (penalty)
      for (int sweeps = 0; sweeps < most && model.sweep() > 1e-13 * scale; ++sweeps) checkpoint();
    if (!model.solve_for_nonzero()) return Outcome::deficient;
    if (!penalty || model.violation() <= 1e-12 * scale) return Outcome::minimal;
  }
  return Outcome::unfinished;
}

QuadraticModel model_of(std::span<const double> g, std::span<const double> hessian, std::span<const double> l1,
                        std::span<const double> b, std::vector<double>& x) {
  x.assign(b.begin(), b.end());
  QuadraticModel model{g, hessian, b, {l1.begin(), l1.end()}, x, {g.begin(), g.end()}};
  model.l1.resize(g.size());
  return model;
}

}  // namespace

bool minimize_quadratic(std::span<const double> g, std::span<const double> hessian, std::span<const double> l1,
                        std::span<const double> b, std::vector<double>& x) {
  QuadraticModel model = model_of(g, hessian, l1, b, x);
  return minimize(model, std::max(largest(g), largest(l1)), largest(l1) > 0) != Outcome::deficient;
}

bool minimize_any_quadratic(std::span<const double> g, std::span<const double> hessian, std::span<const double> l1,
                            std::span<const double> b, std::vector<double>& x) {
  constexpr int most_sweeps = 100'000;
  const double scale = std::max(largest(g), largest(l1));
  QuadraticModel model = model_of(g, hessian, l1, b, x);
  const Outcome outcome = minimize(model, scale, true);
  if (outcome == Outcome::minimal) return true;
  model.renew_slope();
  for (int sweeps = 0; sweeps < most_sweeps; ++sweeps) {
    checkpoint();
    if (model.sweep() <= 1e-10 * scale) return true;
    if (sweeps % 1000 == 999) model.renew_slope();
  }
  return model.violation() <= 1e-7 * scale;
}

}  // namespace quern
