// Descent over the weights of wide rows, by residuals: a column is read for each weight that is looked at, and no
// Hessian is kept. For one output and a smooth loss.
//
//   outer   the loss is replaced by its quadratic model g'd + d'hd/2 of each row (Newton), exact for the squared loss
//   inner   sweeps of soft thresholds over the weights in play; r_i = g_i + h_i d_i changes with each
//   weights in play are those that are not 0 and those that the strong rule does not rule out; the others are looked at
//   when these are done, and come into play where their slope is too large
//
// The intercept is solved for exactly at each step, implicitly: r keeps an offset h_i c, so that sparse columns act as
// if they were centred.
//
// Friedman, Hastie and Tibshirani 2010; Tibshirani et al., Strong Rules for Discarding Predictors in Lasso-type
// Problems, J. R. Statist. Soc. B 74, 2012; Yuan, Ho and Lin, An improved GLMNET for L1-regularized Logistic
// Regression, JMLR 13, 2012. Where it breaks: with next to no penalty and more columns than rows sweeps go on for long.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "train/columns.hpp"
#include "train/composite.hpp"
#include "train/path.hpp"
#include "train/problem.hpp"

namespace quern {

namespace {

class ColumnSolver final : public PathSolver {
 public:
  ColumnSolver(const Job& job, RowStore& store, Crew& crew, const Standardization& columns, const TargetSums& targets)
      : job_(job),
        intercept_(job.options.fit_intercept),
        board_(crew.board()),
        problem_(job, crew, columns.scale, targets.weight),
        scale_(columns.scale),
        x_(job, store, crew.board()),
        n_(x_.rows()),
        weight_(targets.weight),
        w_(job.features),
        slope_(job.features),
        f_(n_),
        g_(n_),
        h_(n_),
        r_(n_) {}

  Null begin() override {
    const auto point = board_.subspan(job_.layout.point, job_.parameters);
    if (intercept_) b_ = point[job_.features];
    std::fill(f_.begin(), f_.end(), b_);
    for (int steps = 0; intercept_ && steps < 100; ++steps) {
      differentiate();
      const double step = -sum(g_) / sum(h_);
      if (!std::isfinite(step)) break;
      const double before = value_;
      double length = 1;
      for (; length > 1e-6; length /= 2) {
        for (double& f : f_) f = b_ + length * step;
        if (loss() <= before) break;
      }
      b_ = f_.empty() ? b_ : f_[0];
      if (std::abs(step) <= 1e-13 * (1 + std::abs(b_))) break;
    }
    differentiate();
    find_slopes();
    double most = 0;
    for (std::size_t j = 0; j < w_.size(); ++j) most = std::max(most, std::abs(slope_[j]) / scale_[j]);
    first_ = std::max(largest(slope_), 1e-300);
    return {value_, most};
  }

  PathStep step(double alpha) override {
    alpha_ = alpha;
    in_play_.clear();
    // At first the slopes of the answer before; without one those of the null model.
    const double strong = last_alpha_ > 0 ? 2 * alpha - last_alpha_ : alpha;
    for (std::size_t j = 0; j < w_.size(); ++j)
      if (w_[j] != 0 || std::abs(slope_[j]) >= std::max(0.0, strong) * job_.options.l1 * scale_[j])
        in_play_.push_back(j);
    last_alpha_ = alpha;
    const double tolerance = (job_.options.tol > 0 ? job_.options.tol : 1e-7) * std::max(first_, l1(0));
    const std::int64_t most = job_.options.max_iter > 0 ? job_.options.max_iter : 10'000;
    PathStep result;
    for (;;) {
      const double violation = descend(tolerance, most, result);
      find_slopes();
      result.violation = 0;
      std::vector<std::size_t> more;
      for (std::size_t j = 0; j < w_.size(); ++j) {
        const double by = std::abs(pseudo_gradient(slope_[j] + l2(j) * w_[j], l1(j), w_[j]));
        result.violation = std::max(result.violation, by);
        if (by > tolerance && w_[j] == 0) more.push_back(j);
      }
      result.converged = result.violation <= 2 * tolerance;
      const bool nothing_new = std::ranges::includes(in_play_, more);
      if (result.converged || nothing_new || result.iterations >= most || !(violation < INFINITY)) break;
      std::vector<std::size_t> all;
      std::ranges::set_union(in_play_, more, std::back_inserter(all));
      in_play_ = std::move(all);
    }
    result.loss = value_;
    result.objective = value_ + penalty(w_);
    return result;
  }

  std::vector<double> parameters() const override {
    std::vector<double> all = w_;
    if (intercept_) all.push_back(b_);
    return all;
  }
  double validation_loss() override {
    const std::vector<double> all = parameters();
    return problem_.validation_loss(problem_.variables(all));
  }

 private:
  double l1(std::size_t j) const { return alpha_ * job_.options.l1 * scale_[j]; }
  double l2(std::size_t j) const { return alpha_ * job_.options.l2 * scale_[j] * scale_[j]; }
  double penalty(std::span<const double> w) const {
    double sum = 0;
    for (std::size_t j = 0; j < w.size(); ++j) sum += l1(j) * std::abs(w[j]) + l2(j) / 2 * w[j] * w[j];
    return sum;
  }
  static double sum(std::span<const double> values) {
    double total = 0;
    for (const double v : values) total += v;
    return total;
  }

  // f(from, size) for parts that take no longer than a checkpoint may.
  template <class F>
  void in_batches(F&& f) const {
    constexpr std::size_t most = 4096;
    for (std::size_t from = 0; from < n_; from += most) {
      checkpoint();
      f(from, std::min(most, n_ - from));
    }
  }
  // The mean loss at f.
  double loss() const {
    double total = 0;
    in_batches([&](std::size_t from, std::size_t n) {
      total += job_.objective->value(&f_[from], &x_.y()[from], &x_.v()[from], n);
    });
    return total / weight_;
  }
  // The mean loss and its derivatives at f, to value_, g_, h_.
  void differentiate() {
    double total = 0;
    in_batches([&](std::size_t from, std::size_t n) {
      total += job_.objective->differentiate(&f_[from], &x_.y()[from], &x_.v()[from], n, &g_[from]);
      job_.objective->curvature(&f_[from], &x_.y()[from], &x_.v()[from], n, &h_[from]);
    });
    for (std::size_t i = 0; i < n_; ++i) {
      g_[i] /= weight_;
      h_[i] /= weight_;
    }
    value_ = total / weight_;
  }
  // Of the loss over all weights, by g_.
  void find_slopes() {
    for (std::size_t j = 0; j < w_.size(); ++j) {
      if (j % 256 == 0) checkpoint();
      slope_[j] = x_.dot(j, g_.data());
    }
  }

  // Minimises over the weights in play; g_, h_ and value_ are those of the end. Returns the last violation.
  double descend(double tolerance, std::int64_t most, PathStep& result) {
    const bool quadratic = job_.objective->traits().quadratic;
    const std::size_t m = in_play_.size();
    std::vector<double> curvature(m), hx(m), to(m), along(n_);
    double worst = 0;
    for (int outer = 0; outer < 100; ++outer) {
      const double h_sum = intercept_ ? sum(h_) : 0;
      for (std::size_t k = 0; k < m; ++k) {
        if (k % 256 == 0) checkpoint();
        const std::size_t j = in_play_[k];
        hx[k] = h_sum > 0 ? x_.dot(j, h_.data()) : 0;
        curvature[k] = x_.weighted_square(j, h_.data());
        if (h_sum > 0) curvature[k] -= hx[k] * hx[k] / h_sum;
        // What centring leaves of a constant column is rounding.
        if (!(curvature[k] > 1e-14 * (curvature[k] + (h_sum > 0 ? hx[k] * hx[k] / h_sum : 0)))) curvature[k] = 0;
        curvature[k] += l2(j);
        to[k] = w_[j];
      }
      r_ = g_;
      double r_sum = h_sum > 0 ? sum(r_) : 0, shift = h_sum > 0 ? -r_sum / h_sum : 0;
      // The first sweep says how far the optimum is; a model needs to be solved no better than it is worth.
      double first = 0;
      std::vector<std::size_t> active;
      bool whole = true;
      for (std::int64_t sweeps = 0;; ++sweeps) {
        double violation = 0;
        auto visit = [&](std::size_t k) {
          if (!(curvature[k] > 0)) return;
          const std::size_t j = in_play_[k];
          const double slope = x_.dot(j, r_.data()) + shift * hx[k] + l2(j) * to[k];
          violation = std::max(violation, std::abs(pseudo_gradient(slope, l1(j), to[k])));
          const double z = to[k] - slope / curvature[k], threshold = l1(j) / curvature[k];
          const double next = z > threshold ? z - threshold : z < -threshold ? z + threshold : 0;
          const double step = next - to[k];
          if (step == 0) return;
          to[k] = next;
          x_.add_weighted(j, step, h_.data(), r_.data());
          if (h_sum > 0) {
            r_sum += step * hx[k];
            shift = -r_sum / h_sum;
          }
        };
        if (whole) {
          active.clear();
          for (std::size_t k = 0; k < m; ++k) {
            if (k % 64 == 0) checkpoint();
            visit(k);
            if (to[k] != 0) active.push_back(k);
          }
        } else {
          for (std::size_t k : active) {
            checkpoint();
            visit(k);
          }
        }
        if (sweeps == 0) first = worst = violation;
        const double enough =
            quadratic ? tolerance / 2 : std::max(tolerance / 4, std::min(0.05, first / first_) * first);
        ++result.iterations;
        if (violation <= enough && whole) break;
        if (result.iterations >= most) break;
        whole = violation <= enough || (whole && active.size() == m);
      }
      const bool moved = finish(to, along, h_sum, shift, quadratic);
      if (quadratic || !moved || worst <= tolerance || result.iterations >= most) break;
    }
    return worst;
  }

  // Goes to the end of the model's step, or less far if the objective is higher there.
  bool finish(std::span<const double> to, std::vector<double>& along, double h_sum, double shift, bool quadratic) {
    std::fill(along.begin(), along.end(), h_sum > 0 ? shift : 0.0);
    double decrease = 0;  // as the model has it without its curvature
    for (std::size_t k = 0; k < in_play_.size(); ++k) {
      const std::size_t j = in_play_[k];
      const double step = to[k] - w_[j];
      if (step == 0) continue;
      if (k % 64 == 0) checkpoint();
      x_.add(j, step, along.data());
      decrease += l1(j) * (std::abs(w_[j]) - std::abs(to[k])) - l2(j) * w_[j] * step;
    }
    for (std::size_t i = 0; i < n_; ++i) decrease -= g_[i] * along[i];
    const double before = value_ + penalty(w_);
    const std::vector<double> from = f_, w = w_;
    double length = 1;
    for (int halvings = 0; halvings < 30; ++halvings, length /= 2) {
      for (std::size_t i = 0; i < n_; ++i) f_[i] = from[i] + length * along[i];
      for (std::size_t k = 0; k < in_play_.size(); ++k)
        w_[in_play_[k]] = length == 1 ? to[k] : w[in_play_[k]] + length * (to[k] - w[in_play_[k]]);
      if (quadratic) break;
      if (loss() + penalty(w_) <= before - 1e-4 * length * decrease + 1e-13 * std::abs(before)) break;
      if (halvings == 29) {
        f_ = from;
        w_ = w;
        differentiate();
        return false;
      }
    }
    b_ += length * (h_sum > 0 ? shift : 0);
    differentiate();
    return true;
  }

  const Job& job_;
  const bool intercept_;
  const std::span<const double> board_;
  Problem problem_;
  const std::vector<double> scale_;
  const Columns x_;
  const std::size_t n_;
  const double weight_;
  std::vector<double> w_, slope_;      // slopes of the mean loss
  std::vector<double> f_, g_, h_, r_;  // of each row
  std::vector<std::size_t> in_play_;   // ascending
  double b_ = 0, value_ = 0, alpha_ = 1, last_alpha_ = 0, first_ = 0;
};

}  // namespace

std::unique_ptr<PathSolver> make_column_solver(const Job& job, RowStore& store, Crew& crew,
                                               const Standardization& columns, const TargetSums& targets) {
  return std::make_unique<ColumnSolver>(job, store, crew, columns, targets);
}

}  // namespace quern
