#include "train/scorer_kind.hpp"

#include <new>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/models.hpp"
#include "train/objectives.hpp"

namespace quern {

namespace {

template <Scorer S>
const auto& row_for(const FeatureRow& x) {
  if constexpr (TakesSparseRows<S>)
    return x;
  else
    return x.dense();
}

template <Scorer S>
constexpr ScorerKind make_kind(std::string_view algorithm) {
  static_assert(alignof(S) <= alignof(double));
  ScorerKind kind{};
  kind.algorithm = algorithm;
  kind.size = sizeof(S);
  kind.build = [](const Model& model, void* place) { new (place) S(model); };
  kind.destroy = [](void* scorer) { static_cast<S*>(scorer)->~S(); };
  kind.sparse = TakesSparseRows<S>;
  if constexpr (Regressor<S>)
    kind.predict = [](const void* s, const FeatureRow& x) { return static_cast<const S*>(s)->predict(row_for<S>(x)); };
  if constexpr (Classifier<S>)
    kind.classify = [](const void* s, const FeatureRow& x) {
      return static_cast<const S*>(s)->classify(row_for<S>(x));
    };
  if constexpr (HasProbabilities<S>)
    kind.probabilities = [](const void* s, const FeatureRow& x, std::span<double> out) {
      static_cast<const S*>(s)->probabilities(row_for<S>(x), out);
    };
  if constexpr (HasDecisions<S>) {
    kind.decisions = [](const void* s) { return static_cast<const S*>(s)->decisions(); };
    kind.decide = [](const void* s, const FeatureRow& x, std::span<double> out) {
      static_cast<const S*>(s)->decide(row_for<S>(x), out);
    };
  }
  kind.coefficients = S::coefficients;
  return kind;
}

constexpr ScorerKind kinds[] = {
#define MODEL(name, type) make_kind<type>(#name),
#include "model/registry.def"
};

// Of the regressions of train/registry.def that have no line of their own.
constexpr ScorerKind linear = make_kind<LinearScorer>("");

}  // namespace

const ScorerKind& scorer_kind(const Model& model) {
  const ScorerKind* known = nullptr;
  for (const ScorerKind& kind : kinds) {
    if (kind.algorithm != model.algorithm) continue;
    if ((kind.classify == nullptr) == model.classes.empty()) return kind;
    known = &kind;
  }
  if (known) return *known;
  if (is_regression(model.algorithm)) return linear;
  throw InvalidInput(concat("model: algorithm \"", model.algorithm, "\" is not known to this version of quern"));
}

}  // namespace quern
