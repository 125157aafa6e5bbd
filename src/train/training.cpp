#include "train/training.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "train/objectives.hpp"
#include "train/registry.def"
#include "train/train.hpp"

namespace quern {

namespace {

constexpr double usual_passes = 20;           // of sgd over its rows
constexpr double few_passes = 6;              // of Newton's method
constexpr double multiplication_speed = 4e9;  // a second, in a Hessian

// Of an objective of registry.def.
class ObjectiveTraining final : public Training {
 public:
  ObjectiveTraining(const JobSpec& spec, const RowStore& store)
      : rows_(static_cast<double>(store.rows())), job_(spec, store) {}

  const JobSpec& spec() const override { return job_.spec; }
  std::size_t board_size() const override { return job_.layout.size; }
  std::size_t class_map() const override { return job_.layout.classes; }
  std::size_t tasks() const override { return job_.shards.size(); }

  double expected_seconds(double bytes) const override {
    const bool covariances = job_.coordinates == CoordinateSpace::covariances;
    // The others go over rows or columns in one process, and ask for a few passes beside.
    if (job_.coordinates != CoordinateSpace::none && !covariances) return few_passes * bytes / pass_speed;
    const double passes = job_.solver == Solver::newton || covariances ? few_passes
                          : job_.solver == Solver::sgd && job_.options.max_iter > 0
                              ? static_cast<double>(job_.options.max_iter)
                              : usual_passes;
    double seconds = passes * bytes / pass_speed;
    if (job_.solver == Solver::newton || covariances) {
      const double terms = static_cast<double>(job_.terms);
      const double blocks = static_cast<double>(job_.outputs) *
                            (job_.objective->traits().coupled ? static_cast<double>(job_.outputs + 1) / 2 : 1);
      seconds += passes / 2 * rows_ * blocks * terms * terms / 2 / multiplication_speed;
    }
    return job_.options.max_seconds > 0 ? std::min(seconds, job_.options.max_seconds) : seconds;
  }

  std::vector<std::string> reasons() const override {
    std::vector<std::string> reasons = job_.reasons;
    if (job_.solver == Solver::sgd) reasons.push_back(concat("order ", job_.options.order, ": Option order."));
    return reasons;
  }

  std::unique_ptr<Worker> make_worker(RowStore& store, std::span<double> board) const override {
    return quern::make_worker(job_, store, board);
  }
  Model train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
              const Model* start) const override {
    return quern::train(job_, store, crew, observer, description, start);
  }

 private:
  const double rows_;
  const Job job_;
};

TrainingPlan plan_objective(std::string_view algorithm, std::string_view text) {
  TrainOptions options;
  const auto objective = make_objective(algorithm, text, 0, options);
  const NeededColumns needed = objective->columns();
  const bool ordered = objective->traits().ordered;
  if (!needed.y.empty() && !options.target.empty() && needed.y != options.target)
    throw InvalidInput(concat(algorithm, ": the options \"time\" and \"target\" name different columns"));
  if (!needed.y.empty()) options.target = needed.y;
  if (ordered && options.store == "none")
    throw InvalidInput(concat(algorithm, ": option \"store\" cannot be \"none\" for a loss that couples the rows"));
  return {.rows = options,
          .columns = {.event = needed.event, .stratum = needed.stratum, .tags = {}},
          .target = target_of(algorithm),
          .classes = options.classes,
          .in_memory = ordered,
          .fit_intercept = options.fit_intercept,
          .passes = options.solver != "sgd" ? few_passes
                    : options.max_iter > 0  ? static_cast<double>(options.max_iter)
                                            : usual_passes,
          .max_seconds = options.max_seconds,
          .max_iter = options.max_iter};
}

template <class T>
std::unique_ptr<Training> make(const JobSpec& spec, RowStore& store) {
  return std::make_unique<T>(spec, store);
}

struct Entry {
  std::string_view name;
  TrainingPlan (*plan)(std::string_view algorithm, std::string_view options);
  std::unique_ptr<Training> (*make)(const JobSpec& spec, RowStore& store);
};

constexpr Entry entries[] = {
#define OBJECTIVE(name, type) {#name, plan_objective, make<ObjectiveTraining>},
#define TECHNIQUE(name, type) {#name, type::plan, make<type>},
#include "train/registry.def"
};

const Entry& entry_of(std::string_view algorithm) {
  std::string names;
  for (const Entry& entry : entries) {
    if (entry.name == algorithm) return entry;
    names += concat(names.empty() ? "" : ", ", entry.name);
  }
  throw InvalidInput(concat("train: unknown algorithm \"", algorithm, "\""), concat("Algorithms are ", names, "."));
}

}  // namespace

TrainingPlan plan_training(std::string_view algorithm, std::string_view options) {
  const TrainingPlan plan = entry_of(algorithm).plan(algorithm, options);
  if (plan.target == TargetKind::none && !plan.rows.target.empty())
    throw InvalidInput(concat(algorithm, ": option \"target\" is for algorithms that predict a column"),
                       "Leave it out: all columns of the query are features.");
  return plan;
}

std::unique_ptr<Training> make_training(const JobSpec& spec, RowStore& store) {
  return entry_of(spec.algorithm).make(spec, store);
}

std::vector<std::string_view> training_names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : entries) names.push_back(entry.name);
  return names;
}

}  // namespace quern
