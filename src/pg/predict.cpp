// quern.predict, predict_proba, predict_label, decision_function and transform: of features, or of a row that has them
// in its columns.
#include "base/text.hpp"
#include "pg/entry.hpp"
#include "pg/row_features.hpp"
#include "pg/scoring.hpp"

namespace quern::pg {

namespace {

// Argument 1 of type quern.features.
class ArrayFeatures {
 public:
  ArrayFeatures() {}

  FeatureRow operator()(FunctionCallInfo fcinfo, const LoadedModel& loaded, const char* function) {
    const FeatureRow x = reader_(fcinfo, 1);
    return x.is_sparse() && !loaded.kind->sparse ? written_out(x.sparse(), loaded, function) : x;
  }
  bool null() const { return reader_.null(); }

 private:
  Reader<FeatureRow> reader_;
};

// Of models that score something else than a row of features.
void demand_rows(const LoadedModel& loaded, const char* function) {
  if (loaded.model->algorithm == "crf")
    throw InvalidInput(concat(function, ": a crf model labels sequences, not rows"), "Use quern.tag.");
  if (loaded.model->algorithm == "pca" && std::string_view(function).starts_with("predict"))
    throw InvalidInput(concat(function, ": a pca model predicts nothing"), "Use quern.transform.");
}

void match_width(const LoadedModel& loaded, const FeatureRow& x, const char* function) {
  demand_rows(loaded, function);
  if (x.size() != static_cast<std::size_t>(loaded.model->features))
    throw InvalidInput(
        concat(function, ": the model has ", loaded.model->features, " features, the row has ", x.size()));
}

[[noreturn]] void refuse_regressor(const LoadedModel& loaded, const char* function) {
  throw InvalidInput(concat(function, ": a ", loaded.model->algorithm, " model has no classes"), "Use quern.predict.");
}

[[noreturn]] void refuse_probabilities(const LoadedModel& loaded) {
  if (!loaded.kind->classify) refuse_regressor(loaded, "predict_proba");
  throw InvalidInput(concat("predict_proba: a ", loaded.model->algorithm, " model has no probabilities"),
                     "Use quern.decision_function, or train a logistic_regression.");
}

// float8[] of n numbers that `fill` sets, which may throw.
template <class F>
Datum array_of(std::size_t n, const F& fill) {
  auto* const zeros = static_cast<double*>(palloc0(sizeof(double) * (n + 1)));
  const Datum array = array_datum({zeros, n});
  return guarded([&] {
    fill({reinterpret_cast<double*>(ARR_DATA_PTR(reinterpret_cast<ArrayType*>(DatumGetPointer(array)))), n});
    return array;
  });
}

template <class Source>
Datum predict(FunctionCallInfo fcinfo) {
  LoadedModel& loaded = load_model(fcinfo);
  Source source;
  const FeatureRow x = source(fcinfo, loaded, "predict");
  if (source.null()) PG_RETURN_NULL();
  return guarded([&]() -> Datum {
    match_width(loaded, x, "predict");
    if (loaded.kind->predict) return Float8GetDatum(loaded.kind->predict(loaded.scorer, x));
    if (loaded.class_values.empty())
      throw InvalidInput("predict: the classes of the model are text, not numbers", "Use quern.predict_label.");
    return Float8GetDatum(loaded.class_values[loaded.kind->classify(loaded.scorer, x)]);
  });
}

template <class Source>
Datum predict_proba(FunctionCallInfo fcinfo) {
  LoadedModel& loaded = load_model(fcinfo);
  Source source;
  const FeatureRow x = source(fcinfo, loaded, "predict_proba");
  if (source.null()) PG_RETURN_NULL();
  return array_of(loaded.model->classes.size(), [&](std::span<double> out) {
    match_width(loaded, x, "predict_proba");
    if (!loaded.kind->probabilities) refuse_probabilities(loaded);
    loaded.kind->probabilities(loaded.scorer, x, out);
  });
}

template <class Source>
Datum predict_label(FunctionCallInfo fcinfo) {
  LoadedModel& loaded = load_model(fcinfo);
  Source source;
  const FeatureRow x = source(fcinfo, loaded, "predict_label");
  if (source.null()) PG_RETURN_NULL();
  return guarded([&] {
    match_width(loaded, x, "predict_label");
    if (!loaded.kind->classify) refuse_regressor(loaded, "predict_label");
    const Text& label = loaded.model->classes[loaded.kind->classify(loaded.scorer, x)];
    return call([&] { return to_datum(std::string_view(label), fcinfo).value; });
  });
}

template <class Source>
Datum decision_function(FunctionCallInfo fcinfo) {
  LoadedModel& loaded = load_model(fcinfo);
  Source source;
  const FeatureRow x = source(fcinfo, loaded, "decision_function");
  if (source.null()) PG_RETURN_NULL();
  return array_of(loaded.kind->decisions ? loaded.kind->decisions(loaded.scorer) : 0, [&](std::span<double> out) {
    match_width(loaded, x, "decision_function");
    if (!loaded.kind->decide)
      throw InvalidInput(concat("decision_function: a ", loaded.model->algorithm, " model has none"),
                         "Use quern.predict, quern.predict_proba or quern.predict_label.");
    loaded.kind->decide(loaded.scorer, x, out);
  });
}

// The components of a row. The scores of other models are no coordinates: decision_function gives those.
template <class Source>
Datum transform(FunctionCallInfo fcinfo) {
  LoadedModel& loaded = load_model(fcinfo);
  Source source;
  const FeatureRow x = source(fcinfo, loaded, "transform");
  if (source.null()) PG_RETURN_NULL();
  return array_of(loaded.kind->decisions ? loaded.kind->decisions(loaded.scorer) : 0, [&](std::span<double> out) {
    if (loaded.model->algorithm != "pca")
      throw InvalidInput(concat("transform: a ", loaded.model->algorithm, " model has no components"),
                         "It takes a model of pca.");
    match_width(loaded, x, "transform");
    loaded.kind->decide(loaded.scorer, x, out);
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_predict, quern::pg::predict<quern::pg::ArrayFeatures>)
QUERN_EXPORT(quern_predict_proba, quern::pg::predict_proba<quern::pg::ArrayFeatures>)
QUERN_EXPORT(quern_predict_label, quern::pg::predict_label<quern::pg::ArrayFeatures>)
QUERN_EXPORT(quern_decision_function, quern::pg::decision_function<quern::pg::ArrayFeatures>)
QUERN_EXPORT(quern_predict_row, quern::pg::predict<quern::pg::RowFeatures>)
QUERN_EXPORT(quern_predict_proba_row, quern::pg::predict_proba<quern::pg::RowFeatures>)
QUERN_EXPORT(quern_predict_label_row, quern::pg::predict_label<quern::pg::RowFeatures>)
QUERN_EXPORT(quern_decision_function_row, quern::pg::decision_function<quern::pg::RowFeatures>)
QUERN_EXPORT(quern_transform, quern::pg::transform<quern::pg::ArrayFeatures>)
QUERN_EXPORT(quern_transform_row, quern::pg::transform<quern::pg::RowFeatures>)
