#include "pg/datum.hpp"

#include <cmath>

#include "base/repack.hpp"
#include "pg/arena.hpp"
#include "pg/computed.hpp"
#include "pg/guard.hpp"
#include "pg/sequences.hpp"

namespace quern::pg {

namespace {

struct ArrayHead {  // ArrayType without its length word
  std::int32_t ndim, dataoffset;
  Oid elemtype;
  std::int32_t size, lower_bound;
};

constinit Prefetcher prefetcher;

template <class From>
void convert_elements(const std::byte* data, std::size_t n, double* to) {
  for (std::size_t i = 0; i < n; ++i) {
    From value;
    std::memcpy(&value, data + i * sizeof value, sizeof value);
    to[i] = static_cast<double>(value);
  }
}

}  // namespace

const char* name_of_caller(FunctionCallInfo fcinfo) {
  char* const name = get_func_name(fcinfo->flinfo->fn_oid);
  if (!name) return "quern";
  for (const char* suffix : {"_accumulate", "_remove"}) {
    const Size size = strlen(name), tail = strlen(suffix);
    if (size > tail && strcmp(name + size - tail, suffix) == 0) name[size - tail] = '\0';
  }
  return name;
}

Datum text_datum(std::string_view type, const std::string& text) {
  if (text.size() >= MaxAllocSize)
    throw InvalidInput(concat("the text form of this ", type, " is larger than 1 GB"), {}, Fault::limit_exceeded);
  return call([&] { return CStringGetDatum(pstrdup(text.c_str())); });
}

Bytes FeaturesReader::bytes_of_argument(FunctionCallInfo fcinfo, int arg) {
  null_ = false;
  const Bytes bytes = bytes_of(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(arg)));
  prefetcher.at(bytes.data(), bytes.size());
  return bytes;
}

Features FeaturesReader::read_array(FunctionCallInfo fcinfo, int arg, Bytes array) {
  ArrayHead head{};
  constexpr Size data_offset = ARR_OVERHEAD_NONULLS(1) - VARHDRSZ;

  std::memcpy(&head, array.data(), std::min(sizeof head, array.size()));
  if (head.ndim == 0) return std::span<const double>{};
  if (head.ndim != 1)
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                    errmsg("%s: x must be a one-dimensional array, not one of %d dimensions", name_of_caller(fcinfo),
                           head.ndim)));
  const auto n = static_cast<std::size_t>(head.size);
  if (head.dataoffset != 0 || head.elemtype == NUMERICOID) {  // there may be nulls; elements are aligned to the whole
    auto* const whole = DatumGetArrayTypeP(PG_GETARG_DATUM(arg));
    null_ = array_contains_nulls(whole);
    if (null_) return {};
    return convert(reinterpret_cast<const std::byte*>(ARR_DATA_PTR(whole)), n, head.elemtype);
  }
  return convert(array.data() + data_offset, n, head.elemtype);
}

void read_numbers(Oid type, const std::byte* data, std::size_t n, double* to) {
  switch (type) {
    case FLOAT8OID:
      convert_elements<double>(data, n, to);
      break;
    case FLOAT4OID:
      convert_elements<float>(data, n, to);
      break;
    case INT4OID:
      convert_elements<std::int32_t>(data, n, to);
      break;
    case INT8OID:
      convert_elements<std::int64_t>(data, n, to);
      break;
    case INT2OID:
      convert_elements<std::int16_t>(data, n, to);
      break;
    case NUMERICOID: {
      const char* element = reinterpret_cast<const char*>(data);
      for (std::size_t i = 0; i < n; ++i) {
        to[i] = DatumGetFloat8(DirectFunctionCall1(numeric_float8, PointerGetDatum(element)));
        element = att_addlength_pointer(element, -1, element);
        element = reinterpret_cast<const char*>(att_align_nominal(element, TYPALIGN_INT));
      }
      break;
    }
    default:
      ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                      errmsg("quern.features must be an array of numbers, not of %s", format_type_be(type)),
                      errhint("Cast it to double precision[].")));
  }
}

Features FeaturesReader::convert(const std::byte* data, std::size_t n, Oid type) {
  const auto where_it_lies = [&]<class T>(const T*) -> Features {
    if (reinterpret_cast<std::uintptr_t>(data) % alignof(T) != 0)
      data = static_cast<const std::byte*>(std::memcpy(room_for(n), data, n * sizeof(T)));
    return std::span(reinterpret_cast<const T*>(data), n);
  };
  if (type == FLOAT8OID) return where_it_lies(static_cast<const double*>(nullptr));
  if (type == FLOAT4OID) return where_it_lies(static_cast<const float*>(nullptr));

  double* const to = room_for(n);
  read_numbers(type, data, n, to);
  return std::span<const double>(to, n);
}

bool is_offsets_argument(FunctionCallInfo fcinfo, int arg) {
  return arg < PG_NARGS() && get_fn_expr_argtype(fcinfo->flinfo, arg) == INT4ARRAYOID;
}

SequenceLabels Reader<SequenceLabels>::operator()(FunctionCallInfo fcinfo, int arg) {
  const RawLabels labels = read_labels(name_of_caller(fcinfo), PG_GETARG_DATUM(arg));
  null_ = labels.null;
  if (null_) return {};
  auto* const texts = static_cast<std::string_view*>(palloc((labels.count + 1) * sizeof(std::string_view)));
  for (std::size_t i = 0; i < labels.count; ++i) {
    const Bytes label = bytes_of(DatumGetPointer(labels.texts[i]));
    texts[i] = {reinterpret_cast<const char*>(label.data()), label.size()};
  }
  return {{texts, labels.count}};
}

SequenceFeatures Reader<SequenceFeatures>::operator()(FunctionCallInfo fcinfo, int arg) {
  const Oid type = get_fn_expr_argtype(fcinfo->flinfo, arg);
  FeatureForm form;
  if (!OidIsValid(type) || !feature_form(type, form)) elog(ERROR, "type of features is not known");
  const bool offsets = is_offsets_argument(fcinfo, arg + 1);
  const RawSequence sequence = read_sequence(name_of_caller(fcinfo), form, PG_GETARG_DATUM(arg),
                                             offsets ? &fcinfo->args[arg + 1].value : nullptr);
  null_ = sequence.null;
  return {{sequence.entries, sequence.count}, sequence.positions};
}

Features Reader<Features>::expand(FunctionCallInfo fcinfo, Bytes svec) {
  const SparseFeatures x = svec_.read(svec);
  if (x.size > most_expanded)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("%s: x is a sparse vector of %zu features, and at most %zu are supported",
                           name_of_caller(fcinfo), x.size, most_expanded),
                    errhint("This function needs dense rows. Use fewer features.")));
  double* const to = room_for(x.size);
  copy_to_dense(x, to);
  return std::span<const double>(to, x.size);
}

namespace {

void warn_if_doubtful(const Model& model) {
  const double separation = model.metric("separation");
  if (separation > 0)
    ereport(WARNING,
            (errmsg("%.*s: the features %s%s; the estimates do not exist", static_cast<int>(model.algorithm.size()),
                    model.algorithm.data(), model.find_metric("events") ? "order all events" : "separate the classes",
                    separation > 1 ? " but for ties" : ""),
             errhint("Give the option l2 a value above 0, or leave out the features that separate.")));
  else if (model.metric("converged") == 0)
    ereport(WARNING, (errmsg("%.*s: no convergence after %.0f iterations", static_cast<int>(model.algorithm.size()),
                             model.algorithm.data(), model.metric("iterations")),
                      errhint("Raise the option max_iter, max_seconds or tol.")));
}

// In fn_extra of a function that returns a model.
struct ModelsReturned {
  Arena arena;
  Repacker<Model> repacker;
  bool iterative = false;  // is the last one of an algorithm that may fail to converge?

  explicit ModelsReturned(MemoryContext context) : arena(context), repacker(arena) {}

  static ModelsReturned& of(FunctionCallInfo fcinfo) {
    FmgrInfo* const function = fcinfo->flinfo;
    if (!function->fn_extra) [[unlikely]] {
      void* const place = call([&] { return MemoryContextAlloc(function->fn_mcxt, sizeof(ModelsReturned)); });
      function->fn_extra = new (place) ModelsReturned(function->fn_mcxt);
    }
    return *static_cast<ModelsReturned*>(function->fn_extra);
  }
};

}  // namespace

Datum return_model(const Model& model, FunctionCallInfo fcinfo) {
  ModelsReturned& returned = ModelsReturned::of(fcinfo);
  varlena* datum;
  const bool alike = returned.repacker.pack(model, [&](std::size_t size) {
    datum = call([&] { return new_varlena(sizeof(Label) + size); });
    std::memcpy(payload(datum), &label_of<Model>, sizeof(Label));
    return payload(datum) + sizeof(Label);
  });
  if (!alike) returned.iterative = model.find_metric("iterations");
  if (returned.iterative) call([&] { warn_if_doubtful(model); });
  return PointerGetDatum(datum);
}

ArrayType* new_array(std::size_t n, std::size_t rows) {
  const int dimensions = n == 0 ? 0 : rows == 0 ? 1 : 2;
  const Size bytes = ARR_OVERHEAD_NONULLS(dimensions) + n * sizeof(double);
  auto* const array = static_cast<ArrayType*>(palloc0(bytes));
  SET_VARSIZE(array, bytes);
  array->ndim = dimensions;
  array->elemtype = FLOAT8OID;
  if (dimensions == 1) ARR_DIMS(array)[0] = static_cast<int>(n);
  if (dimensions == 2) {
    ARR_DIMS(array)[0] = static_cast<int>(rows);
    ARR_DIMS(array)[1] = static_cast<int>(n / rows);
  }
  for (int i = 0; i < dimensions; ++i) ARR_LBOUND(array)[i] = 1;
  return array;
}

Datum array_datum(std::span<const double> values, std::size_t rows) {
  ArrayType* const array = new_array(values.size(), rows);
  if (!values.empty()) std::memcpy(ARR_DATA_PTR(array), values.data(), values.size_bytes());
  return PointerGetDatum(array);
}

TupleDesc columns_of(Oid type, std::size_t n) {
  TypeCacheEntry* const entry = lookup_type_cache(type, TYPECACHE_TUPDESC);
  if (!entry->tupDesc || entry->tupDesc->natts != static_cast<int>(n))
    elog(ERROR, "declared result type does not match the C++ one");
  return entry->tupDesc;
}

}  // namespace quern::pg
