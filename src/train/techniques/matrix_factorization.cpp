#include "train/techniques/matrix_factorization.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/ids.hpp"
#include "model/matrix_factorization.hpp"
#include "train/order.hpp"
#include "train/training_log.hpp"

namespace quern {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t most_numbers = 100'000'000;  // of a model, which is at most 1 GB
constexpr double usual_tol = 1e-4;
constexpr double multiplication_speed = 4e9;  // a second

[[noreturn]] void refuse(std::string_view what, std::string_view hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat("matrix_factorization: ", what), std::string(hint), fault);
}

// explain_train asks before the ids are known.
std::uint64_t count_of(const JobSpec& spec, std::size_t side, const RowStore& store) {
  return spec.ids.size() == 2 ? spec.ids[side] : std::max<std::uint64_t>(store.rows() / 50, 1);
}

void check_size(const FactorizationOptions& options, const RatingsLayout& layout, std::uint64_t rows) {
  if (rows > most_numbers / layout.terms)
    refuse(concat("a model of ", rows, " users and items with ", layout.terms, " numbers each is too large"),
           concat("At most ", most_numbers, " numbers: lower the option rank (", options.rank, ")."),
           Fault::limit_exceeded);
}

const Ids& ids_of(const MatrixFactorizationScorer& model, std::size_t side) {
  return side == 0 ? model.users() : model.items();
}

void check_start(const FactorizationOptions& options, const RowIds& ids, const MatrixFactorizationScorer& known) {
  if (known.rank() != static_cast<std::size_t>(options.rank))
    refuse(concat("the model has rank ", known.rank(), ", option \"rank\" is ", options.rank),
           "An update keeps the rank: leave the option out.");
  if (known.biased() != options.biases)
    refuse(concat("the model has ", known.biased() ? "" : "no ", "biases, and the options say ",
                  options.biases ? "that there are" : "that there are none"),
           "An update keeps what kind of a model it is: leave the options biases, implicit and nonnegative out.");
  for (std::size_t s = 0; s < 2; ++s)
    if (ids.columns[s].texts != ids_of(known, s).are_texts())
      refuse(concat(s == 0 ? "users" : "items", " are ", ids.columns[s].texts ? "texts" : "numbers",
                    " in the query, and ", ids_of(known, s).are_texts() ? "texts" : "numbers", " in the model"),
             "Cast the column.");
}

class Fit {
 public:
  Fit(const FactorizationOptions& options, const RatingsLayout& layout, Crew& crew, Observer& observer)
      : options_(options), layout_(layout), crew_(crew), observer_(observer), ratings_(layout, crew.board()) {}

  // `known` is a model to continue from, or null.
  void start(const RowIds& ids, const MatrixFactorizationScorer* known);
  void run(std::span<const HeldOut> held_out);
  void certify();
  Model model(const JobSpec& spec, const Description& description, const RowStore& store,
              const MatrixFactorizationScorer* known) const;

 private:
  void take_known(std::size_t s, const RowIds::Column& ids, const MatrixFactorizationScorer& known);
  FactorSums run(FactorStep step, double number = 0, double other = 0);
  void refresh_gram(FactorStep step);
  void sweep_als();
  void sweep_sgd(std::int64_t sweep);
  double validation_rmse(std::span<const HeldOut> held_out) const;
  void take_best();

  const FactorizationOptions& options_;
  const RatingsLayout& layout_;
  Crew& crew_;
  Observer& observer_;
  const Ratings ratings_;

  double loss_ = nan, squares_ = 0, validation_ = nan, gradient_ = nan, kkt_ = nan;
  std::int64_t sweeps_ = 0, best_sweep_ = 0;
  bool converged_ = false;
  std::vector<double> best_[2];
  TrainingLog log_;
};

FactorSums Fit::run(FactorStep step, double number, double other) {
  const std::size_t tasks = step == FactorStep::descend ? layout_.groups : layout_.tasks;
  crew_.run({.operation = Operation::technique, .step = static_cast<std::int64_t>(step), .numbers = {number, other}},
            tasks);
  FactorSums sums;
  if (step == FactorStep::descend) return sums;
  for (std::size_t t = 0; t < tasks; ++t) {
    const auto& slot =
        *reinterpret_cast<const FactorSums*>(crew_.board().data() + layout_.slots + t * layout_.slot_size);
    sums.squares += slot.squares;
    sums.penalty += slot.penalty;
    sums.gradient += slot.gradient;
    sums.origin += slot.origin;
  }
  return sums;
}

// X'X of the side whose factors have changed.
void Fit::refresh_gram(FactorStep step) {
  if (!options_.implicit) return;
  run(step);
  const std::size_t numbers = layout_.stride * layout_.stride;
  double* const gram = crew_.board().data() + layout_.gram;
  std::fill_n(gram, numbers, 0.0);
  for (std::size_t t = 0; t < layout_.tasks; ++t) {
    const double* const share = crew_.board().data() + layout_.slots + t * layout_.slot_size + 8;
    for (std::size_t i = 0; i < numbers; ++i) gram[i] += share[i];
  }
}

// Directions at random, of length 1; by sgd, which moves away from where it starts, near 0 and of both sides.
void Fit::start(const RowIds& ids, const MatrixFactorizationScorer* known) {
  const bool sgd = options_.solver == "sgd";
  for (std::size_t s = sgd ? 0 : 1; s < 2; ++s) {
    const RatingsSide& side = ratings_.side(s);
    for (std::size_t i = 0; i < side.count; ++i) {
      RandomStream random(static_cast<std::uint64_t>(options_.seed), s, i);
      double* const p = side.factors + layout_.stride * i;
      double squares = 0;
      for (std::size_t k = 0; k < layout_.rank; ++k) {
        p[k] = static_cast<double>(random.next() >> 11) * 0x1p-52 - 1;
        if (options_.nonnegative) p[k] = std::abs(p[k]);
        squares += p[k] * p[k];
      }
      const double scale = (sgd ? 0.1 : 1) / std::sqrt(std::max(squares, 1e-30));
      for (std::size_t k = 0; k < layout_.rank; ++k) p[k] *= scale;
    }
  }
  if (!known) return;
  if (layout_.biased) ratings_.head().mean = known->mean();
  for (std::size_t s = 0; s < 2; ++s) take_known(s, ids.columns[s], *known);
}

// Ids that the model has start where they are in it.
void Fit::take_known(std::size_t s, const RowIds::Column& ids, const MatrixFactorizationScorer& known) {
  const Ids& names = ids_of(known, s);
  const RatingsSide& side = ratings_.side(s);
  for (std::size_t i = 0; i < side.count; ++i) {
    const auto place = ids.texts ? names.find(ids.names[i]) : names.find(ids.numbers[i]);
    if (!place) continue;
    double* const p = side.factors + layout_.stride * i;
    const std::span<const double> factor = s == 0 ? known.user_factor(*place) : known.item_factor(*place);
    std::copy(factor.begin(), factor.end(), p);
    if (options_.nonnegative) std::transform(p, p + layout_.rank, p, [](double x) { return std::max(x, 0.0); });
    if (layout_.biased) p[layout_.rank] = s == 0 ? known.user_bias(*place) : known.item_bias(*place);
  }
}

void Fit::sweep_als() {
  refresh_gram(FactorStep::item_gram);
  const FactorSums users = run(FactorStep::solve_users);
  refresh_gram(FactorStep::user_gram);
  const FactorSums items = run(FactorStep::solve_items);
  squares_ = items.squares;
  loss_ = (squares_ + options_.l2 * (users.penalty + items.penalty)) / 2 / ratings_.head().weight_sum;
}

void Fit::sweep_sgd(std::int64_t sweep) {
  const double step = options_.step_size / (1 + options_.decay * static_cast<double>(sweep));
  for (std::size_t diagonal = 0; diagonal < layout_.groups; ++diagonal)
    run(FactorStep::descend, static_cast<double>(diagonal), step);
  const FactorSums sums = run(FactorStep::measure);
  squares_ = sums.squares;
  loss_ = (squares_ + options_.l2 * sums.penalty) / 2 / ratings_.head().weight_sum;
}

double Fit::validation_rmse(std::span<const HeldOut> held_out) const {
  double squares = 0, weight = 0;
  for (const HeldOut& rating : held_out) {
    const double* const p = ratings_.side(0).factors + layout_.stride * rating.user;
    const double* const q = ratings_.side(1).factors + layout_.stride * rating.item;
    double f = ratings_.head().mean + (layout_.biased ? p[layout_.rank] + q[layout_.rank] : 0);
    for (std::size_t k = 0; k < layout_.rank; ++k) f += p[k] * q[k];
    squares += rating.weight * (rating.rating - f) * (rating.rating - f);
    weight += rating.weight;
  }
  return std::sqrt(squares / weight);
}

void Fit::run(std::span<const HeldOut> held_out) {
  double before = std::numeric_limits<double>::infinity(), best = before;
  while (sweeps_ < options_.max_iter && !converged_) {
    if (options_.solver == "sgd")
      sweep_sgd(sweeps_);
    else
      sweep_als();
    ++sweeps_;
    if (!std::isfinite(loss_))
      refuse("the loss leaves the range of double precision",
             options_.solver == "sgd" ? "The steps may be too long (option step_size), or the ratings too large."
                                      : "The ratings or weights are too large.",
             Fault::out_of_range);
    LogEntry entry{sweeps_, observer_.seconds(), loss_, nan, nan, static_cast<double>(layout_.ratings)};
    if (options_.solver == "sgd")
      entry.step_size = options_.step_size / (1 + options_.decay * static_cast<double>(sweeps_ - 1));
    if (!held_out.empty()) entry.validation_loss = validation_rmse(held_out);
    log_.add(entry);
    observer_.report(entry);
    if (!held_out.empty()) {
      if (entry.validation_loss < best) {
        best = validation_ = entry.validation_loss;
        best_sweep_ = sweeps_;
        for (std::size_t s = 0; s < 2; ++s) {
          const RatingsSide& side = ratings_.side(s);
          best_[s].assign(side.factors, side.factors + side.count * layout_.stride);
        }
      } else if (sweeps_ - best_sweep_ >= options_.patience) {
        break;
      }
    }
    const double tol = options_.tol < 0 ? usual_tol : options_.tol;
    converged_ = loss_ == 0 || (tol > 0 && loss_ <= before && before - loss_ <= tol * loss_);
    if (options_.max_seconds > 0 && observer_.seconds() >= options_.max_seconds) break;
    before = loss_;
  }
  if (best_sweep_ > 0 && best_sweep_ < sweeps_) take_best();
}

void Fit::take_best() {
  for (std::size_t s = 0; s < 2; ++s) std::copy(best_[s].begin(), best_[s].end(), ratings_.side(s).factors);
  const FactorSums sums = run(FactorStep::measure);
  squares_ = sums.squares;
  loss_ = (squares_ + options_.l2 * sums.penalty) / 2 / ratings_.head().weight_sum;
}

void Fit::certify() {
  refresh_gram(FactorStep::item_gram);
  const FactorSums users = run(FactorStep::user_gradients);
  refresh_gram(FactorStep::user_gram);
  const FactorSums items = run(FactorStep::item_gradients);
  const double gradient = std::sqrt(users.gradient + items.gradient), origin = std::sqrt(users.origin + items.origin);
  gradient_ = gradient / ratings_.head().weight_sum;
  kkt_ = origin > 0 ? gradient / origin : 0;
}

// The users or the items of a model: those of the rows, and those of the model continued from that rows lack.
struct Entities {
  struct Source {
    bool row;
    std::size_t place;  // among those of the rows, or of the model
  };
  std::vector<Source> sources;  // in the order of the ids
  std::vector<std::int64_t> numbers;
  std::vector<std::string> names;

  Entities(const RowIds::Column& rows, const Ids* known) {
    std::size_t i = 0, j = 0;
    const std::size_t more = known ? known->size() : 0;
    const auto order = [&] {  // of the next of the rows and the next of the model
      if (i == rows.size() || j == more) return i == rows.size() ? 1 : -1;
      if (rows.texts) return std::string_view(rows.names[i]).compare(known->text(j));
      return (rows.numbers[i] > known->number(j)) - (rows.numbers[i] < known->number(j));
    };
    while (i < rows.size() || j < more) {
      if (sources.size() % 65536 == 0) checkpoint();
      const int next = order();
      sources.push_back(next <= 0 ? Source{true, i} : Source{false, j});
      if (rows.texts)
        names.push_back(next <= 0 ? rows.names[i] : std::string(known->text(j)));
      else
        numbers.push_back(next <= 0 ? rows.numbers[i] : known->number(j));
      i += next <= 0;
      j += next >= 0;
    }
  }

  Parameter parameter(Name of_numbers, Name of_texts) const {
    return names.empty() ? ids_parameter(std::move(of_numbers), std::span<const std::int64_t>(numbers))
                         : ids_parameter(std::move(of_texts), std::span<const std::string>(names));
  }
};

Model Fit::model(const JobSpec& spec, const Description& description, const RowStore& store,
                 const MatrixFactorizationScorer* known) const {
  Model model;
  model.algorithm = spec.algorithm;
  model.options = spec.options;
  model.rows = static_cast<std::int64_t>(store.rows());
  model.skipped = description.skipped;
  model.features = 2;
  for (const std::string& name : description.feature_names) model.feature_names.emplace_back(name);
  static constexpr Literal factor_names[] = {"user_factor", "item_factor"}, bias_names[] = {"user_bias", "item_bias"};
  std::size_t counts[2];
  for (std::size_t s = 0; s < 2; ++s) {
    const RatingsSide& side = ratings_.side(s);
    const Entities entities(description.ids->columns[s], known ? &ids_of(*known, s) : nullptr);
    counts[s] = entities.sources.size();
    check_size(options_, layout_, counts[s] + (s == 0 ? layout_.sides[1].count : counts[0]));
    model.parameters.push_back(s == 0 ? entities.parameter("user_id", "user_text")
                                      : entities.parameter("item_id", "item_text"));
    Vec<double> factors, biases;
    factors.reserve(counts[s] * layout_.rank);
    for (const auto& [row, place] : entities.sources) {
      const double* p = side.factors + layout_.stride * place;
      if (!row) p = (s == 0 ? known->user_factor(place) : known->item_factor(place)).data();
      factors.insert(factors.end(), p, p + layout_.rank);
      if (layout_.biased)
        biases.push_back(row ? p[layout_.rank] : s == 0 ? known->user_bias(place) : known->item_bias(place));
    }
    model.parameters.push_back({factor_names[s], static_cast<std::int64_t>(counts[s]), std::move(factors)});
    if (layout_.biased) model.parameters.push_back({bias_names[s], 1, std::move(biases)});
  }
  std::vector<double> log;
  for (const LogEntry& e : log_.entries())
    log.insert(log.end(), {static_cast<double>(e.epoch), e.seconds, e.loss, e.validation_loss, e.step_size, e.rows});
  model.add_parameter("training_log", log, static_cast<std::int64_t>(log.size() / 6));

  const RatingsHead& head = ratings_.head();
  model.add_metrics({{"users", static_cast<double>(counts[0])},
                     {"items", static_cast<double>(counts[1])},
                     {"rank", static_cast<double>(layout_.rank)}});
  if (layout_.biased) model.add_metric("mean", head.mean);
  model.add_metric("loss", loss_);
  if (!options_.implicit) model.add_metric("rmse", std::sqrt(squares_ / head.weight_sum));
  if (options_.validation_fraction > 0) model.add_metric("validation_rmse", validation_);
  model.add_metric("iterations", static_cast<double>(sweeps_));
  if (options_.tol > 0) model.add_metric("converged", converged_);
  model.add_metric("gradient_norm", gradient_);
  model.add_metric("kkt_residual", kkt_);
  if (!options_.implicit) model.add_metric("weight_sum", head.weight_sum);
  if (const double seconds = observer_.seconds(); std::isfinite(seconds)) model.add_metric("seconds", seconds);
  return model;
}

}  // namespace

TrainingPlan MatrixFactorization::plan(std::string_view, std::string_view text) {
  const FactorizationOptions options = factorization_options(text);
  return {.rows = options,
          .target = TargetKind::number,
          .passes = 2 * static_cast<double>(std::min<std::int64_t>(options.max_iter, 100) * options.rank),
          .max_seconds = options.max_seconds,
          .max_iter = options.max_iter,
          .ids = {{"user", options.user}, {"item", options.item}},
          .y_optional = options.implicit};
}

MatrixFactorization::MatrixFactorization(const JobSpec& spec, const RowStore& store)
    : spec_(spec),
      options_(factorization_options(spec.options)),
      layout_(options_, store.rows(), count_of(spec, 0, store), count_of(spec, 1, store), store.format().weighted) {
  check_size(options_, layout_, layout_.sides[0].count + layout_.sides[1].count);
}

double MatrixFactorization::expected_seconds(double) const {
  const double sweeps = static_cast<double>(options_.max_iter), terms = static_cast<double>(layout_.terms) + 1;
  const double ratings = static_cast<double>(layout_.ratings);
  const double solved = static_cast<double>(layout_.sides[0].count + layout_.sides[1].count);
  const double seconds = options_.solver == "sgd"
                             ? sweeps * ratings * (5 * terms / multiplication_speed + 5e-9)
                             : sweeps * (2 * ratings * (terms * terms / 2 / multiplication_speed + 1e-8) +
                                         solved * terms * terms * terms / 6 / multiplication_speed);
  return options_.max_seconds > 0 ? std::min(seconds, options_.max_seconds) : seconds;
}

std::vector<std::string> MatrixFactorization::reasons() const {
  const bool asked = spec_.options.find("\"solver\"") != std::string::npos;
  return {concat("solver ", options_.solver, asked ? ": as asked." : ": each half of a sweep is least squares.")};
}

std::unique_ptr<Worker> MatrixFactorization::make_worker(RowStore&, std::span<double> board) const {
  return std::make_unique<FactorWorker>(options_, layout_, board);
}

Model MatrixFactorization::train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
                                 const Model* start) const {
  if (!description.ids || description.ids->columns.size() != 2) refuse("the rows have no ids");
  const std::vector<HeldOut> held_out = fill_ratings(options_, layout_, store, *description.ids, crew.board());
  const Ratings ratings(layout_, crew.board());
  if (!(ratings.head().weight_sum > 0))
    refuse("there are no ratings of weight above 0 to train on", "Lower the option validation_fraction.");
  if (options_.validation_fraction > 0 && held_out.empty())
    refuse("option \"validation_fraction\" holds out no rating at all", "There are too few of them: leave it out.");
  if (layout_.groups > 0) fill_entries(options_, layout_, crew.board());
  std::optional<MatrixFactorizationScorer> known;
  if (start) check_start(options_, *description.ids, known.emplace(*start));
  const MatrixFactorizationScorer* const from = known ? &*known : nullptr;
  Fit fit(options_, layout_, crew, observer);
  fit.start(*description.ids, from);
  fit.run(held_out);
  fit.certify();
  return fit.model(spec_, description, store, from);
}

}  // namespace quern
