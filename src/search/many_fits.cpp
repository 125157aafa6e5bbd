#include "search/many_fits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "linalg/symmetric_rank_update.hpp"
#include "search/many_kernels.hpp"
#include "train/composite.hpp"
#include "train/coordinate_descent.hpp"
#include "train/standardization.hpp"

namespace quern {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_terms = 500;
constexpr std::int64_t usual_steps = 100;
constexpr double usual_tol = 1e-7;
constexpr double sampled_rows = 1000;  // for each term, in a Hessian
constexpr double slow = 0.25;          // a step that leaves more of the decrement than this wants a better Hessian
constexpr double coarse_tol = 1e-2;

struct Fit {
  std::size_t number = 0;
  const TrainOptions* options = nullptr;
  std::vector<double> l1, l2;                     // of each term, on the mean loss
  double weight = 0;                              // of the rows of its fold
  std::vector<double> b, g;                       // g: of the mean loss and l2
  double value = 0;                               // F
  std::vector<double> cold;                       // b to fall back to
  std::vector<double> to, to_g, end;              // end: where the model is minimal
  double to_value = 0, length = 1, decrease = 0;  // of the model from b to its minimum
  double first = 0, before = INFINITY;            // F at the start; the decrease one step before
  std::int64_t iterations = 0;
  int halvings = 0;
  bool evaluated = false, done = false, converged = false;
  std::string error;
};

class ManyMinimizer {
 public:
  ManyMinimizer(const ManyJob& job, const RowStore& store, Crew& crew, Observer& observer)
      : job_(job), store_(store), crew_(crew), observer_(observer) {}

  std::vector<FitResult> run(std::span<const double> class_map, const std::vector<FitResult>& start) {
    std::copy(class_map.begin(), class_map.end(),
              crew_.board().begin() + static_cast<std::ptrdiff_t>(job_.base.layout.classes));
    columns_ = choose_columns(job_.base, store_, crew_);
    prepare(start);
    const bool quadratic = job_.base.objective->traits().quadratic;
    hessians_.resize(quadratic ? job_.spec.folds.folds : job_.settings());
    const double rows = static_cast<double>(store_.rows());
    const double enough_rows = std::max(2048.0, 30 * static_cast<double>(job_.base.terms));
    std::size_t sample = 1;  // every how many blocks a Hessian takes
    while (rows / static_cast<double>(2 * sample) >= sampled_rows * static_cast<double>(job_.base.terms)) sample *= 2;
    if (!quadratic && start.empty())
      for (const std::size_t stride : {64, 8}) {
        if (rows / static_cast<double>(stride) < enough_rows) continue;
        minimize(stride, std::max(stride, sample), rows / static_cast<double>(stride) < 4 * enough_rows);
      }
    minimize(1, quadratic ? 1 : sample, rows < enough_rows);
    score();
    std::vector<FitResult> results;
    for (const Fit& fit : fits_)
      results.push_back(
          {fit.b, to_user(job_.base, columns_, fit.b), scores_[fit.number], fit.iterations, fit.converged, fit.error});
    return results;
  }

 private:
  struct Hessian {
    std::vector<double> mean;  // row-major with both triangles, by weight; empty: none yet
    bool stale = false;
    int renewed = 0;  // because steps were slow
  };

  std::size_t shards() const { return job_.base.shards.size(); }
  std::size_t hessian_of(const Fit& fit) const {
    return job_.base.objective->traits().quadratic ? job_.fold_of(fit.number) : job_.setting_of(fit.number);
  }

  void prepare(const std::vector<FitResult>& start) {
    const std::size_t terms = job_.base.terms, features = job_.base.features, classes = job_.spec.classes;
    crew_.run({.operation = Operation::technique, .step = many_targets}, shards());
    const std::size_t size = 3 + classes;
    std::vector<double> targets(job_.spec.folds.folds * size);
    for (std::size_t s = 0; s < shards(); ++s)
      for (std::size_t i = 0; i < targets.size(); ++i) targets[i] += crew_.board()[job_.slot(s) + i];
    for (std::size_t number = 0; number < job_.fits(); ++number) {
      Fit& fit = fits_.emplace_back();
      fit.number = number;
      fit.options = &job_.options[job_.setting_of(number)];
      const double* const of_fold = &targets[job_.fold_of(number) * size];
      fit.weight = of_fold[0];
      for (std::size_t t = 0; t < terms; ++t) {
        const double scale = t < features ? columns_.scale[t] : 0;
        fit.l1.push_back(fit.options->l1 * scale);
        fit.l2.push_back(fit.options->l2 * scale * scale);
      }
      if (std::none_of(fit.l1.begin(), fit.l1.end(), [](double l1) { return l1 > 0; })) fit.l1.clear();
      fit.b.assign(terms, 0);
      if (!(fit.weight > 0)) {
        give_up(fit, "there are no rows of weight above 0 to train on");
        continue;
      }
      if (classes > 0 && std::count_if(of_fold + 3, of_fold + size, [](double rows) { return rows > 0; }) < 2) {
        give_up(fit, "the target is the same in all rows to train on");
        continue;
      }
      if (job_.base.options.fit_intercept)
        job_.objectives[job_.setting_of(number)]->start(of_fold[2] / fit.weight, &fit.b[features]);
      fit.cold = fit.b;
      if (!start.empty() && start[number].error.empty()) fit.b = start[number].point;
    }
  }

  static void give_up(Fit& fit, std::string why) {
    fit.done = true;
    fit.error = std::move(why);
  }

  // Puts points of these fits on the board and runs a command.
  void command(const std::vector<Fit*>& fits, const std::vector<double> Fit::*point, ManyStep step, double stride,
               double of_folds) {
    checkpoint();
    const std::size_t terms = job_.base.terms, apart = stride_of(fits.size());
    double* const board = crew_.board().data();
    board[job_.active] = static_cast<double>(fits.size());
    std::fill_n(board + job_.points, terms * apart, 0.0);
    for (std::size_t a = 0; a < fits.size(); ++a) {
      board[job_.active + 1 + a] = static_cast<double>(fits[a]->number);
      for (std::size_t t = 0; t < terms; ++t) board[job_.points + t * apart + a] = (fits[a]->*point)[t];
    }
    Command order{.operation = Operation::technique, .step = step};
    order.numbers[0] = stride;
    order.numbers[1] = of_folds;
    crew_.run(order, shards());
  }

  double head_sum(std::size_t place, FitNumber number) {
    double sum = 0;
    for (std::size_t s = 0; s < shards(); ++s) sum += crew_.board()[job_.slot(s) + job_.head_of(place) + number];
    return sum;
  }

  // F and the gradient at `to` of each.
  void evaluate(const std::vector<Fit*>& fits, std::size_t stride) {
    command(fits, &Fit::to, many_gradient, static_cast<double>(stride), 0);
    const std::size_t terms = job_.base.terms, apart = stride_of(fits.size());
    for (std::size_t a = 0; a < fits.size(); ++a) {
      Fit& fit = *fits[a];
      const double weight = head_sum(a, fit_weight);
      if (!(weight > 0)) {
        fit.to_value = nan;
        continue;
      }
      fit.to_value = head_sum(a, fit_loss) / weight + l1_norm(fit.l1, fit.to);
      fit.to_g.assign(terms, 0);
      for (std::size_t s = 0; s < shards(); ++s) {
        const double* const from = &crew_.board()[job_.slot(s) + job_.gradient_at + a];
        for (std::size_t t = 0; t < terms; ++t) fit.to_g[t] += from[t * apart];
      }
      for (std::size_t t = 0; t < terms; ++t) {
        fit.to_g[t] = fit.to_g[t] / weight + fit.l2[t] * fit.to[t];
        fit.to_value += fit.l2[t] * fit.to[t] * fit.to[t] / 2;
      }
    }
  }

  // Of the fits' groups, at the point of one of each: over every stride-th block, or over all where those would not do.
  void renew_hessians(const std::vector<Fit*>& fits, std::size_t stride) {
    std::vector<Fit*> wanted, of_all;
    for (Fit* fit : fits) {
      Hessian& hessian = hessians_[hessian_of(*fit)];
      if (!hessian.mean.empty() && !hessian.stale) continue;
      (hessian.renewed > 2 && stride > 1 ? of_all : wanted).push_back(fit);
      hessian.stale = false;
      if (hessian.mean.empty()) hessian.mean.resize(1);
    }
    renew(wanted, stride);
    renew(of_all, 1);
  }

  void renew(const std::vector<Fit*>& wanted, std::size_t stride) {
    const std::size_t terms = job_.base.terms, triangle = linalg::triangle_size(terms);
    for (std::size_t from = 0; from < wanted.size(); from += job_.hessians) {
      const std::vector<Fit*> some(
          wanted.begin() + static_cast<std::ptrdiff_t>(from),
          wanted.begin() + static_cast<std::ptrdiff_t>(std::min(wanted.size(), from + job_.hessians)));
      command(some, &Fit::b, many_hessian, static_cast<double>(stride), job_.base.objective->traits().quadratic);
      std::vector<double> sum(triangle);
      for (std::size_t a = 0; a < some.size(); ++a) {
        checkpoint();
        const double weight = head_sum(a, fit_weight);
        std::fill(sum.begin(), sum.end(), 0.0);
        for (std::size_t s = 0; s < shards(); ++s) {
          const double* const part = &crew_.board()[job_.slot(s) + job_.gradient_at + a * triangle];
          for (std::size_t i = 0; i < triangle; ++i) sum[i] += part[i];
        }
        Hessian& hessian = hessians_[hessian_of(*some[a])];
        hessian.mean.assign(terms * terms, 0);
        for (std::size_t i = 0; i < terms; ++i)
          for (std::size_t j = i; j < terms; ++j)
            hessian.mean[i * terms + j] = hessian.mean[j * terms + i] =
                weight > 0 ? sum[linalg::triangle_row(i, terms) + j] / weight : 0;
      }
    }
  }

  // The minimum of the model at b to fit.to, and by how much the model falls to it.
  void step(Fit& fit) {
    const std::size_t terms = job_.base.terms;
    const Hessian& hessian = hessians_[hessian_of(fit)];
    double most = 0;
    for (std::size_t t = 0; t < terms; ++t) most = std::max(most, hessian.mean[t * terms + t] + fit.l2[t]);
    std::vector<double> h;
    for (double damping = 0;; damping = damping == 0 ? 1e-12 : 100 * damping) {
      h = hessian.mean;
      for (std::size_t t = 0; t < terms; ++t) h[t * terms + t] += fit.l2[t] + damping * most;
      if (minimize_quadratic(fit.g, h, fit.l1, fit.b, fit.to) || !(damping < 1)) break;
    }
    fit.decrease = l1_norm(fit.l1, fit.b) - l1_norm(fit.l1, fit.to);
    for (std::size_t t = 0; t < terms; ++t) fit.decrease -= fit.g[t] * (fit.to[t] - fit.b[t]);
    fit.length = 1;
    fit.halvings = 0;
    fit.end = fit.to;
  }

  // To the optimum over every stride-th block.
  void minimize(std::size_t stride, std::size_t hessian_stride, bool renew_always) {
    const bool last = stride == 1;
    std::vector<Fit*> active;
    for (Fit& fit : fits_) {
      if (!fit.error.empty()) continue;
      fit.done = fit.evaluated = fit.converged = false;
      fit.before = INFINITY;
      fit.to = fit.b;
      active.push_back(&fit);
    }
    for (Hessian& hessian : hessians_)
      if (hessian_stride != hessian_stride_ || hessian.renewed > 0) hessian = {};
    hessian_stride_ = hessian_stride;
    for (std::int64_t pass = 0; !active.empty(); ++pass) {
      evaluate(active, stride);
      std::vector<Fit*> moved;
      for (Fit* at : active) {
        Fit& fit = *at;
        if (!fit.evaluated) {
          if (!std::isfinite(fit.to_value)) {
            if (last && fit.to != fit.cold)
              fit.to = fit.cold;
            else if (last)
              give_up(fit, "the loss leaves the range of double precision");
            else
              fit.done = true;
            continue;
          }
          if (!fit.evaluated) fit.first = fit.to_value;
        } else if (!(fit.to_value <= fit.value - 1e-4 * fit.length * fit.decrease + 1e-14 * std::abs(fit.value))) {
          if (++fit.halvings > 30) {  // F no longer tells the points apart, or the model misleads
            fit.converged = fit.decrease <= 1e-9 * std::abs(fit.value);
            fit.done = true;
            continue;
          }
          fit.length /= 2;
          for (std::size_t t = 0; t < fit.b.size(); ++t) fit.to[t] = fit.b[t] + fit.length * (fit.end[t] - fit.b[t]);
          continue;
        } else {
          ++fit.iterations;
        }
        fit.evaluated = true;
        fit.b = fit.to;
        fit.g = fit.to_g;
        fit.value = fit.to_value;
        moved.push_back(&fit);
      }
      if (renew_always && !job_.base.objective->traits().quadratic)
        for (const Fit* fit : moved) hessians_[hessian_of(*fit)].stale = true;
      renew_hessians(moved, hessian_stride);
      for (Fit* at : moved) {
        Fit& fit = *at;
        checkpoint();
        step(fit);
        const double tol = last ? (fit.options->tol > 0 ? fit.options->tol : usual_tol) : coarse_tol;
        const std::int64_t most = fit.options->max_iter > 0 ? fit.options->max_iter : usual_steps;
        const double enough = tol * tol * std::max(std::abs(fit.value), 1e-12 * std::abs(fit.first));
        if (fit.decrease <= enough) {
          if (fit.decrease > 0) fit.b = fit.to;
          fit.converged = fit.done = true;
        } else if (fit.iterations >= most) {
          fit.done = true;
        } else if (fit.decrease > slow * fit.before) {
          Hessian& hessian = hessians_[hessian_of(fit)];
          hessian.renewed += !hessian.stale;
          hessian.stale = true;
        }
        fit.before = fit.decrease;
      }
      std::erase_if(active, [](const Fit* fit) { return fit->done; });
      observer_.report({.epoch = ++passes_,
                        .loss = nan,
                        .validation_loss = nan,
                        .step_size = nan,
                        .rows = static_cast<double>(store_.rows()) / static_cast<double>(stride)});
    }
  }

  void score() {
    scores_.assign(fits_.size(), nan);
    std::vector<Fit*> scored;
    for (Fit& fit : fits_)
      if (fit.error.empty()) scored.push_back(&fit);
    if (scored.empty() || job_.spec.metric == MetricKind::roc_auc) return;
    command(scored, &Fit::b, many_score, 1, 0);
    for (std::size_t a = 0; a < scored.size(); ++a) {
      MetricSums sums(job_.spec.metric, job_.spec.classes);
      for (std::size_t s = 0; s < shards(); ++s) sums.add(&crew_.board()[job_.slot(s) + job_.head_of(a) + fit_numbers]);
      scores_[scored[a]->number] = sums.value();
    }
  }

  const ManyJob& job_;
  const RowStore& store_;
  Crew& crew_;
  Observer& observer_;
  Standardization columns_;
  std::vector<Fit> fits_;
  std::vector<Hessian> hessians_;
  std::size_t hessian_stride_ = 0;
  std::vector<double> scores_;
  std::int64_t passes_ = 0;
};

}  // namespace

bool trains_together(const Job& job) {
  const TrainOptions& o = job.options;
  const Traits traits = job.objective->traits();
  return traits.smooth && traits.convex && !traits.ordered && job.outputs == 1 && job.constants == 0 &&
         job.terms <= most_terms && o.solver == "auto" && !o.path() && o.validation_fraction == 0 && o.max_seconds == 0;
}

std::vector<FitResult> fit_many(const ManyJob& job, const RowStore& store, Crew& crew, Observer& observer,
                                std::span<const double> class_map, const std::vector<FitResult>& start) {
  return ManyMinimizer(job, store, crew, observer).run(class_map, start);
}

}  // namespace quern
