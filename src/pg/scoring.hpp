// Decoded models, one small cache for each call site.
#pragma once

#include "model/scorer.hpp"
#include "pg/arena.hpp"
#include "pg/bytes.hpp"

namespace quern::pg {

// What there is to do with a model of one algorithm once its type is forgotten. A function that it does not have is
// null.
struct ScorerKind {
  std::string_view algorithm;
  Size size;
  bool sparse;  // sparse rows are scored as they are; otherwise the functions are given dense ones only
  void (*build)(const Model& model, void* place);              // may throw
  double (*predict)(const void* scorer, const FeatureRow& x);  // of a regressor
  std::size_t (*classify)(const void* scorer, const FeatureRow& x);
  void (*probabilities)(const void* scorer, const FeatureRow& x, std::span<double> out);
  std::size_t (*decisions)(const void* scorer);
  void (*decide)(const void* scorer, const FeatureRow& x, std::span<double> out);
  std::vector<Coefficient> (*coefficients)(const Model& model);
};

// Throws InvalidInput for an algorithm that this version does not know.
const ScorerKind& scorer_kind(const Model& model);

// A model out of its bytes, of whatever format, with text that the database can show. Throws InvalidInput.
void decode_model(Bytes packed, Model& model);

struct ColumnMap;

struct LoadedModel {
  const ScorerKind* kind;
  const void* scorer;
  const Model* model;
  std::span<const double> class_values;  // of a boolean or numeric classifier
  MemoryContext context;                 // all of it is here
  ColumnMap* columns;                    // of the last row that was given as one (row_features.cpp)
};

// The model in argument 0 of the call, decoded at most once for each call site while it stays among the last few.
// May ereport.
LoadedModel& load_model(FunctionCallInfo fcinfo);

}  // namespace quern::pg
