#include "pg/gather_rows.hpp"

#include <utility>

#include "base/error.hpp"
#include "pg/entry.hpp"
#include "pg/shared.hpp"

namespace quern::pg {

namespace {

constinit Gathering* gathering = nullptr;

// What a worker attaches when its first row comes, until its transaction ends.
struct Attached {
  TrainingArea area;
  Gathering rows;

  explicit Attached(AreaHandle handle) : area(handle), rows(area) {}
};
constinit Attached* attached = nullptr;

void detach(XactEvent event, void*) {
  if (event != XACT_EVENT_PARALLEL_PRE_COMMIT) return;
  gathering = nullptr;
  delete std::exchange(attached, nullptr);
}

Gathering* attach_to_leader() {
  const GatherHandle handle = IsParallelWorker() ? find_gather_of_leader() : GatherHandle{};
  if (!handle)
    throw InvalidInput("gather_rows: there is no training to gather rows for",
                       "quern.train calls this function, nothing else should.");
  attached = new Attached(AreaHandle{static_cast<std::uint32_t>(handle.area)});
  call([] { RegisterXactCallback(detach, nullptr); });
  return &attached->rows;
}

Datum gather_row(FunctionCallInfo fcinfo) {
  if (!gathering) [[unlikely]]
    guarded([] {
      gathering = attach_to_leader();
      return Datum{0};
    });
  const std::int64_t rows = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
  if (!PG_ARGISNULL(1)) gathering->receive(PG_GETARG_HEAPTUPLEHEADER(1));
  return Int64GetDatum(rows + 1);
}

}  // namespace

void Gathering::receive(HeapTupleHeader row) {
  if (!columns_ || HeapTupleHeaderGetTypMod(row) != typmod_ || HeapTupleHeaderGetTypeId(row) != RECORDOID) [[unlikely]]
    check_type(row);
  HeapTupleData tuple{};
  tuple.t_len = HeapTupleHeaderGetDatumLength(row);
  tuple.t_data = row;
  heap_deform_tuple(&tuple, columns_, values_.data(), nulls_.get());
  packer_.receive(values_.data(), nulls_.get());
}

// The function can be called with any record: one of other types must not be taken for a row of the query.
void Gathering::check_type(HeapTupleHeader row) {
  const Oid type = HeapTupleHeaderGetTypeId(row);
  const std::int32_t typmod = HeapTupleHeaderGetTypMod(row);
  const Vec<std::uint32_t>& expected = packer_.columns().types;
  MemoryContext const previous = MemoryContextSwitchTo(CurTransactionContext);
  TupleDesc const columns = lookup_rowtype_tupdesc_copy(type, typmod);
  MemoryContextSwitchTo(previous);
  bool same = type == RECORDOID && columns->natts == static_cast<int>(expected.size());
  for (int i = 0; same && i < columns->natts; ++i)
    same = TupleDescAttr(columns, i)->atttypid == expected[static_cast<std::size_t>(i)];
  if (!same)
    ereport(ERROR,
            (errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("gather_rows: not a row of the query that is trained on")));
  columns_ = columns;
  typmod_ = typmod;
  guarded([&] {
    values_.resize(expected.size());
    nulls_ = std::make_unique<bool[]>(expected.size());
    return Datum{0};
  });
}

GatheringHere::GatheringHere(TrainingArea& area) : gathering_(area), outer_(gathering) { gathering = &gathering_; }

GatheringHere::~GatheringHere() { gathering = outer_; }

}  // namespace quern::pg

QUERN_EXPORT(quern_gather_row, quern::pg::gather_row)
