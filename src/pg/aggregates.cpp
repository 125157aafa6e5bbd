// Entry points of every registered aggregate.
#include "pg/entry.hpp"
#include "pg/matrix.hpp"
#include "uda/all.hpp"

#define STATE(name, type, arguments)                           \
  QUERN_EXPORT(name##_accumulate, quern::pg::accumulate<type>) \
  QUERN_EXPORT(name##_combine, quern::pg::combine<type>)
#define MOVING(name, type) QUERN_EXPORT(name##_remove, quern::pg::remove<type>)
#define AGGREGATE(name, state, final, what) QUERN_EXPORT(name##_final, quern::pg::finalize<final>)
#include "uda/registry.def"
