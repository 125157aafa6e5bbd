// Decoded models, one small cache for each call site.
#pragma once

#include "pg/arena.hpp"
#include "pg/bytes.hpp"
#include "train/scorer_kind.hpp"

namespace quern::pg {

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
