#include "train/techniques/kmeans_start.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "train/techniques/centroids.hpp"

namespace quern {

namespace {

constexpr std::uint64_t starts_stream = 1, candidates_stream = 2;

RandomStream stream_of(const KMeansJob& job, std::size_t run) {
  return {static_cast<std::uint64_t>(job.options.seed), run, starts_stream};
}

Command draw_command(std::size_t round, std::size_t fresh, std::size_t before, std::size_t wanted) {
  Command command{.operation = Operation::technique,
                  .epoch = static_cast<std::int64_t>(round),
                  .step = static_cast<std::int64_t>(KMeansStep::draw)};
  command.numbers[draw_new] = static_cast<double>(fresh);
  command.numbers[draw_before] = static_cast<double>(before);
  command.numbers[draw_wanted] = static_cast<double>(wanted);
  return command;
}

// k-means||: a few rounds draw rows in proportion to their squared distance from those drawn so far, twice as many as
// there will be centroids in each; the rows drawn, weighted with the rows that they are closest to, are then few enough
// for k-means++. Bahmani et al., PVLDB 5, 2012. A sample of the candidates alone, so that it has `weight`.
MemoryStore draw_candidates(const KMeansJob& job, RowStore& store, Crew& crew, const RowSample& sample) {
  const std::size_t features = job.features, tasks = job.shards.size(), wanted = job.drawn_rows();
  double* const board = crew.board().data();
  std::vector<double> candidates(features);
  RandomStream random(static_cast<std::uint64_t>(job.options.seed), 0, candidates_stream);
  write_row(sample.format(), sample.row(random.below(sample.size())), candidates);

  std::size_t fresh = 1, before = 0;
  for (std::size_t round = 0; round < oversampling_rounds && fresh > 0; ++round) {
    std::copy_n(&candidates[before * features], fresh * features, board + job.layout.candidates);
    crew.run(draw_command(round, fresh, before, wanted), tasks);
    std::vector<RowFound> found;
    for (std::size_t t = 0; t < tasks; ++t) {
      const auto* const list = reinterpret_cast<const RowFound*>(board + job.slot(t));
      found.insert(found.end(), list, list + wanted);
    }
    std::ranges::stable_sort(found, std::greater{}, &RowFound::key);
    std::erase_if(found, [](const RowFound& row) { return row.key == -HUGE_VAL; });
    if (found.size() > wanted) found.resize(wanted);
    const std::vector<double> rows = rows_at(store, found);
    candidates.insert(candidates.end(), rows.begin(), rows.end());
    before += fresh;
    fresh = found.size();
  }
  const std::size_t count = before + fresh;
  std::copy_n(&candidates[before * features], fresh * features, board + job.layout.candidates);
  crew.run(draw_command(0, fresh, before, 0), tasks);

  RowFormat format = store.format();
  format.weighted = true;
  format.narrow = false;
  MemoryStore result(format);
  for (std::size_t c = 0; c < count; ++c) {
    double weight = 0;
    for (std::size_t t = 0; t < tasks; ++t) weight += board[job.slot(t) + c];
    result.append(0, weight, Features(std::span<const double>(&candidates[c * features], features)));
  }
  return result;
}

}  // namespace

std::vector<double> rows_at(RowStore& store, std::vector<RowFound>& found) {
  const std::size_t features = store.format().features;
  std::ranges::sort(found, std::less{}, [](const RowFound& row) { return std::pair(row.block, row.row); });
  std::vector<double> rows(found.size() * features);
  std::vector<std::byte> room;
  const std::byte* at = nullptr;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto block = static_cast<std::size_t>(found[i].block);
    const std::size_t bytes = store.blocks()[block].bytes;
    if (i == 0 || found[i].block != found[i - 1].block) {
      checkpoint();
      if (!store.resident()) room.resize(bytes);
      at = store.load(block, room.data());
    }
    const BlockView view(store.format(), at, bytes);
    write_row(store.format(), view.row(static_cast<std::size_t>(found[i].row)),
              std::span(rows).subspan(i * features, features));
  }
  return rows;
}

void start_centroids(const KMeansJob& job, RowStore& store, Crew& crew, const RowSample& sample) {
  double* to = crew.board().data() + job.layout.centroids;
  if (!job.options.centroids.empty()) {
    for (const std::vector<double>& centroid : job.options.centroids) to = std::ranges::copy(centroid, to).out;
    return;
  }
  if (job.oversamples()) {
    MemoryStore candidates = draw_candidates(job, store, crew, sample);
    if (candidates.rows() >= job.clusters) {
      const RowSample all(candidates, candidates.rows(), candidates.rows(), 0);
      for (std::size_t r = 0; r < job.runs; ++r) {
        std::vector<double> centroids = spread_centroids(all, job.clusters, stream_of(job, r));
        improve_centroids(all, centroids, 10);
        to = std::ranges::copy(centroids, to).out;
      }
      return;
    }  // fewer different rows than centroids
  }
  for (std::size_t r = 0; r < job.runs; ++r)
    to = std::ranges::copy(job.options.init == "random" ? random_centroids(sample, job.clusters, stream_of(job, r))
                                                        : spread_centroids(sample, job.clusters, stream_of(job, r)),
                           to)
             .out;
}

}  // namespace quern
