// What is in a model, as rows: coefficients, metrics, info.
#include <optional>
#include <string>

#include "model/feature_names.hpp"
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

// Written out, unless they are so many that nobody reads them: then as the model holds them.
std::optional<std::string> feature_names(const Model& model) {
  constexpr std::int64_t most_written_out = 1000;
  if (model.feature_names.empty() || model.features > most_written_out) return joined(model.feature_names);
  const FeatureNames names(model.feature_names, static_cast<std::uint64_t>(model.features));
  std::string out;
  for (std::int64_t i = 0; i < model.features; ++i) out.append(i ? ", " : "").append(names[i]);
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
                               static_cast<std::int64_t>(model.classes.size()), feature_names(model),
                               joined(model.classes),
                               model.options.empty() ? std::string_view("{}") : std::string_view(model.options)}};
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_coefficients, quern::pg::coefficients)
QUERN_EXPORT(quern_metrics, quern::pg::metrics)
QUERN_EXPORT(quern_info, quern::pg::info)
