// Centroids from a sample of the rows: where k-means starts, and what a mixture starts from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "train/techniques/row_sample.hpp"

namespace quern {

// Rows that a sample for so many centroids has.
inline std::size_t sample_rows(std::size_t centroids) { return centroids > 500 ? 20 * centroids : 10000; }

// k x features. The sample has at least k rows.
//
// Each next centroid is a row drawn with a probability in proportion to its squared distance from those before; of
// 2 + log k such draws the one that leaves the least inertia: Arthur and Vassilvitskii, SODA 2007, in the greedy form.
std::vector<double> spread_centroids(const RowSample& sample, std::size_t k, RandomStream random);
// Rows drawn without regard to distance or weight.
std::vector<double> random_centroids(const RowSample& sample, std::size_t k, RandomStream random);

// The nearest centroid of each row of the sample.
std::vector<std::uint32_t> nearest_centroids(const RowSample& sample, std::span<const double> centroids);
// Lloyd's iterations over the sample until no row changes its centroid, or so many. An empty one stays where it is.
void improve_centroids(const RowSample& sample, std::span<double> centroids, std::size_t iterations);

}  // namespace quern
