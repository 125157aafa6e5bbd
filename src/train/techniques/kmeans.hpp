// k-means: centroids c_1 .. c_k that make the inertia, the sum of v |x - c(x)|^2 over the rows with c(x) the nearest
// centroid, small. Lloyd's iterations, each a pass that finds the nearest centroid of every row and in the same visit
// adds the row to its sums; or steps over small batches.
//
// Nearest means largest x . (c - m) - (|c|^2 - |m|^2) / 2, where m is the mean of the centroids: a product of matrices
// (linalg/row_products.hpp) that far-off columns cost no digits. Sums are those of x - c and |x - c|^2 for the centroid
// that was chosen, so that neither inertia nor centroids suffer from cancellation. Dense rows in memory are read as
// tiles of float4 after the first iteration (kmeans_tiles.cpp). Several starts (n_init) are trained in the same passes.
//
// Where it breaks: it finds a local optimum, which the start decides. Squares of distances must not overflow. Lloyd,
// IEEE Trans. Inf. Theory 28, 1982; Sculley, Web-Scale K-Means Clustering, WWW 2010.
//
// The model has parameters "centroid" (k x features) and "size" (k, sums of weights), and the clusters 0 .. k-1 as
// classes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "linalg/row_tiles.hpp"
#include "train/shards.hpp"
#include "train/techniques/kmeans_options.hpp"
#include "train/training.hpp"

namespace quern {

// What every process of the training knows.
struct KMeansJob {
  KMeansJob(const JobSpec& spec, const RowStore& store);

  JobSpec spec;
  KMeansOptions options;
  std::size_t features, clusters, runs;
  bool tiled;  // rows are kept in tiles too
  std::vector<Shard> shards;

  // The board, as offsets into its numbers.
  struct Layout {
    std::size_t centroids;   // runs x clusters x features
    std::size_t active;      // runs: 1 while its centroids still move
    std::size_t steps;       // runs x clusters: weight that a centroid has seen in batches
    std::size_t candidates;  // of k-means||: drawn_rows() x features, those of the last round
    std::size_t nearest;     // of k-means||: for each row its squared distance to all candidates so far
    std::size_t closest;     // of k-means||: for each row which candidate that is
    std::size_t shift;       // of tiles, z = (x - shift) scale: features
    std::size_t scale;       // 1
    std::size_t moved;       // runs: by how much, in z, two centroids may have come closer to a row since the start
    std::size_t tiles;       // and room to align them
    std::size_t labels;      // runs x tile_rows x tiles, of 32 bits
    std::size_t limits;      // runs x tiles: `moved` up to which no row of the tile changes its cluster
    std::size_t slots;       // one for each shard, of slot_size numbers each
    std::size_t slot_size;
    std::size_t size;
  } layout;

  bool oversamples() const { return options.init == "k-means||" && options.centroids.empty(); }
  std::size_t drawn_rows() const { return 2 * clusters; }  // of each round of k-means||

  std::size_t run_size() const { return clusters * features; }
  // Of the shards before this one. A shard ends in the middle of its last tile.
  std::size_t tiles_before(std::size_t shard) const {
    std::size_t tiles = 0;
    for (std::size_t s = 0; s < shard; ++s) tiles += (shards[s].rows + tile_rows - 1) / tile_rows;
    return tiles;
  }
  // Aligned to a line of the cache, alike wherever the board lies in pages.
  float* tiles(std::span<double> board) const {
    const auto at = reinterpret_cast<std::uintptr_t>(board.data() + layout.tiles);
    return reinterpret_cast<float*>((at + 63) / 64 * 64);
  }
  std::size_t slot(std::size_t shard) const { return layout.slots + shard * layout.slot_size; }
};

inline constexpr std::size_t oversampling_rounds = 5;

class KMeans final : public Training {
 public:
  static TrainingPlan plan(std::string_view name, std::string_view options);
  KMeans(const JobSpec& spec, const RowStore& store);

  const JobSpec& spec() const override { return job_.spec; }
  std::size_t board_size() const override { return job_.layout.size; }
  std::size_t tasks() const override {
    return std::max(job_.options.batch_size > 0 ? job_.runs : 1, job_.shards.size());
  }
  double expected_seconds(double bytes) const override;
  std::vector<std::string> reasons() const override;
  std::unique_ptr<Worker> make_worker(RowStore& store, std::span<double> board) const override;
  Model train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
              const Model* start) const override;

 private:
  const double rows_;
  const KMeansJob job_;
};

}  // namespace quern
