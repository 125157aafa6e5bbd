// Lloyd's iterations over rows in memory that are kept once more in float4 tiles (linalg/row_tiles.hpp).
//
// The first iteration makes the tiles and the sums of all rows. Later ones read the tiles alone, and of the rows only
// those whose cluster changed (which move from one sum to the other) or whose nearest centroid float4 cannot tell. A
// tile is not even read while all centroids have moved by less, in sum, than its rows were away from a boundary
// (Hamerly, SDM 2010, with one bound for sixteen rows). So clusters that lie apart cost nothing, and those that do not
// cost half of the bytes.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "linalg/vector_types.hpp"
#include "train/techniques/kmeans_worker.hpp"

// Multiply-adds fuse where the processor has them.
#pragma GCC optimize("fp-contract=fast")

namespace quern {

namespace {

// sums of v (x - shift): out of one cluster's, into that of another.
template <class T>
struct RowMove {
  const T* x;
  const double* shift;
  double v;
  std::size_t features;
  double *from, *to;
};

template <class V, class T>
[[gnu::always_inline]] inline void move_row(const RowMove<T>& move) {
  std::size_t j = 0;
  for (; j + lanes<V> <= move.features; j += lanes<V>) {
    const V z = move.v * (load_numbers<V>(move.x + j) - load_unaligned<V>(move.shift + j));
    store_unaligned<V>(move.from + j, load_unaligned<V>(move.from + j) - z);
    store_unaligned<V>(move.to + j, load_unaligned<V>(move.to + j) + z);
  }
  for (; j < move.features; ++j) {
    const double z = move.v * (static_cast<double>(move.x[j]) - move.shift[j]);
    move.from[j] -= z;
    move.to[j] += z;
  }
}

template <class T>
[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void move_row_512(const RowMove<T>& move) {
  move_row<V8>(move);
}
template <class T>
[[gnu::target("arch=x86-64-v3")]] void move_row_256(const RowMove<T>& move) {
  move_row<V4>(move);
}
template <class T>
void move_row_128(const RowMove<T>& move) {
  move_row<V2>(move);
}

// |x - a|^2 and |x - b|^2.
struct RowPair {
  const double *x, *a, *b;
  std::size_t features;
  double to_a, to_b;
};

template <class V>
[[gnu::always_inline]] inline void measure(RowPair& pair) {
  V a[2] = {}, b[2] = {};
  std::size_t j = 0;
  for (; j + 2 * lanes<V> <= pair.features; j += 2 * lanes<V>)
    for (std::size_t k = 0; k < 2; ++k) {
      const std::size_t at = j + k * lanes<V>;
      const V x = load_unaligned<V>(pair.x + at);
      const V to_a = x - load_unaligned<V>(pair.a + at), to_b = x - load_unaligned<V>(pair.b + at);
      a[k] += to_a * to_a;
      b[k] += to_b * to_b;
    }
  pair.to_a = sum_of(a[0] + a[1]);
  pair.to_b = sum_of(b[0] + b[1]);
  for (; j < pair.features; ++j) {
    pair.to_a += (pair.x[j] - pair.a[j]) * (pair.x[j] - pair.a[j]);
    pair.to_b += (pair.x[j] - pair.b[j]) * (pair.x[j] - pair.b[j]);
  }
}

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void measure_512(RowPair& pair) { measure<V8>(pair); }
[[gnu::target("arch=x86-64-v3")]] void measure_256(RowPair& pair) { measure<V4>(pair); }
void measure_128(RowPair& pair) { measure<V2>(pair); }

void fetch(const std::byte* record, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += 64) __builtin_prefetch(record + at, 0, 2);
}

}  // namespace

// The records of a shard by their number.
class KMeansWorker::Records {
 public:
  Records(RowStore& store, const Shard& shard) : store_(store) {
    for (std::size_t b = shard.from; b < shard.to; ++b) {
      blocks_.push_back({rows_, store.load(b, nullptr), store.blocks()[b].bytes});
      rows_ += store.blocks()[b].rows;
    }
    blocks_.push_back({rows_, nullptr, 0});
  }
  std::size_t rows() const { return rows_; }
  const std::byte* operator[](std::size_t row) {
    while (row >= blocks_[at_ + 1].first) ++at_;
    while (row < blocks_[at_].first) --at_;
    const Block& block = blocks_[at_];
    return BlockView(store_.format(), block.bytes, block.size).row(row - block.first);
  }

 private:
  struct Block {
    std::size_t first;
    const std::byte* bytes;
    std::size_t size;
  };
  RowStore& store_;
  std::vector<Block> blocks_;
  std::size_t rows_ = 0, at_ = 0;
};

// Of the rows whose numbers are in the list.
void KMeansWorker::read_rows(Records& records, std::span<const std::uint32_t> rows) {
  const RowFormat& format = store_.format();
  for (std::size_t i = 0; i < rows.size(); ++i) records_[i] = records[rows[i]];
  read_batch({&format, std::span(records_).first(rows.size()), {}});
}

void KMeansWorker::move_rows(std::size_t run, double* head) {
  const RowFormat& format = store_.format();
  const std::size_t features = job_.features, clusters = job_.clusters;
  double *const weight = head + head_size, *const sums = weight + clusters, *const counts = sums + job_.run_size(),
                *const moved = counts + clusters;
  const int bits = best_vector_bits();
  for (const Moving& row : moving_[run]) {
    const double v = weight_of(format, row.record);
    auto move = [&]<class T>(T) {
      const RowMove<T> one{dense_values<T>(format, row.record).data(),
                           board_.data() + job_.layout.shift,
                           v,
                           features,
                           sums + row.from * features,
                           sums + row.to * features};
      (bits == 512 ? move_row_512<T> : bits == 256 ? move_row_256<T> : move_row_128<T>)(one);
    };
    format.narrow ? move(float{}) : move(double{});
    weight[row.from] -= v;
    weight[row.to] += v;
    counts[row.from] -= 1;
    counts[row.to] += 1;
    moved[row.from] += v * (1 + row.norm);
    moved[row.to] += v * (1 + row.norm);
  }
  head[head_changes] += static_cast<double>(moving_[run].size());
  moving_[run].clear();
}

// The rows in `list`, by the products of doubles: sets label_.
void KMeansWorker::decide(Records& records, std::span<const std::uint32_t> list, std::size_t run) {
  read_rows(records, list);
  find_nearest({&store_.format(), std::span(records_).first(list.size()), {}}, products_[run]);
}

void KMeansWorker::assign_tiles(const Command& command, std::size_t task) {
  constexpr std::size_t together = TileProducts::most_tiles * tile_rows;
  static_assert(together == largest_batch);
  const auto step = static_cast<KMeansStep>(command.step);
  const bool first = step == KMeansStep::assign && command.epoch == 1;
  const std::size_t features = job_.features, clusters = job_.clusters, tile_numbers = tile_size(features);
  const RowFormat& format = store_.format();
  const double* const shift = board_.data() + job_.layout.shift;
  const double scale = board_[job_.layout.scale];
  const std::size_t first_tile = job_.tiles_before(task), all_tiles = job_.tiles_before(job_.shards.size());
  float* const tiles = job_.tiles(board_) + first_tile * tile_numbers;
  double* const slot = board_.data() + job_.slot(task);
  std::fill_n(slot, job_.layout.slot_size, 0.0);

  std::vector<std::size_t> runs;
  for (std::size_t r = 0; r < job_.runs; ++r)
    if (step == KMeansStep::evaluate || (step == KMeansStep::sum ? r == static_cast<std::size_t>(command.numbers[0])
                                                                 : board_[job_.layout.active + r] != 0)) {
      runs.push_back(r);
      pack(r);
      tile_products_[r].pack({centroid(r, 0), job_.run_size()}, features, {shift, features}, scale);
    }

  Records records(store_, job_.shards[task]);
  const std::size_t rows = records.rows();
  std::vector<std::uint32_t> unsure;
  for (std::size_t from = 0; from < rows; from += together) {
    checkpoint();
    const std::size_t to = std::min(rows, from + together);
    float* const here = tiles + from / tile_rows * tile_numbers;
    std::uint32_t numbers[together];
    for (std::size_t i = 0; i < together; ++i) numbers[i] = static_cast<std::uint32_t>(std::min(from + i, to - 1));
    if (first || step != KMeansStep::assign)
      for (std::size_t i = to; i < std::min(rows, to + together); ++i) fetch(records[i], format.dense_row_size());
    if (first) {
      read_rows(records, numbers);  // the last one again to fill a tile
      for (std::size_t t = 0; t * tile_rows < to - from; ++t)
        fill_tile({x_ + t * tile_rows, shift, scale, features, here + t * tile_numbers});
    }
    for (const std::size_t r : runs) {
      double* const head = slot + r * kmeans_run_slot(job_);
      auto* const labels = reinterpret_cast<std::uint32_t*>(board_.data() + job_.layout.labels) +
                           (r * all_tiles + first_tile) * tile_rows + from;
      double* const limits = board_.data() + job_.layout.limits + r * all_tiles + first_tile + from / tile_rows;
      const double moved = board_[job_.layout.moved + r];

      if (step != KMeansStep::sum) {
        const float *hot[TileProducts::most_tiles], *next[TileProducts::most_tiles];
        std::size_t which[TileProducts::most_tiles], count = 0;
        for (std::size_t t = 0; t * tile_rows < to - from; ++t) {
          if (step == KMeansStep::assign && !first && moved < limits[t]) continue;
          const std::size_t later = t + TileProducts::most_tiles;
          const bool needed =
              from + later * tile_rows < rows && !first && !(step == KMeansStep::assign && moved < limits[later]);
          next[count] = here + (needed ? later : t) * tile_numbers;
          hot[count] = here + t * tile_numbers;
          which[count++] = t;
        }
        if (count == 0) continue;
        const bool second = step == KMeansStep::evaluate && clusters > 1;
        tile_products_[r].find({hot, count}, {next, count}, second, found_);
        if (step == KMeansStep::evaluate) {
          add_silhouettes(records, std::span(numbers).first(to - from), r, head);
          continue;
        }
        move_rows(r, head);
        unsure.clear();
        auto assign = [&](std::size_t row, std::uint32_t cluster) {
          if (!first && labels[row - from] != cluster) {
            const std::byte* const record = records[row];
            fetch(record, format.dense_row_size());
            const float norm = here[(row - from) / tile_rows * tile_numbers + features * tile_rows + row % tile_rows];
            moving_[r].push_back({record, labels[row - from], cluster, norm});
          }
          labels[row - from] = cluster;
        };
        for (std::size_t n = 0; n < count; ++n) {
          const std::size_t start = which[n] * tile_rows;
          limits[which[n]] = moved + static_cast<double>(found_.least[n]);
          const bool whole = from + start + tile_rows <= to && found_.least[n] > 0;
          if (whole && std::memcmp(labels + start, found_.nearest + n * tile_rows, tile_rows * sizeof *labels) == 0)
            continue;
          for (std::size_t i = 0; i < tile_rows && from + start + i < to; ++i) {
            if (found_.sure(n * tile_rows + i))
              assign(from + start + i, found_.nearest[n * tile_rows + i]);
            else
              unsure.push_back(static_cast<std::uint32_t>(from + start + i));
          }
        }
        if (!unsure.empty()) {
          decide(records, unsure, r);
          for (std::size_t i = 0; i < unsure.size(); ++i) assign(unsure[i], label_[i]);
        }
      }
      if (first || step == KMeansStep::sum) {
        read_rows(records, std::span(numbers).first(to - from));
        std::copy_n(labels, to - from, label_);
        double* const counts = head + head_size + clusters + job_.run_size();
        for (std::size_t i = 0; i < to - from; ++i) counts[label_[i]] += 1;
        add_rows({&format, std::span(records_).first(to - from), {}}, r, head);
      }
    }
  }
  for (const std::size_t r : runs) move_rows(r, slot + r * kmeans_run_slot(job_));
}

// Of rows that find() has looked at with their second nearest centroid.
void KMeansWorker::add_silhouettes(Records& records, std::span<const std::uint32_t> rows, std::size_t run,
                                   double* head) {
  read_rows(records, rows);
  const Batch batch{&store_.format(), std::span(records_).first(rows.size()), {}};
  bool sure = job_.clusters > 1;
  for (std::size_t i = 0; i < rows.size(); ++i) sure = sure && found_.sure(i);
  if (!sure) {
    find_nearest(batch, products_[run]);
    return add_silhouettes(batch, run, head);
  }
  const int bits = best_vector_bits();
  const auto distances = bits == 512 ? measure_512 : bits == 256 ? measure_256 : measure_128;
  double* const weight = head + head_size;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    RowPair pair{x_[i], centroid(run, found_.nearest[i]), centroid(run, found_.second[i]), job_.features, 0, 0};
    distances(pair);
    weight[found_.nearest[i]] += v_[i];
    head[head_inertia] += v_[i] * pair.to_a;
    const double larger = std::max(pair.to_a, pair.to_b);
    if (larger > 0) head[head_silhouette] += v_[i] * (std::sqrt(pair.to_b) - std::sqrt(pair.to_a)) / std::sqrt(larger);
  }
}

}  // namespace quern
