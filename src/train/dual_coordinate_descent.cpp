#include "train/dual_coordinate_descent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "base/text.hpp"
#include "linalg/cholesky.hpp"
#include "train/batch_worker.hpp"
#include "train/dual_loss.hpp"
#include "train/problem.hpp"
#include "train/row_dots.hpp"
#include "train/row_reader.hpp"
#include "train/training_log.hpp"

namespace quern {

namespace {

constexpr std::size_t blocks_together = 16;  // of usual size: rows that stay in the second-level cache

// A generator whose numbers are the same everywhere.
class Shuffle {
 public:
  explicit Shuffle(std::uint64_t seed) : random_(seed) {}
  template <class T>
  void operator()(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random_() % i]);
  }

 private:
  std::mt19937_64 random_;
};

class DualDescent {
 public:
  DualDescent(const Job& job, RowStore& store, std::span<const double> board, std::size_t output, double weight)
      : job_(job),
        store_(store),
        reader_(job.holdout(), store, transform_of(job, board)),
        loss_(*job.objective->conjugate(), job.objective->target()),
        output_(static_cast<double>(output)),
        one_of_many_(job.objective->target() == TargetKind::classes),
        intercept_(job.options.fit_intercept),
        cost_(1 / (job.options.l2 * weight)),
        w_(job.features),
        shuffle_(static_cast<std::uint64_t>(job.options.seed) * 0x9e3779b97f4a7c15 + output) {
    measure();
  }

  // One visit to every row that is not left out; the largest violation that it met.
  double epoch();
  // Makes s feasible and w what it says, then measures both objectives, divided by l2 sum v.
  struct Gap {
    double primal, dual;
  };
  Gap measure_gap();

  // Solves for variables between their bounds at once, the others as they are, as far as the bounds let it. To be
  // called after measure_gap. True if they are where they should be.
  bool solve_between();

  // The constraint is violated by this, as a step of the intercept.
  double mismatch() const { return intercept_ ? std::abs(b_ - centre_) : 0; }
  void recentre() { centre_ = b_; }
  bool anything_left_out() const { return left_out_ > 0; }
  void take_all() {
    std::fill(resting_.begin(), resting_.end(), 0);
    left_out_ = 0;
    threshold_ = INFINITY;
  }

  std::span<const double> weights() const { return w_; }
  double intercept() const { return best_b_; }
  double rows() const { return static_cast<double>(s_.size()); }
  double rows_visited() const { return visited_; }

 private:
  struct Row {
    double y, cost;
  };
  Row row_of(const std::byte* row) const {
    const double y = target_of(row);
    return {one_of_many_        ? (y == output_ ? 1.0 : -1.0)
            : loss_.two_classes ? (y > 0 ? 1.0 : -1.0)
                                : y,
            weight_of(store_.format(), row) * cost_};
  }
  // visit(record, index of the row) for all rows in their order.
  template <class Visit>
  void each_row(Visit&& visit);
  void measure();
  double best_intercept(std::span<const double> f, std::span<const Row> rows, double near) const;

  const Job& job_;
  RowStore& store_;
  RowReader reader_;
  const DualLoss loss_;
  const double output_;
  const bool one_of_many_, intercept_;
  const double cost_;
  std::vector<double> w_;
  double b_ = 0, centre_ = 0, best_b_ = 0, rho_ = 1;
  std::vector<std::uint64_t> first_;  // row of each block, and the end
  std::vector<double> s_, rest_;      // rest_: C - |s|, of an entropy
  std::vector<double> square_;        // |x|^2
  std::vector<std::uint8_t> resting_;
  std::size_t left_out_ = 0;
  double threshold_ = INFINITY, visited_ = 0;
  Shuffle shuffle_;
};

template <class Visit>
void DualDescent::each_row(Visit&& visit) {
  std::vector<std::uint32_t> blocks;
  std::size_t index = 0;
  for (std::size_t b = 0; b < store_.blocks().size();) {
    checkpoint();
    blocks.clear();
    for (; b < store_.blocks().size() && blocks.size() < blocks_together; ++b)
      blocks.push_back(static_cast<std::uint32_t>(b));
    for (const std::byte* const row : reader_.gather(blocks, Rows::trained_on)) visit(row, index++);
  }
}

void DualDescent::measure() {
  const std::size_t blocks = store_.blocks().size();
  double total = 0;
  for (std::uint32_t b = 0; b < blocks; ++b) {
    if (b % blocks_together == 0) checkpoint();
    first_.push_back(square_.size());
    const std::uint32_t one[] = {b};
    for (const std::byte* const row : reader_.gather(one, Rows::trained_on)) {
      square_.push_back(square_of_row(store_.format(), row));
      total += square_.back();
      if (loss_.entropy) {
        const double cost = row_of(row).cost;
        s_.push_back(std::min(1e-3 * cost, 1e-8) * row_of(row).y);
        rest_.push_back(cost - std::abs(s_.back()));
      }
    }
  }
  first_.push_back(square_.size());
  if (!std::isfinite(total))
    throw InvalidInput(concat(job_.spec.algorithm, ": the squares of the features leave the range of double precision"),
                       "Rescale the features.", Fault::out_of_range);
  s_.resize(square_.size());
  resting_.resize(square_.size());
  // A step of the intercept is then about as long as one of the weights.
  const double mean = total / std::max<double>(1, static_cast<double>(square_.size()));
  rho_ = mean > 0 ? 1 / mean : 1;
  if (loss_.entropy) {
    double sum = 0;
    each_row([&](const std::byte* row, std::size_t i) {
      add_row(store_.format(), row, s_[i], w_.data());
      sum += s_[i];
    });
    b_ = intercept_ ? sum / rho_ : 0;
  }
}

double DualDescent::epoch() {
  const RowFormat& format = store_.format();
  const double along_intercept = intercept_ ? 1 / rho_ : 0;
  std::vector<std::uint32_t> order(store_.blocks().size()), blocks;
  std::iota(order.begin(), order.end(), 0);
  shuffle_(order);
  double worst = 0;
  std::vector<std::pair<const std::byte*, std::uint64_t>> rows;
  for (std::size_t next = 0; next < order.size();) {
    checkpoint();
    blocks.clear();
    for (; next < order.size() && blocks.size() < blocks_together; ++next) {
      const auto from = resting_.begin() + static_cast<std::ptrdiff_t>(first_[order[next]]);
      const auto to = resting_.begin() + static_cast<std::ptrdiff_t>(first_[order[next] + 1]);
      if (std::find(from, to, 0) != to) blocks.push_back(order[next]);
    }
    const auto gathered = reader_.gather(blocks, Rows::trained_on);
    rows.clear();
    std::size_t at = 0;
    for (const std::uint32_t block : blocks)
      for (std::uint64_t i = first_[block]; i < first_[block + 1]; ++i, ++at)
        if (!resting_[i]) rows.emplace_back(gathered[at], i);
    shuffle_(rows);
    std::size_t work = 0;
    for (const auto& [record, i] : rows) {
      if ((work += format.features + 64) > 1 << 20) {
        checkpoint();
        work = 0;
      }
      const Row row = row_of(record);
      if (!(row.cost > 0)) continue;
      const double f = dot_row(format, record, w_.data()) + b_;
      const double curvature = square_[i] + along_intercept;
      double step;
      if (loss_.entropy) {
        step = loss_.entropy_step(f, row.y, row.cost, curvature, s_[i], rest_[i], worst);
      } else {
        const DualLoss::Step best = loss_.step(f, row.y, row.cost, curvature, s_[i]);
        if (best.rests_by > threshold_) {
          resting_[i] = 1;
          ++left_out_;
          continue;
        }
        worst = std::max(worst, best.violation);
        step = best.to - s_[i];
        s_[i] = best.to;
      }
      if (step == 0) continue;
      add_row(format, record, step, w_.data());
      b_ += step * along_intercept;
    }
    visited_ += static_cast<double>(rows.size()) + 1e-3 * static_cast<double>(s_.size());
  }
  threshold_ = worst > 0 ? worst : INFINITY;
  return worst;
}

DualDescent::Gap DualDescent::measure_gap() {
  const RowFormat& format = store_.format();
  // What is above 0 and what is below have to add up to 0: the larger part is drawn together.
  double above = 0, below = 0;
  for (const double s : s_) (s > 0 ? above : below) += std::abs(s);
  const double keep_above = intercept_ && above > below ? below / above : 1;
  const double keep_below = intercept_ && below > above ? above / below : 1;
  std::fill(w_.begin(), w_.end(), 0.0);
  double conjugate = 0;
  each_row([&](const std::byte* record, std::size_t i) {
    const Row row = row_of(record);
    const double kept = s_[i] * (s_[i] > 0 ? keep_above : keep_below);
    if (loss_.entropy) rest_[i] += std::abs(s_[i]) - std::abs(kept);
    s_[i] = kept;
    if (kept != 0) add_row(format, record, kept, w_.data());
    conjugate += loss_.conjugate(row.y, row.cost, kept, loss_.entropy ? rest_[i] : 0);
  });

  std::vector<double> f(s_.size());
  std::vector<Row> rows(s_.size());
  each_row([&](const std::byte* record, std::size_t i) {
    f[i] = dot_row(format, record, w_.data());
    rows[i] = row_of(record);
  });
  best_b_ = intercept_ ? best_intercept(f, rows, b_) : 0;
  double losses = 0;
  for (std::size_t i = 0; i < f.size(); ++i)
    if (rows[i].cost > 0) losses += rows[i].cost * loss_.loss(f[i] + best_b_, rows[i].y);
  centre_ = b_;
  const double half_square = dot(w_, w_) / 2;
  return {half_square + losses, -half_square - conjugate};
}

// Where the slope of the losses in the intercept changes its sign: bracketed, then by regula falsi (Illinois).
double DualDescent::best_intercept(std::span<const double> f, std::span<const Row> rows, double near) const {
  double total = 0;
  for (const Row& row : rows) total += row.cost;
  auto slope = [&](double b) {
    checkpoint();
    double sum = 0;
    for (std::size_t i = 0; i < f.size(); ++i)
      if (rows[i].cost > 0) sum += rows[i].cost * loss_.slope(f[i] + b, rows[i].y);
    return sum / total;
  };
  const double here = slope(near);
  if (here == 0) return near;
  double low = near, high = near, at_low = here, at_high = here, width = 1e-3 * (1 + std::abs(near));
  for (int tries = 0; tries < 200 && (here > 0 ? at_low > 0 : at_high < 0); ++tries, width *= 4) {
    if (here > 0) {
      high = low;
      at_high = at_low;
      at_low = slope(low = near - width);
    } else {
      low = high;
      at_low = at_high;
      at_high = slope(high = near + width);
    }
  }
  if (!(at_low <= 0 && at_high >= 0)) return near;
  int side = 0;
  for (int steps = 0; steps < 100 && high - low > 1e-13 * (1 + std::abs(low)) && at_low < 0 && at_high > 0; ++steps) {
    const bool halve = steps % 4 == 3;  // slopes with steps leave regula falsi behind
    const double b = halve ? (low + high) / 2 : (low * at_high - high * at_low) / (at_high - at_low);
    if (!(b > low && b < high)) break;
    const double at = slope(b);
    if (at < 0) {
      low = b;
      at_low = at;
      if (side == -1) at_high /= 2;
      side = -1;
    } else {
      high = b;
      at_high = at;
      if (side == 1) at_low /= 2;
      side = 1;
    }
  }
  return at_low == 0 ? low : at_high == 0 ? high : std::abs(at_low) < std::abs(at_high) ? low : high;
}

// A step of Newton's method on a face of the dual, cut where it leaves the face, which then loses a dimension:
//
//   (X X' + D + c 1 1') d + b 1 = y - epsilon sign(s) - X w - D s,     1'd = 0
//
// c adds nothing to the answer and keeps the matrix regular. Rows that depend on others are left as they are.
bool DualDescent::solve_between() {
  if (loss_.entropy) return false;
  const RowFormat& format = store_.format();
  const std::size_t p = w_.size();
  const auto most = static_cast<std::size_t>(std::clamp(std::sqrt(1e9 / static_cast<double>(p + 1)), 1.0, 400.0));
  struct Free {
    std::size_t row;
    double target, cost, low, high;
  };
  std::vector<Free> free;
  std::size_t between = 0;
  std::vector<double> x;
  each_row([&](const std::byte* record, std::size_t i) {
    const Row row = row_of(record);
    if (!(row.cost > 0)) return;
    const bool kinked = loss_.c.epsilon > 0;
    double low = loss_.low(row.y) * row.cost, high = loss_.high(row.y) * row.cost;
    if (loss_.low(row.y) == 0) low = 0;
    if (loss_.high(row.y) == 0) high = 0;
    if (kinked) (s_[i] > 0 ? low : high) = 0;
    if (!(s_[i] > low && s_[i] < high) || (kinked && s_[i] == 0) || between++ >= most) return;
    free.push_back({i, row.y - std::copysign(loss_.c.epsilon, s_[i]), row.cost, low, high});
    x.resize(x.size() + p);
    add_row(format, record, 1, x.data() + (x.size() - p));
  });
  if (free.empty() || between > most) return false;

  std::size_t n = free.size();
  auto row_at = [&](std::size_t a) { return std::span<const double>(x).subspan(a * p, p); };
  std::vector<std::size_t> kept(n);
  std::iota(kept.begin(), kept.end(), 0);
  std::vector<double> products(n * n);
  double mean = 0;
  for (std::size_t a = 0; a < n; ++a) {
    checkpoint();
    for (std::size_t c = a; c < n; ++c) products[a * n + c] = products[c * n + a] = dot(row_at(a), row_at(c));
    mean += products[a * n + a] / static_cast<double>(n);
  }
  const double along = intercept_ ? std::max(mean, 1e-300) : 0;
  for (int rounds = 0; rounds < 100 && !kept.empty(); ++rounds) {
    const std::size_t m = kept.size();
    std::vector<double> matrix(m * m), step(m), ones(m, 1.0);
    for (std::size_t a = 0; a < m; ++a) {
      const Free& f = free[kept[a]];
      const double curvature = loss_.c.curvature / f.cost;
      for (std::size_t c = a; c < m; ++c) matrix[a * m + c] = products[kept[a] * n + kept[c]] + along;
      matrix[a * m + a] += curvature;
      step[a] = f.target - dot(row_at(kept[a]), w_) - curvature * s_[f.row];
    }
    Cholesky factor;
    factor.factor(matrix, m, 1e-12);
    factor.solve(step);
    double b = 0;
    if (intercept_) {
      factor.solve(ones);
      double above = 0, below = 0;
      for (std::size_t a = 0; a < m; ++a) {
        above += step[a];
        below += ones[a];
      }
      if (!(below > 0)) return false;
      b = above / below;
      for (std::size_t a = 0; a < m; ++a) step[a] -= b * ones[a];
    }
    double length = 1;
    std::size_t first = m;
    for (std::size_t a = 0; a < m; ++a) {
      const Free& f = free[kept[a]];
      const double bound = step[a] > 0 ? f.high : f.low;
      if (step[a] == 0 || !std::isfinite(bound)) continue;
      if (const double most_length = (bound - s_[f.row]) / step[a]; most_length < length) {
        length = std::max(0.0, most_length);
        first = a;
      }
    }
    if (!std::ranges::all_of(step, [](double d) { return std::isfinite(d); })) return false;
    for (std::size_t a = 0; a < m; ++a) {
      const Free& f = free[kept[a]];
      s_[f.row] = std::clamp(s_[f.row] + length * step[a], f.low, f.high);
      add(w_, length * step[a], row_at(kept[a]));
    }
    if (intercept_) b_ = centre_ = b_ + length * (b - b_);
    if (first == m) return true;
    s_[free[kept[first]].row] = step[first] > 0 ? free[kept[first]].high : free[kept[first]].low;
    std::erase_if(kept, [&](std::size_t k) {
      const double s = s_[free[k].row];
      return s <= free[k].low || s >= free[k].high;
    });
  }
  return false;
}

struct OutputFit {
  double gap = 0, objective = 0;
  std::int64_t epochs = 0;
  bool converged = false;
};

// Until the gap is at most tol times the objective.
OutputFit solve(const Job& job, DualDescent& dual, Observer& observer, double tol, double unit, double done_before,
                TrainingLog& log, bool& out_of_time) {
  const TrainOptions& o = job.options;
  const std::int64_t most = o.max_iter > 0 ? o.max_iter : 1000;
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  OutputFit fit;
  double enough = 0, reported = 0;
  std::int64_t next_look = 10;
  for (;;) {
    const double violation = dual.epoch();
    ++fit.epochs;
    if (fit.epochs == 1) enough = violation / 10;
    const bool settled = violation <= std::max(enough, dual.mismatch());
    if (settled && dual.mismatch() > 0) dual.recentre();
    out_of_time = o.max_seconds > 0 && observer.seconds() > o.max_seconds;
    // Of epochs with rows left out only the part that was visited counts.
    const bool last = dual.rows_visited() >= static_cast<double>(most) * dual.rows() || out_of_time;
    const bool look = last || fit.epochs >= next_look || (settled && violation <= enough && dual.mismatch() <= enough);
    if (settled && dual.anything_left_out()) dual.take_all();
    if (!look) continue;
    DualDescent::Gap at = dual.measure_gap();
    if (at.primal - at.dual > tol * at.primal && !last && dual.solve_between()) at = dual.measure_gap();
    if (!std::isfinite(at.primal) || !std::isfinite(at.dual))
      throw InvalidInput(concat(job.spec.algorithm, ": the loss leaves the range of double precision"),
                         "The features or the target are too large or too far apart in scale: rescale them.",
                         Fault::out_of_range);
    fit.objective = at.primal * unit;
    fit.gap = at.primal > 0 ? std::max(0.0, (at.primal - at.dual) / at.primal) : 0;
    log.add(
        {log.count() + 1, observer.seconds(), done_before + fit.objective, nan, nan, dual.rows_visited() - reported});
    observer.report(log.last());
    reported = dual.rows_visited();
    fit.converged = fit.gap <= tol;
    if (fit.converged || last) {
      fit.epochs = std::min(most, static_cast<std::int64_t>(std::ceil(dual.rows_visited() / dual.rows())));
      return fit;
    }
    enough = std::min(enough, violation) * std::clamp(std::sqrt(tol / fit.gap), 0.05, 0.5);
    next_look = std::max(fit.epochs + 10, fit.epochs * 5 / 4);
    dual.take_all();
  }
}

}  // namespace

BatchFit minimize_dual(const Job& job, RowStore& store, Crew& crew, Observer& observer, const Standardization& columns,
                       const TargetSums& targets) {
  const double tol = job.options.tol > 0 ? job.options.tol : 1e-6;
  const double unit = job.options.l2;
  BatchFit fit;
  SolverResult& solution = fit.solution;
  solution.point.resize(job.parameters);
  solution.converged = true;
  TrainingLog log;
  double objective = 0, gap = 0;
  bool out_of_time = false;
  for (std::size_t k = 0; k < job.outputs; ++k) {
    DualDescent dual(job, store, crew.board(), k, targets.weight);
    const OutputFit output = solve(job, dual, observer, tol, unit, objective, log, out_of_time);
    std::ranges::copy(dual.weights(), &solution.point[k * job.terms]);
    if (job.options.fit_intercept) solution.point[k * job.terms + job.features] = dual.intercept();
    solution.iterations = std::max(solution.iterations, output.epochs);
    solution.converged = solution.converged && output.converged;
    objective += output.objective;
    gap += output.gap * output.objective;
  }
  fit.aliased.resize(job.parameters);
  fit.rank = static_cast<double>(job.parameters);
  fit.duality_gap = objective > 0 ? gap / objective : 0;

  Problem problem(job, crew, columns.scale, targets.weight);
  const std::vector<double> b = problem.variables(solution.point);
  std::vector<double> g(b.size());
  solution.loss = problem.gradient(b, g) / targets.weight;
  solution.gradient_norm = job.objective->traits().smooth ? largest(g) / targets.weight : NAN;
  solution.validation_loss = problem.validation_loss(b);
  solution.log = log.entries();
  return fit;
}

}  // namespace quern
