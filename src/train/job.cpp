#include "train/job.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "train/batch_worker.hpp"
#include "train/objectives.hpp"
#include "train/sgd.hpp"

namespace quern {

namespace {

constexpr std::size_t newton_parameters = 500;  // up to these a Hessian costs little beside what it saves
constexpr std::size_t most_newton_parameters = 5000;
constexpr std::size_t narrow_parameters = 1000;     // up to these coordinate descent works on a Hessian
constexpr std::size_t most_curved_outputs = 1000;   // of a coupled loss, whose curvature is outputs x outputs for a row
constexpr std::size_t most_parameters = 100000000;  // a model, which holds them as float8, is at most 1 GB
constexpr std::size_t inference_parameters = 2000;
constexpr std::uint64_t kink_rows = 50'000;  // up to these a loss with kinks is worth an exact answer

[[noreturn]] void refuse(const JobSpec& spec, const std::string& what, std::string hint = {},
                         Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat(spec.algorithm, ": ", what), std::move(hint), fault);
}

void check_classes(const JobSpec& spec, TargetKind target) {
  if (spec.classes == 0 || (target != TargetKind::binary && target != TargetKind::classes)) return;
  if (spec.classes == 1) refuse(spec, "the target is the same in all rows", "A classifier needs rows of two classes.");
  if (target == TargetKind::binary && spec.classes > 2)
    refuse(spec, concat("the target has ", spec.classes, " classes, not 2"),
           "Use multinomial_regression or linear_svm for more than two classes.");
}

// Where there is a dual without l1, it; else what the width asks for.
CoordinateSpace choose_coordinates(const Job& job) {
  if (job.solver != Solver::coordinate_descent) return CoordinateSpace::none;
  const TrainOptions& o = job.options;
  const Traits traits = job.objective->traits();
  const bool dual = job.objective->conjugate().has_value();
  if (dual && o.l1 == 0 && o.l2 > 0 && !o.path()) return CoordinateSpace::rows;
  if (!traits.smooth)
    refuse(job.spec,
           dual ? concat("solver \"coordinate_descent\" needs ",
                         o.path() ? "one penalty, not a path" : "l2 above 0, and no l1", ", for a loss with kinks")
                : std::string("solver \"coordinate_descent\" needs a loss with a derivative"),
           "Use solver \"newton\", \"lbfgs\" or \"sgd\".");
  if (job.parameters <= narrow_parameters) return CoordinateSpace::covariances;
  if (job.outputs > 1) {
    if (job.parameters <= most_newton_parameters) return CoordinateSpace::covariances;
    refuse(job.spec,
           concat("solver \"coordinate_descent\" is for at most ", most_newton_parameters, " parameters of ",
                  job.outputs, " outputs, not ", job.parameters),
           "Use solver \"lbfgs\".", Fault::limit_exceeded);
  }
  if (o.l1 == 0 && o.l2 == 0)
    refuse(job.spec,
           concat("solver \"coordinate_descent\" needs a penalty for more than ", narrow_parameters, " parameters"),
           "Give l1 or l2, or use solver \"lbfgs\".");
  return CoordinateSpace::columns;
}

// Why, for explain_train.
const char* coordinates_reason(CoordinateSpace coordinates) {
  switch (coordinates) {
    case CoordinateSpace::covariances:
      return "coordinates covariances: weights, by a Hessian that a pass gives.";
    case CoordinateSpace::columns:
      return "coordinates columns: weights, over a copy of the rows by columns; too many for a Hessian.";
    default:
      return "coordinates rows: the dual, one variable for each row, until the duality gap is closed.";
  }
}

// In the columns of the user. Options that the solver does not use do no harm; those that contradict it are refused.
void check_solver(const Job& job, const RowStore& store) {
  const TrainOptions& o = job.options;
  const Traits traits = job.objective->traits();
  if ((job.constants > 0 || traits.ordered || !traits.convex) && (o.path() || job.solver == Solver::coordinate_descent))
    refuse(job.spec,
           concat(o.path() ? "a path of alphas" : "solver \"coordinate_descent\"", " is not for a loss ",
                  traits.ordered ? "that couples the rows" : "with constants to estimate"),
           concat("Use solver \"newton\" or \"lbfgs\"", o.path() ? ", with one alpha." : "."));
  if (o.path() && job.solver != Solver::coordinate_descent)
    refuse(job.spec, concat("a path of alphas is for solver \"coordinate_descent\", not \"", o.solver, "\""),
           "Leave the option \"solver\" out.");
  if (job.solver == Solver::coordinate_descent && store.sequential())
    refuse(job.spec, "solver \"coordinate_descent\" goes with rows that are kept, not with store \"none\"",
           "Leave the option \"store\" out.");
  if (job.solver == Solver::cg) {
    if (o.l1 > 0) refuse(job.spec, "solver \"cg\" has no l1 penalty", "Use solver \"newton\", \"lbfgs\" or \"sgd\".");
    if (!traits.smooth)
      refuse(job.spec, "solver \"cg\" needs a loss with a derivative",
             "Use solver \"newton\", \"lbfgs\" or \"sgd\", or the squared loss.");
  }
  if (traits.ordered && job.solver != Solver::newton && job.solver != Solver::lbfgs)
    refuse(job.spec, concat("solver \"", o.solver, "\" cannot train a loss that couples the rows"),
           "Use solver \"newton\" or \"lbfgs\".");
  if (job.solver == Solver::cg && !traits.convex)
    refuse(job.spec, "solver \"cg\" needs a convex loss", "Use solver \"newton\" or \"lbfgs\", or give the constant.");
  if (job.solver == Solver::sgd && job.constants > 0)
    refuse(job.spec, "solver \"sgd\" does not estimate the constants of this loss",
           "Use solver \"newton\" or \"lbfgs\".");
  if (job.solver == Solver::newton && job.parameters > most_newton_parameters)
    refuse(job.spec,
           concat("solver \"newton\" is for at most ", most_newton_parameters, " parameters, not ", job.parameters),
           "Use solver \"lbfgs\".", Fault::limit_exceeded);
  if ((job.solver == Solver::newton || job.solver == Solver::cg) && traits.coupled &&
      job.columns() > most_curved_outputs)
    refuse(job.spec,
           concat("solver \"", o.solver, "\" is for at most ", most_curved_outputs, " classes, not ", job.spec.classes),
           "Use solver \"lbfgs\".", Fault::limit_exceeded);
  if (o.backup_workers > 0 && o.parallel != "auto" && o.parallel != "bsp")
    refuse(job.spec, concat("option \"backup_workers\" is for parallel \"bsp\", not \"", o.parallel, "\""));
}

Solver choose_solver(const Job& job, std::uint64_t rows, std::vector<std::string>& reasons) {
  const TrainOptions& o = job.options;
  if (o.solver != "auto") {
    reasons.push_back(concat("solver ", o.solver, ": as asked."));
    return o.solver == "sgd"      ? Solver::sgd
           : o.solver == "lbfgs"  ? Solver::lbfgs
           : o.solver == "newton" ? Solver::newton
           : o.solver == "cg"     ? Solver::cg
                                  : Solver::coordinate_descent;
  }
  if (o.path()) {
    reasons.push_back("solver coordinate_descent: a path of penalties, each from the answer before.");
    return Solver::coordinate_descent;
  }
  const Traits traits = job.objective->traits();
  const bool few = job.parameters <= newton_parameters;
  const std::string parameters = concat(job.parameters, job.parameters == 1 ? " parameter" : " parameters");
  if (!traits.smooth && !few && rows <= kink_rows && job.objective->conjugate() && o.l1 == 0 && o.store != "none" &&
      o.l2 * static_cast<double>(rows) >= 1) {
    reasons.push_back(concat("solver coordinate_descent: the loss has kinks, ", rows, " rows have a dual of so many ",
                             "variables, and l2 is not too small for it."));
    return Solver::coordinate_descent;
  }
  if (!traits.smooth && !(few && rows <= kink_rows)) {
    reasons.push_back(concat("solver sgd: the loss has kinks, and ", rows, " rows with ", parameters,
                             " are too many for an exact optimum to be worth its passes."));
    return Solver::sgd;
  }
  if (few) {
    reasons.push_back(concat("solver newton: ", parameters, ", so a Hessian is cheap and a few passes suffice."));
    return Solver::newton;
  }
  if (traits.quadratic && o.l1 == 0) {
    reasons.push_back(
        concat("solver cg: ", parameters, " are too many for a Hessian, and the objective is quadratic."));
    return Solver::cg;
  }
  reasons.push_back(concat("solver lbfgs: ", parameters, " are too many for a Hessian, and the loss is smooth."));
  return Solver::lbfgs;
}

std::string choose_parallel(const Job& job, const RowFormat& format, std::vector<std::string>& reasons) {
  if (job.solver != Solver::sgd) {
    reasons.push_back(
        "parallel sums: a pass adds up the sums of shards in their order; the strategies of the option are for sgd.");
    return job.options.parallel;
  }
  if (job.options.parallel != "auto") {
    reasons.push_back(concat("parallel ", job.options.parallel, ": as asked."));
    return job.options.parallel;
  }
  if (job.options.backup_workers > 0) {
    reasons.push_back("parallel bsp: backup_workers are given.");
    return "bsp";
  }
  reasons.push_back(format.sparse ? "parallel average: deterministic; hogwild may suit very sparse rows better."
                                  : "parallel average: deterministic, and no worker waits for another.");
  return "average";
}

bool likelihood_optimum(const Job& job) {
  return job.solver != Solver::sgd && job.options.l1 == 0 && job.options.l2 == 0 &&
         job.objective->traits().likelihood && job.parameters <= inference_parameters;
}

std::size_t slot_size_of(const Job& job) {
  const bool hessian = job.solver == Solver::newton || job.coordinates == CoordinateSpace::covariances || job.inference;
  std::size_t size = slot_gradient + job.parameters + (hessian ? hessian_size(job) : 0);
  size = std::max(size, slot_gradient + std::max(2 * job.features, 3 * job.spec.classes));
  if (job.solver == Solver::sgd) size = std::max(size, sgd_slot_size(job));
  return (size + 7) / 8 * 8;
}

}  // namespace

std::size_t hessian_size(const Job& job) {
  const std::size_t pairs = job.objective->traits().coupled ? job.outputs * (job.outputs + 1) / 2 : job.outputs;
  return pairs * (job.terms * (job.terms + 1) / 2) + job.constants * job.outputs * job.terms +
         job.constants * (job.constants + 1) / 2;
}

Job::Job(const JobSpec& given, const RowStore& store) : spec(given) {
  objective = make_objective(spec.algorithm, spec.options, spec.classes, options);
  check_classes(spec, objective->target());
  features = store.format().features;
  constants = objective->constants();
  outputs = objective->outputs() - constants;
  if (objective->traits().floating) options.fit_intercept = false;
  terms = features + options.fit_intercept;
  parameters = outputs * terms + constants;
  if (terms == 0) refuse(spec, "there are no features and no intercept: nothing to estimate");
  if (parameters > most_parameters)
    refuse(spec, concat("a model of ", parameters, " parameters is too large (at most ", most_parameters, ")"),
           "Use fewer features, or fewer classes.", Fault::limit_exceeded);
  if (!options.feature_names.empty() && options.feature_names.size() != features)
    refuse(spec, concat("there are ", options.feature_names.size(), " feature_names for ", features, " features"));

  solver = choose_solver(*this, store.rows(), reasons);
  check_solver(*this, store);
  coordinates = choose_coordinates(*this);
  if (coordinates != CoordinateSpace::none) reasons.push_back(coordinates_reason(coordinates));
  parallel = choose_parallel(*this, store.format(), reasons);
  inference = likelihood_optimum(*this);

  layout.slot_size = slot_size_of(*this);
  shards = objective->traits().ordered ? std::vector<Shard>{{0, store.blocks().size(), store.rows()}}
                                       : cut_shards(store, layout.slot_size);
  std::size_t end = 0;
  auto take = [&](std::size_t numbers) { return std::exchange(end, end + (numbers + 7) / 8 * 8); };
  layout.point = take(parameters);
  layout.direction = take(parameters);
  layout.shift = take(features);
  layout.scale = take(features);
  layout.classes = take(spec.classes + spec.strata);
  layout.slots = take(shards.size() * layout.slot_size);
  layout.size = end;
}

}  // namespace quern
