#include "train/techniques/als.hpp"

#include <algorithm>
#include <cmath>

#include "base/clones.hpp"
#include "base/error.hpp"

namespace quern {

namespace {

constexpr std::size_t rows_ahead = 4;  // fetched while others are copied
constexpr std::size_t descents_between_checkpoints = 1 << 14;

QUERN_CLONES double dot(const double* a, const double* b, std::size_t n) noexcept {
  double lanes[8] = {};
  std::size_t k = 0;
  for (; k + 8 <= n; k += 8)
    for (std::size_t i = 0; i < 8; ++i) lanes[i] += a[k + i] * b[k + i];
  double sum = 0;
  for (; k < n; ++k) sum += a[k] * b[k];
  return sum + (((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7])));
}

// One rating: both vectors shrink, and move down the gradient of v/2 (r - f)^2. A step of implicit descent, to first
// order: no rating moves its own prediction past itself, however long the step.
QUERN_CLONES void move(double* p, double* q, std::size_t rank, double error, double user_decay,
                       double item_decay) noexcept {
  for (std::size_t k = 0; k < rank; ++k) {
    const double a = p[k], b = q[k];
    p[k] = a * user_decay + error * b;
    q[k] = b * item_decay + error * a;
  }
}

}  // namespace

FactorWorker::FactorWorker(const FactorizationOptions& options, const RatingsLayout& layout, std::span<double> board)
    : options_(options),
      layout_(layout),
      board_(board),
      ratings_(layout, board),
      equations_(layout.terms + 1),
      solution_(equations_.stride()) {}

void FactorWorker::perform(const Command& command, std::size_t task) {
  switch (static_cast<FactorStep>(command.step)) {
    case FactorStep::solve_users:
      return solve(0, task);
    case FactorStep::solve_items:
      return solve(1, task);
    case FactorStep::user_gram:
      return gram(0, task);
    case FactorStep::item_gram:
      return gram(1, task);
    case FactorStep::measure:
      return measure(task);
    case FactorStep::user_gradients:
      return gradients(0, task);
    case FactorStep::item_gradients:
      return gradients(1, task);
    case FactorStep::descend:
      return descend(command, task);
  }
}

FactorSums* FactorWorker::slot(std::size_t task) const {
  return reinterpret_cast<FactorSums*>(board_.data() + layout_.slots + task * layout_.slot_size);
}

// The weight of its penalty.
double FactorWorker::scale_of(std::size_t which, std::size_t i) const {
  return options_.l2_scaling == "plain" ? 1 : weight_of(which, i);
}

// Of all its ratings.
double FactorWorker::weight_of(std::size_t which, std::size_t i) const {
  const RatingsSide& side = ratings_.side(which);
  if (!side.weights) return static_cast<double>(side.offsets[i + 1] - side.offsets[i]);
  double sum = 0;
  for (std::uint64_t r = side.offsets[i]; r < side.offsets[i + 1]; ++r) sum += side.weights[r];
  return sum;
}

// equations_ becomes that of user or item i, without its penalty. A row is sqrt(v) (factors, 1 if there are biases,
// target).
void FactorWorker::fill_equations(std::size_t which, std::size_t i) {
  const RatingsSide& side = ratings_.side(which);
  const RatingsSide& other = ratings_.side(1 - which);
  const std::size_t rank = layout_.rank, terms = layout_.terms, stride = layout_.stride;
  const double mean = ratings_.head().mean;
  equations_.clear();
  const std::uint64_t end = side.offsets[i + 1];
  for (std::uint64_t r = side.offsets[i]; r < end; ++r) {
    if (r + rows_ahead < end) {
      const double* const later = other.factors + stride * side.columns[r + rows_ahead];
      for (std::size_t k = 0; k < stride; k += 8) __builtin_prefetch(later + k);
    }
    const double* const from = other.factors + stride * side.columns[r];
    double* const row = equations_.next_row();
    std::copy_n(from, rank, row);
    if (layout_.biased) row[rank] = 1;
    if (options_.implicit) {
      const double extra = std::abs(side.values[r]), root = std::sqrt(extra);
      for (std::size_t k = 0; k < terms; ++k) row[k] *= root;
      row[terms] = side.values[r] > 0 ? (1 + extra) / root : 0;
      continue;
    }
    row[terms] = side.values[r] - mean - (layout_.biased ? from[rank] : 0);
    if (!side.weights) continue;
    const double root = std::sqrt(side.weights[r]);
    for (std::size_t k = 0; k <= terms; ++k) row[k] *= root;
  }
  double* const matrix = equations_.matrix();
  if (!options_.implicit) return;
  const double* const all = board_.data() + layout_.gram;
  for (std::size_t k = 0; k < terms; ++k)
    for (std::size_t j = k; j < terms; ++j) matrix[k * equations_.stride() + j] += all[k * stride + j];
}

void FactorWorker::add_penalty(std::size_t which, std::size_t i) {
  const double penalty = options_.l2 * scale_of(which, i);
  for (std::size_t k = 0; k < layout_.terms; ++k) equations_.matrix()[k * (equations_.stride() + 1)] += penalty;
}

// With the factors as they are.
double FactorWorker::squares_of(std::size_t which, std::size_t i) const {
  const RatingsSide& side = ratings_.side(which);
  const RatingsSide& other = ratings_.side(1 - which);
  const std::size_t rank = layout_.rank, stride = layout_.stride;
  const double* const p = side.factors + stride * i;
  double squares = 0;
  if (options_.implicit) {
    const double* const all = board_.data() + layout_.gram;
    for (std::size_t k = 0; k < rank; ++k) {
      double sum = all[k * stride + k] / 2 * p[k];
      for (std::size_t j = k + 1; j < rank; ++j) sum += all[k * stride + j] * p[j];
      squares += 2 * p[k] * sum;
    }
    for (std::uint64_t r = side.offsets[i]; r < side.offsets[i + 1]; ++r) {
      const double f = dot(p, other.factors + stride * side.columns[r], rank), extra = side.values[r];
      const double error = (extra > 0) - f;
      squares += (1 + std::abs(extra)) * error * error - f * f;
    }
    return squares;
  }
  const double base = ratings_.head().mean + (layout_.biased ? p[rank] : 0);
  for (std::uint64_t r = side.offsets[i]; r < side.offsets[i + 1]; ++r) {
    const double* const q = other.factors + stride * side.columns[r];
    const double error = side.values[r] - (base + (layout_.biased ? q[rank] : 0) + dot(p, q, rank));
    squares += (side.weights ? side.weights[r] : 1) * error * error;
  }
  return squares;
}

void FactorWorker::solve(std::size_t which, std::size_t task) {
  const RatingsSide& side = ratings_.side(which);
  FactorSums sums;
  for (std::size_t i = side.bounds[task]; i < side.bounds[task + 1]; ++i) {
    checkpoint();
    fill_equations(which, i);
    add_penalty(which, i);
    double* const p = side.factors + layout_.stride * i;
    if (options_.nonnegative) {
      std::copy_n(p, layout_.terms, solution_.begin());
      solve_nonnegative(equations_.matrix(), equations_.stride(), layout_.terms, layout_.rank, solution_.data());
    } else {
      solve_normal_equations(equations_.matrix(), equations_.stride(), layout_.terms, solution_.data());
    }
    std::copy_n(solution_.begin(), layout_.terms, p);
    sums.penalty += scale_of(which, i) * dot(p, p, layout_.terms);
    if (which == 1) sums.squares += squares_of(which, i);
  }
  *slot(task) = sums;
}

void FactorWorker::measure(std::size_t task) {
  FactorSums sums;
  const RatingsSide& users = ratings_.side(0);
  for (std::size_t i = users.bounds[task]; i < users.bounds[task + 1]; ++i) {
    checkpoint();
    sums.squares += squares_of(0, i);
    const double* const p = users.factors + layout_.stride * i;
    sums.penalty += scale_of(0, i) * dot(p, p, layout_.terms);
  }
  const RatingsSide& items = ratings_.side(1);
  for (std::size_t i = items.bounds[task]; i < items.bounds[task + 1]; ++i) {
    const double* const q = items.factors + layout_.stride * i;
    sums.penalty += scale_of(1, i) * dot(q, q, layout_.terms);
  }
  *slot(task) = sums;
}

// g = A p - b. Where a factor is 0 that must not be below, only a negative gradient counts.
void FactorWorker::gradients(std::size_t which, std::size_t task) {
  const RatingsSide& side = ratings_.side(which);
  const std::size_t terms = layout_.terms, stride = equations_.stride();
  FactorSums sums;
  for (std::size_t i = side.bounds[task]; i < side.bounds[task + 1]; ++i) {
    checkpoint();
    fill_equations(which, i);
    add_penalty(which, i);
    const double* const a = equations_.matrix();
    const double* const p = side.factors + layout_.stride * i;
    for (std::size_t k = 0; k < terms; ++k) {
      double gradient = -a[k * stride + terms];
      sums.origin += gradient * gradient;
      for (std::size_t j = 0; j < terms; ++j) gradient += (j < k ? a[j * stride + k] : a[k * stride + j]) * p[j];
      if (options_.nonnegative && k < layout_.rank && p[k] == 0) gradient = std::min(gradient, 0.0);
      sums.gradient += gradient * gradient;
    }
  }
  *slot(task) = sums;
}

void FactorWorker::gram(std::size_t which, std::size_t task) {
  const RatingsSide& side = ratings_.side(which);
  const std::size_t rank = layout_.rank, stride = layout_.stride;
  equations_.clear();
  for (std::size_t i = side.bounds[task]; i < side.bounds[task + 1]; ++i) {
    if (i % 1024 == 0) checkpoint();
    double* const row = equations_.next_row();
    std::copy_n(side.factors + stride * i, rank, row);
    std::fill(row + rank, row + equations_.columns(), 0.0);
  }
  double* const to = board_.data() + layout_.slots + task * layout_.slot_size + 8;
  for (std::size_t k = 0; k < rank; ++k)
    for (std::size_t j = k; j < rank; ++j) to[k * stride + j] = equations_.matrix()[k * equations_.stride() + j];
}

// Block (g, g + diagonal) of groups.
void FactorWorker::descend(const Command& command, std::size_t task) {
  const RatingsSide& users = ratings_.side(0);
  const RatingsSide& items = ratings_.side(1);
  const std::size_t groups = layout_.groups, rank = layout_.rank, stride = layout_.stride;
  const std::size_t block = task * groups + (task + static_cast<std::size_t>(command.numbers[0])) % groups;
  const double eta = command.numbers[1], l2 = options_.l2, mean = ratings_.head().mean;
  const bool plain = options_.l2_scaling == "plain", biased = layout_.biased;
  const auto* const bounds = reinterpret_cast<const std::uint64_t*>(board_.data() + layout_.entry_bounds);
  const auto* const user_of = reinterpret_cast<const std::uint32_t*>(board_.data() + layout_.entry_users);
  const auto* const item_of = reinterpret_cast<const std::uint32_t*>(board_.data() + layout_.entry_items);
  const double* const values = board_.data() + layout_.entry_values;
  const double* const weights = layout_.weighted ? board_.data() + layout_.entry_weights : nullptr;
  if (plain && rates_[0].empty())
    for (std::size_t side = 0; side < 2; ++side)
      for (std::size_t i = 0; i < ratings_.side(side).count; ++i) rates_[side].push_back(l2 / weight_of(side, i));
  for (std::uint64_t e = bounds[block]; e < bounds[block + 1]; ++e) {
    if (e % descents_between_checkpoints == 0) checkpoint();
    if (e + rows_ahead < bounds[block + 1]) {
      __builtin_prefetch(users.factors + stride * user_of[e + rows_ahead]);
      __builtin_prefetch(items.factors + stride * item_of[e + rows_ahead]);
    }
    double* const p = users.factors + stride * user_of[e];
    double* const q = items.factors + stride * item_of[e];
    const double error = values[e] - (mean + (biased ? p[rank] + q[rank] : 0) + dot(p, q, rank));
    const double step = eta * (weights ? weights[e] : 1);
    const double a = 1 / (1 + step * (plain ? rates_[0][user_of[e]] : l2));
    const double b = 1 / (1 + step * (plain ? rates_[1][item_of[e]] : l2));
    const double pull = step * error / (1 + step * (dot(p, p, rank) + dot(q, q, rank) + 2 * biased));
    move(p, q, rank, pull, a, b);
    if (biased) {
      p[rank] = p[rank] * a + pull;
      q[rank] = q[rank] * b + pull;
    }
    if (options_.nonnegative)
      for (std::size_t k = 0; k < rank; ++k) {
        p[k] = std::max(p[k], 0.0);
        q[k] = std::max(q[k], 0.0);
      }
  }
}

}  // namespace quern
