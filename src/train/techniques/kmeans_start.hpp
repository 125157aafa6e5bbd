// Where the centroids of k-means start.
#pragma once

#include <vector>

#include "train/techniques/kmeans_worker.hpp"
#include "train/techniques/row_sample.hpp"

namespace quern {

// Rows of the store, written out one after the other in its order, into which `found` is sorted: each block is loaded
// once.
std::vector<double> rows_at(RowStore& store, std::vector<RowFound>& found);

// runs x clusters x features, on the board. `sample` is of the rows of the store.
void start_centroids(const KMeansJob& job, RowStore& store, Crew& crew, const RowSample& sample);

}  // namespace quern
