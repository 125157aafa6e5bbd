// quern.search and quern.cross_validate.
#include "search/search.hpp"

#include "base/json.hpp"
#include "pg/entry.hpp"
#include "pg/gathered_rows.hpp"
#include "pg/guard.hpp"
#include "pg/rows.hpp"
#include "pg/training_posts.hpp"

extern "C" {
#include <tcop/utility.h>
}

namespace quern::pg {

namespace {

struct JsonText {
  std::string text;
};
NullableDatum to_datum(const JsonText& json, FunctionCallInfo) {
  return {DirectFunctionCall1(jsonb_in, CStringGetDatum(json.text.c_str())), false};
}

struct Scores {  // of folds; NULL where there is none
  std::vector<std::optional<double>> values;
};
NullableDatum to_datum(const Scores& scores, FunctionCallInfo) {
  const int n = static_cast<int>(scores.values.size());
  auto* const values = static_cast<Datum*>(palloc(sizeof(Datum) * scores.values.size()));
  auto* const nulls = static_cast<bool*>(palloc(scores.values.size()));
  for (std::size_t i = 0; i < scores.values.size(); ++i) {
    values[i] = Float8GetDatum(scores.values[i].value_or(0));
    nulls[i] = !scores.values[i];
  }
  int lower = 1;
  int size = n;
  return {PointerGetDatum(construct_md_array(values, nulls, 1, &size, &lower, FLOAT8OID, sizeof(double),
                                             FLOAT8PASSBYVAL, TYPALIGN_DOUBLE)),
          false};
}

struct PackedModel {
  std::vector<std::byte> bytes;
};
PackedModel packed(const Model& model) {
  PackedModel result{std::vector<std::byte>(sizeof(Label) + packed_size(model))};
  std::memcpy(result.bytes.data(), &label_of<Model>, sizeof(Label));
  pack(model, result.bytes.data() + sizeof(Label));
  return result;
}
NullableDatum to_datum(const PackedModel& model, FunctionCallInfo) {
  varlena* const datum = new_varlena(model.bytes.size());
  std::memcpy(payload(datum), model.bytes.data(), model.bytes.size());
  return {PointerGetDatum(datum), false};
}

struct RankedSetting {
  std::int32_t rank;
  JsonText setting;
  Scores folds;
  std::optional<double> mean, std_error;
  double seconds;
  std::optional<PackedModel> model;
  std::optional<std::string> error;

  static constexpr std::array columns{"rank", "setting", "folds", "mean", "std_error", "seconds", "model", "error"};
};

struct FoldRow {
  std::int32_t fold;
  std::int64_t train_rows, test_rows;
  std::string metric;
  std::optional<double> score;

  static constexpr std::array columns{"fold", "train_rows", "test_rows", "metric", "score"};
};

// What is told to quern.progress: how many fits there were, not what each of them does.
class Host final : public SearchHost {
 public:
  Host(GatheredRows& gathered, ParallelCrew& crew, TrainingSlot& slot)
      : gathered_(gathered), crew_(crew), observer_(slot), class_map_(gathered.rows().class_map()) {
    TrainingArea& area = gathered.area();
    const std::size_t rows = store().rows();
    where_ = area.attachable() ? area.allocate(rows) : 0;
    if (where_ == 0) own_parts_.resize(rows);
    parts_ = where_ ? std::span(area.at<std::uint8_t>(where_), rows) : std::span(own_parts_);
  }

  RowStore& store() override { return gathered_.rows().store(); }
  Description description() override { return gathered_.rows().description(); }
  std::span<const double> class_map() override { return class_map_; }
  std::span<std::uint8_t> parts() override { return parts_; }
  Observer& observer() override { return observer_; }

  Crew& open(const SearchPost& post, std::size_t board_numbers) override {
    const std::span<double> board = crew_.make_board(board_numbers);
    std::unique_ptr<Worker> worker = make_search_worker(post, store(), parts_, board);
    if (where_)
      crew_.open(Post::search, specification_of(post, where_), *worker);
    else
      crew_.open_alone(*worker);
    worker_ = std::move(worker);
    return crew_;
  }

 private:
  GatheredRows& gathered_;
  ParallelCrew& crew_;
  ProgressObserver observer_;
  const std::vector<double> class_map_;
  dsa_pointer where_ = 0;
  std::vector<std::uint8_t> own_parts_;
  std::span<std::uint8_t> parts_;
  std::unique_ptr<Worker> worker_;
};

// An argument of type text or jsonb as a string. May ereport.
const char* text_argument(FunctionCallInfo fcinfo, int arg) { return text_to_cstring(PG_GETARG_TEXT_PP(arg)); }
const char* json_argument(FunctionCallInfo fcinfo, int arg) {
  Jsonb* const json = PG_GETARG_JSONB_P(arg);
  return JsonbToCString(nullptr, &json->root, VARSIZE(json));
}

std::optional<SearchResult> run(const SearchRequest& request, const char* query) {
  TrainingSlot slot(request.algorithm);
  GatheredRows gathered(request.function.c_str(), request.algorithm, request.plan(), query, slot);
  if (!gathered.gather()) return std::nullopt;
  gathered.rows().check_classes();
  RowStore& store = gathered.rows().store();
  const double seconds = request.plan().passes * bytes_of(store) / pass_speed;
  ParallelCrew& crew = gathered.crew(crew_for_seconds(store, seconds, most_shards).workers);
  Host host(gathered, crew, slot);
  SearchResult result = search(request, host);
  crew.finish();
  return result;
}

Datum search_settings(FunctionCallInfo fcinfo) {
  PreventCommandIfParallelMode("quern.search()");
  const char* const algorithm = text_argument(fcinfo, 0);
  const char* const query = text_argument(fcinfo, 1);
  const char* const grid = json_argument(fcinfo, 2);
  const char* const options = json_argument(fcinfo, 3);
  return guarded([&] {
    const SearchRequest request("search", algorithm, grid, options);
    std::vector<RankedSetting> rows;
    if (std::optional<SearchResult> found = run(request, query))
      for (SearchRow& row : found->rows)
        rows.push_back({static_cast<std::int32_t>(row.rank),
                        {std::move(row.setting)},
                        {std::move(row.folds)},
                        row.mean,
                        row.std_error,
                        row.seconds,
                        row.model ? std::optional(packed(*row.model)) : std::nullopt,
                        std::move(row.error)});
    return return_rows(fcinfo, rows);
  });
}

Datum cross_validate(FunctionCallInfo fcinfo) {
  PreventCommandIfParallelMode("quern.cross_validate()");
  const char* const algorithm = text_argument(fcinfo, 0);
  const char* const query = text_argument(fcinfo, 1);
  const char* const training = json_argument(fcinfo, 2);
  const char* const options = json_argument(fcinfo, 3);
  return guarded([&] {
    const SearchRequest request = SearchRequest::of_one(algorithm, training, options);
    std::vector<FoldRow> rows;
    const std::optional<SearchResult> found = run(request, query);
    if (!found) return return_rows(fcinfo, rows);
    const SearchRow& row = found->rows.at(0);
    if (row.error) throw InvalidInput(concat(request.algorithm, ": ", *row.error));
    for (std::size_t f = 0; f < row.folds.size(); ++f)
      rows.push_back({static_cast<std::int32_t>(f + 1), found->fold_rows[f].first, found->fold_rows[f].second,
                      found->metric, row.folds[f]});
    return return_rows(fcinfo, rows);
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_search, quern::pg::search_settings)
QUERN_EXPORT(quern_cross_validate, quern::pg::cross_validate)
