// The aggregates of Quern with a transition type of `internal`: what their quern.state is measured against. The same
// algorithm over the same rows, but the state is a bare pointer. Not part of the extension; `make bench` loads it.
#include "pg/entry.hpp"
#include "pg/matrix.hpp"
#include "uda/all.hpp"

extern "C" {
PG_MODULE_MAGIC;
}

namespace quern::pg {

namespace {

template <State S>
struct Bare {
  Arena arena;
  S state;
};

template <State S>
Datum accumulate_internal(FunctionCallInfo fcinfo) {
  auto* bare = PG_ARGISNULL(0) ? nullptr : reinterpret_cast<Bare<S>*>(PG_GETARG_POINTER(0));
  if (!bare) {
    MemoryContext context;
    if (!AggCheckCallContext(fcinfo, &context)) elog(ERROR, "called outside an aggregate");
    bare = static_cast<Bare<S>*>(MemoryContextAlloc(context, sizeof(Bare<S>)));
    new (&bare->arena) Arena(context);
    BornIn scope(bare->arena);
    new (&bare->state) S{};
  }
  if (row_has_null<S>(fcinfo)) PG_RETURN_POINTER(bare);
  Readers<Args<S>> readers;
  const Args<S> args = readers.read(fcinfo, 1);
  return guarded([&] {
    std::apply([&](const auto&... arg) { bare->state.accumulate(arg...); }, args);
    return PointerGetDatum(bare);
  });
}

template <auto final>
Datum finalize_internal(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  auto* const bare = reinterpret_cast<Bare<StateOf<final>>*>(PG_GETARG_POINTER(0));
  return guarded([&] { return BoolGetDatum((bare->state.*final)().has_value()); });
}

}  // namespace

}  // namespace quern::pg

#define STATE(name, type, arguments) QUERN_EXPORT(name##_accumulate_internal, quern::pg::accumulate_internal<type>)
#define AGGREGATE(name, state, final, what) QUERN_EXPORT(name##_final_internal, quern::pg::finalize_internal<final>)
#include "uda/registry.def"
