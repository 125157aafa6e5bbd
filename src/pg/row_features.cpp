#include "pg/row_features.hpp"

#include "linalg/sparse_vector.hpp"
#include "model/feature_names.hpp"
#include "pg/guard.hpp"

extern "C" {
#include <catalog/pg_proc.h>
#include <utils/syscache.h>
}

namespace quern::pg {

// Where features of the model are in a row.
struct ColumnSource {
  int attribute;               // from 0
  Oid type;                    // of a number, without its domain; InvalidOid for what a Reader<FeatureRow> reads
  std::uint64_t first, count;  // features of the model
  std::uint64_t element;       // of an array: which one is the first feature, from 1
  std::uint64_t fewest, most;  // elements an array may have
};

// What is kept between the rows that a call site sees, in a memory context of its own.
struct ColumnMap {
  MemoryContext context;
  Oid row_type;
  std::int32_t row_typmod;
  const TypeCacheEntry* type_entry;  // of a named type
  uint64 identifier;                 // changes when the columns of the type do
  TupleDesc columns;
  Datum* values;
  bool* nulls;
  std::span<ColumnSource> sources;  // in the order of the features
  bool sparse;                      // one of them is an svec and the model takes sparse rows
  double* numbers;                  // the row is put together here
  std::uint32_t* indices;
  std::size_t capacity;

  bool is_of(const HeapTupleHeader row) const {
    return HeapTupleHeaderGetTypeId(row) == row_type && HeapTupleHeaderGetTypMod(row) == row_typmod &&
           (!type_entry || type_entry->tupDesc_identifier == identifier);
  }
};

namespace {

// --- finding the columns ---

// The row type of the call, for messages.
struct Caller {
  const char* function;
  TupleDesc columns;
};

bool is_number(Oid type) {
  switch (type) {
    case INT2OID:
    case INT4OID:
    case INT8OID:
    case FLOAT4OID:
    case FLOAT8OID:
    case NUMERICOID:
      return true;
    default:
      return false;
  }
}

const char* hint_of_columns(TupleDesc columns) {
  constexpr int most_shown = 30;
  StringInfoData names;
  initStringInfo(&names);
  int shown = 0;
  bool anonymous = true;
  for (int i = 0; i < columns->natts; ++i) {
    const FormData_pg_attribute* const column = TupleDescAttr(columns, i);
    if (column->attisdropped) continue;
    anonymous = anonymous && strcmp(NameStr(column->attname), psprintf("f%d", i + 1)) == 0;
    if (++shown <= most_shown) appendStringInfo(&names, "%s%s", shown > 1 ? ", " : "", NameStr(column->attname));
  }
  if (shown == 0) return "The row has no columns.";
  if (anonymous) return "The columns of ROW(...) have no names. Give the row of a table or of a subquery.";
  if (shown > most_shown) appendStringInfo(&names, ", and %d more", shown - most_shown);
  return psprintf("The row has the columns %s.", names.data);
}

// The place of a column, -1 if there is none. Two of the same name are an error.
int find_column(const Caller& caller, std::string_view name) {
  int found = -1;
  for (int i = 0; i < caller.columns->natts; ++i) {
    const FormData_pg_attribute* const column = TupleDescAttr(caller.columns, i);
    if (column->attisdropped || name != NameStr(column->attname)) continue;
    if (found >= 0)
      ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_COLUMN),
                      errmsg("%s: the row has two columns \"%s\"", caller.function, NameStr(column->attname)),
                      errhint("Name the columns of the row in a subquery.")));
    found = i;
  }
  return found;
}

int demand_column(const Caller& caller, std::string_view name) {
  const int found = find_column(caller, name);
  if (found < 0)
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                    errmsg("%s: the row has no column \"%.*s\", a feature of the model", caller.function,
                           static_cast<int>(name.size()), name.data()),
                    errhint("%s", hint_of_columns(caller.columns))));
  return found;
}

[[noreturn]] void refuse_type(const Caller& caller, int attribute, const char* needed, const char* hint) {
  const FormData_pg_attribute* const column = TupleDescAttr(caller.columns, attribute);
  ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                  errmsg("%s: column \"%s\" is of type %s, and the model needs %s", caller.function,
                         NameStr(column->attname), format_type_be(column->atttypid), needed),
                  hint ? errhint("%s", hint) : 0));
  pg_unreachable();
}

ColumnSource number_source(const Caller& caller, int attribute, std::uint64_t feature) {
  const Oid type = getBaseType(TupleDescAttr(caller.columns, attribute)->atttypid);
  if (!is_number(type) && type != BOOLOID)
    refuse_type(caller, attribute, "a number or a boolean",
                OidIsValid(get_element_type(type)) ? nullptr : "Cast it in a subquery.");
  return {attribute, type, feature, 1, 0, 0, 0};
}

ColumnSource array_source(const Caller& caller, int attribute, const FeatureColumn& column, Oid features, Oid svec) {
  const Oid type = getBaseType(TupleDescAttr(caller.columns, attribute)->atttypid);
  if (type != features && type != svec && !is_number(get_element_type(type)))
    refuse_type(caller, attribute, "an array of numbers or an svec", nullptr);
  return {attribute, InvalidOid, column.first, column.count, column.element, 0, 0};
}

Oid type_named(const char* name, Oid schema) {
  return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name), ObjectIdGetDatum(schema));
}

// A column that is named like an element, "x[1]", in a row that has no x.
int find_element(const Caller& caller, const FeatureColumn& column, std::uint64_t i) {
  char name[2 * NAMEDATALEN];
  if (column.name.size() >= NAMEDATALEN) return -1;
  snprintf(name, sizeof name, "%.*s[%llu]", static_cast<int>(column.name.size()), column.name.data(),
           static_cast<unsigned long long>(column.element + i));
  return find_column(caller, name);
}

// How many elements of its column the model names, of the first so many: a model that names them all takes arrays of
// that length only.
void set_lengths(std::span<ColumnSource> sources) {
  for (ColumnSource& source : sources) {
    if (OidIsValid(source.type)) continue;
    std::uint64_t last = 0, named = 0;
    for (const ColumnSource& other : sources)
      if (other.attribute == source.attribute) {
        last = std::max(last, other.element + other.count - 1);
        named += other.count;
      }
    source.fewest = last;
    source.most = named == last ? last : std::numeric_limits<std::uint64_t>::max();
  }
}

std::span<const FeatureColumn> columns_of_model(const LoadedModel& loaded, MemoryContext context) {
  std::span<const FeatureColumn> columns;
  guarded([&] {
    Arena arena(context);
    BornIn scope(arena);
    const FeatureNames names(loaded.model->feature_names, static_cast<std::uint64_t>(loaded.model->features));
    auto* const kept = static_cast<FeatureColumn*>(
        arena.allocate(sizeof(FeatureColumn) * (names.columns().size() + 1), alignof(FeatureColumn)));
    std::uninitialized_copy(names.columns().begin(), names.columns().end(), kept);
    columns = {kept, names.columns().size()};
    return Datum{0};
  });
  return columns;
}

ColumnMap* make_column_map(FunctionCallInfo fcinfo, const LoadedModel& loaded, HeapTupleHeader row,
                           const char* function) {
  if (loaded.model->feature_names.empty() && loaded.model->features > 0)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s: the features of the model have no names, so they cannot be found in a row", function),
                    errhint("Give an array, or train with the option feature_names.")));

  MemoryContext const context = AllocSetContextCreate(loaded.context, "quern row columns", ALLOCSET_SMALL_SIZES);
  MemoryContext const previous = MemoryContextSwitchTo(context);
  auto* const map = static_cast<ColumnMap*>(palloc0(sizeof(ColumnMap)));
  map->context = context;
  map->row_type = HeapTupleHeaderGetTypeId(row);
  map->row_typmod = HeapTupleHeaderGetTypMod(row);
  if (map->row_type != RECORDOID) {
    map->type_entry = lookup_type_cache(map->row_type, TYPECACHE_TUPDESC);
    map->identifier = map->type_entry->tupDesc_identifier;
  }
  map->columns = lookup_rowtype_tupdesc_copy(map->row_type, map->row_typmod);
  const auto attributes = static_cast<std::size_t>(map->columns->natts);
  map->values = static_cast<Datum*>(palloc(sizeof(Datum) * (attributes + 1)));
  map->nulls = static_cast<bool*>(palloc(sizeof(bool) * (attributes + 1)));

  const Caller caller{function, map->columns};
  const Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
  const Oid svec = type_named("svec", schema), features = type_named("features", schema);
  const std::span<const FeatureColumn> columns = columns_of_model(loaded, context);
  Size most = 1;
  for (const FeatureColumn& column : columns) most += std::min<Size>(column.count, attributes + 1);
  auto* const sources = static_cast<ColumnSource*>(MemoryContextAllocHuge(context, sizeof(ColumnSource) * most));
  Size n = 0;
  for (const FeatureColumn& column : columns) {
    if (!column.is_array()) {
      sources[n++] = number_source(caller, demand_column(caller, column.name), column.first);
      continue;
    }
    if (column.count <= attributes && find_column(caller, column.name) < 0 && find_element(caller, column, 0) >= 0) {
      for (std::uint64_t i = 0; i < column.count; ++i) {
        const int attribute = find_element(caller, column, i);
        sources[n++] =
            number_source(caller, attribute >= 0 ? attribute : demand_column(caller, column.name), column.first + i);
      }
      continue;
    }
    const int attribute = demand_column(caller, column.name);
    sources[n++] = array_source(caller, attribute, column, features, svec);
    if (loaded.kind->sparse && getBaseType(TupleDescAttr(map->columns, attribute)->atttypid) == svec)
      map->sparse = true;
  }
  map->sources = {sources, n};
  set_lengths(map->sources);
  MemoryContextSwitchTo(previous);
  return map;
}

// --- reading a row ---

double number(Oid type, Datum value) {
  switch (type) {
    case BOOLOID:
      return DatumGetBool(value) ? 1 : 0;
    case INT2OID:
      return DatumGetInt16(value);
    case INT4OID:
      return DatumGetInt32(value);
    case INT8OID:
      return static_cast<double>(DatumGetInt64(value));
    case FLOAT4OID:
      return static_cast<double>(DatumGetFloat4(value));
    case FLOAT8OID:
      return DatumGetFloat8(value);
    default:
      return DatumGetFloat8(DirectFunctionCall1(numeric_float8, value));
  }
}

void make_room(ColumnMap& map, std::size_t entries) {
  if (entries <= map.capacity) return;
  const std::size_t capacity = std::max<std::size_t>(entries, 2 * map.capacity);
  const auto grown = [&]<class T>(T* old) {
    return static_cast<T*>(old ? repalloc_huge(old, capacity * sizeof(T))
                               : MemoryContextAllocHuge(map.context, capacity * sizeof(T)));
  };
  map.numbers = grown(map.numbers);
  if (map.sparse) map.indices = grown(map.indices);
  map.capacity = capacity;
}

void refuse_width(const LoadedModel& loaded, std::size_t width, const char* function) {
  constexpr std::size_t most = Reader<Features>::most_expanded;
  if (width > most)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("%s: x is a sparse vector of %zu features, and a %.*s model supports at most %zu", function,
                           width, static_cast<int>(loaded.model->algorithm.size()), loaded.model->algorithm.data(),
                           most)));
}

}  // namespace

struct RowFeatures::Call {
  FunctionCallInfo fcinfo;
  const LoadedModel& loaded;
  const char* function;
  ColumnMap& map;
};

FeatureRow RowFeatures::read(const Call& call, const ColumnSource& source, Datum value) {
  LOCAL_FCINFO(argument, 1);
  InitFunctionCallInfoData(*argument, call.fcinfo->flinfo, 1, InvalidOid, nullptr, nullptr);
  argument->args[0] = {value, false};
  const FeatureRow x = reader_(argument, 0);
  null_ = reader_.null();
  if (!null_ && (x.size() < source.fewest || x.size() > source.most))
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s: column \"%s\" has %zu elements, and the model needs %llu", call.function,
                           NameStr(TupleDescAttr(call.map.columns, source.attribute)->attname), x.size(),
                           static_cast<unsigned long long>(source.fewest))));
  return x;
}

FeatureRow RowFeatures::dense(const Call& call) {
  ColumnMap& map = call.map;
  const auto width = static_cast<std::size_t>(call.loaded.model->features);
  make_room(map, width);
  for (const ColumnSource& source : map.sources) {
    const Datum value = map.values[source.attribute];
    if (OidIsValid(source.type)) {
      map.numbers[source.first] = number(source.type, value);
      continue;
    }
    const FeatureRow x = read(call, source, value);
    if (null_) return {};
    double* const to = map.numbers + source.first;
    const std::size_t skipped = source.element - 1;
    if (x.is_sparse()) {
      refuse_width(call.loaded, width, call.function);
      std::fill_n(to, source.count, 0.0);
      for (std::size_t i = 0; i < x.sparse().indices.size(); ++i)
        if (const std::size_t at = x.sparse().indices[i] - skipped; at < source.count) to[at] = x.sparse().values[i];
    } else {
      x.dense().visit([&](auto values) { std::copy_n(values.begin() + skipped, source.count, to); });
    }
  }
  return Features(std::span<const double>(map.numbers, width));
}

FeatureRow RowFeatures::sparse(const Call& call) {
  ColumnMap& map = call.map;
  std::size_t n = 0;
  const auto add = [&](std::uint64_t feature, double value) {
    map.indices[n] = static_cast<std::uint32_t>(feature);
    map.numbers[n++] = value;
  };
  for (const ColumnSource& source : map.sources) {
    const Datum value = map.values[source.attribute];
    if (OidIsValid(source.type)) {
      make_room(map, n + 1);
      add(source.first, number(source.type, value));
      continue;
    }
    const FeatureRow x = read(call, source, value);
    if (null_) return {};
    const std::size_t skipped = source.element - 1;
    if (x.is_sparse()) {
      make_room(map, n + x.sparse().indices.size());
      for (std::size_t i = 0; i < x.sparse().indices.size(); ++i)
        if (const std::size_t at = x.sparse().indices[i] - skipped; at < source.count)
          add(source.first + at, x.sparse().values[i]);
    } else {
      make_room(map, n + source.count);
      for (std::size_t i = 0; i < source.count; ++i) add(source.first + i, x.dense()[skipped + i]);
    }
  }
  return SparseFeatures{static_cast<std::size_t>(call.loaded.model->features), {map.indices, n}, {map.numbers, n}};
}

FeatureRow RowFeatures::operator()(FunctionCallInfo fcinfo, LoadedModel& loaded, const char* function) {
  HeapTupleHeader const row = PG_GETARG_HEAPTUPLEHEADER(1);
  if (!loaded.columns || !loaded.columns->is_of(row)) {
    ColumnMap* const old = std::exchange(loaded.columns, nullptr);
    if (old) MemoryContextDelete(old->context);
    loaded.columns = make_column_map(fcinfo, loaded, row, function);
  }
  const Call call{fcinfo, loaded, function, *loaded.columns};
  ColumnMap& map = call.map;
  HeapTupleData tuple{};
  tuple.t_len = HeapTupleHeaderGetDatumLength(row);
  ItemPointerSetInvalid(&tuple.t_self);
  tuple.t_data = row;
  heap_deform_tuple(&tuple, map.columns, map.values, map.nulls);
  for (const ColumnSource& source : map.sources)
    if (map.nulls[source.attribute]) {
      null_ = true;
      return {};
    }
  if (map.sources.size() == 1) {  // the features are one column: where it lies
    const ColumnSource& only = map.sources[0];
    if (!OidIsValid(only.type) && only.element == 1 && only.most == only.count) {
      const FeatureRow x = read(call, only, map.values[only.attribute]);
      return x.is_sparse() && !loaded.kind->sparse ? written_out(x.sparse(), loaded, function) : x;
    }
  }
  return map.sparse ? sparse(call) : dense(call);
}

Features written_out(const SparseFeatures& x, const LoadedModel& loaded, const char* function) {
  refuse_width(loaded, x.size, function);
  auto* const to = static_cast<double*>(palloc(sizeof(double) * (x.size + 1)));
  copy_to_dense(x, to);
  return std::span<const double>(to, x.size);
}

}  // namespace quern::pg
