// quern.null_agg: what an aggregate costs that does nothing. It detoasts its argument and reads every element in a
// plain loop, and never prefetches, so that it stays the honest floor of a naive aggregate. The sum it returns keeps
// the compiler from leaving out the reads.
#include "pg/entry.hpp"

namespace quern::pg {

namespace {

template <class T>
double sum_of(const ArrayType* array) {
  const auto* const elements = reinterpret_cast<const T*>(ARR_DATA_PTR(array));
  const int n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += static_cast<double>(elements[i]);
  return sum;
}

double touch_array(const ArrayType* array) {
  if (ARR_HASNULL(array)) return 0;
  switch (ARR_ELEMTYPE(array)) {
    case FLOAT8OID:
      return sum_of<double>(array);
    case FLOAT4OID:
      return sum_of<float>(array);
    case INT4OID:
      return sum_of<std::int32_t>(array);
    case INT8OID:
      return sum_of<std::int64_t>(array);
    default:
      return 0;
  }
}

double touch_bytes(const Bytes bytes) {
  double sum = 0;
  for (const std::byte byte : bytes) sum += static_cast<double>(byte);
  return sum;
}

struct ArgumentType {  // kept for the call site
  bool varlena, array;
};

const ArgumentType& argument_type(FunctionCallInfo fcinfo) {
  if (!fcinfo->flinfo->fn_extra) {
    const Oid type = get_fn_expr_argtype(fcinfo->flinfo, 1);
    auto* const kept = static_cast<ArgumentType*>(MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(ArgumentType)));
    *kept = {get_typlen(type) == -1, OidIsValid(get_element_type(type))};
    fcinfo->flinfo->fn_extra = kept;
  }
  return *static_cast<const ArgumentType*>(fcinfo->flinfo->fn_extra);
}

Datum null_agg_accumulate(FunctionCallInfo fcinfo) {
  const double before = PG_ARGISNULL(0) ? 0 : PG_GETARG_FLOAT8(0);
  if (PG_ARGISNULL(1)) PG_RETURN_FLOAT8(before);
  const ArgumentType& type = argument_type(fcinfo);
  if (type.array) PG_RETURN_FLOAT8(before + touch_array(PG_GETARG_ARRAYTYPE_P(1)));
  if (type.varlena) PG_RETURN_FLOAT8(before + touch_bytes(bytes_of(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1)))));
  PG_RETURN_FLOAT8(before);
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(null_agg_accumulate, quern::pg::null_agg_accumulate)
