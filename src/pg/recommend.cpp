// What a matrix_factorization model says of users and items: predict, recommend, similar_items. The factors of these
// and of a factorization_machine.
#include <algorithm>

#include "base/text.hpp"
#include "model/factorization_machine.hpp"
#include "model/feature_names.hpp"
#include "model/matrix_factorization.hpp"
#include "pg/entry.hpp"
#include "pg/rows.hpp"
#include "pg/scoring.hpp"

extern "C" {
#include <mb/pg_wchar.h>
}

namespace quern::pg {

namespace {

struct NumberRow {
  std::int64_t item;
  double score;

  static constexpr std::array columns{"item", "score"};
};

struct TextRow {
  std::string item;
  double score;

  static constexpr std::array columns{"item", "score"};
};

struct FactorRow {
  std::string_view side;
  std::string id;
  std::optional<double> bias;
  std::span<const double> factor;

  static constexpr std::array columns{"side", "id", "bias", "factor"};
};

const MatrixFactorizationScorer& scorer_of(const LoadedModel& loaded, const char* function) {
  if (loaded.kind->algorithm != "matrix_factorization")
    throw InvalidInput(concat(function, ": a ", loaded.model->algorithm, " model knows no users and items"),
                       "Train one by quern.train('matrix_factorization', ...).");
  return *static_cast<const MatrixFactorizationScorer*>(loaded.scorer);
}

// An id as it is given. May ereport.
struct Number {
  using Row = NumberRow;
  static constexpr Oid type = INT8OID;

  static std::int64_t read(Datum datum) { return DatumGetInt64(datum); }
};
struct AsText {
  using Row = TextRow;
  static constexpr Oid type = TEXTOID;

  static std::string_view read(Datum datum) {
    const Bytes text = bytes_of(PG_DETOAST_DATUM_PACKED(datum));
    return {reinterpret_cast<const char*>(text.data()), text.size()};
  }
};

// A model may come from anywhere. To be called inside guarded().
std::string checked(std::string text) {
  if (!call([&] { return pg_verify_mbstr(GetDatabaseEncoding(), text.data(), static_cast<int>(text.size()), true); }))
    throw InvalidInput("model: an id in it is not text of this database's encoding", {}, Fault::malformed_binary);
  return text;
}

template <class Given>
std::vector<typename Given::Row> rows_of(const Ids& ids, const std::vector<MatrixFactorizationScorer::Scored>& scored,
                                         const char* function) {
  std::vector<typename Given::Row> rows;
  for (const auto& [item, score] : scored) {
    if constexpr (std::is_same_v<Given, Number>) {
      if (ids.are_texts())
        throw InvalidInput(concat(function, ": the items of the model are texts, not numbers"),
                           concat("Give the argument as text too: ", function, "(model, id::text, n)."));
      rows.push_back({ids.number(item), score});
    } else {
      rows.push_back({checked(ids.written(item)), score});
    }
  }
  return rows;
}

std::size_t count_argument(std::int32_t n, const char* function) {
  if (n < 0) throw InvalidInput(concat(function, ": n must be 0 or more, not ", n));
  return static_cast<std::size_t>(n);
}

template <class User, class Item>
Datum predict_rating(FunctionCallInfo fcinfo) {
  const LoadedModel& loaded = load_model(fcinfo);
  const auto user = User::read(PG_GETARG_DATUM(1));
  const auto item = Item::read(PG_GETARG_DATUM(2));
  return guarded([&]() -> Datum {
    const MatrixFactorizationScorer& scorer = scorer_of(loaded, "predict");
    const std::optional<double> score = scorer.score(scorer.users().find(user), scorer.items().find(item));
    fcinfo->isnull = !score;
    return score ? Float8GetDatum(*score) : Datum{0};
  });
}

template <class Given>
Datum recommend(FunctionCallInfo fcinfo) {
  const LoadedModel& loaded = load_model(fcinfo);
  const auto user = Given::read(PG_GETARG_DATUM(1));
  const std::int32_t n = PG_GETARG_INT32(2);
  Datum* elements;
  bool* nulls;
  int count;
  const bool by_value = Given::type == INT8OID;
  deconstruct_array(PG_GETARG_ARRAYTYPE_P(3), Given::type, by_value ? 8 : -1, by_value && FLOAT8PASSBYVAL,
                    by_value ? TYPALIGN_DOUBLE : TYPALIGN_INT, &elements, &nulls, &count);
  return guarded([&] {
    const MatrixFactorizationScorer& scorer = scorer_of(loaded, "recommend");
    const std::size_t wanted = count_argument(n, "recommend");
    std::vector<std::size_t> excluded;
    for (int i = 0; i < count; ++i) {
      if (nulls[i]) continue;
      const auto id = call([&] { return Given::read(elements[i]); });
      if (const auto item = scorer.items().find(id)) excluded.push_back(*item);
    }
    std::sort(excluded.begin(), excluded.end());
    return return_rows(
        fcinfo,
        rows_of<Given>(scorer.items(), scorer.recommend(scorer.users().find(user), wanted, excluded), "recommend"));
  });
}

template <class Given>
Datum similar_items(FunctionCallInfo fcinfo) {
  const LoadedModel& loaded = load_model(fcinfo);
  const auto given = Given::read(PG_GETARG_DATUM(1));
  const std::int32_t n = PG_GETARG_INT32(2);
  return guarded([&] {
    const MatrixFactorizationScorer& scorer = scorer_of(loaded, "similar_items");
    const std::size_t wanted = count_argument(n, "similar_items");
    std::vector<MatrixFactorizationScorer::Scored> scored;
    if (const auto item = scorer.items().find(given)) scored = scorer.similar(*item, wanted);
    return return_rows(fcinfo, rows_of<Given>(scorer.items(), scored, "similar_items"));
  });
}

std::vector<FactorRow> factors_of_features(const LoadedModel& loaded) {
  const FactorizationMachine& machine = loaded.kind->classify
                                            ? static_cast<const FactorizationMachineClassifier*>(loaded.scorer)->machine
                                            : static_cast<const FactorizationMachineScorer*>(loaded.scorer)->machine;
  const FeatureNames names(loaded.model->feature_names, machine.features());
  std::vector<FactorRow> rows;
  for (std::size_t j = 0; j < machine.features(); ++j)
    rows.push_back({"feature", names[j], machine.slope(j), machine.factor(j)});
  return rows;
}

Datum factors(FunctionCallInfo fcinfo) {
  const LoadedModel& loaded = load_model(fcinfo);
  return guarded([&] {
    if (loaded.kind->algorithm == "factorization_machine") return return_rows(fcinfo, factors_of_features(loaded));
    const MatrixFactorizationScorer& scorer = scorer_of(loaded, "factors");
    std::vector<FactorRow> rows;
    rows.reserve(scorer.users().size() + scorer.items().size());
    const auto optional = [&](double bias) { return scorer.biased() ? std::optional(bias) : std::nullopt; };
    for (std::size_t i = 0; i < scorer.users().size(); ++i)
      rows.push_back({"user", checked(scorer.users().written(i)), optional(scorer.biased() ? scorer.user_bias(i) : 0),
                      scorer.user_factor(i)});
    for (std::size_t i = 0; i < scorer.items().size(); ++i)
      rows.push_back({"item", checked(scorer.items().written(i)), optional(scorer.biased() ? scorer.item_bias(i) : 0),
                      scorer.item_factor(i)});
    return return_rows(fcinfo, rows);
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_predict_numbers, (quern::pg::predict_rating<quern::pg::Number, quern::pg::Number>))
QUERN_EXPORT(quern_predict_texts, (quern::pg::predict_rating<quern::pg::AsText, quern::pg::AsText>))
QUERN_EXPORT(quern_predict_number_text, (quern::pg::predict_rating<quern::pg::Number, quern::pg::AsText>))
QUERN_EXPORT(quern_predict_text_number, (quern::pg::predict_rating<quern::pg::AsText, quern::pg::Number>))
QUERN_EXPORT(quern_recommend_numbers, quern::pg::recommend<quern::pg::Number>)
QUERN_EXPORT(quern_recommend_texts, quern::pg::recommend<quern::pg::AsText>)
QUERN_EXPORT(quern_similar_numbers, quern::pg::similar_items<quern::pg::Number>)
QUERN_EXPORT(quern_similar_texts, quern::pg::similar_items<quern::pg::AsText>)
QUERN_EXPORT(quern_factors, quern::pg::factors)
