#include "uda/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "linalg/symmetric_rank_update.hpp"
#include "uda/running_mean.hpp"
#include "uda/row_checks.hpp"

namespace quern {

namespace {

using linalg::symmetric_rank_update;
using linalg::triangle_row;
using linalg::triangle_size;

constexpr std::size_t block_rows = 64;
constexpr double least_share_kept = 0x1p-10;  // of the largest sum of squares, for remove()
constexpr std::int64_t least_removals = 65536;
constexpr double rounding_share = 0x1p-42;  // of a sum of squares: what subtract() takes for nothing but rounding

std::size_t diagonal(std::size_t j, std::size_t p) { return triangle_row(j, p) + j; }

// Makes rows deviations from their own mean, which is left in `block_mean` as a distance from `origin`.
QUERN_CLONES void centre(double* rows, std::size_t count, std::size_t p, const double* origin, double* block_mean) {
  for (std::size_t r = 0; r < count; ++r)
    for (std::size_t j = 0; j < p; ++j) {
      rows[r * p + j] -= origin[j];
      block_mean[j] += rows[r * p + j];
    }
  for (std::size_t j = 0; j < p; ++j) block_mean[j] /= static_cast<double>(count);
  for (std::size_t r = 0; r < count; ++r)
    for (std::size_t j = 0; j < p; ++j) rows[r * p + j] -= block_mean[j];
}

void move_mean(double& mean, double& mean_low, double step) {
  RunningMean moved{mean, mean_low};
  moved.move(step);
  mean = moved.high;
  mean_low = moved.low;
}

// C += other (if any) + factor d d'
void add_products(Vec<double>& comoment, const Vec<double>* other, double factor, const std::vector<double>& d) {
  constexpr std::size_t work_between_checkpoints = 4'000'000;
  const std::size_t p = d.size();
  std::size_t work = 0;
  for (std::size_t i = 0; i < p; ++i) {
    double* row = comoment.data() + triangle_row(i, p);
    const double scaled = factor * d[i];
    for (std::size_t j = i; j < p; ++j) row[j] += scaled * d[j];
    if (other) {
      const double* added = other->data() + triangle_row(i, p);
      for (std::size_t j = i; j < p; ++j) row[j] += added[j];
    }
    work += p - i;
    if (work >= work_between_checkpoints) {
      work = 0;
      checkpoint();
    }
  }
}

bool all_finite(const Vec<double>& values) { return Features(std::span<const double>(values)).finite(); }

}  // namespace

std::size_t MomentsState::waiting_rows() const {
  return width == 0 ? 0 : waiting.size() / static_cast<std::size_t>(width);
}

void MomentsState::check_row(const Features& x) const {
  const std::size_t p = x.size();
  if (width != 0 && p != static_cast<std::size_t>(width)) refuse_widths("moments", width, static_cast<std::int64_t>(p));
  if (width == 0) check_width("moments", p, Moments::max_features);
  check_finite("moments", x);
}

void MomentsState::accumulate(Features x) {
  check_row(x);
  width = static_cast<std::int64_t>(x.size());
  if (waiting.capacity() - waiting.size() < x.size())  // doubling, up to a block and the row that fold() adds
    waiting.reserve(std::min(2 * waiting.size() + x.size(), (block_rows + 1) * x.size()));
  x.visit([&](auto values) { waiting.insert(waiting.end(), values.begin(), values.end()); });
  if (waiting.size() == block_rows * x.size()) fold();
}

void MomentsState::fold() {
  const std::size_t p = static_cast<std::size_t>(width), count = waiting_rows();
  if (count == 0) return;
  if (mean.empty()) {
    mean.assign(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(p));
    mean_low.assign(p, 0);
    comoment.assign(triangle_size(p), 0);
    greatest.assign(p, 0);
  }
  std::vector<double> distance(p);
  centre(waiting.data(), count, p, mean.data(), distance.data());
  for (std::size_t j = 0; j < p; ++j) distance[j] -= mean_low[j];

  const double a = static_cast<double>(n), b = static_cast<double>(count), rows = a + b;
  const double factor = std::sqrt(a * b / rows);
  if (n > 0)
    for (std::size_t j = 0; j < p; ++j) waiting.push_back(factor * distance[j]);
  symmetric_rank_update(waiting.data(), waiting.size() / p, p, comoment.data());
  for (std::size_t j = 0; j < p; ++j) {
    move_mean(mean[j], mean_low[j], distance[j] * (b / rows));
    greatest[j] = std::max(greatest[j], comoment[diagonal(j, p)]);
  }
  n += static_cast<std::int64_t>(count);
  waiting.clear();
}

void MomentsState::add_folded(const MomentsState& other) {
  const std::size_t p = other.mean.size();
  if (n == 0) {
    n = other.n;
    mean = other.mean;
    mean_low = other.mean_low;
    comoment = other.comoment;
    greatest = other.greatest;
    return;
  }
  const double a = static_cast<double>(n), b = static_cast<double>(other.n), rows = a + b;
  std::vector<double> distance(p);
  for (std::size_t j = 0; j < p; ++j) distance[j] = (other.mean[j] - mean[j]) + (other.mean_low[j] - mean_low[j]);
  add_products(comoment, &other.comoment, a / rows * b, distance);
  for (std::size_t j = 0; j < p; ++j) {
    move_mean(mean[j], mean_low[j], distance[j] * (b / rows));
    greatest[j] = std::max({greatest[j], other.greatest[j], comoment[diagonal(j, p)]});
  }
  n += other.n;
}

void MomentsState::merge(const MomentsState& other) {
  skipped += other.skipped;
  if (other.width == 0) return;
  if (width != 0 && width != other.width) refuse_widths("moments", width, other.width);
  width = other.width;
  removed = std::max(removed, other.removed);
  if (other.n > 0) add_folded(other);
  const std::size_t p = static_cast<std::size_t>(width);
  for (std::size_t row = 0; row < other.waiting.size(); row += p)
    accumulate(Features(std::span(other.waiting.data() + row, p)));
}

bool MomentsState::remove(Features x) {
  check_row(x);
  fold();
  const std::size_t p = x.size();
  if (n == 0) return false;
  if (n == 1) {
    const std::int64_t kept = skipped;
    *this = MomentsState{};
    skipped = kept;
    return true;
  }
  const double rows = static_cast<double>(n);
  std::vector<double> distance(p);
  for (std::size_t j = 0; j < p; ++j) distance[j] = (x[j] - mean[j]) - mean_low[j];
  add_products(comoment, nullptr, -rows / (rows - 1), distance);
  n -= 1;
  removed += 1;
  bool accurate = removed <= std::max(n, least_removals);
  for (std::size_t j = 0; j < p; ++j) {
    move_mean(mean[j], mean_low[j], -distance[j] / (rows - 1));
    accurate = accurate && comoment[diagonal(j, p)] >= least_share_kept * greatest[j];
  }
  return accurate;
}

bool MomentsState::valid() const {
  const auto count = [](std::int64_t k) { return k >= 0 && k <= max_rows; };
  if (!count(n) || !count(skipped) || !count(removed) || !count(width)) return false;
  const std::size_t p = static_cast<std::size_t>(width);
  if (p > Moments::max_features || (p == 0) != (n == 0 && waiting.empty())) return false;
  if (p != 0 && (waiting.size() % p != 0 || waiting.size() >= block_rows * p)) return false;
  const std::size_t folded = mean.size();
  return folded == (n == 0 ? 0 : p) && mean_low.size() == folded && greatest.size() == folded &&
         comoment.size() == triangle_size(folded) && all_finite(waiting);
}

std::optional<Moments> MomentsState::value() const {
  if (width == 0) return std::nullopt;
  if (!waiting.empty()) {
    MomentsState folded = *this;
    folded.fold();
    return folded.value();
  }
  if (!all_finite(mean) || !all_finite(comoment))
    throw InvalidInput("moments: a sum of squares is beyond the range of double precision", {}, Fault::out_of_range);
  return Moments{n, skipped, mean, comoment};
}

void Moments::merge(const Moments& other) {
  if (n + other.n > max_rows || skipped + other.skipped > max_rows)
    throw InvalidInput("moments: too many rows", {}, Fault::out_of_range);
  skipped += other.skipped;
  if (other.n == 0) return;
  if (n == 0) {
    n = other.n;
    mean = other.mean;
    comoment = other.comoment;
    return;
  }
  const std::size_t p = mean.size();
  if (other.mean.size() != p)
    refuse_widths("moments", static_cast<std::int64_t>(p), static_cast<std::int64_t>(other.mean.size()));
  const double a = static_cast<double>(n), b = static_cast<double>(other.n), rows = a + b;
  std::vector<double> distance(p);
  for (std::size_t j = 0; j < p; ++j) distance[j] = other.mean[j] - mean[j];
  add_products(comoment, &other.comoment, a / rows * b, distance);
  for (std::size_t j = 0; j < p; ++j) mean[j] += distance[j] * (b / rows);
  n += other.n;
}

void Moments::subtract(const Moments& other) {
  const std::size_t p = mean.size();
  if (other.n > n || other.skipped > skipped)
    throw InvalidInput(concat("moments: cannot subtract ", other.n, " rows (and ", other.skipped, " skipped) from ", n,
                              " (and ", skipped, " skipped)"));
  if (other.n > 0 && other.mean.size() != p)
    refuse_widths("moments", static_cast<std::int64_t>(p), static_cast<std::int64_t>(other.mean.size()));
  skipped -= other.skipped;
  if (other.n == 0) return;
  if (other.n == n) {
    n = 0;
    mean.clear();
    comoment.clear();
    return;
  }
  const double rows = static_cast<double>(n), b = static_cast<double>(other.n), left = rows - b;
  std::vector<double> distance(p), squares(p);
  for (std::size_t j = 0; j < p; ++j) {
    distance[j] = other.mean[j] - mean[j];
    squares[j] = comoment[diagonal(j, p)];
  }
  for (std::size_t k = 0; k < comoment.size(); ++k) comoment[k] -= other.comoment[k];
  add_products(comoment, nullptr, -rows / left * b, distance);
  for (std::size_t j = 0; j < p; ++j) {
    mean[j] -= distance[j] * (b / left);
    if (comoment[diagonal(j, p)] < -std::sqrt(rounding_share) * squares[j])
      throw InvalidInput(concat("moments: the rows to subtract are not among those they are subtracted from (feature ",
                                j + 1, " would vary less than not at all)"));
  }
  n -= other.n;
  std::vector<bool> constant(p);
  for (std::size_t j = 0; j < p; ++j) constant[j] = n == 1 || comoment[diagonal(j, p)] <= rounding_share * squares[j];
  for (std::size_t i = 0; i < p; ++i, checkpoint())
    for (std::size_t j = i; j < p; ++j)
      if (constant[i] || constant[j]) comoment[triangle_row(i, p) + j] = 0;
}

bool Moments::valid() const {
  const std::size_t p = mean.size();
  if (n < 0 || n > max_rows || skipped < 0 || skipped > max_rows || (n == 0) != (p == 0)) return false;
  if (p > max_features || comoment.size() != triangle_size(p) || !all_finite(mean) || !all_finite(comoment))
    return false;
  for (std::size_t j = 0; j < p; ++j)
    if (comoment[diagonal(j, p)] < 0) return false;
  return true;
}

std::optional<Vec<double>> covariance(const Moments& moments) {
  if (moments.n < 2) return std::nullopt;
  const std::size_t p = moments.mean.size();
  const double divisor = static_cast<double>(moments.n - 1);
  Vec<double> result(p * p);
  for (std::size_t i = 0; i < p; ++i, checkpoint())
    for (std::size_t j = i; j < p; ++j)
      result[i * p + j] = result[j * p + i] = moments.comoment[triangle_row(i, p) + j] / divisor;
  return result;
}

std::optional<Vec<double>> correlation(const Moments& moments) {
  if (moments.n < 2) return std::nullopt;
  const std::size_t p = moments.mean.size();
  std::vector<double> spread(p);
  for (std::size_t j = 0; j < p; ++j) spread[j] = std::sqrt(moments.comoment[diagonal(j, p)]);
  Vec<double> result(p * p, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < p; ++i, checkpoint()) {
    if (!(spread[i] > 0)) continue;
    result[i * p + i] = 1;
    for (std::size_t j = i + 1; j < p; ++j) {
      if (!(spread[j] > 0)) continue;
      const double r = moments.comoment[triangle_row(i, p) + j] / spread[i] / spread[j];
      result[i * p + j] = result[j * p + i] = std::clamp(r, -1.0, 1.0);
    }
  }
  return result;
}

}  // namespace quern
