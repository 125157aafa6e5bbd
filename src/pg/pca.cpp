// What a model of principal components gives beside quern.transform (predict.cpp): rows back from components, and the
// components and loadings as rows.
#include "model/pca.hpp"

#include <string>
#include <vector>

#include "base/text.hpp"
#include "model/feature_names.hpp"
#include "pg/entry.hpp"
#include "pg/rows.hpp"
#include "pg/scoring.hpp"

namespace quern::pg {

namespace {

struct ComponentRow {
  std::int64_t component;
  double explained_variance, explained_variance_ratio, cumulative_ratio, singular_value;
  std::span<const double> loadings;

  static constexpr std::array columns{"component",        "explained_variance", "explained_variance_ratio",
                                      "cumulative_ratio", "singular_value",     "loadings"};
};

struct LoadingRow {
  std::int64_t component;
  std::string_view term;
  double loading;

  static constexpr std::array columns{"component", "term", "loading"};
};

void demand_pca(const Model& model, const char* function) {
  if (model.algorithm != "pca")
    throw InvalidInput(concat(function, ": a ", std::string_view(model.algorithm), " model has no components"),
                       "It takes a model of pca.");
}

Datum inverse_transform(FunctionCallInfo fcinfo) {
  LoadedModel& loaded = load_model(fcinfo);
  Reader<Features> reader;
  const Features z = reader(fcinfo, 1);
  if (reader.null()) PG_RETURN_NULL();
  ArrayType* const array = new_array(static_cast<std::size_t>(std::max<std::int64_t>(loaded.model->features, 0)));
  return guarded([&] {
    demand_pca(*loaded.model, "inverse_transform");
    const auto& pca = *static_cast<const PcaScorer*>(loaded.scorer);
    if (z.size() != pca.components)
      throw InvalidInput(
          concat("inverse_transform: the model has ", pca.components, " components, and z has ", z.size()));
    pca.invert(z, {reinterpret_cast<double*>(ARR_DATA_PTR(array)), pca.features()});
    return PointerGetDatum(array);
  });
}

// f turns the scorer of the model in argument 0 into rows.
template <class F>
Datum rows_of_pca(FunctionCallInfo fcinfo, const char* function, F&& f) {
  const Bytes packed = bytes_of(PG_GETARG_BYTEA_PP(0));
  return guarded([&] {
    Model model;
    decode_model(packed, model);
    demand_pca(model, function);
    const PcaScorer pca(model);
    return f(model, pca);
  });
}

Datum components(FunctionCallInfo fcinfo) {
  return rows_of_pca(fcinfo, "components", [&](const Model& model, const PcaScorer& pca) {
    const std::span<const double> singular = model.parameter("singular_value", pca.components);
    std::vector<ComponentRow> rows;
    double sum = 0;
    for (std::size_t c = 0; c < pca.components; ++c) {
      sum += pca.ratio[c];
      rows.push_back({static_cast<std::int64_t>(c + 1), pca.variance[c], pca.ratio[c], sum, singular[c],
                      pca.component.subspan(c * pca.features(), pca.features())});
    }
    return return_rows(fcinfo, rows);
  });
}

Datum loadings(FunctionCallInfo fcinfo) {
  return rows_of_pca(fcinfo, "loadings", [&](const Model& model, const PcaScorer& pca) {
    const FeatureNames names(model.feature_names, pca.features());
    std::vector<std::string> terms;
    for (std::size_t j = 0; j < pca.features(); ++j) terms.push_back(names[j]);
    std::vector<LoadingRow> rows;
    for (std::size_t c = 0; c < pca.components; ++c)
      for (std::size_t j = 0; j < pca.features(); ++j)
        rows.push_back({static_cast<std::int64_t>(c + 1), terms[j], pca.component[c * pca.features() + j]});
    return return_rows(fcinfo, rows);
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_inverse_transform, quern::pg::inverse_transform)
QUERN_EXPORT(quern_components, quern::pg::components)
QUERN_EXPORT(quern_loadings, quern::pg::loadings)
