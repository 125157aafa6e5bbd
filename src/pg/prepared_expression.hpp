// Expressions of vertex programs that only PostgreSQL can evaluate: parsed and planned once, with the names as
// parameters, then run by the executor's own machine, 10 to 20 ns an evaluation and what its functions cost.
#pragma once

#include <memory>

#include "graph/pregel_expression.hpp"

namespace quern::pg {

// To be called inside guarded(). `ids` must outlive the result; where they are texts, so are id and dst.id.
std::unique_ptr<pregel::Expression> prepare(const pregel::Source& source, const graph::Ids& ids);

}  // namespace quern::pg
