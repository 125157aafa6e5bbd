// Matrices and graphs where they lie: values of megabytes, mostly out of line.
#pragma once

#include "pg/postgres.hpp"

namespace quern::pg {

// The value, whole, aligned and with a header of four bytes, to be read only: detoasted in the current memory context,
// unless the same was detoasted there already since it was last reset; an expression that names a column twice fetches
// it once. May ereport.
const varlena* large_value(Datum datum);

// The same of an argument. What the rows of a query read again and again, as those of a join do, is kept until the
// query ends from the second time on, up to 64 MB.
const varlena* large_argument(FunctionCallInfo fcinfo, int arg);

}  // namespace quern::pg
