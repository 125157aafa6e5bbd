// quern.blocks: a matrix, or the rows or entries that a query gives, as a table of blocks.
//
// The query is run as the caller, through a cursor that only reads, sorted by the server, which spills what does not
// fit into work_mem: of rows one band of blocks is in memory, of entries one block. The frames here hold nothing with a
// destructor, since an ERROR leaves them by longjmp.
#include "pg/matrix.hpp"
#include "pg/rows.hpp"

extern "C" {
#include <executor/spi.h>
#include <lib/stringinfo.h>
#include <utils/plancache.h>
#include <utils/portal.h>
}

namespace quern::pg {

namespace {

// Where blocks go, and how large they are but for the last of a row or column.
struct Cut {
  RowSink sink;
  MemoryContext scratch;
  std::int64_t rows, columns;
};

Cut open_cut(FunctionCallInfo fcinfo) {
  const std::int64_t rows = PG_GETARG_INT32(1), columns = PG_GETARG_INT32(2);
  if (rows < 1 || columns < 1)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("blocks: blocks must have at least 1 row and column, not %lld x %lld",
                           static_cast<long long>(rows), static_cast<long long>(columns))));
  return {open_rows(fcinfo, 3), AllocSetContextCreate(CurrentMemoryContext, "quern block", ALLOCSET_DEFAULT_SIZES),
          rows, columns};
}

// Block (i, j), from 1, of numbers that lie `stride` apart from row to row.
void put_block(const Cut& cut, std::int64_t i, std::int64_t j, const Shape& shape, const double* corner,
               std::size_t stride) {
  CHECK_FOR_INTERRUPTS();
  MemoryContext const previous = MemoryContextSwitchTo(cut.scratch);
  const MatrixHead head{matrix_mark, static_cast<std::int32_t>(shape.rows), static_cast<std::int32_t>(shape.columns)};
  varlena* const block = new_varlena(sizeof head + shape.size() * sizeof(double));
  std::byte* to = payload(block);
  std::memcpy(to, &head, sizeof head);
  to += sizeof head;
  const std::size_t width = static_cast<std::size_t>(shape.columns) * sizeof(double);
  for (std::int64_t r = 0; width > 0 && r < shape.rows; ++r, to += width)
    std::memcpy(to, corner + static_cast<std::size_t>(r) * stride, width);
  Datum values[] = {Int64GetDatum(i), Int64GetDatum(j), PointerGetDatum(block)};
  bool nulls[] = {false, false, false};
  tuplestore_putvalues(cut.sink.store, cut.sink.columns, values, nulls);
  MemoryContextSwitchTo(previous);
  MemoryContextReset(cut.scratch);
}

// The blocks of band i, which has `height` rows of `width` numbers.
void put_band(const Cut& cut, std::int64_t i, std::int64_t height, std::int64_t width, const double* band) {
  std::int64_t j = 1;
  for (std::int64_t first = 0; first == 0 || first < width; first += cut.columns, ++j)
    put_block(cut, i, j, {height, std::min(cut.columns, width - first)}, band + first, static_cast<std::size_t>(width));
}

Datum blocks_of_matrix(FunctionCallInfo fcinfo) {
  Reader<MatrixView> reader;
  const MatrixView a = reader(fcinfo, 0);
  const Cut cut = open_cut(fcinfo);
  std::int64_t i = 1;
  for (std::int64_t first = 0; first == 0 || first < a.shape().rows; first += cut.rows, ++i)
    put_band(cut, i, std::min(cut.rows, a.shape().rows - first), a.shape().columns,
             a.data() + static_cast<std::size_t>(first) * a.columns());
  PG_RETURN_NULL();
}

[[noreturn]] void refuse_query(const char* what, const char* hint) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("blocks: the query %s", what), errhint("%s", hint)));
  pg_unreachable();
}

constexpr const char* columns_hint =
    "Its columns are a row's number and the row, i and float8[], or the numbers of a row and a column and the value "
    "there.";

// How many columns the query has, which must be one SELECT.
int columns_of_query(const char* query) {
  SPIPlanPtr const plan = SPI_prepare(query, 0, nullptr);
  if (!plan) refuse_query("cannot be prepared", columns_hint);
  List* const sources = SPI_plan_get_plan_sources(plan);
  if (list_length(sources) != 1) refuse_query("must be one SELECT", columns_hint);
  const auto* const source = static_cast<CachedPlanSource*>(linitial(sources));
  if (!source->resultDesc || source->commandTag != CMDTAG_SELECT) refuse_query("must be a SELECT", columns_hint);
  const int columns = source->resultDesc->natts;
  if (columns != 2 && columns != 3) refuse_query("must have two or three columns", columns_hint);
  return columns;
}

// Without white space and semicolons at the end.
const char* trimmed(const char* query) {
  char* const copy = pstrdup(query);
  for (std::size_t n = std::strlen(copy); n > 0 && std::strchr(" \t\r\n;", copy[n - 1]); --n) copy[n - 1] = '\0';
  return copy;
}

std::int64_t number_of(HeapTuple tuple, TupleDesc columns, int column) {
  bool null;
  return DatumGetInt64(SPI_getbinval(tuple, columns, column, &null));
}

void check_number(const char* name, std::int64_t number) {
  if (number < 1 || number > max_matrix_side)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("blocks: %s must be between 1 and %lld, not %lld", name,
                           static_cast<long long>(max_matrix_side), static_cast<long long>(number)),
                    errhint("Rows and columns count from 1.")));
}

// visit(tuple, its columns) for each row of the cursor; it returns about how many bytes a row has.
template <class Visit>
void for_each_row(const char* sql, Visit&& visit) {
  Portal const cursor = SPI_cursor_open_with_args(nullptr, sql, 0, nullptr, nullptr, nullptr, true, 0);
  long wanted = 1;
  for (;;) {
    SPI_cursor_fetch(cursor, true, wanted);
    SPITupleTable* const rows = SPI_tuptable;
    const std::uint64_t found = SPI_processed;
    if (found == 0) break;
    std::size_t bytes = 0;
    for (std::uint64_t k = 0; k < found; ++k) bytes = std::max(bytes, visit(rows->vals[k], rows->tupdesc));
    SPI_freetuptable(rows);
    constexpr std::size_t bytes_at_once = std::size_t{8} << 20, rows_at_once = 10000;
    wanted = static_cast<long>(std::clamp<std::size_t>(bytes_at_once / (bytes + 64), 1, rows_at_once));
  }
  SPI_cursor_close(cursor);
}

// The band of rows that is being filled.
struct Band {
  double* numbers;
  std::int64_t capacity;  // in rows
  std::int64_t width = -1, rows = 0, number = 1;
};

void take_row(const Cut& cut, MemoryContext context, Band& band, std::int64_t i, const ArrayType* array) {
  check_number("i", i);
  const std::int64_t next = (band.number - 1) * cut.rows + band.rows + 1;
  if (i != next)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    i < next ? errmsg("blocks: row %lld comes twice", static_cast<long long>(i))
                             : errmsg("blocks: row %lld is missing, and there is a row %lld",
                                      static_cast<long long>(next), static_cast<long long>(i)),
                    errhint("Number the rows with row_number().")));
  const std::int64_t width = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
  if (ARR_NDIM(array) > 1)
    ereport(ERROR,
            (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
             errmsg("blocks: a row must be a one-dimensional array, not one of %d dimensions", ARR_NDIM(array))));
  if (band.width >= 0 && width != band.width)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("blocks: rows have different widths (%lld, then %lld)", static_cast<long long>(band.width),
                           static_cast<long long>(width))));
  band.width = width;
  if (band.rows == band.capacity || !band.numbers) {
    band.capacity = std::min(cut.rows, std::max<std::int64_t>(16, 2 * band.capacity));
    const Size bytes = static_cast<Size>(band.capacity) * static_cast<Size>(width) * sizeof(double) + sizeof(double);
    band.numbers = static_cast<double*>(band.numbers ? repalloc_huge(band.numbers, bytes)
                                                     : MemoryContextAllocExtended(context, bytes, MCXT_ALLOC_HUGE));
  }
  if (width > 0)
    std::memcpy(band.numbers + static_cast<std::size_t>(band.rows) * static_cast<std::size_t>(width),
                ARR_DATA_PTR(array), static_cast<std::size_t>(width) * sizeof(double));
  if (++band.rows == cut.rows) {
    put_band(cut, band.number++, band.rows, band.width, band.numbers);
    band.rows = 0;
  }
}

void cut_rows(const Cut& cut, MemoryContext context, const char* query) {
  const char* const sql = psprintf(
      "SELECT i::pg_catalog.int8, \"row\"::pg_catalog.float8[] FROM (%s\n) AS quern(i, \"row\") "
      "WHERE i IS NOT NULL ORDER BY 1",
      query);
  Band band{};
  band.width = -1;
  band.number = 1;
  for_each_row(sql, [&](HeapTuple tuple, TupleDesc columns) -> std::size_t {
    bool null;
    const Datum row = SPI_getbinval(tuple, columns, 2, &null);
    if (null) return 64;
    ArrayType* const array = DatumGetArrayTypeP(row);
    if (!array_contains_nulls(array)) take_row(cut, context, band, number_of(tuple, columns, 1), array);
    const std::size_t bytes = VARSIZE(array);
    if (PointerGetDatum(array) != row) pfree(array);
    return bytes;
  });
  if (band.rows > 0) put_band(cut, band.number, band.rows, band.width, band.numbers);
}

// The block of entries that is being filled: of a whole of `height` x `width`.
struct Filling {
  double* numbers;
  std::int64_t height, width, i, j;  // i and j from 1

  Shape shape(const Cut& cut) const {
    return {std::min(cut.rows, height - (i - 1) * cut.rows), std::min(cut.columns, width - (j - 1) * cut.columns)};
  }
};

// Hands over the block, and the blocks of zeros up to block (i, j).
void advance(const Cut& cut, Filling& block, std::int64_t i, std::int64_t j) {
  const std::int64_t across = (block.width - 1) / cut.columns + 1;
  while (block.i != i || block.j != j) {
    const Shape shape = block.shape(cut);
    put_block(cut, block.i, block.j, shape, block.numbers, static_cast<std::size_t>(shape.columns));
    std::fill_n(block.numbers, shape.size(), 0.0);
    if (++block.j > across) {
      block.j = 1;
      ++block.i;
    }
  }
}

void cut_entries(const Cut& cut, MemoryContext context, const char* query) {
  const char* const sql = psprintf(
      "SELECT i, j, value, pg_catalog.max(i) OVER (), pg_catalog.max(j) OVER () FROM (SELECT i::pg_catalog.int8, "
      "j::pg_catalog.int8, value::pg_catalog.float8 FROM (%s\n) AS quern(i, j, value)) AS entry "
      "WHERE i IS NOT NULL AND j IS NOT NULL AND value IS NOT NULL ORDER BY pg_catalog.int8div(pg_catalog.int8mi(i, "
      "1), " INT64_FORMAT "), pg_catalog.int8div(pg_catalog.int8mi(j, 1), " INT64_FORMAT ")",
      query, cut.rows, cut.columns);
  Filling block{};
  for_each_row(sql, [&](HeapTuple tuple, TupleDesc columns) -> std::size_t {
    const std::int64_t i = number_of(tuple, columns, 1), j = number_of(tuple, columns, 2);
    check_number("i", i);
    check_number("j", j);
    if (!block.numbers) {
      block = {nullptr, number_of(tuple, columns, 4), number_of(tuple, columns, 5), 1, 1};
      check_number("i", block.height);
      check_number("j", block.width);
      const Size bytes = block.shape(cut).size() * sizeof(double);
      if (bytes > MaxAllocSize)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("blocks: a block takes %zu bytes, and a value at most 1 GB", bytes),
                        errhint("Cut into smaller blocks.")));
      block.numbers =
          static_cast<double*>(MemoryContextAllocExtended(context, bytes, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
    }
    advance(cut, block, (i - 1) / cut.rows + 1, (j - 1) / cut.columns + 1);
    bool null;
    block.numbers[static_cast<std::size_t>((i - 1) % cut.rows) * static_cast<std::size_t>(block.shape(cut).columns) +
                  static_cast<std::size_t>((j - 1) % cut.columns)] +=
        DatumGetFloat8(SPI_getbinval(tuple, columns, 3, &null));
    return 64;
  });
  if (!block.numbers) return;
  advance(cut, block, (block.height - 1) / cut.rows + 2, 1);
}

Datum blocks_of_query(FunctionCallInfo fcinfo) {
  const char* const given = text_to_cstring(PG_GETARG_TEXT_PP(0));
  const Cut cut = open_cut(fcinfo);
  MemoryContext const context = CurrentMemoryContext;
  if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
  const char* const query = trimmed(given);
  if (columns_of_query(query) == 2)
    cut_rows(cut, context, query);
  else
    cut_entries(cut, context, query);
  SPI_finish();
  PG_RETURN_NULL();
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(matrix_blocks, quern::pg::blocks_of_matrix)
QUERN_EXPORT(query_blocks, quern::pg::blocks_of_query)
