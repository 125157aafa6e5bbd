// Passes of k-means over the rows of a shard, each leaving its sums in the shard's slot.
//
// A slot holds for each run a head, the weights of the clusters, and their sums of v (x - c); of sparse rows v x. Where
// there are tiles, these are of the first iteration; later ones leave what the rows that changed their cluster add to
// the weights and to the sums of v (x - shift), to the numbers of rows, and sums of v (1 + |z|) of what came and went:
// what the sums may have lost digits by.
#pragma once

#include <cmath>
#include <vector>

#include "linalg/row_products.hpp"
#include "linalg/row_tiles.hpp"
#include "train/row_batches.hpp"
#include "train/techniques/kmeans.hpp"

namespace quern {

enum class KMeansStep : std::int64_t {
  assign,    // of active runs
  evaluate,  // of all: the inertia, the weights of the clusters, sums of silhouettes; no sums of rows
  sum,       // of run numbers[0], in tiles: of all rows, by the labels they have
  farthest,  // of run numbers[0]: the numbers[1] rows that are farthest from their centroid, as RowFound
  batches,   // of run `task`: an epoch, in batches
  draw,      // k-means||: rows by their distance to the candidates, after a look at the new ones on the board
};

enum KMeansHead : std::size_t {
  head_inertia,     // sum of v |x - c|^2
  head_changes,     // bits of a checksum: the same if every row has the same centroid. Of tiles: rows that changed it
  head_silhouette,  // evaluate: sum of v times the simplified silhouette
  head_size
};

// Of the lists that farthest and draw leave in the slot, in the order of their keys from the highest on.
struct RowFound {
  double key = -HUGE_VAL;  // -infinity: there is no more
  double block = 0, row = 0;
};

// What Command::numbers say to draw.
enum DrawNumber : std::size_t {
  draw_new,     // candidates on the board
  draw_before,  // those of earlier rounds
  draw_wanted,  // rows; if 0, instead of a list, the weight of the rows that each candidate is the closest one of
};

std::size_t kmeans_run_slot(const KMeansJob& job);

class KMeansWorker final : public Worker {
 public:
  // All outlive the worker.
  KMeansWorker(const KMeansJob& job, RowStore& store, std::span<double> board);
  void perform(const Command& command, std::size_t task) override;

 private:
  struct alignas(64) Line {
    double values[8];
  };

  class Records;
  // A row that changed its cluster.
  struct Moving {
    const std::byte* record;
    std::uint32_t from, to;
    float norm;  // |z|
  };

  void read_batch(const Batch& batch);
  void pack(std::size_t run);
  void pack_centroids(const double* centroids, std::size_t count, RowProducts& products);
  void find_nearest(const Batch& batch, const RowProducts& products);
  void assign(std::size_t task, bool evaluate);
  void add_rows(const Batch& batch, std::size_t run, double* head);
  void add_silhouettes(const Batch& batch, std::size_t run, double* head);
  void assign_tiles(const Command& command, std::size_t task);
  void read_rows(Records& records, std::span<const std::uint32_t> rows);
  void decide(Records& records, std::span<const std::uint32_t> list, std::size_t run);
  void move_rows(std::size_t run, double* head);
  void add_silhouettes(Records& records, std::span<const std::uint32_t> rows, std::size_t run, double* head);
  void find_farthest(const Command& command, std::size_t task);
  void draw(const Command& command, std::size_t task);
  void run_batches(const Command& command, std::size_t run);
  double squared_distance(const RowFormat& format, std::size_t i, const std::byte* row, std::size_t run,
                          std::size_t cluster);
  const double* centroid(std::size_t run, std::size_t cluster) const {
    return board_.data() + job_.layout.centroids + run * job_.run_size() + cluster * job_.features;
  }

  const KMeansJob& job_;
  RowStore& store_;
  std::span<double> board_;
  RowReader reader_;
  std::vector<RowProducts> products_;        // of each run
  std::vector<TileProducts> tile_products_;  // of each run, where there are tiles
  std::vector<std::vector<Moving>> moving_;  // of each run: fetched, not yet added
  TileProducts::Found found_;
  const std::byte* records_[largest_batch];
  std::vector<std::vector<double>> square_;    // of each run: |c|^2
  std::vector<double> weights_, bias_, mean_;  // to pack
  std::vector<double> wide_;                   // float4 rows as doubles
  std::vector<double> entries_;                // of a sparse row of float4
  RowProducts drawn_;                          // of candidates
  std::vector<Line> f_room_;
  double* f_ = nullptr;  // products of a batch
  const double* x_[largest_batch];
  double v_[largest_batch];
  std::uint32_t label_[largest_batch];
};

}  // namespace quern
