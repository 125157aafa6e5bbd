#include "pg/edge_scan.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/guard.hpp"
#include "pg/query_run.hpp"

namespace quern::pg {

namespace {

constexpr const char* place_names[] = {"source", "target", "weight"};

// Of one row, read and checked for NULL.
struct EdgeRow {
  std::int64_t ends[2];
  double weight = 1;
  bool nulls[3] = {};
};

// Places for the rows to come behind those that an EdgeList has, so that server frames can fill them.
class EdgeTail {
 public:
  EdgeTail(graph::EdgeList& edges, bool weighted, const char* function)
      : edges_(edges), weighted_(weighted), function_(function) {}

  // Place for so many rows more, whatever they hold.
  void open(std::size_t rows) {
    count_ = first_ = edges_.sources.size();
    lone_ = 0;
    if (room_ < 2 * rows) isolated_ = std::make_unique_for_overwrite<std::int64_t[]>(room_ = 2 * rows);
    edges_.sources.resize(count_ + rows);
    edges_.targets.resize(count_ + rows);
    if (weighted_) edges_.weights.resize(count_ + rows);
    sources_ = edges_.sources.data();
    targets_ = edges_.targets.data();
    weights_ = edges_.weights.data();
  }
  // What was added stays. Throws InvalidInput for a weight that is no number.
  void close() {
    edges_.sources.resize(count_);
    edges_.targets.resize(count_);
    edges_.isolated.insert(edges_.isolated.end(), isolated_.get(), isolated_.get() + lone_);
    lone_ = 0;
    if (!weighted_) return;
    edges_.weights.resize(count_);
    bool finite = true;
    for (std::size_t e = first_; e < count_; ++e) finite &= std::abs(edges_.weights[e]) <= 1.7976931348623157e308;
    for (std::size_t e = first_; !finite && e < count_; ++e)
      if (!std::isfinite(edges_.weights[e]))
        throw InvalidInput(concat(function_, ": the weight of the edge from ", edges_.sources[e], " to ",
                                  edges_.targets[e], " is ", edges_.weights[e]),
                           "Weights are finite numbers; leave an edge out, or give it another weight.");
  }

  void add(std::int64_t source, std::int64_t target, double weight) {
    sources_[count_] = source;
    targets_[count_] = target;
    if (weighted_) weights_[count_] = weight;
    ++count_;
  }
  // An end without another is a vertex; without a weight there is no edge.
  void add(const EdgeRow& row) {
    if (row.nulls[0] || row.nulls[1]) {
      if (!row.nulls[0]) isolated_[lone_++] = row.ends[0];
      if (!row.nulls[1]) isolated_[lone_++] = row.ends[1];
    } else if (!row.nulls[2]) {
      add(row.ends[0], row.ends[1], row.weight);
    }
  }

 private:
  graph::EdgeList& edges_;
  const bool weighted_;
  const char* function_;
  std::int64_t *sources_ = nullptr, *targets_ = nullptr;
  double* weights_ = nullptr;
  std::unique_ptr<std::int64_t[]> isolated_;
  std::size_t first_ = 0, count_ = 0, lone_ = 0, room_ = 0;
};

std::int64_t id_of(Datum value, EdgeValue kind) {
  return kind == EdgeValue::int8   ? DatumGetInt64(value)
         : kind == EdgeValue::int4 ? DatumGetInt32(value)
                                   : DatumGetInt16(value);
}

// Leaves no memory behind, of which there would be some for each row.
double number_of_numeric(Datum value) {
  auto* const given = reinterpret_cast<varlena*>(DatumGetPointer(value));
  varlena* const plain = pg_detoast_datum(given);
  const double number = DatumGetFloat8(DirectFunctionCall1(numeric_float8, PointerGetDatum(plain)));
  if (plain != given) pfree(plain);
  return number;
}

// May ereport.
double weight_of(Datum value, EdgeValue kind) {
  switch (kind) {
    case EdgeValue::float8:
      return DatumGetFloat8(value);
    case EdgeValue::float4:
      return DatumGetFloat4(value);
    case EdgeValue::numeric:
      return number_of_numeric(value);
    default:
      return static_cast<double>(id_of(value, kind));
  }
}

// May ereport.
template <class Get>
void read_row(const EdgeColumn* columns, bool weighted, EdgeRow& row, Get&& get) {
  for (int end = 0; end < 2; ++end) {
    const Datum value = get(end, row.nulls[end]);
    if (!row.nulls[end]) row.ends[end] = id_of(value, columns[end].value);
  }
  row.nulls[2] = false;
  if (!weighted) return;
  const Datum value = get(2, row.nulls[2]);
  if (!row.nulls[2]) row.weight = weight_of(value, columns[2].value);
}

// --- page by page ----------------------------------------------------------------------------------------------------

// Where the columns lie in a tuple without NULLs, if all before them are of fixed width.
struct FixedPlaces {
  bool known = false;
  int least_columns = 0;  // that a tuple must have
  std::int32_t offsets[3] = {};
};

FixedPlaces fixed_places(TupleDesc table, const int* places, int n) {
  FixedPlaces fixed;
  fixed.least_columns = *std::max_element(places, places + n);
  std::int32_t offset = 0;
  for (int i = 1; i <= fixed.least_columns; ++i) {
    const auto* const column = TupleDescAttr(table, i - 1);
    if (column->attlen <= 0) return fixed;
    offset = static_cast<std::int32_t>(att_align_nominal(offset, column->attalign));
    for (int c = 0; c < n; ++c)
      if (places[c] == i) fixed.offsets[c] = offset;
    offset += column->attlen;
  }
  fixed.known = true;
  return fixed;
}

template <class T>
T load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::int64_t load_id(const char* at, EdgeValue kind) {
  return kind == EdgeValue::int8   ? load<std::int64_t>(at)
         : kind == EdgeValue::int4 ? load<std::int32_t>(at)
                                   : load<std::int16_t>(at);
}

// Not of a numeric.
double load_weight(const char* at, EdgeValue kind) {
  return kind == EdgeValue::float8   ? load<double>(at)
         : kind == EdgeValue::float4 ? load<float>(at)
                                     : static_cast<double>(load_id(at, kind));
}

// A table in the midst of being walked; the server's frames use it.
struct Walk {
  Relation table = nullptr;
  HeapScanDesc scan = nullptr;
  Buffer next = InvalidBuffer;  // pinned: the page after
  FixedPlaces fixed;
  const EdgeColumn* columns = nullptr;
  const int* places = nullptr;
  bool weighted = false;

  void pages(BlockNumber begin, BlockNumber end, EdgeTail& tail);
  void pin_next(BlockNumber page);
  void rows(EdgeTail& tail);
};

void Walk::pin_next(BlockNumber page) {
  if (BufferIsValid(next)) ReleaseBuffer(next);
  next = InvalidBuffer;
  if (page >= scan->rs_nblocks) return;
  next = ReadBufferExtended(table, MAIN_FORKNUM, page, RBM_NORMAL, scan->rs_strategy);
}

// The lines of the next page are asked for meanwhile, as many a row as suffice: the processor drops what it cannot
// queue. Line pointers are needed first, of about as many rows, and then tuples from the end of the page down.
void Walk::rows(EdgeTail& tail) {
  const Page page = BufferGetPage(scan->rs_cbuf);
  const bool fixed_weight = weighted && columns[2].value != EdgeValue::numeric;
  constexpr int line = 64, lines = BLCKSZ / line;
  const int tuples = scan->rs_ntuples, lines_a_row = tuples > 0 ? (lines + tuples - 1) / tuples : 0;
  const int pointers =
      (static_cast<int>(SizeOfPageHeaderData) + tuples * static_cast<int>(sizeof(ItemIdData))) / line + 1;
  const char* const ahead = BufferIsValid(next) ? BufferGetPage(next) : nullptr;
  int asked = 0;
  for (int i = 0; i < tuples; ++i) {
    for (int k = 0; ahead && k < lines_a_row && asked < lines; ++k, ++asked)
      __builtin_prefetch(ahead + line * (asked < pointers ? asked : lines - 1 - (asked - pointers)));
    const ItemId item = PageGetItemId(page, scan->rs_vistuples[i]);
    auto* const header = reinterpret_cast<HeapTupleHeader>(PageGetItem(page, item));
    if (fixed.known && (fixed_weight || !weighted) && !(header->t_infomask & HEAP_HASNULL) &&
        HeapTupleHeaderGetNatts(header) >= fixed.least_columns) [[likely]] {
      const char* const bytes = reinterpret_cast<const char*>(header) + header->t_hoff;
      tail.add(load_id(bytes + fixed.offsets[0], columns[0].value), load_id(bytes + fixed.offsets[1], columns[1].value),
               weighted ? load_weight(bytes + fixed.offsets[2], columns[2].value) : 1);
      continue;
    }
    HeapTupleData tuple{};
    tuple.t_len = ItemIdGetLength(item);
    tuple.t_data = header;
    tuple.t_tableOid = RelationGetRelid(table);
    EdgeRow row;
    read_row(columns, weighted, row, [&](int column, bool& null) {
      return heap_getattr(&tuple, places[column], RelationGetDescr(table), &null);
    });
    tail.add(row);
  }
}

void Walk::pages(BlockNumber begin, BlockNumber end, EdgeTail& tail) {
  for (BlockNumber page = begin; page < end; ++page) {
    CHECK_FOR_INTERRUPTS();
    read_heap_page(scan, page);
    pin_next(page + 1);
    rows(tail);
  }
}

// --- row by row ------------------------------------------------------------------------------------------------------

struct EdgeReceiver : DestReceiver {
  static constexpr std::size_t piece = 4096;

  const EdgeColumn* columns;
  bool weighted;
  EdgeTail* tail;
  std::size_t room = 0;

  EdgeReceiver(const EdgeColumn* columns, bool weighted, EdgeTail* tail)
      : DestReceiver{take, begin, end, end, DestNone}, columns(columns), weighted(weighted), tail(tail) {}

  static void begin(DestReceiver*, int, TupleDesc) {}
  static void end(DestReceiver*) {}
  static bool take(TupleTableSlot* slot, DestReceiver* self) {
    auto& receiver = *static_cast<EdgeReceiver*>(self);
    slot_getsomeattrs(slot, receiver.weighted ? 3 : 2);
    if (receiver.room == 0) [[unlikely]]
      guarded([&] {
        receiver.tail->close();
        receiver.tail->open(piece);
        receiver.room = piece;
        return Datum{0};
      });
    EdgeRow row;
    read_row(receiver.columns, receiver.weighted, row, [&](int column, bool& null) {
      null = slot->tts_isnull[column];
      return slot->tts_values[column];
    });
    receiver.tail->add(row);
    --receiver.room;
    return true;
  }
};

// The same for ids that are texts, whose bytes are put by until there is a piece of them.
struct TextReceiver : DestReceiver {
  static constexpr std::size_t piece = 1024;

  struct Row {
    std::uint32_t ends[2];  // of the texts, in `bytes`
    bool nulls[3];
    double weight;
  };

  const EdgeColumn* columns;
  bool weighted;
  graph::EdgeRows* to;
  MemoryContext scratch = nullptr;  // of output functions, until the piece is full
  StringInfoData bytes;
  std::size_t count = 0;
  Row rows[piece];

  TextReceiver(const EdgeColumn* columns, bool weighted, graph::EdgeRows* to)
      : DestReceiver{take, begin, end, end, DestNone}, columns(columns), weighted(weighted), to(to) {
    call([&] {
      initStringInfo(&bytes);
      scratch = AllocSetContextCreate(CurrentMemoryContext, "quern ids", ALLOCSET_DEFAULT_SIZES);
    });
  }

  static void begin(DestReceiver*, int, TupleDesc) {}
  static void end(DestReceiver*) {}

  // May ereport.
  void put(Datum value, const EdgeColumn& column) {
    if (column.value == EdgeValue::text) {
      auto* const text = reinterpret_cast<varlena*>(DatumGetPointer(value));
      auto* const plain = pg_detoast_datum_packed(text);
      appendBinaryStringInfo(&bytes, VARDATA_ANY(plain), static_cast<int>(VARSIZE_ANY_EXHDR(plain)));
      if (plain != text) pfree(plain);
    } else if (column.value == EdgeValue::printable) {
      MemoryContext const outer = MemoryContextSwitchTo(scratch);
      char* const text = OidOutputFunctionCall(column.output, value);
      MemoryContextSwitchTo(outer);
      appendStringInfoString(&bytes, text);
    } else {
      appendStringInfo(&bytes, INT64_FORMAT, id_of(value, column.value));
    }
  }

  static bool take(TupleTableSlot* slot, DestReceiver* self) {
    auto& receiver = *static_cast<TextReceiver*>(self);
    slot_getsomeattrs(slot, receiver.weighted ? 3 : 2);
    Row& row = receiver.rows[receiver.count];
    for (int end = 0; end < 2; ++end) {
      row.nulls[end] = slot->tts_isnull[end];
      if (!row.nulls[end]) receiver.put(slot->tts_values[end], receiver.columns[end]);
      row.ends[end] = static_cast<std::uint32_t>(receiver.bytes.len);
    }
    row.nulls[2] = receiver.weighted && slot->tts_isnull[2];
    row.weight = receiver.weighted && !row.nulls[2] ? weight_of(slot->tts_values[2], receiver.columns[2].value) : 1;
    if (++receiver.count == piece || receiver.bytes.len > (8 << 20))
      guarded([&] {
        receiver.flush();
        return Datum{0};
      });
    return true;
  }

  void flush() {
    MemoryContextReset(scratch);
    std::uint32_t from = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Row& row = rows[i];
      const std::string_view source(bytes.data + from, row.ends[0] - from);
      const std::string_view target(bytes.data + row.ends[0], row.ends[1] - row.ends[0]);
      from = row.ends[1];
      if (row.nulls[0] || row.nulls[1]) {
        if (!row.nulls[0]) to->add_vertex(to->number_of(source));
        if (!row.nulls[1]) to->add_vertex(to->number_of(target));
      } else if (!row.nulls[2]) {
        const std::int64_t s = to->number_of(source), t = to->number_of(target);
        if (weighted)
          to->add(s, t, row.weight);
        else
          to->add(s, t);
      }
    }
    count = 0;
    bytes.len = 0;
  }
};

}  // namespace

EdgeScan::EdgeScan(const char* function, std::string_view sql, IdKind ids)
    : function_(function), ids_(ids), query_(read_query(function, sql)) {
  take_columns();
  choose_way();
}

void EdgeScan::take_columns() {
  struct Column {
    Oid type, base, output;
    const char *name, *type_name;
  };
  Column found[3];
  int n = 0;
  call([&] {
    ListCell* cell;
    foreach (cell, query_.tree->targetList) {
      const auto* const target = lfirst_node(TargetEntry, cell);
      if (target->resjunk) continue;
      if (n < 3) {
        Column& column = found[n];
        column.type = exprType(reinterpret_cast<Node*>(target->expr));
        column.base = getBaseType(column.type);
        column.name = target->resname ? target->resname : "?column?";
        column.type_name = format_type_be(column.type);
        bool varlena;
        getTypeOutputInfo(column.base, &column.output, &varlena);
      }
      ++n;
    }
  });
  if (n != 2 && n != 3)
    throw InvalidInput(concat(function_, ": the query has ", n, n == 1 ? " column" : " columns", ", not two or three"),
                       "They are source, target and, if edges have one, weight.");
  weighted_ = n == 3;
  for (int i = 0; i < n; ++i) {
    const Column& column = found[i];
    const auto refuse = [&](std::string_view what, std::string_view hint) {
      throw InvalidInput(concat(function_, ": the ", place_names[i], " column \"", column.name, "\" is of type ",
                                column.type_name, ", which is no ", what),
                         std::string(hint));
    };
    EdgeColumn& read = columns_[i];
    switch (column.base) {
      case INT2OID:
        read.value = EdgeValue::int2;
        continue;
      case INT4OID:
        read.value = EdgeValue::int4;
        continue;
      case INT8OID:
        read.value = EdgeValue::int8;
        continue;
      case FLOAT4OID:
        read.value = EdgeValue::float4;
        break;
      case FLOAT8OID:
        read.value = EdgeValue::float8;
        break;
      case NUMERICOID:
        read.value = EdgeValue::numeric;
        break;
      case TEXTOID:
      case VARCHAROID:
        read.value = EdgeValue::text;
        break;
      default:
        read = {EdgeValue::printable, column.output};
    }
    const bool number = read.value <= EdgeValue::numeric;
    if (i == 2 && !number) refuse("weight", "Cast it to double precision.");
    if (i < 2 && ids_ == IdKind::number)
      refuse("number of a vertex", "Cast it to bigint, or make a graph of text ids (quern.text_graph).");
    if (i < 2 && number) refuse("id of a vertex", "Cast it to bigint or to text.");
  }
}

void EdgeScan::choose_way() {
  const ReadOnly nothing_is_written;
  const char* const sql = query_.sql.c_str();
  plan_ = plan_query(query_.tree, sql, 0, function_);
  paged_ = ids_ == IdKind::number && call([&] {
             const Plan* const top = plan_->planTree;
             if (!IsA(top, SeqScan) || top->qual != NIL || top->initPlan != NIL || plan_->subplans != NIL ||
                 plan_->paramExecTypes != NIL)
               return false;
             const auto place = reinterpret_cast<const Scan*>(top)->scanrelid;
             const RangeTblEntry* const entry = rt_fetch(place, plan_->rtable);
             if (entry->rtekind != RTE_RELATION) return false;
             ListCell* cell;
             int n = 0;
             foreach (cell, top->targetlist) {
               const auto* const target = lfirst_node(TargetEntry, cell);
               if (target->resjunk || n == 3 || !IsA(target->expr, Var)) return false;
               const auto* const column = reinterpret_cast<const Var*>(target->expr);
               if (static_cast<Index>(column->varno) != place || column->varattno <= 0) return false;
               places_[n++] = column->varattno;
             }
             Relation const table = table_open(entry->relid, NoLock);
             const bool heap = table->rd_tableam == GetHeapamTableAmRoutine() && RelationIsScannable(table);
             table_close(table, NoLock);
             return heap;
           });
  if (!paged_) plan_ = plan_query(query_.tree, sql, CURSOR_OPT_PARALLEL_OK, function_);
}

graph::EdgeRows EdgeScan::read() const {
  graph::EdgeRows rows(weighted_, ids_ == IdKind::text);
  const ReadOnly nothing_is_written;
  if (paged_)
    walk(rows);
  else if (rows.texts())
    run_texts(rows);
  else
    run(rows);
  return rows;
}

void EdgeScan::walk(graph::EdgeRows& rows) const {
  graph::EdgeList& edges = rows.edges();
  constexpr BlockNumber pages_at_once = 16;
  constexpr std::size_t most_rows = MaxHeapTuplesPerPage;
  Walk walk;
  walk.columns = columns_;
  walk.places = places_;
  walk.weighted = weighted_;
  call([&] {
    const auto place = reinterpret_cast<const Scan*>(plan_->planTree)->scanrelid;
    walk.table = table_open(rt_fetch(place, plan_->rtable)->relid, NoLock);
    walk.scan =
        reinterpret_cast<HeapScanDesc>(table_beginscan_strat(walk.table, GetActiveSnapshot(), 0, nullptr, true, false));
    walk.fixed = fixed_places(RelationGetDescr(walk.table), places_, weighted_ ? 3 : 2);
  });
  EdgeTail tail(edges, weighted_, function_);
  const BlockNumber pages = walk.scan->rs_nblocks;
  for (BlockNumber page = 0; page < pages; page += pages_at_once) {
    const BlockNumber end = std::min(pages, page + pages_at_once);
    tail.open((end - page) * most_rows);
    call([&] { walk.pages(page, end, tail); });
    tail.close();
    if (page == 0 && pages > pages_at_once) {  // a guess: all pages are as full
      const std::size_t expected = edges.size() * (pages / pages_at_once + 1) * 33 / 32;
      edges.sources.reserve(expected);
      edges.targets.reserve(expected);
      if (weighted_) edges.weights.reserve(expected);
    }
  }
  call([&] {
    if (BufferIsValid(walk.next)) ReleaseBuffer(walk.next);
    table_endscan(&walk.scan->rs_base);
    table_close(walk.table, NoLock);
  });
}

void EdgeScan::run(graph::EdgeRows& rows) const {
  EdgeTail tail(rows.edges(), weighted_, function_);
  tail.open(0);
  EdgeReceiver receiver(columns_, weighted_, &tail);
  QueryRun(plan_, query_.sql.c_str(), &receiver).run_all();
  tail.close();
}

void EdgeScan::run_texts(graph::EdgeRows& rows) const {
  const auto receiver = std::make_unique<TextReceiver>(columns_, weighted_, &rows);
  QueryRun(plan_, query_.sql.c_str(), receiver.get()).run_all();
  receiver->flush();
}

}  // namespace quern::pg
