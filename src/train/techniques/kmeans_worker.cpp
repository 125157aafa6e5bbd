#include "train/techniques/kmeans_worker.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <cmath>
#include <limits>

#include "linalg/vector_types.hpp"
#include "train/techniques/row_sample.hpp"

// Multiply-adds fuse where the processor has them.
#pragma GCC optimize("fp-contract=fast")

namespace quern {

namespace {

// sums of v (x - c) for the chosen c, and the sum of v |x - c|^2.
struct RowSums {
  const double* const* x;
  const double* v;
  const std::uint32_t* label;
  std::size_t count, features;
  const double* centroids;
  double* sums;
};

template <class V>
[[gnu::always_inline]] inline double add_rows(const RowSums& rows) {
  constexpr std::size_t chains = 4, width = lanes<V>;
  V squares[chains] = {};
  double square = 0;
  for (std::size_t i = 0; i < rows.count; ++i) {
    const double *x = rows.x[i], *c = rows.centroids + rows.label[i] * rows.features, v = rows.v[i];
    double* const sum = rows.sums + rows.label[i] * rows.features;
    std::size_t j = 0;
    for (; j + chains * width <= rows.features; j += chains * width)
      for (std::size_t k = 0; k < chains; ++k) {
        const std::size_t at = j + k * width;
        const V difference = load_unaligned<V>(x + at) - load_unaligned<V>(c + at), weighted = v * difference;
        squares[k] += weighted * difference;
        store_unaligned<V>(sum + at, load_unaligned<V>(sum + at) + weighted);
      }
    for (std::size_t k = 0; j + width <= rows.features; j += width, ++k) {
      const V difference = load_unaligned<V>(x + j) - load_unaligned<V>(c + j), weighted = v * difference;
      squares[k] += weighted * difference;
      store_unaligned<V>(sum + j, load_unaligned<V>(sum + j) + weighted);
    }
    for (; j < rows.features; ++j) {
      const double difference = x[j] - c[j], weighted = v * difference;
      square += weighted * difference;
      sum[j] += weighted;
    }
  }
  return sum_of((squares[0] + squares[1]) + (squares[2] + squares[3])) + square;
}

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] double add_rows_512(const RowSums& rows) {
  return add_rows<V8>(rows);
}
[[gnu::target("arch=x86-64-v3")]] double add_rows_256(const RowSums& rows) { return add_rows<V4>(rows); }
double add_rows_128(const RowSums& rows) { return add_rows<V2>(rows); }

// As different for each row and label as can be.
std::uint64_t mark(std::uint64_t row, std::uint32_t label) {
  std::uint64_t z = (row + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  return (z ^ (z >> 27)) * (label + 1);
}

}  // namespace

std::size_t kmeans_run_slot(const KMeansJob& job) { return head_size + 3 * job.clusters + job.run_size(); }

KMeansWorker::KMeansWorker(const KMeansJob& job, RowStore& store, std::span<double> board)
    : job_(job),
      store_(store),
      board_(board),
      reader_({}, store, {}),
      products_(job.runs),
      tile_products_(job.tiled ? job.runs : 0),
      moving_(job.tiled ? job.runs : 0),
      square_(job.runs, std::vector<double>(job.clusters)),
      wide_(store.format().narrow && !store.format().sparse ? largest_batch * job.features : 0) {}

// Sparse rows have no far-off columns, and zeros that a mean would fill.
void KMeansWorker::pack_centroids(const double* centroids, std::size_t count, RowProducts& products) {
  const std::size_t features = job_.features;
  weights_.resize(count * features);
  bias_.assign(count, 0.0);
  mean_.assign(features, 0.0);
  if (!store_.format().sparse)
    for (std::size_t c = 0; c < count; ++c)
      for (std::size_t j = 0; j < features; ++j)
        mean_[j] += (centroids[c * features + j] - mean_[j]) / static_cast<double>(c + 1);
  for (std::size_t c = 0; c < count; ++c)
    for (std::size_t j = 0; j < features; ++j) {
      const double w = weights_[c * features + j] = centroids[c * features + j] - mean_[j];
      bias_[c] -= w * (mean_[j] + w / 2);
    }
  products.pack(weights_, bias_, features);
  f_room_.resize(std::max(f_room_.size(), largest_batch * products.stride() / 8));
  f_ = f_room_.data()->values;
}

void KMeansWorker::pack(std::size_t run) {
  for (std::size_t c = 0; c < job_.clusters; ++c) square_[run][c] = square_of({centroid(run, c), job_.features});
  pack_centroids(centroid(run, 0), job_.clusters, products_[run]);
}

// Sets label_ of the rows in x_.
void KMeansWorker::find_nearest(const Batch& batch, const RowProducts& products) {
  const std::size_t count = batch.rows.size();
  if (!batch.format->sparse) {
    products.multiply(x_, count, f_, {batch.next, batch.format->dense_row_size()});
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      auto multiply = [&]<class T>(T) {
        const auto x = sparse_values<T>(*batch.format, batch.rows[i]);
        std::span<const double> values;
        if constexpr (sizeof(T) == sizeof(double)) {
          values = {x.values, x.entries};
        } else {
          entries_.assign(x.values, x.values + x.entries);
          values = entries_;
        }
        products.multiply({x.indices, x.entries}, values, f_ + i * products.stride());
      };
      batch.format->narrow ? multiply(float{}) : multiply(double{});
    }
  }
  double highest[largest_batch];
  products.largest(f_, count, label_, highest);
}

// x of dense rows, and v.
void KMeansWorker::read_batch(const Batch& batch) {
  const RowFormat& format = *batch.format;
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    v_[i] = weight_of(format, batch.rows[i]);
    if (format.sparse) continue;
    if (format.narrow) {
      double* const to = &wide_[i * format.features];
      std::ranges::copy(dense_values<float>(format, batch.rows[i]), to);
      x_[i] = to;
    } else {
      x_[i] = dense_values<double>(format, batch.rows[i]).data();
    }
  }
}

void KMeansWorker::add_rows(const Batch& batch, std::size_t run, double* head) {
  const std::size_t count = batch.rows.size();
  double* const weight = head + head_size;
  double* const sums = weight + job_.clusters;
  for (std::size_t i = 0; i < count; ++i) weight[label_[i]] += v_[i];
  if (!batch.format->sparse) {
    const int bits = best_vector_bits();
    const auto add = bits == 512 ? add_rows_512 : bits == 256 ? add_rows_256 : add_rows_128;
    head[head_inertia] += add({x_, v_, label_, count, job_.features, centroid(run, 0), sums});
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    head[head_inertia] += v_[i] * squared_distance(*batch.format, i, batch.rows[i], run, label_[i]);
    auto add = [&]<class T>(T) {
      const auto x = sparse_values<T>(*batch.format, batch.rows[i]);
      double* const sum = sums + label_[i] * job_.features;
      for (std::size_t e = 0; e < x.entries; ++e) sum[x.indices[e]] += v_[i] * static_cast<double>(x.values[e]);
    };
    batch.format->narrow ? add(float{}) : add(double{});
  }
}

double KMeansWorker::squared_distance(const RowFormat& format, std::size_t i, const std::byte* row, std::size_t run,
                                      std::size_t cluster) {
  const std::span<const double> c(centroid(run, cluster), job_.features);
  if (!format.sparse) return quern::squared_distance({x_[i], job_.features}, c);
  return sparse_squared_distance(format, row, c, square_[run][cluster]);
}

// The simplified silhouette compares distances to centroids: (b - a) / max(a, b), b to the second nearest.
void KMeansWorker::add_silhouettes(const Batch& batch, std::size_t run, double* head) {
  const RowProducts& products = products_[run];
  double* const weight = head + head_size;
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    const double* const f = f_ + i * products.stride();
    std::size_t second = job_.clusters;
    for (std::size_t c = 0; c < job_.clusters; ++c)
      if (c != label_[i] && (second == job_.clusters || f[c] > f[second])) second = c;
    const double a = squared_distance(*batch.format, i, batch.rows[i], run, label_[i]);
    weight[label_[i]] += v_[i];
    head[head_inertia] += v_[i] * a;
    if (second == job_.clusters) continue;
    const double b = squared_distance(*batch.format, i, batch.rows[i], run, second);
    if (std::max(a, b) > 0) head[head_silhouette] += v_[i] * (std::sqrt(b) - std::sqrt(a)) / std::sqrt(std::max(a, b));
  }
}

void KMeansWorker::assign(std::size_t task, bool evaluate) {
  const std::size_t run_slot = kmeans_run_slot(job_);
  double* const slot = board_.data() + job_.slot(task);
  std::fill_n(slot, job_.layout.slot_size, 0.0);
  std::vector<std::size_t> runs;
  for (std::size_t r = 0; r < job_.runs; ++r)
    if (evaluate || board_[job_.layout.active + r] != 0) {
      runs.push_back(r);
      pack(r);
    }
  std::vector<std::uint64_t> marks(job_.runs);
  std::uint64_t row = std::uint64_t{task} << 40;
  each_batch(store_, reader_, job_.shards[task], 1, Rows::all, [&](const Batch& batch) {
    read_batch(batch);
    for (const std::size_t r : runs) {
      double* const head = slot + r * run_slot;
      find_nearest(batch, products_[r]);
      if (evaluate) {
        add_silhouettes(batch, r, head);
      } else {
        add_rows(batch, r, head);
        for (std::size_t i = 0; i < batch.rows.size(); ++i) marks[r] += mark(row + i, label_[i]);
      }
    }
    row += batch.rows.size();
  });
  for (const std::size_t r : runs) slot[r * run_slot + head_changes] = std::bit_cast<double>(marks[r]);
}

namespace {

// The rows of the highest keys.
class BestRows {
 public:
  explicit BestRows(std::size_t wanted) : wanted_(wanted) {}

  bool takes(double key) const { return wanted_ > 0 && (found_.size() < wanted_ || key > found_.front().key); }
  void add(const RowFound& entry) {
    if (found_.size() == wanted_) {
      std::ranges::pop_heap(found_, lower);
      found_.pop_back();
    }
    found_.push_back(entry);
    std::ranges::push_heap(found_, lower);
  }
  void write(double* to) {
    std::ranges::sort_heap(found_, lower);
    found_.resize(wanted_);
    std::memcpy(to, found_.data(), wanted_ * sizeof(RowFound));
  }

 private:
  static bool lower(const RowFound& a, const RowFound& b) { return a.key > b.key; }
  std::size_t wanted_;
  std::vector<RowFound> found_;  // a heap, the lowest first
};

// Where a row lies, of those that each_batch goes through.
struct RowCounter {
  std::span<const RowStore::Block> blocks;
  std::size_t block, row = 0;

  void next() {
    if (++row == blocks[block].rows) ++block, row = 0;
  }
};

}  // namespace

void KMeansWorker::find_farthest(const Command& command, std::size_t task) {
  const auto run = static_cast<std::size_t>(command.numbers[0]);
  BestRows best(static_cast<std::size_t>(command.numbers[1]));
  pack(run);
  RowCounter at{store_.blocks(), job_.shards[task].from};
  each_batch(store_, reader_, job_.shards[task], 1, Rows::all, [&](const Batch& batch) {
    read_batch(batch);
    find_nearest(batch, products_[run]);
    for (std::size_t i = 0; i < batch.rows.size(); ++i, at.next()) {
      const double distance = squared_distance(*batch.format, i, batch.rows[i], run, label_[i]);
      if (distance > 0 && best.takes(distance))
        best.add({distance, static_cast<double>(at.block), static_cast<double>(at.row)});
    }
  });
  best.write(board_.data() + job_.slot(task));
}

// Rows without replacement, each with a weight of v times its squared distance: those of the highest log(u) / weight,
// u uniform (Efraimidis and Spirakis, Inf. Process. Lett. 97, 2006). u is a function of the row's number.
void KMeansWorker::draw(const Command& command, std::size_t task) {
  const auto fresh = static_cast<std::size_t>(command.numbers[draw_new]);
  const auto before = static_cast<std::size_t>(command.numbers[draw_before]);
  const auto wanted = static_cast<std::size_t>(command.numbers[draw_wanted]);
  const std::size_t features = job_.features;
  const double* const candidates = board_.data() + job_.layout.candidates;
  std::size_t first = 0;
  for (std::size_t s = 0; s < task; ++s) first += job_.shards[s].rows;
  double* nearest = board_.data() + job_.layout.nearest + first;
  double* closest = board_.data() + job_.layout.closest + first;
  double* const slot = board_.data() + job_.slot(task);
  std::fill_n(slot, job_.layout.slot_size, 0.0);

  std::vector<double> squares(fresh);
  for (std::size_t c = 0; c < fresh; ++c) squares[c] = square_of({candidates + c * features, features});
  pack_centroids(candidates, fresh, drawn_);
  BestRows best(wanted);
  RowCounter at{store_.blocks(), job_.shards[task].from};
  std::uint64_t number = first;
  each_batch(store_, reader_, job_.shards[task], 1, Rows::all, [&](const Batch& batch) {
    read_batch(batch);
    if (fresh > 0) find_nearest(batch, drawn_);
    for (std::size_t i = 0; i < batch.rows.size(); ++i, at.next(), ++number, ++nearest, ++closest) {
      if (fresh > 0) {
        const std::span<const double> c(candidates + label_[i] * features, features);
        const double distance = batch.format->sparse
                                    ? sparse_squared_distance(*batch.format, batch.rows[i], c, squares[label_[i]])
                                    : quern::squared_distance({x_[i], features}, c);
        if (before == 0 || distance < *nearest) {
          *nearest = distance;
          *closest = static_cast<double>(before + label_[i]);
        }
      }
      if (wanted == 0) {
        slot[static_cast<std::size_t>(*closest)] += v_[i];
      } else if (*nearest > 0) {
        RandomStream random(static_cast<std::uint64_t>(job_.options.seed), static_cast<std::uint64_t>(command.epoch),
                            number);
        const double u = (static_cast<double>(random.next() >> 11) + 0.5) * 0x1p-53;
        const double key = std::log(u) / (v_[i] * *nearest);
        if (best.takes(key)) best.add({key, static_cast<double>(at.block), static_cast<double>(at.row)});
      }
    }
  });
  if (wanted > 0) best.write(slot);
}

// After each batch a centroid moves to the mean of all rows that it has been the nearest one of.
void KMeansWorker::run_batches(const Command& command, std::size_t run) {
  const std::size_t features = job_.features, clusters = job_.clusters;
  const auto batch_size = static_cast<std::size_t>(job_.options.batch_size);
  double* const head = board_.data() + job_.slot(0) + run * kmeans_run_slot(job_);
  double* const weight = head + head_size;
  double* const sums = weight + clusters;
  double* const seen = board_.data() + job_.layout.steps + run * clusters;
  double* const centroids = board_.data() + job_.layout.centroids + run * job_.run_size();
  head[head_inertia] = 0;
  if (board_[job_.layout.active + run] == 0) return;

  const EpochOrder order = order_epoch("block_row_shuffle", static_cast<std::uint64_t>(job_.options.seed),
                                       command.epoch, store_, 1, usual_group_bytes);
  std::vector<const std::byte*> rows;
  for (const EpochOrder::Group& group : order.groups) {
    const auto gathered = reader_.gather(std::span(order.blocks).subspan(group.from, group.to - group.from), Rows::all);
    rows.assign(gathered.begin(), gathered.end());
    shuffle(std::span(rows), order.of_rows(group));
    for (std::size_t from = 0; from < rows.size(); from += batch_size) {
      const std::size_t to = std::min(rows.size(), from + batch_size);
      std::fill_n(weight, clusters + job_.run_size(), 0.0);
      pack(run);
      for (std::size_t at = from; at < to; at += largest_batch) {
        checkpoint();
        const Batch batch{&store_.format(), std::span(rows).subspan(at, std::min(largest_batch, to - at))};
        read_batch(batch);
        find_nearest(batch, products_[run]);
        add_rows(batch, run, head);
      }
      for (std::size_t c = 0; c < clusters; ++c) {
        if (weight[c] == 0) continue;
        seen[c] += weight[c];
        double* const centroid = centroids + c * features;
        for (std::size_t j = 0; j < features; ++j) {
          const double sum = sums[c * features + j];
          centroid[j] += (store_.format().sparse ? sum - weight[c] * centroid[j] : sum) / seen[c];
        }
      }
    }
  }
}

void KMeansWorker::perform(const Command& command, std::size_t task) {
  switch (static_cast<KMeansStep>(command.step)) {
    case KMeansStep::assign:
      return job_.tiled ? assign_tiles(command, task) : assign(task, false);
    case KMeansStep::evaluate:
      return job_.tiled ? assign_tiles(command, task) : assign(task, true);
    case KMeansStep::sum:
      return assign_tiles(command, task);
    case KMeansStep::farthest:
      return find_farthest(command, task);
    case KMeansStep::batches:
      return run_batches(command, task);
    case KMeansStep::draw:
      return draw(command, task);
  }
}

}  // namespace quern
