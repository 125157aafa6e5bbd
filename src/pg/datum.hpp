// Datums to C++ values and back.
//
// A Reader may ereport and yields only trivially destructible values: use it before any C++ object with a
// destructor is alive. to_datum may ereport too: call it through call().
#pragma once

#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "base/features.hpp"
#include "base/reflect.hpp"
#include "base/text.hpp"
#include "model/model.hpp"
#include "pg/bytes.hpp"
#include "pg/prefetch.hpp"
#include "pg/svec.hpp"
#include "uda/aggregate.hpp"

namespace quern {
struct Moments;
class Matrix;
struct SparseMatrix;
}  // namespace quern

namespace quern::pg {

// Reads argument `arg`, which is not NULL. What it returns may point into the reader, which outlives the call.
// null() says afterwards whether there was a NULL inside.
template <class T>
struct Reader;

struct ReaderOfScalar {
  static constexpr bool null() { return false; }
};

template <>
struct Reader<double> : ReaderOfScalar {
  double operator()(FunctionCallInfo fcinfo, int arg) { return PG_GETARG_FLOAT8(arg); }
};
template <>
struct Reader<std::int64_t> : ReaderOfScalar {
  std::int64_t operator()(FunctionCallInfo fcinfo, int arg) { return PG_GETARG_INT64(arg); }
};
template <>
struct Reader<Dimension> : ReaderOfScalar {
  Dimension operator()(FunctionCallInfo fcinfo, int arg) { return {PG_GETARG_INT64(arg), true}; }
};
template <>
struct Reader<Weight> : ReaderOfScalar {
  Weight operator()(FunctionCallInfo fcinfo, int arg) { return {PG_GETARG_FLOAT8(arg)}; }
};
template <>
struct Reader<Outcome> : ReaderOfScalar {
  Outcome operator()(FunctionCallInfo fcinfo, int arg) {
    if (get_fn_expr_argtype(fcinfo->flinfo, arg) == BOOLOID) return {PG_GETARG_BOOL(arg) ? 1.0 : 0.0, true};
    return {PG_GETARG_FLOAT8(arg), false};
  }
};

template <>
struct Reader<Id> : ReaderOfScalar {
  Id operator()(FunctionCallInfo fcinfo, int arg) {
    if (get_fn_expr_argtype(fcinfo->flinfo, arg) == INT8OID) return {{}, PG_GETARG_INT64(arg), false};
    const Bytes id = bytes_of(PG_GETARG_TEXT_PP(arg));
    return {{reinterpret_cast<const char*>(id.data()), id.size()}, 0, true};
  }
};

template <>
struct Reader<ClassLabel> : ReaderOfScalar {
  Reader() {}  // leaves digits_ as it is

  ClassLabel operator()(FunctionCallInfo fcinfo, int arg) {
    switch (get_fn_expr_argtype(fcinfo->flinfo, arg)) {
      case BOOLOID:
        return {PG_GETARG_BOOL(arg) ? "true" : "false", ClassLabel::Type::boolean};
      case FLOAT8OID:
        return number(PG_GETARG_FLOAT8(arg) + 0.0);  // -0 is 0
      case INT8OID:
        return number(PG_GETARG_INT64(arg));
      default: {
        const Bytes label = bytes_of(PG_GETARG_TEXT_PP(arg));
        return {{reinterpret_cast<const char*>(label.data()), label.size()}, ClassLabel::Type::text};
      }
    }
  }

 private:
  struct Digits {  // what append_number appends to
    char text[32];
    std::size_t size = 0;
    void append(const char* from, std::size_t n) {
      std::memcpy(text + size, from, n);
      size += n;
    }
    void append(const char* from) { append(from, std::strlen(from)); }
  };

  ClassLabel number(auto value) {
    digits_.size = 0;
    append_number(digits_, value);
    return {{digits_.text, digits_.size}, ClassLabel::Type::number};
  }

  Digits digits_;
};

// An argument of type quern.svec.
template <>
struct Reader<SparseFeatures> : ReaderOfScalar {
  Reader() {}

  SparseFeatures operator()(FunctionCallInfo fcinfo, int arg) {
    return svec_.read(bytes_of(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(arg))));
  }

 private:
  SvecReader svec_;
};

// An argument of type quern.features, which is any array of numbers as it came, or an svec. float8 and float4 are read
// where they lie: on the page, or detoasted. An array of up to 126 bytes has a one-byte header there and no alignment,
// so its elements are copied into the reader; elements of other types are converted.
class FeaturesReader {
 public:
  FeaturesReader() {}  // leaves local_ as it is

  bool null() const { return null_; }

 protected:
  Bytes bytes_of_argument(FunctionCallInfo fcinfo, int arg);
  Features read_array(FunctionCallInfo fcinfo, int arg, Bytes array);
  double* room_for(std::size_t n) {
    return n <= std::size(local_) ? local_ : static_cast<double*>(palloc(n * sizeof(double)));
  }

  SvecReader svec_;

 private:
  Features convert(const std::byte* data, std::size_t n, Oid type);

  bool null_ = false;
  double local_[16];
};

// For what takes dense rows only: an svec is written out, if it has at most `most_expanded` features.
template <>
struct Reader<Features> : FeaturesReader {
  static constexpr std::size_t most_expanded = 16384;

  Reader() {}

  Features operator()(FunctionCallInfo fcinfo, int arg) {
    const Bytes bytes = bytes_of_argument(fcinfo, arg);
    if (is_svec(bytes)) [[unlikely]]
      return expand(fcinfo, bytes);
    return read_array(fcinfo, arg, bytes);
  }

 private:
  Features expand(FunctionCallInfo fcinfo, Bytes svec);
};

// As it came, dense or sparse.
template <>
struct Reader<FeatureRow> : FeaturesReader {
  Reader() {}

  FeatureRow operator()(FunctionCallInfo fcinfo, int arg) {
    const Bytes bytes = bytes_of_argument(fcinfo, arg);
    if (is_svec(bytes)) return svec_.read(bytes);
    return read_array(fcinfo, arg, bytes);
  }
};

// An argument of labels, and one of features with or without one of offsets: their texts lie in the memory of the call.
template <>
struct Reader<SequenceLabels> {
  SequenceLabels operator()(FunctionCallInfo fcinfo, int arg);
  bool null() const { return null_; }

 private:
  bool null_ = false;
};
template <>
struct Reader<SequenceFeatures> {
  SequenceFeatures operator()(FunctionCallInfo fcinfo, int arg);
  bool null() const { return null_; }

 private:
  bool null_ = false;
};

template <>
struct Reader<Responses> : Reader<Features> {
  Reader() {}

  Responses operator()(FunctionCallInfo fcinfo, int arg) {
    if (get_fn_expr_argtype(fcinfo->flinfo, arg) != FLOAT8OID) return {Reader<Features>::operator()(fcinfo, arg)};
    number_ = PG_GETARG_FLOAT8(arg);
    return {std::span<const double>(&number_, 1)};
  }

 private:
  double number_;
};

// An argument of type double precision[], of one dimension.
template <>
struct Reader<std::span<const double>> {
  std::span<const double> operator()(FunctionCallInfo fcinfo, int arg);
  bool null() const { return null_; }

 private:
  bool null_ = false;
};

// Is argument `arg` one of offsets, which belongs to the features before it?
bool is_offsets_argument(FunctionCallInfo fcinfo, int arg);

// How many arguments of the call make up the one of type A that starts at `arg`.
template <class A>
int arguments_of(FunctionCallInfo fcinfo, int arg) {
  if constexpr (std::is_same_v<A, SequenceFeatures>)
    return is_offsets_argument(fcinfo, arg + 1) ? 2 : 1;
  else
    return 1;
}

// The elements of an array of numbers, of any type that can be one. May ereport.
void read_numbers(Oid type, const std::byte* data, std::size_t n, double* to);

template <class Arguments>
struct Readers;
template <class... T>
struct Readers<std::tuple<T...>> {
  std::tuple<Reader<T>...> each;

  std::tuple<T...> read(FunctionCallInfo fcinfo, int first) {
    int next = first;
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return std::tuple<T...>{
          value<T>(std::get<I>(each), fcinfo, std::exchange(next, next + arguments_of<T>(fcinfo, next)))...};
    }
    (std::index_sequence_for<T...>{});
  }

  bool null() const {
    return std::apply([](const auto&... reader) { return (reader.null() || ...); }, each);
  }

 private:
  template <class A>
  static A value(Reader<A>& reader, FunctionCallInfo fcinfo, int arg) {
    if constexpr (std::is_same_v<A, Dimension>)
      if (PG_NARGS() <= arg) return Dimension{};
    if constexpr (std::is_same_v<A, Weight>)  // the forms (y, x) and (y, x, options) have none
      if (PG_NARGS() != arg + 2) return Weight{};
    return reader(fcinfo, arg);
  }
};

inline NullableDatum to_datum(double v, FunctionCallInfo) { return {Float8GetDatum(v), false}; }
inline NullableDatum to_datum(std::int64_t v, FunctionCallInfo) { return {Int64GetDatum(v), false}; }
inline NullableDatum to_datum(std::int32_t v, FunctionCallInfo) { return {Int32GetDatum(v), false}; }
inline NullableDatum to_datum(bool v, FunctionCallInfo) { return {BoolGetDatum(v), false}; }
inline NullableDatum to_datum(std::string_view v, FunctionCallInfo) {
  return {PointerGetDatum(cstring_to_text_with_len(v.data(), static_cast<int>(v.size()))), false};
}

NullableDatum to_datum(const SparseVector& x, FunctionCallInfo);
NullableDatum to_datum(const Matrix& a, FunctionCallInfo);
NullableDatum to_datum(const Moments& moments, FunctionCallInfo);
NullableDatum to_datum(const SparseMatrix& a, FunctionCallInfo);
// A composite value.
template <Record R>
NullableDatum to_datum(const R& row, FunctionCallInfo fcinfo);
// An array of a composite type, or of text.
template <class T>
NullableDatum to_datum(const Vec<T>& elements, FunctionCallInfo fcinfo);

template <class T>
NullableDatum to_datum(const std::optional<T>& v, FunctionCallInfo fcinfo) {
  return v ? to_datum(*v, fcinfo) : NullableDatum{Datum{0}, true};
}

// With a warning where the fit should not be trusted. To be called inside guarded(), not through call().
Datum return_model(const Model& model, FunctionCallInfo fcinfo);

// float8[] of n zeros, or float8[][] of `rows` rows.
ArrayType* new_array(std::size_t n, std::size_t rows = 0);
// float8[], or float8[][] of `rows` rows in row-major order.
Datum array_datum(std::span<const double> values, std::size_t rows = 0);
inline NullableDatum to_datum(std::span<const double> v, FunctionCallInfo) { return {array_datum(v), false}; }
inline NullableDatum to_datum(const Vec<double>& v, FunctionCallInfo) { return {array_datum(v), false}; }

// One row as an array of Datums, in the order of the columns.
template <Record R>
void fill_row(const R& row, FunctionCallInfo fcinfo, Datum* values, bool* nulls) {
  std::apply(
      [&](const auto&... field) {
        int i = 0;
        auto fill = [&](const auto& f) {
          const NullableDatum datum = to_datum(f, fcinfo);
          values[i] = datum.value;
          nulls[i++] = datum.isnull;
        };
        (fill(field), ...);
      },
      tie_fields(row));
}

// The columns of composite type `type`, checked to be `n`.
TupleDesc columns_of(Oid type, std::size_t n);

template <Record R>
Datum row_datum(const R& row, TupleDesc columns, FunctionCallInfo fcinfo) {
  Datum values[field_count<R>];
  bool nulls[field_count<R>];
  fill_row(row, fcinfo, values, nulls);
  return HeapTupleGetDatum(heap_form_tuple(columns, values, nulls));
}

template <Record R>
NullableDatum to_datum(const R& row, FunctionCallInfo fcinfo) {
  TupleDesc columns = columns_of(get_func_rettype(fcinfo->flinfo->fn_oid), field_count<R>);
  return {row_datum(row, columns, fcinfo), false};
}

template <class T>
NullableDatum to_datum(const Vec<T>& elements, FunctionCallInfo fcinfo) {
  const Oid type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
  auto* const datums = static_cast<Datum*>(palloc(sizeof(Datum) * (elements.size() + 1)));
  if constexpr (Record<T>) {
    TupleDesc columns = columns_of(type, field_count<T>);
    for (std::size_t i = 0; i < elements.size(); ++i) datums[i] = row_datum(elements[i], columns, fcinfo);
  } else {
    for (std::size_t i = 0; i < elements.size(); ++i) datums[i] = to_datum(elements[i], fcinfo).value;
  }
  const TypeCacheEntry* entry = lookup_type_cache(type, 0);
  return {PointerGetDatum(construct_array(datums, static_cast<int>(elements.size()), type, entry->typlen,
                                          entry->typbyval, entry->typalign)),
          false};
}

}  // namespace quern::pg
