// quern.state in memory: an expanded object, which the executor hands by its pointer from row to row and flattens
// (packs) only where the state leaves the backend or is stored. To everyone else it is an ordinary SQL value.
#pragma once

#include <bit>

#include "pg/arena.hpp"
#include "pg/bytes.hpp"
#include "pg/guard.hpp"
#include "uda/aggregate.hpp"

namespace quern::pg {

// Where an aggregate keeps its states. The objects, as many as there are groups, lie in `objects`, the aggregate's own
// context: beside the executor's entries for their groups, so that a hash table too large for the caches costs no
// second miss for each. The server rounds a piece up to a power of two, and what that adds is the object's pocket.
//
// What a state grows beyond it is allocated in `growing`, a child of `objects`. The executor adopts an expanded object
// without copying only if the context that the object names is a direct child of the aggregate's; so that is what the
// objects name. One child serves all groups: with a context for each, HashAggregate would sum up the memory of all of
// them at every new group. Sharing is safe because a transition function returns the object it was given, so the
// executor never deletes one.
struct StateContexts {
  MemoryContext objects, growing;
};
StateContexts contexts_for_states(FunctionCallInfo fcinfo);

template <State S>
struct Expanded : ExpandedObjectHeader {
  static constexpr std::size_t used = sizeof(ExpandedObjectHeader) + sizeof(S) + PocketArena<MAXIMUM_ALIGNOF>::overhead;
  static constexpr std::size_t size = std::bit_ceil(used + MAXIMUM_ALIGNOF);

  S state;
  PocketArena<size - used> arena;

  static Expanded* create(const StateContexts& contexts) {
    static_assert(alignof(Expanded) <= MAXIMUM_ALIGNOF && sizeof(Expanded) == size);
    auto* object = static_cast<Expanded*>(MemoryContextAlloc(contexts.objects, sizeof(Expanded)));
    EOH_init_header(object, &methods, contexts.growing);
    new (&object->arena) decltype(arena)(contexts.growing);
    BornIn scope(object->arena);
    new (&object->state) S{};
    return object;
  }

  // Null if the datum is in another form or of another kind. On the path of every row, hence no DatumGetEOHP().
  static Expanded* behind(Datum datum) {
    const auto* toast = reinterpret_cast<const varattrib_1b_e*>(DatumGetPointer(datum));
    if (!VARATT_IS_EXTERNAL_EXPANDED(toast)) return nullptr;
    varatt_expanded pointer;
    std::memcpy(&pointer, toast->va_data, sizeof pointer);
    return pointer.eohptr->eoh_methods == &methods ? static_cast<Expanded*>(pointer.eohptr) : nullptr;
  }
  static Expanded* writable_behind(Datum datum) {
    return VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(datum)) ? behind(datum) : nullptr;
  }

 private:
  static Size flat_size(ExpandedObjectHeader* header) {
    return VARHDRSZ + labelled_size(static_cast<Expanded*>(header)->state);
  }
  static void flatten(ExpandedObjectHeader* header, void* to, Size size) {
    SET_VARSIZE(to, size);
    pack_labelled(static_cast<Expanded*>(header)->state, payload(static_cast<varlena*>(to)));
  }
  static constexpr ExpandedObjectMethods methods = {flat_size, flatten};
};

// The state of the first row that is seen. As long as that halves the memory it stays packed: with many groups of one
// row, memory is what time goes to. The next row makes it an object.
template <State S, class F>
[[gnu::noinline]] Datum first_state(FunctionCallInfo fcinfo, const F& make) {
  return guarded([&] {
    Scratch scratch;
    BornIn scope(scratch);
    S state{};
    make(state);
    if (VARHDRSZ + labelled_size(state) <= Expanded<S>::size / 2) return call([&] { return packed_datum(state); });
    auto* const object = call([&] { return Expanded<S>::create(contexts_for_states(fcinfo)); });
    object->state = std::move(state);
    return EOHPGetRWDatum(object);
  });
}

// A transition whose argument 0 is no object yet: NULL, or a state as bytes.
template <State S, class F>
[[gnu::noinline]] Datum object_transition(FunctionCallInfo fcinfo, const F& change) {
  Bytes packed;
  if (!PG_ARGISNULL(0)) packed = bytes_of(PG_GETARG_BYTEA_PP(0));
  auto* const object = Expanded<S>::create(contexts_for_states(fcinfo));
  return guarded([&] {
    if (packed.data()) unpack_labelled(packed, object->state);
    change(object->state);
    return EOHPGetRWDatum(object);
  });
}

// Changes the state in argument 0. Call it with only trivially destructible objects alive; `change` may throw.
template <State S, class F>
Datum transition(FunctionCallInfo fcinfo, const F& change) {
  auto* const object = PG_ARGISNULL(0) ? nullptr : Expanded<S>::writable_behind(PG_GETARG_DATUM(0));
  if (!object) [[unlikely]]
    return object_transition<S>(fcinfo, change);
  return guarded([&] {
    change(object->state);
    return EOHPGetRWDatum(object);
  });
}

// An argument that is only read. The constructor may ereport; visit() may throw.
template <State S>
class Given {
 public:
  Given(FunctionCallInfo fcinfo, int arg) {
    object_ = Expanded<S>::behind(PG_GETARG_DATUM(arg));
    if (!object_) packed_ = bytes_of(PG_GETARG_BYTEA_PP(arg));
  }

  template <class F>
  auto visit(F&& f) const {
    if (object_) return f(std::as_const(object_->state));
    S state;
    unpack_labelled(packed_, state);
    return f(std::as_const(state));
  }

 private:
  const Expanded<S>* object_;
  Bytes packed_;
};

}  // namespace quern::pg
