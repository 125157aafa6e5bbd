#include "train/techniques/centroids.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"

namespace quern {

namespace {

double uniform(RandomStream& random) { return static_cast<double>(random.next() >> 11) * 0x1p-53; }

// The place in running sums where `share` of the last one is reached.
std::size_t place_of(std::span<const double> running, double share) {
  const double target = share * running.back();
  const auto found = std::upper_bound(running.begin(), running.end(), target);
  return std::min(static_cast<std::size_t>(found - running.begin()), running.size() - 1);
}

}  // namespace

std::vector<double> spread_centroids(const RowSample& sample, std::size_t k, RandomStream random) {
  const std::size_t features = sample.format().features, rows = sample.size();
  const auto trials = 2 + static_cast<std::size_t>(std::log(static_cast<double>(k)));
  std::vector<double> centroids(k * features), running(rows), candidate(features);
  std::vector<double> nearest(rows, std::numeric_limits<double>::infinity()), trial(rows), best(rows);

  for (std::size_t c = 0; c < k; ++c) {
    double total = 0;
    for (std::size_t i = 0; i < rows; ++i) running[i] = total += sample.weight(i) * (c == 0 ? 1 : nearest[i]);
    const std::span<double> chosen(&centroids[c * features], features);
    if (!(total > 0 && std::isfinite(total))) {  // all rows are centroids already, or too far apart to tell
      write_row(sample.format(), sample.row(random.below(rows)), chosen);
      continue;
    }
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t t = 0; t < (c == 0 ? 1 : trials); ++t) {
      checkpoint();
      write_row(sample.format(), sample.row(place_of(running, uniform(random))), candidate);
      const double square = square_of(candidate);
      double inertia = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        trial[i] = std::min(nearest[i], sample.squared_distance(i, candidate, square));
        inertia += sample.weight(i) * trial[i];
      }
      if (!(inertia < least) && t > 0) continue;
      least = inertia;
      std::ranges::copy(candidate, chosen.begin());
      std::swap(trial, best);
    }
    std::swap(nearest, best);
  }
  return centroids;
}

std::vector<double> random_centroids(const RowSample& sample, std::size_t k, RandomStream random) {
  const std::size_t features = sample.format().features;
  std::vector<std::size_t> order(sample.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  shuffle(std::span(order), random);
  std::vector<double> centroids(k * features);
  for (std::size_t c = 0; c < k; ++c)
    write_row(sample.format(), sample.row(order[c]), std::span(&centroids[c * features], features));
  return centroids;
}

std::vector<std::uint32_t> nearest_centroids(const RowSample& sample, std::span<const double> centroids) {
  const std::size_t features = sample.format().features, k = centroids.size() / features;
  std::vector<std::uint32_t> nearest(sample.size());
  std::vector<double> squares(k);
  for (std::size_t c = 0; c < k; ++c) squares[c] = square_of(centroids.subspan(c * features, features));
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (i % 256 == 0 || centroids.size() > 4096) checkpoint();
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t c = 0; c < k; ++c)
      if (const double d = sample.squared_distance(i, centroids.subspan(c * features, features), squares[c]);
          d < least) {
        least = d;
        nearest[i] = static_cast<std::uint32_t>(c);
      }
  }
  return nearest;
}

void improve_centroids(const RowSample& sample, std::span<double> centroids, std::size_t iterations) {
  const std::size_t features = sample.format().features, k = centroids.size() / features;
  std::vector<std::uint32_t> labels;
  for (std::size_t iteration = 0; iteration < iterations; ++iteration) {
    std::vector<std::uint32_t> nearest = nearest_centroids(sample, centroids);
    if (nearest == labels) return;
    labels = std::move(nearest);
    std::vector<double> sums(centroids.size()), weight(k);
    for (std::size_t i = 0; i < sample.size(); ++i) {
      weight[labels[i]] += sample.weight(i);
      sample.add_to(i, sample.weight(i), std::span(sums).subspan(labels[i] * features, features));
    }
    for (std::size_t c = 0; c < k; ++c)
      for (std::size_t j = 0; j < features && weight[c] > 0; ++j)
        centroids[c * features + j] = sums[c * features + j] / weight[c];
  }
}

}  // namespace quern
