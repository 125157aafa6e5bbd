// quern.train, update, training_log and explain_train.
#include "base/json.hpp"
#include "pg/entry.hpp"
#include "pg/rows.hpp"
#include "pg/scoring.hpp"
#include "pg/training.hpp"

extern "C" {
#include <tcop/utility.h>
}

namespace quern::pg {

namespace {

struct LogRow {
  std::int32_t setting;
  std::int64_t epoch;
  double seconds;
  std::optional<double> loss, validation_loss, step_size;
  std::optional<std::int64_t> rows;

  static constexpr std::array columns{"setting", "epoch", "seconds", "loss", "validation_loss", "step_size", "rows"};
};

// An argument of type text or jsonb as a string. May ereport.
const char* text_argument(FunctionCallInfo fcinfo, int arg) { return text_to_cstring(PG_GETARG_TEXT_PP(arg)); }
const char* json_argument(FunctionCallInfo fcinfo, int arg) {
  Jsonb* const json = PG_GETARG_JSONB_P(arg);
  return JsonbToCString(nullptr, &json->root, VARSIZE(json));
}

// As models keep it. What is no object is refused by who reads the options.
std::string canonical(const char* options) {
  const std::string_view text = options;
  return text == "{}" ? std::string() : write_json(parse_json(text));
}

Datum train(FunctionCallInfo fcinfo) {
  PreventCommandIfParallelMode("quern.train()");
  const char* const algorithm = text_argument(fcinfo, 0);
  const char* const query = text_argument(fcinfo, 1);
  const char* const options = json_argument(fcinfo, 2);
  return guarded([&] { return return_result(fcinfo, train_model({algorithm, query, canonical(options)}, nullptr)); });
}

Datum update(FunctionCallInfo fcinfo) {
  PreventCommandIfParallelMode("quern.update()");
  const Bytes packed = bytes_of(PG_GETARG_BYTEA_PP(0));
  const char* const query = text_argument(fcinfo, 1);
  const char* const options = json_argument(fcinfo, 2);
  return guarded([&] {
    Model model;
    decode_model(packed, model);
    const TrainingRequest request{std::string(model.algorithm), query, merge_options(model.options, canonical(options)),
                                  "update"};
    return return_result(fcinfo, train_model(request, &model));
  });
}

std::optional<std::int64_t> count(double value) {
  return value >= 0 && value < 0x1p63 ? std::optional(static_cast<std::int64_t>(value)) : std::nullopt;
}

std::optional<double> unless_nan(double value) { return std::isnan(value) ? std::nullopt : std::optional(value); }

Datum training_log(FunctionCallInfo fcinfo) {
  const Bytes packed = bytes_of(PG_GETARG_BYTEA_PP(0));
  return guarded([&] {
    Model model;
    decode_model(packed, model);
    std::vector<LogRow> rows;
    const Parameter* const log = model.find_parameter("training_log");
    constexpr std::size_t width = 6;
    for (std::size_t i = 0; log && i + width <= log->values.size(); i += width) {
      const double* const v = log->values.data() + i;
      rows.push_back(
          {1, count(v[0]).value_or(0), v[1], unless_nan(v[2]), unless_nan(v[3]), unless_nan(v[4]), count(v[5])});
    }
    return return_rows(fcinfo, rows);
  });
}

Datum explain_train(FunctionCallInfo fcinfo) {
  PreventCommandIfParallelMode("quern.explain_train()");
  const char* const algorithm = text_argument(fcinfo, 0);
  const char* const query = text_argument(fcinfo, 1);
  const char* const options = json_argument(fcinfo, 2);
  return guarded([&] { return return_rows(fcinfo, explain_training({algorithm, query, canonical(options)})); });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_train, quern::pg::train)
QUERN_EXPORT(quern_update, quern::pg::update)
QUERN_EXPORT(quern_training_log, quern::pg::training_log)
QUERN_EXPORT(quern_explain_train, quern::pg::explain_train)
