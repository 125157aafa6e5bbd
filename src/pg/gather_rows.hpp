// quern.gather_rows(record): packs the rows of a query where they are computed, in the leader and in the workers that
// PostgreSQL started for the query.
#pragma once

#include <memory>
#include <vector>

#include "pg/row_packer.hpp"

namespace quern::pg {

// What one process gathers into. In the leader while the query runs; in a worker from the first row on.
class Gathering {
 public:
  explicit Gathering(TrainingArea& area) : area_(area), blocks_(area), packer_(area, blocks_) {}

  // Packs a row, which must have the columns of the query. May be called from C: raises an ERROR.
  void receive(HeapTupleHeader row);

 private:
  void check_type(HeapTupleHeader row);

  TrainingArea& area_;
  BlockPacker blocks_;
  RowPacker packer_;
  TupleDesc columns_ = nullptr;
  std::int32_t typmod_ = -1;
  std::vector<Datum> values_;
  std::unique_ptr<bool[]> nulls_;
};

// Makes quern.gather_rows of this process gather, while it lives.
class GatheringHere {
 public:
  explicit GatheringHere(TrainingArea& area);
  ~GatheringHere();
  GatheringHere(const GatheringHere&) = delete;

 private:
  Gathering gathering_;
  Gathering* outer_;
};

}  // namespace quern::pg
