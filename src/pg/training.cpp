// One training in four phases: the query is analysed and planned, its rows are gathered, a Training is made over them,
// a crew runs it.
#include "pg/training.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/text.hpp"
#include "pg/guard.hpp"
#include "pg/gathered_rows.hpp"
#include "train/training.hpp"

namespace quern::pg {

namespace {

// The numbers of the new rows' classes become those of the model. Returns the map for the board.
std::vector<double> map_classes(Description& description, std::vector<double> map, const Model& model) {
  if (description.target != model.target)
    throw InvalidInput(concat(model.algorithm, ": the target is of another kind than that of the model"),
                       "See target in quern.info(model).");
  std::vector<double> places;
  for (const std::string& name : description.classes) {
    const auto found = std::find_if(model.classes.begin(), model.classes.end(),
                                    [&](const Text& known) { return std::string_view(known) == name; });
    if (found == model.classes.end())
      throw InvalidInput(concat(model.algorithm, ": the model has no class \"", name, "\""),
                         "An update cannot add classes: train a new model.");
    places.push_back(static_cast<double>(found - model.classes.begin()));
  }
  for (double& number : map) number = places.at(static_cast<std::size_t>(number));
  description.classes.assign(model.classes.begin(), model.classes.end());
  return map;
}

// The model keeps the names of its features, so an option must not give them others.
void check_names(const Model& model, const std::vector<std::string>& given) {
  if (given.empty() || model.feature_names.empty()) return;
  constexpr const char* hint = "An update keeps the names of the model's features: leave the option out.";
  if (static_cast<std::int64_t>(given.size()) != model.features)
    throw InvalidInput(concat("update: option \"feature_names\" has ", given.size(), " names, the model has ",
                              model.features, " features"),
                       hint);
  for (std::size_t i = 0; i < given.size(); ++i)
    if (const std::string name = model.feature_name(i); given[i] != name)
      throw InvalidInput(
          concat("update: option \"feature_names\" renames a feature of the model: ", name, " to ", given[i]), hint);
}

void check_algorithm(const Model& model) {
  const std::vector<std::string_view> names = training_names();
  if (std::find(names.begin(), names.end(), std::string_view(model.algorithm)) != names.end()) return;
  std::string list;
  for (const std::string_view name : names) list += concat(list.empty() ? "" : ", ", name);
  throw InvalidInput(concat("update: a model of ", model.algorithm, " cannot be continued"),
                     concat("Models of these can: ", list, "."));
}

void check_features(const Model& model, const RowStore& store) {
  if (static_cast<std::size_t>(model.features) != store.format().features)
    throw InvalidInput(concat(model.algorithm, ": the model has ", model.features, " features, the query gives ",
                              store.format().features));
}

}  // namespace

std::optional<Model> train_model(const TrainingRequest& request, const Model* start) {
  if (start) check_algorithm(*start);
  const TrainingPlan plan = plan_training(request.algorithm, request.options);
  if (start && plan.target == TargetKind::sequence)
    throw InvalidInput(concat("update: a model of ", request.algorithm, " cannot be continued"),
                       "Train a new one on all rows.");
  if (start) check_names(*start, plan.rows.feature_names);
  TrainingSlot slot(request.algorithm, plan.max_iter);
  GatheredRows gathered(request.function, request.algorithm, plan,
                        start && plan.ids.empty() ? query_for_model(request.query, *start, plan) : request.query, slot);
  ProgressObserver observer(slot);
  if (!gathered.gather()) return std::nullopt;
  TrainingRows& rows = gathered.rows();
  RowStore& store = rows.store();

  Description description = rows.description();
  std::vector<double> class_map = rows.class_map();
  if (start) {
    check_features(*start, store);
    if (!start->classes.empty() && plan.target != TargetKind::none && !rows.stratified())
      class_map = map_classes(description, std::move(class_map), *start);
    if (!start->feature_names.empty())
      description.feature_names.assign(start->feature_names.begin(), start->feature_names.end());
    else
      description.feature_names = plan.rows.feature_names;
  } else {
    rows.check_classes();
  }
  if (plan.in_memory && !store.resident())
    throw InvalidInput(
        concat(request.algorithm, ": the rows do not fit into quern.train_memory, and this loss needs them all"),
        "Raise quern.train_memory, or use option \"precision\": \"float4\".", Fault::limit_exceeded);
  const bool strata = rows.stratified();
  const std::size_t labels = description.classes.size();
  const auto training =
      make_training({request.algorithm, request.options, strata ? 0 : labels, strata ? labels : 0, rows.ids()}, store);
  const double seconds = training->expected_seconds(bytes_of(store));
  ParallelCrew& crew = gathered.crew(crew_for_seconds(store, seconds, training->tasks()).workers);
  const std::span<double> board = crew.make_board(training->board_size());
  std::copy(class_map.begin(), class_map.end(), board.begin() + static_cast<std::ptrdiff_t>(training->class_map()));
  const std::unique_ptr<Worker> worker = training->make_worker(store, board);
  crew.open(Post::train, specification_of(training->spec()), *worker);
  slot.report("solve", 0, static_cast<std::int64_t>(store.rows()), NAN, NAN);
  Model model = training->train(store, crew, observer, description, start);
  const int present = crew.workers_present();
  crew.finish();
  const std::uint64_t performed = crew.tasks_of_workers();
  call([&] {
    ereport(DEBUG1, (errmsg("%s: %d parallel workers came and performed %llu tasks", request.algorithm.c_str(), present,
                            static_cast<unsigned long long>(performed))));
  });
  return model;
}

namespace {

// As many rows as the planner expects, for a Training to be made over. `named`: features that have a name in the
// options.
class ExpectedRows final : public RowStore {
 public:
  ExpectedRows(const TrainingColumns& columns, std::size_t named, double rows, double bytes) {
    format_.sparse = columns.sparse;
    format_.narrow = columns.narrow;
    format_.weighted = columns.weighted;
    format_.tags = static_cast<std::uint32_t>(columns.tags.size());
    const double numbers =
        (bytes / std::max(rows, 1.0) - static_cast<double>(format_.head_size()) - (format_.sparse ? 8 : 0)) /
        static_cast<double>(format_.number_size());
    format_.features = static_cast<std::uint32_t>(
        named ? static_cast<double>(named) : std::clamp(numbers, static_cast<double>(columns.features.size()), 1e9));
    rows_ = static_cast<std::uint64_t>(rows);
    const auto blocks = static_cast<std::size_t>(std::clamp(bytes / usual_block_bytes, 1.0, 1e6));
    const auto share = [&](double whole) { return static_cast<std::uint32_t>(whole / static_cast<double>(blocks)); };
    blocks_.assign(blocks, {share(rows), share(bytes)});
  }

  const std::byte* load(std::size_t, std::byte*) override { throw std::logic_error("there are no rows"); }
  bool resident() const override { return true; }
  std::byte* resident_block(std::size_t) override { return nullptr; }
};

// "solver newton: few parameters." as item, value and reason.
Explanation explanation_of(const std::string& sentence) {
  const std::size_t space = sentence.find(' '), colon = sentence.find(": ");
  if (space >= colon || colon == std::string::npos) return {"note", sentence, std::nullopt};
  return {sentence.substr(0, space), sentence.substr(space + 1, colon - space - 1), sentence.substr(colon + 2)};
}

}  // namespace

std::vector<Explanation> explain_training(const TrainingRequest& request) {
  const TrainingPlan plan = plan_training(request.algorithm, request.options);
  const RowOptions& options = plan.rows;
  TrainingSlot slot(request.algorithm);
  slot.report("plan", 0, 0, NAN, NAN);
  const TrainingQuery query(request.function, request.algorithm, plan, request.query);
  TrainingArea area(std::uint64_t{1024} * static_cast<std::uint64_t>(train_memory));
  const TrainingRows rows(query, area);
  const TrainingColumns& columns = query.columns();
  ExpectedRows expected(columns, options.feature_names.size(), rows.expected_rows(), rows.expected_bytes());
  const auto target = static_cast<TargetKind>(columns.target);
  const auto training =
      make_training({request.algorithm, request.options, std::size_t{is_classifier(target) ? 2u : 0u}, 0}, expected);
  const bool streamed = rows.way() == GatherWay::streamed, paged = rows.way() == GatherWay::paged;
  const bool fits = rows.expected_bytes() <= 1024.0 * train_memory;
  const CrewSize crew =
      paged      ? crew_for_scan(rows, plan)
      : streamed ? CrewSize{0, "rows are not kept, and one process runs the query"}
                 : crew_for_seconds(expected, training->expected_seconds(bytes_of(expected)), training->tasks());
  const bool alone = paged ? crew.workers == 0 : rows.way() == GatherWay::leader && !may_have_workers();
  const char* const memory = alone ? "private memory" : "shared memory";
  static constexpr const char* ways[] = {"paged", "parallel", "leader", "streamed"};

  std::vector<Explanation> out{
      {"rows", concat(expected.rows()), "What the planner expects."},
      {"features", concat(expected.format().features),
       !options.feature_names.empty() ? "Option feature_names."
       : columns.is_sequence()        ? "Entries of a row; how many features there are is known when they are read."
       : columns.sparse               ? "Entries that are not 0, of a row."
                                      : "From the columns and their expected width."},
      {"storage", columns.sparse ? "sparse" : "dense",
       columns.is_sequence() ? "Sequences are."
       : columns.sparse      ? "A column is an svec."
                             : "No column is an svec."},
      {"precision", columns.narrow ? "float4" : "float8", "Option precision."},
      {"bytes", concat(std::llround(rows.expected_bytes())), "Of the packed rows."},
      {"store",
       streamed ? "none"
       : fits   ? memory
                : concat(memory, " and temporary files"),
       streamed ? "Option store." : concat("quern.train_memory is ", train_memory / 1024, " MB.")},
      {"gather", ways[static_cast<int>(rows.way())], std::string(rows.how())},
  };
  for (const std::string& reason : training->reasons()) out.push_back(explanation_of(reason));
  // What only the rows tell.
  for (Explanation& row : out)
    if (row.item == "solver" && row.reason != "as asked." && !columns.is_sequence() &&
        (columns.sparse || target == TargetKind::classes))
      row.reason =
          concat(*row.reason, columns.sparse ? " The width of an svec is known when it is read: if wide, lbfgs."
                                             : " Counted with two classes; more may need lbfgs.");
  out.push_back({"shards", concat(training->tasks()), "By the rows alone; what a pass is divided into."});
  out.push_back({"workers", concat(crew.workers), concat("At most; ", crew.reason, ".")});
  out.push_back({"device", "cpu", "This version has no other."});
  return out;
}

}  // namespace quern::pg
