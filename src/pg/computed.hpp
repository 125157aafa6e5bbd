// Functions of values: arguments are read, make(arguments...) computes, its result is returned.
#pragma once

#include <string_view>
#include <tuple>

#include "pg/entry.hpp"

namespace quern::pg {

template <>
struct Reader<std::int32_t> : ReaderOfScalar {
  std::int32_t operator()(FunctionCallInfo fcinfo, int arg) { return PG_GETARG_INT32(arg); }
};
template <>
struct Reader<bool> : ReaderOfScalar {
  bool operator()(FunctionCallInfo fcinfo, int arg) { return PG_GETARG_BOOL(arg); }
};
template <>
struct Reader<std::string_view> : ReaderOfScalar {
  std::string_view operator()(FunctionCallInfo fcinfo, int arg) {
    const Bytes bytes = bytes_of(PG_GETARG_TEXT_PP(arg));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
};

// What a function made as its result. Inside guarded().
template <class R>
struct Returned {
  static Datum datum(FunctionCallInfo fcinfo, const R& result) { return return_result(fcinfo, result); }
};

// make(arguments read...) gives the result. Vectors that it makes are born in the context of the call.
template <class... T, class F>
Datum computed(FunctionCallInfo fcinfo, F&& make) {
  Readers<std::tuple<T...>> readers;
  const std::tuple<T...> arguments = readers.read(fcinfo, 0);
  if (readers.null()) PG_RETURN_NULL();
  return guarded([&] {
    Arena arena(CurrentMemoryContext);
    BornIn scope(arena);
    auto result = std::apply(make, arguments);
    return Returned<decltype(result)>::datum(fcinfo, std::move(result));
  });
}

// The name a user knows: of the aggregate, for its transition functions. May ereport.
const char* name_of_caller(FunctionCallInfo fcinfo);

// A cstring, for output functions. Inside guarded().
Datum text_datum(std::string_view type, const std::string& text);

}  // namespace quern::pg
