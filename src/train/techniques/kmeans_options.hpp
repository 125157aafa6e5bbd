// The options of kmeans.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "train/row_options.hpp"

namespace quern {

struct KMeansOptions : RowOptions {
  std::int64_t n_clusters = 0;                 // 0: as many as centroids are given, else 8
  std::string init = "k-means++";              // of a sample of the rows, as random; k-means|| of all
  std::vector<std::vector<double>> centroids;  // to start from, instead of init
  std::int64_t n_init = 1;                     // starts, of which the best counts
  std::int64_t max_iter = 300;                 // iterations; of mini-batches, passes over the rows
  double tol = 1e-4;  // stop when the centroids move less: the sum of squares over the mean variance of a column
  std::int64_t batch_size = 0;  // rows of a step; 0: no steps but whole passes
  std::int64_t seed = 0;
  double max_seconds = 0;  // stop after; 0: never

  static constexpr auto options = std::tuple_cat(
      RowOptions::options, std::tuple{Option("n_clusters", &KMeansOptions::n_clusters, within(1, 1e6)),
                                      Option("init", &KMeansOptions::init, OneOf{{"k-means++", "k-means||", "random"}}),
                                      Option("centroids", &KMeansOptions::centroids),
                                      Option("n_init", &KMeansOptions::n_init, within(1, 1000)),
                                      Option("max_iter", &KMeansOptions::max_iter, within(1, 1e6)),
                                      Option("tol", &KMeansOptions::tol, at_least(0)),
                                      Option("batch_size", &KMeansOptions::batch_size, within(0, 1e7)),
                                      Option("seed", &KMeansOptions::seed, within(0, 0x1p53)),
                                      Option("max_seconds", &KMeansOptions::max_seconds, above(0))});
};

}  // namespace quern
