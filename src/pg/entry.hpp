// The functions behind CREATE AGGREGATE, derived from a State.
//
// Each runs in three steps: read the arguments (may longjmp, nothing to destroy yet), compute (may throw, no
// server call), write the result (may longjmp, so through call()). All of them are callable from SQL on their own.
#pragma once

#include "base/json.hpp"
#include "matrix/matrix.hpp"
#include "pg/arena.hpp"
#include "pg/datum.hpp"
#include "pg/guard.hpp"
#include "pg/state.hpp"

namespace quern::pg {

inline Datum unchanged(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  return PG_GETARG_DATUM(0);
}

// Of the call, beyond those of accumulate(): the one of offsets.
template <State S>
int further_arguments(FunctionCallInfo fcinfo) {
  int next = 1;
  const auto extra = [&]<class... A>(std::tuple<A...>*) {
    ((next += arguments_of<A>(fcinfo, next)), ...);
    return next - 1 - static_cast<int>(sizeof...(A));
  };
  return extra(static_cast<Args<S>*>(nullptr));
}

// Is one of the arguments that make up a row NULL? The options are not.
template <State S>
bool row_has_null(FunctionCallInfo fcinfo) {
  int arguments = std::tuple_size_v<Args<S>> + further_arguments<S>(fcinfo);
  if constexpr (Learner<S>)
    if (PG_NARGS() <= arguments + 1) arguments -= 1;     // a form without weight
  arguments = std::min<int>(arguments, PG_NARGS() - 1);  // a form without the last argument
  for (int i = 1; i <= arguments; ++i)
    if (PG_ARGISNULL(i)) return true;
  return false;
}

// The options of a learner as JSON text, in the context of the call; empty if there are none. May ereport.
template <State S>
std::string_view options_text(FunctionCallInfo fcinfo) {
  if constexpr (Learner<S>) {
    const int data = 1 + std::tuple_size_v<Args<S>> - 1 + further_arguments<S>(fcinfo);  // state, y, x
    const int last = PG_NARGS() - 1;
    if (last >= data && !PG_ARGISNULL(last)) {
      Jsonb* const json = PG_GETARG_JSONB_P(last);
      return JsonbToCString(nullptr, &json->root, VARSIZE(json));
    }
  }
  return {};
}

// Sets the options of a state that is just born.
template <State S>
struct Configure {
  std::string_view text;

  void operator()(S& state) const {
    if constexpr (Learner<S>) {
      if (text.empty()) return;
      state.options.assign(text.begin(), text.end());
      state.configure();
      const std::string canonical = text == "{}" ? std::string() : write_json(parse_json(text));
      state.options.assign(canonical.begin(), canonical.end());
    }
  }
};

// The state in argument 0 with one more row. A row with a NULL in it is counted and left out.
template <State S>
Datum accumulate(FunctionCallInfo fcinfo) {
  bool null = row_has_null<S>(fcinfo);
  Readers<Args<S>> readers;
  Args<S> args;
  if (!null) {
    args = readers.read(fcinfo, 1);
    null = readers.null();
  }
  if constexpr (!CountsSkipped<S>)
    if (null) [[unlikely]]
      return unchanged(fcinfo);
  const auto add = [&](S& state) {
    if constexpr (CountsSkipped<S>)
      if (null) [[unlikely]]
        return state.skip();
    std::apply([&](const auto&... arg) { state.accumulate(arg...); }, args);
  };
  if (!PG_ARGISNULL(0)) [[likely]]
    return transition<S>(fcinfo, add);
  const Configure<S> configure{options_text<S>(fcinfo)};
  return first_state<S>(fcinfo, [&](S& state) {
    configure(state);
    add(state);
  });
}

// The inverse of accumulate, for windows that move; NULL makes the executor sum the window anew.
template <Removable S>
Datum remove(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  bool null = row_has_null<S>(fcinfo);
  Readers<Args<S>> readers;
  Args<S> args;
  if (!null) {
    args = readers.read(fcinfo, 1);
    null = readers.null();
  }
  bool kept = false;
  const Datum state = transition<S>(fcinfo, [&](S& s) {
    kept = null ? s.unskip() : std::apply([&](const auto&... arg) { return s.remove(arg...); }, args);
  });
  if (!kept) PG_RETURN_NULL();
  return state;
}

// Also the transition function of X_merge.
template <State S>
Datum combine(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(1)) return unchanged(fcinfo);
  const auto* const object = Expanded<S>::behind(PG_GETARG_DATUM(1));
  if (object && !PG_ARGISNULL(0) && object == Expanded<S>::behind(PG_GETARG_DATUM(0)))  // merged with itself: a copy
    fcinfo->args[1].value = PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1)));
  const Given<S> other(fcinfo, 1);
  return transition<S>(fcinfo, [&](S& state) {
    other.visit([&](const S& o) { state.merge(o); });
    if (!is_valid(state)) throw InvalidInput("aggregate state out of range", {}, Fault::out_of_range);
  });
}

// NULL where `result` is: no value, or not of this kind.
template <class R>
Datum return_result(FunctionCallInfo fcinfo, const R& result) {
  if constexpr (std::is_same_v<R, std::optional<Model>>) {
    fcinfo->isnull = !result;
    return result ? return_model(*result, fcinfo) : Datum{0};
  } else {
    const NullableDatum datum = call([&] { return to_datum(result, fcinfo); });
    fcinfo->isnull = datum.isnull;
    return datum.value;
  }
}

// To be called inside guarded().
inline void warn(const std::string& what) {
  if (!what.empty()) call([&] { ereport(WARNING, (errmsg("%s", what.c_str()))); });
}

Datum matrix_datum(Matrix&& a);

template <auto final>
Datum finalize(FunctionCallInfo fcinfo) {
  using S = StateOf<final>;
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  const Given<S> given(fcinfo, 0);
  return guarded([&]() -> Datum {
    if constexpr (std::is_same_v<ResultOf<final>, std::optional<Matrix>>) {  // becomes the value where it is made
      Arena arena(CurrentMemoryContext);
      BornIn scope(arena);
      auto result = given.visit([](const S& state) { return (state.*final)(); });
      fcinfo->isnull = !result;
      return result ? matrix_datum(std::move(*result)) : Datum{0};
    }
    Scratch scratch;
    BornIn scope(scratch);
    const auto result = given.visit([](const S& state) { return (state.*final)(); });
    if constexpr (requires(const S& state) { state.why_none(); })
      if (!result) warn(given.visit([](const S& state) { return state.why_none(); }));
    return return_result(fcinfo, result);
  });
}

}  // namespace quern::pg

#define QUERN_EXPORT(symbol, implementation)                        \
  extern "C" {                                                      \
  PGDLLEXPORT Datum symbol(PG_FUNCTION_ARGS);                       \
  PG_FUNCTION_INFO_V1(symbol);                                      \
  Datum symbol(PG_FUNCTION_ARGS) { return implementation(fcinfo); } \
  }
