// quern.baseline_hazard and predict_survival: what a model of cox_regression says beyond hazard ratios.
#include "model/cox.hpp"
#include "base/text.hpp"
#include "pg/entry.hpp"
#include "pg/rows.hpp"
#include "pg/scoring.hpp"

namespace quern::pg {

namespace {

struct HazardRow {
  std::optional<std::string> stratum;
  double time, cumulative_hazard, survival;

  static constexpr std::array columns{"stratum", "time", "cumulative_hazard", "survival"};
};

void check_algorithm(const Model& model, const char* function) {
  if (std::string_view(model.algorithm) != "cox_regression")
    throw InvalidInput(concat(function, ": a ", model.algorithm, " model has no survival times"),
                       "Train a cox_regression.");
}

Datum baseline_hazard(FunctionCallInfo fcinfo) {
  const Bytes packed = bytes_of(PG_GETARG_BYTEA_PP(0));
  return guarded([&] {
    Model model;
    decode_model(packed, model);
    check_algorithm(model, "baseline_hazard");
    const CoxScorer scorer(model);
    std::vector<HazardRow> rows;
    for (std::size_t s = 0; s < scorer.strata(); ++s)
      for (std::size_t i = scorer.starts[s]; i < scorer.starts[s + 1]; ++i)
        rows.push_back({model.classes.empty() ? std::nullopt : std::optional<std::string>(model.classes[s]),
                        scorer.time(i), scorer.hazard(i), std::exp(-scorer.hazard(i))});
    return return_rows(fcinfo, rows);
  });
}

std::size_t stratum_of(const Model& model, std::optional<std::string_view> stratum) {
  if (model.classes.empty()) {
    if (stratum) throw InvalidInput("predict_survival: the model has no strata", "Leave the argument stratum out.");
    return 0;
  }
  std::string known;
  for (std::size_t s = 0; s < model.classes.size(); ++s) {
    if (stratum && std::string_view(model.classes[s]) == *stratum) return s;
    if (s < 5) known += concat(s ? ", " : "", std::string_view(model.classes[s]));
  }
  const std::string hint = concat("Strata are ", known, model.classes.size() > 5 ? ", ..." : "", ".");
  if (!stratum) throw InvalidInput("predict_survival: the model has strata, and none is named", hint);
  throw InvalidInput(concat("predict_survival: the model has no stratum \"", *stratum, "\""), hint);
}

// model, x, time [, stratum]
Datum predict_survival(FunctionCallInfo fcinfo) {
  const LoadedModel& loaded = load_model(fcinfo);
  Reader<FeatureRow> reader;
  const FeatureRow x = reader(fcinfo, 1);
  if (reader.null()) PG_RETURN_NULL();
  const double time = PG_GETARG_FLOAT8(2);
  std::optional<std::string_view> stratum;
  if (PG_NARGS() > 3) {
    const text* const given = PG_GETARG_TEXT_PP(3);
    stratum = std::string_view(VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given));
  }
  return guarded([&] {
    const Model& model = *loaded.model;
    check_algorithm(model, "predict_survival");
    if (x.size() != static_cast<std::size_t>(model.features))
      throw InvalidInput(
          concat("predict_survival: the model has ", model.features, " features, the row has ", x.size()));
    return Float8GetDatum(static_cast<const CoxScorer*>(loaded.scorer)->survival(x, stratum_of(model, stratum), time));
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_baseline_hazard, quern::pg::baseline_hazard)
QUERN_EXPORT(quern_predict_survival, quern::pg::predict_survival)
