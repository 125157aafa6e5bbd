#include "train/techniques/kmeans.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "base/text.hpp"
#include "train/techniques/centroids.hpp"
#include "train/techniques/kmeans_start.hpp"
#include "train/techniques/kmeans_worker.hpp"
#include "train/training_log.hpp"

namespace quern {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_numbers = 100'000'000;  // of all centroids
constexpr std::size_t most_tile_features = 4096;   // beyond, too few answers of float4 are sure
constexpr double most_drift = 1e-12;               // of sums, in the deviation of a row from its centroid
constexpr double least_left = 1e-5;                // of squares about the shift: an inertia of less has lost digits
constexpr std::size_t most_moved = 64;             // empty clusters of a run in one iteration
constexpr std::int64_t usual_clusters = 8;
constexpr double usual_iterations = 20;
constexpr double multiplication_speed = 1e10;  // a second, of x and centroids

[[noreturn]] void refuse(const std::string& what, std::string hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat("kmeans: ", what), std::move(hint), fault);
}

void check_inertia(double inertia) {
  if (!std::isfinite(inertia))
    refuse("squared distances leave the range of double precision", "Scale the columns.", Fault::out_of_range);
}

KMeansOptions read_kmeans_options(std::string_view text) {
  KMeansOptions options = parse_options<KMeansOptions>("kmeans", text);
  const auto given = static_cast<std::int64_t>(options.centroids.size());
  if (given > 0 && options.n_clusters > 0 && options.n_clusters != given)
    refuse(concat("option \"n_clusters\" is ", options.n_clusters, ", but ", given, " centroids are given"));
  if (given > 0 && options.n_init > 1)
    refuse("option \"n_init\" is for starts that are drawn", "With given centroids there is one start.");
  if (options.n_clusters == 0) options.n_clusters = given > 0 ? given : usual_clusters;
  return options;
}

// A run as the leader sees it.
struct Run {
  std::vector<double> weight;  // of clusters
  double inertia = nan;
  std::uint64_t assignment = 0;
  std::int64_t iterations = 0;
  bool converged = false;
  // Of tiles: sums of v (x - base) of each cluster, its rows, what the sums may have lost, and the sum of v
  // |x - shift|^2.
  std::vector<double> base;
  std::vector<long double> sums;
  std::vector<double> rows, lost;
  long double square = 0;
};

class Leader {
 public:
  Leader(const KMeansJob& job, RowStore& store, Crew& crew, Observer& observer)
      : job_(job), store_(store), crew_(crew), observer_(observer), board_(crew.board()), runs_(job.runs) {}

  // Until every run has converged, or stops.
  void iterate(double still);
  void iterate_batches(double still);
  std::size_t evaluate();  // the best run
  double silhouette(std::size_t run) const;

  const Run& run(std::size_t r) const { return runs_[r]; }
  std::span<const double> centroids(std::size_t r) const {
    return board_.subspan(job_.layout.centroids + r * job_.run_size(), job_.run_size());
  }
  const TrainingLog& log() const { return log_; }

 private:
  double* head(std::size_t shard, std::size_t run) const {
    return &board_[job_.slot(shard) + run * kmeans_run_slot(job_)];
  }
  double sum(std::size_t run, std::size_t at) const {
    double total = 0;
    for (std::size_t s = 0; s < job_.shards.size(); ++s) total += head(s, run)[at];
    return total;
  }
  void perform(KMeansStep step, std::size_t tasks, std::int64_t epoch, double first = 0, double second = 0) {
    crew_.run({.operation = Operation::technique,
               .epoch = epoch,
               .step = static_cast<std::int64_t>(step),
               .numbers = {first, second}},
              tasks);
  }
  std::size_t active() const {
    return static_cast<std::size_t>(
        std::count(&board_[job_.layout.active], &board_[job_.layout.active] + job_.runs, 1));
  }
  void read_weights(std::size_t run);
  void take_sums(std::size_t run);
  bool take_changes(std::size_t run);
  void note_moves(std::size_t run, std::span<const double> before);
  double move(std::size_t run);
  std::size_t fill_empty(std::size_t run);
  void report(std::int64_t iteration);
  bool out_of_time() const { return job_.options.max_seconds > 0 && observer_.seconds() >= job_.options.max_seconds; }

  const KMeansJob& job_;
  RowStore& store_;
  Crew& crew_;
  Observer& observer_;
  std::span<double> board_;
  std::vector<Run> runs_;
  TrainingLog log_;
};

void Leader::read_weights(std::size_t r) {
  runs_[r].inertia = sum(r, head_inertia);
  check_inertia(runs_[r].inertia);
  runs_[r].weight.resize(job_.clusters);
  for (std::size_t c = 0; c < job_.clusters; ++c) runs_[r].weight[c] = sum(r, head_size + c);
}

// Of tiles: from sums of v (x - c) of all rows. Of two centroids the square about the shift is the sum of that about
// each and that of its distance.
void Leader::take_sums(std::size_t r) {
  Run& run = runs_[r];
  const double* const shift = &board_[job_.layout.shift];
  const std::size_t features = job_.features, k = job_.clusters;
  read_weights(r);
  run.base.assign(centroids(r).begin(), centroids(r).end());
  run.sums.resize(job_.run_size());
  run.rows.resize(k);
  run.lost.assign(k, 0.0);
  run.square = run.inertia;
  for (std::size_t c = 0; c < k; ++c) {
    checkpoint();
    run.rows[c] = sum(r, head_size + k + job_.run_size() + c);
    for (std::size_t j = 0; j < features; ++j) {
      const long double away = static_cast<long double>(centroids(r)[c * features + j]) - shift[j];
      const long double about = sum(r, head_size + k + c * features + j);
      run.sums[c * features + j] = about;
      run.square += away * (2 * about + run.weight[c] * away);
    }
  }
}

// Of tiles: what the rows that changed their cluster add. Returns if too many digits may be lost by now.
bool Leader::take_changes(std::size_t r) {
  constexpr double rounding = 0x1p-53;
  Run& run = runs_[r];
  const double *const shift = &board_[job_.layout.shift], scale = board_[job_.layout.scale];
  const std::size_t features = job_.features, k = job_.clusters;
  double total = 0;
  long double inertia = run.square;
  for (std::size_t c = 0; c < k; ++c) {
    checkpoint();
    const double came = sum(r, head_size + c);
    run.weight[c] += came;
    run.rows[c] += sum(r, head_size + k + job_.run_size() + c);
    run.lost[c] += rounding * sum(r, head_size + 2 * k + job_.run_size() + c);
    const bool empty = run.rows[c] == 0;
    if (empty) run.weight[c] = run.lost[c] = 0;
    total += run.weight[c];
    for (std::size_t j = 0; j < features; ++j) {
      long double& sums = run.sums[c * features + j];
      const long double base = static_cast<long double>(run.base[c * features + j]) - shift[j];
      const long double away = static_cast<long double>(centroids(r)[c * features + j]) - shift[j];
      sums = empty ? 0 : sums + (sum(r, head_size + k + c * features + j) - came * base);
      inertia -= away * (2 * sums + run.weight[c] * (2 * base - away));
    }
  }
  run.inertia = inertia < 0 ? 0 : static_cast<double>(inertia);
  check_inertia(run.inertia);
  if (run.inertia < least_left * static_cast<double>(run.square)) return true;
  const double deviation = std::sqrt(run.inertia / total) * scale;
  for (std::size_t c = 0; c < k; ++c)
    if (!(run.lost[c] <= most_drift * deviation * run.weight[c])) return true;
  return false;
}

// Of tiles: a boundary comes no closer to a row than the two centroids that moved most do.
void Leader::note_moves(std::size_t r, std::span<const double> before) {
  double first = 0, second = 0;
  for (std::size_t c = 0; c < job_.clusters; ++c) {
    double square = 0;
    for (std::size_t j = c * job_.features; j < (c + 1) * job_.features; ++j) {
      const double z = (centroids(r)[j] - before[j]) * board_[job_.layout.scale];
      square += z * z;
    }
    second = std::max(second, std::min(first, square));
    first = std::max(first, square);
  }
  board_[job_.layout.moved + r] += (std::sqrt(first) + std::sqrt(second)) * (1 + 1e-9);
}

// To the means of their rows. Returns the sum of the squares of the moves.
double Leader::move(std::size_t r) {
  const bool sparse = store_.format().sparse;
  double* const centroids = &board_[job_.layout.centroids + r * job_.run_size()];
  double moved = 0;
  for (std::size_t c = 0; c < job_.clusters; ++c) {
    const double weight = runs_[r].weight[c];
    checkpoint();
    if (weight == 0) continue;
    for (std::size_t j = 0; j < job_.features; ++j) {
      double& centroid = centroids[c * job_.features + j];
      if (job_.tiled) {
        const std::size_t at = c * job_.features + j;
        const auto mean = static_cast<double>(runs_[r].base[at] + runs_[r].sums[at] / weight);
        moved += (mean - centroid) * (mean - centroid);
        centroid = mean;
        continue;
      }
      const double mean = sum(r, head_size + job_.clusters + c * job_.features + j) / weight;
      const double step = sparse ? mean - centroid : mean;
      moved += step * step;
      centroid += step;
    }
  }
  return moved;
}

// Clusters without rows move to the rows that are farthest from their centroids. Returns how many did.
std::size_t Leader::fill_empty(std::size_t r) {
  std::vector<std::size_t> empty;
  for (std::size_t c = 0; c < job_.clusters; ++c)
    if (runs_[r].weight[c] == 0) empty.push_back(c);
  if (empty.empty()) return 0;
  const std::size_t wanted = std::min(empty.size(), most_moved);
  perform(KMeansStep::farthest, job_.shards.size(), 0, static_cast<double>(r), static_cast<double>(wanted));
  std::vector<RowFound> found;
  for (std::size_t s = 0; s < job_.shards.size(); ++s) {
    const auto* const list = reinterpret_cast<const RowFound*>(&board_[job_.slot(s)]);
    found.insert(found.end(), list, list + wanted);
  }
  std::ranges::stable_sort(found, std::greater{}, &RowFound::key);
  found.resize(wanted);
  std::erase_if(found, [](const RowFound& row) { return !(row.key > 0); });
  const std::vector<double> rows = rows_at(store_, found);
  for (std::size_t i = 0; i < found.size(); ++i)
    std::copy_n(&rows[i * job_.features], job_.features,
                &board_[job_.layout.centroids + r * job_.run_size() + empty[i] * job_.features]);
  return found.size();
}

void Leader::report(std::int64_t iteration) {
  double least = std::numeric_limits<double>::infinity();
  for (const Run& run : runs_) least = std::min(least, run.inertia);
  const LogEntry entry{iteration, observer_.seconds(), least, nan, nan, static_cast<double>(store_.rows())};
  log_.add(entry);
  observer_.report(entry);
}

void Leader::iterate(double still) {
  std::vector<double> before;
  for (std::int64_t iteration = 1; active() > 0; ++iteration) {
    perform(KMeansStep::assign, job_.shards.size(), iteration);
    std::vector<std::size_t> moving;
    for (std::size_t r = 0; r < job_.runs; ++r)
      if (board_[job_.layout.active + r] != 0) moving.push_back(r);
    std::vector<std::size_t> drifted;
    for (const std::size_t r : moving) {
      Run& run = runs_[r];
      run.iterations = iteration;
      if (job_.tiled) {
        run.converged = iteration > 1 && sum(r, head_changes) == 0;
        if (iteration == 1)
          take_sums(r);
        else if (take_changes(r))
          drifted.push_back(r);
        continue;
      }
      std::uint64_t assignment = 0;
      for (std::size_t s = 0; s < job_.shards.size(); ++s)
        assignment += std::bit_cast<std::uint64_t>(head(s, r)[head_changes]);
      run.converged = iteration > 1 && assignment == run.assignment;
      run.assignment = assignment;
      read_weights(r);
    }
    for (const std::size_t r : drifted) {
      perform(KMeansStep::sum, job_.shards.size(), 0, static_cast<double>(r));
      take_sums(r);
    }
    std::vector<double> moved(job_.runs);
    const auto all = board_.subspan(job_.layout.centroids, job_.runs * job_.run_size());
    before.assign(all.begin(), all.end());
    for (const std::size_t r : moving) moved[r] = move(r);
    for (const std::size_t r : moving) {  // after all have read their slots, which this overwrites
      Run& run = runs_[r];
      if (fill_empty(r) > 0)
        run.converged = false;
      else
        run.converged = run.converged || moved[r] <= still;
      if (job_.tiled) note_moves(r, std::span(before).subspan(r * job_.run_size(), job_.run_size()));
      if (run.converged || iteration == job_.options.max_iter || out_of_time()) board_[job_.layout.active + r] = 0;
    }
    report(iteration);
  }
}

void Leader::iterate_batches(double still) {
  std::vector<double> before;
  for (std::int64_t epoch = 1; active() > 0; ++epoch) {
    const auto all = board_.subspan(job_.layout.centroids, job_.runs * job_.run_size());
    before.assign(all.begin(), all.end());
    perform(KMeansStep::batches, job_.runs, epoch);
    for (std::size_t r = 0; r < job_.runs; ++r) {
      if (board_[job_.layout.active + r] == 0) continue;
      double moved = 0;
      for (std::size_t i = r * job_.run_size(); i < (r + 1) * job_.run_size(); ++i)
        moved += (all[i] - before[i]) * (all[i] - before[i]);
      runs_[r].iterations = epoch;
      runs_[r].inertia = head(0, r)[head_inertia];  // met on the way
      check_inertia(runs_[r].inertia);
      runs_[r].converged = moved <= still;
      if (runs_[r].converged || epoch == job_.options.max_iter || out_of_time()) board_[job_.layout.active + r] = 0;
    }
    report(epoch);
  }
}

std::size_t Leader::evaluate() {
  perform(KMeansStep::evaluate, job_.shards.size(), 0);
  std::size_t best = 0;
  for (std::size_t r = 0; r < job_.runs; ++r) {
    read_weights(r);
    if (runs_[r].inertia < runs_[best].inertia) best = r;
  }
  return best;
}

double Leader::silhouette(std::size_t r) const {
  double weight = 0;
  for (const double w : runs_[r].weight) weight += w;
  return job_.clusters > 1 ? sum(r, head_silhouette) / weight : nan;
}

void check_start(const KMeansJob& job, const Model& start) {
  const Parameter* const centroid = start.find_parameter("centroid");
  if (std::string_view(start.algorithm) != "kmeans" || !centroid)
    refuse(concat("the model to continue from is of ", start.algorithm));
  if (centroid->values.size() != job.run_size() || centroid->rows != static_cast<std::int64_t>(job.clusters))
    refuse(concat("the model to continue from has ", centroid->rows, " clusters of ", start.features, " features, not ",
                  job.clusters, " of ", job.features));
  if (!std::ranges::all_of(centroid->values, [](double v) { return std::isfinite(v); }))
    refuse("the model to continue from has a centroid that is not finite");
}

}  // namespace

KMeansJob::KMeansJob(const JobSpec& given, const RowStore& store)
    : spec(given), options(read_kmeans_options(given.options)) {
  features = store.format().features;
  clusters = static_cast<std::size_t>(options.n_clusters);
  runs = static_cast<std::size_t>(options.n_init);
  if (!options.feature_names.empty() && options.feature_names.size() != features)
    refuse(concat("there are ", options.feature_names.size(), " feature_names for ", features, " features"));
  for (const std::vector<double>& centroid : options.centroids)
    if (centroid.size() != features)
      refuse(concat("the centroids have ", centroid.size(), " numbers, the rows ", features, " features"));
  if (features > 0 && clusters * runs > most_numbers / features)
    refuse(concat(runs, " x ", clusters, " centroids of ", features, " features are too many (at most ", most_numbers,
                  " numbers)"),
           "Use fewer clusters, or fewer starts.", Fault::limit_exceeded);

  tiled = store.resident() && !store.format().sparse && options.batch_size == 0 && features > 0 &&
          features <= most_tile_features;
  const std::size_t found = sizeof(RowFound) / sizeof(double);
  layout.slot_size = std::max(runs * kmeans_run_slot(*this), found * most_moved);
  if (oversamples()) layout.slot_size = std::max(layout.slot_size, (oversampling_rounds * found + 1) * drawn_rows());
  layout.slot_size = (layout.slot_size + 7) / 8 * 8;
  shards = cut_shards(store, layout.slot_size);
  std::size_t end = 0;
  auto take = [&](std::size_t numbers) { return std::exchange(end, end + (numbers + 7) / 8 * 8); };
  layout.centroids = take(runs * run_size());
  layout.active = take(runs);
  layout.steps = take(runs * clusters);
  layout.candidates = take(oversamples() ? drawn_rows() * features : 0);
  layout.nearest = take(oversamples() ? store.rows() : 0);
  layout.closest = take(oversamples() ? store.rows() : 0);
  const std::size_t count = tiled ? tiles_before(shards.size()) : 0;
  layout.shift = take(tiled ? features : 0);
  layout.scale = take(tiled ? 1 : 0);
  layout.moved = take(tiled ? runs : 0);
  layout.tiles = take(count * tile_size(features) / 2 + 8);
  layout.labels = take(runs * count * tile_rows / 2);
  layout.limits = take(runs * count);
  layout.slots = take(shards.size() * layout.slot_size);
  layout.size = end;
}

TrainingPlan KMeans::plan(std::string_view, std::string_view text) {
  const KMeansOptions options = read_kmeans_options(text);
  return {.rows = options,
          .target = TargetKind::none,
          .passes = std::min(usual_iterations, static_cast<double>(options.max_iter)) * 2,
          .max_seconds = options.max_seconds,
          .max_iter = options.max_iter,
          .least_rows = options.n_clusters};
}

KMeans::KMeans(const JobSpec& spec, const RowStore& store)
    : rows_(static_cast<double>(store.rows())), job_(spec, store) {}

double KMeans::expected_seconds(double bytes) const {
  const double iterations = std::min(usual_iterations, static_cast<double>(job_.options.max_iter));
  const double seconds = iterations * (bytes / pass_speed +
                                       rows_ * static_cast<double>(job_.runs * job_.run_size()) / multiplication_speed);
  return job_.options.max_seconds > 0 ? std::min(seconds, job_.options.max_seconds) : seconds;
}

std::vector<std::string> KMeans::reasons() const {
  const KMeansOptions& o = job_.options;
  return {o.batch_size > 0 ? concat("solver mini-batches: batch_size is ", o.batch_size, ".")
                           : std::string("solver lloyd: batch_size is not given."),
          !o.centroids.empty() ? std::string("init centroids: as given.")
          : o.init == "k-means||"
              ? concat("init k-means||: over all rows, in ", oversampling_rounds, " passes.")
              : concat("init ", o.init, ": over a sample of at most ", sample_rows(job_.clusters), " rows.")};
}

std::unique_ptr<Worker> KMeans::make_worker(RowStore& store, std::span<double> board) const {
  return std::make_unique<KMeansWorker>(job_, store, board);
}

Model KMeans::train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
                    const Model* start) const {
  if (store.rows() < job_.clusters)
    refuse(
        concat("there are ", store.rows(), store.rows() == 1 ? " row" : " rows", " for ", job_.clusters, " clusters"),
        "Lower the option n_clusters.");
  const RowSample sample(store, sample_rows(job_.clusters), job_.clusters,
                         static_cast<std::uint64_t>(job_.options.seed));
  const std::span<double> board = crew.board();
  std::fill_n(&board[job_.layout.active], job_.runs, 1.0);
  std::fill_n(&board[job_.layout.steps], job_.runs * job_.clusters, 0.0);
  if (start) {
    check_start(job_, *start);
    const Parameter& centroid = *start->find_parameter("centroid");
    for (std::size_t r = 0; r < job_.runs; ++r)
      std::ranges::copy(centroid.values, &board[job_.layout.centroids + r * job_.run_size()]);
  } else {
    start_centroids(job_, store, crew, sample);
  }

  if (job_.tiled) {
    const std::span<double> shift = board.subspan(job_.layout.shift, job_.features);
    sample.write_mean(shift);
    for (double& s : shift)
      if (!std::isfinite(s)) s = 0;
    const double variance = sample.mean_variance() * static_cast<double>(job_.features);
    board[job_.layout.scale] = variance > 0 && std::isfinite(variance)
                                   ? std::ldexp(1.0, -std::clamp(std::ilogb(std::sqrt(variance)), -500, 500))
                                   : 1;
    std::fill_n(&board[job_.layout.moved], job_.runs, 0.0);
  }
  Leader leader(job_, store, crew, observer);
  const double still = job_.options.tol * sample.mean_variance();
  if (job_.options.batch_size > 0)
    leader.iterate_batches(still);
  else
    leader.iterate(still);
  const std::size_t best = leader.evaluate();
  const Run& run = leader.run(best);

  Model model;
  model.algorithm = job_.spec.algorithm;
  model.options = job_.spec.options;
  model.target = static_cast<std::int32_t>(Target::number_class);
  model.rows = static_cast<std::int64_t>(store.rows());
  model.skipped = description.skipped;
  model.features = static_cast<std::int64_t>(job_.features);
  for (const std::string& name : description.feature_names) model.feature_names.emplace_back(name);
  for (std::size_t c = 0; c < job_.clusters; ++c) model.classes.emplace_back(concat(c));
  model.add_parameter("centroid", leader.centroids(best), static_cast<std::int64_t>(job_.clusters));
  model.add_parameter("size", run.weight);
  leader.log().add_to(model);

  double weight_sum = 0, empty = 0;
  for (const double weight : run.weight) {
    weight_sum += weight;
    empty += weight == 0;
  }
  model.add_metric("inertia", run.inertia);
  model.add_metric("simplified_silhouette", leader.silhouette(best));
  model.add_metric("n_clusters", static_cast<double>(job_.clusters));
  model.add_metric("empty_clusters", empty);
  model.add_metric("iterations", static_cast<double>(run.iterations));
  model.add_metric("converged", run.converged);
  model.add_metric("weight_sum", weight_sum);
  if (const double seconds = observer.seconds(); std::isfinite(seconds)) model.add_metric("seconds", seconds);
  return model;
}

}  // namespace quern
