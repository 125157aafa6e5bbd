#include "pg/scoring.hpp"

#include <charconv>
#include <cstring>

#include "base/text.hpp"
#include "model/models.hpp"
#include "pg/guard.hpp"
#include "train/objectives.hpp"

extern "C" {
#include <mb/pg_wchar.h>
}

namespace quern::pg {

namespace {

template <Scorer S>
const auto& row_for(const FeatureRow& x) {
  if constexpr (TakesSparseRows<S>)
    return x;
  else
    return x.dense();
}

template <Scorer S>
constexpr ScorerKind kind_of(std::string_view algorithm) {
  static_assert(alignof(S) <= MAXIMUM_ALIGNOF);
  ScorerKind kind{};
  kind.algorithm = algorithm;
  kind.size = sizeof(S);
  kind.build = [](const Model& model, void* place) { new (place) S(model); };
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
#define MODEL(name, type) kind_of<type>(#name),
#include "model/registry.def"
};

// Of the regressions of train/registry.def that have no line of their own.
constexpr ScorerKind linear = kind_of<LinearScorer>("");

bool is_text(std::string_view text) {
  return text.size() < static_cast<std::size_t>(INT_MAX) &&
         pg_verify_mbstr(GetDatabaseEncoding(), text.data(), static_cast<int>(text.size()), true);
}

bool texts_valid(const Model& model) {
  bool valid = is_text(model.algorithm) && is_text(model.options);
  for (const Text& name : model.feature_names) valid = valid && is_text(name);
  for (const Text& name : model.classes) valid = valid && is_text(name);
  for (const Metric& metric : model.metrics) valid = valid && is_text(metric.name);
  for (const Parameter& parameter : model.parameters) valid = valid && is_text(parameter.name);
  return valid;
}

// The numbers that the classes of a boolean or numeric classifier stand for.
std::span<const double> class_values(const Model& model, Arena& arena) {
  if (model.target == static_cast<int>(Target::text_class)) return {};
  const std::size_t n = model.classes.size();
  auto* const values = static_cast<double*>(arena.allocate(sizeof(double) * (n + 1), alignof(double)));
  for (std::size_t i = 0; i < n; ++i) {
    const Text& name = model.classes[i];
    values[i] = name == "true" ? 1 : 0;
    std::from_chars(name.data(), name.data() + name.size(), values[i]);
  }
  return {values, n};
}

// The key is the datum as it arrives, undetoasted: for a model stored out of line that is its 18-byte toast pointer, so
// neither a constant nor a joined model is fetched or decoded again while it stays among the last few. A toast pointer
// identifies its value for as long as a snapshot can see the row.
class ModelCache {
 public:
  static ModelCache& of(FunctionCallInfo fcinfo) {
    FmgrInfo* const function = fcinfo->flinfo;
    if (!function->fn_extra) {
      void* const place = MemoryContextAllocZero(function->fn_mcxt, sizeof(ModelCache));
      auto* cache = new (place) ModelCache;
      cache->context_ = function->fn_mcxt;
      cache->constant_ = function->fn_expr && IsA(function->fn_expr, FuncExpr) &&
                         IsA(linitial(reinterpret_cast<FuncExpr*>(function->fn_expr)->args), Const);
      function->fn_extra = cache;
    }
    return *static_cast<ModelCache*>(function->fn_extra);
  }

  LoadedModel& get(varlena* datum) {
    if (constant_ && latest_) return latest_->loaded;
    if (VARATT_IS_EXTERNAL(datum) && !VARATT_IS_EXTERNAL_ONDISK(datum))
      datum = PG_DETOAST_DATUM_PACKED(PointerGetDatum(datum));
    if (latest_ && latest_->matches(datum)) return latest_->loaded;
    for (Entry* entry : entries_)
      if (entry && entry->matches(datum)) return (latest_ = entry)->loaded;
    return load(datum);
  }

 private:
  struct Entry {
    MemoryContext context;
    Arena arena;
    varlena* key;
    LoadedModel loaded;

    bool matches(const varlena* datum) const {
      const Size size = VARSIZE_ANY(datum);
      return size == VARSIZE_ANY(key) && std::memcmp(datum, key, size) == 0;
    }
  };

  LoadedModel& load(varlena* datum) {
    MemoryContext const context = AllocSetContextCreate(context_, "quern.model", ALLOCSET_SMALL_SIZES);
    auto* entry = static_cast<Entry*>(MemoryContextAllocZero(context, sizeof(Entry)));
    entry->context = context;
    entry->loaded.context = context;
    new (&entry->arena) Arena(context);
    entry->key = static_cast<varlena*>(MemoryContextAlloc(context, VARSIZE_ANY(datum)));
    std::memcpy(entry->key, datum, VARSIZE_ANY(datum));
    const Bytes packed = bytes_of(PG_DETOAST_DATUM_PACKED(PointerGetDatum(datum)));
    guarded([&] {
      decode(packed, *entry);
      return Datum{0};
    });
    Entry*& oldest = entries_[next_];
    next_ = (next_ + 1) % std::size(entries_);
    if (oldest) MemoryContextDelete(oldest->context);
    return (latest_ = oldest = entry)->loaded;
  }

  static void decode(Bytes packed, Entry& entry) {
    BornIn scope(entry.arena);
    auto* const model = new (entry.arena.allocate(sizeof(Model), MAXIMUM_ALIGNOF)) Model;
    decode_model(packed, *model);
    entry.loaded.model = model;
    entry.loaded.kind = &scorer_kind(*model);
    void* const scorer = entry.arena.allocate(entry.loaded.kind->size, MAXIMUM_ALIGNOF);
    entry.loaded.kind->build(*model, scorer);
    entry.loaded.scorer = scorer;
    entry.loaded.class_values = class_values(*model, entry.arena);
  }

  MemoryContext context_ = nullptr;  // of the call site
  bool constant_ = false;            // the argument is a literal: nothing to compare
  Entry* latest_ = nullptr;
  Entry* entries_[16] = {};
  std::size_t next_ = 0;
};

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

void decode_model(Bytes packed, Model& model) {
  read_model_bytes(packed, model);
  if (!texts_valid(model))
    throw InvalidInput("model: a name in it is not text of this database's encoding", {}, Fault::malformed_binary);
}

LoadedModel& load_model(FunctionCallInfo fcinfo) {
  return ModelCache::of(fcinfo).get(reinterpret_cast<varlena*>(PG_GETARG_POINTER(0)));
}

}  // namespace quern::pg
