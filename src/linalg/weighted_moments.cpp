#include "linalg/weighted_moments.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "linalg/symmetric_rank_update.hpp"

namespace quern {

void WeightedMoments::add(double v, const Features& x) {
  if (width == 0) width = static_cast<std::int64_t>(x.size());
  const auto p = static_cast<std::size_t>(width);
  const std::size_t at = waiting.size();
  waiting.resize(at + p + 1);
  waiting[at] = v;
  x.copy_to(waiting.data() + at + 1);
  if (waiting_rows() >= block) fold();
}

void WeightedMoments::fold() {
  const std::int64_t count = waiting_rows();
  if (count == 0) return;
  const auto p = static_cast<std::size_t>(width), n = static_cast<std::size_t>(count);
  double sum = 0;
  std::vector<double> center(p), centred(n * p), products(linalg::triangle_size(p));
  for (std::size_t i = 0; i < n; ++i) {
    const double* const row = &waiting[i * (p + 1)];
    sum += row[0];
    for (std::size_t j = 0; j < p; ++j) center[j] += (row[1 + j] - center[j]) * (row[0] / sum);
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double* const row = &waiting[i * (p + 1)];
    const double root = std::sqrt(row[0]);
    for (std::size_t j = 0; j < p; ++j) centred[i * p + j] = root * (row[1 + j] - center[j]);
  }
  linalg::symmetric_rank_update(centred.data(), n, p, products.data());
  join(count, sum, center.data(), products.data());
  waiting.clear();
}

void WeightedMoments::join(std::int64_t other_rows, double other_weight, const double* other_mean,
                           const double* other_comoment) {
  const auto p = static_cast<std::size_t>(width);
  if (rows == 0) {
    mean.assign(other_mean, other_mean + p);
    comoment.assign(other_comoment, other_comoment + linalg::triangle_size(p));
    rows = other_rows;
    weight = other_weight;
    return;
  }
  const double total = weight + other_weight, share = other_weight / total;
  std::size_t at = 0;
  for (std::size_t i = 0; i < p; ++i) {
    const double distance = (other_mean[i] - mean[i]) * weight * share;
    for (std::size_t j = i; j < p; ++j, ++at) comoment[at] += other_comoment[at] + distance * (other_mean[j] - mean[j]);
  }
  for (std::size_t i = 0; i < p; ++i) mean[i] += (other_mean[i] - mean[i]) * share;
  rows += other_rows;
  weight = total;
}

void WeightedMoments::merge(const WeightedMoments& other) {
  if (other.width == 0) return;
  width = other.width;
  if (other.rows > 0) join(other.rows, other.weight, other.mean.data(), other.comoment.data());
  const auto p = static_cast<std::size_t>(width);
  for (std::size_t at = 0; at < other.waiting.size(); at += p + 1)
    add(other.waiting[at], std::span<const double>(&other.waiting[at + 1], p));
}

bool WeightedMoments::valid() const {
  if (width == 0) return rows == 0 && weight == 0 && mean.empty() && comoment.empty() && waiting.empty();
  if (width < 0 || width > (1 << 20) || rows < 0) return false;
  const auto p = static_cast<std::size_t>(width);
  if (waiting.size() % (p + 1) != 0 || waiting_rows() >= block) return false;
  for (std::size_t at = 0; at < waiting.size(); at += p + 1)
    if (!(waiting[at] > 0)) return false;
  if (rows == 0) return weight == 0 && mean.empty() && comoment.empty();
  return weight > 0 && mean.size() == p && comoment.size() == linalg::triangle_size(p);
}

}  // namespace quern
