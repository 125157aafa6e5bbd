// The features of a model out of a row: its columns are found by name, once for each type of row, whatever else the row
// has and in whatever order.
#pragma once

#include "pg/datum.hpp"
#include "pg/scoring.hpp"

namespace quern::pg {

class RowFeatures {
 public:
  RowFeatures() {}

  // The features of the model in the row in argument 1, in the order of the model. What it returns may point into this
  // or the cache of the call site. May ereport.
  FeatureRow operator()(FunctionCallInfo fcinfo, LoadedModel& loaded, const char* function);
  // Was one of them NULL?
  bool null() const { return null_; }

 private:
  struct Call;

  // One column that holds features: as an argument of quern.features.
  FeatureRow read(const Call& call, const struct ColumnSource& source, Datum value);
  FeatureRow dense(const Call& call);
  FeatureRow sparse(const Call& call);

  Reader<FeatureRow> reader_;
  bool null_ = false;
};

// A sparse row for what takes only dense ones. May ereport.
Features written_out(const SparseFeatures& x, const LoadedModel& loaded, const char* function);

}  // namespace quern::pg
