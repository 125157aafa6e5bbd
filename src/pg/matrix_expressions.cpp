// quern.eval, quern.chain, quern.explain_eval: what is bound to names or given as factors is read where it lies, or
// where it was detoasted, once a call.
#include "matrix/expression/expression.hpp"
#include "pg/matrix.hpp"
#include "pg/rows.hpp"
#include "pg/smatrix.hpp"

namespace quern::pg {

namespace {

using expression::Binding;
using expression::Value;

// Arguments of a function of VARIADIC "any", from the first of them on.
struct Arguments {
  Datum* values = nullptr;
  Oid* types = nullptr;
  bool* nulls = nullptr;
  int count = 0;

  Arguments(FunctionCallInfo fcinfo, int first) {
    if (PG_NARGS() > first) count = extract_variadic_args(fcinfo, first, true, &values, &types, &nulls);
    for (int i = 0; i < count; ++i) any_null |= nulls[i];
  }

  bool any_null = false;
};

// Our own types by their names, in the schema of the function called.
Oid type_named(FunctionCallInfo fcinfo, const char* name) {
  return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
                         ObjectIdGetDatum(get_func_namespace(fcinfo->flinfo->fn_oid)));
}

bool is_number_type(Oid type) {
  return type == FLOAT8OID || type == FLOAT4OID || type == INT2OID || type == INT4OID || type == INT8OID ||
         type == NUMERICOID;
}

double number_of(Datum value, Oid type) {
  switch (type) {
    case FLOAT8OID:
      return DatumGetFloat8(value);
    case FLOAT4OID:
      return DatumGetFloat4(value);
    case INT2OID:
      return DatumGetInt16(value);
    case INT4OID:
      return DatumGetInt32(value);
    case INT8OID:
      return static_cast<double>(DatumGetInt64(value));
    default:
      return DatumGetFloat8(DirectFunctionCall1(numeric_float8, value));
  }
}

template <class T>
T read_one(Datum value, FmgrInfo* function) {
  LOCAL_FCINFO(one, 1);
  InitFunctionCallInfoData(*one, function, 1, InvalidOid, nullptr, nullptr);
  one->args[0] = {value, false};
  Reader<T> reader;
  return reader(one, 0);
}

double* room_for(Size n) {
  return static_cast<double*>(MemoryContextAllocHuge(CurrentMemoryContext, std::max<Size>(n, 1) * sizeof(double)));
}

// A type that is none is called `what`, such as `eval: the value of "x"`. May ereport.
class ValueReader {
 public:
  explicit ValueReader(FunctionCallInfo fcinfo)
      : function_(fcinfo->flinfo),
        matrix_(type_named(fcinfo, "matrix")),
        smatrix_(type_named(fcinfo, "smatrix")),
        svec_(type_named(fcinfo, "svec")) {}

  Value read(Datum value, Oid type, const char* what) const {
    const Oid base = getBaseType(type);
    if (base == matrix_) return read_one<MatrixView>(value, function_);
    if (base == smatrix_) return read_one<CsrView>(value, function_);
    if (base == svec_) return read_svec(value);
    if (is_number_type(base)) {
      double* const number = room_for(1);
      *number = number_of(value, base);
      return MatrixView({1, 1}, number);
    }
    if (const Oid element = get_element_type(base); is_number_type(element)) return read_array(value, element, what);
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("%s is of type %s", what, format_type_be(type)),
                    errhint("It can be a matrix, smatrix, svec, number, or array of numbers.")));
    pg_unreachable();
  }

 private:
  // A column, written out.
  static Value read_svec(Datum value) {
    SvecReader reader;
    const SparseFeatures x = reader.read(bytes_of(PG_DETOAST_DATUM_PACKED(value)));
    double* const to = room_for(x.size);
    std::fill_n(to, x.size, 0.0);
    for (Size i = 0; i < x.indices.size(); ++i) to[x.indices[i]] = x.values[i];
    return MatrixView({static_cast<std::int64_t>(x.size), 1}, to);
  }

  // One dimension is a column.
  static Value read_array(Datum value, Oid element, const char* what) {
    ArrayType* const array = DatumGetArrayTypeP(value);
    const int dimensions = ARR_NDIM(array);
    if (dimensions > 2)
      ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                      errmsg("%s is an array of %d dimensions, and at most 2 are expected", what, dimensions)));
    if (array_contains_nulls(array))
      ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s is an array with a NULL", what)));
    const int* const sides = ARR_DIMS(array);
    const Shape shape{dimensions > 0 ? sides[0] : 0, dimensions == 2 ? sides[1] : 1};
    if (element == FLOAT8OID) return MatrixView(shape, reinterpret_cast<const double*>(ARR_DATA_PTR(array)));
    double* const to = room_for(shape.size());
    read_numbers(element, reinterpret_cast<const std::byte*>(ARR_DATA_PTR(array)), shape.size(), to);
    return MatrixView(shape, to);
  }

  FmgrInfo* function_;
  Oid matrix_, smatrix_, svec_;
};

std::string_view text_argument(FunctionCallInfo fcinfo, int arg) { return Reader<std::string_view>()(fcinfo, arg); }

struct Bindings {
  std::span<const Binding> bindings;
  bool null = false;
};

// name, value, name, value ...
Bindings read_bindings(FunctionCallInfo fcinfo) {
  const Arguments arguments(fcinfo, 1);
  if (arguments.any_null || arguments.count < 0) return {{}, true};
  if (arguments.count % 2 != 0)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("eval: the last name has no value"),
                    errhint("After the expression come names and values in turn: 'X', x, 'v', v.")));
  const int count = arguments.count / 2;
  auto* const bindings = static_cast<Binding*>(palloc(sizeof(Binding) * static_cast<Size>(count + 1)));
  const ValueReader values(fcinfo);
  for (int i = 0; i < count; ++i) {
    const Oid type = arguments.types[2 * i];
    if (type != TEXTOID && type != VARCHAROID)
      ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                      errmsg("eval: argument %d is of type %s, and the name of a value is expected", 2 * i + 2,
                             format_type_be(type)),
                      errhint("After the expression come names and values in turn: 'X', x, 'v', v.")));
    const char* const name = TextDatumGetCString(arguments.values[2 * i]);
    new (bindings + i) Binding{name, values.read(arguments.values[2 * i + 1], arguments.types[2 * i + 1],
                                                 psprintf("eval: the value of \"%s\"", name))};
  }
  return {{bindings, static_cast<Size>(count)}, false};
}

// of(the value of the expression), inside guarded().
template <class F>
Datum evaluated(FunctionCallInfo fcinfo, F&& of) {
  const std::string_view text = text_argument(fcinfo, 0);
  const Bindings given = read_bindings(fcinfo);
  if (given.null) PG_RETURN_NULL();
  return guarded([&] {
    Arena arena(CurrentMemoryContext);
    BornIn scope(arena);
    return of(expression::evaluate(text, given.bindings));
  });
}

Datum eval(FunctionCallInfo fcinfo) {
  return evaluated(fcinfo, [](Matrix&& value) { return matrix_datum(std::move(value)); });
}

Datum eval_number(FunctionCallInfo fcinfo) {
  return evaluated(fcinfo, [](Matrix&& value) {
    if (value.size() != 1) refuse_shape("eval_number", "the value of the expression must be one number", value.shape());
    return Float8GetDatum(value.data()[0]);
  });
}

Datum eval_vector(FunctionCallInfo fcinfo) {
  return evaluated(fcinfo, [](Matrix&& value) {
    if (value.rows() != 1 && value.columns() != 1)
      refuse_shape("eval_vector", "the value of the expression must be one row or one column", value.shape());
    return call([&] { return array_datum({value.data(), value.size()}); });
  });
}

struct PlanColumns {
  std::int32_t step;
  std::string_view operation, shape;
  double flops, bytes;
  std::string_view note;
};

Datum explain_eval(FunctionCallInfo fcinfo) {
  const std::string_view text = text_argument(fcinfo, 0);
  const Bindings given = read_bindings(fcinfo);
  return guarded([&] {
    std::vector<expression::PlanRow> plan;
    if (!given.null) plan = expression::explain(text, given.bindings);
    std::vector<PlanColumns> rows;
    for (const expression::PlanRow& row : plan)
      rows.push_back({row.step, row.operation, row.shape, row.flops, row.bytes, row.note});
    return return_rows(fcinfo, rows);
  });
}

Datum chain(FunctionCallInfo fcinfo) {
  const Arguments arguments(fcinfo, 0);
  if (arguments.any_null || arguments.count < 0) PG_RETURN_NULL();
  auto* const factors = static_cast<Value*>(palloc(sizeof(Value) * static_cast<Size>(arguments.count + 1)));
  const ValueReader values(fcinfo);
  for (int i = 0; i < arguments.count; ++i)
    new (factors + i) Value(values.read(arguments.values[i], arguments.types[i], psprintf("chain: factor %d", i + 1)));
  return guarded([&] {
    Arena arena(CurrentMemoryContext);
    BornIn scope(arena);
    return matrix_datum(expression::chain({factors, static_cast<std::size_t>(arguments.count)}));
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(matrix_eval, quern::pg::eval)
QUERN_EXPORT(matrix_eval_number, quern::pg::eval_number)
QUERN_EXPORT(matrix_eval_vector, quern::pg::eval_vector)
QUERN_EXPORT(matrix_explain_eval, quern::pg::explain_eval)
QUERN_EXPORT(matrix_chain, quern::pg::chain)
