// quern.tag, tag_marginals, tag_log_probability: what a crf model makes of the features of a sequence.
#include <cmath>

#include "base/text.hpp"
#include "model/crf.hpp"
#include "pg/entry.hpp"
#include "pg/scoring.hpp"
#include "pg/sequences.hpp"

namespace quern::pg {

namespace {

// Arguments 1 and 2. May ereport.
RawSequence sequence_argument(FunctionCallInfo fcinfo, const char* who) {
  const Oid type = get_fn_expr_argtype(fcinfo->flinfo, 1);
  Datum features = PG_GETARG_DATUM(1);
  FeatureForm form = FeatureForm::json;
  if (type == UNKNOWNOID)
    features = DirectFunctionCall1(jsonb_in, features);
  else if (!OidIsValid(type) || !feature_form(type, form))
    ereport(ERROR,
            (errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("%s: features must be jsonb, text[] or integer[], not %s", who,
                                                        OidIsValid(type) ? format_type_be(type) : "of unknown type")));
  if (PG_NARGS() == 2) return read_sequence(who, form, features, nullptr);
  const Datum offsets = PG_GETARG_DATUM(2);
  if (form == FeatureForm::json)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s: features of type jsonb have no offsets", who),
                    errhint("Offsets are for arrays of names or numbers.")));
  return read_sequence(who, form, features, &offsets);
}

struct Scored {
  const CrfScorer& scorer;
  std::vector<double> scores;
  std::size_t positions;
};

Scored score(const LoadedModel& loaded, const RawSequence& sequence, const char* who) {
  if (loaded.model->algorithm != "crf")
    throw InvalidInput(concat(who, ": the model is of ", loaded.model->algorithm, ", not of crf"),
                       "Use quern.predict and its like.");
  const auto& scorer = *static_cast<const CrfScorer*>(loaded.scorer);
  Scored scored{scorer, std::vector<double>(sequence.positions * scorer.width()), sequence.positions};
  double* at = scored.scores.data();
  std::size_t opened = 0;
  for (std::size_t e = 0; e < sequence.count; ++e) {
    const SequenceEntry& entry = sequence.entries[e];
    if (entry.size == SequenceEntry::position) {
      if (opened++ > 0) at += scorer.width();
      if (opened % 1024 == 0) checkpoint();
      continue;
    }
    const auto feature = entry.size == SequenceEntry::id
                             ? scorer.find(concat(entry.number))
                             : scorer.find({entry.name, static_cast<std::size_t>(entry.size)});
    if (feature) scorer.add_feature(*feature, entry.value, at);
  }
  scorer.add_ends(scored.scores);
  for (const double s : scored.scores)
    if (!std::isfinite(s))
      throw InvalidInput(concat(who, ": a score leaves the range of double precision"),
                         "Values of features may be too large.", Fault::out_of_range);
  return scored;
}

Datum tag(FunctionCallInfo fcinfo) {
  LoadedModel& loaded = load_model(fcinfo);
  const RawSequence sequence = sequence_argument(fcinfo, "tag");
  if (sequence.null) PG_RETURN_NULL();
  return guarded([&] {
    const Scored scored = score(loaded, sequence, "tag");
    std::vector<std::uint32_t> path(scored.positions);
    scored.scorer.chain().best_path(scored.scores, path);
    return call([&] {
      auto* const labels = static_cast<Datum*>(palloc(sizeof(Datum) * (path.size() + 1)));
      for (std::size_t t = 0; t < path.size(); ++t)
        labels[t] = to_datum(std::string_view(loaded.model->classes[path[t]]), fcinfo).value;
      return PointerGetDatum(construct_array(labels, static_cast<int>(path.size()), TEXTOID, -1, false, TYPALIGN_INT));
    });
  });
}

Datum tag_marginals(FunctionCallInfo fcinfo) {
  LoadedModel& loaded = load_model(fcinfo);
  const RawSequence sequence = sequence_argument(fcinfo, "tag_marginals");
  if (sequence.null) PG_RETURN_NULL();
  return guarded([&] {
    Scored scored = score(loaded, sequence, "tag_marginals");
    scored.scorer.chain().forward_backward(scored.scores, 0);
    const std::size_t labels = scored.scorer.labels(), width = scored.scorer.width();
    for (std::size_t t = 0; t < scored.positions; ++t)
      std::copy_n(&scored.scores[t * width], labels, &scored.scores[t * labels]);
    scored.scores.resize(scored.positions * labels);
    return call([&] { return array_datum(scored.scores, scored.positions); });
  });
}

Datum tag_log_probability(FunctionCallInfo fcinfo) {
  LoadedModel& loaded = load_model(fcinfo);
  const RawSequence sequence = sequence_argument(fcinfo, "tag_log_probability");
  if (sequence.null) PG_RETURN_NULL();
  return guarded([&] {
    Scored scored = score(loaded, sequence, "tag_log_probability");
    std::vector<std::uint32_t> path(scored.positions);
    LinearChain chain = scored.scorer.chain();
    const double best = chain.best_path(scored.scores, path);
    return Float8GetDatum(std::min(best - chain.forward_backward(scored.scores, 0), 0.0));
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_tag, quern::pg::tag)
QUERN_EXPORT(quern_tag_marginals, quern::pg::tag_marginals)
QUERN_EXPORT(quern_tag_log_probability, quern::pg::tag_log_probability)
