#include "pg/training_rows.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/feature_names.hpp"
#include "pg/gather_rows.hpp"
#include "pg/query_run.hpp"
#include "pg/shared.hpp"
#include "pg/streaming_store.hpp"
#include "train/target.hpp"
#include "uda/row_checks.hpp"

namespace quern::pg {

namespace {

// Tasks of a scan: small enough to share among processes, large enough that the part of a block each leaves empty does
// not matter. They depend on the table alone.
constexpr std::uint32_t most_pages_in_task = 128, least_pages_in_task = 16, usual_tasks = 32;
constexpr std::uint32_t most_scan_tasks = 0x8000;  // what a crew can share out, with some room

// The table that a plan scans from end to end and does nothing else; or InvalidOid. May ereport.
Oid table_of_lone_scan(const PlannedStmt* plan) {
  const Plan* const top = plan->planTree;
  if (!IsA(top, SeqScan) || top->initPlan != NIL || plan->subplans != NIL || plan->paramExecTypes != NIL)
    return InvalidOid;
  const RangeTblEntry* const entry = rt_fetch(reinterpret_cast<const Scan*>(top)->scanrelid, plan->rtable);
  return entry->rtekind == RTE_RELATION ? entry->relid : InvalidOid;
}

struct PagedTable {
  bool possible = false;
  BlockNumber pages = 0;
};

// May ereport.
PagedTable paged_table(const Query* tree, const PlannedStmt* plan) {
  const Oid table = table_of_lone_scan(plan);
  if (table == InvalidOid || max_parallel_hazard(static_cast<Query*>(copyObjectImpl(tree))) != PROPARALLEL_SAFE)
    return {};
  Relation const relation = table_open(table, NoLock);
  PagedTable result;
  const bool heap = relation->rd_tableam == GetHeapamTableAmRoutine();
  if (heap && relation->rd_rel->relpersistence != RELPERSISTENCE_TEMP) {
    result.possible = true;
    result.pages = RelationGetNumberOfBlocks(relation);
  }
  table_close(relation, NoLock);
  return result;
}

// Does each process of the plan aggregate what it computes?
bool aggregates_in_workers(const PlannedStmt* plan) {
  const Plan* const top = plan->planTree;
  return plan->parallelModeNeeded && IsA(top, Agg) && DO_AGGSPLIT_COMBINE(reinterpret_cast<const Agg*>(top)->aggsplit);
}

// The plan of an aggregate over the query's rows. May ereport.
PlannedStmt* plan_aggregate(const char* sql) {
  auto* const statement = linitial_node(RawStmt, pg_parse_query(sql));
  auto* const query = linitial_node(Query, analyze_and_rewrite(statement, sql));
  return pg_plan_query(query, sql, CURSOR_OPT_PARALLEL_OK, nullptr);
}

double number_of(const std::string& label) {
  double value = 0;
  std::from_chars(label.data(), label.data() + label.size(), value);
  return value;
}

// The bytes of a stored row, from what the planner expects of the query's.
double expected_row_bytes(const TrainingColumns& columns, double width) {
  const double size = columns.narrow ? sizeof(float) : sizeof(double);
  double numbers = 0, arrays = 0;
  const auto scalar_width = [](const TrainingColumn& column) {
    const auto kind = static_cast<ColumnKind>(column.kind);
    return kind == ColumnKind::boolean                              ? 1
           : kind == ColumnKind::int2                               ? 2
           : kind == ColumnKind::int4 || kind == ColumnKind::float4 ? 4
                                                                    : 8;
  };
  width -= scalar_width(columns.y) + (columns.weighted ? scalar_width(columns.weight) : 0) +
           (columns.censored ? scalar_width(columns.event) : 0);
  for (const TrainingColumn& tag : columns.tags) width -= scalar_width(tag);
  for (const TrainingColumn& column : columns.features) {
    const auto kind = static_cast<ColumnKind>(column.kind);
    if (kind == ColumnKind::array || kind == ColumnKind::svec) {
      ++arrays;
    } else {
      ++numbers;
      width -= scalar_width(column);
    }
  }
  const double head = (columns.weighted ? 16 : 8) + 8 * static_cast<double>(columns.tags.size());
  if (columns.sparse) return head + 8 + std::max(width - arrays * 16, 0.0) + numbers * (size + 4);
  return head + numbers * size + std::max(width - arrays * 24, 0.0) * size / sizeof(double);
}

}  // namespace

struct TrainingRows::State {
  const TrainingQuery& query;
  TrainingArea& area;
  GatherWay way = GatherWay::leader;
  std::string how;
  PlannedStmt* plan = nullptr;
  std::string sql;  // that the plan is of
  double expected_rows = 0, expected_bytes = 0;

  std::unique_ptr<RowStore> store;
  std::int64_t skipped = 0, weightless = 0;
  std::vector<std::string> classes;
  std::vector<double> class_map;

  void choose();
  bool choose_pages();
  bool choose_parallel();
  void publish_columns();
  dsa_pointer publish(const void* bytes, std::size_t size);

  void gather_parallel();
  void gather_here();
  void count();
  void order_classes();
  [[noreturn]] void refuse_classes() const;
};

TrainingRows::TrainingRows(const TrainingQuery& query, TrainingArea& area)
    : state_(new State{
          .query = query, .area = area, .how = {}, .sql = query.sql(), .store = {}, .classes = {}, .class_map = {}}) {
  state_->publish_columns();
  state_->choose();
}

TrainingRows::~TrainingRows() = default;

void TrainingRows::State::choose() {
  const Query* const tree = query.tree();
  if (query.streamed()) {
    plan = plan_query(tree, sql.c_str(), 0, query.function());
    way = GatherWay::streamed;
    how = "The query runs again for each pass over the rows, in one process.";
  } else if (tree->sortClause || tree->limitCount || tree->limitOffset) {
    plan = plan_query(tree, sql.c_str(), CURSOR_OPT_PARALLEL_OK, query.function());
    how = "The query is ordered or limited: this process packs its rows as they come.";
  } else if (!choose_pages() && !choose_parallel()) {
    plan = plan_query(tree, sql.c_str(), CURSOR_OPT_PARALLEL_OK, query.function());
    how = "PostgreSQL plans the query without partial results of workers: this process packs its rows.";
  }
  expected_rows = way == GatherWay::parallel ? expected_rows : plan->planTree->plan_rows;
  const double width = way == GatherWay::parallel ? expected_bytes : plan->planTree->plan_width;
  expected_bytes = expected_rows * expected_row_bytes(query.columns(), width);
}

bool TrainingRows::State::choose_pages() {
  plan = plan_query(query.tree(), sql.c_str(), 0, query.function());
  const PagedTable table = call([&] { return paged_table(query.tree(), plan); });
  if (!table.possible) return false;
  plan->jitFlags = 0;  // each process would compile
  RowsControl& rows = area.rows();
  rows.pages = table.pages;
  rows.pages_in_task = std::max(std::clamp(table.pages / usual_tasks, least_pages_in_task, most_pages_in_task),
                                table.pages / most_scan_tasks);
  const char* const text = call([&] { return nodeToString(plan); });
  rows.plan = publish(text, std::strlen(text) + 1);
  way = GatherWay::paged;
  how = "A table is scanned by ranges of pages, and its rows are kept in its order.";
  return true;
}

bool TrainingRows::State::choose_parallel() {
  if (!area.rows().shared || max_parallel_workers_per_gather == 0 || IsInParallelMode()) return false;
  const char hazard = call([&] { return max_parallel_hazard(static_cast<Query*>(copyObjectImpl(query.tree()))); });
  if (hazard == PROPARALLEL_UNSAFE) return false;
  const std::string aggregate = concat("SELECT quern.gather_rows(q.*) FROM (", query.sql(), "\n) AS q");
  PlannedStmt* const parallel = call([&] { return plan_aggregate(aggregate.c_str()); });
  if (!aggregates_in_workers(parallel)) return false;
  TrainingSlot* const slot = TrainingSlot::current();
  if (!slot || !slot->publish_gather({.area = area.handle().segment})) return false;
  expected_rows = plan->planTree->plan_rows;  // of the plan without workers
  expected_bytes = plan->planTree->plan_width;
  plan = parallel;
  sql = aggregate;
  way = GatherWay::parallel;
  how = "PostgreSQL runs the query in parallel, and each process packs the rows that it computes.";
  return true;
}

void TrainingRows::State::publish_columns() {
  const TrainingColumns& columns = query.columns();
  std::vector<std::byte> bytes(packed_size(columns));
  pack(columns, bytes.data());
  area.rows().columns = publish(bytes.data(), bytes.size());
  area.rows().columns_bytes = bytes.size();
  area.rows().widths = area.allocate(columns.features.size() * sizeof(std::uint32_t));
  if (area.rows().widths == 0) throw std::bad_alloc();
  constexpr int most_kits = 64;  // more processes make their own
  make_packing_kits(area,
                    std::clamp(std::min(max_parallel_workers_per_gather, max_parallel_workers), 0, most_kits) + 1);
}

dsa_pointer TrainingRows::State::publish(const void* bytes, std::size_t size) {
  const dsa_pointer where = area.allocate(size, false);
  if (where == 0) throw std::bad_alloc();
  std::memcpy(area.at<void>(where), bytes, size);
  return where;
}

GatherWay TrainingRows::way() const { return state_->way; }
std::string_view TrainingRows::how() const { return state_->how; }
double TrainingRows::expected_rows() const { return state_->expected_rows; }
double TrainingRows::expected_bytes() const { return state_->expected_bytes; }

std::size_t TrainingRows::scan_tasks() const {
  const RowsControl& rows = state_->area.rows();
  return state_->way == GatherWay::paged ? (rows.pages + rows.pages_in_task - 1) / rows.pages_in_task : 0;
}

void TrainingRows::gather(Crew* crew) {
  switch (state_->way) {
    case GatherWay::paged:
      if (crew) {
        crew->run({.operation = Operation::scan}, scan_tasks());
      } else {
        const auto worker = make_scan_worker(state_->area);
        SerialCrew(*worker, {}).run({.operation = Operation::scan}, scan_tasks());
      }
      break;
    case GatherWay::parallel:
      state_->gather_parallel();
      break;
    case GatherWay::leader:
      state_->gather_here();
      break;
    case GatherWay::streamed: {
      auto store =
          std::make_unique<StreamingStore>(state_->area, state_->plan, state_->sql.c_str(), state_->query.function());
      state_->skipped = store->skipped();
      state_->weightless = store->weightless();
      state_->store = std::move(store);
      break;
    }
  }
  state_->area.end_rows();
  if (!state_->store) {
    state_->count();
    state_->store = attach_rows(state_->area);
  }
  state_->order_classes();
}

void TrainingRows::State::gather_parallel() {
  NumberReceiver receiver;
  {
    const GatheringHere here(area);
    QueryRun(plan, sql.c_str(), &receiver).run_all();
  }
  (void)TrainingSlot::current()->publish_gather({});
}

void TrainingRows::State::gather_here() {
  const FromFirstPage from_first_page;
  BlockPacker blocks(area);
  RowPacker packer(area, blocks);
  PackingReceiver receiver(&packer);
  QueryRun(plan, sql.c_str(), &receiver).run_all();
}

void TrainingRows::State::count() {
  for (dsa_pointer at = area.rows().last_process; at != 0;) {
    const auto& process = *area.at<PackingProcess>(at);
    skipped += static_cast<std::int64_t>(process.skipped);
    weightless += static_cast<std::int64_t>(process.weightless);
    at = process.previous;
  }
}

// Numbers by their value, booleans false first, text by bytes.
void TrainingRows::State::order_classes() {
  const std::vector<std::string> met = classes_in(area);
  std::vector<std::size_t> order(met.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return met[a] < met[b]; });
  if (query.labels() == Target::number_class)
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return number_of(met[a]) < number_of(met[b]); });
  if (!query.columns().stratified) order_as_asked<std::string>(query.columns().learner, met, query.classes(), order);
  class_map.resize(met.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    class_map[order[i]] = static_cast<double>(i);
    classes.push_back(met[order[i]]);
  }
}

void TrainingRows::State::refuse_classes() const {
  const TrainingColumns& columns = query.columns();
  const std::string y = concat(columns.learner, ": ", columns.y.name);
  if (classes.size() == 1)
    throw InvalidInput(concat(y, " is \"", classes[0], "\" in all rows"), "A classifier needs rows of two classes.");
  std::string some;
  for (std::size_t i = 0; i < classes.size() && i < 5; ++i) some += concat(i ? ", " : "", "\"", classes[i], "\"");
  throw InvalidInput(
      concat(y, " has ", classes.size(), " classes (", some, classes.size() > 5 ? ", ..." : "", "), not 2"),
      "Use multinomial_regression or linear_svm for more than two classes.");
}

void TrainingRows::check_classes() const {
  const auto kind = static_cast<TargetKind>(state_->query.columns().target);
  const std::size_t classes = state_->classes.size();
  if (kind == TargetKind::sequence && classes == 0 && state_->store->rows() > 0)
    throw InvalidInput(concat(state_->query.columns().learner, ": all sequences are empty"),
                       "Each element of the labels is one position of a sequence.");
  const bool fits = kind == TargetKind::binary ? classes == 2 : kind == TargetKind::classes ? classes > 1 : true;
  if (!fits && state_->store->rows() > 0) state_->refuse_classes();
}

RowStore& TrainingRows::store() { return *state_->store; }
bool TrainingRows::stratified() const { return state_->query.columns().stratified; }
std::int64_t TrainingRows::skipped() const { return state_->skipped; }
std::int64_t TrainingRows::weightless() const { return state_->weightless; }
const std::vector<double>& TrainingRows::class_map() const { return state_->class_map; }

Description TrainingRows::description() const {
  const TrainingColumns& columns = state_->query.columns();
  Description description;
  description.target = static_cast<std::int32_t>(state_->query.target());
  description.skipped = state_->skipped;
  description.classes = state_->classes;
  if (columns.is_sequence()) {
    description.feature_names = names_in(state_->area, state_->area.rows().names);
    return description;
  }
  const std::uint32_t features = state_->store->format().features;
  description.feature_names = state_->query.feature_names();
  if (features == 0) return description;
  check_feature_names(columns.learner, description.feature_names, features);
  if (!description.feature_names.empty()) return description;
  const auto* const widths = state_->area.at<std::uint32_t>(state_->area.rows().widths);
  for (std::size_t i = 0; i < columns.features.size(); ++i) {
    const auto kind = static_cast<ColumnKind>(columns.features[i].kind);
    const std::string_view name = columns.features[i].name;
    description.feature_names.push_back(
        kind == ColumnKind::array || kind == ColumnKind::svec ? name_of_array(name, widths[i]) : std::string(name));
  }
  return description;
}

std::unique_ptr<RowStore> attach_rows(TrainingArea& area) { return std::make_unique<SharedRowStore>(area); }

}  // namespace quern::pg
