// What quern.train trains on: one SELECT, run as the caller, and what its columns mean.
//
// y is the column that the option "target" names, or the first, unless the algorithm predicts nothing; "weight" may
// name another; the others are features. Rows may carry more columns than y and a weight (RowColumns): what an
// objective or a search needs beside the features. A column of numbers or booleans is one feature, an array or a
// quern.svec as many as it has elements, all rows alike. Domains count as the types they are over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/pack.hpp"
#include "model/model.hpp"
#include "pg/postgres.hpp"
#include "train/training.hpp"

namespace quern::pg {

// How a column's values are read.
enum class ColumnKind : std::int32_t {
  boolean,
  int2,
  int4,
  int8,
  float4,
  float8,
  numeric,
  array,  // of float8, float4, int2, int4, int8 or numeric
  svec,
  text,       // as a class label; of a tag by a hash
  printable,  // the same, by its output function
  labels,     // text[], of a sequence (sequences.hpp); its features
  json,
  names,
  ids,
  offsets,
};

struct TrainingColumn {
  std::int32_t kind = 0;      // a ColumnKind
  std::int32_t position = 0;  // in the row, from 0
  Text name;
};

// What a process must know to pack rows of the query; travels packed (base/pack.hpp).
struct TrainingColumns {
  Text learner;                     // that messages start with
  std::int32_t target = 0;          // a TargetKind, but not `either`
  TrainingColumn y, weight, event;  // y if there is one
  bool weighted = false;
  bool sparse = false;  // of the rows stored
  bool narrow = false;
  bool censored = false;    // there is a column of events, and y < 0 (or -0) where the event was not seen
  bool stratified = false;  // the values of the first tag are numbered as classes are
  Vec<TrainingColumn> features, tags;
  Vec<std::uint32_t> types;  // Oid of each column of the row, as the query gives it

  bool is_sequence() const { return static_cast<TargetKind>(target) == TargetKind::sequence; }
  bool has_target() const { return static_cast<TargetKind>(target) != TargetKind::none; }
  // Whose values are numbered as they are met.
  const TrainingColumn& labels() const { return stratified ? tags[0] : y; }
  bool valid() const { return !features.empty() && (!stratified || !tags.empty()); }
};

// To be used inside guarded().
class TrainingQuery {
 public:
  // Parses, analyses and checks; runs nothing. Throws InvalidInput or ServerError: no single SELECT, a parameter, a
  // column of a type that is no feature, names that are missing or not unique.
  TrainingQuery(const char* function, std::string_view algorithm, const TrainingPlan& plan, std::string_view sql);

  // That was called: train or update, which messages about the query start with.
  const char* function() const { return function_; }

  const TrainingColumns& columns() const { return columns_; }
  // Without a semicolon.
  const std::string& sql() const { return sql_; }
  const Query* tree() const { return tree_; }

  Target target() const;  // what the model says that y is
  Target labels() const;  // what the classes, or the strata, are
  bool streamed() const { return streamed_; }
  const std::vector<std::string>& feature_names() const { return feature_names_; }  // the option
  const std::vector<std::string>& classes() const { return classes_; }              // the option

 private:
  const char* function_;
  TrainingColumns columns_;
  std::string sql_;
  Query* tree_ = nullptr;
  bool streamed_ = false;
  std::vector<std::string> feature_names_, classes_;
};

}  // namespace quern::pg
