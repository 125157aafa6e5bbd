#include "pg/gather_alone.hpp"

extern "C" {
#include <executor/spi.h>
}

#include <cmath>

#include "base/text.hpp"
#include "model/feature_names.hpp"
#include "pg/datum.hpp"
#include "pg/guard.hpp"
#include "uda/class_dictionary.hpp"

namespace quern::pg {

namespace {

double number_of(Datum value, Oid type) {
  switch (type) {
    case BOOLOID:
      return DatumGetBool(value);
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
    case NUMERICOID:
      return DatumGetFloat8(DirectFunctionCall1(numeric_float8, value));
    default:
      ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                      errmsg("train: a column of type %s is no feature", format_type_be(type))));
  }
}

struct Row {
  bool null = false;
  double y = 0, weight = 1;
  const char* label = nullptr;
  double* x = nullptr;
  std::size_t width = 0, room = 0;

  void add(double value) {
    if (width == room) {
      room = room ? 2 * room : 64;
      x = static_cast<double*>(x ? repalloc(x, room * sizeof(double)) : palloc(room * sizeof(double)));
    }
    x[width++] = value;
  }
};

void read(Row& row, HeapTuple tuple, TupleDesc columns, int target, int weight, bool labels, int* widths) {
  row.width = 0;
  row.null = false;
  for (int i = 0; i < columns->natts; ++i) {
    bool null;
    const Datum value = SPI_getbinval(tuple, columns, i + 1, &null);
    const Oid type = TupleDescAttr(columns, i)->atttypid;
    if (null) {
      row.null = true;
      return;
    }
    if (i == target && labels)
      row.label = SPI_getvalue(tuple, columns, i + 1);
    else if (i == target)
      row.y = number_of(value, type);
    else if (i == weight)
      row.weight = number_of(value, type);
    else if (const Oid element = get_element_type(type); OidIsValid(element)) {
      Datum* elements;
      bool* nulls;
      int n;
      int16 length;
      bool by_value;
      char alignment;
      get_typlenbyvalalign(element, &length, &by_value, &alignment);
      deconstruct_array(DatumGetArrayTypeP(value), element, length, by_value, alignment, &elements, &nulls, &n);
      widths[i] = n;
      for (int j = 0; j < n; ++j) {
        if (nulls[j]) row.null = true;
        row.add(nulls[j] ? 0 : number_of(elements[j], element));
      }
    } else {
      row.add(number_of(value, type));
    }
  }
}

}  // namespace

GatheredRows gather_alone(const std::string& algorithm, TargetKind kind, const std::string& query,
                          const TrainOptions& options) {
  GatheredRows out;
  const bool classes = kind == TargetKind::binary || kind == TargetKind::classes;
  ClassDictionary dictionary;
  Portal portal = nullptr;
  call([&] {
    SPI_connect();
    SPIPlanPtr const plan = SPI_prepare(query.c_str(), 0, nullptr);
    if (!plan) elog(ERROR, "SPI_prepare: %s", SPI_result_code_string(SPI_result));
    portal = SPI_cursor_open(nullptr, plan, nullptr, nullptr, true);
  });
  int target = 0, weight = -1;
  Row row;
  std::unique_ptr<MemoryStore> store;
  int widths[1700] = {};
  Oid type = InvalidOid;
  for (;;) {
    call([&] { SPI_cursor_fetch(portal, true, 256); });
    TupleDesc const columns = SPI_tuptable->tupdesc;
    for (int i = 0; i < columns->natts; ++i) {
      const char* const name = NameStr(TupleDescAttr(columns, i)->attname);
      if (!options.target.empty() && options.target == name) target = i;
      if (!options.weight.empty() && options.weight == name) weight = i;
    }
    type = TupleDescAttr(columns, target)->atttypid;
    for (std::uint64_t t = 0; t < SPI_processed; ++t) {
      call([&] { read(row, SPI_tuptable->vals[t], columns, target, weight, classes, widths); });
      if (row.null) {
        ++out.description.skipped;
        continue;
      }
      if (!store) {
        RowFormat format;
        format.features = static_cast<std::uint32_t>(row.width);
        format.narrow = options.precision == "float4";
        format.weighted = weight >= 0;
        store = std::make_unique<MemoryStore>(format);
      }
      if (row.width != store->format().features)
        throw InvalidInput(concat(algorithm, ": rows have different numbers of features (", store->format().features,
                                  ", then ", row.width, ")"));
      if (classes)
        row.y = static_cast<double>(
            dictionary.find_or_add(algorithm, "the target",
                                   {type == BOOLOID ? (*row.label == 't' ? "true" : "false") : row.label,
                                    type == BOOLOID   ? ClassLabel::Type::boolean
                                    : type == TEXTOID ? ClassLabel::Type::text
                                                      : ClassLabel::Type::number}));
      store->append(row.y, row.weight, Features(std::span<const double>(row.x, row.width)));
    }
    if (SPI_processed == 0) {
      for (int i = 0; i < columns->natts; ++i) {
        const char* const name = NameStr(TupleDescAttr(columns, i)->attname);
        if (i == target || i == weight) continue;
        out.description.feature_names.push_back(
            widths[i] ? name_of_array(name, static_cast<std::uint64_t>(widths[i])) : std::string(name));
      }
      break;
    }
    call([] { SPI_freetuptable(SPI_tuptable); });
  }
  if (!options.feature_names.empty()) out.description.feature_names = options.feature_names;
  call([&] {
    SPI_cursor_close(portal);
    SPI_finish();
  });
  if (classes) {
    out.description.target = static_cast<std::int32_t>(dictionary.type);
    out.class_map.resize(dictionary.size());
    for (const std::size_t number : dictionary.sorted()) {
      out.class_map[number] = static_cast<double>(out.description.classes.size());
      out.description.classes.emplace_back(dictionary.labels[number]);
    }
  }
  out.store = std::move(store);
  return out;
}

}  // namespace quern::pg
