// quern.predict, predict_proba and predict_label.
#include "base/text.hpp"
#include "pg/entry.hpp"
#include "pg/scoring.hpp"

namespace quern::pg {

namespace {

void match_width(const LoadedModel& loaded, const Features& x, const char* function) {
  if (x.size() != static_cast<std::size_t>(loaded.model->features))
    throw InvalidInput(
        concat(function, ": the model has ", loaded.model->features, " features, the row has ", x.size()));
}

[[noreturn]] void refuse_regressor(const LoadedModel& loaded, const char* function) {
  throw InvalidInput(concat(function, ": a ", loaded.model->algorithm, " model has no classes"), "Use quern.predict.");
}

Datum predict(FunctionCallInfo fcinfo) {
  const LoadedModel& loaded = load_model(fcinfo);
  Reader<Features> reader;
  const Features x = reader(fcinfo, 1);
  if (reader.null()) PG_RETURN_NULL();
  return guarded([&]() -> Datum {
    match_width(loaded, x, "predict");
    if (loaded.kind->predict) return Float8GetDatum(loaded.kind->predict(loaded.scorer, x));
    if (loaded.class_values.empty())
      throw InvalidInput("predict: the classes of the model are text, not numbers", "Use quern.predict_label.");
    return Float8GetDatum(loaded.class_values[loaded.kind->classify(loaded.scorer, x)]);
  });
}

Datum predict_proba(FunctionCallInfo fcinfo) {
  const LoadedModel& loaded = load_model(fcinfo);
  Reader<Features> reader;
  const Features x = reader(fcinfo, 1);
  if (reader.null()) PG_RETURN_NULL();
  const std::size_t classes = loaded.model->classes.size();
  auto* const zeros = static_cast<double*>(palloc0(sizeof(double) * (classes + 1)));
  const Datum array = array_datum({zeros, classes});
  return guarded([&] {
    match_width(loaded, x, "predict_proba");
    if (!loaded.kind->probabilities) refuse_regressor(loaded, "predict_proba");
    auto* const numbers = reinterpret_cast<double*>(ARR_DATA_PTR(reinterpret_cast<ArrayType*>(DatumGetPointer(array))));
    loaded.kind->probabilities(loaded.scorer, x, {numbers, classes});
    return array;
  });
}

Datum predict_label(FunctionCallInfo fcinfo) {
  const LoadedModel& loaded = load_model(fcinfo);
  Reader<Features> reader;
  const Features x = reader(fcinfo, 1);
  if (reader.null()) PG_RETURN_NULL();
  return guarded([&] {
    match_width(loaded, x, "predict_label");
    if (!loaded.kind->classify) refuse_regressor(loaded, "predict_label");
    const Text& label = loaded.model->classes[loaded.kind->classify(loaded.scorer, x)];
    return call([&] { return to_datum(std::string_view(label), fcinfo).value; });
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_predict, quern::pg::predict)
QUERN_EXPORT(quern_predict_proba, quern::pg::predict_proba)
QUERN_EXPORT(quern_predict_label, quern::pg::predict_label)
