// Where the centroids of k-means start.
#pragma once

#include <vector>

#include "train/techniques/kmeans.hpp"
#include "train/techniques/row_sample.hpp"

namespace quern {

// Of a row of the store, written out.
std::vector<double> row_at(RowStore& store, std::size_t block, std::size_t row);

// runs x clusters x features, on the board. `sample` is of the rows of the store.
void start_centroids(const KMeansJob& job, RowStore& store, Crew& crew, const RowSample& sample);

}  // namespace quern
