// What is in a model, as rows: coefficients, metrics, info.
#include <optional>
#include <string>

#include "pg/entry.hpp"
#include "pg/rows.hpp"
#include "pg/scoring.hpp"

namespace quern::pg {

namespace {

struct MetricRow {
  std::string metric;
  std::optional<double> value;

  static constexpr std::array columns{"metric", "value"};
};

struct InfoRow {
  std::string_view algorithm, target;
  std::int64_t rows, skipped, features, classes;
  std::optional<std::string> feature_names, class_names;
  std::string_view options;

  static constexpr std::array columns{"algorithm", "target",        "rows",        "skipped", "features",
                                      "classes",   "feature_names", "class_names", "options"};
};

std::optional<std::string> joined(const Vec<Text>& texts) {
  if (texts.empty()) return std::nullopt;
  std::string out;
  for (const Text& text : texts) out.append(out.empty() ? "" : ", ").append(text);
  return out;
}

std::optional<double> unless_nan(double value) { return std::isnan(value) ? std::nullopt : std::optional(value); }

// f turns the model in argument 0 into rows.
template <class F>
Datum rows_of_model(FunctionCallInfo fcinfo, F&& f) {
  const Bytes packed = bytes_of(PG_GETARG_BYTEA_PP(0));
  return guarded([&] {
    Model model;
    decode_model(packed, model);
    return return_rows(fcinfo, f(std::as_const(model)));
  });
}

Datum coefficients(FunctionCallInfo fcinfo) {
  return rows_of_model(fcinfo, [](const Model& model) { return scorer_kind(model).coefficients(model); });
}

Datum metrics(FunctionCallInfo fcinfo) {
  return rows_of_model(fcinfo, [](const Model& model) {
    std::vector<MetricRow> rows{{"n", static_cast<double>(model.rows)},
                                {"skipped", static_cast<double>(model.skipped)}};
    for (const Metric& m : model.metrics) rows.push_back({std::string(m.name), unless_nan(m.value)});
    return rows;
  });
}

Datum info(FunctionCallInfo fcinfo) {
  return rows_of_model(fcinfo, [](const Model& model) {
    static constexpr std::string_view targets[] = {"number", "boolean", "numeric class", "text class"};
    return std::vector{InfoRow{model.algorithm, targets[model.target], model.rows, model.skipped, model.features,
                               static_cast<std::int64_t>(model.classes.size()), joined(model.feature_names),
                               joined(model.classes),
                               model.options.empty() ? std::string_view("{}") : std::string_view(model.options)}};
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_coefficients, quern::pg::coefficients)
QUERN_EXPORT(quern_metrics, quern::pg::metrics)
QUERN_EXPORT(quern_info, quern::pg::info)
