#include "train/techniques/gaussian_mixture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/text.hpp"
#include "train/techniques/centroids.hpp"
#include "train/techniques/gaussian_mixture_worker.hpp"
#include "train/techniques/mixture_components.hpp"
#include "train/training_log.hpp"

namespace quern {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_numbers = 100'000'000;  // of all components
constexpr double usual_iterations = 30;
constexpr double multiplication_speed = 1.5e10;  // a second, in sums and scores

[[noreturn]] void refuse(const std::string& what, std::string hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat("gaussian_mixture: ", what), std::move(hint), fault);
}

MixtureOptions read_mixture_options(std::string_view text) {
  MixtureOptions options = parse_options<MixtureOptions>("gaussian_mixture", text);
  const auto given = static_cast<std::int64_t>(options.means.size());
  if (given > 0 && options.n_components > 0 && options.n_components != given)
    refuse(concat("option \"n_components\" is ", options.n_components, ", but ", given, " means are given"));
  if (given > 0 && options.n_init > 1)
    refuse("option \"n_init\" is for starts that are drawn", "With given means there is one start.");
  if (options.n_components == 0) options.n_components = given > 0 ? given : 1;
  return options;
}

Covariance covariance_of(std::string_view name) {
  return name == "full"       ? Covariance::full
         : name == "diagonal" ? Covariance::diagonal
         : name == "tied"     ? Covariance::tied
                              : Covariance::spherical;
}

constexpr std::size_t whole_lines(std::size_t numbers) { return (numbers + 7) / 8 * 8; }

// A run as the leader sees it.
struct Run {
  MixtureComponents components;
  double log_likelihood = nan;
  std::int64_t iterations = 0;
  bool converged = false;
};

double multiplications(const MixtureJob& job) {
  const double d = static_cast<double>(job.features), k = static_cast<double>(job.components);
  const double each = job.covariance == Covariance::full   ? k * d * (d + 1)
                      : job.covariance == Covariance::tied ? d * (d + 1) + 2 * k * d
                                                           : 4 * k * d;
  return each * static_cast<double>(job.runs);
}

double free_parameters(const MixtureJob& job) {
  const double d = static_cast<double>(job.features), k = static_cast<double>(job.components);
  const double covariance = job.covariance == Covariance::full       ? k * d * (d + 1) / 2
                            : job.covariance == Covariance::diagonal ? k * d
                            : job.covariance == Covariance::tied     ? d * (d + 1) / 2
                                                                     : k;
  return k - 1 + k * d + covariance;
}

}  // namespace

std::size_t MixtureJob::score_terms() const {
  return covariance == Covariance::full ? 0 : covariance == Covariance::tied ? features : 2 * features;
}

std::size_t MixtureJob::sum_terms() const {
  return covariance == Covariance::full ? 0 : whole_lines(score_terms() + 1);
}

std::size_t MixtureJob::triangles() const {
  return covariance == Covariance::full ? components : covariance == Covariance::tied ? 1 : 0;
}

MixtureJob::MixtureJob(const JobSpec& given, const RowStore& store)
    : spec(given), options(read_mixture_options(given.options)), covariance(covariance_of(options.covariance)) {
  features = store.format().features;
  components = static_cast<std::size_t>(options.n_components);
  runs = static_cast<std::size_t>(options.n_init);
  if (!options.feature_names.empty() && options.feature_names.size() != features)
    refuse(concat("there are ", options.feature_names.size(), " feature_names for ", features, " features"));
  for (const std::vector<double>& mean : options.means)
    if (mean.size() != features)
      refuse(concat("the means have ", mean.size(), " numbers, the rows ", features, " features"));
  const double numbers =
      static_cast<double>(runs) * (2 * static_cast<double>(components) * static_cast<double>(features) +
                                   static_cast<double>(triangles()) * static_cast<double>(factor()));
  if (numbers > most_numbers)
    refuse(concat(runs, " x ", components, " components of ", features, " features are too many (at most ",
                  most_numbers, " numbers)"),
           "Use fewer components or starts, or \"covariance\": \"diagonal\".", Fault::limit_exceeded);

  layout.part_size = whole_lines(head_sums + components * sum_terms() + triangles() * triangle());
  layout.slot_size = runs * layout.part_size;
  layout.table_size = whole_lines(components * (1 + score_terms()) + factors() * factor());
  shards = cut_shards(store, layout.slot_size);
  std::size_t end = 0;
  auto take = [&](std::size_t count) { return std::exchange(end, end + whole_lines(count)); };
  layout.shift = take(features);
  layout.scale = take(features);
  layout.active = take(runs);
  layout.tables = take(runs * layout.table_size);
  layout.slots = take(shards.size() * layout.slot_size);
  layout.size = end;
}

TrainingPlan GaussianMixture::plan(std::string_view, std::string_view text) {
  const MixtureOptions options = read_mixture_options(text);
  return {.rows = options,
          .target = TargetKind::none,
          .passes = std::min(usual_iterations, static_cast<double>(options.max_iter)) * 4,
          .max_seconds = options.max_seconds,
          .max_iter = options.max_iter,
          .least_rows = options.n_components};
}

GaussianMixture::GaussianMixture(const JobSpec& spec, const RowStore& store)
    : rows_(static_cast<double>(store.rows())), job_(spec, store) {}

double GaussianMixture::expected_seconds(double bytes) const {
  const double iterations = std::min(usual_iterations, static_cast<double>(job_.options.max_iter));
  const double seconds = iterations * (bytes / pass_speed + rows_ * multiplications(job_) / multiplication_speed);
  return job_.options.max_seconds > 0 ? std::min(seconds, job_.options.max_seconds) : seconds;
}

std::vector<std::string> GaussianMixture::reasons() const {
  return {"solver em: The only one.", concat("covariance ", job_.options.covariance, ": Option covariance."),
          job_.options.means.empty()
              ? concat("init k-means: over a sample of at most ", sample_rows(job_.components), " rows.")
              : std::string("init means: as given.")};
}

std::unique_ptr<Worker> GaussianMixture::make_worker(RowStore& store, std::span<double> board) const {
  return std::make_unique<MixtureWorker>(job_, store, board);
}

Model GaussianMixture::train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
                             const Model* start) const {
  if (store.rows() < job_.components)
    refuse(concat("there are ", store.rows(), store.rows() == 1 ? " row" : " rows", " for ", job_.components,
                  " components"),
           "Lower the option n_components.");
  const RowSample sample(store, sample_rows(job_.components), job_.components,
                         static_cast<std::uint64_t>(job_.options.seed));
  const MixtureColumns columns = mixture_columns(job_, sample);
  const std::span<double> board = crew.board();
  std::ranges::copy(columns.shift, &board[job_.layout.shift]);
  std::ranges::copy(columns.scale, &board[job_.layout.scale]);
  std::fill_n(&board[job_.layout.active], job_.runs, 1.0);

  std::vector<Run> runs(job_.runs);
  for (std::size_t r = 0; r < job_.runs; ++r)
    runs[r].components = start ? components_of(job_, columns, *start) : start_components(job_, columns, sample, r);
  auto write_tables = [&](std::size_t r) {
    runs[r].components.write_tables(job_, board.subspan(job_.constants(r), job_.layout.table_size));
  };
  // The sums of all shards in the part of the first.
  auto add_up = [&](std::size_t r, std::size_t count) {
    const std::span<double> sum = board.subspan(job_.part(0, r), count);
    for (std::size_t s = 1; s < job_.shards.size(); ++s) {
      checkpoint();
      for (std::size_t i = 0; i < count; ++i) sum[i] += board[job_.part(s, r) + i];
    }
    runs[r].log_likelihood = sum[head_likelihood];
    if (!std::isfinite(sum[head_likelihood]))
      refuse("the log-likelihood leaves the range of double precision",
             "A row may lie too far from all others, or columns too far apart in scale.", Fault::out_of_range);
    return std::span<const double>(sum);
  };
  auto active = [&] { return std::count(&board[job_.layout.active], &board[job_.layout.active] + job_.runs, 1); };

  const double log_scale = columns.log_scale();
  double weight = 0;
  TrainingLog log;
  for (std::size_t r = 0; r < job_.runs; ++r) write_tables(r);
  for (std::int64_t iteration = 1; active() > 0; ++iteration) {
    crew.run(
        {.operation = Operation::technique, .epoch = iteration, .step = static_cast<std::int64_t>(MixtureStep::expect)},
        job_.shards.size());
    const bool late = job_.options.max_seconds > 0 && observer.seconds() >= job_.options.max_seconds;
    double best = -std::numeric_limits<double>::infinity();
    for (std::size_t r = 0; r < job_.runs; ++r) {
      Run& run = runs[r];
      double& is_active = board[job_.layout.active + r];
      if (is_active != 0) {
        const double before = run.log_likelihood;
        const auto part = add_up(r, job_.layout.part_size);
        weight = part[head_weight];
        run.components.maximize(job_, columns, part);
        write_tables(r);
        run.iterations = iteration;
        run.converged = run.log_likelihood - before <= job_.options.tol * weight;  // not in the first, where it is NaN
        is_active = !(run.converged || late || iteration == job_.options.max_iter);
      }
      best = std::max(best, run.log_likelihood);
    }
    const LogEntry entry{
        iteration, observer.seconds(), -(best / weight + log_scale), nan, nan, static_cast<double>(store.rows())};
    log.add(entry);
    observer.report(entry);
  }
  crew.run({.operation = Operation::technique, .step = static_cast<std::int64_t>(MixtureStep::evaluate)},
           job_.shards.size());
  std::size_t best = 0;
  for (std::size_t r = 0; r < job_.runs; ++r) {
    add_up(r, head_sums);
    if (runs[r].log_likelihood > runs[best].log_likelihood) best = r;
  }
  const Run& run = runs[best];

  Model model;
  model.algorithm = job_.spec.algorithm;
  model.options = job_.spec.options;
  model.target = static_cast<std::int32_t>(Target::number_class);
  model.rows = static_cast<std::int64_t>(store.rows());
  model.skipped = description.skipped;
  model.features = static_cast<std::int64_t>(job_.features);
  for (const std::string& name : description.feature_names) model.feature_names.emplace_back(name);
  for (std::size_t c = 0; c < job_.components; ++c) model.classes.emplace_back(concat(c));
  add_components(job_, columns, run.components, model);
  log.add_to(model);

  const double log_likelihood = run.log_likelihood + weight * log_scale, parameters = free_parameters(job_);
  double empty = 0;
  for (const double w : run.components.weight) empty += w == 0;
  model.add_metric("log_likelihood", log_likelihood);
  model.add_metric("mean_log_likelihood", log_likelihood / weight);
  model.add_metric("aic", 2 * parameters - 2 * log_likelihood);
  model.add_metric("bic", std::log(weight) * parameters - 2 * log_likelihood);
  model.add_metric("n_parameters", parameters);
  model.add_metric("n_components", static_cast<double>(job_.components));
  model.add_metric("empty_components", empty);
  model.add_metric("iterations", static_cast<double>(run.iterations));
  model.add_metric("converged", run.converged);
  model.add_metric("weight_sum", weight);
  if (const double seconds = observer.seconds(); std::isfinite(seconds)) model.add_metric("seconds", seconds);
  return model;
}

}  // namespace quern
